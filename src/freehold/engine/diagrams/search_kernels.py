"""Kernels that answer without a diagram: walks through partial states of a monotone program.

A *program* is a list of and/or instructions over atoms (:mod:`freehold.engine.diagrams.program`); its last operand is
the top. A *path* is a set of free atoms that, held, keep the top false whatever the other free atoms do. Every cut
set that agrees with a partial state contains an atom of every path of it: that is the branching rule of all walks.

Buffers: ``status`` per atom: 0 free, 1 lost, 2 held; ``cost`` and ``bound`` per operand; ``seen`` per operand stamps.
Operands 0 and 1 are the constants, atom ``i`` is operand ``i + 2``, instruction ``j`` the operand after all atoms.
"""

from __future__ import annotations

from freehold.engine.compiled import Buffer, kernel


@kernel
def path_costs(code: Buffer, status: Buffer, weight: Buffer, cost: Buffer) -> float:
    """Fill ``cost`` with what it takes to keep each operand false (1e30: it is true already); return the top's.

    Shared parts count every time they are met, so that costs can double at every gate: they stop at 1e29.
    """
    cost[0] = 0.0
    cost[1] = 1e30
    for atom in range(len(status)):
        cost[atom + 2] = weight[atom] if status[atom] == 0 else (1e30 if status[atom] == 1 else 0.0)
    operand = len(status) + 2
    for place in range(0, len(code), 3):
        left = cost[code[place + 1]]
        right = cost[code[place + 2]]
        if code[place] == 0:
            cost[operand] = left if left < right else right
        elif left >= 1e30 or right >= 1e30:
            cost[operand] = 1e30
        else:
            cost[operand] = min(left + right, 1e29)
        operand += 1
    return float(cost[operand - 1])


@kernel
def least_orders(code: Buffer, apart: Buffer, status: Buffer, order: Buffer, bound: Buffer) -> int:
    """Fill ``bound`` with a lower bound on the losses still needed for each operand (10**6: impossible).

    ``order[atom]`` is what the atom counts; ``apart[j]``: the two arguments of instruction ``j`` share no atom, so
    that their needs add up; otherwise only the greater counts.
    """
    bound[0] = 1000000
    bound[1] = 0
    for atom in range(len(status)):
        bound[atom + 2] = order[atom] if status[atom] == 0 else (0 if status[atom] == 1 else 1000000)
    first = len(status) + 2
    for instruction in range(len(apart)):
        left = bound[code[3 * instruction + 1]]
        right = bound[code[3 * instruction + 2]]
        if code[3 * instruction] == 1:
            bound[first + instruction] = left if left < right else right
        elif apart[instruction] != 0:
            bound[first + instruction] = min(left + right, 1000000)
        else:
            bound[first + instruction] = left if left > right else right
    return int(bound[len(bound) - 1])


@kernel
def collect_path(
    code: Buffer, status: Buffer, cost: Buffer, seen: Buffer, stamp: int, todo: Buffer, out: Buffer, begin: int
) -> int:
    """Write the free atoms of a cheap path to ``out`` from ``begin`` on; return where it ends (-1: no room)."""
    first = len(status) + 2
    todo[0] = len(cost) - 1
    waiting = 1
    end = begin
    while waiting > 0:
        waiting -= 1
        operand = todo[waiting]
        if operand < 2 or seen[operand] == stamp:
            continue
        seen[operand] = stamp
        if operand < first:
            if status[operand - 2] == 0:
                if end >= len(out):
                    return -1
                out[end] = operand - 2
                end += 1
            continue
        place = 3 * (operand - first)
        left = code[place + 1]
        right = code[place + 2]
        if code[place] == 1:
            todo[waiting] = right
            todo[waiting + 1] = left
            waiting += 2
        else:
            todo[waiting] = left if cost[left] <= cost[right] else right
            waiting += 1
    return end


@kernel
def still_true(code: Buffer, status: Buffer, true: Buffer) -> bool:
    """Return whether the lost atoms alone make the top true."""
    true[0] = 0
    true[1] = 1
    for atom in range(len(status)):
        true[atom + 2] = 1 if status[atom] == 1 else 0
    operand = len(status) + 2
    for place in range(0, len(code), 3):
        if code[place] == 0:
            true[operand] = true[code[place + 1]] & true[code[place + 2]]
        else:
            true[operand] = true[code[place + 1]] | true[code[place + 2]]
        operand += 1
    return bool(true[operand - 1] != 0)


@kernel
def minimal_now(code: Buffer, status: Buffer, chosen: Buffer, size: int, true: Buffer) -> bool:
    """Return whether no proper subset of the lost atoms makes the top true."""
    for i in range(size):
        status[chosen[i]] = 2
        enough = still_true(code, status, true)
        status[chosen[i]] = 1
        if enough:
            return False
    return True


@kernel
def next_branch(order: Buffer, status: Buffer, paths: Buffer, frames: Buffer, chosen: Buffer, walk: Buffer) -> None:
    """Go on to the next atom of the innermost path; leave the path after its last one."""
    depth = walk[0]
    at = 3 * (depth - 1)
    if frames[at + 2] >= frames[at]:
        atom = paths[frames[at + 2]]
        status[atom] = 2
        walk[1] -= order[atom]
    frames[at + 2] += 1
    if frames[at + 2] == frames[at + 1]:
        for i in range(frames[at], frames[at + 1]):
            status[paths[i]] = 0
        walk[0] = depth - 1
        walk[5] = 0
    else:
        atom = paths[frames[at + 2]]
        status[atom] = 1
        walk[1] += order[atom]
        chosen[depth - 1] = atom
        walk[5] = 1


@kernel
def write_set(chosen: Buffer, size: int, out: Buffer, walk: Buffer) -> None:
    """Append (length, atoms...) to ``out``."""
    out[walk[4]] = size
    for i in range(size):
        out[walk[4] + 1 + i] = chosen[i]
    walk[4] += size + 1


@kernel
def search_cut_sets(
    code: Buffer,
    apart: Buffer,
    order: Buffer,
    weight: Buffer,
    most: int,
    status: Buffer,
    cost: Buffer,
    bound: Buffer,
    true: Buffer,
    seen: Buffer,
    todo: Buffer,
    paths: Buffer,
    frames: Buffer,
    chosen: Buffer,
    walk: Buffer,
    out: Buffer,
) -> None:
    """Write all minimal cut sets of order at most ``most`` to ``out`` as (length, atoms...).

    A frame is (begin of its path, end, position). ``walk`` is (depth, order so far, states visited, states allowed,
    written numbers, fresh state to look at) and lets a call go on where the last stopped: with ``out`` full (the
    caller empties it) or the allowance used up. Finished when the depth is 0 and nothing fresh is left.
    """
    while (walk[0] > 0 or walk[5] == 1) and walk[2] < walk[3] and walk[4] + walk[0] + 2 <= len(out):
        depth = walk[0]
        if walk[5] == 1:
            walk[5] = 0
            walk[2] += 1
            if walk[1] + least_orders(code, apart, status, order, bound) <= most:
                if path_costs(code, status, weight, cost) < 1e30:
                    begin = 0 if depth == 0 else frames[3 * depth - 2]
                    frames[3 * depth] = begin
                    frames[3 * depth + 1] = collect_path(code, status, cost, seen, walk[2], todo, paths, begin)
                    frames[3 * depth + 2] = begin - 1
                    walk[0] = depth + 1
                elif minimal_now(code, status, chosen, depth, true):
                    write_set(chosen, depth, out, walk)
        if walk[0] > 0:
            next_branch(order, status, paths, frames, chosen, walk)


@kernel
def restore(cell: int, parent: Buffer, place: Buffer, path: Buffer, paths: Buffer, status: Buffer) -> None:
    """Set ``status`` to the partial state of a cell."""
    for atom in range(len(status)):
        status[atom] = 0
    while parent[cell] >= 0:
        above = parent[cell]
        last = path[2 * above] + place[cell]
        for i in range(path[2 * above], last):
            status[paths[i]] = 2
        status[paths[last]] = 1
        cell = above


@kernel
def divide(
    cell: int,
    end: int,
    chance: Buffer,
    paths: Buffer,
    mass: Buffer,
    parent: Buffer,
    place: Buffer,
    path: Buffer,
    used: Buffer,
) -> float:
    """Make a cell for each atom of the path that ends at ``end``; return the mass of "all of it held"."""
    begin = used[1]
    path[2 * cell] = begin
    path[2 * cell + 1] = end
    rest = mass[cell]
    for i in range(begin, end):
        new = used[0]
        mass[new] = rest * chance[paths[i]]
        rest *= 1.0 - chance[paths[i]]
        parent[new] = cell
        place[new] = i - begin
        path[2 * new] = -1
        used[0] = new + 1
    used[1] = end
    return float(rest)


@kernel
def settle(
    code: Buffer,
    chance: Buffer,
    weight: Buffer,
    least: float,
    status: Buffer,
    cost: Buffer,
    seen: Buffer,
    todo: Buffer,
    paths: Buffer,
    mass: Buffer,
    parent: Buffer,
    place: Buffer,
    path: Buffer,
    sums: Buffer,
    used: Buffer,
) -> bool:
    """Settle every open cell of at least ``least`` mass; return whether there was room for all of them.

    A cell is a partial state: as its ``parent``, atoms of the parent's path held up to ``place``, the next one lost.
    ``path[2c]`` and ``path[2c + 1]`` are where a settled cell's path begins and ends (-1: cell still open).
    ``sums`` is (mass of true states, mass of false states); ``used`` is (cells, numbers in ``paths``,
    first open, stamps given out).
    """
    cell = used[2]
    opened = -1
    room = True
    while cell < used[0] and room:
        if path[2 * cell] < 0 and mass[cell] < least:
            opened = cell if opened < 0 else opened
        elif path[2 * cell] < 0:
            restore(cell, parent, place, path, paths, status)
            if path_costs(code, status, weight, cost) >= 1e30:
                path[2 * cell] = used[1]
                path[2 * cell + 1] = used[1]
                sums[0] += mass[cell]
            else:
                used[3] += 1
                end = collect_path(code, status, cost, seen, used[3], todo, paths, used[1])
                room = end >= 0 and used[0] + end - used[1] <= len(mass)
                if not room:
                    break
                sums[1] += divide(cell, end, chance, paths, mass, parent, place, path, used)
        cell += 1
    used[2] = opened if opened >= 0 else cell
    return room

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
) -> int:
    """Write all minimal cut sets of order at most ``most`` to ``out`` as (length, atoms...); return how many.

    A frame is (begin of its path, end, position). ``walk`` is (depth, order so far, states visited, states allowed,
    written numbers, fresh state to look at) and lets a call go on where the last stopped: with ``out`` full (the
    caller empties it) or the allowance used up. Finished when the depth is 0 and nothing fresh is left.
    """
    found = 0
    depth = walk[0]
    total = walk[1]
    fresh = walk[5]
    while (depth > 0 or fresh == 1) and walk[2] < walk[3] and walk[4] + depth + 2 <= len(out):
        if fresh == 1:
            fresh = 0
            walk[2] += 1
            least = least_orders(code, apart, status, order, bound)
            if total + least <= most:
                if path_costs(code, status, weight, cost) >= 1e30:
                    if minimal_now(code, status, chosen, depth, true):
                        out[walk[4]] = depth
                        for i in range(depth):
                            out[walk[4] + 1 + i] = chosen[i]
                        walk[4] += depth + 1
                        found += 1
                else:
                    begin = 0 if depth == 0 else frames[3 * depth - 2]
                    end = collect_path(code, status, cost, seen, walk[2], todo, paths, begin)
                    frames[3 * depth] = begin
                    frames[3 * depth + 1] = end
                    frames[3 * depth + 2] = begin - 1
                    depth += 1
                    continue
        if depth == 0:
            break
        at = 3 * (depth - 1)
        if frames[at + 2] >= frames[at]:
            atom = paths[frames[at + 2]]
            status[atom] = 2
            total -= order[atom]
        frames[at + 2] += 1
        if frames[at + 2] == frames[at + 1]:
            for i in range(frames[at], frames[at + 1]):
                status[paths[i]] = 0
            depth -= 1
        else:
            atom = paths[frames[at + 2]]
            status[atom] = 1
            total += order[atom]
            chosen[depth - 1] = atom
            fresh = 1
    walk[0] = depth
    walk[1] = total
    walk[5] = fresh
    return found


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
    while cell < used[0]:
        if path[2 * cell] >= 0:
            cell += 1
            continue
        if mass[cell] < least:
            if opened < 0:
                opened = cell
            cell += 1
            continue
        for atom in range(len(status)):
            status[atom] = 0
        below = cell
        while parent[below] >= 0:
            above = parent[below]
            last = path[2 * above] + place[below]
            for i in range(path[2 * above], last):
                status[paths[i]] = 2
            status[paths[last]] = 1
            below = above
        begin = used[1]
        if path_costs(code, status, weight, cost) >= 1e30:
            path[2 * cell] = begin
            path[2 * cell + 1] = begin
            sums[0] += mass[cell]
            cell += 1
            continue
        used[3] += 1
        end = collect_path(code, status, cost, seen, used[3], todo, paths, begin)
        if end < 0 or used[0] + end - begin > len(mass):
            used[2] = opened if opened >= 0 else cell
            return False
        path[2 * cell] = begin
        path[2 * cell + 1] = end
        used[1] = end
        rest = mass[cell]
        for i in range(begin, end):
            new = used[0]
            mass[new] = rest * chance[paths[i]]
            rest *= 1.0 - chance[paths[i]]
            parent[new] = cell
            place[new] = i - begin
            path[2 * new] = -1
            used[0] = new + 1
        sums[1] += rest
        cell += 1
    used[2] = opened if opened >= 0 else cell
    return True

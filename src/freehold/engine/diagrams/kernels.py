"""Kernels over decision diagrams in flat int32 buffers; both twins of :mod:`freehold.engine.compiled`.

Buffers of a store (they grow by doubling, see :class:`freehold.engine.diagrams.bdd.Store`):

* ``nodes``  four numbers a node: level, low, high, unused; nodes 0 and 1 are the constants, below all levels
* ``table``  open-addressing hash table of node numbers, 0 = free; a power of two, at most half full
* ``cache``  four numbers a slot: f, 8 * g + operation, result, unused; direct-mapped, entries may be overwritten
* ``stack``  six numbers a frame, at most one frame a level of either operand
* ``state``  nodes in use, most nodes allowed now

Children have smaller numbers than their parents, so that every later pass is one loop over the nodes. A negative
result means that the store is full: the caller enlarges it and repeats, and the cache keeps what was done.

*Binary diagrams*: Bryant 1986; apply: Brace, Rudell & Bryant 1990. *Zero-suppressed diagrams* (Minato 1993) hold
families of sets: a node is ``low`` and, with the element of its level added, ``high``; 0 is the empty family, 1 the
family of the empty set; no node has ``high`` 0. *Minimal solutions*: Rauzy 1993, "New algorithms for fault trees
analysis"; ``without`` is his operator with a monotone function for second operand, which saves the second descent.
"""

from __future__ import annotations

from freehold.engine.compiled import Buffer, kernel


@kernel
def place_node(level: int, low: int, high: int, nodes: Buffer, table: Buffer, state: Buffer) -> int:
    """Return the node (level, low, high), made if need be; -1 if there is no room for it."""
    mask = len(table) - 1
    mixed = level * 12582917 + low * 4256249 + high * 741457
    slot = (mixed ^ (mixed >> 17)) & mask
    while table[slot] != 0:
        node = table[slot]
        if nodes[4 * node + 1] == low and nodes[4 * node + 2] == high and nodes[4 * node] == level:
            return int(node)
        slot = (slot + 1) & mask
    node = state[0]
    if node >= state[1]:
        return -1
    nodes[4 * node] = level
    nodes[4 * node + 1] = low
    nodes[4 * node + 2] = high
    table[slot] = node
    state[0] = node + 1
    return int(node)


@kernel
def rehash(nodes: Buffer, table: Buffer, state: Buffer) -> None:
    """Fill an empty table with all nodes in use."""
    mask = len(table) - 1
    for node in range(2, state[0]):
        mixed = nodes[4 * node] * 12582917 + nodes[4 * node + 1] * 4256249 + nodes[4 * node + 2] * 741457
        slot = (mixed ^ (mixed >> 17)) & mask
        while table[slot] != 0:
            slot = (slot + 1) & mask
        table[slot] = node


@kernel
def recall(f: int, key: int, cache: Buffer) -> int:
    """Return what is remembered for (f, key), or -2."""
    slot = 4 * ((f * 7368787 + key * 4256249) >> 3 & (len(cache) // 4 - 1))
    if cache[slot] == f and cache[slot + 1] == key:
        return int(cache[slot + 2])
    return -2


@kernel
def remember(f: int, key: int, result: int, cache: Buffer) -> None:
    """Remember the result of (f, key) in place of whatever was in its slot."""
    slot = 4 * ((f * 7368787 + key * 4256249) >> 3 & (len(cache) // 4 - 1))
    cache[slot] = f
    cache[slot + 1] = key
    cache[slot + 2] = result


@kernel
def recache(entries: Buffer, cache: Buffer) -> None:
    """Carry the entries of a smaller cache over into a larger one."""
    for old in range(0, len(entries), 4):
        if entries[old + 1] != 0:
            remember(entries[old], entries[old + 1], entries[old + 2], cache)


@kernel
def apply(
    operation: int, f: int, g: int, nodes: Buffer, table: Buffer, cache: Buffer, stack: Buffer, state: Buffer
) -> int:
    """Return f AND/OR/XOR g, or -1 if the store is full."""
    top = 0
    while True:
        if f > g:
            f, g = g, f
        result = -2
        if f == g:
            result = 0 if operation == 2 else f
        elif f == 0:
            result = 0 if operation == 0 else g
        elif f == 1 and operation != 2:
            result = g if operation == 0 else 1
        else:
            result = recall(f, 8 * g + operation, cache)
        if result == -2:
            level_f = nodes[4 * f]
            level_g = nodes[4 * g]
            stack[top] = f
            stack[top + 1] = g
            stack[top + 2] = -1
            top += 6
            if level_f <= level_g:
                f = nodes[4 * f + 1]
            if level_g <= level_f:
                g = nodes[4 * g + 1]
            continue
        while top > 0:
            f = stack[top - 6]
            g = stack[top - 5]
            level_f = nodes[4 * f]
            level_g = nodes[4 * g]
            low = stack[top - 4]
            if low == -1:
                stack[top - 4] = result
                if level_f <= level_g:
                    f = nodes[4 * f + 2]
                if level_g <= level_f:
                    g = nodes[4 * g + 2]
                break
            if low != result:
                level = level_f if level_f < level_g else level_g
                result = place_node(level, low, result, nodes, table, state)
                if result < 0:
                    return -1
            remember(f, 8 * g + operation, result, cache)
            top -= 6
        else:
            return result


@kernel
def run_program(
    program: Buffer,
    results: Buffer,
    done: int,
    nodes: Buffer,
    table: Buffer,
    cache: Buffer,
    stack: Buffer,
    state: Buffer,
) -> int:
    """Run instructions (operation, left, right) from number ``done`` on; return how many are complete.

    ``results[i]`` is the diagram of operand ``i``; instruction ``j`` writes the operand that follows all earlier ones.
    Fewer complete than there are: the store is full.
    """
    first = len(results) - len(program) // 3
    while done < len(program) // 3:
        left = results[program[3 * done + 1]]
        right = results[program[3 * done + 2]]
        result = apply(program[3 * done], left, right, nodes, table, cache, stack, state)
        if result < 0:
            return done
        results[first + done] = result
        done += 1
    return done


@kernel
def mark_reachable(root: int, nodes: Buffer, numbers: Buffer) -> int:
    """Number the nodes below ``root`` from 2 in ascending order into ``numbers``; return one past the last."""
    numbers[root] = 1
    for node in range(root, 1, -1):
        if numbers[node] != 0:
            numbers[nodes[4 * node + 1]] = 1
            numbers[nodes[4 * node + 2]] = 1
    count = 2
    for node in range(2, root + 1):
        if numbers[node] != 0:
            numbers[node] = count
            count += 1
    numbers[0] = 0
    numbers[1] = 1
    return count


@kernel
def copy_reachable(root: int, nodes: Buffer, numbers: Buffer, out: Buffer) -> None:
    """Write (level, low, high) of the numbered nodes to ``out``, three a node, terminals left out."""
    for node in range(2, root + 1):
        if numbers[node] != 0:
            place = 3 * (numbers[node] - 2)
            out[place] = nodes[4 * node]
            out[place + 1] = numbers[nodes[4 * node + 1]]
            out[place + 2] = numbers[nodes[4 * node + 2]]


@kernel
def without(
    family: int,
    g: int,
    function: Buffer,
    nodes: Buffer,
    table: Buffer,
    cache: Buffer,
    stack: Buffer,
    state: Buffer,
) -> int:
    """Return the sets of ``family`` on which the monotone function ``g`` is false, or -1 if the store is full.

    ``function`` holds the nodes of ``g``, three numbers a node from node 2 on, on the same levels as the family.
    """
    top = 0
    while True:
        while g > 1 and family > 1 and function[3 * g - 6] < nodes[4 * family]:
            g = function[3 * g - 5]
        result = -2
        if family == 0 or g == 1:
            result = 0
        elif g == 0 or family == 1:
            result = family
        else:
            result = recall(family, 8 * g + 4, cache)
        if result == -2:
            stack[top] = family
            stack[top + 1] = g
            stack[top + 2] = -1
            top += 6
            if function[3 * g - 6] == nodes[4 * family]:
                g = function[3 * g - 5]
            family = nodes[4 * family + 1]
            continue
        while top > 0:
            family = stack[top - 6]
            g = stack[top - 5]
            low = stack[top - 4]
            if low == -1:
                stack[top - 4] = result
                if function[3 * g - 6] == nodes[4 * family]:
                    g = function[3 * g - 4]
                family = nodes[4 * family + 2]
                break
            if result == 0:
                result = low
            else:
                result = place_node(nodes[4 * family], low, result, nodes, table, state)
                if result < 0:
                    return -1
            remember(family, 8 * g + 4, result, cache)
            top -= 6
        else:
            return result


@kernel
def minimal_solutions(
    function: Buffer,
    solutions: Buffer,
    done: int,
    nodes: Buffer,
    table: Buffer,
    cache: Buffer,
    stack: Buffer,
    state: Buffer,
) -> int:
    """Fill ``solutions[v]`` with the family of minimal solutions of function node ``v``; return how many are done.

    Fewer done than ``len(solutions)``: the store is full. The function must be monotone.
    """
    while done < len(solutions):
        low = function[3 * done - 5]
        high = without(solutions[function[3 * done - 4]], low, function, nodes, table, cache, stack, state)
        if high < 0:
            return done
        result = solutions[low]
        if high != 0:
            result = place_node(function[3 * done - 6], result, high, nodes, table, state)
            if result < 0:
                return done
        solutions[done] = result
        done += 1
    return done


@kernel
def beyond(family: int, others: int, nodes: Buffer, table: Buffer, cache: Buffer, stack: Buffer, state: Buffer) -> int:
    """Return the sets of ``family`` that hold no set of ``others``, or -1 if the store is full; both are families.

    A frame is (family, others, stage, result of the low branch); the high branch takes two descents.
    """
    top = 0
    while True:
        while others > 1 and family > 1 and nodes[4 * others] < nodes[4 * family]:
            others = nodes[4 * others + 1]
        while others > 1 and family == 1:
            others = nodes[4 * others + 1]
        result = -2
        if family == 0 or others == 1 or family == others:
            result = 0
        elif others == 0:
            result = family
        else:
            result = recall(family, 8 * others + 5, cache)
        if result == -2:
            stack[top] = family
            stack[top + 1] = others
            stack[top + 2] = 0
            top += 6
            if nodes[4 * others] == nodes[4 * family]:
                others = nodes[4 * others + 1]
            family = nodes[4 * family + 1]
            continue
        while top > 0:
            family = stack[top - 6]
            others = stack[top - 5]
            same = nodes[4 * others] == nodes[4 * family]
            if stack[top - 4] == 0:
                stack[top - 4] = 1
                stack[top - 3] = result
                family = nodes[4 * family + 2]
                if same:
                    others = nodes[4 * others + 1]
                break
            if stack[top - 4] == 1 and same and result != 0:
                stack[top - 4] = 2
                family = result
                others = nodes[4 * others + 2]
                break
            if result == 0:
                result = stack[top - 3]
            else:
                result = place_node(nodes[4 * family], stack[top - 3], result, nodes, table, state)
                if result < 0:
                    return -1
            remember(family, 8 * others + 5, result, cache)
            top -= 6
        else:
            return result


@kernel
def minimal_states(
    function: Buffer,
    solutions: Buffer,
    done: int,
    nodes: Buffer,
    table: Buffer,
    cache: Buffer,
    stack: Buffer,
    state: Buffer,
) -> int:
    """Fill ``solutions[v]`` with the inclusion-minimal true states of function node ``v``; return how many are done.

    As :func:`minimal_solutions`, for functions that need not be monotone: minimal states with an atom are those of the
    high branch that hold no minimal state of the low branch.
    """
    while done < len(solutions):
        low = solutions[function[3 * done - 5]]
        high = beyond(solutions[function[3 * done - 4]], low, nodes, table, cache, stack, state)
        if high < 0:
            return done
        result = low
        if high != 0:
            result = place_node(function[3 * done - 6], low, high, nodes, table, state)
            if result < 0:
                return done
        solutions[done] = result
        done += 1
    return done

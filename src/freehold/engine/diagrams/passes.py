"""Kernels that walk a finished diagram once, up or down; arrays as in :mod:`freehold.engine.diagrams.diagram`."""

from __future__ import annotations

from freehold.engine.compiled import Buffer, kernel


@kernel
def probability_up(
    level: Buffer, low: Buffer, high: Buffer, end: Buffer, root: Buffer, up: Buffer, chance: Buffer, value: Buffer
) -> float:
    """Fill ``value[v]`` with the probability of node ``v`` and return that of the top.

    ``chance[l]`` is the probability of the atom of level ``l``; those of modules are filled in on the way.
    """
    value[0] = 0.0
    value[1] = 1.0
    node = 2
    for module in range(len(end)):
        while node < end[module]:
            p = chance[level[node]]
            value[node] = p * value[high[node]] + (1.0 - p) * value[low[node]]
            node += 1
        if up[module] >= 0:
            chance[up[module]] = value[root[module]]
    return float(value[root[len(root) - 1]])


@kernel
def derivative_down(
    level: Buffer,
    low: Buffer,
    high: Buffer,
    end: Buffer,
    root: Buffer,
    up: Buffer,
    chance: Buffer,
    value: Buffer,
    weight: Buffer,
    slope: Buffer,
) -> None:
    """Fill ``slope[l]`` with the derivative of the top's probability by the chance of level ``l``'s atom.

    ``weight`` is working space of one zero per node; ``value`` and ``chance`` are as :func:`probability_up` left them.
    """
    node = len(level) - 1
    for module in range(len(end) - 1, -1, -1):
        weight[root[module]] += 1.0 if up[module] < 0 else slope[up[module]]
        begin = 2 if module == 0 else end[module - 1]
        while node >= begin:
            p = chance[level[node]]
            w = weight[node]
            slope[level[node]] += w * (value[high[node]] - value[low[node]])
            weight[high[node]] += w * p
            weight[low[node]] += w * (1.0 - p)
            node -= 1


@kernel
def derivatives_of_many(
    level: Buffer,
    low: Buffer,
    high: Buffer,
    end: Buffer,
    root: Buffer,
    up: Buffer,
    chance: Buffer,
    value: Buffer,
    weight: Buffer,
    slope: Buffer,
    total: Buffer,
) -> None:
    """Do what the two passes above do for many columns of chances, as many at a time as ``value`` is wide.

    ``chance`` and ``slope`` (zeros) are (levels, columns), ``total`` (columns,) takes the top's probabilities; ``value``
    and ``weight`` are working space of (nodes, width).
    """
    width = value.shape[1]
    modules = len(end)
    for first in range(0, len(total), width):
        count = min(width, len(total) - first)
        for i in range(count):
            value[0, i] = 0.0
            value[1, i] = 1.0
        for node in range(len(level)):
            for i in range(count):
                weight[node, i] = 0.0
        node = 2
        for module in range(modules):
            while node < end[module]:
                at, yes, no = level[node], high[node], low[node]
                for i in range(count):
                    p = chance[at, first + i]
                    value[node, i] = p * value[yes, i] + (1.0 - p) * value[no, i]
                node += 1
            if up[module] >= 0:
                at, yes = up[module], root[module]
                for i in range(count):
                    chance[at, first + i] = value[yes, i]
        yes = root[modules - 1]
        for i in range(count):
            total[first + i] = value[yes, i]
        node = len(level) - 1
        for module in range(modules - 1, -1, -1):
            at, yes = up[module], root[module]
            for i in range(count):
                weight[yes, i] += 1.0 if at < 0 else slope[at, first + i]
            begin = 2 if module == 0 else end[module - 1]
            while node >= begin:
                at, yes, no = level[node], high[node], low[node]
                for i in range(count):
                    p = chance[at, first + i]
                    w = weight[node, i]
                    slope[at, first + i] += w * (value[yes, i] - value[no, i])
                    weight[yes, i] += w * p
                    weight[no, i] += w * (1.0 - p)
                node -= 1


@kernel
def measures_of_many(levels: Buffer, chance: Buffer, slope: Buffer, total: Buffer, held: Buffer, out: Buffer) -> None:
    """Fill ``out`` (6, leaves, columns): Birnbaum, criticality, Fussell-Vesely, diagnosis, achievement and reduction worth.

    ``held`` is working space of one number a column. Where the total is 0, ratios to it are not-a-number.
    """
    nan = float("nan")
    infinite = float("inf")
    columns = len(total)
    for leaf in range(len(levels)):
        at = levels[leaf]
        for i in range(columns):
            whole = total[i]
            share = 1.0 / whole if whole != 0.0 else nan
            p = chance[at, i]
            b = slope[at, i]
            less = whole - p * b
            if abs(less) < 1e-15 * whole:
                less = 0.0
            worth = (whole + (1.0 - p) * b) * share
            out[0, leaf, i] = b
            out[1, leaf, i] = b * p * share
            out[2, leaf, i] = (whole - less) * share
            out[3, leaf, i] = p * worth
            out[4, leaf, i] = worth
            held[i] = less
        for i in range(columns):
            less = held[i]
            out[5, leaf, i] = total[i] / less if less != 0.0 else (infinite if total[i] > 0.0 else nan)


@kernel
def longest_sets(
    level: Buffer,
    low: Buffer,
    high: Buffer,
    end: Buffer,
    root: Buffer,
    up: Buffer,
    longest_atom: Buffer,
    longest: Buffer,
) -> int:
    """Fill ``longest[v]`` with the order of the largest set of family ``v`` (-1: no set) and return the top's."""
    longest[0] = -1
    longest[1] = 0
    node = 2
    for module in range(len(end)):
        while node < end[module]:
            here = longest[high[node]]
            atom = longest_atom[level[node]]
            longest[node] = longest[low[node]]
            if here >= 0 and atom >= 0 and here + atom > longest[node]:
                longest[node] = here + atom
            node += 1
        if up[module] >= 0:
            longest_atom[up[module]] = longest[root[module]]
    return int(longest[root[len(root) - 1]])


@kernel
def count_sets(
    level: Buffer,
    low: Buffer,
    high: Buffer,
    end: Buffer,
    root: Buffer,
    up: Buffer,
    longest: Buffer,
    offset: Buffer,
    atom_root: Buffer,
    count: Buffer,
) -> None:
    """Fill ``count[offset[v] + i]`` with the number of sets of order ``i`` in family ``v``.

    ``atom_root[l]`` is the root node of the module that level ``l`` stands for, or -1 for a leaf. ``count`` starts at
    zero; its type decides: floating for a first estimate, int64 where that is exact.
    """
    count[offset[1]] += 1
    node = 2
    for module in range(len(end)):
        while node < end[module]:
            at = offset[node]
            below = offset[low[node]]
            for i in range(longest[low[node]] + 1):
                count[at + i] += count[below + i]
            below = offset[high[node]]
            other = atom_root[level[node]]
            if other < 0:
                for i in range(longest[high[node]] + 1):
                    count[at + i + 1] += count[below + i]
            else:
                across = offset[other]
                for i in range(longest[high[node]] + 1):
                    if count[below + i] != 0:
                        for j in range(longest[other] + 1):
                            count[at + i + j] += count[below + i] * count[across + j]
            node += 1


@kernel
def interval_up(
    level: Buffer,
    low: Buffer,
    high: Buffer,
    end: Buffer,
    root: Buffer,
    up: Buffer,
    least: Buffer,
    most: Buffer,
    bottom: Buffer,
    ceiling: Buffer,
) -> None:
    """Fill ``bottom`` and ``ceiling`` per node with bounds on its probability, whatever the leaves' within theirs.

    ``least`` and ``most`` bound the chances per level; those of modules are filled in on the way.
    """
    bottom[0] = 0.0
    ceiling[0] = 0.0
    bottom[1] = 1.0
    ceiling[1] = 1.0
    node = 2
    for module in range(len(end)):
        while node < end[module]:
            p = least[level[node]]
            q = most[level[node]]
            if bottom[high[node]] < bottom[low[node]]:
                p, q = q, p
            bottom[node] = p * bottom[high[node]] + (1.0 - p) * bottom[low[node]]
            p = least[level[node]]
            q = most[level[node]]
            if ceiling[high[node]] < ceiling[low[node]]:
                p, q = q, p
            ceiling[node] = q * ceiling[high[node]] + (1.0 - q) * ceiling[low[node]]
            node += 1
        if up[module] >= 0:
            least[up[module]] = bottom[root[module]]
            most[up[module]] = ceiling[root[module]]


@kernel
def push_frame(frames: Buffer, depth: int, node: int, left: int, rest: int, taken: int, leaf: int, used: int) -> int:
    """Put a frame on the stack of :func:`list_sets`; return the new depth."""
    at = 6 * depth
    frames[at] = node
    frames[at + 1] = left
    frames[at + 2] = rest
    frames[at + 3] = taken
    frames[at + 4] = leaf
    frames[at + 5] = used
    return depth + 1


@kernel
def holds(family: int, size: int, longest: Buffer, offset: Buffer, count: Buffer) -> bool:
    """Return whether ``family`` has a set of exactly ``size`` leaves."""
    return bool(0 <= size <= longest[family] and count[offset[family] + size] != 0)


@kernel
def list_sets(
    level: Buffer,
    low: Buffer,
    high: Buffer,
    top: int,
    size: int,
    atom: Buffer,
    atom_root: Buffer,
    longest: Buffer,
    offset: Buffer,
    count: Buffer,
    frames: Buffer,
    cells: Buffer,
    chosen: Buffer,
    out: Buffer,
) -> int:
    """Write the sets of exactly ``size`` leaves of family ``top`` to ``out``, one after another; return how many.

    Stops when ``out`` is full. A frame is (node, size left, rest, leaves chosen, leaf to add or -1, cells in use); a
    cell is one link of the rest still to choose from: (node, size, next). Only branches that hold a set are entered,
    so the time is proportional to what is written.
    """
    written = 0
    depth = push_frame(frames, 0, top, size, -1, 0, -1, 0)
    while depth > 0 and (written + 1) * size <= len(out):
        depth -= 1
        at = 6 * depth
        node = frames[at]
        left = frames[at + 1]
        rest = frames[at + 2]
        taken = frames[at + 3]
        used = frames[at + 5]
        if frames[at + 4] >= 0:
            chosen[taken - 1] = frames[at + 4]
        while node == 1 and left == 0 and rest >= 0:
            node, left, rest = cells[3 * rest], cells[3 * rest + 1], cells[3 * rest + 2]
        if node == 1 and left == 0:
            for i in range(size):
                out[written * size + i] = chosen[i]
            written += 1
        if node < 2:
            continue
        if holds(low[node], left, longest, offset, count):
            depth = push_frame(frames, depth, low[node], left, rest, taken, -1, used)
        other = atom_root[level[node]]
        if other < 0 and holds(high[node], left - 1, longest, offset, count):
            depth = push_frame(frames, depth, high[node], left - 1, rest, taken + 1, atom[level[node]], used)
        if other >= 0:
            for part in range(min(left, longest[other]) + 1):
                both = holds(other, part, longest, offset, count) and holds(
                    high[node], left - part, longest, offset, count
                )
                if both:
                    cells[3 * used] = other
                    cells[3 * used + 1] = part
                    cells[3 * used + 2] = rest
                    used += 1
                    depth = push_frame(frames, depth, high[node], left - part, used - 1, taken, -1, used)
    return written

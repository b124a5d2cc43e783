"""The fewest elements that meet every one of a few dozen small sets, without a solver.

For the cheapest elements over many thousand sets there is ``hitting``, which needs python-sat.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

MOST_STEPS: Final = 5_000


def fewest_meeting(sets: Sequence[frozenset[int]], budget: int = MOST_STEPS) -> tuple[tuple[int, ...], int]:
    """Return a small choice of elements, ascending, that meets every set, and a number that no choice can undercut.

    The two agree unless the search took more than ``budget`` steps. Branch and bound over the elements of the
    smallest set not met yet, bounded by sets without a common element.
    """
    distinct = sorted(
        {one for one in sets if not any(other < one for other in sets)}, key=lambda s: (len(s), sorted(s))
    )
    best = _greedy(distinct)
    floor = disjoint(distinct)
    waiting: list[tuple[frozenset[int], frozenset[int]]] = [(frozenset(), frozenset())]
    steps = 0
    while waiting and len(best) > floor:
        steps += 1
        if steps > budget:
            return tuple(sorted(best)), floor
        taken, barred = waiting.pop()
        open_sets = sorted((one - barred for one in distinct if taken.isdisjoint(one)), key=_size)
        if not open_sets:
            best = taken if len(taken) < len(best) else best
            continue
        if len(taken) + disjoint(open_sets) >= len(best):
            continue
        tried = barred
        branches = []
        for element in sorted(open_sets[0]):
            branches.append((taken | {element}, tried))
            tried |= {element}
        waiting += reversed(branches)
    return tuple(sorted(best)), len(best)


def _greedy(sets: Sequence[frozenset[int]]) -> frozenset[int]:
    left, taken = list(sets), frozenset[int]()
    while left:
        count: dict[int, int] = {}
        for one in left:
            for element in one:
                count[element] = count.get(element, 0) + 1
        best = min(count, key=lambda element: (-count[element], element))
        taken |= {best}
        left = [one for one in left if best not in one]
    return taken


def _size(one: frozenset[int]) -> tuple[int, list[int]]:
    return len(one), sorted(one)


def disjoint(sets: Sequence[frozenset[int]]) -> int:
    """Return how many of ``sets``, smallest first, have no common element: so many elements at least meet them all."""
    used: set[int] = set()
    count = 0
    for one in sorted(sets, key=_size):
        if used.isdisjoint(one):
            used |= one
            count += 1
    return count

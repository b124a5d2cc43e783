"""Open questions: which assumed facts change a cell, and the fewest answers that settle most cells.

A *cell* is anything with a state that gets no worse when a fact gets better: a verdict in a scenario. A fact is good or
bad; how each is *assumed* is known. A cell is **settled by a set of answers** if, these facts being as assumed, its
state is as assumed whatever the values of all others. States are monotone, so the two corners decide: all others bad,
all others good. (An answer that contradicts the assumption gives new states, and the question is asked again.)

A *change set* of a cell is a minimal set of facts that, all otherwise than assumed, change it. Answers settle a cell
exactly when they meet each of its change sets; so the fewest answers are a smallest hitting set, learnt set by set from
the corners (implicit hitting sets: Moreno-Centeno & Karp 2013). Settling is *not* submodular - a cell may need two
answers of which each alone settles nothing - so the (1 - 1/e) of greedy choice does not hold here. What is
certified instead is a count: ``n`` answers settle no cell that has more than ``n`` change sets without a common fact.

States come from a function over arrays; ``liveness`` makes it fast for a supply graph. Words are left to others.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from math import comb
from typing import Final

import numpy as np
from numpy.typing import NDArray

from freehold.engine.explanation import minimal_subset
from freehold.engine.meeting import disjoint, fewest_meeting
from freehold.errors import UsageError

Bools = NDArray[np.bool_]
States = Callable[[Bools], NDArray[np.integer]]
"""(sets, facts), True where a fact is good -> (sets, cells), a number per state."""

MOST_CHOICES: Final = 5_000
"""Choices looked at one by one for each number of answers, and steps of the search for the fewest."""
MOST_SETS: Final = 2_000
"""Change sets learnt before the answer falls back on bounds."""
MOST_ORDERED: Final = 20
"""Answers put in order by what they settle; the others follow in order of their number."""


@dataclass(frozen=True, slots=True)
class Answers:
    """Facts, ascending, that settle ``settled`` open cells; no choice of as many facts settles more than ``bound``."""

    facts: tuple[int, ...]
    settled: int
    bound: int

    @property
    def exact(self) -> bool:
        """Tell whether no other choice of as many facts settles more."""
        return self.settled == self.bound


@dataclass(frozen=True, slots=True, eq=False)
class Settling:
    """What answers can do for the ``open_cells`` (ascending): those that some values of the facts change.

    ``best[n - 1]`` are the best ``n`` answers found. ``smallest`` settle all open cells, and fewer than
    ``at_least`` cannot. ``order``: facts of ``smallest``, each next one settling most, with how many more it settles.
    ``change_sets``: those learnt, by open cell.
    """

    open_cells: tuple[int, ...]
    best: tuple[Answers, ...]
    smallest: tuple[int, ...]
    at_least: int
    order: tuple[tuple[int, int], ...]
    change_sets: tuple[tuple[frozenset[int], ...], ...]


def changed_by_each(states: States, base: Bools, facts: Sequence[int] | None = None) -> Bools:
    """Return which cells change when one fact alone changes its value: (facts, cells).

    ``base`` (facts,) are the values of all others; ``facts`` those to change, all by default. One call of ``states``.
    """
    asked = list(range(len(base))) if facts is None else list(facts)
    values = np.repeat(base[None], len(asked) + 1, axis=0)
    values[np.arange(len(asked)), asked] ^= True
    found = states(values)
    return np.asarray(found[:-1] != found[-1])


def is_settled(states: States, assumed: Bools, answered: Bools) -> Bools:
    """Return which cells each row of ``answered`` (sets, facts) settles: (sets, cells). One call of ``states``."""
    sets = len(answered)
    found = states(np.concatenate((answered & assumed, ~answered | assumed, assumed[None])))
    return np.asarray((found[:sets] == found[-1]) & (found[sets : 2 * sets] == found[-1]))


def joined(parts: Sequence[tuple[Sequence[int], States]]) -> States:
    """Return the states of several parts as one function: cells side by side, facts given by their columns.

    Each part remembers the states it has given, so that a fact it does not depend on costs it nothing.
    """
    columns = [np.asarray(facts, dtype=np.intp) for facts, _ in parts]
    known: list[dict[bytes, NDArray[np.integer]]] = [{} for _ in parts]

    def states(values: Bools) -> NDArray[np.integer]:
        found = []
        for (_, part), facts, memory in zip(parts, columns, known, strict=True):
            rows = np.ascontiguousarray(values[:, facts])
            keys = [row.tobytes() for row in rows]
            new = {key: place for place, key in enumerate(keys) if key not in memory}
            if new:
                memory.update(zip(new, part(rows[list(new.values())]), strict=True))
            found.append(np.array([memory[key] for key in keys]))
        return np.concatenate(found, axis=1)

    return states


def settling(
    states: States,
    assumed: Bools,
    most: int = 5,
    *,
    relevant: Bools | None = None,
    budget: int = MOST_CHOICES,
    most_sets: int = MOST_SETS,
) -> Settling:
    """Return the best 1, 2, ... ``most`` answers, and the fewest that settle every open cell.

    ``assumed`` (facts,): True where a fact is assumed good. ``relevant`` (facts, cells): False where a cell is known not to
    depend on a fact; saves time, changes nothing. Exact while the choices of so many facts among those in the change sets are
    at most ``budget``, and no more than ``most_sets`` change sets are needed; beyond that greedy, with the bound of the
    module docstring, and ``smallest`` then settles all but is not claimed to be the fewest. Deterministic. Cost: about
    k log(n / k) calls of ``states`` for a change set of k facts out of n. Raises ``UsageError`` for a negative ``most``.
    """
    if most < 0:
        raise UsageError(f"{most} answers make no sense", remedy="ask for none or more")
    search = _Search(states, assumed, budget, most_sets, relevant)
    smallest, at_least = search.fewest()
    best: list[Answers] = []
    for number in range(1, min(most, len(smallest)) + 1):
        best.append(search.best(number, best[-1].facts if best else ()))
        if best[-1].settled == len(search.open_cells):
            break
    order = search.in_order(smallest)
    return Settling(
        tuple(search.open_cells), tuple(best), smallest, at_least, order, tuple(map(tuple, search.sets.values()))
    )


@dataclass(slots=True)
class _Search:
    """Learns change sets from the corners and chooses facts that meet them."""

    states: States
    assumed: Bools
    budget: int
    most_sets: int
    relevant: Bools | None
    open_cells: list[int] = field(default_factory=list)
    sets: dict[int, list[frozenset[int]]] = field(default_factory=dict)
    learnt: int = 0

    def __post_init__(self) -> None:
        settled = is_settled(self.states, self.assumed, np.zeros((1, len(self.assumed)), dtype=np.bool_))[0]
        self.open_cells = np.flatnonzero(~settled).tolist()
        single = changed_by_each(self.states, self.assumed) if self.open_cells else None
        for cell in self.open_cells:
            alone = np.flatnonzero(single[:, cell]).tolist() if single is not None else []
            self.sets[cell] = [frozenset({fact}) for fact in alone]

    def fewest(self) -> tuple[tuple[int, ...], int]:
        """Return the fewest facts known to settle every open cell, and a number that cannot do."""
        chosen, at_least = self._meeting_all()
        while unsettled := self._unsettled(chosen):
            if self.learnt >= self.most_sets:
                more = {fact for cell in unsettled for fact in self._relevant(cell)}
                return tuple(sorted(more.union(chosen))), at_least
            for cell in unsettled:
                self._learn(cell, chosen)
            chosen, at_least = self._meeting_all()
        return chosen, at_least

    def best(self, number: int, before: tuple[int, ...]) -> Answers:
        """Return the best ``number`` answers; where all choices are too many, ``before`` and the fact that adds most."""
        while True:
            facts = sorted({fact for of in self.sets.values() for one in of for fact in one})
            if comb(len(facts), number) > self.budget:
                return self._next(number, before)
            choice = max(combinations(facts, number), key=self._met, default=())
            wrong = [cell for cell in self._unsettled(choice) if self._meets(cell, frozenset(choice))]
            if not wrong:
                met = self._met(choice)
                return Answers(choice, met, met)
            if self.learnt >= self.most_sets:
                return self._next(number, before)
            for cell in wrong:
                self._learn(cell, choice)

    def in_order(self, facts: tuple[int, ...]) -> tuple[tuple[int, int], ...]:
        """Return ``facts`` so that each next one settles most more, then meets most change sets of what is open."""
        left, chosen, done, order = list(facts), list[int](), 0, list[tuple[int, int]]()
        while left and len(order) < MOST_ORDERED:
            settled = is_settled(self.states, self.assumed, self._rows([[*chosen, fact] for fact in left]))
            counts = settled[:, self.open_cells].sum(axis=1).tolist()
            place = max(range(len(left)), key=lambda i: (counts[i], self._helps(left[i], chosen), -left[i]))
            order.append((left[place], counts[place] - done))
            done = counts[place]
            chosen.append(left.pop(place))
        settled = is_settled(
            self.states, self.assumed, self._rows([[*chosen, *left[: i + 1]] for i in range(len(left))])
        )
        for fact, count in zip(left, settled[:, self.open_cells].sum(axis=1).tolist(), strict=True):
            order.append((fact, count - done))
            done = count
        return tuple(order)

    def _next(self, number: int, before: tuple[int, ...]) -> Answers:
        """Return one more answer than ``before``, chosen among all facts, and the certified bound."""
        others = [fact for fact in range(len(self.assumed)) if fact not in before]
        settled = is_settled(self.states, self.assumed, self._rows([[*before, fact] for fact in others]))
        counts = settled[:, self.open_cells].sum(axis=1).tolist()
        place = max(range(len(others)), key=lambda i: (counts[i], self._helps(others[i], before), -others[i]))
        bound = sum(disjoint(of) <= number for of in self.sets.values())
        return Answers(tuple(sorted((*before, others[place]))), counts[place], bound)

    def _helps(self, fact: int, chosen: Sequence[int]) -> int:
        taken = set(chosen)
        return sum(fact in one and taken.isdisjoint(one) for of in self.sets.values() for one in of)

    def _met(self, choice: Sequence[int]) -> int:
        taken = frozenset(choice)
        return sum(self._meets(cell, taken) for cell in self.open_cells)

    def _meets(self, cell: int, taken: frozenset[int]) -> bool:
        return not any(taken.isdisjoint(one) for one in self.sets[cell])

    def _rows(self, choices: Sequence[Sequence[int]]) -> Bools:
        rows = np.zeros((len(choices), len(self.assumed)), dtype=np.bool_)
        for row, choice in zip(rows, choices, strict=True):
            row[list(choice)] = True
        return rows

    def _unsettled(self, chosen: Sequence[int]) -> list[int]:
        settled = is_settled(self.states, self.assumed, self._rows([chosen]))[0]
        return [cell for cell in self.open_cells if not settled[cell]]

    def _meeting_all(self) -> tuple[tuple[int, ...], int]:
        return fewest_meeting([one for of in self.sets.values() for one in of], self.budget)

    def _relevant(self, cell: int) -> list[int]:
        every = np.ones(len(self.assumed), dtype=np.bool_) if self.relevant is None else self.relevant[:, cell]
        facts: list[int] = np.flatnonzero(every).tolist()
        return facts

    def _learn(self, cell: int, answered: Sequence[int]) -> None:
        """Learn the change sets, at most one of hopes and one of doubts, by which ``cell`` is open still."""
        now = self.states(self.assumed[None])[0, cell]
        unanswered = [fact for fact in self._relevant(cell) if fact not in set(answered)]
        for hoped in (True, False):
            facts = [fact for fact in unanswered if self.assumed[fact] == hoped]

            def changes(some: list[int]) -> bool:
                values = self.assumed.copy()
                values[some] ^= True
                return bool(self.states(values[None])[0, cell] != now)

            if facts and changes(facts):
                self.sets[cell].append(frozenset(minimal_subset(facts, changes)))
                self.learnt += 1

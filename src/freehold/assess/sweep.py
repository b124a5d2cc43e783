"""The sweep: the verdict if one single party cuts the subject off, for every party there is.

Jurisdictions through every nexus and through seat and owner alone, your own only as a home ban; suppliers with their
group, as if they were gone; channels; patent holders. One run of the engine over all of them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from freehold.assess.cells import verdict, without_time
from freehold.assess.world import NOTHING, World
from freehold.engine.judgement import Case, End, Way, judge, lost_days, returnable, survival
from freehold.graph.supply import Root
from freehold.model.jurisdictions import NAMES
from freehold.model.leaf import LeafKind
from freehold.model.scenario import EVERY_NEXUS, Disruption, Scenario
from freehold.model.verdict import PartyResult, Verdict
from freehold.scenarios.losses import Impact

INFINITE = float("inf")
SEAT_ONLY = "jurisdiction (seat and owner only)"
WAYS = (Way.ASSUMED, Way.BAD, Way.GOOD)


class Party(NamedTuple):
    """A party of the sweep, with the scenario that takes it away."""

    kind: str
    id: str
    name: str
    scenario: Scenario


def parties(world: World) -> list[Party]:
    """Return every party that any leaf of the graph names, in order of kind and id."""
    found = {(party.kind, party.id): party for party in _parties(world)}
    return [found[key] for key in sorted(found)]


def _parties(world: World) -> Iterator[Party]:
    seat = world.stack.project.subject.seat
    for leaf in world.supply.leaves:
        match leaf.kind:
            case LeafKind.LAW if leaf.party == seat:
                continue
            case LeafKind.LAW:
                name = NAMES.get(leaf.party, leaf.party)
                yield _party(
                    "jurisdiction", leaf.party, name, Disruption(kind="denial", by=leaf.party, nexus=EVERY_NEXUS)
                )
                alone = Disruption(kind="denial", by=leaf.party, nexus=("seat", "parent"))
                yield _party(SEAT_ONLY, leaf.party, name, alone)
            case LeafKind.HOME:
                name = f"{NAMES.get(leaf.party, leaf.party)} (home ban)"
                yield _party("home ban", leaf.party, name, Disruption(kind="home-ban", by=leaf.party))
            case LeafKind.WILLING | LeafKind.OPERATES | LeafKind.PATCHES if leaf.party:
                facts = world.stack.suppliers.get(leaf.party)
                name = facts.name if facts else leaf.party
                yield _party("supplier", leaf.party, name, Disruption(kind="supplier-gone", by=leaf.party))
            case LeafKind.CHANNEL:
                name = world.stack.channels[leaf.party].name
                yield _party("channel", leaf.party, name, Disruption(kind="channel-down", by=leaf.party))
            case LeafKind.PATENT:
                yield _party("holder", leaf.party, leaf.party, Disruption(kind="patent-asserted", by=leaf.party))
            case _:
                continue


def _party(kind: str, identifier: str, name: str, disruption: Disruption) -> Party:
    return Party(kind, identifier, name, Scenario(id=f"{kind}:{identifier}", title=name, disruption=(disruption,)))


def sweep(world: World) -> tuple[tuple[PartyResult, ...], int]:
    """Return the parties whose loss changes something, worst first, and how many parties were tried.

    Rows of one kind with equal verdicts become one. Cost: edges x parties; a search only where recovery could be in time.
    """
    tried = parties(world)
    impacts = [world.impacts.of(party.scenario) for party in tried]
    calm = _lost(world, [world.case(NOTHING, way, End.BAD) for way in WAYS])
    lost = [_lost(world, [world.case(hit, way, End.BAD) for hit in impacts]) for way in WAYS]
    changed = [i for i in range(len(tried)) if any((lost[w][:, i] != calm[:, w]).any() for w in range(len(WAYS)))]
    found = _Outcomes(world, [impacts[i] for i in changed])
    rows = []
    for place, i in enumerate(changed):
        new = [lost[w][:, i] & ~calm[:, w] for w in range(len(WAYS))]
        rows.append(_row(world, tried[i], new, found.verdicts(place), found.days(place)))
    return _grouped(_beside(rows)), len(tried)


def _lost(world: World, cases: Sequence[Case]) -> NDArray[np.bool_]:
    """Tell which goals are lost before the horizon, (goals of all workloads, cases)."""
    days = survival(world.problem, cases)
    flat = [[d for of in lost_days(world.problem, c, days[:, i]) for d in of] for i, c in enumerate(cases)]
    return world.problem.horizon > np.array(flat, dtype=np.float64).T


class _Outcomes:
    """Verdicts of many impacts, facts as assumed, at the bad end."""

    def __init__(self, world: World, impacts: Sequence[Impact]) -> None:
        self._world = world
        self._impacts = impacts
        self._cases = [world.case(hit, Way.ASSUMED, End.BAD) for hit in impacts]
        self._days = survival(world.problem, self._cases)
        self._returns = returnable(world.problem, self._cases, self._days) if impacts else self._days
        self._window = max((self._latest(place) for place in range(len(impacts))), default=0.0)
        self._quick = self._returns
        if impacts:
            self._quick = returnable(world.problem, self._cases, self._days, self._window)

    def _latest(self, place: int) -> float:
        """Return how many days after the start of recovery the last goal is lost."""
        lost = (day for day in self.days(place) if -INFINITE < day < self._world.problem.horizon)
        return max((day - self._impacts[place].start for day in lost), default=0.0)

    def days(self, place: int) -> list[float]:
        """Return the day each goal is lost, tolerated downtime included."""
        return [d for of in lost_days(self._world.problem, self._cases[place], self._days[:, place]) for d in of]

    def verdicts(self, place: int) -> list[Verdict]:
        """Return the verdict on each goal."""
        case, days = self._cases[place], self._days[:, place]
        lost = self.days(place)
        start = self._impacts[place].start
        nodes = [self._world.node(root) for root in _roots(self._world)]
        if any(
            -INFINITE < d < self._world.problem.horizon and self._quick[v, place]
            for d, v in zip(lost, nodes, strict=True)
        ):
            outcome = judge(self._world.problem, case, days)
            places = [(w, a) for w, of in enumerate(outcome.lost) for a in range(len(of))]
            roots = _roots(self._world)
            return [verdict(self._world, outcome, p, start, r) for p, r in zip(places, roots, strict=True)]
        return [
            without_time(self._world, day, bool(self._returns[self._world.node(root), place]), days, root)
            for day, root in zip(lost, _roots(self._world), strict=True)
        ]


def _roots(world: World) -> list[Root]:
    return [(name, ability) for name, abilities in world.names for ability in abilities]


def _row(
    world: World, party: Party, new: list[NDArray[np.bool_]], verdicts: list[Verdict], days: list[float]
) -> PartyResult:
    """Return the row of one party; ``new`` are the goals that it takes, per way."""
    by_workload: dict[str, dict[str, Verdict]] = {}
    for (name, ability), found in zip(_roots(world), verdicts, strict=True):
        by_workload.setdefault(name, {})[ability.value] = found
    hits = [(v, d) for v, d, hit in zip(verdicts, days, new[0], strict=True) if hit]
    return PartyResult(
        id=f"sweep/{party.kind}/{party.id}",
        kind=party.kind,
        party=party.id,
        name=party.name,
        verdicts=by_workload,
        unsettled=int(((new[0] != new[1]) | (new[0] != new[2])).sum()),
        lost=len(hits),
        worst=max((v for v, _ in hits), key=lambda v: v.severity, default=Verdict.SAFE),
        earliest_day=min((d for _, d in hits), default=None),
    )


def _beside(rows: list[PartyResult]) -> list[PartyResult]:
    """Drop the row of seat and owner alone where it says the same as the row of every nexus."""
    full = {row.party: row for row in rows if row.kind == "jurisdiction"}
    return [row for row in rows if row.kind != SEAT_ONLY or not _same(row, full.get(row.party))]


def _same(row: PartyResult, other: PartyResult | None) -> bool:
    return other is not None and (row.verdicts, row.earliest_day) == (other.verdicts, other.earliest_day)


def _grouped(rows: list[PartyResult]) -> tuple[PartyResult, ...]:
    """Join rows of one kind with the same verdicts and days, and sort the worst to the top."""
    groups: dict[tuple[object, ...], list[PartyResult]] = defaultdict(list)
    for row in rows:
        same = (row.kind, str(row.verdicts), row.unsettled, row.earliest_day)
        groups[same].append(row)
    joined = [msgspec.structs.replace(g[0], same_as=tuple(row.name for row in g[1:])) for g in groups.values()]
    return tuple(sorted(joined, key=_worst_first))


def _worst_first(row: PartyResult) -> tuple[float, ...] | tuple[object, ...]:
    day = row.earliest_day if row.earliest_day is not None else INFINITE
    return (-row.worst.severity, -row.lost, day, -row.unsettled, row.kind, row.party)

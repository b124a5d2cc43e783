"""The sweep: the verdict if one single party cuts the subject off, for every party there is.

Jurisdictions through every nexus and through seat and owner alone, your own only as a home ban; suppliers with their
group, as if they were gone; channels; patent holders. One run of the engine over all of them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

import msgspec
import numpy as np

from freehold.assess.cells import verdict
from freehold.assess.world import NOTHING, World
from freehold.engine.judgement import Case, End, Way, judge, lost_days, survival
from freehold.model.jurisdictions import NAMES
from freehold.model.leaf import LeafKind
from freehold.model.scenario import EVERY_NEXUS, Disruption, Scenario
from freehold.model.verdict import PartyResult, Verdict
from freehold.scenarios.losses import Impact, impact

INFINITE = float("inf")


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
                yield _party("jurisdiction (seat and owner only)", leaf.party, name, alone)
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

    Rows of one kind with equal verdicts become one. Cost: edges x parties, and a search per party that loses something.
    """
    tried = parties(world)
    leaves = list(world.supply.leaves)
    impacts = [impact(party.scenario, leaves, world.stack) for party in tried]
    ways = (Way.ASSUMED, Way.BAD, Way.GOOD)
    cases = [world.case(hit, way, End.BAD) for hit in impacts for way in ways]
    quiet = [world.case(NOTHING, way, End.BAD) for way in ways]
    days = survival(world.problem, [*cases, *quiet])
    calm = [_lost(world, case, days[:, len(cases) + i]) for i, case in enumerate(quiet)]
    rows = []
    for i, (party, hit) in enumerate(zip(tried, impacts, strict=True)):
        columns = slice(3 * i, 3 * i + 3)
        row = _row(world, party, hit, cases[columns], days[:, columns], calm)
        if row is not None:
            rows.append(row)
    return _grouped(rows), len(tried)


def _lost(world: World, case: Case, days: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> list[list[bool]]:
    return [[day < world.problem.horizon for day in days_of] for days_of in lost_days(world.problem, case, days)]


def _row(
    world: World,
    party: Party,
    hit: Impact,
    cases: list[Case],
    days: np.ndarray[tuple[int, ...], np.dtype[np.float64]],
    calm: list[list[list[bool]]],
) -> PartyResult | None:
    """Return the row of one party, or None when it changes nothing, whatever the facts are."""
    lost = [_lost(world, case, days[:, i]) for i, case in enumerate(cases)]
    if lost == calm:
        return None
    new = [
        [[now and not before for now, before in zip(*pair, strict=True)] for pair in zip(hit_now, quiet, strict=True)]
        for hit_now, quiet in zip(lost, calm, strict=True)
    ]
    unsettled = sum(a != b or a != g for of in zip(*new, strict=True) for a, b, g in zip(*of, strict=True))
    outcome = judge(world.problem, cases[0], days[:, 0])
    verdicts: dict[str, dict[str, Verdict]] = {}
    for w, (name, abilities) in enumerate(world.names):
        verdicts[name] = {
            ability.value: verdict(world, outcome, (w, a), hit.start, (name, ability))
            for a, ability in enumerate(abilities)
        }
    cells = [v for of in verdicts.values() for v in of.values()]
    count = sum(map(sum, new[0]))
    first = [d for of, n in zip(outcome.lost, new[0], strict=True) for d, hit_ in zip(of, n, strict=True) if hit_]
    return PartyResult(
        id=f"sweep/{party.kind}/{party.id}",
        kind=party.kind,
        party=party.id,
        name=party.name,
        verdicts=verdicts,
        unsettled=unsettled,
        lost=count,
        worst=max(cells, key=lambda v: v.severity) if count else Verdict.SAFE,
        earliest_day=min(first, default=None),
    )


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

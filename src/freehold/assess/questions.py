"""Open questions: which assumed or unknown facts change a verdict, and what to write down once one is answered.

The engine finds what changes a cell and which answers together settle most; here cells are named and questions put into
words. A fact *changes* a cell if the cell turns with it alone, or with a minimal set of facts of which it is one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from freehold.assess.cells import Judged, verdict
from freehold.assess.world import World
from freehold.engine.judgement import End
from freehold.engine.liveness import LivePart, live_part
from freehold.engine.questions import Bools, changed_by_each, joined, settling
from freehold.graph.questions import Question
from freehold.graph.supply import Root
from freehold.model.verdict import OpenQuestion, Verdict

MOST_SETS = 200
"""Change sets learnt before the order of the questions is no more than a good one."""

Cell = tuple[str, Root]
"""A verdict: scenario and root."""


class Changes(dict[int, set[Cell]]):
    """For each question node the cells whose verdict it changes; ``order``: nodes that settle all, best ones first."""

    order: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class _Part:
    """The unsettled cells of one scenario and the live part that decides them; ``assumed`` are its facts' values."""

    cells: tuple[Cell, ...]
    live: LivePart
    assumed: Bools


def changes(world: World, runs: Sequence[tuple[str, Judged]]) -> Changes:
    """Return for each question node the (scenario, root) cells whose verdict it changes.

    A cell changes when it is lost or not, or can come back or not, depending on the fact. Cost: an engine run per
    scenario with unsettled cells; the rest runs on what still depends on facts.
    """
    parts = [part for scenario, run in runs for part in _unsettled(world, scenario, run)]
    found = Changes()
    for part in parts:
        _flip_each(part, found)
    _settle(parts, found)
    return found


def _unsettled(world: World, scenario: str, run: Judged) -> list[_Part]:
    """Return the part of a scenario in which verdicts depend on facts, if there are such verdicts."""
    ways = [_verdicts(world, run, column) for column in (0, 3, 4)]
    roots = sorted(root for root, seen in ways[0].items() if any(of[root] is not seen for of in ways))
    if not roots:
        return []
    goals = [(world.node(r), world.stack.project.workload[r[0]].tolerated_downtime_days[End.BAD]) for r in roots]
    live = live_part(world.problem, run.cases[3], run.cases[4], run.days[:, 3:5], goals)
    facts = list(live.facts)
    assumed = run.cases[0].onset[facts] == run.cases[4].onset[facts]
    return [_Part(tuple((scenario, root) for root in roots), live, assumed)]


def _flip_each(part: _Part, found: Changes) -> None:
    """Flip every fact alone, first among the facts as assumed, then among bad ones for the cells still open."""
    still = np.ones(len(part.cells), dtype=np.bool_)
    for base in (part.assumed, np.zeros_like(part.assumed)):
        changed = changed_by_each(part.live.states, base) & still
        for fact, cell in zip(*np.nonzero(changed), strict=True):
            found.setdefault(part.live.facts[fact], set()).add(part.cells[cell])
        still &= ~changed.any(axis=0)


def _settle(parts: Sequence[_Part], found: Changes) -> None:
    """Find the fewest answers that settle all cells of all scenarios; add the facts that change a cell together only."""
    facts = sorted({fact for part in parts for fact in part.live.facts})
    place = {fact: i for i, fact in enumerate(facts)}
    cells = [cell for part in parts for cell in part.cells]
    assumed = np.zeros(len(facts), dtype=np.bool_)
    relevant = np.zeros((len(facts), len(cells)), dtype=np.bool_)
    columns, first = [], 0
    for part in parts:
        columns.append([place[fact] for fact in part.live.facts])
        assumed[columns[-1]] = part.assumed
        relevant[columns[-1], first : first + len(part.cells)] = True
        first += len(part.cells)
    if not facts:
        return
    states = joined([(of, part.live.states) for of, part in zip(columns, parts, strict=True)])
    result = settling(states, assumed, 0, relevant=relevant, most_sets=MOST_SETS)
    found.order = tuple(facts[fact] for fact, _ in result.order)
    for cell, sets in zip(result.open_cells, result.change_sets, strict=True):
        for fact in {fact for one in sets for fact in one}:
            found.setdefault(facts[fact], set()).add(cells[cell])


def facts_behind(found: Mapping[int, Iterable[Cell]], scenario: str) -> dict[Root, int]:
    """Return for each root how many facts change its verdict in ``scenario``."""
    behind: dict[Root, int] = defaultdict(int)
    for cells in found.values():
        for where, root in cells:
            if where == scenario:
                behind[root] += 1
    return behind


def open_questions(world: World, found: Mapping[int, set[Cell]]) -> tuple[OpenQuestion, ...]:
    """Return the questions that change any verdict; first the fewest that settle all, those that settle most first.

    ``settles`` counts the verdicts that the fact changes: they stay open unless it, or what would do instead, is answered.
    """
    order = found.order if isinstance(found, Changes) else ()
    rank = {node: place for place, node in enumerate(order)}
    asked = [
        (rank.get(node, len(rank)), _put(world, world.supply.questions[node], len(cells)))
        for node, cells in found.items()
        if cells
    ]
    return tuple(q for _, q in sorted(asked, key=lambda ranked: (ranked[0], *_weight(ranked[1]))))


def _weight(question: OpenQuestion) -> tuple[int, int, str]:
    return -question.settles, -question.components, question.id


def _places(world: World) -> list[tuple[Root, tuple[int, int]]]:
    return [((name, ability), (w, a)) for w, (name, of) in enumerate(world.names) for a, ability in enumerate(of)]


def _verdicts(world: World, run: Judged, column: int) -> dict[Root, Verdict]:
    outcome = run.outcomes[column]
    return {root: verdict(world, outcome, place, run.impact.start, root) for root, place in _places(world)}


def _put(world: World, question: Question, settles: int) -> OpenQuestion:
    """Put a question into words, with the lines that answer it in ``freehold.toml``."""
    names = [
        world.items[key].name or world.items[key].component.name for key in question.components if key in world.items
    ]
    few = ", ".join(names[:3]) + (f" and {len(names) - 3:,} more" if len(names) > 3 else "")
    first = next(iter(question.components), question.about)
    about = _name(world, question.about)
    text, assumed, line = _words(question.field, about, few or about, str(first), question.about)
    return OpenQuestion(f"{question.field}/{question.about}", text, assumed, settles, len(names), line)


def _words(field: str, about: str, few: str, first: str, group: str) -> tuple[str, str, str]:
    match field:
        case "supplier":
            return f"Who stands behind {few}?", "a party that is not cut off", _fact(first, "supplier", "SUPPLIER-ID")
        case "licence":
            return f"What is the licence of {few}?", "one that cannot be ended", _fact(first, "licence", "SPDX-ID")
        case "channel":
            return (
                f"Where do the bytes of {few} come from?",
                "somewhere that goes on",
                _fact(first, "channel", "CHANNEL-ID"),
            )
        case "source":
            return f"Where is the source of {few}?", "somewhere that goes on", _fact(first, "source", "CHANNEL-ID")
        case "export":
            return f"Can you take your data out of {about}?", "yes", _fact(group, "export", "yes")
        case "stateful":
            return f"Does {about} hold data that you need?", "yes", _fact(group, "stateful", "no")
        case "seat":
            return f"In which jurisdiction does {about} sit?", "one that does not deny you", _fact(group, "seat", "XX")
        case _:
            nexus, _, code = field.partition("=")
            return f"Is {code} really the {nexus} of {about}?", "yes", _fact(group, nexus, code)


def _fact(about: str, field: str, value: str) -> str:
    return f'[[fact]]\nabout = "{about}"\nfield = "{field}"\nvalue = "{value}"'


def _name(world: World, identifier: str) -> str:
    stack = world.stack
    if identifier in stack.suppliers:
        return stack.suppliers[identifier].name
    if identifier in stack.channels:
        return stack.channels[identifier].name
    named = (i.name or i.component.name for i in world.items.values() if identifier in (i.component.key, i.offering))
    return next(named, identifier)

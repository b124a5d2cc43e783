"""Open questions: which assumed or unknown facts change a verdict, and what to write down once one is answered.

Each fact is flipped alone, once among the facts as assumed and once among all facts at their bad value; a cell that
changes counts as settled by it. Smallest sets of answers are a later matter of the engine.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from freehold.assess.cells import Judged, verdict
from freehold.assess.world import World
from freehold.engine.judgement import End, Way, returnable, survival
from freehold.graph.questions import Question
from freehold.graph.supply import Root
from freehold.model.verdict import OpenQuestion, Verdict
from freehold.scenarios.losses import Impact

Changes = dict[int, set[tuple[str, Root]]]


def changes(world: World, runs: Sequence[tuple[str, Judged]]) -> Changes:
    """Return for each question node the (scenario, root) cells whose verdict it changes.

    A cell changes when it is lost or not, or can come back or not, depending on the fact. Cost: two engine runs over
    all questions per scenario with unsettled cells; a second pass, in the bad world, only for cells the first leaves open.
    """
    found: Changes = defaultdict(set)
    for scenario, run in runs:
        ways = {way: _verdicts(world, run, column) for way, column in ((Way.ASSUMED, 0), (Way.BAD, 3), (Way.GOOD, 4))}
        unsettled = {root for root, v in ways[Way.ASSUMED].items() if any(v is not of[root] for of in ways.values())}
        for way in (Way.ASSUMED, Way.BAD):
            if unsettled:
                settled = _flip_each(world, run.impact, way, unsettled)
                for node, roots in settled.items():
                    found[node] |= {(scenario, root) for root in roots}
                    unsettled = unsettled - roots
    return found


def _flip_each(world: World, hit: Impact, way: Way, roots: set[Root]) -> dict[int, set[Root]]:
    """Flip every fact alone and return the cells of ``roots`` that change."""
    asked = sorted(world.supply.questions)
    cases = [world.case(hit, way, End.BAD), *(world.case(hit, way, End.BAD, (node,)) for node in asked)]
    days = survival(world.problem, cases)
    returns = returnable(world.problem, cases, days)
    changed: dict[int, set[Root]] = defaultdict(set)
    for root in roots:
        at = world.node(root)
        tolerated = world.stack.project.workload[root[0]].tolerated_downtime_days[End.BAD]
        state = (days[at] + tolerated >= world.problem.horizon) * 2 + returns[at] + (days[at] > -np.inf)
        for place in np.flatnonzero(state[1:] != state[0]):
            changed[asked[place]].add(root)
    return changed


def facts_behind(found: Changes, scenario: str) -> dict[Root, int]:
    """Return for each root how many facts change its verdict in ``scenario``."""
    behind: dict[Root, int] = defaultdict(int)
    for cells in found.values():
        for where, root in cells:
            if where == scenario:
                behind[root] += 1
    return behind


def open_questions(world: World, found: Changes) -> tuple[OpenQuestion, ...]:
    """Return the questions that change any verdict, those that settle most first."""
    asked = [_put(world, world.supply.questions[node], len(cells)) for node, cells in found.items() if cells]
    return tuple(sorted(asked, key=lambda q: (-q.settles, -q.components, q.id)))


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

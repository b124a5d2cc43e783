"""How much of a stack is known: of its distinct components, those with a channel, rights, a supplier and a jurisdiction.

A component is distinct by its purl without version and qualifiers; one without a purl by its name. Roots, files and
what is needed for development only are counted like everything else that is listed; the project's own code is not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from freehold.model.component import NO_SOFTWARE
from freehold.model.fact import Fact, Grade
from freehold.model.findings import Coverage, GroupCoverage, Known
from freehold.model.stack import Identified, Stack

QUESTIONS = ("channel", "licence", "supplier", "jurisdiction")
"""A channel counts with an operator and that operator's jurisdiction; a service needs none: its operator is asked."""


class _Tally:
    """Distinct components of one group with the best grade of each answer."""

    def __init__(self) -> None:
        self.grades: dict[str, dict[str, Grade]] = {}

    def add(self, name: str, found: dict[str, Grade]) -> None:
        held = self.grades.setdefault(name, {})
        for question, grade in found.items():
            held[question] = min(held.get(question, grade), grade, key=lambda one: one.rank)

    def coverage(self, group: str) -> GroupCoverage:
        counts = {question: Counter[str]() for question in QUESTIONS}
        for held in self.grades.values():
            for question, grade in held.items():
                counts[question][grade.value] += 1
        known = tuple(
            Known(question, {grade.value: count[grade.value] for grade in Grade if count[grade.value]})
            for question, count in counts.items()
        )
        return GroupCoverage(group, len(self.grades), known)


def coverage(stacks: Iterable[Stack]) -> Coverage:
    """Return what is known of the components of some stacks together, each distinct one counted once. Linear."""
    groups: dict[str, _Tally] = {}
    everything = _Tally()
    reasons: dict[str, set[str]] = {}
    for stack in stacks:
        for item in stack.components:
            if item.component.is_root or item.component.kind in NO_SOFTWARE:
                continue
            group, name = _identity(item)
            found = dict(_answers(item, stack))
            groups.setdefault(group, _Tally()).add(name, found)
            everything.add(name, found)
            for reason in item.unidentified:
                reasons.setdefault(reason, set()).add(name)
    made = [tally.coverage(group) for group, tally in groups.items()]
    counted = sorted(((reason, len(names)) for reason, names in reasons.items()), key=lambda pair: (-pair[1], pair[0]))
    return Coverage(
        tuple(sorted(made, key=lambda one: (-one.components, one.group))), everything.coverage("all"), tuple(counted)
    )


def _identity(item: Identified) -> tuple[str, str]:
    """Return the group and the name under which a component is distinct."""
    component = item.component
    if not component.purls:
        return component.kind.value, f"{component.kind.value}:{component.name.casefold()}"
    plain = component.purls[0].partition("?")[0].partition("#")[0]
    at = plain.rfind("@")
    return plain.removeprefix("pkg:").partition("/")[0], plain[:at] if at > plain.rfind("/") else plain


def _answers(item: Identified, stack: Stack) -> Iterator[tuple[str, Grade]]:
    """Yield each question that is answered for a component, with the grade of the answer."""
    if (grade := _channel(item, stack)) is not None:
        yield "channel", grade
    if item.rights.terms:
        yield "licence", item.rights.grade
    if item.supplier is not None:
        yield "supplier", item.supplier.grade
    if (grade := _jurisdiction(item, stack)) is not None:
        yield "jurisdiction", grade


def _channel(item: Identified, stack: Stack) -> Grade | None:
    """Return the grade of the weakest link: channel, operator, the operator's jurisdiction."""
    if item.service:
        return item.grade
    for fact in item.channels:
        channel = stack.channels.get(fact.value)
        operator = channel.operator if channel else None
        reach = stack.suppliers[operator.value].reach if operator and operator.value in stack.suppliers else ()
        if operator is not None and reach:
            best = min((one.fact for one in reach), key=lambda one: one.grade.rank)
            return _weakest((fact, operator, best))
    return None


def _jurisdiction(item: Identified, stack: Stack) -> Grade | None:
    """Return the grade of a jurisdiction that reaches the supplier, or the component itself."""
    supplier = stack.suppliers.get(item.supplier.value) if item.supplier else None
    facts = [reach.fact for reach in supplier.reach] if supplier else []
    if facts and item.supplier is not None:
        return _weakest((item.supplier, min(facts, key=lambda fact: fact.grade.rank)))
    own = (*item.hosting, *item.origin_of)
    return min((fact.grade for fact in own), key=lambda grade: grade.rank, default=None)


def _weakest(facts: Iterable[Fact[str]]) -> Grade:
    return max((fact.grade for fact in facts), key=lambda grade: grade.rank)

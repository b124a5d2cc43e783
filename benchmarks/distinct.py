"""How much of the distinct components of a corpus is known: by purl type, by grade, and for the most frequent ones.

A component is one purl without version and qualifiers, or one kind and name where no purl is given. It counts, for each
question, by the share of its occurrences at which the question is answered. What is no software (a key, a certificate, the
name of an algorithm, a file, data) has neither supplier nor channel nor licence to be known: it is counted by itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from freehold.catalog.purls import key_of, type_of
from freehold.catalog.query import Catalog
from freehold.model.component import NO_SOFTWARE, Component, ComponentKind
from freehold.model.fact import Grade
from freehold.model.records import Packages
from freehold.model.stack import Identified, Stack

QUESTIONS = ("supplier", "and jurisdiction", "channel, its operator and jurisdiction", "licence rights")
NO_PURL = "(no purl)"
_DATA = frozenset({*NO_SOFTWARE, ComponentKind.DATASET})
MOST_FREQUENT = 200
READ_ONE_BY_ONE = "licence-files"
"""The source of rows whose licence files were read and compared with the text of the terms (``tools/reviewed.csv``)."""


@dataclass
class Known:
    """What was found about one distinct component."""

    name: str
    kind: str
    units: set[str] = field(default_factory=set)
    occurrences: int = 0
    answered: Counter[str] = field(default_factory=Counter)
    grades: Counter[tuple[str, str]] = field(default_factory=Counter)

    def share(self, question: str) -> float:
        return self.answered[question] / self.occurrences


def answers(item: Identified, stack: Stack) -> Iterator[tuple[str, Grade]]:
    """Yield which questions are answered for one component, each with the worst grade of what answers it."""
    supplier = stack.suppliers.get(item.supplier.value) if item.supplier else None
    if item.supplier is not None:
        yield QUESTIONS[0], item.supplier.grade
        reach = [r.fact.grade for r in supplier.reach] if supplier else []
        if reach:
            yield QUESTIONS[1], max(item.supplier.grade, min(reach, key=_rank), key=_rank)
    for fact in item.channels[:1]:
        channel = stack.channels.get(fact.value)
        operator = channel.operator if channel else None
        if channel and operator and (channel.hosting or stack.suppliers[operator.value].reach):
            yield QUESTIONS[2], max(fact.grade, operator.grade, key=_rank)
    if item.service:
        yield QUESTIONS[2], item.grade
    if item.service or item.rights.run != "unknown":
        yield QUESTIONS[3], item.rights.grade


def count(found: dict[str, Known], unit: str, stack: Stack) -> None:
    """Add the components of one SBOM or folder."""
    for item in stack.components:
        component = item.component
        if component.is_root or _is_data(component):
            continue
        purl = component.purls[0] if component.purls else ""
        kind = type_of(purl) if purl else NO_PURL
        known = found.setdefault(_name(component), Known(_name(component), kind))
        known.units.add(unit)
        known.occurrences += 1
        for question, grade in answers(item, stack):
            known.answered[question] += 1
            known.grades[question, grade] += 1


def no_software(stack: Stack) -> Iterator[str]:
    """Yield the names of what one SBOM or folder lists that is no software."""
    listed = (*stack.no_software, *(item.component for item in stack.components))
    yield from (_name(component) for component in listed if _is_data(component) and not component.is_root)


def not_counted(names: set[str]) -> Iterator[str]:
    """Yield the lines that say how much is not counted, and why."""
    yield f"Not counted above: {len(names):,} things that are listed but are no software: algorithms, keys, certificates and"
    yield "protocols by name, files, and data without a package. Nobody supplies them under a licence of their own, so no"
    yield "supplier, channel or licence is wanted of them."


def _is_data(component: Component) -> bool:
    """Tell whether a component is no software; data that comes as a package is supplied like one."""
    return component.kind in _DATA and not component.purls


def _name(component: Component) -> str:
    """Return the name under which a component is one."""
    return key_of(component.purls[0]) if component.purls else f"{component.kind}: {component.name}"


def by_type(found: dict[str, Known]) -> Iterator[str]:
    """Yield the lines of the table by purl type."""
    kinds = Counter(known.kind for known in found.values())
    yield "| purl type | distinct components | " + " | ".join(QUESTIONS) + " |"
    yield "|---|---:|" + "---:|" * len(QUESTIONS)
    for kind, _ in kinds.most_common():
        yield row(kind, [known for known in found.values() if known.kind == kind])
    yield from summary("", found)


def summary(of_what: str, found: dict[str, Known]) -> Iterator[str]:
    """Yield the rows that sum up."""
    yield row(f"**{of_what}with a purl**", [known for known in found.values() if known.kind != NO_PURL])
    yield row(f"**{of_what}all**", list(found.values()))


def by_grade(found: dict[str, Known]) -> Iterator[str]:
    """Yield how what is known is known, over the components with a purl."""
    known = [item for item in found.values() if item.kind != NO_PURL]
    yield "| question | " + " | ".join(Grade) + " | not known | known, nothing assumed |"
    yield "|---|" + "---:|" * (len(Grade) + 2)
    for question in QUESTIONS:
        shares = {g: sum(item.grades[question, g] / item.occurrences for item in known) / len(known) for g in Grade}
        told = sum(shares.values())
        shown = (*shares.values(), 1 - told, told - shares[Grade.ASSUMED])
        yield f"| {question} | " + " | ".join(f"{share:.0%}" for share in shown) + " |"


def most_frequent(found: dict[str, Known], catalog: Catalog) -> tuple[list[str], list[str]]:
    """Return the most frequent components whose licence files were read one by one, and the others."""
    known = [item for item in found.values() if item.kind != NO_PURL]
    top = sorted(known, key=lambda item: (-len(item.units), item.name))[:MOST_FREQUENT]
    checked = {item.name for item in top if _checked(item, catalog)}
    return sorted(checked), sorted(item.name for item in top if item.name not in checked)


def _checked(item: Known, catalog: Catalog) -> bool:
    """Tell whether the licence file of this package was read one by one (``tools/reviewed.csv``)."""
    table = catalog.get(Packages, item.kind)
    rows = [row for row in table.rows if f"pkg:{item.kind}/{row.name}" == item.name] if table else []
    return any(row.licence and row.source.split()[0] == READ_ONE_BY_ONE for row in rows)


def row(name: str, known: list[Known]) -> str:
    shares = (sum(item.share(question) for item in known) / len(known) for question in QUESTIONS)
    return f"| {name} | {len(known):,} | " + " | ".join(f"{share:.0%}" for share in shares) + " |"


def _rank(grade: Grade) -> int:
    return grade.rank

"""Facts: a value together with how we know it.

Turning a record's claims into facts is the work of ``freehold.catalog``; choosing between facts that disagree follows the
order of the grades, yours first.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Generic, TypeVar

import msgspec

T = TypeVar("T")


class Grade(StrEnum):
    """How a fact is known, best first."""

    STATED = "stated"
    """By you, or in the component itself."""
    RECORDED = "recorded"
    """In the catalog, and its source was read."""
    INFERRED = "inferred"
    """By a rule, from other facts."""
    ASSUMED = "assumed"
    """A default, or a claim whose source was not read."""

    @property
    def rank(self) -> int:
        """Return 0 for the best grade, 3 for the worst."""
        return tuple(Grade).index(self)


class Fact(msgspec.Struct, Generic[T], frozen=True):
    """A value with its grade, source, source grade (A primary, B press, C aggregator) and dates."""

    value: T
    grade: Grade
    source: str = ""
    source_grade: str = ""
    as_of: str = ""
    checked_on: str = ""
    note: str = ""


class Conflict(msgspec.Struct, Generic[T], frozen=True):
    """Facts of equal grade that give different values: an open question, in the order in which they were found."""

    facts: tuple[Fact[T], ...]


def best(facts: Iterable[Fact[T]]) -> Fact[T] | Conflict[T] | None:
    """Return the fact of the best grade, a ``Conflict`` when several of that grade differ in value, None without facts."""
    known = sorted(facts, key=lambda fact: fact.grade.rank)
    first = [fact for fact in known if fact.grade is known[0].grade]
    if not first:
        return None
    if any(fact.value != first[0].value for fact in first):
        return Conflict(tuple(first))
    return first[0]

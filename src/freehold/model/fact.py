"""Facts: a value together with how we know it.

Turning a record's claims into facts is the work of ``freehold.catalog``; choosing between facts that disagree follows the
order of the grades, yours first.
"""

from __future__ import annotations

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

"""What is said about a catalog as a whole: differences between versions, ages of sources, coverage of a stack.

Values only; ``catalog`` and ``identify`` compute them, ``reports`` prints them.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

import msgspec

What = Literal["added", "removed", "changed"]


class Change(msgspec.Struct, frozen=True, order=True):
    """One difference: the record, the place in it (``seat[DE].source``; empty: the record as a whole), and the values."""

    kind: str
    id: str
    place: str
    what: What
    old: str = ""
    new: str = ""


class KindAges(msgspec.Struct, frozen=True):
    """The claims of one kind of records. Ages are days; an incident counts as one claim."""

    kind: str
    records: int
    claims: int
    read_by_grade: dict[str, int]
    unread: int
    assumed: int
    over_age: int
    median_age_days: int | None = None
    oldest_age_days: int | None = None


class OldSource(msgspec.Struct, frozen=True, order=True):
    """A source that was read too long ago: the day, the record, the source's name in it, and how many claims rest on it."""

    checked_on: date
    kind: str
    id: str
    source: str
    claims: int


class Ages(msgspec.Struct, frozen=True):
    """All kinds, and every source over the age, the oldest first."""

    max_age_days: int
    kinds: tuple[KindAges, ...]
    old: tuple[OldSource, ...]


class Known(msgspec.Struct, frozen=True):
    """One question over a group of components: how many answers there are of each grade."""

    question: str
    by_grade: dict[str, int]

    @property
    def count(self) -> int:
        """Return the number of components for which there is an answer."""
        return sum(self.by_grade.values())


class GroupCoverage(msgspec.Struct, frozen=True):
    """The distinct components of one purl type (or kind, for those without a purl), and what is known of them."""

    group: str
    components: int
    known: tuple[Known, ...]


class Coverage(msgspec.Struct, frozen=True):
    """All groups, the largest first, their total, and the reasons for what is not known, most frequent first."""

    groups: tuple[GroupCoverage, ...]
    total: GroupCoverage
    reasons: tuple[tuple[str, int], ...]

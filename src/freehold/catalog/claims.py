"""Claims of records become facts: graded by whether their source was read, and only while they hold.

Which of several facts counts is decided by ``freehold.model.fact.best``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from functools import lru_cache
from typing import TypeVar

from freehold.model.fact import Fact, Grade
from freehold.model.records import Claim, Granted, Parent, Source

C = TypeVar("C", bound=Claim)
T = TypeVar("T")

DISPUTED = "disputed"


def is_current(claim: Claim, on: date) -> bool:
    """Tell whether a claim holds on a day. Dates may be years or months: those hold from their first to their last day."""
    if isinstance(claim, Parent) and claim.announced:
        return False
    day = on.isoformat()
    begun = not claim.since or claim.since <= day[: len(claim.since)]
    return begun and not (claim.until and claim.until < day[: len(claim.until)])


def current(claims: Iterable[C], on: date) -> tuple[C, ...]:
    """Return the claims that hold on a day, in their order."""
    return tuple(claim for claim in claims if is_current(claim, on))


def fact_of(claim: Claim, value: T, sources: Mapping[str, Source]) -> Fact[T]:
    """Turn a claim into a fact about ``value`` (usually ``claim.value``).

    It is ``recorded`` if the source that it names was read (has ``checked_on``), else ``assumed``; a disputed claim says
    so in its note.
    """
    source = sources.get(claim.source)
    read = source is not None and source.checked_on is not None
    marks = [DISPUTED] if claim.disputed else []
    return Fact(
        value,
        Grade.RECORDED if read else Grade.ASSUMED,
        source=source.url if source else "",
        source_grade=source.grade if source else "",
        as_of=claim.as_of,
        checked_on=source.checked_on.isoformat() if source and source.checked_on else "",
        note="; ".join([*marks, *([claim.note] if claim.note else [])]),
    )


def granted(claims: Iterable[Granted], version: str, on: date, part: str = "all") -> tuple[Granted, ...]:
    """Return the claims about terms that apply to a version of a part, on a day; ranges go before ``*``.

    Without a version, or with one that its ecosystem cannot order, every claim may apply and all are returned: more than
    one means that the terms are not settled. Cost: the first range loads ``univers`` (0.1 s).
    """
    fitting = [claim for claim in current(claims, on) if part == "all" or claim.part in ("all", part)]
    ranged = [claim for claim in fitting if claim.versions != "*"]
    answers = {claim: in_range(claim.versions, version) for claim in ranged}
    sure = tuple(claim for claim in ranged if answers[claim])
    if sure:
        return sure
    open_ones = tuple(claim for claim in ranged if answers[claim] is None)
    return (*open_ones, *(claim for claim in fitting if claim.versions == "*"))


@lru_cache(maxsize=4096)
def in_range(versions: str, version: str) -> bool | None:
    """Tell whether a version lies in a VERS range; None when that cannot be told."""
    if versions == "*":
        return True
    if not version:
        return None
    from univers.version_range import VersionRange

    try:
        known = VersionRange.from_string(versions)
        return bool(known.version_class(version) in known)
    except Exception:
        return None

"""Claims of records become facts: graded by whether their source was read, and only while they hold.

Which of several facts counts is decided by ``freehold.model.fact.best``.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterable, Mapping
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
    plain = _in_plain_range(versions, version)
    if plain is not None:
        return plain
    from univers.version_range import VersionRange

    try:
        known = VersionRange.from_string(versions)
        return bool(known.version_class(version) in known)
    except Exception:
        return None


_PLAIN_VERSION = re.compile(r"\d+(?:\.\d+)*")
_PLAIN_BOUND = re.compile(r"(>=|<=|>|<|=|)(\d+(?:\.\d+)*)")


def _in_plain_range(versions: str, version: str) -> bool | None:
    """Answer for dotted numbers, which every scheme orders alike; None where the scheme itself must be asked.

    Two spellings that differ in trailing zeros only are left to the scheme: Debian tells them apart, PEP 440 does not.
    A range with gaps (two lower or two upper bounds) is left to it too.
    """
    bounds = [_PLAIN_BOUND.fullmatch(part) for part in versions.partition("/")[2].split("|")]
    if not _PLAIN_VERSION.fullmatch(version) or not all(bounds):
        return None
    found = [(bound[1] or "=", _numbers(bound[2])) for bound in bounds if bound is not None]
    own = _numbers(version)
    if any(own != at and _trimmed(own) == _trimmed(at) for _, at in found):
        return None
    if len(found) > 1 and (len(found) > 2 or sorted(sign[0] for sign, _ in found) != ["<", ">"]):
        return None
    return all(_COMPARE[sign](own, at) for sign, at in found)


_COMPARE: dict[str, Callable[[tuple[int, ...], tuple[int, ...]], bool]] = {
    ">=": operator.ge,
    "<=": operator.le,
    ">": operator.gt,
    "<": operator.lt,
    "=": operator.eq,
}


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(map(int, text.split(".")))


def _trimmed(numbers: tuple[int, ...]) -> tuple[int, ...]:
    while numbers and numbers[-1] == 0:
        numbers = numbers[:-1]
    return numbers

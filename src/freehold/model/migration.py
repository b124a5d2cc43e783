"""A documented migration inside a function's record: who moved from what to what, and what the source states of it.

It is evidence beside an alternative's estimate, not an estimate itself: only what a source states is recorded.
"""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from freehold.model.claim import Claim, Identifier, Record

Bound = Literal["", "about", "at-least", "at-most", "planned"]
Positive = Annotated[float, Meta(gt=0)]
Duration = Annotated[
    str, Meta(pattern=r"^(P[1-9][0-9]*[YMWD])?$", description="ISO 8601, one unit: P3Y, P18M, P6W, P10D")
]
Seat = Annotated[str, Meta(pattern=r"^([A-Z]{2}|[A-Z][A-Z0-9-]{2,15})?$", description="ISO 3166-1 alpha-2, or a bloc")]
Currency = Annotated[str, Meta(pattern=r"^[A-Z]{3}$", description="ISO 4217")]


class Scale(Record, frozen=True, kw_only=True):
    """How much moved, as the source states it."""

    number: Positive
    """how many"""
    unit: Literal[
        "applications",
        "companies",
        "databases",
        "developers",
        "issues",
        "mailboxes",
        "messages",
        "nodes",
        "organisations",
        "packages",
        "projects",
        "records",
        "repositories",
        "schools",
        "seats",
        "servers",
        "terabytes",
        "users",
        "virtual-machines",
        "workplaces",
    ]
    """of what"""
    bound: Bound = ""
    """how exactly the source says it; left out, it states the number"""


class Money(Record, frozen=True, kw_only=True):
    """A sum that the source states, in its own currency."""

    amount: Positive
    """how much"""
    currency: Currency
    per: Literal["once", "month", "year"] = "once"
    """once, or every month or year"""
    bound: Bound = ""
    """how exactly the source says it; left out, it states the amount"""


class Migration(Claim, frozen=True, kw_only=True):
    """An organisation that moved from some offerings to others for this function, as a source that was read states it."""

    value: str
    """the organisation that moved (never a person)"""
    what: str
    """what moved from where to where, in a line; names what is no record in `offerings/`"""
    jurisdiction: Seat = ""
    """where the organisation sits; left out for a community without a seat"""
    moved_from: tuple[Identifier, ...] = ()
    """records in `offerings/` that it left"""
    moved_to: tuple[Identifier, ...] = ()
    """records in `offerings/` that it took"""
    started: str = ""
    """when it began (`YYYY`, `YYYY-MM`, `YYYY-MM-DD`)"""
    ended: str = ""
    """when it was complete, given up or turned back; of the same forms"""
    outcome: Literal["completed", "partly-completed", "under-way", "announced", "abandoned", "reversed"]
    """how it stood on the day of the source"""
    scale: tuple[Scale, ...] = ()
    """how much moved"""
    duration: Duration = ""
    """how long it took, where the source says so"""
    effort_person_days: Positive | None = None
    """person-days, only where the source states them"""
    cost: tuple[Money, ...] = ()
    """what it cost"""
    saved: tuple[Money, ...] = ()
    """what it saved, or was said to save"""

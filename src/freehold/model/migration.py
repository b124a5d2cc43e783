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

    def __str__(self) -> str:
        return _bounded(self.bound, f"{self.number:,.15g} {self.unit.replace('-', ' ')}")


class Money(Record, frozen=True, kw_only=True):
    """A sum that the source states, in its own currency."""

    amount: Positive
    """how much"""
    currency: Currency
    per: Literal["once", "month", "year"] = "once"
    """once, or every month or year"""
    bound: Bound = ""
    """how exactly the source says it; left out, it states the amount"""

    def __str__(self) -> str:
        per = "" if self.per == "once" else f" a {self.per}"
        return _bounded(self.bound, f"{self.currency} {self.amount:,.15g}{per}")


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

    def __str__(self) -> str:
        days = f"{self.effort_person_days:,g} person-days" if self.effort_person_days else ""
        figures = (
            " to ".join(filter(None, (self.started, self.ended))),
            self.outcome.replace("-", " "),
            " and ".join(map(str, self.scale)),
            f"took {_spelled(self.duration)}" if self.duration else "",
            days,
            f"cost {' and '.join(map(str, self.cost))}" if self.cost else "",
            f"saved {' and '.join(map(str, self.saved))}" if self.saved else "",
        )
        return f"{self.value}: {self.what} ({', '.join(filter(None, figures))})"


def _spelled(duration: Duration) -> str:
    """Return ``P18M`` as ``18 months``."""
    number, unit = duration[1:-1], {"Y": "year", "M": "month", "W": "week", "D": "day"}[duration[-1]]
    return f"{number} {unit}{'' if number == '1' else 's'}"


def _bounded(bound: Bound, text: str) -> str:
    """Return a figure with how exactly the source says it: ``about 30,000 workplaces``, ``EUR 15,000,000 a year``."""
    return f"{bound.replace('-', ' ')} {text}".strip()

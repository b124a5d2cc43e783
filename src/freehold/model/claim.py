"""The tables that stand inside catalog records: claims of every form, their sources, and the types of their values.

Every claim carries its source, the date it speaks of, and from when to when it held. The kinds of records are in
``records``.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

Identifier = Annotated[
    str, Meta(pattern=r"^[a-z0-9][a-z0-9.+-]*$", max_length=80, description="lower case, the file's name")
]
TermsId = Annotated[
    str, Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9.+-]*$", max_length=100, description="SPDX id or LicenseRef-")
]
Jurisdiction = Annotated[str, Meta(pattern=r"^[A-Z]{2}$", description="ISO 3166-1 alpha-2")]
Territory = Annotated[
    str, Meta(pattern=r"^([A-Z]{2}|[A-Z][A-Z0-9-]{2,15})$", description="ISO 3166-1 alpha-2, or a bloc")
]
Days = Annotated[tuple[float, float, float], Meta(description="low, likely, high, in days")]
PersonDays = Annotated[tuple[float, float, float], Meta(description="low, likely, high, in person-days")]
SourceGrade = Literal["A", "B", "C"]
Answer = Literal["yes", "no", "conditional", "unknown"]


class Record(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Base of every table in a record file: frozen, and unknown keys are refused."""


class Source(Record, frozen=True):
    """Where a claim was read. ``grade``: A primary, B press, C aggregator. Without ``checked_on`` it was not read."""

    url: str
    """where the text stands"""
    grade: SourceGrade
    """A primary (licence text, register, law, the party's own page), B press, C aggregator"""
    checked_on: date | None = None
    """the day on which the text was read; left out, it was not read and its claims are assumed"""
    title: str = ""
    """what the text is called"""


class Claim(Record, frozen=True, kw_only=True):
    """What every claim carries: its source, the date it speaks of, and from when to when it held."""

    source: str = ""
    """a name in `[sources]`, or `assumed`"""
    as_of: str = ""
    """the date that the source speaks of (`YYYY`, `YYYY-MM`, `YYYY-MM-DD`)"""
    since: str = ""
    """from when it holds"""
    until: str = ""
    """until when it held"""
    disputed: bool = False
    """another source of equal standing says otherwise"""
    note: str = ""
    """what a reader should know"""


class Text(Claim, frozen=True):
    """A claim whose value is a text."""

    value: str


class Place(Claim, frozen=True):
    """A claim whose value is a jurisdiction."""

    value: Jurisdiction


class Parent(Claim, frozen=True):
    """A claim that another supplier owns this one; ``announced`` deals are not yet in force."""

    value: Identifier
    percent: tuple[float, float] | None = None
    """share held, low and high"""
    announced: bool = False
    """agreed but not closed: not yet in force"""


class Granted(Claim, frozen=True):
    """A claim that versions in a VERS range (``vers:npm/>=7.4``; ``*`` for all) stand under certain terms."""

    value: TermsId
    """a record in `terms/`"""
    versions: str = "*"
    """a VERS range (`vers:npm/>=7.4`); `*` for all"""
    part: Literal["all", "weights", "code", "service"] = "all"
    """what these terms cover"""


class Related(Claim, frozen=True):
    """A claim that points to another record."""

    value: Identifier


class YesNo(Claim, frozen=True):
    """A claim that is answered yes, no, conditional or unknown."""

    value: Answer


class Grant(Claim, frozen=True):
    """One right: granted or not, and irrevocable or not while the terms are kept."""

    value: Answer
    irrevocable: Answer = "unknown"


class Territories(Claim, frozen=True):
    """Territories that the terms exclude. ``basis``: where it is used, where the subject sits, or where owners sit."""

    value: tuple[Territory, ...]
    basis: Literal["use", "seat", "owner"] = "use"


class Cap(Claim, frozen=True):
    """A limit on users above which another licence is needed (``monthly-users`` or ``yearly-revenue-usd``)."""

    value: Annotated[int, Meta(gt=0)]
    unit: Literal["monthly-users", "yearly-revenue-usd"] = "monthly-users"


class Conversion(Claim, frozen=True):
    """The terms turn into others after a time (BUSL change date)."""

    value: TermsId
    after_years: float


class Switch(Record, frozen=True, kw_only=True):
    """How a client is pointed at another channel, and what that takes."""

    how: str
    """what to set, in words"""
    lead_days: Days = (0.0, 1.0, 3.0)
    """days until it works"""
    effort_person_days: PersonDays = (0.25, 1.0, 3.0)
    """person-days of work"""


class Alternative(Claim, frozen=True, kw_only=True):
    """An offering that can take over the function, and what moving to it takes."""

    value: Identifier
    """a record in `offerings/`"""
    closeness: Literal["drop-in", "same-standard", "same-function"]
    """how close it comes"""
    closeness_source: str = ""
    """a name in `[sources]` that states how close; `source` speaks of effort and lead"""
    effort_person_days: PersonDays
    """person-days of moving to it"""
    lead_days: Days
    """days until it can take over"""


class Holder(Claim, frozen=True):
    """Who holds patents on a standard, or controls it; ``pool`` names the licence pool."""

    value: Identifier
    pool: str = ""
    """the licence pool that licenses them"""


class Promise(Claim, frozen=True):
    """A royalty-free promise and whom it binds."""

    value: str
    """what is promised, in words"""
    binds: tuple[Identifier, ...] = ()
    """suppliers that are bound by it"""

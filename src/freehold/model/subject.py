"""Who asks, what they must keep doing, and what they say about themselves: the values of ``freehold.toml``.

Reading and checking the file is the work of ``settings``. Times are in days, efforts in person-days, money in euros a
year. Ranges are (low, likely, high).
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum

import msgspec

Range = tuple[float, float, float]


class Ability(StrEnum):
    """What you must be able to do with a component."""

    RUN = "run"
    BUILD = "build"
    PATCH = "patch"
    CHANGE = "change"
    SCALE = "scale"
    DATA = "data"


class Owner(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An owner of the subject; terms and denials can follow ownership."""

    jurisdiction: str
    percent: float


class Subject(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """You: where you sit, who owns you, where your users are."""

    name: str = ""
    seat: str = ""
    owners: tuple[Owner, ...] = ()
    sector: str = ""
    users: tuple[str, ...] = ()
    monthly_users: int | None = None
    yearly_revenue_usd: int | None = None


class Workload(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Something you must keep going. ``paths`` are globs over the files that components come from."""

    paths: tuple[str, ...] = ("**",)
    abilities: tuple[Ability, ...] = tuple(Ability)
    tolerated_downtime_days: Range = (0.0, 0.0, 0.0)


class Team(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How many person-days a day can go into getting out of trouble."""

    persons: float = 1.0


class ServiceEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A service in your own register: what no file of the project tells."""

    name: str
    offering: str = ""
    supplier: str = ""
    workloads: tuple[str, ...] = ()
    role: str = "runtime"
    stateful: bool | None = None
    export: bool | None = None
    data_copy_age_days: float | None = None
    hosting: tuple[str, ...] = ()


class Contract(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A contract with a supplier: what you pay, until when you have paid, how early it must be ended."""

    supplier: str
    offering: str = ""
    yearly_spend_eur: Range | None = None
    term_end: date | None = None
    notice_days: float = 0.0


class Copy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Copies of your own: purl patterns (``pkg:npm/*``) and what the copy holds."""

    purls: tuple[str, ...]
    holds: tuple[str, ...] = ("artifacts",)


class FactEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A fact you state yourself; it goes before every other source."""

    about: str
    field: str
    value: str
    note: str = ""


class Graces(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How long things last after they are cut off, in days."""

    cached_copy: Range = (0.0, 0.0, 0.0)
    next_hole: Range = (0.0, 30.0, 90.0)


class Project(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Everything ``freehold.toml`` can say. The defaults are what holds without one."""

    subject: Subject = Subject()
    workload: dict[str, Workload] = {}
    team: Team | None = None
    service: tuple[ServiceEntry, ...] = ()
    contract: tuple[Contract, ...] = ()
    copy: tuple[Copy, ...] = ()
    maintain: tuple[str, ...] = ()
    fact: tuple[FactEntry, ...] = ()
    grace: Graces = Graces()

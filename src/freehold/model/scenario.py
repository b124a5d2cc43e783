"""Scenarios: named sets of disruptions, as data.

A scenario says who denies whom through which nexus, what else stops, when, and with how much notice. Which leaves of the
supply graph that loses is worked out by ``freehold.scenarios``.
"""

from __future__ import annotations

from typing import Literal

import msgspec

DisruptionKind = Literal[
    "denial",
    "account-blocked",
    "channel-down",
    "service-retired",
    "supplier-gone",
    "relicensed",
    "maintainer-stops",
    "patent-asserted",
    "licence-enforced",
    "home-ban",
    "price-multiplies",
]

Nexus = Literal["seat", "parent", "establishment", "listing", "origin", "hosting"]

EVERY_NEXUS: tuple[Nexus, ...] = ("seat", "parent", "establishment", "listing", "origin", "hosting")


class ScenarioSource(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why this scenario is worth asking about: an event, a law or a published clause."""

    url: str
    title: str
    grade: Literal["A", "B", "C"]
    checked_on: str = ""


class Disruption(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One loss. ``by`` is a jurisdiction or bloc (denial, home ban), a supplier, a channel or a patent holder.

    ``denies`` lists territories; ``subject`` stands for the subject wherever it is, empty for everybody. ``on`` narrows a
    loss to offerings, purl patterns or suppliers. ``versions`` is the first version under new terms (relicensing), ``factor``
    the price after over the price before. Days count from day 0; notice lies before onset.
    """

    kind: DisruptionKind
    by: str = ""
    nexus: tuple[Nexus, ...] = EVERY_NEXUS
    denies: tuple[str, ...] = ()
    owners_over_percent: float | None = None
    on: tuple[str, ...] = ()
    versions: str = ""
    factor: float = 1.0
    onset_days: float = 0.0
    notice_days: float = 0.0
    end_days: float | None = None


class Scenario(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A named set of disruptions. ``parameter`` names what ``{parameter}`` in its texts stands for (``us-denies`` has none)."""

    id: str
    title: str
    description: str = ""
    parameter: str = ""
    default: str = ""
    disruption: tuple[Disruption, ...]
    sources: tuple[ScenarioSource, ...] = ()

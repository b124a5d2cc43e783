"""The conditions at the leaves of the supply graph, and the actions that bring lost ones back.

A leaf is a sentence that holds until a disruption makes it false: "Stripe deals with you", "the npm registry serves". The
``party`` is who can make it false; ``about`` is what it is said of.
"""

from __future__ import annotations

from enum import StrEnum
from typing import NewType

import msgspec

from freehold.model.subject import Range

NodeId = NewType("NodeId", int)


class LeafKind(StrEnum):
    """What a leaf states."""

    WILLING = "willing"
    """The supplier is willing to deal with you."""
    ACCOUNT = "account"
    """Your standing with the supplier."""
    LAW = "law"
    """A jurisdiction lets the supplier (or this component) reach you, through one nexus."""
    TERM = "term"
    """The term that you have paid for still runs; ``detail`` is its end in days from day 0."""
    CHANNEL = "channel"
    """The channel is up and serves you."""
    REFUSED = "refused"
    """The channel serves your country although it is on record as refusing it, or blocked there: never true."""
    OPERATES = "operates"
    """The service goes on being operated."""
    PATCHES = "patches"
    """The supplier goes on patching under the terms you hold."""
    PATENT = "patent"
    """The holder does not assert its patents on the standard."""
    TERMS = "terms"
    """The licensor does not enforce a limit that already excludes you."""
    HOME = "home"
    """Your own jurisdiction lets you use it."""
    COPY = "copy"
    """You hold a copy of your own."""
    CAPACITY = "capacity"
    """You maintain it yourself."""
    ACTED = "acted"
    """A recovery action has been carried out."""
    FACT = "fact"
    """An assumed or unknown fact is as hoped."""


class Leaf(msgspec.Struct, frozen=True, order=True):
    """One condition. ``detail`` holds the nexus of a law, the standard of a patent, the field of a fact."""

    kind: LeafKind
    party: str
    about: str = ""
    detail: str = ""


class Action(msgspec.Struct, frozen=True):
    """Something you can do to get back: one object for all abilities and workloads, counted once.

    It starts when every node of ``needs`` is available, waits ``lead_days``, takes ``effort_person_days`` of the team and
    makes the leaf node ``restores`` true. ``before`` is a node that must still be available when it is done (exporting data
    needs a supplier that still deals with you); -1 for none.
    """

    id: str
    title: str
    restores: int
    needs: tuple[int, ...]
    lead_days: Range
    effort_person_days: Range
    before: int = -1
    kind: str = ""
    about: str = ""
    grade: str = "assumed"

"""The identified stack: what the supply graph is built from.

Components with what is known about each, the parties and channels they depend on, and what could take their place.
``identify`` makes these values from the inventory and the catalog; ``graph`` reads them and nothing else.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from freehold.model.component import Component, ComponentKey, Dependency
from freehold.model.fact import Fact, Grade
from freehold.model.subject import Project, Range

Answer = Literal["yes", "no", "conditional", "unknown"]


class Limit(msgspec.Struct, frozen=True, order=True):
    """A limit in the terms: excluded territories, fields of use, or a user or revenue cap."""

    kind: Literal["territory", "field", "users", "revenue"]
    terms: str
    text: str
    territories: tuple[str, ...] = ()
    basis: str = "use"
    above: int = 0
    source: str = ""


class Rights(msgspec.Struct, frozen=True):
    """What the terms of one component grant, joined from its licence expression (OR: the best, AND: the worst).

    ``grade`` is the worst grade behind the answers; ``reason`` says why something is unknown.
    """

    terms: tuple[str, ...] = ()
    expression: str = ""
    run: Answer = "unknown"
    irrevocable: Answer = "unknown"
    modify: Answer = "unknown"
    copy: Answer = "unknown"
    redistribute: Answer = "unknown"
    source: Answer = "unknown"
    key: Answer = "unknown"
    patent_grant: Answer = "unknown"
    limits: tuple[Limit, ...] = ()
    grade: Grade = Grade.ASSUMED
    origin: str = ""
    reason: str = ""


class Reach(msgspec.Struct, frozen=True, order=True):
    """A jurisdiction whose law reaches a supplier or a component, and through which nexus."""

    jurisdiction: str
    nexus: str
    fact: Fact[str]


class SupplierFacts(msgspec.Struct, frozen=True):
    """A supplier with its owners up to the ultimate parent and everything whose law reaches it."""

    id: str
    name: str
    kind: str = "company"
    parents: tuple[str, ...] = ()
    ultimate_parent: str = ""
    reach: tuple[Reach, ...] = ()
    unknown: tuple[str, ...] = ()
    """What is not known about it, in words (``seat``)."""


class ChannelFacts(msgspec.Struct, frozen=True):
    """A channel: who runs it, where, what it serves, what it mirrors and how a client is pointed at it."""

    id: str
    name: str
    kind: str = "registry"
    operator: Fact[str] | None = None
    hosting: tuple[Fact[str], ...] = ()
    serves: tuple[str, ...] = ()
    upstream: tuple[str, ...] = ()
    pull_through: bool = False
    same_bytes: Answer = "unknown"
    refuses: tuple[str, ...] = ()
    how: str = ""
    lead_days: Range = (0.0, 1.0, 3.0)
    effort_person_days: Range = (0.25, 1.0, 3.0)


class Identified(msgspec.Struct, frozen=True):
    """A component with what is known about it. ``None`` is unknown; ``unidentified`` gives the reasons in words.

    ``channels`` serve its bytes and updates: those the project names, or the one its client uses by default. Every
    ``source_channels`` serves its source. ``origin_of`` and ``hosting`` are the nexus of the component itself.
    """

    component: Component
    offering: str = ""
    name: str = ""
    service: bool = False
    how: str = ""
    grade: Grade = Grade.INFERRED
    supplier: Fact[str] | None = None
    rights: Rights = Rights()
    channels: tuple[Fact[str], ...] = ()
    other_channels: tuple[str, ...] = ()
    """Channels that a record names for its copies beside those above: recovery options."""
    source_channels: tuple[Fact[str], ...] = ()
    hosting: tuple[Fact[str], ...] = ()
    origin_of: tuple[Fact[str], ...] = ()
    functions: tuple[str, ...] = ()
    standards: tuple[str, ...] = ()
    stateful: Fact[str] | None = None
    export: Fact[str] | None = None
    banned_in: tuple[Fact[str], ...] = ()
    data_copy: bool = False
    copies: tuple[str, ...] = ()
    """What own copies hold: ``artifacts``, ``source``."""
    copy_fact: Fact[str] | None = None
    """Where a copy of your own lies, and how that is known; None where you state it without a place."""
    maintained: bool = False
    term_end_days: float | None = None
    """Days from day 0 to the end of the paid term; None: no contract known."""
    workloads: tuple[str, ...] = ()
    unidentified: tuple[str, ...] = ()


class Substitute(msgspec.Struct, frozen=True):
    """An alternative for ``replaces``, identified like a component of the stack, with what moving to it takes."""

    replaces: ComponentKey
    function: str
    alternative: Identified
    closeness: str
    lead_days: Range
    effort_person_days: Range
    grade: Grade
    source: str = ""
    note: str = ""
    documented: tuple[Fact[str], ...] = ()
    """Who moved to it, from anything that fulfils the function; those that left the same offering first."""


class PatentHolder(msgspec.Struct, frozen=True, order=True):
    """A holder that could assert patents on a standard; ``bound`` suppliers have its royalty-free promise."""

    standard: str
    holder: str
    pool: str = ""


class Stack(msgspec.Struct, frozen=True):
    """Everything the supply graph is built from; ``alternatives_known`` marks components whose catalog function has any."""

    project: Project
    components: tuple[Identified, ...]
    dependencies: tuple[Dependency, ...] = ()
    substitutes: tuple[Substitute, ...] = ()
    suppliers: dict[str, SupplierFacts] = {}
    channels: dict[str, ChannelFacts] = {}
    patents: tuple[PatentHolder, ...] = ()
    blocs: dict[str, tuple[str, ...]] = {}
    alternatives_known: frozenset[ComponentKey] = frozenset()
    no_software: tuple[Component, ...] = ()
    """What the files list that is no software: no supplier, channel or licence is wanted of it."""

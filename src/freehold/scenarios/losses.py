"""Which leaves a scenario loses, on which day, and when they come back by themselves.

One function per kind of disruption; the table of MODEL.md section 3, row by row. Reading scenario files belongs to
``catalog``, what a lost leaf means for the stack to ``engine``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase

from freehold.model.leaf import Leaf, LeafKind
from freehold.model.scenario import Disruption, DisruptionKind, Scenario
from freehold.model.stack import Stack

SUBJECT = "subject"


@dataclass(frozen=True, slots=True, order=True)
class Loss:
    """A leaf is lost on day ``onset`` and, if known, holds again from day ``end``."""

    leaf: Leaf
    onset: float
    end: float | None = None


@dataclass(frozen=True, slots=True)
class Impact:
    """What a scenario does: losses in order, the day recovery can start, and what kinds of parties it hits.

    ``start`` is the latest announcement (onset minus notice) of its disruptions, ``onset`` the earliest onset.
    ``hits`` are kinds of parties (``jurisdiction``, ``supplier``, ``channel``): one that we do not know could be meant.
    """

    losses: tuple[Loss, ...]
    onset: float
    start: float
    hits: frozenset[str]
    costlier: tuple[str, ...] = ()
    """Suppliers whose price multiplies."""


class Impacts:
    """Works out what scenarios do to the leaves of one stack; ``leaves`` are indexed by party and operator once."""

    def __init__(self, leaves: Iterable[Leaf], stack: Stack) -> None:
        self._stack = stack
        self._context = _Context(stack)
        self._leaves = tuple(leaves)
        self._by_party: dict[str, list[Leaf]] = {}
        for leaf in self._leaves:
            self._by_party.setdefault(leaf.party, []).append(leaf)
            operator = stack.channels[leaf.party].operator if leaf.kind is LeafKind.CHANNEL else None
            if operator is not None and operator.value != leaf.party:
                self._by_party.setdefault(operator.value, []).append(leaf)

    def of(self, scenario: Scenario) -> Impact:
        """Return what ``scenario`` does. Cost: the leaves of the parties that its disruptions name."""
        active = [d for d in scenario.disruption if _concerns_subject(d, self._stack)]
        hits: dict[Leaf, list[Disruption]] = {}
        for disruption in active:
            for leaf in self._candidates(disruption):
                if self._context.loses(disruption, leaf):
                    hits.setdefault(leaf, []).append(disruption)
        everything = active or list(scenario.disruption)
        return Impact(
            tuple(sorted(_loss(leaf, by) for leaf, by in hits.items())),
            min((d.onset_days for d in everything), default=0.0),
            max((d.onset_days - d.notice_days for d in everything), default=0.0),
            frozenset(kind for d in active if (kind := _party_kind(d, self._stack))),
            tuple(sorted({d.by for d in active if d.kind == "price-multiplies"})),
        )

    def _candidates(self, disruption: Disruption) -> Iterable[Leaf]:
        """Return the leaves that a disruption could lose: those of its party, or all where that does not decide."""
        if not disruption.by or disruption.kind in _ANY_PARTY:
            return self._leaves
        parties = dict.fromkeys((disruption.by, *self._stack.blocs.get(disruption.by, ())))
        return (leaf for party in parties for leaf in self._by_party.get(party, ()))


_ANY_PARTY: frozenset[DisruptionKind] = frozenset({"patent-asserted", "licence-enforced"})
"""Disruptions that lose leaves of other parties too: the patents of a pool, limits in terms."""


def _loss(leaf: Leaf, by: list[Disruption]) -> Loss:
    """Return the loss of a leaf: from the first onset, to the last end if all are known."""
    ends = [d.end_days for d in by if d.end_days is not None]
    return Loss(leaf, min(d.onset_days for d in by), max(ends) if len(ends) == len(by) else None)


def _party_kind(disruption: Disruption, stack: Stack) -> str:
    """Return which kind of party a disruption hits by name; empty where no unknown party could be meant."""
    match disruption.kind:
        case "denial" if disruption.by in stack.suppliers or not disruption.by.isupper():
            return "supplier"
        case "denial":
            return "jurisdiction" if {"seat", "parent"} & set(disruption.nexus) else ""
        case "channel-down":
            return "channel"
        case "account-blocked" | "supplier-gone" | "relicensed" | "maintainer-stops":
            return "supplier" if disruption.by else ""
        case _:
            return ""


def _concerns_subject(disruption: Disruption, stack: Stack) -> bool:
    """Tell whether what is denied contains the subject: its seat, its users, or owners over the stated share."""
    if not disruption.denies or SUBJECT in disruption.denies:
        return True
    denied = {member for code in disruption.denies for member in stack.blocs.get(code, (code,))}
    subject = stack.project.subject
    share = disruption.owners_over_percent
    owned = share is not None and sum(o.percent for o in subject.owners if o.jurisdiction in denied) > share
    return subject.seat in denied or bool(denied & set(subject.users)) or owned


class _Context:
    """Looks up what leaves are about: suppliers of offerings, operators of channels."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self._about: dict[str, set[str]] = {}
        substitutes = (s.alternative for s in stack.substitutes)
        for item in (*stack.components, *substitutes):
            names = {item.component.key, *item.component.purls}
            names |= {item.offering} if item.offering else set()
            for key in (item.component.key, item.offering):
                self._about.setdefault(key, set()).update(names)
        self._rules: Mapping[DisruptionKind, Callable[[Disruption, Leaf], bool]] = {
            "denial": self._denial,
            "account-blocked": lambda d, leaf: leaf.kind is LeafKind.ACCOUNT and leaf.party == d.by,
            "channel-down": lambda d, leaf: leaf.kind is LeafKind.CHANNEL and leaf.party == d.by,
            "service-retired": lambda d, leaf: leaf.kind is LeafKind.OPERATES and self._named(d, leaf),
            "supplier-gone": self._gone,
            "relicensed": lambda d, leaf: leaf.kind is LeafKind.PATCHES and self._named(d, leaf),
            "maintainer-stops": lambda d, leaf: leaf.kind is LeafKind.PATCHES and self._named(d, leaf),
            "patent-asserted": self._asserted,
            "licence-enforced": self._enforced,
            "home-ban": self._banned,
            "price-multiplies": lambda d, leaf: False,
        }

    def loses(self, disruption: Disruption, leaf: Leaf) -> bool:
        """Tell whether ``disruption`` makes ``leaf`` false."""
        return self._rules[disruption.kind](disruption, leaf)

    def _jurisdictions(self, code: str) -> tuple[str, ...]:
        return self._stack.blocs.get(code, (code,))

    def _denial(self, disruption: Disruption, leaf: Leaf) -> bool:
        if leaf.kind is LeafKind.WILLING:
            return leaf.party == disruption.by
        reached = leaf.kind is LeafKind.LAW and leaf.detail in disruption.nexus
        return reached and leaf.party in self._jurisdictions(disruption.by) and self._matches(disruption.on, leaf.about)

    def _gone(self, disruption: Disruption, leaf: Leaf) -> bool:
        if leaf.kind is LeafKind.CHANNEL:
            operator = self._stack.channels[leaf.party].operator
            return operator is not None and operator.value == disruption.by
        return leaf.kind in (LeafKind.OPERATES, LeafKind.PATCHES, LeafKind.WILLING) and leaf.party == disruption.by

    def _asserted(self, disruption: Disruption, leaf: Leaf) -> bool:
        if leaf.kind is not LeafKind.PATENT:
            return False
        pools = {h.pool for h in self._stack.patents if (h.holder, h.standard) == (leaf.party, leaf.about)}
        by = not disruption.by or disruption.by == leaf.party or disruption.by in pools
        return by and (not disruption.on or leaf.about in disruption.on)

    def _enforced(self, disruption: Disruption, leaf: Leaf) -> bool:
        by = leaf.kind is LeafKind.TERMS and disruption.by in ("", leaf.party)
        return by and (not disruption.on or any(fnmatchcase(leaf.about, pattern) for pattern in disruption.on))

    def _banned(self, disruption: Disruption, leaf: Leaf) -> bool:
        if leaf.kind is not LeafKind.HOME or leaf.party not in self._jurisdictions(disruption.by):
            return False
        if not disruption.on:
            return True
        supplier = self._stack.suppliers.get(leaf.about)
        wanted = {member for code in disruption.on for member in self._jurisdictions(code)}
        reached = {reach.jurisdiction for reach in supplier.reach} if supplier else set()
        return leaf.about in wanted or bool(wanted & reached)

    def _named(self, disruption: Disruption, leaf: Leaf) -> bool:
        by = bool(disruption.by) and leaf.party == disruption.by
        if not disruption.on:
            return by
        return (by or not disruption.by) and self._matches(disruption.on, leaf.about)

    def _matches(self, patterns: tuple[str, ...], about: str) -> bool:
        names = self._about.get(about, {about})
        return not patterns or any(fnmatchcase(name, pattern) for pattern in patterns for name in names | {about})

"""Limits in the terms that already exclude the subject: present breaches.

Pure look-ups of the subject against territories, owners, users and revenue. The graph stays as it is above a breach; every
verdict that rests on the component is marked. Field-of-use limits cannot be decided by software and become questions.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from freehold.model.component import ComponentKey
from freehold.model.stack import Identified, Limit
from freehold.model.subject import Subject


class Breach(msgspec.Struct, frozen=True, order=True):
    """A limit that excludes the subject today, the component it stands on, and what about the subject it hits."""

    component: ComponentKey
    limit: Limit
    because: str


def territories(codes: Iterable[str], blocs: Mapping[str, tuple[str, ...]]) -> frozenset[str]:
    """Return jurisdictions, with every bloc replaced by its members (an unknown bloc stays as it is)."""
    return frozenset(member for code in codes for member in blocs.get(code, (code,)))


def breaches(item: Identified, subject: Subject, blocs: Mapping[str, tuple[str, ...]]) -> tuple[Breach, ...]:
    """Return the breaches of the terms of ``item`` by ``subject``, and home bans already in force."""
    found = [(limit, _because(limit, subject, blocs)) for limit in item.rights.limits]
    bans = [
        (
            Limit(
                "territory", fact.source or "home ban", f"{fact.value} forbids its own people to use it", (fact.value,)
            ),
            "",
        )
        for fact in item.banned_in
        if fact.value == subject.seat
    ]
    found += [(limit, f"the subject sits in {subject.seat}") for limit, _ in bans]
    return tuple(Breach(item.component.key, limit, because) for limit, because in found if because)


def _because(limit: Limit, subject: Subject, blocs: Mapping[str, tuple[str, ...]]) -> str:
    """Say why ``limit`` excludes ``subject``; empty if it does not, or if the subject did not say."""
    match limit.kind:
        case "territory":
            return _because_of_territory(limit, subject, territories(limit.territories, blocs))
        case "users" if subject.monthly_users is not None and subject.monthly_users > limit.above:
            return f"{subject.monthly_users:,} monthly users, more than {limit.above:,}"
        case "revenue" if subject.yearly_revenue_usd is not None and subject.yearly_revenue_usd > limit.above:
            return f"{subject.yearly_revenue_usd:,} USD a year, more than {limit.above:,}"
        case _:
            return ""


def _because_of_territory(limit: Limit, subject: Subject, excluded: frozenset[str]) -> str:
    if subject.seat in excluded:
        return f"the subject sits in {subject.seat}"
    if limit.basis == "use":
        users = sorted(set(subject.users) & excluded)
        return f"users in {', '.join(users)}" if users else ""
    if limit.basis == "owner":
        owners = [owner for owner in subject.owners if owner.jurisdiction in excluded and owner.percent >= 50]
        return f"owned to {owners[0].percent:g} % from {owners[0].jurisdiction}" if owners else ""
    return ""

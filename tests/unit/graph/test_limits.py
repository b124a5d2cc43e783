"""Limits in terms against the subject: who is excluded today, and why."""

from __future__ import annotations

import msgspec
import pytest
from small_stacks import OPEN, facts, software

from freehold.graph.limits import breaches, territories
from freehold.model.stack import Limit
from freehold.model.subject import Owner, Subject

BLOCS = {"EU": ("DE", "FR"), "FIVE": ("US", "GB")}
EXCLUDES_EU = Limit("territory", "T", "excludes the EU", ("EU", "KR"))


def reasons(limit: Limit, subject: Subject) -> list[str]:
    """Return why one limit excludes the subject."""
    item = software(rights=msgspec.structs.replace(OPEN, limits=(limit,)))
    return [breach.because for breach in breaches(item, subject, BLOCS)]


def test_blocs_are_replaced_by_their_members_and_unknown_ones_stay() -> None:
    assert territories(["EU", "KR", "MOON"], BLOCS) == {"DE", "FR", "KR", "MOON"}
    assert territories([], BLOCS) == frozenset()


@pytest.mark.parametrize(
    ("subject", "because"),
    [
        (Subject(seat="DE"), ["the subject sits in DE"]),
        (Subject(seat="KR"), ["the subject sits in KR"]),
        (Subject(seat="IN", users=("FR", "IN", "DE")), ["users in DE, FR"]),
        (Subject(seat="IN", owners=(Owner("DE", 100.0),)), []),
        (Subject(seat="IN", users=("IN",)), []),
        (Subject(), []),
    ],
)
def test_a_territory_excludes_by_seat_and_by_users(subject: Subject, because: list[str]) -> None:
    assert reasons(EXCLUDES_EU, subject) == because


def test_a_limit_on_owners_counts_those_of_half_or_more() -> None:
    limit = msgspec.structs.replace(EXCLUDES_EU, basis="owner")
    assert reasons(limit, Subject(seat="IN", owners=(Owner("FR", 50.0),))) == ["owned to 50 % from FR"]
    assert reasons(limit, Subject(seat="IN", owners=(Owner("FR", 49.9),))) == []
    assert reasons(limit, Subject(seat="IN", users=("FR",))) == []


def test_caps_exclude_only_above_what_the_subject_states() -> None:
    users, revenue = Limit("users", "T", "", above=1000), Limit("revenue", "T", "", above=1000)
    assert reasons(users, Subject(monthly_users=1000)) == []
    assert reasons(users, Subject(monthly_users=1001)) == ["1,001 monthly users, more than 1,000"]
    assert reasons(users, Subject()) == []
    assert reasons(revenue, Subject(yearly_revenue_usd=2000)) == ["2,000 USD a year, more than 1,000"]
    assert reasons(revenue, Subject(monthly_users=2000)) == []


def test_fields_of_use_are_nobodys_breach_yet() -> None:
    assert reasons(Limit("field", "T", "not for weapons"), Subject(seat="DE", sector="defence")) == []


def test_a_ban_in_force_at_home_is_a_breach_of_its_law() -> None:
    item = software(banned_in=facts(["DE", "FR"]))
    found = breaches(item, Subject(seat="DE"), BLOCS)
    assert [(breach.limit.territories, breach.component) for breach in found] == [(("DE",), item.component.key)]
    assert breaches(item, Subject(seat="IN"), BLOCS) == ()


def test_every_limit_that_excludes_is_named() -> None:
    limits = (EXCLUDES_EU, Limit("users", "T", "", above=5))
    item = software(rights=msgspec.structs.replace(OPEN, limits=limits))
    found = breaches(item, Subject(seat="DE", monthly_users=6), BLOCS)
    assert [breach.limit.kind for breach in found] == ["territory", "users"]

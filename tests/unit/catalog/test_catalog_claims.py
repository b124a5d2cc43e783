"""Claims become facts of the right grade, hold only in their time, and disagree openly."""

from __future__ import annotations

from datetime import date

import pytest

from freehold.catalog.claims import current, fact_of, granted, in_range
from freehold.model.fact import Conflict, Fact, Grade, best
from freehold.model.records import Granted, Parent, Place, Source

READ = Source("https://docs.example/", "A", date(2026, 1, 2))
UNREAD = Source("https://docs.example/", "B")
SOURCES = {"read": READ, "unread": UNREAD}


def test_a_fact_is_recorded_only_if_its_source_was_read() -> None:
    fact = fact_of(Place(value="US", source="read", as_of="2025"), "US", SOURCES)
    assert fact == Fact("US", Grade.RECORDED, "https://docs.example/", "A", "2025", "2026-01-02", "")
    for source in ("unread", "assumed", ""):
        assert fact_of(Place(value="US", source=source), "US", SOURCES).grade is Grade.ASSUMED


def test_disputed_claims_say_so() -> None:
    fact = fact_of(Place(value="US", source="read", disputed=True, note="denied by the firm"), "US", SOURCES)
    assert fact.note == "disputed; denied by the firm"


@pytest.mark.parametrize(
    ("since", "until", "holds"),
    [
        ("", "", True),
        ("2026-06-01", "", True),
        ("2026-06-02", "", False),
        ("2026", "", True),
        ("2027", "", False),
        ("", "2026-06-01", True),
        ("", "2026-05-31", False),
        ("", "2026-06", True),
        ("", "2025", False),
        ("2020-01", "2026", True),
    ],
)
def test_claims_hold_in_their_time(since: str, until: str, holds: bool) -> None:
    claim = Place(value="US", since=since, until=until)
    assert (current([claim], date(2026, 6, 1)) == (claim,)) is holds


def test_announced_owners_do_not_own_yet() -> None:
    assert current([Parent(value="acme", announced=True)], date(2026, 6, 1)) == ()


OPEN = Granted(value="MIT", versions="vers:npm/<7.4.0")
SHUT = Granted(value="LicenseRef-Shut", versions="vers:npm/>=7.4.0")
REST = Granted(value="Apache-2.0")


@pytest.mark.parametrize(
    ("version", "claims", "terms"),
    [
        ("7.3.9", (OPEN, SHUT), ["MIT"]),
        ("7.4.0", (OPEN, SHUT), ["LicenseRef-Shut"]),
        ("7.10.0", (OPEN, SHUT), ["LicenseRef-Shut"]),
        ("", (OPEN, SHUT), ["MIT", "LicenseRef-Shut"]),
        ("not a version", (OPEN,), ["MIT"]),
        ("7.3.9", (OPEN, REST), ["MIT"]),
        ("7.5.0", (OPEN, REST), ["Apache-2.0"]),
        ("", (OPEN, REST), ["MIT", "Apache-2.0"]),
    ],
)
def test_terms_follow_the_version(version: str, claims: tuple[Granted, ...], terms: list[str]) -> None:
    assert [claim.value for claim in granted(claims, version, date(2026, 6, 1))] == terms


def test_terms_of_a_part() -> None:
    weights = Granted(value="LicenseRef-Weights", part="weights")
    code = Granted(value="MIT", part="code")
    found = granted((weights, code, REST), "1", date(2026, 6, 1), "weights")
    assert found == (weights, REST)


def test_versions_that_cannot_be_ordered_are_not_settled() -> None:
    assert in_range("*", "x") is True
    assert in_range("vers:npm/>=1", "") is None
    assert in_range("vers:npm/>=1", "???") is None
    assert in_range("no range", "1") is None


def test_the_best_fact_wins_and_equal_ones_conflict() -> None:
    stated, recorded = Fact("DE", Grade.STATED), Fact("US", Grade.RECORDED)
    assert best([recorded, stated]) == stated
    assert best([recorded, Fact("US", Grade.RECORDED, note="again")]) == recorded
    assert best([recorded, Fact("FR", Grade.RECORDED)]) == Conflict((recorded, Fact("FR", Grade.RECORDED)))
    assert best(list[Fact[str]]()) is None
    assert [grade.rank for grade in Grade] == [0, 1, 2, 3]

"""Rows are held against what offerings and other rows know."""

from __future__ import annotations

from pathlib import Path

import pytest

from freehold.catalog.query import open_catalog
from freehold.model.package_row import PackageRow
from freehold.model.records import Offering
from survey.amended import Change, changes, in_one_spelling, narrowed, without_denied, without_forks

RANGES = (("ISC", "vers:npm/<2"), ("MIT", "vers:npm/>=2"))


def row(name: str, licence: str = "MIT", versions: str = "*", seen: str = "2.1", owner: str = "") -> PackageRow:
    return PackageRow(name, licence, owner, versions, seen, "own")


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        (row("leaf"), ">=2"),
        (row("leaf", "ISC", seen="1.0..1.4"), "<2"),
        (row("leaf", "MIT", "<=2.4"), "<=2.4"),
        (row("leaf", "MIT", seen="1.0"), "*"),
        (row("leaf", "ISC AND MIT"), "*"),
        (row("leaf", "Apache-2.0"), "*"),
        (row("%40acme/twig"), ">=2"),
        (row("other"), "*"),
    ],
)
def test_a_row_for_all_versions_takes_the_range_that_an_offering_knows(known: PackageRow, expected: str) -> None:
    told = [Change("pkg:npm/leaf", False, RANGES), Change("pkg:npm/%40acme/", True, RANGES)]
    assert [found.versions for found in narrowed("npm", [known], told)] == [expected]
    assert [found.versions for found in narrowed("nuget", [known], told)] == [known.versions]


def test_only_offerings_whose_terms_differ_by_version_tell_ranges() -> None:
    found = list(changes(open_catalog(env={}).all(Offering)))
    assert any(change.key == "pkg:npm/jest" for change in found)
    assert all(len({licence for licence, _ in change.ranges}) > 1 for change in found)


def test_a_fork_has_not_the_owner_of_what_it_came_from() -> None:
    owned = "github.com/acme"
    rows = [
        row("%40acme/leaf", owner=owned),
        row("%40else/leaf", owner=owned),
        row("%40else/leaf", "", owner=owned),
        row("%40else/twig", owner=owned),
        row("leaf", owner=owned),
    ]
    found = [(kept.name, kept.owner) for kept in without_forks(rows)]
    assert found == [("%40acme/leaf", owned), ("%40else/leaf", ""), ("%40else/twig", owned), ("leaf", owned)]


def test_a_crate_stands_in_one_spelling() -> None:
    twin = PackageRow("leaf-twig", "MIT", "", "*", "1", "guix")
    own = PackageRow("bud-twig", "MIT", "", "*", "1", "own")
    rows = [twin, row("leaf_twig"), own, row("bud_twig"), PackageRow("lone-twig", "MIT", "", "*", "1", "guix")]
    assert [kept.name for kept in in_one_spelling(rows)] == ["leaf_twig", "bud-twig", "bud_twig", "lone-twig"]


def test_a_licence_that_the_text_denies_is_left_out(tmp_path: Path) -> None:
    denied = tmp_path / "denied.csv"
    denied.write_text("purl,licence,file,sha256\npkg:npm/leaf,MIT,LICENSE,00\npkg:npm/%40acme/twig,MIT,LICENSE,00\n")
    rows = [row("leaf"), row("leaf", "ISC"), row("%40acme/twig", owner="github.com/acme"), row("other")]
    found = [(kept.name, kept.licence) for kept in without_denied("npm", rows, denied)]
    assert found == [("leaf", "ISC"), ("%40acme/twig", ""), ("other", "MIT")]
    assert without_denied("conda", rows, denied) == rows

"""Packages under one name that has one owner tell each other's licence, if enough are known and all agree."""

from __future__ import annotations

from pathlib import Path

import pytest
from small_catalog import FILES, open_small

from freehold.catalog.siblings import LEAST, families, family_of
from freehold.model.fact import Grade
from freehold.model.package_row import PackageRow


@pytest.mark.parametrize(
    ("kind", "name", "family"),
    [
        ("npm", "%40acme/leaf", "%40acme"),
        ("npm", "leaf", ""),
        ("maven", "org.acme.tree/leaf", "org.acme.tree"),
        ("composer", "acme/leaf", "acme"),
        ("nuget", "acme.tree.leaf", "acme.tree"),
        ("nuget", "acme.leaf", ""),
        ("pypi", "acme-leaf", ""),
        ("cargo", "acme-leaf", ""),
    ],
)
def test_a_family_is_a_name_with_one_owner(kind: str, name: str, family: str) -> None:
    assert family_of(kind, name) == family


def table(*licences: str) -> dict[str, list[PackageRow]]:
    names = [f"%40acme/{number}" for number in range(len(licences))]
    return {
        name: [PackageRow(name, licence, "", "*", "", "site")] for name, licence in zip(names, licences, strict=True)
    }


def test_enough_siblings_must_agree() -> None:
    assert list(families("npm", table(*["MIT"] * LEAST))) == ["%40acme"]
    assert families("npm", table(*["MIT"] * (LEAST - 1))) == {}
    assert families("npm", table(*["MIT"] * LEAST, "ISC")) == {}
    assert len(families("npm", table(*["MIT"] * LEAST, ""))["%40acme"]) == LEAST


def test_one_that_changed_its_licence_breaks_the_family() -> None:
    changed = table(*["MIT"] * LEAST)
    changed["%40acme/0"].append(PackageRow("%40acme/0", "ISC", "", ">=2", "", "site"))
    assert families("npm", changed) == {}


def test_the_licence_of_siblings_is_inferred_and_says_so(tmp_path: Path) -> None:
    rows = FILES["packages/npm.csv"].replace(
        "bough,", "".join(f"%40acme/leaf-{number},Apache-2.0,,*,1.0.0,site\n" for number in range(LEAST)) + "bough,", 1
    )
    fact = open_small(tmp_path, {"packages/npm.csv": rows}).packages.licence_of("pkg:npm/%40acme/other", "1.0.0")
    assert fact is not None
    assert (fact.value, fact.grade) == ("Apache-2.0", Grade.INFERRED)
    assert fact.note == "as all 6 packages of %40acme that are known"

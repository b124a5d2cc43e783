"""Package tables: what they state reaches rights and suppliers, by version, and never goes before what a file says."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_catalog import open_small, write_catalog

from freehold.catalog.loading import load_folder
from freehold.catalog.package_rows import COLUMNS, read_rows, write_rows
from freehold.catalog.purls import key_of
from freehold.catalog.query import Catalog
from freehold.errors import CatalogError
from freehold.identify.stack import identify
from freehold.model.component import Component, ComponentKey, ComponentKind, Inventory, Licence, LicenceForm
from freehold.model.fact import Grade
from freehold.model.package_row import PackageRow
from freehold.model.records import Packages
from freehold.model.stack import Identified
from freehold.model.subject import Project

ON = date(2026, 6, 1)
WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), max_size=9)


@pytest.fixture(scope="module")
def catalog(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    return open_small(tmp_path_factory.mktemp("catalog"))


def identified(catalog: Catalog, purl: str, *licences: Licence) -> Identified:
    version = purl.rpartition("@")[2] if "@" in purl.rpartition("/")[2] else ""
    component = Component(
        ComponentKey(purl), "x", version, kind=ComponentKind.LIBRARY, purls=(purl,), licences=licences
    )
    return identify(Inventory((component,)), catalog, Project(), ON).components[0]


@pytest.mark.parametrize(
    ("purl", "licence"),
    [
        ("pkg:npm/%40acme/leaf@1.0.0", "Apache-2.0"),
        ("pkg:npm/%40acme/leaf", "Apache-2.0"),
        ("pkg:npm/bough@1.9.9", "MIT"),
        ("pkg:npm/bough@2.0.0", "GPL-2.0-only OR MIT"),
        ("pkg:npm/bough", None),
        ("pkg:npm/bough@2.0.0-beta.1", "MIT"),
        ("pkg:npm/twig@1.0.0", None),
        ("pkg:npm/boug@1.0.0", None),
        ("pkg:pypi/bough@1.0.0", None),
    ],
)
def test_a_licence_holds_for_its_versions_only(catalog: Catalog, purl: str, licence: str | None) -> None:
    fact = catalog.packages.licence_of(purl, purl.rpartition("@")[2] if "@" in purl else "")
    assert (fact.value if fact else None) == licence


def test_extras_are_no_part_of_a_python_name() -> None:
    for written in ("pkg:pypi/Leaf_Tool%5Btls%5D@1.0", "pkg:pypi/leaf.tool[tls,http2]@1.0?x=y", "pkg:pypi/leaf-tool"):
        assert key_of(written) == "pkg:pypi/leaf-tool"


def test_a_fact_of_a_table_carries_its_source_and_what_was_seen(catalog: Catalog) -> None:
    fact = catalog.packages.licence_of("pkg:npm/bough@1.5.0", "1.5.0")
    assert fact is not None
    assert (fact.grade, fact.source, fact.source_grade) == (Grade.RECORDED, "https://docs.example/about", "A")
    assert (fact.checked_on, fact.note) == ("2026-01-02", "seen for 1.0.0..1.9.2")


@pytest.mark.parametrize(
    ("purl", "licence"),
    [
        ("pkg:golang/acme.example/tree/branch/v2@v2.0.0", "MIT"),
        ("pkg:golang/acme.example/tree@v9.0.0", "MIT"),
        ("pkg:golang/acme.example/trees@v1.0.0", None),
        ("pkg:golang/acme.example/turned/branch@v1.0.0", None),
        ("pkg:golang/acme.example@v1.0.0", None),
        ("pkg:golang/acme.example/shrub@v1.0.0", "MIT"),
        ("pkg:golang/acme.example/shrub/v5/leaf@v5.0.0", "MIT"),
        ("pkg:golang/acme.example/split@v1.0.0", None),
        ("pkg:golang/acme.example/turned/v2@v2.0.0", None),
    ],
)
def test_a_go_module_has_the_licence_of_the_repository_that_it_lies_in(
    catalog: Catalog, purl: str, licence: str | None
) -> None:
    fact = catalog.packages.licence_of(purl, "v1.0.0")
    assert (fact.value if fact else None) == licence
    if fact and "branch" in purl:
        assert (fact.grade, fact.note) == (Grade.INFERRED, "of acme.example/tree, in the same repository")


@pytest.mark.parametrize(
    ("version", "grade"),
    [
        ("2.1.0", Grade.RECORDED),
        ("2.1", Grade.RECORDED),
        ("0:2.1.0-4+deb13u1", Grade.RECORDED),
        ("2.1.1", Grade.INFERRED),
        ("2.0.9", Grade.INFERRED),
        ("3.0.0", Grade.INFERRED),
        ("", Grade.INFERRED),
        ("next", Grade.INFERRED),
        ("9" * 5000, Grade.INFERRED),
    ],
)
def test_below_and_above_what_was_seen_a_licence_is_inferred(catalog: Catalog, version: str, grade: Grade) -> None:
    fact = catalog.packages.licence_of("pkg:npm/%40acme/leaf", version)
    assert fact is not None
    assert fact.grade is grade


@pytest.mark.parametrize(
    ("version", "grade"),
    [
        ("v0.0.0-20200302000000-0123456789ab", Grade.RECORDED),
        ("v0.0.0-20190101000000-0123456789ab", Grade.INFERRED),
        ("0.0~git20200302.0123456-1", Grade.INFERRED),
        ("v0.0.1", Grade.INFERRED),
        ("master", Grade.INFERRED),
    ],
)
def test_go_modules_without_releases_are_told_apart_by_time(catalog: Catalog, version: str, grade: Grade) -> None:
    fact = catalog.packages.licence_of("pkg:golang/acme.example/untagged", version)
    assert fact is not None
    assert fact.grade is grade


@pytest.mark.parametrize(
    ("name", "version", "grade"),
    [
        ("dated", "1.4.0", Grade.RECORDED),
        ("dated", "1.4.1", Grade.INFERRED),
        ("dated", "1.3.0", Grade.INFERRED),
        ("dated", "", Grade.INFERRED),
        ("limited", "1.4.0", Grade.RECORDED),
        ("limited", "1.4.1", Grade.INFERRED),
        ("limited", "1.5.0", None),
    ],
)
def test_after_a_row_that_ends_as_seen_a_licence_is_inferred(
    catalog: Catalog, name: str, version: str, grade: Grade | None
) -> None:
    fact = catalog.packages.licence_of(f"pkg:npm/{name}", version)
    assert (fact.grade if fact else None) is grade


def test_rights_come_from_the_table_where_the_file_is_silent(catalog: Catalog) -> None:
    item = identified(catalog, "pkg:npm/%40acme/leaf@2.1.0")
    assert (item.rights.terms, item.rights.origin) == (("Apache-2.0",), "https://docs.example/about")
    own = identified(catalog, "pkg:npm/%40acme/leaf@2.1.0", Licence(LicenceForm.ID, "MIT"))
    assert own.rights.terms == ("MIT",)
    silent = identified(catalog, "pkg:npm/%40acme/leaf@2.1.0", Licence(LicenceForm.TEXT, "All that"))
    assert silent.rights.terms == ("Apache-2.0",)


def test_rights_that_are_inferred_say_of_what(catalog: Catalog) -> None:
    item = identified(catalog, "pkg:golang/acme.example/tree/branch@v1.0.0")
    assert item.rights.origin == "https://docs.example/about, of acme.example/tree, in the same repository"
    newer = identified(catalog, "pkg:npm/%40acme/leaf@3.0.0")
    assert newer.rights.origin == "https://docs.example/about, seen for 2.1.0"


def test_the_holder_of_the_repository_is_the_inferred_supplier(catalog: Catalog) -> None:
    supplier = identified(catalog, "pkg:npm/twig@1.0.0").supplier
    assert supplier is not None
    assert (supplier.value, supplier.grade) == ("acme", Grade.INFERRED)
    assert supplier.source == "source repository in github.com/acme"
    assert identified(catalog, "pkg:npm/leaf@1.0.0").supplier is None


@given(st.lists(st.builds(PackageRow, *[WORDS] * len(COLUMNS)), max_size=5))
def test_rows_are_read_as_they_were_written(rows: list[PackageRow]) -> None:
    ordered = tuple(sorted(rows, key=lambda row: (row.name, row.versions)))
    assert read_rows(write_rows(rows).encode(), "table.csv") == ordered


@pytest.mark.parametrize("data", [b"\xff\xfe", b"", b'name,licence,owner,versions,seen,source\n"a\n'])
def test_what_is_no_table_is_refused(data: bytes) -> None:
    with pytest.raises(CatalogError):
        read_rows(data, "table.csv")


def test_a_record_without_its_rows_is_a_problem(tmp_path: Path) -> None:
    root = write_catalog(tmp_path)
    (root / "packages" / "npm.csv").unlink()
    records, problems = load_folder(root)
    assert [problem.rule for problem in problems] == ["format"]
    assert records.get(Packages, "npm") is None

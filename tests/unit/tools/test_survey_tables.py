"""Many statements become one row per range of versions, or none where sources disagree."""

from __future__ import annotations

import pytest

from freehold.catalog.query import Catalog, open_catalog
from freehold.model.component import Licence, LicenceForm
from survey.statement import Statement
from survey.tables import Tables, Weight

WEIGHTS = {"own": Weight(0), "quote": Weight(2), "old": Weight(2, fallback=True), "read": Weight(-1)}


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return open_catalog(env={})


def rows(catalog: Catalog, *stated: tuple[str, str, str], url: str = "") -> list[tuple[str, str, str, str, str]]:
    """Return the rows about one npm package for which (source, version, licence) is stated."""
    tables = Tables(catalog, frozenset({"github.com/babel"}), WEIGHTS)
    statements = [
        Statement("pkg:npm/leaf", version, (Licence(LicenceForm.EXPRESSION, text),), (url,) if url else (), source)
        for source, version, text in stated
    ]
    found = tables.rows(statements)["npm"]
    return [(row.licence, row.versions, row.seen, row.source, row.owner) for row in found]


def test_one_licence_holds_for_all_versions(catalog: Catalog) -> None:
    found = rows(catalog, ("quote", "2.0.0", "MIT"), ("own", "1.0.0", "MIT"))
    assert found == [("MIT", "*", "1.0.0..2.0.0", "own", "")]


def test_another_licence_from_a_version_on_makes_ranges_and_leaves_the_gap_open(catalog: Catalog) -> None:
    found = rows(catalog, ("quote", "10.0.0", "ISC"), ("quote", "9.0.0", "ISC"), ("quote", "2.0.0", "MIT"))
    assert [row[:2] for row in found] == [("MIT", "<=2.0.0"), ("ISC", ">=9.0.0")]


def test_a_licence_file_that_was_read_goes_before_metadata(catalog: Catalog) -> None:
    found = rows(catalog, ("own", "1.0.0", "MIT"), ("read", "1.0.0", "ISC AND MIT"), ("quote", "1.0.0", "ISC"))
    assert [(row[0], row[3]) for row in found] == [("ISC AND MIT", "read")]


def test_the_order_of_a_choice_does_not_matter(catalog: Catalog) -> None:
    found = rows(catalog, ("quote", "1.0.0", "MIT OR Apache-2.0"), ("quote", "2.0.0", "Apache-2.0 OR MIT"))
    assert [row[:2] for row in found] == [("Apache-2.0 OR MIT", "*")]


def test_a_version_about_which_equal_sources_disagree_is_left_out(catalog: Catalog) -> None:
    assert rows(catalog, ("quote", "1.0.0", "MIT"), ("quote", "1.0.0", "ISC")) == []
    found = rows(catalog, ("own", "1.0.0", "MIT"), ("quote", "1.0.0", "ISC"))
    assert [row[:2] for row in found] == [("MIT", "*")]


def test_scans_of_single_files_do_not_add_to_the_packages_own_word(catalog: Catalog) -> None:
    found = rows(catalog, ("own", "1.0.0", "MIT"), ("quote", "2.0.0", "BSD-3-Clause AND MIT"))
    assert [row[:2] for row in found] == [("MIT", "*")]


def test_a_fallback_counts_only_where_nobody_else_speaks(catalog: Catalog) -> None:
    assert [row[0] for row in rows(catalog, ("old", "1.0.0", "ISC"))] == ["ISC"]
    assert [row[0] for row in rows(catalog, ("old", "1.0.0", "ISC"), ("quote", "2.0.0", "MIT"))] == ["MIT"]


def test_one_version_quoted_otherwise_is_a_slip(catalog: Catalog) -> None:
    found = rows(catalog, ("quote", "1.0.0", "MIT"), ("quote", "1.1.0", "ISC"), ("quote", "1.2.0", "MIT"))
    assert [row[:3] for row in found] == [("MIT", "*", "1.0.0..1.2.0")]


def test_to_and_fro_becomes_what_all_grant_together(catalog: Catalog) -> None:
    texts = ["MIT", "MIT", "ISC", "ISC", "MIT", "MIT", "ISC", "ISC"]
    stated = [("quote", f"{number}.0.0", text) for number, text in enumerate(texts, 1)]
    assert [row[:2] for row in rows(catalog, *stated)] == [("ISC AND MIT", "*")]
    assert rows(catalog, *stated, ("quote", "9.0.0", "MIT OR ISC")) == []


def test_what_is_stated_less_clearly_counts_where_nobody_states_more(catalog: Catalog) -> None:
    def stated(source: str, version: str, *clear: str) -> Statement:
        licences = tuple(Licence(LicenceForm.EXPRESSION, text) for text in clear)
        listed = tuple(Licence(LicenceForm.EXPRESSION, text) for text in ("MIT", "ISC"))
        return Statement("pkg:pypi/leaf", version, licences, (), source, listed)

    def licences(*statements: Statement) -> list[str]:
        return [row.licence for row in Tables(catalog, frozenset(), WEIGHTS).rows(statements)["pypi"]]

    assert licences(stated("own", "1.0")) == ["ISC AND MIT"]
    assert licences(stated("own", "1.0", "a name that is nobody's")) == ["ISC AND MIT"]
    assert licences(stated("own", "1.0"), stated("quote", "2.0", "MIT")) == ["MIT"]
    assert licences(stated("own", "1.0"), stated("old", "2.0", "MIT")) == ["ISC AND MIT"]


def test_conda_versions_are_ordered_as_python_orders_its_own(catalog: Catalog) -> None:
    licences = {"1.9": "MIT", "1.10": "MIT", "1.11": "ISC"}
    stated = [
        Statement("pkg:conda/leaf", version, (Licence(LicenceForm.EXPRESSION, text),), (), "quote")
        for version, text in licences.items()
    ]
    rows = Tables(catalog, frozenset(), WEIGHTS).rows(stated)["conda"]
    assert [(row.licence, row.versions) for row in rows] == [("MIT", "<=1.10"), ("ISC", ">=1.11")]


def test_only_organisations_with_a_record_are_owners(catalog: Catalog) -> None:
    own = rows(catalog, ("own", "1.0.0", "MIT"), url="https://github.com/Babel/leaf")
    assert [row[4] for row in own] == ["github.com/babel"]
    person = rows(catalog, ("own", "1.0.0", "MIT"), url="https://github.com/someone/leaf")
    assert [row[4] for row in person] == [""]


@pytest.mark.parametrize("text", ["SEE LICENSE IN LICENSE.txt", "MIT AND Unheard-Of", ""])
def test_a_licence_that_is_not_surely_known_is_left_out(catalog: Catalog, text: str) -> None:
    assert rows(catalog, ("own", "1.0.0", text)) == []


def test_the_variant_that_one_statement_names_is_taken_for_the_family(catalog: Catalog) -> None:
    found = rows(catalog, ("quote", "1.0.0", "BSD"), ("quote", "2.0.0", "BSD-3-Clause"))
    assert [row[:2] for row in found] == [("BSD-3-Clause", "*")]

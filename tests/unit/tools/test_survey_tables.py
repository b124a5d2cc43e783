"""Many statements become one row per range of versions, or none where sources disagree."""

from __future__ import annotations

import pytest

from freehold.catalog.query import Catalog, open_catalog
from freehold.model.component import Licence, LicenceForm
from survey.lists import listed
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


def test_own_metadata_is_no_slip(catalog: Catalog) -> None:
    found = rows(catalog, ("quote", "1.0.0", "MIT"), ("own", "1.1.0", "ISC"), ("quote", "1.2.0", "MIT"))
    assert [row[:2] for row in found] == [("MIT", "<=1.0.0"), ("ISC", "1.1.0"), ("MIT", ">=1.2.0")]


def test_to_and_fro_states_nothing_save_where_one_licence_holds_the_others(catalog: Catalog) -> None:
    def stated(*texts: str) -> list[tuple[str, str, str]]:
        return [("quote", f"{number}.0.0", text) for number, text in enumerate(texts, 1)]

    assert rows(catalog, *stated("MIT", "MIT", "ISC", "ISC", "MIT", "MIT", "ISC", "ISC")) == []
    parts = stated("MIT", "MIT", "ISC AND MIT", "ISC AND MIT", "MIT", "MIT", "ISC AND MIT", "ISC AND MIT")
    assert [row[:2] for row in rows(catalog, *parts)] == [("ISC AND MIT", "*")]


def test_what_is_stated_less_clearly_counts_where_nobody_states_more(catalog: Catalog) -> None:
    def stated(source: str, version: str, *clear: str) -> Statement:
        licences = tuple(Licence(LicenceForm.EXPRESSION, text) for text in clear)
        other = tuple(Licence(LicenceForm.EXPRESSION, text) for text in ("MIT", "ISC"))
        return Statement("pkg:pypi/leaf", version, licences, (), source, other)

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


def test_an_owner_is_left_out_where_a_later_version_lies_with_another_account(catalog: Catalog) -> None:
    def owner(*found: tuple[str, str]) -> list[str]:
        stated = [
            Statement(
                "pkg:npm/leaf", version, (Licence(LicenceForm.EXPRESSION, "MIT"),), (f"https://{url}/leaf",), "own"
            )
            for version, url in found
        ]
        return [row.owner for row in Tables(catalog, frozenset({"github.com/babel"}), WEIGHTS).rows(stated)["npm"]]

    babel, someone = "github.com/babel", "github.com/someone"
    assert owner(("1.0.0", babel), ("2.0.0", someone)) == [""]
    assert owner(("1.0.0", babel), ("2.0.0", "someone.github.io")) == [""]
    assert owner(("1.0.0", babel), ("2.0.0", "babel.github.io")) == [babel]
    assert owner(("1.0.0", someone), ("2.0.0", babel)) == [babel]
    assert owner(("1.0.0", babel), ("1.0.0", someone)) == [babel]


@pytest.mark.parametrize("text", ["SEE LICENSE IN LICENSE.txt", "MIT AND Unheard-Of", ""])
def test_a_licence_that_is_not_surely_known_is_left_out(catalog: Catalog, text: str) -> None:
    assert rows(catalog, ("own", "1.0.0", text)) == []


def test_the_variant_that_one_statement_names_is_taken_for_the_family(catalog: Catalog) -> None:
    found = rows(catalog, ("quote", "1.0.0", "BSD"), ("quote", "2.0.0", "BSD-3-Clause"))
    assert [row[:2] for row in found] == [("BSD-3-Clause", "*")]


@pytest.mark.parametrize(
    ("terms", "meant"),
    [
        ("MIT", "MIT"),
        ("EPL-2.0 GPL-2.0-with-classpath-exception", "EPL-2.0 OR GPL-2.0-with-classpath-exception"),
        ("Ruby BSD-2-Clause", "BSD-2-Clause OR Ruby"),
        ("Apache-2.0 EPL-1.0", "Apache-2.0 OR EPL-1.0"),
        ("Apache-2.0 MIT", ""),
        ("Apache-2.0 LGPL-2.1-or-later", ""),
        ("GPL-2.0-only LGPL-2.1-only", ""),
        ("Apache-2.0 EPL-2.0 GPL-2.0-with-classpath-exception", ""),
    ],
)
def test_a_bare_list_is_a_choice_only_where_it_can_be_nothing_else(terms: str, meant: str) -> None:
    assert listed(frozenset(terms.split())) == meant


def test_a_list_in_metadata_is_not_read_as_all_of_it(catalog: Catalog) -> None:
    def licences(kind: str, in_list: bool, *texts: str) -> list[str]:
        stated = tuple(Licence(LicenceForm.NAME, text) for text in texts)
        statement = Statement(f"pkg:{kind}/leaf", "1.0", stated, (), "own", listed=in_list)
        return [row.licence for row in Tables(catalog, frozenset(), WEIGHTS).rows([statement])[kind]]

    assert licences("cargo", True, "MIT", "Apache-2.0") == []
    assert licences("gem", True, "Ruby", "BSD-2-Clause") == ["BSD-2-Clause OR Ruby"]
    assert licences("gem", True, "MIT", "Expat") == ["MIT"]
    assert licences("gem", True, "MIT OR ISC", "Ruby") == []
    assert licences("deb", False, "MIT", "Apache-2.0") == ["Apache-2.0 AND MIT"]


def test_a_short_name_of_two_versions_stands_for_neither(catalog: Catalog) -> None:
    found = rows(catalog, ("own", "1.0.0", "LGPLv2+ and MIT"))
    assert [row[0] for row in found] == ["LicenseRef-LGPL AND MIT"]
    classifier = "License :: OSI Approved :: GNU Lesser General Public License v2 or later (LGPLv2+)"
    assert [row[0] for row in rows(catalog, ("own", "1.0.0", classifier))] == ["LGPL-2.0-or-later"]


def test_a_source_that_speaks_for_some_versions_limits_its_row(catalog: Catalog) -> None:
    def versions(kind: str, name: str, *stated: tuple[str, str, str]) -> list[str]:
        statements = [
            Statement(f"pkg:{kind}/{name}", version, (Licence(LicenceForm.ID, text),), (), "own", versions=limit)
            for version, text, limit in stated
        ]
        return [row.versions for row in Tables(catalog, frozenset(), WEIGHTS).rows(statements)[kind]]

    assert versions("nuget", "leaf", ("8.5", "MIT", "<9")) == ["<9"]
    assert versions("nuget", "leaf", ("8.5", "MIT", "<9"), ("9.1", "MIT", "")) == ["*"]
    assert versions("nuget", "leaf", ("1.0", "ISC", ""), ("8.5", "MIT", "<9")) == ["<=1.0", ">=8.5|<9"]
    assert versions("maven", "com.sun.leaf/twig", ("2.3", "MIT", "")) == ["2.3"]
    assert versions("maven", "com.sun.leaf/twig", ("2.3", "MIT", ""), ("2.5", "MIT", "")) == [">=2.3|<=2.5"]

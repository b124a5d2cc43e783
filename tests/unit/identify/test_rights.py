"""What licences grant together: choices take the best, conjunctions the worst, and nothing unknown is granted."""

from __future__ import annotations

from datetime import date

import pytest
from small_catalog import open_small

from freehold.catalog.query import Catalog
from freehold.identify.rights import ANY_LICENCE, Licensing
from freehold.model.component import (
    SOURCE_PACKAGE,
    Component,
    ComponentKey,
    ComponentKind,
    Licence,
    LicenceForm,
    Named,
    Origin,
)
from freehold.model.fact import Grade
from freehold.model.records import Offering
from freehold.model.stack import Rights

TODAY = date(2026, 11, 23)
READ = """
[sources.text]
url = "https://licences.example/text"
grade = "A"
checked_on = 2026-01-02
"""
OPEN = 'run = [{ value = "yes", irrevocable = "yes", source = "text" }]\n' + (
    'modify = [{ value = "yes", source = "text" }]\ncopy = [{ value = "yes", source = "text" }]\n'
)
FILES = {
    "terms/MIT.toml": 'id = "MIT"\nname = "MIT License"\ncategory = "permissive"\nosi_approved = true\n' + OPEN + READ,
    "terms/Apache-2.0.toml": 'id = "Apache-2.0"\nname = "Apache"\ncategory = "permissive"\nosi_approved = true\n',
    "terms/Unread-1.0.toml": 'id = "Unread-1.0"\nname = "Unread"\ncategory = "source-available"\n'
    'run = [{ value = "yes", irrevocable = "yes", source = "assumed" }]\n',
    "terms/LicenseRef-Shut.toml": 'id = "LicenseRef-Shut"\nname = "Shut"\ncategory = "source-available"\n'
    'run = [{ value = "yes", irrevocable = "no", source = "text" }]\nmodify = [{ value = "no", source = "text" }]\n'
    'key = [{ value = "yes", source = "text" }]\nsource_available = [{ value = "no", source = "text" }]\n' + READ,
    "terms/LicenseRef-Weights.toml": 'id = "LicenseRef-Weights"\nname = "Weights"\ncategory = "open-weights"\n'
    + OPEN
    + 'territory_excluded = [{ value = ["EU", "KR"], source = "text" }]\n'
    'user_cap = [{ value = 1000, source = "text" }, { value = 5, unit = "yearly-revenue-usd", source = "text" }]\n'
    'field_excluded = [{ value = "weapons", source = "text" }]\n' + READ,
    "terms/LicenseRef-DFSG.toml": 'id = "LicenseRef-DFSG"\nname = "DFSG"\ncategory = "permissive"\n' + OPEN + READ,
    "packages/deb.toml": 'id = "deb"\nname = "Debian"\n' + READ,
    "packages/deb.csv": "name,licence,owner,versions,seen,source\n"
    "debian/leaf,MIT,,*,1,text\ndebian/main,LicenseRef-DFSG,,*,1,text\n",
    "packages/rpm.toml": 'id = "rpm"\nname = "RPM"\n' + READ + READ.replace("sources.text", "sources.same-upstream-1"),
    "packages/rpm.csv": "name,licence,owner,versions,seen,source\n"
    "vendor/leaf-tools,MIT,,*,1,text\nvendor/paired,MIT,,*,,same-upstream-1\n",
    "packages/npm.toml": 'id = "npm"\nname = "npm"\n' + READ,
    "packages/npm.csv": "name,licence,owner,versions,seen,source\ntabled,MIT,,*,1,text\n",
    "offerings/talker.toml": """
id = "talker"
name = "Talker"
kind = "model"
[[terms]]
value = "LicenseRef-Weights"
part = "weights"
source = "site"
[[terms]]
value = "MIT"
part = "code"
source = "site"
[match]
models = ["acme/talker-*"]
[sources.site]
url = "https://docs.example/talker"
grade = "A"
checked_on = 2026-01-02
""",
    "offerings/tuned.toml": """
id = "tuned"
name = "Tuned"
kind = "model"
terms = [{ value = "MIT", source = "site" }]
base_model = [{ value = "talker", source = "site" }]
[match]
models = ["tuner/tuned"]
[sources.site]
url = "https://docs.example/tuned"
grade = "A"
checked_on = 2026-01-02
""",
}


@pytest.fixture(scope="module")
def catalog(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    return open_small(tmp_path_factory.mktemp("rights"), FILES)


def library(*licences: str, form: LicenceForm = LicenceForm.EXPRESSION) -> Component:
    """Return a library with licences as written."""
    return Component(ComponentKey("pkg:npm/a@1"), "a", licences=tuple(Licence(form, text) for text in licences))


def rights(catalog: Catalog, *licences: str, form: LicenceForm = LicenceForm.EXPRESSION) -> Rights:
    """Return the rights of a library that no record knows."""
    found, conflict = Licensing(catalog, TODAY).of_component(library(*licences, form=form), None)
    assert conflict == ""
    return found


def of_offering(catalog: Catalog, name: str, version: str = "", part: str = "code") -> Rights:
    """Return what the catalog records for an offering."""
    offering = catalog.get(Offering, name)
    assert offering is not None
    found = Licensing(catalog, TODAY).of_offering(offering, version, part)
    assert found is not None
    return found


def test_terms_grant_what_their_record_says(catalog: Catalog) -> None:
    mit = rights(catalog, "MIT")
    assert (mit.run, mit.irrevocable, mit.modify, mit.key, mit.source) == ("yes", "yes", "yes", "no", "yes")
    assert mit.grade is Grade.RECORDED
    shut = rights(catalog, "LicenseRef-Shut")
    assert (shut.run, shut.irrevocable, shut.modify, shut.key, shut.source) == ("yes", "no", "no", "yes", "no")


def test_what_an_approved_open_licence_leaves_silent_is_inferred(catalog: Catalog) -> None:
    apache = rights(catalog, "Apache-2.0")
    assert (apache.run, apache.irrevocable, apache.modify, apache.source) == ("yes", "yes", "yes", "yes")
    assert apache.grade in (Grade.INFERRED, Grade.ASSUMED)


def test_terms_that_nobody_read_stay_assumed(catalog: Catalog) -> None:
    assert rights(catalog, "Unread-1.0").grade is Grade.ASSUMED


def test_terms_without_grants_grant_nothing_that_we_know(catalog: Catalog) -> None:
    silent = rights(catalog, "GPL-2.0-only")
    assert (silent.run, silent.irrevocable, silent.modify) == ("unknown", "unknown", "unknown")
    assert "does not say what may be run" in silent.reason
    assert silent.grade is Grade.ASSUMED


def test_unknown_terms_are_unknown_and_say_so(catalog: Catalog) -> None:
    for text in ("LicenseRef-Nobody-Knows", "My Own Licence 3"):
        unknown = rights(catalog, text)
        assert (unknown.run, unknown.modify, unknown.key) == ("unknown", "unknown", "unknown")
        assert unknown.expression == text
        assert unknown.reason


def test_a_choice_takes_the_better(catalog: Catalog) -> None:
    for text in ("MIT OR LicenseRef-Shut", "LicenseRef-Shut OR MIT", "LicenseRef-Nobody OR MIT"):
        assert rights(catalog, text).terms == ("MIT",)
    assert rights(catalog, "LicenseRef-Weights OR MIT").limits == ()


def test_what_must_be_kept_together_grants_only_what_all_grant(catalog: Catalog) -> None:
    both = rights(catalog, "MIT AND LicenseRef-Shut")
    assert (both.run, both.irrevocable, both.modify, both.key, both.source) == ("yes", "no", "no", "yes", "no")
    assert both.terms == ("LicenseRef-Shut", "MIT")
    half = rights(catalog, "MIT AND LicenseRef-Nobody")
    assert (half.run, half.irrevocable) == ("unknown", "unknown")
    assert rights(catalog, "MIT AND LicenseRef-Weights").limits == rights(catalog, "LicenseRef-Weights").limits


def test_several_statements_side_by_side_count_together(catalog: Catalog) -> None:
    assert rights(catalog, "MIT", "LicenseRef-Shut").irrevocable == "no"
    assert rights(catalog, "MIT", "MIT").terms == ("MIT",)


def test_a_choice_inside_a_conjunction(catalog: Catalog) -> None:
    assert rights(catalog, "(MIT OR LicenseRef-Shut) AND Apache-2.0").terms == ("Apache-2.0", "MIT")


def test_a_name_is_less_sure_than_an_identifier(catalog: Catalog) -> None:
    assert rights(catalog, "MIT License", form=LicenceForm.NAME).grade is Grade.INFERRED
    assert rights(catalog, "MIT", form=LicenceForm.ID).grade is Grade.RECORDED


def test_limits_are_read_with_their_bounds_and_sources(catalog: Catalog) -> None:
    limits = {limit.kind: limit for limit in rights(catalog, "LicenseRef-Weights").limits}
    assert set(limits) == {"territory", "field", "users", "revenue"}
    assert limits["territory"].territories == ("EU", "KR")
    assert (limits["users"].above, limits["revenue"].above) == (1000, 5)
    assert "weapons" in limits["field"].text
    assert {limit.source for limit in limits.values()} == {"https://licences.example/text"}


def test_without_a_licence_and_a_record_nothing_is_known(catalog: Catalog) -> None:
    assert rights(catalog) == Rights(reason=ANY_LICENCE)


def test_a_licence_text_is_not_read_and_grants_nothing(catalog: Catalog) -> None:
    text = rights(catalog, "Permission is hereby granted", form=LicenceForm.TEXT)
    assert text.run == "unknown"
    assert "licence text" in text.reason


@pytest.mark.parametrize(("version", "terms"), [("7.3.9", ("MIT",)), ("7.4.0", ("LicenseRef-Shut",))])
def test_terms_go_by_version(catalog: Catalog, version: str, terms: tuple[str, ...]) -> None:
    assert of_offering(catalog, "keyval", version).terms == terms


def test_without_a_version_all_terms_may_apply_and_the_worst_counts(catalog: Catalog) -> None:
    assert of_offering(catalog, "keyval").terms == ("LicenseRef-Shut", "MIT")
    assert of_offering(catalog, "keyval").irrevocable == "no"


def test_weights_and_code_have_terms_of_their_own(catalog: Catalog) -> None:
    assert of_offering(catalog, "talker", part="weights").terms == ("LicenseRef-Weights",)
    assert of_offering(catalog, "talker", part="code").terms == ("MIT",)


def test_a_fine_tune_inherits_the_limits_of_its_base(catalog: Catalog) -> None:
    tuned = of_offering(catalog, "tuned", part="weights")
    assert tuned.terms == ("MIT",)
    assert {limit.kind for limit in tuned.limits} == {"territory", "field", "users", "revenue"}


def joined(catalog: Catalog, component: Component, name: str, stated: str = "") -> tuple[Rights, str]:
    """Return the rights of a component that a record knows."""
    offering = catalog.get(Offering, name)
    return Licensing(catalog, TODAY).of_component(component, offering, stated)


def test_the_component_goes_before_the_catalog_and_a_difference_is_told(catalog: Catalog) -> None:
    own, conflict = joined(catalog, library("Apache-2.0"), "tuned")
    assert own.terms == ("Apache-2.0",)
    assert "Apache-2.0" in conflict and "MIT" in conflict
    assert own.limits, "limits of both count"
    same, none = joined(catalog, library("MIT"), "tuned")
    assert (same.terms, none) == (("MIT",), "")


def test_for_weights_what_the_catalog_read_goes_before_a_label(catalog: Catalog) -> None:
    model = Component(
        ComponentKey("pkg:huggingface/acme/talker-7b"),
        "talker-7b",
        kind=ComponentKind.MODEL,
        licences=(Licence(LicenceForm.ID, "MIT"),),
    )
    found, conflict = joined(catalog, model, "talker")
    assert found.terms == ("LicenseRef-Weights",)
    assert conflict


def test_what_you_state_goes_before_everything(catalog: Catalog) -> None:
    found, conflict = joined(catalog, library("LicenseRef-Shut"), "tuned", stated="Apache-2.0")
    assert found.terms == ("Apache-2.0",)
    assert found.limits == (), "you say which terms you hold"
    assert conflict
    alone, _ = Licensing(catalog, TODAY).of_component(library("LicenseRef-Shut"), None, "MIT")
    assert alone.terms == ("MIT",)


def test_an_unknown_label_does_not_hide_what_the_catalog_knows(catalog: Catalog) -> None:
    found, conflict = joined(catalog, library("LicenseRef-Nobody-Knows"), "tuned")
    assert found.terms == ("MIT",)
    assert conflict


@pytest.mark.parametrize(("label", "terms"), [("LicenseRef-Nobody-Knows", "MIT"), ("Apache-2.0", "Apache-2.0")])
def test_a_package_table_counts_where_the_label_is_not_known(catalog: Catalog, label: str, terms: str) -> None:
    component = Component(
        ComponentKey("pkg:npm/tabled@1"),
        "tabled",
        purls=("pkg:npm/tabled@1",),
        licences=(Licence(LicenceForm.EXPRESSION, label),),
    )
    found, conflict = Licensing(catalog, TODAY).of_component(component, None)
    assert found.terms == (terms,)
    assert bool(conflict) == (terms == "MIT")


SCAN = "MIT AND GPL-2.0-PLUS AND FREE-UNKNOWN"


def test_a_scan_of_single_files_takes_nothing_from_what_the_package_states(catalog: Catalog) -> None:
    found, told = Licensing(catalog, TODAY).of_component(library("MIT", SCAN), None)
    assert (found.terms, found.run) == (("MIT",), "yes")
    assert told == "a scan of its files also found FREE-UNKNOWN"


def test_the_limits_in_a_scan_count(catalog: Catalog) -> None:
    found, _ = Licensing(catalog, TODAY).of_component(library("MIT", "LicenseRef-Weights AND FREE-UNKNOWN"), None)
    assert {limit.kind for limit in found.limits} == {"territory", "users", "revenue", "field"}


@pytest.mark.parametrize(
    "stated", [(SCAN,), ("LicenseRef-Nobody-Knows", SCAN), ("MIT", "MIT AND LicenseRef-Nobody-Knows")]
)
def test_a_scan_counts_where_the_package_states_nothing_known(catalog: Catalog, stated: tuple[str, ...]) -> None:
    assert rights(catalog, *stated).run == "unknown"


def of_distribution(purl: str, *sources: str) -> Component:
    stated = tuple(Named(SOURCE_PACKAGE, source, Origin("bom")) for source in sources)
    return Component(ComponentKey(purl), "x", "1", purls=(purl,), statements=stated)


@pytest.mark.parametrize(
    ("purl", "sources", "grade"),
    [
        ("pkg:deb/debian/leaf@1", (), Grade.RECORDED),
        ("pkg:deb/debian/libleaf1@1", ("leaf",), Grade.INFERRED),
        ("pkg:deb/debian/libleaf1@1?arch=amd64&upstream=leaf%401.0", (), Grade.INFERRED),
        ("pkg:rpm/vendor/leaf-libs@1-2?upstream=leaf-tools-1-2.src.rpm", (), Grade.INFERRED),
        ("pkg:deb/debian/main@1", (), Grade.INFERRED),
        ("pkg:rpm/vendor/paired@1", (), Grade.INFERRED),
    ],
)
def test_a_package_has_the_licence_of_its_row_or_of_its_source_packages(
    catalog: Catalog, purl: str, sources: tuple[str, ...], grade: Grade
) -> None:
    found, _ = Licensing(catalog, TODAY).of_component(of_distribution(purl, *sources), None)
    assert (found.run, found.grade) == ("yes", grade)


@pytest.mark.parametrize(
    ("purl", "source"),
    [("pkg:deb/debian/libleaf1@1", "other"), ("pkg:deb/other/libleaf1@1", "leaf"), ("pkg:npm/libleaf1@1", "tabled")],
)
def test_another_source_package_or_another_distribution_tells_nothing(catalog: Catalog, purl: str, source: str) -> None:
    found, _ = Licensing(catalog, TODAY).of_component(of_distribution(purl, source), None)
    assert found.reason == ANY_LICENCE

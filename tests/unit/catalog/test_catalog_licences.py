"""Licences as written lead to terms: identifiers, expressions, names, addresses; what is unknown stays as written."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_catalog import open_small

from freehold.catalog.query import Catalog
from freehold.model.component import Licence, LicenceForm
from freehold.model.fact import Grade


@pytest.fixture(scope="module")
def catalog(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    return open_small(tmp_path_factory.mktemp("catalog"))


@pytest.mark.parametrize(
    ("form", "text", "any_of", "grade"),
    [
        (LicenceForm.ID, "MIT", (("MIT",),), Grade.STATED),
        (LicenceForm.NAME, "mit", (("MIT",),), Grade.STATED),
        (LicenceForm.EXPRESSION, "MIT AND GPL-2.0-PLUS", (("GPL-2.0-or-later", "MIT"),), Grade.STATED),
        (LicenceForm.NAME, "Apache 2.0", (("Apache-2.0",),), Grade.INFERRED),
        (LicenceForm.NAME, "The  MIT License", (("MIT",),), Grade.INFERRED),
        (LicenceForm.NAME, "License :: OSI Approved :: MIT License", (("MIT",),), Grade.INFERRED),
        (LicenceForm.ID, "GPL-2.0", (("GPL-2.0-only",),), Grade.STATED),
        (LicenceForm.ID, "GPL-2.0+", (("GPL-2.0-or-later",),), Grade.STATED),
        (LicenceForm.ID, "Apache-2.0+", (("Apache-2.0",),), Grade.STATED),
        (LicenceForm.EXPRESSION, "MIT OR Apache-2.0", (("MIT",), ("Apache-2.0",)), Grade.STATED),
        (LicenceForm.EXPRESSION, "(MIT and Apache-2.0)", (("Apache-2.0", "MIT"),), Grade.STATED),
        (LicenceForm.NAME, "MIT/Apache-2.0", (("MIT",), ("Apache-2.0",)), Grade.STATED),
        (LicenceForm.ID, "LicenseRef-Expat", (("MIT",),), Grade.STATED),
        (LicenceForm.NAME, "GPL-2.0, Expat", (("GPL-2.0-only", "MIT"),), Grade.INFERRED),
        (
            LicenceForm.EXPRESSION,
            "(MIT OR GPL-2.0-only) AND Apache-2.0",
            (("Apache-2.0", "MIT"), ("Apache-2.0", "GPL-2.0-only")),
            Grade.STATED,
        ),
        (LicenceForm.EXPRESSION, "GPL-2.0-only WITH Classpath-exception-2.0", (("GPL-2.0-only",),), Grade.STATED),
        (LicenceForm.URL, "http://www.licences.example/MIT", (("MIT",),), Grade.INFERRED),
        (LicenceForm.URL, "https://other.example/licenses/mit-standalone.html", (("MIT",),), Grade.INFERRED),
        (LicenceForm.URL, "https://other.example/licenses/Apache-2.0.html", (("Apache-2.0",),), Grade.INFERRED),
    ],
)
def test_known_licences(
    catalog: Catalog, form: LicenceForm, text: str, any_of: tuple[tuple[str, ...], ...], grade: Grade
) -> None:
    found = catalog.terms_of(Licence(form, text))
    assert (found.any_of, found.unknown, found.grade, found.reason) == (any_of, (), grade, "")


def test_unknown_parts_stay_as_written(catalog: Catalog) -> None:
    found = catalog.terms_of(Licence(LicenceForm.EXPRESSION, "MIT OR LicenseRef-House"))
    assert found.any_of == (("MIT",), ("LicenseRef-House",))
    assert found.unknown == ("LicenseRef-House",)
    assert "LicenseRef-House" in found.reason


@pytest.mark.parametrize(
    ("text", "any_of", "unknown"),
    [
        ("MIT AND GENERIC-CLA", (("MIT",),), ()),
        ("MIT AND LicenseRef-DCO-1.1", (("MIT",),), ()),
        ("MIT AND GENERIC-CLA AND AUTOCONF-SIMPLE-EXCEPTION-2.0", (("MIT",),), ()),
        ("MIT AND DCO-1.1 AND GPL-2.0-CLASSPATH", (("GPL-2.0-CLASSPATH", "MIT"),), ("GPL-2.0-CLASSPATH",)),
        ("MIT AND House-with-exception", (("House-with-exception", "MIT"),), ("House-with-exception",)),
        ("GENERIC-CLA", (("GENERIC-CLA",),), ("GENERIC-CLA",)),
        ("MIT OR DCO-1.1", (("MIT",), ("DCO-1.1",)), ("DCO-1.1",)),
    ],
)
def test_agreements_of_contributors_are_no_licence(
    catalog: Catalog, text: str, any_of: tuple[tuple[str, ...], ...], unknown: tuple[str, ...]
) -> None:
    found = catalog.terms_of(Licence(LicenceForm.EXPRESSION, text))
    assert (found.any_of, found.unknown) == (any_of, unknown)
    assert found.reason


@pytest.mark.parametrize(
    "text",
    [
        "(MIT",
        "MIT OR",
        "AND",
        "BSD",
        "SEE LICENSE IN LICENSE.txt",
        "https://none.example/x",
        "(" * 1000 + "MIT",
        "MIT/House",
    ],
)
def test_what_is_not_understood_is_unknown(catalog: Catalog, text: str) -> None:
    found = catalog.terms_of(Licence(LicenceForm.NAME, text))
    assert found.unknown
    assert found.reason


def test_a_mark_of_a_scanner_is_no_licence(catalog: Catalog) -> None:
    found = catalog.terms_of(Licence(LicenceForm.EXPRESSION, "MIT AND PROPRIETARY-LICENSE"))
    assert found.unknown == ("PROPRIETARY-LICENSE",)


def test_texts_and_nothing_are_not_read(catalog: Catalog) -> None:
    with_address = catalog.terms_of(Licence(LicenceForm.TEXT, "A text.\nSee https://licences.example/MIT.html"))
    assert (with_address.any_of, with_address.reason) == ((), "a licence text, which no rule reads")
    assert catalog.terms_of(Licence(LicenceForm.TEXT, "Permission is hereby granted")).any_of == ()
    assert catalog.terms_of(Licence(LicenceForm.NAME, "")).reason == "the licence is empty"


def test_an_expression_with_too_many_choices_is_refused_in_time(catalog: Catalog) -> None:
    text = " AND ".join(f"(A{n} OR B{n})" for n in range(40))
    assert catalog.terms_of(Licence(LicenceForm.EXPRESSION, text)).reason == "not a licence expression"


_SYMBOLS = st.sampled_from(["MIT", "Apache-2.0", "GPL-2.0-only", "LicenseRef-X"])
_OPERATORS = st.sampled_from([" AND ", " OR "])
_EXPRESSIONS = st.recursive(
    _SYMBOLS,
    lambda inner: st.tuples(inner, _OPERATORS, inner).map(lambda parts: f"({''.join(parts)})"),
    max_leaves=5,
)


@settings(deadline=None)
@given(_EXPRESSIONS, st.sets(_SYMBOLS))
def test_the_choice_of_sets_means_what_the_expression_means(catalog: Catalog, text: str, kept: set[str]) -> None:
    """Against evaluating the expression directly with ``kept`` as the terms that one can keep."""
    found = catalog.terms_of(Licence(LicenceForm.EXPRESSION, text))
    by_sets = any(set(terms) <= kept for terms in found.any_of)
    direct = text
    for symbol in ("MIT", "Apache-2.0", "GPL-2.0-only", "LicenseRef-X"):
        direct = direct.replace(symbol, str(symbol in kept))
    assert by_sets == eval(direct.replace("AND", "and").replace("OR", "or"))

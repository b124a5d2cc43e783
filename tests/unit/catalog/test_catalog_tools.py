"""Differences between versions, ages of sources, and drafts from a supplier's own declaration."""

from __future__ import annotations

import json
import tomllib
import zipfile
from datetime import date
from pathlib import Path

import pytest
from small_catalog import FILES, write_catalog

from freehold.catalog.ages import ages
from freehold.catalog.declaration import draft_lines, read_declaration
from freehold.catalog.difference import differences
from freehold.catalog.index import compile_index
from freehold.catalog.loading import Records, load_folder, parse
from freehold.catalog.stored import IN_WHEEL, stored_records
from freehold.errors import InputError
from freehold.model.records import Supplier

ON = date(2026, 6, 1)
URL = "https://acme.example/.well-known/sovereignty.json"


def records(folder: Path, changed: dict[str, str] | None = None) -> Records:
    found, problems = load_folder(write_catalog(folder, changed))
    assert problems == []
    return found


def test_the_same_catalog_has_no_difference(tmp_path: Path) -> None:
    assert differences(records(tmp_path / "a"), records(tmp_path / "b")) == ()


def test_a_claim_is_recognised_by_its_value(tmp_path: Path) -> None:
    acme = FILES["suppliers/acme.toml"].replace('"US"', '"FR"').replace("2026-01-02", "2026-02-03")
    new = records(
        tmp_path / "b", {"suppliers/acme.toml": acme, "suppliers/new.toml": 'id="new"\nname="N"\nkind="company"'}
    )
    found = [(c.id, c.place, c.what, c.old, c.new) for c in differences(records(tmp_path / "a"), new)]
    assert found == [
        ("acme", "seat[FR]", "added", "", "FR"),
        ("acme", "seat[FR].source", "added", "", "site"),
        ("acme", "seat[US]", "removed", "US", ""),
        ("acme", "seat[US].source", "removed", "site", ""),
        ("acme", "sources.site.checked_on", "changed", "2026-01-02", "2026-02-03"),
        ("new", "", "added", "", ""),
    ]
    assert [change.what for change in differences(new, records(tmp_path / "c")) if change.id == "new"] == ["removed"]


def test_folder_checkout_index_and_wheel_hold_the_same_records(tmp_path: Path) -> None:
    folder = write_catalog(tmp_path / "catalog")
    index = tmp_path / "catalog.index"
    index.write_bytes(compile_index(load_folder(folder)[0]))
    with zipfile.ZipFile(tmp_path / "freehold.whl", "w") as wheel:
        wheel.write(index, IN_WHEEL)
    forms = [folder, tmp_path, index, tmp_path / "freehold.whl"]
    first, *others = [stored_records(form) for form in forms]
    assert first.count > 5
    assert all(differences(first, other) == () for other in others)


def test_what_is_no_catalog_is_refused(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with zipfile.ZipFile(tmp_path / "other.whl", "w") as wheel:
        wheel.writestr("x", "y")
    (tmp_path / "text").write_text("no index")
    for name in ("empty", "none", "other.whl", "text"):
        with pytest.raises(InputError) as caught:
            stored_records(tmp_path / name)
        assert "catalog" in str(caught.value)
        assert "reinstall" not in caught.value.remedy


def test_ages_tell_read_unread_and_assumed_claims_apart() -> None:
    text = """
id = "x"
name = "X"
kind = "company"
seat = [{ value = "US", source = "old" }, { value = "FR", source = "unread" }, { value = "DE", source = "assumed" }]
[sources.old]
url = "https://a.example"
grade = "B"
checked_on = 2025-05-01
[sources.unread]
url = "https://b.example"
grade = "A"
"""
    found = ages(Records([parse(text.encode(), "x.toml", Supplier)]), ON, 365)
    suppliers = found.kinds[0]
    assert (suppliers.claims, suppliers.read_by_grade, suppliers.unread, suppliers.assumed) == (3, {"B": 1}, 1, 1)
    assert (suppliers.over_age, suppliers.median_age_days, suppliers.oldest_age_days) == (1, 396, 396)
    assert [(old.id, old.source, old.claims) for old in found.old] == [("x", "old", 1)]
    assert ages(Records([parse(text.encode(), "x.toml", Supplier)]), ON, 396).old == ()


DECLARED = {
    "declarant": {"legal_name": "Acme SE", "domain": "www.acme.example", "country": "Germany"},
    "date": "2026-04-02",
    "hosting": [{"provider": "Somebody", "country": "FR"}],
    "capital": {"shareholders": [{"name": "Holding", "country": "US", "percent": 60}, {"name": "Founders"}]},
    "governance": {"text": "a <b>very</b> long text\u001b[31m"},
}


def drafted(document: object) -> str:
    find = {"Holding": "holding"}
    return "\n".join(draft_lines(read_declaration(json.dumps(document).encode(), URL, ON, lambda n: find.get(n, ""))))


def test_a_declaration_becomes_a_draft_whose_claims_name_it() -> None:
    text = drafted(DECLARED)
    record = parse(text.encode(), "acme-se.toml", Supplier).record
    assert isinstance(record, Supplier)
    assert (record.id, record.name, record.domains) == ("acme-se", "Acme SE", ("acme.example",))
    assert [(place.value, place.source, place.as_of) for place in record.seat] == [("DE", "declaration", "2026-04-02")]
    assert [(parent.value, parent.percent) for parent in record.parent] == [("holding", (60.0, 60.0))]
    assert (record.sources["declaration"].url, record.sources["declaration"].checked_on) == (URL, ON)
    assert "# owner declared: Founders" in text
    assert "# not taken over: hosting.0.country" in text


def test_a_declaration_cannot_write_keys_or_escapes() -> None:
    evil = {"name": 'A"\nkind = "government"\x7f\u001b[31m', "country": "Atlantis", "x\n[sources.y]": "1"}
    text = drafted(evil)
    found = tomllib.loads(text)
    assert found["kind"] == "company"
    assert "seat" not in found or found["seat"] == []
    assert set(found["sources"]) == {"declaration"}
    assert "\u001b" not in text


@pytest.mark.parametrize("data", [b"[]", b"{", b'{"seat": "DE"}', b'{"a":' * 3000, b" " * (1 << 21)])
def test_what_is_no_declaration_is_refused(data: bytes) -> None:
    with pytest.raises(InputError):
        read_declaration(data, URL, ON, lambda name: "")

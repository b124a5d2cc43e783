"""Broken record files give an error with file, line and remedy; sound ones load whatever else is broken."""

from __future__ import annotations

from pathlib import Path

import pytest
from small_catalog import FILES, write_catalog

from freehold.catalog.loading import MAX_BYTES, load_file, load_folder, parse
from freehold.errors import CatalogError
from freehold.model.records import Supplier

HEAD = 'id = "acme"\nname = "Acme"\nkind = "company"\n'


def test_every_file_loads(tmp_path: Path) -> None:
    records, problems = load_folder(write_catalog(tmp_path))
    assert problems == []
    assert records.count == len([name for name in FILES if name.endswith(".toml")])
    supplier = records.get(Supplier, "acme")
    assert supplier is not None
    assert supplier.parent[0].percent == (80.0, 100.0)


@pytest.mark.parametrize(
    ("text", "line", "reason", "remedy"),
    [
        (HEAD + '[[seat]]\nvalue = "US"\nsorce = "x"\n', 6, "unknown field `sorce`", "did you mean 'source'?"),
        (HEAD + '[[seat]]\nsource = "x"\n', 4, "required field `value`", "add value = ..."),
        (HEAD + '[[seat]]\nvalue = "US"\nsince = 2024-01-01\n', 6, "got `date`", "quotes"),
        (HEAD + 'seat = [\n  { value = "US" },\n  { value = "USA" },\n]\n', 6, "matching regex", "correct"),
        (
            HEAD + '[sources.a]\nurl = "https://a.example"\ngrade = "A"\n[sources.b]\nurl = "u"\ngrade = "Z"\n',
            9,
            "'Z'",
            "",
        ),
        (HEAD + '[seat]\nvalue = "US"\n', 4, "Expected `array`", "[[seat]]"),
        (HEAD + 'seat = ["US"]\n', 4, "Expected `object`", "{ value ="),
        ('id = "acme\n', 1, "not TOML", ""),
        ('id = "Acme"\nname = "a"\nkind = "company"\n', 1, "matching regex", ""),
    ],
)
def test_errors_name_line_and_remedy(text: str, line: int, reason: str, remedy: str) -> None:
    with pytest.raises(CatalogError) as caught:
        parse(text.encode(), "suppliers/acme.toml", Supplier)
    assert caught.value.where == f"suppliers/acme.toml:{line}"
    assert reason in caught.value.reason
    assert remedy in caught.value.remedy


def test_bytes_that_are_no_text_are_refused() -> None:
    with pytest.raises(CatalogError, match="not UTF-8"):
        parse(b"id = \xff", "suppliers/acme.toml", Supplier)


def test_deep_nesting_is_refused() -> None:
    with pytest.raises(CatalogError):
        parse(b"id = " + b"[" * 5_000, "suppliers/acme.toml", Supplier)


def test_large_and_missing_files_are_refused(tmp_path: Path) -> None:
    large = tmp_path / "acme.toml"
    large.write_bytes(b"#" * (MAX_BYTES + 1))
    with pytest.raises(CatalogError, match="too many"):
        load_file(large, Supplier)
    with pytest.raises(CatalogError, match="cannot be read"):
        load_file(tmp_path / "none.toml", Supplier)


def test_one_broken_file_does_not_hide_the_others(tmp_path: Path) -> None:
    records, problems = load_folder(write_catalog(tmp_path, {"suppliers/bad.toml": "id ="}))
    assert records.count == len([name for name in FILES if name.endswith(".toml")])
    assert [Path(problem.where.partition(":")[0]).name for problem in problems] == ["bad.toml"]

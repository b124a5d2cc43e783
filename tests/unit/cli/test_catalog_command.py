"""``freehold catalog``: what it prints, its exit codes, and that records cannot write terminal escapes."""

from __future__ import annotations

import argparse
import io
import json
from pathlib import Path

import pytest

import freehold.catalog.overlay as overlay
from freehold.cli import catalog
from freehold.errors import FreeholdError, InputError, UsageError

RECORD = """
id = "acme"
name = "Acme"
kind = "company"
note = "a long note that must be broken into several lines because a terminal has only eighty columns to show it in"

[[seat]]
value = "US"
source = "site"
as_of = "2025"

[[parent]]
value = "holding"
percent = [80.0, 100.0]
disputed = true

[sources.site]
url = "https://docs.example/a/very/long/address/that/is/not/broken/because/it/is/to/be/followed/by/readers"
grade = "A"
checked_on = 2026-01-02
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand a catalog of two records in for ours."""
    suppliers = tmp_path / "catalog" / "suppliers"
    suppliers.mkdir(parents=True)
    (suppliers / "acme.toml").write_text(RECORD)
    (suppliers / "holding.toml").write_text('id = "holding"\nname = "Hold\\u001b[31ming"\nkind = "company"\n')
    monkeypatch.setattr(overlay, "PACKAGED", tmp_path / "none")
    monkeypatch.setattr(overlay, "checkout_folder", lambda: tmp_path / "catalog")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "catalog"


def run(*words: str) -> tuple[int, str, str]:
    parser = argparse.ArgumentParser()
    catalog.configure(parser.add_subparsers())
    args = parser.parse_args(["catalog", *words])
    stdout, stderr = io.StringIO(), io.StringIO()
    return args.run(args, stdout, stderr), stdout.getvalue(), stderr.getvalue()


def test_show_gives_what_a_table_states_of_a_package(folder: Path) -> None:
    (folder / "packages").mkdir()
    (folder / "packages" / "npm.toml").write_text('id = "npm"\nname = "n"\n' + RECORD[RECORD.index("[sources.site]") :])
    (folder / "packages" / "npm.csv").write_text(
        "name,licence,owner,versions,seen,source\n%40acme/leaf,MIT,github.com/acme,<2,1.0.0,site\n"
    )
    code, text, _ = run("show", "pkg:npm/%40acme/leaf@1.5.0")
    assert code == 0
    assert "licence            MIT [recorded: docs.example (A), checked 2026-01-02] seen for" in text
    package = json.loads(run("show", "pkg:npm/%40acme/leaf@2.0.0", "-f", "json")[1])["package"]
    assert set(package) == {"owner"}
    assert "rows               1" in run("show", "npm")[1]
    with pytest.raises(InputError):
        run("show", "pkg:npm/%40acme/lea@1.5.0")


def test_show_gives_every_claim_with_its_grade() -> None:
    code, out, _ = run("show", "acme")
    assert code == 0
    joined = " ".join(out.split())
    assert "seat US [recorded: docs.example (A), checked 2026-01-02, as of 2025]" in joined
    assert "percent 80.0, 100.0 [assumed] disputed" in joined
    assert "site (A, read 2026-01-02)" in out
    assert all(len(line) <= 80 for line in out.splitlines() if "://" not in line)


def test_show_as_json() -> None:
    code, out, _ = run("show", "acme", "-f", "json", "--kind", "supplier")
    answer = json.loads(out)
    assert (code, answer["schema_version"], answer["records"][0]["kind"]) == (0, 1, "suppliers")
    assert answer["records"][0]["record"]["seat"] == [{"value": "US", "source": "site", "as_of": "2025"}]


def test_escapes_do_not_reach_the_terminal() -> None:
    for words in (("show", "holding"), ("search", "holding")):
        assert "\x1b" not in run(*words)[1]


def test_unknown_ids_get_a_suggestion() -> None:
    with pytest.raises(InputError) as caught:
        run("show", "hold")
    assert caught.value.remedy == "perhaps holding"
    assert caught.value.exit_code == 3


def test_search() -> None:
    code, out, err = run("search", "COMPANY")
    assert (code, err) == (0, "2 records\n")
    assert [line.split()[1] for line in out.splitlines()] == ["acme", "holding"]
    answer = json.loads(run("search", "acme", "-f", "json")[1])
    assert answer["results"] == [{"kind": "suppliers", "id": "acme", "name": "Acme"}]
    assert run("search", "nothing-like-it")[:2] == (0, "")


def test_check(folder: Path) -> None:
    code, out, err = run("check", str(folder), "--as-of", "2026-06-01")
    assert code == 1
    assert "acme.toml:12: names no source [sources-exist]" in out
    assert err == "2 records, 1 problem\n"
    (folder / "suppliers" / "acme.toml").write_text(RECORD.replace("disputed = true", 'source = "site"'))
    assert run("check", "--as-of", "2026-06-01")[:2] == (0, "")
    answer = json.loads(run("check", str(folder), "--as-of", "2025-06-01", "-f", "json")[1])
    assert [problem["rule"] for problem in answer["problems"]] == ["checked-in-the-past"]


def test_check_of_something_else(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no catalog"):
        run("check", str(tmp_path / "nowhere"))


def test_schema() -> None:
    schema = json.loads(run("schema", "suppliers")[1])
    assert schema["$defs"]["Supplier"]["additionalProperties"] is False
    with pytest.raises(UsageError):
        run("schema", "nope")


def test_overlays_are_shown(tmp_path: Path) -> None:
    own = tmp_path / "own" / "suppliers"
    own.mkdir(parents=True)
    (own / "house.toml").write_text('id = "house"\nname = "House"\nkind = "company"\n')
    assert run("show", "house", "--catalog", str(own.parent))[0] == 0
    with pytest.raises(FreeholdError):
        run("show", "house")

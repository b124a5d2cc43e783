"""``freehold catalog``: what it prints, its exit codes, and that records cannot write terminal escapes."""

from __future__ import annotations

import argparse
import io
import json
from pathlib import Path

import pytest

import freehold.catalog.overlay as overlay
from freehold.catalog.difference import differences
from freehold.catalog.loading import Records, load_file
from freehold.cli import catalog
from freehold.errors import FreeholdError, InputError, UsageError
from freehold.model.records import Function

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
    code, text, _ = run("show", "pkg:npm/%40acme/leaf@1.0.0")
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


MOVING = """
id = "moving"
name = "Moving"
description = "moves"

[[migrations]]
value = "City"
what = "desks of the town hall"
moved_to = ["mover"]
started = "2019"
outcome = "under-way"
scale = [{ number = 29000.0, unit = "workplaces", bound = "at-least" }, { number = 2.5, unit = "terabytes" }]
saved = [{ amount = 1500000.0, currency = "EUR", per = "year", bound = "about" }]
source = "report"
as_of = "2021-03"

[[migrations]]
value = "City"
what = "desks of the schools"
moved_to = ["mover"]
outcome = "announced"
source = "report"
as_of = "2020"

[sources.report]
url = "https://news.example/city"
grade = "B"
checked_on = 2026-01-02
"""


MOVER = 'id = "mover"\nname = "Mover"\nkind = "tool"\nfunctions = ["moving"]\n'


def test_a_migration_is_shown_with_its_numbers_and_told_apart_by_what_moved(tmp_path: Path) -> None:
    versions = [tmp_path / name / "functions" for name in ("old", "new")]
    for own, text in zip(versions, (MOVING, MOVING.replace('"announced"', '"completed"')), strict=True):
        own.mkdir(parents=True)
        (own / "moving.toml").write_text(text)
        (own.parent / "offerings").mkdir()
        (own.parent / "offerings" / "mover.toml").write_text(MOVER)
    shown = " ".join(run("show", "moving", "--catalog", str(versions[0].parent))[1].split())
    assert (
        "City: desks of the town hall, moved to mover, started 2019, outcome under-way, scale at least 29,000"
        " workplaces, 2.5 terabytes, saved about EUR 1,500,000 a year"
        " [recorded: news.example (B), checked 2026-01-02, as of 2021-03]"
    ) in shown
    old, new = (Records([load_file(own / "moving.toml", Function)]) for own in versions)
    assert [(change.place, change.old, change.new) for change in differences(old, new)] == [
        ("migrations[City desks of the schools].outcome", "announced", "completed")
    ]


def test_diff_compares_with_the_catalog_in_use(folder: Path, tmp_path: Path) -> None:
    old = tmp_path / "old" / "suppliers"
    old.mkdir(parents=True)
    (old / "acme.toml").write_text(RECORD.replace('"US"', '"DE"'))
    code, out, _ = run("diff", str(tmp_path / "old"))
    assert code == 0
    assert "+ suppliers/holding" in out
    assert "- seat[DE]: DE" in out
    assert "records: 1 added, 0 removed, 1 changed" in out
    found = json.loads(run("diff", str(tmp_path / "old"), "-f", "json")[1])
    assert found["schema_version"] == 1
    assert {"kind": "suppliers", "id": "holding", "place": "", "what": "added", "old": "", "new": ""} in found[
        "changes"
    ]


def test_ages_fail_only_when_an_age_is_asked_for(folder: Path) -> None:
    assert run("ages", "--as-of", "2028-01-01")[0] == 0
    code, out, _ = run("ages", "--as-of", "2028-01-01", "--max-age", "100")
    assert code == 1
    assert "suppliers/acme" in out
    assert run("ages", "--as-of", "2026-01-03", "--max-age", "100")[0] == 0
    with pytest.raises(UsageError):
        run("ages", "--max-age", "-1")


def test_coverage_says_what_is_known_of_an_inventory(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_text("unheard-of==1.0\n")
    code, out, _ = run("coverage", str(tmp_path / "requirements.txt"))
    assert code == 0
    assert "pypi" in out
    found = json.loads(run("coverage", str(tmp_path / "requirements.txt"), "-f", "json")[1])
    assert found["total"]["components"] == 1


def test_import_drafts_a_record_and_counts_what_it_left(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "s.json").write_text('{"name": "Acme Tools", "country": "FR", "capital": {"parent": "Acme"}, "x": 1}')
    words = ("import", str(tmp_path / "s.json"), "--url", "https://acme.example/s.json", "--read-on", "2026-05-01")
    code, out, err = run(*words)
    assert code == 0
    assert 'id = "acme-tools"' in out
    assert 'value = "acme"' in out
    assert err.startswith("1 values not taken over")
    assert run(*words, "-o", str(tmp_path / "acme-tools.toml"))[1] == ""
    assert (tmp_path / "acme-tools.toml").read_text() == out

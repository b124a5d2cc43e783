"""Each rule holds for the small catalog and finds what is planted against it, on its line."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from small_catalog import FILES, SOURCE, write_catalog

from freehold.catalog.derived import derived_hosts
from freehold.catalog.rules import RULES, check_folder, main

ON = date(2026, 6, 1)
HEAD = 'id = "x"\nname = "X"\nkind = "company"\n'
LIBRARY = 'id = "x"\nname = "X"\nkind = "library"\n'
SERVICE = 'id = "x"\nname = "X"\nkind = "service"\n'
ASSUMED = 'value = "DE"\nsource = "assumed"\n'
CLAIM = "[[seat]]\n" + ASSUMED
CDN = 'id = "x"\nname = "X"\nkind = "cdn"\n'
CONTRACT = 'id = "x"\nname = "X"\ncategory = "service"\n'
RETIRED = FILES["functions/cache.toml"].replace('"cache"', '"x"').replace('"keyval"', '"old-cache"')
TABLE = "name,licence,owner,versions,seen,source\n"

MOVED = """id = "moving"
name = "Moving"
description = "moves"
[[migrations]]
value = "Acme"
what = "its caches"
jurisdiction = "DE"
moved_from = ["mover"]
moved_to = ["keyval"]
started = "2024-05"
ended = "2025"
outcome = "completed"
scale = [{ number = 5.0, unit = "servers", bound = "about" }]
cost = [{ amount = 1000.0, currency = "EUR" }]
source = "site"
[[alternatives]]
value = "keyval"
closeness = "drop-in"
effort_person_days = [1.0, 2.0, 5.0]
lead_days = [0.0, 1.0, 2.0]
source = "assumed"
"""
MOVER = 'id = "mover"\nname = "Mover"\nkind = "tool"\nfunctions = ["moving"]\n'
AGAIN = '[[migrations]]\nvalue = "acme"\nwhat = "again"\nmoved_from = ["mover"]\nmoved_to = ["keyval"]\nstarted = "2024-05"\n'
AGAIN += 'outcome = "completed"\nsource = "site"\n'


def moved(old: str, new: str, source: str = SOURCE) -> str:
    """Return the migration with one thing broken."""
    assert old in MOVED
    return MOVED.replace(old, new) + source


BROKEN = [
    ("id-is-file-name", "suppliers/y.toml", HEAD, 1, "x.toml"),
    ("references-exist", "offerings/x.toml", LIBRARY + 'functions = ["cach"]\n', 4, "'cache'"),
    ("references-exist", "offerings/x.toml", LIBRARY + '[[terms]]\nvalue = "MTI"\nsource = "assumed"\n', 5, ""),
    ("references-exist", "suppliers/x.toml", HEAD + '[[parent]]\nvalue = "nobody"\nsource = "assumed"\n', 5, "add it"),
    ("no-ownership-loop", "suppliers/holding.toml", None, 4, ""),
    ("dates-in-order", "suppliers/x.toml", HEAD + CLAIM + 'since = "2024-05"\nuntil = "2023"\n', 8, ""),
    ("dates-in-order", "suppliers/x.toml", HEAD + CLAIM + 'as_of = "spring"\n', 7, "YYYY"),
    ("dates-in-order", "suppliers/x.toml", HEAD + CLAIM + 'as_of = "2026-02-30"\n', 7, "YYYY"),
    ("dates-in-order", "suppliers/x.toml", HEAD + CLAIM + 'as_of = "2026-07-01"\n', 7, ""),
    ("checked-in-the-past", "suppliers/x.toml", HEAD + SOURCE.replace("2026-01-02", "2026-07-01"), 8, ""),
    ("sources-exist", "suppliers/x.toml", HEAD + CLAIM.replace("assumed", "sitee") + SOURCE, 6, "'site'"),
    ("sources-exist", "suppliers/x.toml", HEAD + '[[seat]]\nvalue = "DE"\n', 4, "assumed"),
    ("sources-exist", "suppliers/x.toml", HEAD + SOURCE.replace("site", "assumed"), 5, ""),
    ("sources-are-addresses", "suppliers/x.toml", HEAD + SOURCE.replace("https://", ""), 6, "https://"),
    ("jurisdictions-exist", "suppliers/x.toml", HEAD + CLAIM.replace("DE", "UK"), 5, "write GB"),
    ("jurisdictions-exist", "incidents/cut-2024.toml", None, 8, ""),
    ("purls-parse", "offerings/x.toml", LIBRARY + '[match]\npurls = ["pkg:pypi/Foo_Bar"]\n', 5, "pkg:pypi/foo-bar"),
    ("purls-parse", "offerings/x.toml", LIBRARY + '[match]\npurls = ["pkg:npm/foo@1"]\n', 5, "write pkg:npm/foo"),
    ("purls-parse", "offerings/x.toml", LIBRARY + '[match]\npurls = ["npm:foo"]\n', 5, ""),
    ("purls-parse", "suppliers/x.toml", HEAD + 'namespaces = ["pkg:npm/@x/"]\n', 4, "%40"),
    (
        "versions-parse",
        "offerings/x.toml",
        LIBRARY + '[[terms]]\nvalue = "MIT"\nsource = "assumed"\nversions = "vers:npm/>>1"\n',
        7,
        "",
    ),
    ("alternatives-are-offered", "functions/x.toml", RETIRED, 6, "leave it out"),
    ("ranges-in-order", "functions/cache.toml", None, 9, "low <= likely <= high"),
    ("hosts-are-names", "suppliers/x.toml", HEAD + 'domains = ["https://x.example"]\n', 4, "scheme"),
    ("clues-are-names", "offerings/x.toml", SERVICE + '[match]\nvariables = ["key_*"]\n', 5, "upper case"),
    ("clues-are-names", "offerings/x.toml", SERVICE + '[match]\ncalls = ["aws.s3"]\n', 5, "KIT:SERVICE"),
    ("clues-are-names", "offerings/x.toml", LIBRARY + '[match]\nvariables = ["KEYS_*"]\n', 5, "service"),
    ("channels-are-not-guessed", "channels/x.toml", CDN + CLAIM.replace("seat", "blocks"), 4, "leave it out"),
    ("channels-are-not-guessed", "channels/x.toml", CDN + CLAIM.replace("seat", "hosting"), 4, "leave it out"),
    ("endings-are-read", "terms/x.toml", CONTRACT + '[[ends_by]]\nvalue = "notice"\nsource = "assumed"\n', 4, "text"),
    (
        "services-are-read",
        "offerings/x.toml",
        SERVICE + "[[stateful]]\n" + ASSUMED.replace("DE", "no"),
        4,
        "leave it out",
    ),
    ("services-are-read", "offerings/x.toml", SERVICE + "[[hosting]]\n" + ASSUMED, 4, "leave it out"),
    ("claimed-once", "offerings/x.toml", LIBRARY + '[match]\npurls = ["pkg:npm/keyval"]\n', 5, ""),
    ("claimed-once", "suppliers/x.toml", HEAD + 'namespaces = ["pkg:npm/%40acme/"]\n', 4, ""),
    ("claimed-once", "suppliers/x.toml", HEAD + 'namespaces = ["pkg:maven/com.acme"]\n', 4, ""),
    ("migration-dates-in-order", "functions/moving.toml", moved('"2024-05"', '"spring"'), 10, "YYYY"),
    ("migration-dates-in-order", "functions/moving.toml", moved('"2024-05"', '"2025-02-30"'), 10, "YYYY"),
    ("migration-dates-in-order", "functions/moving.toml", moved('"2025"', '"2023"'), 11, "exchange"),
    ("migration-dates-in-order", "functions/moving.toml", moved('"2025"', '"2026-07"'), 11, "plans"),
    ("migration-dates-in-order", "functions/moving.toml", moved('"completed"', '"under-way"'), 12, "how it ended"),
    ("migrations-were-read", "functions/moving.toml", moved('"site"', '"assumed"'), 15, "leave the migration out"),
    (
        "migrations-were-read",
        "functions/moving.toml",
        MOVED + SOURCE.replace("checked_on = 2026-01-02", ""),
        15,
        "checked_on",
    ),
    ("migrations-were-read", "functions/moving.toml", MOVED + SOURCE.replace('"A"', '"C"'), 15, "leave"),
    (
        "unfinished-migrations-say-as-of-when",
        "functions/moving.toml",
        moved('ended = "2025"\noutcome = "completed"', 'outcome = "announced"'),
        11,
        "as_of",
    ),
    (
        "unfinished-migrations-say-as-of-when",
        "functions/moving.toml",
        moved('ended = "2025"\noutcome = "completed"', 'outcome = "under-way"'),
        11,
        "as_of",
    ),
    (
        "unfinished-migrations-say-as-of-when",
        "functions/moving.toml",
        moved('ended = "2025"\noutcome = "completed"', 'outcome = "partly-completed"'),
        11,
        "as_of",
    ),
    ("migrations-fulfil-the-function", "functions/moving.toml", moved('["mover"]', '["talker"]'), 8, "alternatives"),
    ("migrations-fulfil-the-function", "functions/moving.toml", moved('["mover"]', '["keyval"]'), 9, "one out"),
    (
        "migrations-fulfil-the-function",
        "functions/moving.toml",
        MOVED.replace('["mover"]', "[]").replace('["keyval"]', "[]") + SOURCE,
        4,
        "taken",
    ),
    ("migrations-are-told-once", "functions/moving.toml", MOVED + AGAIN + SOURCE, 22, "keep one"),
    ("references-exist", "functions/moving.toml", moved('moved_to = ["keyval"]', 'moved_to = ["keyvel"]'), 9, "keyval"),
    (
        "sources-exist",
        "functions/moving.toml",
        moved('closeness = "drop-in"', 'closeness = "drop-in"\ncloseness_source = "sight"'),
        19,
        "add it",
    ),
    ("sources-exist", "functions/moving.toml", moved('"site"', '"sight"'), 15, "add it"),
    ("jurisdictions-exist", "functions/moving.toml", moved('"DE"', '"UK"'), 7, "write GB"),
    ("format", "functions/moving.toml", moved("1000.0", "0.0"), 14, ""),
    ("format", "functions/moving.toml", moved('"EUR"', '"euro"'), 14, ""),
    ("format", "functions/moving.toml", moved('"servers"', '"machines"'), 13, ""),
    ("rows-in-order", "packages/npm.csv", TABLE + "b,MIT,,*,,site\na,MIT,,*,,site\n", 3, "sort"),
    ("rows-in-order", "packages/npm.csv", TABLE + "a,MIT,,*,,site\na,MIT,,*,,site\n", 3, "sort"),
    ("row-names-are-keys", "packages/npm.csv", TABLE + "@acme/Leaf,MIT,,*,,site\n", 2, "write %40acme/leaf"),
    ("row-licences-have-terms", "packages/npm.csv", TABLE + "a,MIT OR X11,,*,,site\n", 2, "add it"),
    ("row-licences-have-terms", "packages/npm.csv", TABLE + "a,MIT OR (,,*,,site\n", 2, "SPDX"),
    ("row-owners-are-organisations", "packages/npm.csv", TABLE + "a,MIT,github.com/nobody,*,,site\n", 2, "supplier"),
    ("row-owners-are-organisations", "packages/npm.csv", TABLE + "a,MIT,me@acme.example,*,,site\n", 2, "supplier"),
    ("row-ranges-parse", "packages/npm.csv", TABLE + "a,MIT,,>>1,,site\n", 2, ""),
    ("row-sources-exist", "packages/npm.csv", TABLE + "a,MIT,,*,,sight\n", 2, ""),
    ("row-sources-exist", "packages/npm.csv", TABLE + "a,,,*,,site\n", 2, "leave it out"),
    ("rows-agree-with-offerings", "packages/npm.csv", TABLE + "keyval,GPL-2.0-only,,*,1.5.0,site\n", 2, "narrow"),
    ("format", "packages/npm.csv", "name,licence\n", 1, "name,licence,owner"),
    ("format", "packages/npm.csv", TABLE + "a,MIT\n", 2, "one value a column"),
    ("format", "suppliers/x.toml", HEAD + 'seats = "DE"\n', 4, "'seat'"),
]

CHANGED = {
    "suppliers/holding.toml": FILES["suppliers/holding.toml"] + '[[parent]]\nvalue = "acme"\nsource = "assumed"\n',
    "incidents/cut-2024.toml": FILES["incidents/cut-2024.toml"].replace('"EU", "CN"', '"EUU", "CN"'),
    "functions/cache.toml": FILES["functions/cache.toml"].replace("[1.0, 2.0, 5.0]", "[3.0, 2.0, 5.0]"),
}


def test_the_small_catalog_keeps_every_rule(tmp_path: Path) -> None:
    _, problems = check_folder(write_catalog(tmp_path), ON)
    assert problems == []


@pytest.mark.parametrize(("rule", "file", "text", "line", "remedy"), BROKEN)
def test_a_rule_finds_what_breaks_it(
    tmp_path: Path, rule: str, file: str, text: str | None, line: int, remedy: str
) -> None:
    beside = {"offerings/mover.toml": MOVER} if file == "functions/moving.toml" else {}
    root = write_catalog(tmp_path, {**beside, file: CHANGED[file] if text is None else text})
    found = {(problem.rule, Path(problem.where).name): problem for problem in check_folder(root, ON)[1]}
    name = f"{Path(file).name}:{line}"
    assert (rule, name) in found
    assert remedy in found[(rule, name)].remedy


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {'"2024-05"': '"2024-05-31"', '"2025"': '"2024-05"'},
        {'ended = "2025"\n': "", '"completed"': '"under-way"\nas_of = "2025"'},
        {'"completed"': '"partly-completed"\nas_of = "2025-03"'},
        {'ended = "2025"\n': "", 'started = "2024-05"\n': ""},
        {'moved_from = ["mover"]\n': ""},
        {'moved_to = ["keyval"]\n': "", 'jurisdiction = "DE"\n': ""},
        {'"DE"': '"EU"'},
        {AGAIN: AGAIN.replace("2024-05", "2019")},
    ],
)
def test_a_migration_says_what_its_source_says_and_no_more(tmp_path: Path, changes: dict[str, str]) -> None:
    text = MOVED + (AGAIN if AGAIN in changes else "") + SOURCE
    for old, new in changes.items():
        assert old in text
        text = text.replace(old, new)
    _, problems = check_folder(
        write_catalog(tmp_path, {"offerings/mover.toml": MOVER, "functions/moving.toml": text}), ON
    )
    assert problems == []


@pytest.mark.parametrize("day", ["2024", "2024-05", "2024-05-01", "2026"])
def test_an_incident_is_as_precise_as_its_sources(tmp_path: Path, day: str) -> None:
    text = FILES["incidents/cut-2024.toml"].replace("2024-05-01", day)
    _, problems = check_folder(write_catalog(tmp_path, {"incidents/cut-2024.toml": text}), ON)
    assert problems == []


@pytest.mark.parametrize("day", ["2024-13", "2024-02-30", "24-05", "May 2024", "2027", "2026-06-02"])
def test_an_incident_has_a_real_date_in_the_past(tmp_path: Path, day: str) -> None:
    text = FILES["incidents/cut-2024.toml"].replace("2024-05-01", day)
    _, problems = check_folder(write_catalog(tmp_path, {"incidents/cut-2024.toml": text}), ON)
    assert {problem.rule for problem in problems} == {"dates-in-order"}


def test_what_may_be_assumed_breaks_no_rule(tmp_path: Path) -> None:
    registry = CDN.replace("cdn", "registry") + CLAIM.replace("seat", "hosting")
    contract = CONTRACT + '[[ends_by]]\nvalue = "breach"\nsource = "assumed"\n'
    licence = CONTRACT.replace("service", "permissive").replace('"x"', '"y"')
    licence += '[[ends_by]]\nvalue = "notice"\nsource = "assumed"\n'
    files = {"channels/x.toml": registry, "terms/x.toml": contract, "terms/y.toml": licence}
    _, problems = check_folder(write_catalog(tmp_path, files), ON)
    assert problems == []


def test_every_rule_is_tried_above() -> None:
    tried = {rule for rule, *_ in BROKEN}
    names = {rule.__name__.replace("_", "-") for rule in RULES}
    assert names - tried == {"derived-not-written"}


def test_derived_hosts_may_not_be_written(tmp_path: Path) -> None:
    host = derived_hosts("cargo")[0]
    text = HEAD + SOURCE.replace("docs.example", host)
    _, problems = check_folder(write_catalog(tmp_path, {"suppliers/x.toml": text}), ON)
    assert [problem.rule for problem in problems] == ["derived-not-written"]


def test_the_command_fails_on_problems_only(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(write_catalog(tmp_path / "good"))]) == 0
    assert "0 problems" in capsys.readouterr().out
    assert main([str(write_catalog(tmp_path / "bad", {"suppliers/y.toml": HEAD}))]) == 1
    assert "y.toml:1: id 'x' is not the file's name [id-is-file-name]" in capsys.readouterr().out

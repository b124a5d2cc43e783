"""``freehold assess``: exit codes, output files, formats and settings."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from pathlib import Path

import jsonschema_rs
import pytest
from cli_runs import Run, bom, freehold, package, project

from freehold import __version__
from freehold.reports.json import json_schema

BREACH = "LicenseRef-Tencent-Hunyuan-3D-Community"


def assess(*words: str | Path) -> Run:
    """Assess and return the run."""
    return freehold("assess", *words)


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    return project(tmp_path / "shop")


# Exit codes.


def test_0_without_a_threshold_whatever_is_found(shop: Path) -> None:
    run = assess(shop, "--scenario", "channel-down:npm")
    assert run.code == 0
    assert run.err == ""
    assert "exposed" in run.out or "no way back" in run.out


def test_1_findings_at_or_over_the_threshold(shop: Path) -> None:
    down = ("--scenario", "channel-down:npm")
    assert assess(shop, *down, "--fail-on", "exposed").code == 1
    assert assess(shop, "--scenario", "channel-down:maven-central", "--fail-on", "exposed").code == 0
    assert assess(shop, *down, "--fail-on", "breach").code == 0


def test_1_for_a_present_breach_at_every_threshold(tmp_path: Path) -> None:
    folder = project(tmp_path, {"bom.cdx.json": bom(package("weights", "generic", BREACH))})
    for threshold in ("breach", "exposed", "stranded"):
        assert assess(folder, "--scenario", "cn-denies", "--fail-on", threshold).code == 1
        assert assess(folder, "--scenario", "cn-denies", "--fail-on", threshold, "--subject", "IN").code == 0


def test_1_only_what_is_stranded_or_worse_at_that_threshold(tmp_path: Path) -> None:
    folder = project(tmp_path)
    gone = assess(folder, "--scenario", "channel-down:npm", "-f", "json")
    verdicts = {cell["verdict"] for cell in gone.json["scenarios"][0]["results"]}
    expected = 1 if verdicts & {"stranded", "no known way back"} else 0
    assert assess(folder, "--scenario", "channel-down:npm", "--fail-on", "stranded").code == expected


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["--scenario", "nonsense", "."],
        [".", "--subject", "Germany"],
        [".", "--subject", "EU"],
        [".", "--as-of", "yesterday"],
        [".", "--horizon", "0"],
        [".", "--horizon", "nan"],
        [".", "--fail-on", "doom"],
        [".", "--format", "xml"],
        [".", "--config", "no/such/freehold.toml"],
        [".", "--nonsense"],
        [".", "--scenario", "jurisdiction-denies"],
    ],
)
def test_2_for_what_cannot_be_understood(words: list[str], shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(shop)
    run = assess(*words)
    assert run.code == 2
    assert run.out == ""
    assert run.err.startswith("freehold: ")


def test_2_for_a_typo_in_freehold_toml_with_its_line(shop: Path) -> None:
    (shop / "freehold.toml").write_text('[subject]\nseet = "DE"\n')
    run = assess(shop)
    assert run.code == 2
    assert f"{shop / 'freehold.toml'}:2: " in run.err
    assert "did you mean 'seat'?" in run.err


def test_2_for_a_bad_environment(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FREEHOLD_FAIL_ON", "doom")
    run = assess(shop)
    assert (run.code, run.out) == (2, "")
    assert "FREEHOLD_FAIL_ON" in run.err


def test_3_without_usable_input(tmp_path: Path) -> None:
    missing = assess(tmp_path / "nothing-here")
    assert missing.code == 3
    assert "nothing-here" in missing.err
    (tmp_path / "empty").mkdir()
    empty = assess(tmp_path / "empty")
    assert empty.code == 3
    assert "no components found" in empty.err
    assert "remedy:" in empty.err


def test_3_for_a_named_file_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "bom.json").write_text('{"bomFormat": "CycloneDX", ')
    run = assess(tmp_path / "bom.json")
    assert (run.code, run.out) == (3, "")
    assert "bom.json" in run.err
    (tmp_path / "notes.txt").write_text("hello")
    assert assess(tmp_path / "notes.txt").code == 3


def test_3_for_a_catalog_folder_that_is_none(shop: Path) -> None:
    assert assess(shop, "--catalog", shop / "no-catalog").code == 3


def test_4_under_strict_when_something_stayed_unread_and_the_findings_are_printed(shop: Path) -> None:
    (shop / "broken.cdx.json").write_text('{"bomFormat": "CycloneDX", "specVersion": ')
    relaxed = assess(shop, "--scenario", "channel-down:npm")
    assert relaxed.code == 0
    assert "broken.cdx.json" in relaxed.out
    strict = assess(shop, "--scenario", "channel-down:npm", "--strict")
    assert strict.code == 4
    assert strict.out == relaxed.out


def test_4_wins_over_1_and_the_findings_are_printed(shop: Path) -> None:
    (shop / "broken.cdx.json").write_text("{")
    (shop / "broken.cdx.json").write_text('{"bomFormat": "CycloneDX"')
    both = assess(shop, "--scenario", "channel-down:npm", "--fail-on", "exposed", "--strict")
    assert both.code == 4
    assert "[channel-down:npm]" in both.out


def test_4_when_something_stayed_unknown(shop: Path) -> None:
    run = assess(shop, "--scenario", "channel-down:npm", "--strict")
    assert run.code == 4
    assert "Not known" in run.out


# Output.


def test_o_writes_the_same_report_to_a_file(shop: Path, tmp_path: Path) -> None:
    target = tmp_path / "report.json"
    run = assess(shop, "--scenario", "us-denies", "-f", "json", "-o", target)
    assert (run.code, run.out) == (0, "")
    assert json.loads(target.read_text()) == assess(shop, "--scenario", "us-denies", "-f", "json").json


def test_o_replaces_a_file_whole_and_leaves_nothing_beside_it(shop: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "report.txt").write_text("old")
    assess(shop, "--scenario", "us-denies", "-o", out / "report.txt")
    assert [path.name for path in out.iterdir()] == ["report.txt"]
    assert "United States" in (out / "report.txt").read_text()


def test_o_is_untouched_when_the_run_fails(shop: Path, tmp_path: Path) -> None:
    target = tmp_path / "report.txt"
    target.write_text("old")
    assert assess(shop, "--scenario", "nonsense", "-o", target).code == 2
    assert assess(tmp_path / "nothing", "-o", target).code == 3
    assert target.read_text() == "old"
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["report.txt"]


def test_o_leaves_nothing_half_written_when_the_disk_is_full(
    shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "report.txt").write_text("old")

    def full(self: Path, target: Path) -> Path:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(Path, "replace", full)
    run = assess(shop, "--scenario", "us-denies", "-o", out / "report.txt")
    assert (run.code, run.out) == (2, "")
    assert os.strerror(errno.ENOSPC) in run.err
    assert [(path.name, path.read_text()) for path in out.iterdir()] == [("report.txt", "old")]


def test_o_where_nothing_can_be_written_is_refused(shop: Path, tmp_path: Path) -> None:
    run = assess(shop, "--scenario", "us-denies", "-o", tmp_path / "no" / "such" / "report.txt")
    assert run.code == 2
    assert "cannot be written" in run.err
    assert not (tmp_path / "no").exists()


def test_findings_in_a_file_still_decide_the_exit_code(shop: Path, tmp_path: Path) -> None:
    words = ("--scenario", "channel-down:npm", "--fail-on", "exposed", "-o", tmp_path / "r")
    assert assess(shop, *words).code == 1
    assert (tmp_path / "r").exists()


@pytest.mark.parametrize("words", [["--scenario", "us-denies"], ["--scenario", "us-denies", "--sweep"], []])
def test_json_keeps_to_the_published_schema(shop: Path, words: list[str]) -> None:
    schema = json_schema()
    jsonschema_rs.meta.validate(schema)
    report = assess(shop, *words, "-f", "json").json
    jsonschema_rs.validator_for(schema).validate(report)
    assert report["schema_version"] == "1.0"
    assert report["freehold_version"] == __version__
    broken = {**report, "scenarios": "none"}
    assert not jsonschema_rs.validator_for(schema).is_valid(broken)


def test_findings_keep_their_names_from_run_to_run(shop: Path) -> None:
    first = assess(shop, "--scenario", "us-denies", "--sweep", "-f", "json").out
    assert first == assess(shop, "--scenario", "us-denies", "--sweep", "-f", "json").out
    ids = [cell["id"] for cell in json.loads(first)["scenarios"][0]["results"]]
    assert "us-denies/project/run" in ids
    assert len(set(ids)) == len(ids)


def test_without_a_scenario_the_worst_parties_are_reported(shop: Path) -> None:
    report = assess(shop, "-f", "json").json
    assert report["parties_swept"] > 0
    assert report["scenarios"]
    assert {scenario["id"].partition(":")[0] for scenario in report["scenarios"]} <= {
        "jurisdiction-denies",
        "supplier-gone",
        "channel-down",
    }


def test_scenarios_join_and_repeat(shop: Path) -> None:
    words = ("--scenario", "us-denies+channel-down:npm@onset=3", "--scenario", "cn-denies", "-f", "json")
    report = assess(shop, *words).json
    assert [scenario["id"] for scenario in report["scenarios"]] == ["us-denies+channel-down:npm@onset=3", "cn-denies"]


# Settings reach the assessment.


def test_subject_day_and_horizon_come_from_flags_over_the_file(shop: Path) -> None:
    words = ("--subject", "IN", "--as-of", "2027-01-02", "--horizon", "30", "--scenario", "us-denies", "-f", "json")
    report = assess(shop, *words).json
    assert (report["subject"], report["as_of"], report["horizon_days"]) == ("IN", "2027-01-02", 30.0)


def test_the_environment_stands_between_file_and_flags(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (shop / "freehold.toml").write_text("[settings]\nhorizon_days = 10\nscenario = ['cn-denies']\n")
    assert assess(shop, "-f", "json").json["horizon_days"] == 10.0
    monkeypatch.setenv("FREEHOLD_HORIZON_DAYS", "20")
    report = assess(shop, "-f", "json").json
    assert report["horizon_days"] == 20.0
    assert [scenario["id"] for scenario in report["scenarios"]] == ["cn-denies"]
    assert assess(shop, "-f", "json", "--horizon", "30").json["horizon_days"] == 30.0


def test_color_only_where_it_is_asked_for(shop: Path) -> None:
    assert "\x1b" not in assess(shop, "--scenario", "us-denies").out
    assert "\x1b[" in assess(shop, "--scenario", "us-denies", "--color", "always").out
    assert "\x1b" not in assess(shop, "--scenario", "us-denies", "--color", "never").out


# A few runs as a process of its own.


def process(*words: str | Path) -> subprocess.CompletedProcess[str]:
    """Run ``python -m freehold``."""
    command = [sys.executable, "-m", "freehold", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, env={**os.environ})


def test_the_module_runs_and_keeps_streams_and_codes(shop: Path) -> None:
    done = process("assess", shop, "--scenario", "channel-down:npm", "--fail-on", "exposed", "-f", "json")
    assert (done.returncode, done.stderr) == (1, "")
    assert json.loads(done.stdout)["schema_version"] == "1.0"
    failed = process("assess", shop / "nothing")
    assert (failed.returncode, failed.stdout) == (3, "")
    assert failed.stderr.startswith("freehold: ")


def test_the_version_is_printed() -> None:
    done = process("--version")
    assert (done.returncode, done.stdout, done.stderr) == (0, f"freehold {__version__}\n", "")

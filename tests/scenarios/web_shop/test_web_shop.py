"""The web shop's report tells its story, for every subject; see README.md beside this file."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from cli_runs import freehold

HERE = Path(__file__).parent
SHOP = HERE.parents[2] / "examples" / "web-shop"
EXPECTED: dict[str, Any] = tomllib.loads((HERE / "expected.toml").read_text("utf-8"))
SCENARIOS = sorted({cell["scenario"] for cell in EXPECTED["cell"]})
LOST = {"exposed", "stranded", "no known way back"}
CASES = [(subject, cell) for cell in EXPECTED["cell"] for subject in cell["subjects"]]


@cache
def report(subject: str) -> Any:
    """Return the assessment for one subject, in every scenario and swept."""
    named = [word for scenario in SCENARIOS for word in ("--scenario", scenario)]
    run = freehold("assess", SHOP, "--subject", subject, "--as-of", "2026-11-23", "--sweep", "-f", "json", *named)
    assert (run.code, run.err) == (0, "")
    return run.json


def cell_of(subject: str, scenario: str, cell: str) -> Any:
    """Return one cell."""
    found = next(one for one in report(subject)["scenarios"] if one["id"] == scenario)
    return next(one for one in found["results"] if f"{one['workload']}/{one['ability']}" == cell)


@pytest.mark.parametrize("subject", EXPECTED["breaches"])
def test_who_is_in_breach_and_why(subject: str) -> None:
    found = report(subject)["breaches"]
    wanted = EXPECTED["breaches"][subject]
    assert len(found) == len(wanted)
    for breach, text in zip(found, wanted, strict=True):
        name, _, because = text.partition(": ")
        assert name in breach["name"]
        assert breach["because"] == because
        assert breach["workloads"] == ["studio"]
        assert breach["source"].startswith("https://")


@pytest.mark.parametrize("subject", EXPECTED["breaches"])
def test_verdicts_above_a_breach_are_marked_and_no_others(subject: str) -> None:
    marked = bool(EXPECTED["breaches"][subject])
    for scenario in report(subject)["scenarios"]:
        for cell in scenario["results"]:
            expected = marked and cell["workload"] == "studio"
            if cell["ability"] in ("run", "scale") or not expected:
                assert cell["in_breach"] is expected


@pytest.mark.parametrize(
    ("subject", "case"), CASES, ids=[f"{subject}-{case['scenario']}-{case['cell']}" for subject, case in CASES]
)
def test_what_is_lost_and_why(subject: str, case: dict[str, Any]) -> None:
    cell = cell_of(subject, case["scenario"], case["cell"])
    assert cell["verdict"] in (LOST if case["verdict"] == "lost" else {case["verdict"]})
    if "reason" in case:
        assert any(case["reason"] in cause["reason"] for cause in cell["causes"])


@pytest.mark.parametrize("subject", EXPECTED["sweep"])
def test_whose_law_could_cut_off_the_subject(subject: str) -> None:
    rows = report(subject)["sweep"]
    wanted = EXPECTED["sweep"][subject]
    by_law = {row["party"] for row in rows if row["kind"].startswith("jurisdiction")}
    assert set(wanted["jurisdictions"]) <= by_law
    assert not set(wanted["never"]) & by_law
    assert [row["party"] for row in rows if row["kind"] == "home ban"] == [wanted["home_ban"]]


def test_only_the_subject_changes_the_answer() -> None:
    answers = {}
    for subject in EXPECTED["sweep"]:
        found = report(subject)
        verdicts = [(c["id"], c["verdict"], c["in_breach"]) for s in found["scenarios"] for c in s["results"]]
        answers[subject] = (verdicts, [row["id"] for row in found["sweep"]])
        assert found["components"] == report("DE")["components"]
    distinct = list(answers.values())
    assert all(one != other for place, one in enumerate(distinct) for other in distinct[:place])


def test_the_storefront_knows_its_services_from_the_libraries_alone() -> None:
    run = freehold("explain", SHOP, "--workload", "storefront", "--ability", "run", "--scenario", "us-denies")
    assert run.code == 0
    assert "Stripe" in run.out
    assert "implied by" in " ".join(run.out.split())


def test_every_open_question_comes_with_lines_that_settle_it(tmp_path: Path) -> None:
    questions = report("DE")["questions"]
    for question in questions:
        table = tomllib.loads(question["line"])
        assert set(table) <= {"fact", "subject"}
        assert all(set(entry) == {"about", "field", "value"} for entry in table.get("fact", ()))
    assert len({question["id"] for question in questions}) == len(questions)


def test_the_report_for_people_says_the_same() -> None:
    words = ("--subject", "DE", "--scenario", "us-denies", "--scenario", "channel-down:npm", "--sweep")
    text = " ".join(freehold("assess", SHOP, *words).out.split())
    for part in ("In breach today", "Hunyuan3D", "the subject sits in DE", "[us-denies]", "[channel-down:npm]"):
        assert part in text
    assert text.index("In breach today") < text.index("[us-denies]"), "a present breach is said first"
    assert "In breach today" not in freehold("assess", SHOP, "--subject", "IN", "--scenario", "us-denies").out

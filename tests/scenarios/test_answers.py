"""Open questions are worth answering: the line to paste settles what was asked, and what cannot change nothing is not asked."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from cli_runs import bom, freehold, package, project

SHOP = Path(__file__).parents[2] / "examples" / "web-shop"
ANSWERS = {
    '"SUPPLIER-ID"': '"my-own-company"',
    '"SPDX-ID"': '"MIT"',
    '"CHANNEL-ID"': '"my-own-vault"',
    '"XX"': '"DE"',
}


def report(folder: Path, *words: str) -> Any:
    """Return the assessment of a folder."""
    run = freehold("assess", folder, "-f", "json", *words)
    assert (run.code, run.err) == (0, "")
    return run.json


def answered(folder: Path, line: str) -> None:
    """Paste an answer into ``freehold.toml``."""
    for placeholder, value in ANSWERS.items():
        line = line.replace(placeholder, value)
    file = folder / "freehold.toml"
    before = file.read_text("utf-8") if file.exists() else ""
    file.write_text(f"{before}\n{line}\n", "utf-8")


def asked(found: Any) -> dict[str, Any]:
    """Return the open questions by name."""
    return {question["id"]: question for question in found["questions"]}


def test_every_answer_settles_what_was_asked(tmp_path: Path) -> None:
    words = ("--scenario", "us-denies", "--scenario", "channel-down:docker-hub", "--scenario", "cn-denies")
    for place, question in enumerate(asked(report(SHOP, *words)).values()):
        folder = tmp_path / str(place)
        shutil.copytree(SHOP, folder)
        answered(folder, question["line"])
        left = asked(report(folder, *words)).get(question["id"])
        assert left is None or left["components"] < question["components"], question


def test_answering_everything_leaves_nothing_unsettled(tmp_path: Path) -> None:
    folder = project(tmp_path, {"bom.cdx.json": bom({"type": "library", "name": "mystery", "version": "1"})})
    words = ("--scenario", "channel-down:npm", "--scenario", "us-denies")
    for _ in range(12):
        questions = asked(report(folder, *words))
        if not questions:
            break
        answered(folder, next(iter(questions.values()))["line"])
    cells = [cell for scenario in report(folder, *words)["scenarios"] for cell in scenario["results"]]
    assert asked(report(folder, *words)) == {}
    assert all(len(set(cell["ways"].values())) == 1 and cell["facts_behind"] == 0 for cell in cells)


def test_without_a_seat_the_first_question_is_where_you_sit(tmp_path: Path) -> None:
    folder = project(tmp_path, toml="")
    first = report(folder, "--scenario", "us-denies")["questions"][0]
    assert first["id"] == "seat/subject"
    answered(folder, first["line"])
    found = report(folder, "--scenario", "us-denies")
    assert found["subject"] == "DE"
    assert "seat/subject" not in asked(found)


def test_questions_come_with_what_they_settle_and_the_most_useful_first(tmp_path: Path) -> None:
    many = [package(f"thing-{i}", "gem") for i in range(5)]
    for one in many:
        del one["licenses"]
    folder = project(tmp_path, {"bom.cdx.json": bom(*many)})
    questions = [q for q in report(folder)["questions"] if q["id"] != "seat/subject"]
    assert questions
    assert [q["settles"] for q in questions] == sorted((q["settles"] for q in questions), reverse=True)
    assert all(q["settles"] > 0 for q in questions), "a fact that changes nothing is not asked"


@pytest.mark.parametrize("licence", ["MIT", "Apache-2.0"])
def test_what_is_known_well_enough_is_not_asked(tmp_path: Path, licence: str) -> None:
    folder = project(tmp_path, {"bom.cdx.json": bom(package("left-pad", "npm", licence))})
    assert not [name for name in asked(report(folder, "--scenario", "channel-down:npm")) if name.startswith("licence")]

"""The report for people: fits its width, carries nothing raw, groups what is equal and asks few questions first."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from freehold.cli.render import render_text
from freehold.model.component import ComponentKey
from freehold.model.leaf import Leaf, LeafKind
from freehold.model.subject import Ability
from freehold.model.verdict import (
    AbilityResult,
    Assessment,
    BreachFinding,
    Cause,
    FileSummary,
    Gap,
    Interval,
    OpenQuestion,
    PartyResult,
    ScenarioResult,
    Step,
    Verdict,
    Ways,
)
from freehold.reports.layout import Block, Cell, Heading, Snippet, Table, Text
from freehold.reports.terminal import FIRST_QUESTIONS, WORST_PARTIES, terminal_report
from freehold.reports.words import counted, day_text, interval_text, listed, verdict_text, ways_text

WIDTHS = (60, 80, 120)
LONG = "an-organisation-with-a-name-that-is-much-longer-than-any-column-has-space-for-" * 2
HOSTILE = "\x1b[31mred\x1b[0m \u202ebackwards\x9b1m <b>[bold]bell\x07\nnew line"


def cell(ability: Ability, verdict: Verdict, *causes: Cause, ways: Ways | None = None, **more: object) -> AbilityResult:
    """Return one cell."""
    made = AbilityResult(
        f"s/shop/{ability}",
        "shop",
        ability,
        verdict,
        ways or Ways(verdict, verdict, verdict),
        Interval(0.0, 1.0, 2.0),
        Interval(30.0, 20.0, 10.0),
        Interval(30.0, 19.0, 8.0),
        recovery_exact=True,
        in_breach=False,
        costs_more=False,
        facts_behind=0,
        causes=causes,
    )
    return msgspec.structs.replace(made, **more)


def cause(reason: str = "the registry does not serve", count: int = 3, example: str = "left-pad") -> Cause:
    """Return a cause."""
    return Cause(reason, (Leaf(LeafKind.CHANNEL, "registry"),), count, (example,) * min(count, 3))


def question(number: int, name: str = "left-pad") -> OpenQuestion:
    """Return an open question."""
    lines = f'[[fact]]\nabout = "pkg:npm/{name}@{number}"\nfield = "licence"\nvalue = "SPDX-ID"'
    return OpenQuestion(f"q/{number}", f"What is the licence of {name} {number}?", "a lasting one", 9, 1, lines)


def party(name: str, *alike: str) -> PartyResult:
    """Return a row of the sweep."""
    taken = {"shop": {"run": Verdict.STRANDED, "build": Verdict.EXPOSED, "data": Verdict.SAFE}}
    return PartyResult(
        f"sweep/supplier/{name}", "supplier", name, name, taken, 1, 2, Verdict.STRANDED, 0.0, same_as=alike
    )


def assessment(name: str = "left-pad", *, questions: int = 7, parties: int = 15, **more: object) -> Assessment:
    """Return an assessment in which every part of the report has something to say, all of it about ``name``."""
    found = (
        cell(Ability.RUN, Verdict.STRANDED, cause(example=name), in_breach=True, costs_more=True),
        cell(Ability.BUILD, Verdict.EXPOSED, cause(example=name), recovery_exact=False),
        cell(Ability.PATCH, Verdict.SAFE, ways=Ways(Verdict.SAFE, Verdict.NO_KNOWN_WAY_BACK, Verdict.SAFE)),
        cell(Ability.CHANGE, Verdict.ABSENT, cause(reason=f"{name} is closed", count=1, example=name)),
    )
    steps = tuple(Step(f"a/{i}", f"replace {name} by {i}", float(i), "assumed") for i in range(9))
    made = Assessment(
        schema_version="1.0",
        freehold_version="9.9",
        subject="DE",
        as_of="2026-11-23",
        horizon_days=365.0,
        team_persons=1.0,
        team_grade="assumed",
        catalog_version="9.9",
        paths=(f"projects/{name}",),
        components=1914,
        by_kind={"npm": 1900, "pypi": 14},
        workloads={"shop": 1914},
        unassigned=3,
        breaches=(
            BreachFinding(
                "b/1", ComponentKey("k"), name, ("shop",), "T", f"{name} excludes the EU", "you sit in DE", ""
            ),
        ),
        present=(found[3],),
        scenarios=(ScenarioResult("s", f"{name} denies you", f"{name}: run lost.", 0.0, 0.0, found, {"shop": steps}),),
        sweep=tuple(party(f"{name} {i}", "somebody alike") for i in range(parties)),
        parties_swept=200,
        questions=tuple(question(i, name) for i in range(questions)),
        unknown=(Gap("supplier", "no record names one", 12, (name, name)),),
        files=(),
        skipped=tuple(FileSummary(f"{name}/{i}.json", "", 0, 0, "truncated", "mend it") for i in range(8)),
        notes=(),
        scope=("In scope: software.", "Out of scope: hardware."),
    )
    return msgspec.structs.replace(made, **more)


def shown(of: Assessment, width: int, monkeypatch: pytest.MonkeyPatch, *, everything: bool = False) -> str:
    """Return the report at a width."""
    monkeypatch.setenv("COLUMNS", str(width))
    return render_text(terminal_report(of, everything=everything), None, "never")


def flat(text: str) -> str:
    """Return a text with its line breaks taken out."""
    return " ".join(text.split())


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize(
    "name", ["left-pad", LONG, "ein Name mit Lücken", "名前" * 40], ids=["short", "long", "gaps", "wide"]
)
def test_no_line_is_longer_than_the_width(name: str, width: int, monkeypatch: pytest.MonkeyPatch) -> None:
    blocks = terminal_report(assessment(name), everything=True)
    monkeypatch.setenv("COLUMNS", str(width))
    told = render_text([block for block in blocks if not isinstance(block, Snippet)], None, "never")
    for line in told.split("\n"):
        assert columns(line) <= width


def columns(line: str) -> int:
    """Return how many columns a terminal needs for a line."""
    from rich.cells import cell_len

    return cell_len(line)


@pytest.mark.parametrize("width", WIDTHS)
def test_lines_to_paste_are_never_broken(width: int, monkeypatch: pytest.MonkeyPatch) -> None:
    text = shown(assessment(LONG, questions=1), width, monkeypatch)
    assert f'     about = "pkg:npm/{LONG}@0"' in text.split("\n")


@pytest.mark.parametrize("width", WIDTHS)
def test_names_write_nothing_but_themselves(width: int, monkeypatch: pytest.MonkeyPatch) -> None:
    text = shown(assessment(HOSTILE), width, monkeypatch, everything=True)
    assert all(c.isprintable() or c == "\n" for c in text)
    assert "[bold]" in text, "markup is text"
    assert "<b>" in text


@settings(max_examples=30, deadline=None)
@given(st.text(max_size=40))
def test_whatever_a_name_is_no_control_character_comes_out(name: str) -> None:
    text = render_text(terminal_report(assessment(name), everything=True), None, "never")
    assert all(c.isprintable() or c == "\n" for c in text)


def test_at_most_five_questions_come_first(monkeypatch: pytest.MonkeyPatch) -> None:
    assert FIRST_QUESTIONS == 5
    first = shown(assessment(), 80, monkeypatch)
    assert first.count("What is the licence of") == 5
    assert "5 of 7 open questions" in flat(first)
    every = shown(assessment(), 80, monkeypatch, everything=True)
    assert every.count("What is the licence of") == 7
    few = shown(assessment(questions=2), 80, monkeypatch)
    assert few.count("What is the licence of") == 2
    assert "Facts to confirm" not in shown(assessment(questions=0), 80, monkeypatch)


def test_the_worst_parties_come_first_and_the_rest_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    table = sweep_table(terminal_report(assessment()))
    assert len(table.rows) == WORST_PARTIES
    assert "and 3 other rows" in shown(assessment(), 80, monkeypatch)
    assert len(sweep_table(terminal_report(assessment(), everything=True)).rows) == 15


def sweep_table(blocks: tuple[Block, ...]) -> Table:
    """Return the table of the sweep."""
    return next(b for b in blocks if isinstance(b, Table) and b.columns[0][0] == "party")


def test_parties_alike_are_one_row_and_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    found = assessment(parties=0, sweep=(party("one", "two", "three"), party("four")))
    assert sweep_table(terminal_report(found)).rows[0][0].text == "one (+2 alike)"
    assert "4 of 200 parties" in flat(shown(found, 120, monkeypatch))


def test_equal_causes_are_one_line_with_all_that_they_take(monkeypatch: pytest.MonkeyPatch) -> None:
    text = flat(shown(assessment(), 120, monkeypatch))
    assert text.count("the registry does not serve") == 1
    assert "why shop/run, shop/build: 3 components (left-pad, left-pad, left-pad) - the registry" in text


def test_a_breach_is_said_before_every_scenario() -> None:
    titles = [block.text for block in terminal_report(assessment()) if isinstance(block, Heading)]
    breach = next(place for place, title in enumerate(titles) if title.startswith("In breach today"))
    assert breach < next(place for place, title in enumerate(titles) if "denies you" in title)
    assert breach <= 1


def test_absent_abilities_are_shown_once_and_left_out_of_the_scenarios() -> None:
    blocks = terminal_report(assessment())
    cells = next(b for b in blocks if isinstance(b, Table) and b.columns[0][0] == "workload")
    assert [row[1].text for row in cells.rows] == ["run", "build", "patch"]
    texts = [block.text for block in blocks if isinstance(block, Text)]
    assert sum("cannot change" in text for text in texts) == 1


def test_marks_stand_beside_the_verdict() -> None:
    cells = next(b for b in terminal_report(assessment()) if isinstance(b, Table))
    assert [row[2].text for row in cells.rows] == [
        "stranded, in breach, costs more",
        "exposed, bounds",
        "safe? (no way back)",
    ]


def test_what_was_skipped_and_is_not_known_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    text = flat(shown(assessment(), 120, monkeypatch))
    for part in ("supplier of 12 components", "8 files or parts of files skipped", "and 3 more", "in no workload"):
        assert part in text


def test_without_a_sweep_nothing_is_said_of_one(monkeypatch: pytest.MonkeyPatch) -> None:
    quiet = assessment(parties=0, parties_swept=0)
    assert "Single points of failure" not in shown(quiet, 80, monkeypatch)
    nothing = assessment(parties=0)
    assert "No single party takes anything away" in flat(shown(nothing, 80, monkeypatch))


@pytest.mark.parametrize(
    ("days", "text"),
    [
        (Interval(30.0, 20.0, 10.0), "10..30"),
        (Interval(10.0, 20.0, 30.0), "10..30"),
        (Interval(5.0, 5.0, 5.0), "5"),
        (Interval(None, None, None), "-"),
        (Interval(None, 20.0, 10.0), "10..never"),
        (Interval(1000.0, 1000.0, 1000.0), "1,000"),
    ],
)
def test_days_are_written_as_a_range_or_once(days: Interval, text: str) -> None:
    assert interval_text(days) == text


def test_words() -> None:
    assert (day_text(None), day_text(0.0), day_text(1234.4)) == ("-", "0", "1,234")
    assert (counted(1, "file"), counted(0, "file"), counted(1914, "file")) == ("1 file", "0 files", "1,914 files")
    assert listed(["a", "b", "c", "d"]) == "a, b, c and 1 more"
    assert verdict_text(Verdict.NO_KNOWN_WAY_BACK) == "no way back"
    assert ways_text(Ways(Verdict.SAFE, Verdict.EXPOSED, Verdict.SAFE)) == "safe? (exposed)"
    assert ways_text(Ways(Verdict.COVERED, Verdict.EXPOSED, Verdict.SAFE)) == "covered? (exposed or safe)"


def test_cells_are_aligned_under_their_titles() -> None:
    blocks: list[Block] = [
        Table((("name", "left"), ("day", "right")), ((Cell("a"), Cell("5")), (Cell("b"), Cell("50"))))
    ]
    lines = render_text(blocks, None, "never").strip("\n").split("\n")
    assert [line.rstrip()[-2:] for line in lines] == ["ay", " 5", "50"]
    assert len({len(line.rstrip()) for line in lines}) == 1


@pytest.mark.parametrize(("columns_text", "ok"), [("abc", False), ("10", True), ("100000", True)])
def test_a_width_out_of_reason_is_bounded_or_refused(
    columns_text: str, ok: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    from freehold.errors import UsageError

    monkeypatch.setenv("COLUMNS", columns_text)
    if ok:
        lines = render_text([Text("word " * 200)], None, "never").split("\n")
        assert max(map(len, lines)) <= 140
        assert max(map(len, lines)) >= 50
    else:
        with pytest.raises(UsageError):
            render_text([Text("x")], None, "never")

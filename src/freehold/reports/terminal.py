"""The report that ``freehold assess`` prints: the answer first, then what it rests on, then what is not known.

Builds layout values from an ``Assessment``; nothing is computed here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from freehold.model.verdict import (
    AbilityResult,
    Assessment,
    BreachFinding,
    Cause,
    OpenQuestion,
    PartyResult,
    ScenarioResult,
    Verdict,
)
from freehold.reports.layout import Block, Cell, Column, Heading, Snippet, Table, Text, Tone
from freehold.reports.words import TONES, counted, day_text, interval_text, listed, verdict_text, ways_text

FIRST_QUESTIONS = 5
WORST_PARTIES = 12
MOST_CAUSES = 4
MOST_GAPS = 8
MOST_NOTES = 5
CELL_COLUMNS: tuple[Column, ...] = (
    ("workload", "left"),
    ("ability", "left"),
    ("verdict", "left"),
    ("lost", "right"),
    ("back", "right"),
    ("gap", "right"),
)
PARTY_COLUMNS: tuple[Column, ...] = (
    ("party", "left"),
    ("kind", "left"),
    ("worst", "left"),
    ("lost", "right"),
    ("takes", "left"),
)


def terminal_report(assessment: Assessment, *, everything: bool = False) -> tuple[Block, ...]:
    """Return the report; ``everything`` lifts the limits on how many rows each part shows."""
    return (
        *_top(assessment),
        *_breaches(assessment.breaches),
        *_present(assessment.present),
        *(block for scenario in assessment.scenarios for block in _scenario(scenario)),
        *_sweep(assessment, everything),
        *_questions(assessment.questions, everything),
        *_unknown(assessment, everything),
        *_foot(assessment),
    )


def _top(assessment: Assessment) -> Iterator[Block]:
    yield Heading(f"Freehold {assessment.freehold_version}: {listed(assessment.paths)}")
    kinds = listed([f"{count:,} {kind}" for kind, count in assessment.by_kind.items()], 6)
    yield Text(f"{counted(assessment.components, 'component')} ({kinds}) in {listed(_workloads(assessment))}")
    if (vault := assessment.vault) is not None:
        yield Text(
            f"copies of {vault.components:,} of them count as your own: vault {vault.vault}, {vault.held_on}", "good"
        )
    subject = assessment.subject or "not stated"
    team = f"{assessment.team_persons:g} ({assessment.team_grade})"
    yield Text(
        f"subject {subject} · day 0 is {assessment.as_of} · horizon {assessment.horizon_days:,.0f} days · "
        f"team of {team}",
        "dim",
    )


def _workloads(assessment: Assessment) -> list[str]:
    return [f"{name} ({count:,})" for name, count in assessment.workloads.items()]


def _breaches(breaches: Sequence[BreachFinding]) -> Iterator[Block]:
    if not breaches:
        return
    exclude = "excludes" if len(breaches) == 1 else "exclude"
    yield Heading(f"In breach today: {counted(len(breaches), 'limit')} in your terms already {exclude} you")
    for breach in breaches:
        where = f" [{listed(breach.workloads)}]" if breach.workloads else ""
        yield Text(f"! {breach.name}{where}: {breach.text}; {breach.because}.", "bad")
        yield Text(f"{breach.terms} · {breach.source or 'source not recorded'}", "dim", 2)


def _present(cells: Sequence[AbilityResult]) -> Iterator[Block]:
    absent = [cell for cell in cells if cell.verdict is Verdict.ABSENT]
    if not absent:
        return
    yield Heading("Absent even with no disruption (left out below)")
    for cell in absent:
        reasons = "; ".join(_cause_text(cause) for cause in cell.causes[:2])
        unsure = "" if cell.ways.settled else " (not settled)"
        yield Text(f"{cell.workload} cannot {cell.ability}{unsure}: {reasons}")


def _scenario(scenario: ScenarioResult) -> Iterator[Block]:
    yield Heading(f"{scenario.title}  [{scenario.id}]")
    yield Text(scenario.headline, "strong")
    rows = tuple(_row(cell) for cell in scenario.results if cell.verdict is not Verdict.ABSENT)
    yield Table(CELL_COLUMNS, rows, 2)
    yield from _causes(scenario)
    for workload, steps in scenario.way_back.items():
        texts = [f"{step.title} (day {day_text(step.done_after_days)}, {step.grade})" for step in steps]
        yield Text(f"way back for {workload}: {'; '.join(texts[:6])}" + _more(len(texts) - 6), "plain", 2)


def _row(cell: AbilityResult) -> tuple[Cell, ...]:
    marks = [mark for mark, on in (("in breach", cell.in_breach), ("costs more", cell.costs_more)) if on]
    bounds = [] if cell.recovery_exact or cell.day_back.bad is None else ["bounds"]
    verdict = ", ".join([ways_text(cell.ways), *marks, *bounds])
    return (
        Cell(cell.workload),
        Cell(cell.ability.value),
        Cell(verdict, TONES[cell.verdict]),
        Cell(interval_text(cell.day_lost)),
        Cell(interval_text(cell.day_back)),
        Cell(interval_text(cell.gap_days)),
    )


def _causes(scenario: ScenarioResult) -> Iterator[Block]:
    """List why, each cause once with the abilities that it takes."""
    groups: dict[tuple[str, int], tuple[Cause, list[str]]] = {}
    for cell in scenario.results:
        if cell.verdict in (Verdict.SAFE, Verdict.ABSENT):
            continue
        for cause in cell.causes:
            groups.setdefault((cause.reason, cause.count), (cause, []))[1].append(f"{cell.workload}/{cell.ability}")
    ordered = sorted(groups.values(), key=lambda pair: (-pair[0].count, pair[0].reason))
    for cause, hits in ordered[:MOST_CAUSES]:
        yield Text(f"why {listed(hits, 4)}: {_cause_text(cause)}", "plain", 2)
    if len(ordered) > MOST_CAUSES:
        yield Text(f"and {counted(len(ordered) - MOST_CAUSES, 'other reason')}: freehold explain", "dim", 2)


def _cause_text(cause: Cause) -> str:
    if cause.count == 1:
        return f"{cause.examples[0]} - {cause.reason}"
    return f"{counted(cause.count, 'component')} ({listed(cause.examples)}{_more_of(cause)}) - {cause.reason}"


def _more_of(cause: Cause) -> str:
    return "..." if cause.count > len(cause.examples) else ""


def _more(count: int) -> str:
    return f"; and {count} more" if count > 0 else ""


def _sweep(assessment: Assessment, everything: bool) -> Iterator[Block]:
    if not assessment.parties_swept:
        return
    rows = [row for row in assessment.sweep if row.lost]
    single = sum(1 + len(row.same_as) for row in rows)
    yield Heading(f"Single points of failure: {single:,} of {assessment.parties_swept:,} parties, each cut off alone")
    if not rows:
        yield Text("No single party takes anything away before the horizon.", "good")
        return
    shown = rows if everything else rows[:WORST_PARTIES]
    yield Table(PARTY_COLUMNS, tuple(_party(row) for row in shown), 4)
    if len(rows) > len(shown):
        yield Text(f"and {counted(len(rows) - len(shown), 'other row')}: --all shows them", "dim")


def _party(row: PartyResult) -> tuple[Cell, ...]:
    others = f" (+{len(row.same_as)} alike)" if row.same_as else ""
    taken = []
    for workload, verdicts in row.verdicts.items():
        lost = [a for a, v in verdicts.items() if v in (Verdict.EXPOSED, Verdict.STRANDED, Verdict.NO_KNOWN_WAY_BACK)]
        if lost:
            taken.append(f"{workload}: {', '.join(lost)}")
    tone: Tone = TONES[row.worst]
    kind = row.kind.replace("jurisdiction (seat and owner only)", "by seat/owner")
    first = f"day {day_text(row.earliest_day)}"
    unsettled = f" ({row.unsettled} not settled)" if row.unsettled else ""
    return (
        Cell(row.name + others),
        Cell(kind),
        Cell(verdict_text(row.worst), tone),
        Cell(first),
        Cell("; ".join(taken) + unsettled),
    )


def _questions(questions: Sequence[OpenQuestion], everything: bool) -> Iterator[Block]:
    if not questions:
        return
    shown = questions if everything else questions[:FIRST_QUESTIONS]
    yield Heading(
        f"Facts to confirm: {len(shown)} of {counted(len(questions), 'open question')}, those that settle most first"
    )
    for number, question in enumerate(shown, 1):
        yield Text(f"{number}. {question.question}")
        yield Text(f"assumed: {question.assumed}; changes {counted(question.settles, 'verdict')}", "dim", 3)
        yield Snippet(tuple(question.line.split("\n")))


def _unknown(assessment: Assessment, everything: bool) -> Iterator[Block]:
    gaps, skipped = assessment.unknown, assessment.skipped
    if not (gaps or skipped or assessment.unassigned or assessment.notes):
        return
    yield Heading("Not known")
    shown = gaps if everything else gaps[:MOST_GAPS]
    for gap in shown:
        names = listed(gap.examples) + ("..." if gap.count > len(gap.examples) else "")
        yield Text(f"{gap.what} of {counted(gap.count, 'component')}: {gap.reason} ({names})")
    if len(gaps) > len(shown):
        yield Text(f"and {counted(len(gaps) - len(shown), 'other reason')}: --all shows them", "dim")
    if assessment.unassigned:
        yield Text(f"{counted(assessment.unassigned, 'component')} in no workload")
    if skipped:
        yield Text(f"{counted(len(skipped), 'file')} or parts of files skipped:")
        limit = len(skipped) if everything else 5
        for skip in skipped[:limit]:
            yield Text(f"{skip.file}: {skip.reason}" + (f" ({skip.remedy})" if skip.remedy else ""), "dim", 2)
        if len(skipped) > limit:
            yield Text(f"and {len(skipped) - limit:,} more: --all shows them", "dim", 2)
    yield from _notes(assessment.notes, everything)


def _notes(notes: Sequence[str], everything: bool) -> Iterator[Block]:
    """Say with which reservations the files were read."""
    if not notes:
        return
    yield Text(f"{counted(len(notes), 'reservation')} about what was read:")
    shown = notes if everything else notes[:MOST_NOTES]
    for note in shown:
        yield Text(note, "dim", 2)
    if len(notes) > len(shown):
        yield Text(f"and {len(notes) - len(shown):,} more: --all shows them", "dim", 2)


def _foot(assessment: Assessment) -> Iterator[Block]:
    yield Heading("Scope")
    for line in assessment.scope:
        yield Text(line, "dim")
    yield Text("freehold explain PATH --workload W --ability A --scenario ID proves any line above.", "dim")

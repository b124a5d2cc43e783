"""An explanation as layout values: the verdict, why, what was tried, and what would change it."""

from __future__ import annotations

from collections.abc import Iterator

from freehold.model.verdict import Chain, Choice, Evidence, Explanation
from freehold.reports.layout import Block, Cell, Column, Heading, Snippet, Table, Text
from freehold.reports.words import TONES, counted, day_text, interval_text, listed, ways_text

CHOICE_COLUMNS: tuple[Column, ...] = (
    ("action", "left"),
    ("lead", "right"),
    ("effort", "right"),
    ("known", "left"),
    ("outcome", "left"),
)
CLOSER = {"drop-in": "drop-in", "same-standard": "same standard"}
"""How closeness is named where it is more than the same function."""
ESTIMATE = "estimate"
"""How notes of estimates begin, which the grade says already."""
DOCUMENTED_SHOWN = 10
"""How many documented migrations the terminal names; JSON holds all."""


def explanation_report(explanation: Explanation) -> tuple[Block, ...]:
    """Return the blocks of one explanation."""
    return tuple(_blocks(explanation))


def _blocks(explanation: Explanation) -> Iterator[Block]:
    result = explanation.result
    yield Heading(f"{result.workload} / {result.ability}: {explanation.title}  [{explanation.scenario}]")
    yield Text(f"verdict: {ways_text(result.ways)}", TONES[result.verdict])
    lost, back = interval_text(result.day_lost), interval_text(result.day_back)
    yield Text(f"day lost {lost} · day back {back} · gap {interval_text(result.gap_days)} (good end to bad end)")
    if not result.ways.settled:
        yield Text(f"not settled: {counted(result.facts_behind, 'assumed or unknown fact')} would change it", "warn")
    for number, chain in enumerate(explanation.chains, 1):
        yield from _chain(number, chain)
    for copies in explanation.copies:
        yield Text(_fact(copies))
    yield from _choices(explanation.choices)
    for question in explanation.questions[:5]:
        yield Text(f"to settle it: {question.question} (assumed: {question.assumed})")
        yield Snippet(tuple(question.line.split("\n")))


def _chain(number: int, chain: Chain) -> Iterator[Block]:
    others = f" and {chain.count - 1:,} more ({listed(chain.others)})" if chain.count > 1 else ""
    yield Heading(f"{number}. {chain.component}{others}")
    yield Text(f"day {day_text(chain.day_lost)}: {'; '.join(chain.conditions) or 'nothing provides it'}", "strong")
    if len(chain.path) > 1:
        yield Text("needed through " + " > ".join(chain.path), indent=2)
    yield Text(f"found in {chain.origin}", "dim", 2)
    for fact in chain.evidence:
        yield Text(_fact(fact), indent=2)


def _fact(fact: Evidence) -> str:
    dates = [f"as of {fact.as_of}" if fact.as_of else "", f"checked {fact.checked_on}" if fact.checked_on else ""]
    rest = ", ".join(part for part in (fact.source, *dates) if part)
    return f"{fact.grade}: {fact.statement}" + (f" - {rest}" if rest else "")


def _choices(choices: tuple[Choice, ...]) -> Iterator[Block]:
    if not choices:
        return
    yield Heading("Ways back that were considered (days and person-days, low..high)")
    rows = tuple(
        (
            Cell(f"{choice.title} ({CLOSER[choice.closeness]})" if choice.closeness in CLOSER else choice.title),
            Cell(f"{choice.lead_days[0]:g}..{choice.lead_days[2]:g}"),
            Cell(f"{choice.effort_person_days[0]:g}..{choice.effort_person_days[2]:g}"),
            Cell(choice.grade),
            Cell(choice.status, "good" if choice.status == "taken" else "plain"),
        )
        for choice in choices
    )
    yield Table(CHOICE_COLUMNS, rows, 4)
    for choice in choices:
        said = choice.note.removeprefix(ESTIMATE).lstrip("; ")
        if said and choice.status == "taken":
            yield Text(f"{choice.title}: {said}", indent=2)
    documented = tuple(dict.fromkeys(fact for choice in choices for fact in choice.documented))
    if documented:
        shown = f", {DOCUMENTED_SHOWN} of {len(documented)}" if len(documented) > DOCUMENTED_SHOWN else ""
        yield Heading(f"Who moved to these alternatives{shown}")
        yield from (Text(_fact(fact)) for fact in documented[:DOCUMENTED_SHOWN])

"""What the vault answers, as layout values and as JSON; nothing is computed here but counts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from freehold.model.vault import (
    SCHEMA_VERSION,
    CarryReport,
    GapReport,
    KeepReport,
    Outcome,
    PointReport,
    Pulled,
    PullReport,
    State,
    VerifyReport,
)
from freehold.reports.encoding import json_bytes
from freehold.reports.layout import Block, Cell, Column, Heading, Table, Text, Tone
from freehold.reports.words import counted, listed

VaultReport = PullReport | VerifyReport | GapReport | KeepReport | CarryReport | PointReport
MOST_ROWS = 12
_BAD = (Outcome.REFUSED, Outcome.FAILED)
_TONES: dict[Outcome | State, Tone] = {
    Outcome.REFUSED: "bad",
    Outcome.FAILED: "bad",
    Outcome.NOT_COVERED: "warn",
    State.ROTTEN: "bad",
    State.MISSING: "bad",
    State.SUPERSEDED: "dim",
}
_COLUMNS: tuple[Column, ...] = (("what", "left"), ("component", "left"), ("file", "left"), ("reason", "left"))


def vault_json(report: VaultReport) -> bytes:
    """Return a report as indented JSON with a final newline."""
    return json_bytes({"schema_version": SCHEMA_VERSION, "report": report})


def vault_blocks(report: VaultReport, *, everything: bool = False) -> tuple[Block, ...]:
    """Lay a report out; ``everything`` lifts the limit on rows."""
    match report:
        case PullReport():
            return tuple(_pull(report, everything))
        case VerifyReport():
            return tuple(_verify(report, everything))
        case GapReport():
            return tuple(_gap(report, everything))
        case KeepReport():
            return tuple(_keep(report, everything))
        case CarryReport():
            return tuple(_carry(report, everything))
        case PointReport():
            return tuple(_point(report))


def size_text(size_bytes: float) -> str:
    """Return a number of bytes in words."""
    for unit in ("bytes", "kB", "MB"):
        if size_bytes < 1000:
            return f"{size_bytes:,.0f} {unit}" if unit == "bytes" else f"{size_bytes:,.1f} {unit}"
        size_bytes /= 1000
    return f"{size_bytes:,.1f} GB"


def _pull(report: PullReport, everything: bool) -> Iterator[Block]:
    fetched = [one for one in report.items if one.outcome is Outcome.FETCHED]
    parts = [
        f"{counted(len(fetched), 'file')} fetched ({size_text(sum(one.size_bytes for one in fetched))})",
        f"{report.count(Outcome.HELD):,} held already",
    ]
    if report.dry_run:
        parts = [f"{counted(report.count(Outcome.WOULD_FETCH), 'file')} would be fetched", parts[1]]
    bad = report.count(*_BAD)
    yield Text(f"{report.vault}: {counted(report.wanted, 'component')} wanted: {', '.join(parts)}", "strong")
    if bad:
        yield Text(f"{bad:,} refused or not got", "bad")
    rows = [one for one in report.items if one.outcome in (*_BAD, Outcome.NOT_COVERED)]
    if everything:
        rows = list(report.items)
    yield from _rows(_COLUMNS, (_item(one) for one in rows), everything)


def _item(one: Pulled) -> tuple[Cell, ...]:
    return Cell(one.outcome.value, _TONES.get(one.outcome, "plain")), Cell(one.purl), Cell(one.file), Cell(one.reason)


def _verify(report: VerifyReport, everything: bool) -> Iterator[Block]:
    sound = report.count(State.SOUND, State.SUPERSEDED)
    bad = report.count(State.ROTTEN, State.MISSING)
    yield Text(f"{report.vault}: {counted(sound, 'file')} sound ({size_text(report.size_bytes)})", "strong")
    if bad:
        yield Text(f"{bad:,} missing or damaged: freehold vault verify --mend, then freehold vault pull", "bad")
    others = (
        (report.count(State.SUPERSEDED), "superseded by a later version: freehold vault keep N"),
        (len(report.strays), "without an entry in the manifest"),
        (report.partials, "on the way: freehold vault pull goes on with them"),
        (report.broken_lines, "lines of the manifest that cannot be read"),
    )
    for count, what in others:
        if count:
            yield Text(f"{count:,} {what}", "dim")
    rows = [one for one in report.items if one.state in (State.ROTTEN, State.MISSING) or everything]
    cells = (
        (Cell(one.state.value, _TONES.get(one.state, "plain")), Cell(one.purl), Cell(one.file), Cell(one.reason))
        for one in rows
    )
    yield from _rows(_COLUMNS, cells, everything)


def _gap(report: GapReport, everything: bool) -> Iterator[Block]:
    total = report.held + len(report.lacking)
    yield Text(f"{report.vault}: holds {report.held:,} of {counted(total, 'component')}", "strong")
    if report.contained:
        yield Text(f"{counted(report.contained, 'more component')} come inside another one", "dim")
    for reason, group in groupby(
        sorted(report.lacking, key=lambda one: (one.reason, one.purl)), lambda one: one.reason
    ):
        found = list(group)
        names = tuple(one.purl for one in found)
        yield Heading(f"{counted(len(found), 'component')}: {reason}")
        shown = names if everything else names[:MOST_ROWS]
        yield from (Text(name, indent=2) for name in shown)
        if len(names) > len(shown):
            yield Text(f"and {len(names) - len(shown):,} more: --all", "dim", 2)


def _keep(report: KeepReport, everything: bool) -> Iterator[Block]:
    verb = "would be removed" if report.dry_run else "removed"
    what = f"{counted(len(report.removed), 'file')} {verb} ({size_text(report.size_bytes)})"
    yield Text(f"{report.vault}: {report.versions} versions of each package stay, {what}", "strong")
    cells = ((Cell(one.purl), Cell(one.file), Cell(one.named_on)) for one in report.removed)
    yield from _rows((("component", "left"), ("file", "left"), ("named last", "left")), cells, everything)


def _carry(report: CarryReport, everything: bool) -> Iterator[Block]:
    verb = "would be carried" if report.dry_run else "carried"
    what = f"{counted(report.files, 'file')} {verb} ({size_text(report.size_bytes)})"
    yield Text(f"{report.vault}, {report.file}: {what}", "strong")
    if report.left_out:
        yield Text(f"{len(report.left_out):,} left out", "warn")
    yield from _rows(_COLUMNS, (_item(one) for one in report.left_out), everything)


def _point(report: PointReport) -> Iterator[Block]:
    verb = "would be copied" if report.dry_run else "copied"
    yield Text(f"{report.folder}: {counted(report.copied, 'file')} {verb}", "strong")
    for one in report.files:
        yield Text(f"{one.file}: {one.addresses:,} addresses point at the vault", indent=2)
        if one.left:
            yield Text(f"{len(one.left):,} are not held: {listed(one.left, 5)}", "warn", 4)


def _rows(columns: Sequence[Column], rows: Iterable[tuple[Cell, ...]], everything: bool) -> Iterator[Block]:
    found = list(rows)
    shown = found if everything else found[:MOST_ROWS]
    if shown:
        yield Table(tuple(columns), tuple(shown), len(columns) - 1)
    if len(found) > len(shown):
        yield Text(f"and {len(found) - len(shown):,} more: --all", "dim")

"""What the tools of the catalog found, as layout values: differences, ages of sources, coverage of a stack."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from freehold.model.findings import Ages, Change, Coverage, GroupCoverage, Known
from freehold.reports.layout import Block, Cell, Heading, Table, Text, Tone
from freehold.reports.words import counted

MOST_ROWS = 12
_TONES: dict[str, Tone] = {"added": "good", "removed": "bad", "changed": "warn"}
_SIGNS = {"added": "+", "removed": "-", "changed": "~"}


def difference_blocks(changes: tuple[Change, ...], *, everything: bool = False) -> tuple[Block, ...]:
    """Lay out what changed, record by record; ``everything`` lifts the limit on rows of one record."""
    if not changes:
        return (Text("no difference"),)
    blocks: list[Block] = []
    for (kind, identifier), group in groupby(changes, key=lambda change: (change.kind, change.id)):
        found = list(group)
        whole = found[0] if not found[0].place else None
        what = whole.what if whole else "changed"
        blocks.append(Text(f"{_SIGNS[what]} {kind}/{identifier}", tone=_TONES[what]))
        shown = found if everything else found[:MOST_ROWS]
        blocks += [_place(change) for change in shown if change.place]
        if len(found) > len(shown):
            blocks.append(Text(f"and {len(found) - len(shown)} more (--all)", tone="dim", indent=4))
    return (*blocks, Text(_sum(changes), tone="strong"))


def _place(change: Change) -> Text:
    values = f"{change.old} -> {change.new}" if change.what == "changed" else change.new or change.old
    return Text(f"{_SIGNS[change.what]} {change.place}: {values}", tone=_TONES[change.what], indent=4)


def _sum(changes: tuple[Change, ...]) -> str:
    """Return how many records came, went and changed."""
    whole = [change.what for change in changes if not change.place]
    changed = len({(change.kind, change.id) for change in changes if change.place})
    return f"records: {whole.count('added')} added, {whole.count('removed')} removed, {changed} changed"


def ages_blocks(found: Ages, *, everything: bool = False) -> tuple[Block, ...]:
    """Lay out how the claims are sourced, and the sources over the age."""
    columns = ("kind", "records", "claims", "read A", "B", "C", "unread", "assumed", "median days", "oldest", "too old")
    rows = tuple(
        tuple(
            Cell(text)
            for text in (
                one.kind,
                f"{one.records:,}",
                f"{one.claims:,}",
                *(f"{one.read_by_grade.get(grade, 0):,}" for grade in "ABC"),
                f"{one.unread:,}",
                f"{one.assumed:,}",
                "-" if one.median_age_days is None else f"{one.median_age_days:,}",
                "-" if one.oldest_age_days is None else f"{one.oldest_age_days:,}",
                f"{one.over_age:,}",
            )
        )
        for one in found.kinds
    )
    table = Table(tuple((name, "right" if index else "left") for index, name in enumerate(columns)), rows, wide=-1)
    return (table, *_old(found, everything))


def _old(found: Ages, everything: bool) -> Iterator[Block]:
    if not found.old:
        yield Text(f"no source was read more than {found.max_age_days} days ago")
        return
    yield Heading(f"{counted(len(found.old), 'source')} read more than {found.max_age_days} days ago")
    shown = found.old if everything else found.old[:MOST_ROWS]
    rows = tuple(
        (Cell(str(one.checked_on)), Cell(f"{one.kind}/{one.id}"), Cell(one.source), Cell(f"{one.claims:,}"))
        for one in shown
    )
    yield Table((("read on", "left"), ("record", "left"), ("source", "left"), ("claims", "right")), rows, wide=1)
    if len(found.old) > len(shown):
        yield Text(f"and {len(found.old) - len(shown):,} more (--all)", tone="dim")


def coverage_blocks(found: Coverage, *, everything: bool = False) -> tuple[Block, ...]:
    """Lay out what is known of distinct components, by what they are, and why the rest is not."""
    groups = found.groups if everything else found.groups[:MOST_ROWS]
    columns = ("distinct components", "number", *(known.question for known in found.total.known))
    rows = tuple(_row(group) for group in (*groups, found.total))
    blocks: list[Block] = [
        Table(tuple((name, "right" if index else "left") for index, name in enumerate(columns)), rows, wide=-1)
    ]
    blocks += [Text(f"{one.question}: {_grades(one)}", tone="dim") for one in found.total.known if one.count]
    if found.reasons:
        blocks.append(Heading("Not known, and why"))
        shown = found.reasons if everything else found.reasons[:MOST_ROWS]
        reasons = tuple((Cell(f"{count:,}"), Cell(reason)) for reason, count in shown)
        blocks.append(Table((("", "right"), ("reason", "left")), reasons, wide=1))
        if len(found.reasons) > len(shown):
            blocks.append(Text(f"and {len(found.reasons) - len(shown):,} more (--all)", tone="dim"))
    return tuple(blocks)


def _row(group: GroupCoverage) -> tuple[Cell, ...]:
    shares = (f"{known.count / group.components:.0%}" if group.components else "-" for known in group.known)
    return (Cell(group.group), Cell(f"{group.components:,}"), *(Cell(share) for share in shares))


def _grades(known: Known) -> str:
    return ", ".join(f"{count:,} {grade}" for grade, count in known.by_grade.items())

"""What a package list would lose, as layout for a terminal and as JSON; nothing is computed here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import assert_never

from freehold.engine.package_loss import By, Impact
from freehold.graph.formats.debian import PackageList
from freehold.reports.encoding import json_bytes
from freehold.reports.layout import Block, Cell, Column, Heading, Table, Text
from freehold.reports.words import counted


def impact_blocks(listed: PackageList, found: Sequence[Impact], by: By, most: int) -> list[Block]:
    """Lay out whose loss takes most packages along, ``most`` rows."""
    total = len(listed.packages)
    rows = tuple((Cell(_name(i.name)), Cell(f"{i.own:,}"), Cell(f"{i.lost:,}"), _share(i.lost, total)) for i in found)
    columns: tuple[Column, ...] = ((by, "left"), ("own", "right"), ("lost with it", "right"), ("of all", "right"))
    more = len(found) - len(rows[:most])
    blocks: list[Block] = [Heading(f"{total:,} packages: whose loss loses most")]
    if most:
        blocks.append(Table(columns, rows[:most], 0))
    if more:
        blocks.append(Text(f"and {more:,} others: --most shows more", "dim"))
    return blocks + _limits(listed)


def vanished_blocks(listed: PackageList, names: Sequence[str], lost: Sequence[int], by: By, most: int) -> list[Block]:
    """Lay out what is lost with ``names``: positions ``lost``, grouped, ``most`` rows."""
    total = len(listed.packages)
    groups = sorted(Counter(_group(listed, place, by) for place in lost).items(), key=lambda g: (-g[1], g[0]))
    rows = tuple((Cell(_name(name)), Cell(f"{count:,}")) for name, count in groups[:most])
    share = 100 * len(lost) / total
    blocks: list[Block] = [
        Heading(f"If {', '.join(names)} vanished"),
        Text(f"{len(lost):,} of {total:,} packages are lost ({share:.1f} %), their own included", "strong"),
    ]
    if rows:
        blocks.append(Table(((by, "left"), ("packages lost", "right")), rows, 0))
    if len(groups) > len(rows):
        blocks.append(Text(f"and {len(groups) - len(rows):,} others: --most shows more", "dim"))
    return blocks + _limits(listed)


def impact_json(listed: PackageList, found: Sequence[Impact], by: By, most: int | None) -> bytes:
    """Return the impacts as indented JSON, all of them where ``most`` is None."""
    return _json({**_about(listed), "by": by, "impacts": list(found[:most])})


def vanished_json(listed: PackageList, names: Sequence[str], lost: Sequence[int]) -> bytes:
    """Return what is lost as indented JSON: every package with its version, source and maintainer."""
    members = [
        {"name": p.name, "version": p.version, "source": p.source, "maintainer": p.maintainer}
        for p in (listed.packages[place] for place in lost)
    ]
    return _json({**_about(listed), "vanished": list(names), "lost": members})


def _about(listed: PackageList) -> dict[str, object]:
    return {"packages": len(listed.packages), "outside": list(listed.outside), "unread": list(listed.unread)}


def _json(document: dict[str, object]) -> bytes:
    return json_bytes({"schema_version": "1.0", **document})


def _group(listed: PackageList, place: int, by: By) -> str:
    package = listed.packages[place]
    match by:
        case "package":
            return package.name
        case "maintainer":
            return package.maintainer
        case "source":
            return package.source
        case _:
            assert_never(by)


def _limits(listed: PackageList) -> list[Block]:
    blocks: list[Block] = []
    if listed.outside:
        few = "; ".join(listed.outside[:3]) + ("..." if len(listed.outside) > 3 else "")
        what = counted(len(listed.outside), "clause")
        blocks.append(Text(f"taken to be there: {what} that nothing here meets ({few})", "dim"))
    if listed.unread:
        first = listed.unread[0]
        blocks.append(
            Text(
                f"{counted(len(listed.unread), 'stanza')} not read, the first in line {first.line}: {first.reason}",
                "warn",
            )
        )
    return blocks


def _share(part: int, total: int) -> Cell:
    return Cell(f"{100 * part / total:.1f} %", "dim")


def _name(name: str) -> str:
    return name or "(none)"

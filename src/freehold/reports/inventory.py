"""The inventory as layout for a terminal and as JSON; nothing is read or computed here.

Components stand in groups: what they are (purl type or kind) and the file that lists them first. A column that says the same in
every row of a group is said once above it, so that what differs has room at 80 columns.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence, Set
from itertools import groupby
from urllib.parse import urlsplit

import msgspec

from freehold.model.component import Component, Inventory, Skip
from freehold.reports.encoding import json_bytes
from freehold.reports.layout import Block, Cell, Column, Heading, Table, Text
from freehold.reports.words import counted, listed

SCHEMA_VERSION = "1.0"
MOST_ROWS = 8
MOST_GROUPS = 12
MOST_FILES = 12
MOST_REMARKS = 5
_POINTER = 24
"""Characters of a pointer that are shown; JSON and CycloneDX hold all of it."""


class Formats(msgspec.Struct, frozen=True):
    """The formats that are read, and those that are recognised and refused."""

    read: tuple[str, ...]
    refused: tuple[str, ...]


def inventory_json(inventory: Inventory, freehold_version: str) -> bytes:
    """Return the inventory as indented JSON with a final newline."""
    document = {"schema_version": SCHEMA_VERSION, "freehold_version": freehold_version, "inventory": inventory}
    return json_bytes(document)


def formats_json(formats: Formats) -> bytes:
    """Return the formats as indented JSON with a final newline."""
    return json_bytes({"schema_version": SCHEMA_VERSION, "formats": formats})


def formats_blocks(formats: Formats) -> tuple[Block, ...]:
    """Lay the formats out, one a line."""
    return (
        Heading("Formats that are read"),
        *(Text(name, indent=2) for name in formats.read),
        Heading("Recognised and refused, each time with a reason and what to give instead"),
        *(Text(name, "dim", 2) for name in formats.refused),
    )


def inventory_blocks(
    inventory: Inventory, name: str, freehold_version: str, *, everything: bool = False
) -> tuple[Block, ...]:
    """Lay the inventory out; ``everything`` lifts the limits on how many rows each part shows."""
    return (
        *_top(inventory, name, freehold_version),
        *_files(inventory, everything),
        *_groups(inventory, everything),
        *_remarks("Skipped", inventory.skips, everything),
        *_remarks("Read with a reservation", inventory.notes, everything),
    )


def registry_host(component: Component) -> str:
    """Return the host of the place that a file names for the bytes, else the hosts it talks to, else nothing."""
    place = component.registry
    try:
        host = urlsplit(place if "//" in place else f"//{place}").hostname or place
    except ValueError:
        host = place
    return host or listed(component.hosts, 2)


def licence_text(component: Component) -> str:
    """Return the licence statements side by side; a text is named, not shown."""
    values = (("(a text)" if one.form == "text" else one.value) for one in component.licences)
    return listed(list(dict.fromkeys(values)), 2)


def group_of(component: Component) -> str:
    """Return what a component counts as: its purl type, else its kind."""
    if component.key.startswith("pkg:"):
        return component.key.removeprefix("pkg:").partition("/")[0]
    return component.kind.value


_SHARED: tuple[tuple[str, Callable[[Component], str]], ...] = (
    ("role", lambda one: one.role.value),
    ("from", registry_host),
    ("licence", licence_text),
)
"""Columns that are left out where all rows agree."""


def _top(inventory: Inventory, name: str, freehold_version: str) -> Iterator[Block]:
    parts = [component for component in inventory.components if not component.is_root]
    groups = Counter(group_of(component) for component in parts).most_common()
    yield Heading(f"Freehold {freehold_version}: inventory of {name}")
    kinds = listed([f"{count:,} {group}" for group, count in groups], 8)
    roots = counted(len(inventory.components) - len(parts), "root")
    yield Text(
        f"{counted(len(parts), 'component')} ({kinds}) under {roots}; "
        f"{counted(len(inventory.dependencies), 'dependency edge')}",
        "strong",
    )
    hosts = Counter(registry_host(component) for component in parts if component.registry).most_common()
    if hosts:
        yield Text(f"registry hosts named: {listed([f'{host} ({count:,})' for host, count in hosts], 6)}")
    if inventory.clues:
        noted = counted(len(inventory.clues), "name")
        yield Text(
            f"{noted} of variables, calls and hosts from which the catalog tells services: freehold assess", "dim"
        )
    silent = sum(not component.licences for component in parts)
    if silent:
        yield Text(f"no licence stated for {silent:,} of {counted(len(parts), 'component')}", "dim")


def _files(inventory: Inventory, everything: bool) -> Iterator[Block]:
    if not inventory.files:
        return
    largest = sorted(inventory.files, key=lambda one: -one.components)[:MOST_FILES]
    shown = inventory.files if everything else [one for one in inventory.files if one in largest]
    columns: tuple[Column, ...] = (
        ("file", "left"),
        ("format", "left"),
        ("components", "right"),
        ("edges", "right"),
    )
    rows = tuple((Cell(f.file), Cell(f.format), Cell(f"{f.components:,}"), Cell(f"{f.dependencies:,}")) for f in shown)
    yield Heading(f"Read: {counted(len(inventory.files), 'file')}")
    yield Table(columns, rows, 0)
    yield from _more(len(inventory.files) - len(shown), "file")


def _groups(inventory: Inventory, everything: bool) -> Iterator[Block]:
    """Yield a table a group; the largest groups where not all are shown."""
    read = {file.file for file in inventory.files}
    placed = [(_place(one, read), one) for one in inventory.components if not one.is_root]
    placed.sort(key=lambda pair: pair[0])
    by_place = groupby(placed, key=lambda pair: pair[0][:2])
    groups = [(place, [one for _, one in members]) for place, members in by_place]
    largest = sorted(groups, key=lambda pair: (-len(pair[1]), pair[0]))[:MOST_GROUPS]
    shown = groups if everything else [pair for pair in groups if pair in largest]
    for (group, file), members in shown:
        yield from _group(f"{group} · {file}" if file else group, members, everything)
    hidden = sum(len(members) for _, members in groups) - sum(len(members) for _, members in shown)
    if hidden:
        count = counted(len(groups) - len(shown), "smaller group")
        yield Text("")
        yield Text(f"and {count} with {counted(hidden, 'component')}: --all shows them", "dim")


def _place(component: Component, read: Set[str]) -> tuple[str, str, str, str]:
    """Return the group, the file or installed tree that lists it first, and the name and version to order by."""
    first = component.origins[0].file if component.origins else ""
    file = first
    while file and file not in read:
        file = file.rpartition("/")[0]
    return group_of(component), file or ("." if "." in read else first), component.name.lower(), component.version


def _group(title: str, members: Sequence[Component], everything: bool) -> Iterator[Block]:
    varying = [(name, value) for name, value in _SHARED if len({value(one) for one in members}) > 1]
    common = [(name, value(members[0])) for name, value in _SHARED if (name, value) not in varying]
    said = [_said_once(name, value) for name, value in common]
    yield Heading(f"{title} ({len(members):,})")
    if said:
        yield Text(f"all: {', '.join(said)}" if len(members) > 1 else ", ".join(said), "dim")
    shown = members if everything else members[:MOST_ROWS]
    columns: tuple[Column, ...] = (("name", "left"), ("version", "left"), *((name, "left") for name, _ in varying))
    rows = tuple(_row(one, [value for _, value in varying]) for one in shown)
    yield Table((*columns, ("at", "left")), rows, 0)
    yield from _more(len(members) - len(shown), "component")


def _said_once(name: str, value: str) -> str:
    """Return what holds for all rows of a group."""
    match name:
        case "from":
            return f"from {value}" if value else "no registry named"
        case "licence":
            return f"licence {value}" if value else "no licence stated"
        case _:
            return value


def _row(component: Component, varying: Sequence[Callable[[Component], str]]) -> tuple[Cell, ...]:
    values = [value(component) for value in varying]
    cells = [Cell(value) if value else Cell("-", "dim") for value in (component.version, *values)]
    return (Cell(component.name), *cells, Cell(_at(component), "dim"))


def _at(component: Component) -> str:
    """Return the line of the first origin, or the end of its pointer, and how many other places there are."""
    if not component.origins:
        return "-"
    first = component.origins[0]
    pointer = first.pointer if len(first.pointer) <= _POINTER else f"…{first.pointer[-_POINTER:]}"
    others = f" +{len(component.origins) - 1}" if len(component.origins) > 1 else ""
    return (str(first.line) if first.line else pointer or "-") + others


def _remarks(title: str, remarks: Sequence[Skip], everything: bool) -> Iterator[Block]:
    if not remarks:
        return
    yield Heading(f"{title}: {len(remarks):,}")
    shown = remarks if everything else remarks[:MOST_REMARKS]
    for remark in shown:
        yield Text(f"{remark.where}: {remark.reason}" + (f" ({remark.remedy})" if remark.remedy else ""), "warn")
    yield from _more(len(remarks) - len(shown), "remark")


def _more(count: int, noun: str) -> Iterator[Block]:
    if count > 0:
        yield Text(f"and {counted(count, f'other {noun}')}: --all shows them", "dim", 2)

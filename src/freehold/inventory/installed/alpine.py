"""Alpine's package database: ``lib/apk/db/installed``.

Format: https://wiki.alpinelinux.org/wiki/Apk_spec#APKINDEX_Format and its additions for installed files. An edge leads to
the installed package that has the name, or provides what is asked for (``so:``, ``cmd:``, ``pc:``); versions asked for are
taken as met, since apk installed the package. ``!NAME`` is a conflict and no need.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

import msgspec

from freehold.inventory.installed.distribution import System
from freehold.inventory.installed.links import reference
from freehold.inventory.installed.readings import joined_reading
from freehold.inventory.installed.terms import stated_licence
from freehold.inventory.installed.trees import TreeView
from freehold.inventory.notes import Notes
from freehold.inventory.packages import package, purl_of
from freehold.inventory.reader import Reading
from freehold.inventory.sbom.suppliers import organisation_if_sure
from freehold.model.component import Component, ComponentKey, Dependency

DATABASES: Final = ("lib/apk/db/installed", "usr/lib/apk/db/installed")
FORMAT: Final = "apk-installed"
_NAME: Final = re.compile(r"[^=<>~@\s]+")


class _Package(msgspec.Struct):
    """One stanza: fields by letter, the line it begins on, and the files it installed."""

    line: int
    fields: dict[str, str]
    files: list[str]


def database(view: TreeView) -> str:
    """Return the path of the package database, empty if there is none."""
    return next((path for path in DATABASES if view.is_file(path)), "")


def read_alpine(view: TreeView, system: System, wanted: Sequence[str]) -> tuple[Reading, dict[str, ComponentKey]]:
    """Return the installed packages with edges, and which of the wanted files each installed."""
    path = database(view)
    notes = Notes(view.shown(path))
    paths = frozenset(wanted)
    components: list[Component] = []
    needs: list[tuple[ComponentKey, str]] = []
    providers: dict[str, ComponentKey] = {}
    owners: dict[str, ComponentKey] = {}
    for one in _packages(view.text(path, view.limits.list_bytes), paths):
        if len(components) >= view.limits.packages:
            view.skip(path, f"more than {view.limits.packages:,} packages: the rest was not read")
            break
        if not one.fields.get("P") or not one.fields.get("V"):
            notes.add("stanzas without name or version", "no package can be made of it", view.origin(path, one.line))
            continue
        component = _component(view, system, path, one)
        components.append(component)
        providers[one.fields["P"]] = component.key
        for text in one.fields.get("p", "").split():
            providers.setdefault(_bare(text), component.key)
        needs += [(component.key, _bare(text)) for text in one.fields.get("D", "").split() if text[0] != "!"]
        owners |= dict.fromkeys(one.files, component.key)
    edges = list(_edges(needs, providers, notes))
    return joined_reading(FORMAT, components, edges, notes), owners


def _edges(
    needs: Sequence[tuple[ComponentKey, str]], providers: dict[str, ComponentKey], notes: Notes
) -> Iterator[Dependency]:
    for parent, name in needs:
        child = providers.get(name)
        if child is None:
            notes.add("unmet needs", f"{parent} needs {name[:100]!r}, which nothing installed provides")
        else:
            yield Dependency(parent, child)


def _packages(text: str, wanted: frozenset[str]) -> Iterator[_Package]:
    one, folder = _Package(1, {}, []), ""
    for number, line in enumerate(text.split("\n"), 1):
        letter, mark, value = line.partition(":")
        if not line.strip():
            if one.fields:
                yield one
            one, folder = _Package(number + 1, {}, []), ""
        elif not mark:
            continue
        elif letter == "F":
            folder = value
        elif letter == "R":
            path = f"{folder}/{value}" if folder else value
            if path in wanted:
                one.files.append(path)
        else:
            one.fields.setdefault(letter, value.strip())
    if one.fields:
        yield one


def _component(view: TreeView, system: System, path: str, one: _Package) -> Component:
    fields = one.fields
    namespace = system.id or "alpine"
    options = {"arch": fields.get("A", ""), "distro": system.qualifier}
    purl = purl_of("apk", fields["P"], fields["V"], namespace=namespace, **options)
    component = package(
        purl,
        fields["P"],
        fields["V"],
        view.origin(path, one.line),
        licences=stated_licence(fields.get("L", "")),
        supplier=organisation_if_sure(fields.get("m", "")),
        registry=system.registry,
        references=reference("website", fields.get("U", "")),
    )
    source = fields.get("o", "")
    if purl and source and source != fields["P"]:
        with_source = purl_of("apk", fields["P"], fields["V"], namespace=namespace, upstream=source, **options)
        component = msgspec.structs.replace(component, purls=(purl, with_source))
    return component


def _bare(text: str) -> str:
    """Return a need or a thing provided without its version."""
    found = _NAME.match(text)
    return found[0] if found else text

"""RPM's package database of an installed system, in each of its three forms; licences, vendors, source packages, edges.

A need is met by the installed package that has the name, provides it, or has the file; versions asked for are taken as
met, since rpm installed the package. Rich needs (``(a if b)``) and rpm's own features are no edges. The database files are
``rpm_databases``' work, header blobs ``rpm_header``'s.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import msgspec

from freehold.inventory.installed import rpm_header as tags
from freehold.inventory.installed.distribution import System
from freehold.inventory.installed.links import reference
from freehold.inventory.installed.readings import joined_reading
from freehold.inventory.installed.rpm_databases import REMEDY, header_blobs
from freehold.inventory.installed.rpm_header import RpmHeader
from freehold.inventory.installed.terms import stated_licence
from freehold.inventory.installed.trees import TreeView
from freehold.inventory.notes import Notes
from freehold.inventory.packages import package, purl_of
from freehold.inventory.reader import Reading, UnreadableError
from freehold.inventory.sbom.suppliers import organisation_name
from freehold.model.component import Component, ComponentKey, Dependency

_FOLDERS: Final = ("usr/lib/sysimage/rpm", "var/lib/rpm", "usr/share/rpm")
DATABASES: Final = tuple(
    f"{folder}/{name}" for folder in _FOLDERS for name in ("rpmdb.sqlite", "Packages.db", "Packages")
)
FORMAT: Final = "rpm-database"
_NO_PACKAGE: Final = "gpg-pubkey"
_NAMESPACES: Final = {"rhel": "redhat", "opensuse-leap": "opensuse", "opensuse-tumbleweed": "opensuse"}
"""Where purls of RPM use another word for the vendor than the release file's ``ID``."""


class _Needs(msgspec.Struct):
    """What packages ask for and what there is."""

    asked: list[tuple[ComponentKey, str]]
    provided: dict[str, ComponentKey]
    files: dict[str, ComponentKey]


def database(view: TreeView) -> str:
    """Return the path of the package database, empty if there is none."""
    return next((path for path in DATABASES if view.is_file(path)), "")


def read_rpm(view: TreeView, system: System, wanted: Sequence[str]) -> tuple[Reading, dict[str, ComponentKey]]:
    """Return the installed packages with edges, and which of the wanted files each installed."""
    path = database(view)
    notes = Notes(view.shown(path))
    data = view.read(path, view.limits.database_bytes) or b""
    found: list[tuple[Component, RpmHeader]] = []
    try:
        for blob in header_blobs(data) if data else ():
            if len(found) >= view.limits.packages:
                view.skip(path, f"more than {view.limits.packages:,} packages: the rest was not read")
                break
            found += _package(view, system, path, blob, notes)
    except UnreadableError as error:
        view.skip(path, error.reason, error.remedy)
    if not found:
        notes.once("the database lists no package", REMEDY)
    if (view.read(f"{path}-wal", view.limits.database_bytes) or b"")[32:]:
        notes.once("the database has changes in a -wal file, which are not read", REMEDY)
    needs = _needs(found)
    edges = (
        Dependency(parent, child)
        for parent, name in needs.asked
        if (child := needs.provided.get(name) or needs.files.get(name)) is not None
    )
    reading = joined_reading(FORMAT, (component for component, _ in found), edges, notes)
    return reading, {one: needs.files[f"/{one}"] for one in wanted if f"/{one}" in needs.files}


def _package(view: TreeView, system: System, path: str, blob: bytes, notes: Notes) -> list[tuple[Component, RpmHeader]]:
    """Return the package of a blob; nothing for a key and for a header that cannot be read, which is noted."""
    origin = view.origin(path)
    try:
        header = RpmHeader(blob)
        if header.text(tags.NAME) == _NO_PACKAGE:
            return []
        header.files()
        if not header.text(tags.NAME) or not header.text(tags.VERSION):
            raise UnreadableError("a package without name or version")
        return [(_component(view, system, path, header), header)]
    except UnreadableError as error:
        notes.add("unreadable packages", error.reason, origin, REMEDY)
        return []


def _component(view: TreeView, system: System, path: str, header: RpmHeader) -> Component:
    name = header.text(tags.NAME)
    version = "-".join(part for part in (header.text(tags.VERSION), header.text(tags.RELEASE)) if part)
    options = {
        "arch": header.text(tags.ARCHITECTURE),
        "epoch": "".join(str(number) for number in header.numbers(tags.EPOCH)[:1]),
        "distro": system.qualifier,
    }
    namespace = _NAMESPACES.get(system.id, system.id)
    purl = purl_of("rpm", name, version, namespace=namespace, **options)
    source = header.text(tags.SOURCE)
    component = package(
        purl,
        name,
        version,
        view.origin(path, 0, f"/{name}"),
        licences=stated_licence(header.text(tags.LICENCE)),
        supplier=organisation_name(header.text(tags.VENDOR)),
        registry=system.registry,
        references=reference("website", header.text(tags.URL)),
    )
    if purl and source:
        with_source = purl_of("rpm", name, version, namespace=namespace, upstream=source, **options)
        component = msgspec.structs.replace(component, purls=(purl, with_source))
    return component


def _needs(found: Sequence[tuple[Component, RpmHeader]]) -> _Needs:
    needs = _Needs([], {}, {})
    for component, header in found:
        needs.provided[component.name] = component.key
        for name in header.texts(tags.PROVIDES):
            needs.provided.setdefault(name, component.key)
        needs.files |= dict.fromkeys(header.files(), component.key)
        asked = dict.fromkeys(header.texts(tags.REQUIRES))
        needs.asked += [(component.key, name) for name in asked if not name.startswith(("(", "rpmlib("))]
    return needs

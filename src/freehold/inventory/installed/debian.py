"""Debian's and its derivatives' package database: ``var/lib/dpkg/status``, or ``status.d`` of distroless images.

Format: https://www.debian.org/doc/debian-policy/ch-controlfields.html, relations in chapter 7. An edge leads to what is
installed: of several alternatives that are, to the one named first, which is counted in a note; a virtual package leads to
what provides it. Licences come from ``debian_copyright``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import msgspec

from freehold.graph.formats.debian_relations import Relation, read_relation
from freehold.inventory.installed.debian_copyright import read_copyright
from freehold.inventory.installed.distribution import System
from freehold.inventory.installed.headers import Stanza, stanzas
from freehold.inventory.installed.links import reference
from freehold.inventory.installed.readings import joined_reading
from freehold.inventory.installed.trees import TreeView
from freehold.inventory.notes import Notes
from freehold.inventory.packages import package, purl_of
from freehold.inventory.reader import Reading
from freehold.inventory.sbom.suppliers import organisation_if_sure
from freehold.model.component import Component, ComponentKey, Dependency

STATUS: Final = "var/lib/dpkg/status"
STATUS_FOLDER: Final = "var/lib/dpkg/status.d"
INFO: Final = "var/lib/dpkg/info"
FORMAT: Final = "dpkg-status"


class Installed(msgspec.Struct, frozen=True):
    """One installed package: component, name, version, architecture, clauses of needs, and what it provides."""

    component: Component
    name: str
    version: str
    architecture: str
    clauses: tuple[str, ...]
    provides: tuple[Relation, ...]


def holds_debian(view: TreeView) -> bool:
    """Tell whether a root filesystem has a Debian package database."""
    return view.is_file(STATUS) or view.is_folder(STATUS_FOLDER)


def read_debian(view: TreeView, system: System) -> Reading:
    """Return the installed packages, with licences, source packages and edges."""
    place = STATUS if view.is_file(STATUS) else STATUS_FOLDER
    notes = Notes(view.shown(place))
    found: list[Installed] = []
    for path, stanza in _stanzas(view):
        if len(found) >= view.limits.packages:
            view.skip(path, f"more than {view.limits.packages:,} packages: the rest was not read")
            break
        one = _installed(view, system, path, stanza, notes)
        if one is not None:
            found.append(one)
    edges = _Edges(found, notes).all()
    return joined_reading(FORMAT, (one.component for one in found), edges, notes)


def debian_owners(view: TreeView, reading: Reading, wanted: Sequence[str]) -> dict[str, ComponentKey]:
    """Return which package installed each of the wanted files, by dpkg's own lists."""
    keys = {(one.name, _architecture(one)): one.key for one in reading.components}
    by_name = {one.name: one.key for one in reading.components}
    paths = {f"/{path}" for path in wanted}
    owners: dict[str, ComponentKey] = {}
    for entry in view.entries(INFO) if wanted else ():
        name, suffix, _ = entry.name.partition(".list")
        package_name, _, architecture = name.partition(":")
        key = keys.get((package_name, architecture)) or by_name.get(package_name)
        if not suffix or key is None:
            continue
        for line in view.text(f"{INFO}/{entry.name}").splitlines():
            if line in paths:
                owners[line[1:]] = key
    return owners


def _architecture(component: Component) -> str:
    return component.key.partition("arch=")[2].partition("&")[0]


def _stanzas(view: TreeView) -> Iterator[tuple[str, Stanza]]:
    for stanza in stanzas(view.text(STATUS, view.limits.list_bytes)):
        yield STATUS, stanza
    for entry in view.entries(STATUS_FOLDER):
        if not entry.name.endswith((".md5sums", ".list", ".copyright")):
            path = f"{STATUS_FOLDER}/{entry.name}"
            yield from ((path, stanza) for stanza in stanzas(view.text(path)))


def _installed(view: TreeView, system: System, path: str, stanza: Stanza, notes: Notes) -> Installed | None:
    """Return the package of a stanza; None for one that is not, or no longer, installed."""
    name, version = stanza.first("package"), stanza.first("version")
    state = stanza.first("status").split()
    if not name or not version:
        notes.add("stanzas without name or version", "no package can be made of it", view.origin(path, stanza.line))
        return None
    if state and state[-1] in {"not-installed", "config-files", "half-installed"}:
        notes.add("packages that are not installed", f"{name[:100]}: {state[-1]}", view.origin(path, stanza.line))
        return None
    architecture = stanza.first("architecture")
    needs = (stanza.first("pre-depends"), stanza.first("depends"))
    provided = (read_relation(text) for text in stanza.first("provides").split(","))
    return Installed(
        component=_component(view, system, path, stanza),
        name=name,
        version=version,
        architecture=architecture,
        clauses=tuple(clause for need in needs for text in need.split(",") if (clause := text.strip())),
        provides=tuple(one for one in provided if one is not None),
    )


def _component(view: TreeView, system: System, path: str, stanza: Stanza) -> Component:
    name, version = stanza.first("package"), stanza.first("version")
    options = {"arch": stanza.first("architecture"), "distro": system.qualifier}
    namespace = system.id or "debian"
    purl = purl_of("deb", name, version, namespace=namespace, **options)
    component = package(
        purl,
        name,
        version,
        view.origin(path, stanza.line),
        licences=read_copyright(view, name),
        supplier=organisation_if_sure(stanza.first("maintainer")),
        registry=system.registry,
        references=reference("website", stanza.first("homepage")),
    )
    source = _source(stanza)
    if purl and source:
        with_source = purl_of("deb", name, version, namespace=namespace, upstream=source, **options)
        component = msgspec.structs.replace(component, purls=(purl, with_source))
    return component


def _source(stanza: Stanza) -> str:
    """Return the source package as purls write it, ``NAME@VERSION``; empty where name and version are the package's own."""
    name, _, version = stanza.first("source").partition(" ")
    version = version.strip("() ")
    if not name or (name == stanza.first("package") and not version):
        return ""
    return f"{name}@{version}" if version else name


class _Edges:
    """Resolves what packages need to the installed packages that meet it."""

    def __init__(self, found: Sequence[Installed], notes: Notes) -> None:
        self._found = found
        self._notes = notes
        self._named: dict[str, list[Installed]] = {}
        self._provided: dict[str, list[tuple[Installed, str]]] = {}
        self._choices = 0
        for one in found:
            self._named.setdefault(one.name, []).append(one)
            for relation in one.provides:
                self._provided.setdefault(relation.name, []).append((one, relation.version))

    def all(self) -> list[Dependency]:
        """Return every edge; a clause that nothing installed meets is noted."""
        edges: list[Dependency] = []
        for one in self._found:
            for clause in one.clauses:
                met = self._meeting(clause, one.architecture)
                if met is None:
                    where = one.component.origins[0]
                    self._notes.add("unmet needs", f"{one.name} needs {clause[:100]!r}, not installed", where)
                else:
                    edges.append(Dependency(one.component.key, met.component.key))
        if self._choices:
            self._notes.once(
                f"needs that several installed packages meet: {self._choices} (the first named is taken as the edge)"
            )
        return edges

    def _meeting(self, clause: str, architecture: str) -> Installed | None:
        """Return the first installed package that meets a clause, of the asking one's architecture if there is one.

        Clauses that packages of other names meet as well are counted.
        """
        met: dict[ComponentKey, Installed] = {}
        for text in clause.split("|"):
            relation = read_relation(text)
            if relation is None:
                continue
            for one in self._named.get(relation.name, ()):
                if relation.accepts(one.version, one.architecture):
                    met.setdefault(one.component.key, one)
            for one, version in self._provided.get(relation.name, ()):
                if relation.accepts(version, one.architecture):
                    met.setdefault(one.component.key, one)
        found = sorted(met.values(), key=lambda one: one.architecture not in {architecture, "all"})
        self._choices += len({one.name for one in found}) > 1
        return found[0] if found else None

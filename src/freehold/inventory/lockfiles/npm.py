"""npm's package-lock.json and npm-shrinkwrap.json, lockfile versions 1 to 3: versions 2 and 3 here, 1 in ``npm_v1``.

Format: the page "package-lock.json" of the npm documentation. Edges follow node's resolution: the nearest
``node_modules`` folder on the way up. A lockfile written with ``omit-lockfile-registry-resolved`` names no registry.
"""

from __future__ import annotations

import re

from freehold.inventory.lockfiles.lines import object_lines
from freehold.inventory.lockfiles.npm_sources import Source, source_of
from freehold.inventory.lockfiles.npm_v1 import read_version_1
from freehold.inventory.notes import Notes
from freehold.inventory.packages import Draft, licences_of, npm_purl, own_project, package, sri_hashes
from freehold.inventory.reader import Document, Lock, Reading, UnreadableError
from freehold.inventory.values import Table, read_json
from freehold.model.component import Component, ComponentKey, Licence, Origin, Reference, Role

_NAMES = frozenset({"package-lock.json", "npm-shrinkwrap.json", ".package-lock.json"})
_HEAD = re.compile(rb'"lockfileVersion"\s*:')
_FOLDER = "node_modules/"
_NEEDS = (
    ("dependencies", Role.RUNTIME),
    ("optionalDependencies", Role.RUNTIME),
    ("peerDependencies", Role.RUNTIME),
    ("devDependencies", Role.DEVELOPMENT),
)


class NpmLock:
    """The reader of npm's lockfiles."""

    name = "npm-lock"

    def accepts(self, name: str, head: bytes) -> bool:
        """Tell whether the name is npm's, or the head of a JSON file holds npm's version key."""
        plain = name.lower()
        return plain in _NAMES or ("package-lock" in plain and plain.endswith(".json") and bool(_HEAD.search(head)))

    def read(self, document: Document) -> Reading:
        """Read the document; raises ``UnreadableError`` if it is broken or no npm lockfile of version 1 to 3."""
        notes = Notes(document.path)
        lock = read_json(document, notes)
        version = lock.text("lockfileVersion")
        draft = Draft(document, notes)
        if version == "1" or (version == "" and lock.is_table("dependencies")):
            return read_version_1(lock, draft)
        if version not in {"2", "3"}:
            raise UnreadableError(
                f"npm lockfile version {version[:20]!r} is not supported" if version else "no npm lockfile",
                remedy="write it again with npm 5 or later (lockfile version 1, 2 or 3)",
            )
        own = _Packages(lock, draft, object_lines(document.data)).fill()
        return draft.reading(f"{self.name} {version}", lock=Lock(("npm",), own))


class _Packages:
    """The ``packages`` table of one lockfile: every installed path with what lies there."""

    def __init__(self, lock: Table, draft: Draft, lines: dict[str, int]) -> None:
        self._entries = dict(lock.table("packages").inner_tables())
        self._lock_name = lock.text("name")
        self._draft = draft
        self._lines = lines

    def fill(self) -> dict[str, ComponentKey]:
        """Add all packages, then all needs; return the project's own folders with their roots."""
        for path, entry in self._entries.items():
            if not entry.flag("link"):
                self._draft.add(path, self._component(path, entry))
        for path, entry in self._entries.items():
            if not entry.flag("link"):
                self._add_needs(path, entry)
        folders = (path for path, entry in self._entries.items() if _FOLDER not in path and not entry.flag("link"))
        return {path: key for path in folders if (key := self._draft.key_of(path)) is not None}

    def _component(self, path: str, entry: Table) -> Component:
        """Return the package at a path; a path outside any ``node_modules`` is the project's own."""
        origin = Origin(self._draft.path, self._lines.get(path, 0), entry.pointer)
        version = entry.text("version")
        if _FOLDER not in path:
            return own_project(entry.text("name") or path or self._lock_name, version, origin)
        name = entry.text("name") or path.rpartition(_FOLDER)[2]
        source = source_of(name, entry.text("resolved"))
        purl = "" if source.is_local else npm_purl(name, version, source.vcs_url)
        if not purl and not source.is_local:
            self._draft.notes.add("names no purl can hold", f"no purl can be made of {name[:100]!r}", origin)
        return package(
            purl,
            name,
            version,
            origin,
            licences=_licences(entry),
            hashes=sri_hashes(entry.text("integrity")),
            registry=source.registry,
            references=_references(source),
            role=_role(entry),
            contained_in=self._container(path, entry),
        )

    def _container(self, path: str, entry: Table) -> ComponentKey | None:
        """Return the package whose archive holds this one, if it is bundled."""
        if not entry.flag("inBundle"):
            return None
        holder = path.rpartition("/" + _FOLDER)[0]
        while holder and holder in self._entries and self._entries[holder].flag("inBundle"):
            holder = holder.rpartition("/" + _FOLDER)[0]
        return self._draft.key_of(holder) if _FOLDER in holder else None

    def _add_needs(self, path: str, entry: Table) -> None:
        """Add the needs of the package at a path; optional and peer ones only where something is installed."""
        for field, role in _NEEDS:
            if role is Role.DEVELOPMENT and _FOLDER in path:
                continue
            bundled = set(entry.texts_only("bundleDependencies")) if "bundleDependencies" in entry else set()
            for name in entry.table(field) if field in entry else ():
                found = self._resolve(path, name)
                if found is not None:
                    self._draft.need(path, found, role)
                elif field == "dependencies" and name not in bundled:
                    origin = Origin(self._draft.path, 0, entry.pointer)
                    self._draft.notes.add("needs without an entry", f"{name[:100]!r} is needed but not listed", origin)

    def _resolve(self, path: str, name: str) -> str | None:
        """Return the path that node would load ``name`` from, links followed."""
        folder = path
        while True:
            found = f"{folder}/{_FOLDER}{name}" if folder else f"{_FOLDER}{name}"
            entry = self._entries.get(found)
            if entry is not None:
                return _link_target(entry) if entry.flag("link") else found
            if not folder:
                return None
            folder = _parent(folder)


def _parent(folder: str) -> str:
    """Return the next folder up in which packages can be installed."""
    holder, mark, _ = folder.rpartition("/" + _FOLDER)
    if mark:
        return holder
    return "" if folder.startswith(_FOLDER) else folder.rpartition("/")[0]


def _link_target(entry: Table) -> str:
    """Return the path that a link points to, as the lockfile names it."""
    return entry.text("resolved").removeprefix("file:").removeprefix("./").rstrip("/")


def _role(entry: Table) -> Role:
    """Return the role; ``devOptional`` is needed by something that runs, if only optionally."""
    return Role.DEVELOPMENT if entry.flag("dev") else Role.RUNTIME


def _licences(entry: Table) -> tuple[Licence, ...]:
    """Return the licence field in each of its forms: text, object with a type, list of either (all old npm's)."""
    for field in ("license", "licenses"):
        if entry.is_table(field):
            return licences_of(entry.table(field).text("type"))
        if entry.is_list(field):
            found = [licences_of(text) for text in _licence_names(entry, field)]
            return tuple(licence for licences in found for licence in licences)
        if field in entry:
            return licences_of(entry.text(field))
    return ()


def _licence_names(entry: Table, field: str) -> list[str]:
    """Return the names in a list of licences."""
    return [table.text("type") for table in entry.tables_only(field)] + entry.texts_only(field)


def _references(source: Source) -> tuple[Reference, ...]:
    """Return where the source lies, for packages that come from no registry."""
    return (Reference(source.kind, source.place),) if source.place else ()

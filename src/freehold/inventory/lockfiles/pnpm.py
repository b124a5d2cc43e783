"""pnpm-lock.yaml, lockfile versions 5 to 9: packages with hashes, importers (the workspace's folders) and edges.

Format: https://github.com/pnpm/spec/blob/master/lockfile/9.0.md and its neighbours. A package appears once for every
set of peers it is linked with; it is one component all the same. What the keys mean is in ``pnpm_keys``.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from freehold.inventory.lockfiles.npm_sources import Source, source_of
from freehold.inventory.lockfiles.pnpm_keys import Identity, identity_of, paths_of
from freehold.inventory.notes import Notes
from freehold.inventory.packages import Draft, npm_purl, own_project, package, purl_of, sri_hashes
from freehold.inventory.reader import Document, Lock, Reading, UnreadableError
from freehold.inventory.values import Table
from freehold.inventory.yaml_values import read_yaml_documents
from freehold.model.component import Component, ComponentKey, Origin, Reference, Role

_NAME = re.compile(r"^pnpm-lock(\.[\w!.-]+)?\.ya?ml$")
_GROUPS = (
    ("dependencies", Role.RUNTIME),
    ("optionalDependencies", Role.RUNTIME),
    ("devDependencies", Role.DEVELOPMENT),
)


class PnpmLock:
    """The reader of pnpm's lockfiles."""

    name = "pnpm-lock"

    def accepts(self, name: str, head: bytes) -> bool:
        """Tell whether the name is pnpm's, that of a branch's lockfile included."""
        return bool(_NAME.match(name.lower()))

    def read(self, document: Document) -> Reading:
        """Read the document; raises ``UnreadableError`` if it is broken or of a version that is not known."""
        notes = Notes(document.path)
        draft = Draft(document, notes)
        own: dict[str, ComponentKey] = {}
        versions = []
        for lock in read_yaml_documents(document, notes):
            version = lock.text("lockfileVersion")
            major = version.partition(".")[0]
            if major not in {"5", "6", "7", "9"}:
                raise UnreadableError(
                    f"pnpm lockfile version {version[:20]!r} is not supported" if version else "no pnpm lockfile",
                    remedy="write it again with pnpm 6 or later (lockfile version 5 to 9)",
                )
            versions.append(version)
            _Packages(lock, int(major), draft).fill(own)
        if not versions:
            raise UnreadableError("no pnpm lockfile: it holds no mapping")
        return draft.reading(f"{self.name} {versions[-1]}", settle=True, lock=Lock(("npm",), own))


class _Packages:
    """One document: its packages by key, and what needs what."""

    def __init__(self, lock: Table, major: int, draft: Draft) -> None:
        self._lock = lock
        self._major = major
        self._draft = draft
        self._entries = lock.table("packages")
        self._snapshots = lock.table("snapshots") if major >= 9 else self._entries
        self._local: set[str] = set()

    def fill(self, own: dict[str, ComponentKey]) -> None:
        """Add packages, importers and needs; ``own`` takes in the importers' roots by folder."""
        entries = dict(self._entries.inner_tables())
        for key, entry in entries.items():
            self._draft.add(key, self._component(key, entry))
        snapshots = entries
        if self._major >= 9:
            snapshots = dict(self._snapshots.inner_tables())
            for key in snapshots:
                self._add_snapshot(key, entries)
        importers = self._importers()
        for path, importer in importers:
            folder = posixpath.normpath(path)
            own["" if folder == "." else folder] = self._add_root(path, importer)
        for path, importer in importers:
            for group, role in _GROUPS:
                for name, written in _wanted(importer, group):
                    self._need(f"importer {path}", path, name, written, role)
        for key, entry in snapshots.items():
            for group in ("dependencies", "optionalDependencies"):
                for name, written in _wanted(entry, group):
                    self._need(key, "", name, written, Role.RUNTIME)
        self._note_patches()

    def _component(self, key: str, entry: Table) -> Component:
        """Return the package under a key; a directory is the project's own code."""
        what = identity_of(key, self._major, entry.text("name"), entry.text("version"))
        resolution = entry.table("resolution")
        origin = self._entries.origin(key)
        if resolution.text("type") == "directory":
            return own_project(what.name, what.version, Origin(origin.file, origin.line, entry.pointer))
        source = _source(what, resolution)
        purl = "" if source.is_local else npm_purl(what.name, what.version, source.vcs_url)
        if what.is_runtime:
            purl = purl_of("generic", what.name, what.version)
        if not purl and not source.is_local:
            self._draft.notes.add("names no purl can hold", f"no purl can be made of {key[:100]!r}", origin)
        return package(
            purl,
            what.name,
            what.version,
            origin,
            fallback=entry.pointer,
            hashes=sri_hashes(resolution.text("integrity")),
            registry=source.registry,
            references=(Reference(source.kind, source.place),) if source.place else (),
            role=Role.DEVELOPMENT if entry.flag("dev") else Role.RUNTIME,
        )

    def _add_snapshot(self, key: str, entries: dict[str, Table]) -> None:
        """Let a snapshot (a package with one set of peers) stand for its package; from version 9 the two are apart."""
        bare = key.partition("(")[0]
        found = self._draft.key_of(bare)
        if found is not None:
            self._draft.name_again(key, bare)
        elif bare not in entries:
            reason = f"snapshot {key[:100]!r} has no package"
            self._draft.notes.add("snapshots without a package", reason, self._snapshots.origin(key))

    def _importers(self) -> list[tuple[str, Table]]:
        """Return the workspace's folders; without any, the document itself is the only one."""
        importers = list(self._lock.table("importers").inner_tables())
        return importers or [(".", self._lock)]

    def _add_root(self, path: str, importer: Table) -> ComponentKey:
        line = self._lock.table("importers").origin(path).line if importer is not self._lock else 1
        origin = Origin(self._draft.path, line, importer.pointer or "/importers/.")
        root = own_project(path if path != "." else "", "", origin)
        self._draft.add(f"importer {path}", root)
        return root.key

    def _need(self, parent: str, folder: str, name: str, written: str, role: Role) -> None:
        """Add a need: of a package by one of the keys it can mean, or of a folder of the workspace."""
        for key in paths_of(folder, name, written, self._major):
            if key in self._draft:
                self._draft.need(parent, key, role)
                return
        if not written.startswith(("link:", "file:", "workspace:")):
            reason = f"{name[:100]!r} ({written[:60]}) is needed but not listed"
            self._draft.notes.add("needs without an entry", reason, Origin(self._draft.path))

    def _note_patches(self) -> None:
        """Note the packages that the project changes on installing."""
        patches = self._lock.table("patchedDependencies")
        for name in patches:
            reason = f"{name[:100]} is patched on installing: what runs is not what the registry serves"
            self._draft.notes.add("patched packages", reason, patches.origin(name))


def _wanted(holder: Table, group: str) -> Iterator[tuple[str, str]]:
    """Yield name and resolved version of each need; importers may give both as a table beside the asked-for range."""
    if group not in holder:
        return
    needs = holder.table(group)
    for name in needs:
        yield name, needs.table(name).text("version") if needs.is_table(name) else needs.text(name)


def _source(what: Identity, resolution: Table) -> Source:
    """Return where a package comes from: git, an archive's address, a named registry, or nothing that is named."""
    if resolution.text("type") == "git":
        return source_of(what.name, f"git+{resolution.text('repo').removeprefix('git+')}#{resolution.text('commit')}")
    tarball = resolution.text("tarball")
    if tarball:
        return source_of(what.name, tarball)
    if what.address:
        return source_of(what.name, what.address)
    host = resolution.text("registry").rstrip("/") or (f"https://{what.host}" if what.host else "")
    return Source(registry=source_of(what.name, f"{host}/{what.name}/-/x").registry) if host else Source()

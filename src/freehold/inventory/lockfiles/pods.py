"""Podfile.lock (CocoaPods): pods with their specification repository, external sources and needs. It says no roles.

Format: https://guides.cocoapods.org/using/using-cocoapods.html#what-is-podfilelock. A subspec is part of its pod. The
checksums in it are of specifications, not of what is downloaded, and keep a name of their own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from freehold.inventory.addresses import base_of, clean_url, git_url
from freehold.inventory.notes import Notes
from freehold.inventory.packages import Draft, own_project, package, purl_of
from freehold.inventory.reader import Document, Reading, UnreadableError
from freehold.inventory.values import Table
from freehold.inventory.yaml_values import read_yaml
from freehold.model.component import Component, Origin, Reference

_POD = re.compile(r"^(\S+)(?: \(([^()]*)\))?$")
_SHA_1 = re.compile(r"^[0-9a-f]{40}$")


class PodfileLock:
    """The reader of Podfile.lock."""

    name = "podfile-lock"

    def accepts(self, name: str, head: bytes) -> bool:
        """Tell whether the name is CocoaPods'."""
        return name.lower() == "podfile.lock"

    def read(self, document: Document) -> Reading:
        """Read the document; raises ``UnreadableError`` if it is broken or lists no pods."""
        notes = Notes(document.path)
        lock = read_yaml(document, notes)
        if "PODS" not in lock and "COCOAPODS" not in lock:
            raise UnreadableError("no Podfile.lock: neither PODS nor COCOAPODS in it")
        draft = Draft(document, notes)
        _Pods(lock, draft).fill()
        notes.once(
            "Podfile.lock does not say what is needed for development only: every pod counts as needed at runtime"
        )
        return draft.reading(self.name)


class _Pods:
    """The pods of one lockfile."""

    def __init__(self, lock: Table, draft: Draft) -> None:
        self._lock = lock
        self._draft = draft
        repositories = lock.table("SPEC REPOS")
        self._homes = {pod: url for url in repositories for pod in repositories.texts(url)}
        self._sums = dict(lock.table("SPEC CHECKSUMS").inner_texts())
        self._outside = lock.table("EXTERNAL SOURCES")
        self._taken = lock.table("CHECKOUT OPTIONS")

    def fill(self) -> None:
        """Add all pods, then all needs."""
        listed = list(self._listed())
        for name, version, origin, _ in listed:
            if name not in self._draft:
                self._draft.add(name, self._component(name, version, origin))
        for name, _, _, needs in listed:
            for need in needs:
                self._draft.need(name, _root(need))

    def _listed(self) -> Iterator[tuple[str, str, Origin, list[str]]]:
        """Yield pod, version, place and needs of every line; with needs the line is a mapping."""
        tables = {table.pointer: table for table in self._lock.tables_only("PODS")}
        texts = iter(self._lock.texts_only("PODS"))
        for index in range(self._lock.length("PODS")):
            origin = self._lock.item_origin("PODS", index)
            table = tables.get(f"/PODS/{index}")
            for text in table if table is not None else (next(texts, ""),):
                found = _POD.match(text)
                if found:
                    needs = table.texts(text) if table is not None else []
                    yield _root(found[1]), found[2] or "", origin, needs

    def _component(self, name: str, version: str, origin: Origin) -> Component:
        """Return one pod: from a specification repository, a repository of its own, or a path."""
        outside = self._outside.table(name) if name in self._outside else None
        if outside is not None and ":path" in outside:
            return own_project(name, version, Origin(origin.file, origin.line, f"/PODS/{name}"))
        taken = self._taken.table(name) if name in self._taken else outside
        address = ""
        if taken is not None and ":git" in taken:
            revision = next((taken.text(key) for key in (":commit", ":tag", ":branch") if key in taken), "")
            address = git_url(f"{taken.text(':git')}#{revision}")
        digest = self._sums.get(name, "")
        return package(
            purl_of("cocoapods", name, version, vcs_url=address),
            name,
            version,
            origin,
            hashes=(f"podspec-sha1:{digest}",) if _SHA_1.match(digest) else (),
            registry=base_of(address.removeprefix("git+")) if address else clean_url(self._homes.get(name, "")),
            references=(Reference("vcs", address),) if address else (),
        )


def _root(name: str) -> str:
    """Return the pod that a name with subspec and limits belongs to."""
    return name.partition(" ")[0].partition("/")[0]

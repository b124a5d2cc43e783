"""NuGet's packages.lock.json: packages by target framework, with hashes and needs. It names neither registry nor licence."""

from __future__ import annotations

from freehold.inventory.notes import Notes
from freehold.inventory.packages import Draft, own_project, package, purl_of, sri_hashes
from freehold.inventory.reader import Document, Lock, Reading, UnreadableError
from freehold.inventory.values import Table, read_json
from freehold.model.component import Component, Origin


class NugetLock:
    """The reader of packages.lock.json."""

    name = "nuget-lock"

    def accepts(self, name: str, head: bytes) -> bool:
        """Tell whether the name is NuGet's."""
        plain = name.lower()
        return plain == "packages.lock.json" or (plain.startswith("packages.") and plain.endswith(".lock.json"))

    def read(self, document: Document) -> Reading:
        """Read the document; raises ``UnreadableError`` if it is broken or no NuGet lockfile."""
        notes = Notes(document.path)
        lock = read_json(document, notes)
        version = lock.text("version")
        if version not in {"1", "2"}:
            raise UnreadableError(f"NuGet lockfile version {version[:20]!r} is not supported")
        draft = Draft(document, notes)
        for framework, packages in lock.table("dependencies").inner_tables():
            _add_framework(framework, packages, draft)
        return draft.reading(f"{self.name} {version}", lock=Lock(("nuget",)))


def _add_framework(framework: str, packages: Table, draft: Draft) -> None:
    """Add the packages of one target framework; needs stay within it. Names are compared without case."""
    for name, entry in packages.inner_tables():
        draft.add(f"{framework}\n{name.lower()}", _component(name, entry, draft.path))
    for name, entry in packages.inner_tables():
        for need in entry.table("dependencies"):
            draft.need(f"{framework}\n{name.lower()}", f"{framework}\n{need.lower()}")


def _component(name: str, entry: Table, file: str) -> Component:
    """Return one package; a referenced project is the project's own code."""
    origin = Origin(file, 0, entry.pointer)
    if entry.text("type").lower() == "project":
        return own_project(name, "", origin)
    version, digest = entry.text("resolved"), entry.text("contentHash")
    hashes = sri_hashes(f"sha512-{digest}") if digest else ()
    return package(purl_of("nuget", name, version), name, version, origin, hashes=hashes)

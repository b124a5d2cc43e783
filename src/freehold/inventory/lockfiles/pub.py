"""pubspec.lock (Dart and Flutter): packages with host, hash and how they are depended on. It holds no edges.

Format: https://dart.dev/tools/pub/glossary#lockfile. Packages of a path are the project's own code; those of an SDK
arrive with the SDK.
"""

from __future__ import annotations

from freehold.inventory.addresses import base_of, clean_url, git_url
from freehold.inventory.notes import Notes
from freehold.inventory.packages import Draft, named_hash, own_project, package, purl_of
from freehold.inventory.reader import Document, Lock, Reading, UnreadableError
from freehold.inventory.values import Table
from freehold.inventory.yaml_values import read_yaml
from freehold.model.component import Component, Origin, Reference, Role


class PubLock:
    """The reader of pubspec.lock."""

    name = "pubspec-lock"

    def accepts(self, name: str, head: bytes) -> bool:
        """Tell whether the name is pub's."""
        return name.lower() == "pubspec.lock"

    def read(self, document: Document) -> Reading:
        """Read the document; raises ``UnreadableError`` if it is broken or lists no packages."""
        notes = Notes(document.path)
        lock = read_yaml(document, notes)
        if "packages" not in lock:
            raise UnreadableError("no pubspec.lock: its packages are missing")
        draft = Draft(document, notes)
        packages = lock.table("packages")
        for name, entry in packages.inner_tables():
            draft.add(name, _component(name, entry, packages.origin(name)))
        notes.once(
            "pubspec.lock holds no edges: what is only needed by a development package counts as needed at runtime"
        )
        return draft.reading(self.name, lock=Lock(("pub",)))


def _component(name: str, entry: Table, origin: Origin) -> Component:
    """Return one package by its source: hosted, git, path or sdk."""
    version = entry.text("version")
    role = Role.DEVELOPMENT if entry.text("dependency") == "direct dev" else Role.RUNTIME
    about = entry.table("description") if entry.is_table("description") else entry.table("")
    match entry.text("source"):
        case "path":
            return own_project(name, version, Origin(origin.file, origin.line, entry.pointer))
        case "git":
            address = git_url(f"{about.text('url')}#{about.text('resolved-ref')}")
            return package(
                purl_of("pub", name, version, vcs_url=address),
                name,
                version,
                origin,
                registry=base_of(address.removeprefix("git+")),
                references=(Reference("vcs", address),) if address else (),
                role=role,
            )
        case "sdk":
            sdk = entry.text("description")
            why = Reference("sdk", sdk) if sdk else None
            return package(
                purl_of("pub", name, version), name, version, origin, references=(why,) if why else (), role=role
            )
        case _:
            return package(
                purl_of("pub", name, version),
                name,
                version,
                origin,
                hashes=named_hash(f"sha256:{about.text('sha256')}"),
                registry=clean_url(about.text("url")),
                role=role,
            )

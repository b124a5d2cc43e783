"""Cargo.lock, versions 1 to 4: crates with source, checksum and needs. It says neither roles nor features."""

from __future__ import annotations

import re

from freehold.inventory.addresses import base_of, clean_url, git_url
from freehold.inventory.lockfiles.lines import table_lines
from freehold.inventory.notes import Notes
from freehold.inventory.packages import Draft, named_hash, own_project, package, purl_of
from freehold.inventory.reader import Document, Lock, Reading
from freehold.inventory.values import Table, read_toml
from freehold.model.component import Component, Origin, Reference, Skip

_DEFAULT_REGISTRY = re.compile(
    r"^registry\+https://github\.com/rust-lang/crates\.io-index$|^sparse\+https://index\.crates\.io/?$"
)
"""Cargo's names for its default registry: the crates do not come from that address, so none is named."""
_NO_ROLES = (
    "Cargo.lock does not say what is needed to build or for development only: every crate counts as needed at runtime"
)
_NEED = re.compile(r"^(\S+)(?: (\S+))?(?: \(([^)]*)\))?$")


class CargoLock:
    """The reader of Cargo.lock."""

    name = "cargo-lock"

    def accepts(self, name: str, head: bytes) -> bool:
        """Tell whether the name is Cargo's."""
        return name.lower() == "cargo.lock"

    def read(self, document: Document) -> Reading:
        """Read the document; raises ``UnreadableError`` if it is broken."""
        notes = Notes(document.path)
        lock = read_toml(document, notes)
        draft = Draft(document, notes)
        packages, old_sums = lock.tables("package"), lock.table("metadata")
        lines = table_lines(document.data, "package", len(packages))
        for entry, line in zip(packages, lines, strict=True):
            draft.add(_name(entry), _component(entry, old_sums, Origin(document.path, line, entry.pointer)))
        _add_needs(packages, draft)
        return draft.reading(
            f"{self.name} {lock.text('version') or '1'}",
            lock=Lock(("cargo",), open_roles=Skip(Origin(document.path), _NO_ROLES)),
        )


def _add_needs(packages: list[Table], draft: Draft) -> None:
    """Add the needs; a version stands there only where several are locked."""
    by_name: dict[str, list[Table]] = {}
    for entry in packages:
        by_name.setdefault(entry.text("name"), []).append(entry)
    for entry in packages:
        for text in entry.texts("dependencies"):
            need = _NEED.match(text)
            for other in by_name.get(need[1], []) if need else ():
                if need and need[2] in (None, other.text("version")):
                    draft.need(_name(entry), _name(other))


def _component(entry: Table, old_sums: Table, origin: Origin) -> Component:
    """Return one crate; a crate without a source lies in the project."""
    name, version, source = entry.text("name"), entry.text("version"), entry.text("source")
    if not source:
        return own_project(name, version, origin)
    checksum = entry.text("checksum") or old_sums.text(f"checksum {name} {version} ({source})")
    vcs_url = git_url(source) if source.startswith("git+") else ""
    registry = "" if _DEFAULT_REGISTRY.match(source) else clean_url(source.partition("+")[2])
    return package(
        purl_of("cargo", name, version, vcs_url=vcs_url),
        name,
        version,
        origin,
        hashes=named_hash(f"sha256:{checksum}"),
        registry=base_of(vcs_url.removeprefix("git+")) if vcs_url else registry,
        references=(Reference("vcs", vcs_url),) if vcs_url else (),
    )


def _name(entry: Table) -> str:
    return f"{entry.text('name')}\n{entry.text('version')}\n{entry.text('source')}"

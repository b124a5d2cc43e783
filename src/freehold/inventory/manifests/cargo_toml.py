"""Cargo.toml (Rust): what a crate asks for by role and platform, its workspace, and the registries it names.

Format: https://doc.rust-lang.org/cargo/reference/manifest.html. A bare version allows newer ones; only ``=1.2.3`` pins.
"""

from __future__ import annotations

import re

from freehold.inventory.addresses import base_of, clean_url, git_url
from freehold.inventory.manifests.drafting import ManifestDraft, Places
from freehold.inventory.notes import Notes
from freehold.inventory.packages import package, purl_of
from freehold.inventory.reader import Document, Reading
from freehold.inventory.values import Table, read_toml
from freehold.model.component import Reference, Role

_GROUPS = (
    ("dependencies", Role.RUNTIME),
    ("build-dependencies", Role.BUILD),
    ("build_dependencies", Role.BUILD),
    ("dev-dependencies", Role.DEVELOPMENT),
    ("dev_dependencies", Role.DEVELOPMENT),
)
_EXACT = re.compile(r"^=\s*(\d+\.\d+\.\d+[\w.+-]*)$")


class CargoToml:
    """The reader of Cargo.toml."""

    name = "cargo-manifest"

    def accepts(self, name: str, head: bytes) -> bool:
        """Tell whether the name is Cargo's."""
        return name.lower() == "cargo.toml"

    def read(self, document: Document) -> Reading:
        """Read the document; raises ``UnreadableError`` if it is broken."""
        notes = Notes(document.path)
        top = read_toml(document, notes)
        own, space = top.table("package"), top.table("workspace")
        version = own.text("version") if not own.is_table("version") else ""
        draft = ManifestDraft(document, notes, "cargo", own.text("name"), version)
        places = Places(document)
        platforms = [("", top), *((name, table) for name, table in top.table("target").inner_tables())]
        for platform, table in platforms:
            for group, role in _GROUPS:
                _add_group(table.table(group), role, draft, places, _sections(platform, group))
        draft.members += space.texts("members")
        draft.members += [f"!{glob}" for glob in space.texts("exclude")]
        shared = space.table("dependencies")
        for name in shared:
            entry = shared.table(name) if shared.is_table(name) else None
            limits = entry.text("version") if entry is not None else shared.text(name)
            real = (entry.text("package") if entry is not None else "") or name
            if limits:
                draft.offers[purl_of("cargo", real)] = limits.replace("=", "==", 1) if _EXACT.match(limits) else limits
        return draft.reading(self.name)


def _sections(platform: str, group: str) -> list[str]:
    """Return what the line that opens a table holds."""
    return [platform, f"{group}]"] if platform else [f"[{group}]"]


def _add_group(table: Table, role: Role, draft: ManifestDraft, places: Places, sections: list[str]) -> None:
    """Add the crates of one table; those of a path are the project's own, those of the workspace are stated above."""
    for alias in table:
        entry = table.table(alias) if table.is_table(alias) else None
        limits = entry.text("version") if entry is not None else table.text(alias)
        if entry is not None and "path" in entry:
            continue
        name = (entry.text("package") if entry is not None else "") or alias
        git = entry.text("git") if entry is not None else ""
        commit = next((entry.text(key) for key in ("rev", "tag", "branch") if entry is not None and key in entry), "")
        address = git_url(f"{git}#{commit}") if git else ""
        found = _EXACT.match(limits.strip())
        version = found[1] if found else ""
        index = clean_url(entry.text("registry-index").removeprefix("sparse+")) if entry is not None else ""
        component = package(
            purl_of("cargo", name, version, vcs_url=address),
            name,
            version,
            places.of(alias, sections),
            registry=base_of(address.removeprefix("git+")) or index,
            references=(Reference("vcs", address),) if address else (),
            role=role,
        )
        draft.ask(component, role, limits)

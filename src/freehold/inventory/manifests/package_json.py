"""package.json (npm, pnpm, Yarn, Bun): what the project asks for, its workspace, the package manager that it names.

Format: the page "package.json" of the npm documentation. An exact version without an operator is a pin; ranges
and tags are not. Scripts in it are never run.
"""

from __future__ import annotations

import re

from freehold.inventory.lockfiles.npm_sources import source_of
from freehold.inventory.manifests.drafting import ManifestDraft, Places
from freehold.inventory.notes import Notes
from freehold.inventory.packages import npm_purl, package
from freehold.inventory.reader import Document, Reading
from freehold.inventory.values import Table, read_json
from freehold.model.component import Component, Origin, Reference, Role

_GROUPS = (
    ("dependencies", Role.RUNTIME),
    ("optionalDependencies", Role.RUNTIME),
    ("peerDependencies", Role.RUNTIME),
    ("devDependencies", Role.DEVELOPMENT),
)
_EXACT = re.compile(r"^[=v]?\d+\.\d+\.\d+(?:[-+][\w.+-]+)?$")
_OWN = ("workspace:", "link:", "portal:", "file:", ".", "/", "~/")
_ELSEWHERE = ("git", "http:", "https:", "github:", "gitlab:", "bitbucket:", "ssh:")
_MANAGER = re.compile(r"^(npm|pnpm|yarn|bun)@(\d+\.\d+\.\d+[\w.-]*)(?:\+(sha\d+)\.([0-9a-f]+))?$")


class PackageJson:
    """The reader of package.json."""

    name = "npm-manifest"

    def accepts(self, name: str, head: bytes) -> bool:
        """Tell whether the name is npm's."""
        return name.lower() == "package.json"

    def read(self, document: Document) -> Reading:
        """Read the document; raises ``UnreadableError`` if it is broken or no object."""
        notes = Notes(document.path)
        top = read_json(document, notes)
        draft = ManifestDraft(document, notes, "npm", top.text("name"), top.text("version"))
        draft.own = npm_purl(top.text("name"), "") if "name" in top else ""
        places = Places(document)
        _add_members(top, draft)
        optional = top.table("peerDependenciesMeta") if "peerDependenciesMeta" in top else None
        for group, role in _GROUPS:
            for name, limits in top.table(group).inner_texts() if top.is_table(group) else ():
                if group == "peerDependencies" and optional is not None and name in optional:
                    continue
                _add(draft, name, limits.strip(), role, places.of(f'"{name}"', [f'"{group}"']))
        _add_manager(top, draft, places)
        return draft.reading(self.name)


def _add(draft: ManifestDraft, name: str, limits: str, role: Role, origin: Origin) -> None:
    """Add one direct dependency; what lies in the project or beside it is its own code."""
    if limits.startswith("npm:"):
        name, _, limits = limits[4:].rpartition("@") if "@" in limits[5:] else (limits[4:], "", "")
    if limits.startswith(_OWN):
        return
    if limits.startswith("catalog:"):
        limits = ""
    draft.ask(_component(name, limits, origin, role), role, limits)


def _component(name: str, limits: str, origin: Origin, role: Role) -> Component:
    """Return what is asked for: pinned, open, or from a repository or an address of its own."""
    if limits.startswith(_ELSEWHERE) or re.match(r"^[\w.-]+/[\w.-]+(#|$)", limits):
        source = source_of(name, limits)
        return package(
            npm_purl(name, "", source.vcs_url),
            name,
            "",
            origin,
            fallback=f"/{name}",
            registry=source.registry,
            references=(Reference(source.kind, source.place),) if source.place else (),
            role=role,
        )
    version = limits.lstrip("=v") if _EXACT.match(limits) else ""
    return package(npm_purl(name, version), name, version, origin, fallback=f"/{name}", role=role)


def _add_members(top: Table, draft: ManifestDraft) -> None:
    """Take in the folders of the workspace."""
    if top.is_table("workspaces"):
        draft.members += top.table("workspaces").texts("packages")
    elif top.is_list("workspaces"):
        draft.members += top.texts("workspaces")


def _add_manager(top: Table, draft: ManifestDraft, places: Places) -> None:
    """Add the package manager that the project names with its version: it is needed to build."""
    found = _MANAGER.match(top.text("packageManager")) if "packageManager" in top else None
    if found:
        name, version, algorithm, digest = found.groups()
        hashes = (f"{algorithm}:{digest}",) if algorithm else ()
        origin = places.of('"packageManager"')
        component = package(npm_purl(name, version), name, version, origin, hashes=hashes, role=Role.BUILD)
        draft.ask(component, Role.BUILD, version, is_locked=False)

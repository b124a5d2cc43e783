"""pubspec.yaml (Dart, Flutter) and vcpkg.json (C and C++): what the project asks for.

Formats: https://dart.dev/tools/pub/pubspec and https://learn.microsoft.com/vcpkg/reference/vcpkg-json.
"""

from __future__ import annotations

import re

from freehold.inventory.addresses import base_of, clean_url, git_url
from freehold.inventory.manifests.drafting import ManifestDraft, Places
from freehold.inventory.notes import Notes
from freehold.inventory.packages import package, purl_of
from freehold.inventory.reader import Document, Reading
from freehold.inventory.values import Table, read_json
from freehold.inventory.yaml_values import read_yaml
from freehold.model.component import Origin, Reference, Role

_EXACT = re.compile(r"^\d+\.\d+\.\d+[\w.+-]*$")


class Pubspec:
    """The reader of pubspec.yaml."""

    name = "pub-manifest"

    def accepts(self, name: str, head: bytes) -> bool:
        """Tell whether the name is pub's."""
        return name.lower() == "pubspec.yaml"

    def read(self, document: Document) -> Reading:
        """Read the document; raises ``UnreadableError`` if it is broken."""
        notes = Notes(document.path)
        top = read_yaml(document, notes)
        draft = ManifestDraft(document, notes, "pub", top.text("name"), "")
        for group, role in (("dependencies", Role.RUNTIME), ("dev_dependencies", Role.DEVELOPMENT)):
            packages = top.table(group)
            for name in packages:
                entry = packages.table(name) if packages.is_table(name) else None
                limits = entry.text("version") if entry is not None else packages.text(name)
                _ask(draft, name, entry, limits, role, packages.origin(name))
        return draft.reading(self.name)


class VcpkgJson:
    """The reader of vcpkg.json: the versions follow from a baseline, which is a commit of the list of ports."""

    name = "vcpkg-manifest"

    def accepts(self, name: str, head: bytes) -> bool:
        """Tell whether the name is vcpkg's."""
        return name.lower() == "vcpkg.json"

    def read(self, document: Document) -> Reading:
        """Read the document; raises ``UnreadableError`` if it is broken or no object."""
        notes = Notes(document.path)
        top = read_json(document, notes)
        draft = ManifestDraft(document, notes, "vcpkg", top.text("name"))
        places = Places(document)
        pins = {one.text("name"): one.text("version") for one in top.tables("overrides")}
        names = dict.fromkeys(top.texts_only("dependencies"), Role.RUNTIME)
        for entry in top.tables_only("dependencies"):
            names[entry.text("name")] = Role.BUILD if entry.flag("host") else Role.RUNTIME
        for name, role in names.items():
            version = pins.get(name, "")
            component = package(
                purl_of("vcpkg", name, version), name, version, places.of(f'"{name}"', ['"dependencies"']), role=role
            )
            draft.ask(component, role, version)
        return draft.reading(self.name)


def _ask(draft: ManifestDraft, name: str, entry: Table | None, limits: str, role: Role, origin: Origin) -> None:
    """Ask for one package; a path is the project's own code, an SDK's package arrives with the SDK."""
    if entry is not None and ("path" in entry or "sdk" in entry):
        return
    git, hosted = "", ""
    if entry is not None and "git" in entry:
        place = entry.table("git") if entry.is_table("git") else None
        git = git_url(f"{place.text('url')}#{place.text('ref')}" if place is not None else entry.text("git"))
    if entry is not None and "hosted" in entry:
        hosted = clean_url(entry.table("hosted").text("url") if entry.is_table("hosted") else entry.text("hosted"))
    limits = "" if limits == "any" else limits
    version = limits if _EXACT.match(limits) else ""
    component = package(
        purl_of("pub", name, version, vcs_url=git),
        name,
        version,
        origin,
        registry=base_of(git.removeprefix("git+")) or hosted,
        references=(Reference("vcs", git),) if git else (),
        role=role,
    )
    draft.ask(component, role, limits)

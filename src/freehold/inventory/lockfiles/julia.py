"""Julia's Manifest.toml, formats 1 and 2: packages with their tree hash, source and needs. It says no roles.

Format: https://pkgdocs.julialang.org/v1/toml-files/#Manifest.toml. A package without a tree hash belongs to Julia itself.
"""

from __future__ import annotations

import re

from freehold.inventory.addresses import base_of, git_url
from freehold.inventory.notes import Notes
from freehold.inventory.packages import Draft, own_project, package, purl_of
from freehold.inventory.reader import Document, Reading, text_of
from freehold.inventory.sbom.claims import head_text
from freehold.inventory.values import Table, read_toml
from freehold.model.component import Component, Origin, Reference

_CLAIM = re.compile(
    r"^(julia_version|manifest_format)\s*=|^\[\[(deps\.)?\w+\]\]\s*\n(?:.*\n)*?(?:uuid|deps)\s*=", re.MULTILINE
)
_NAME = re.compile(r"^(?:Julia)?Manifest(?:-v\d+\.\d+)?\.toml$")
_HEADER = re.compile(r"^\[\[(?:deps\.)?([\w.-]+)\]\]")


class JuliaManifest:
    """The reader of Manifest.toml."""

    name = "julia-manifest"

    def accepts(self, name: str, head: bytes) -> bool:
        """Tell whether the name is Julia's and the head is of its form: others use ``Manifest.toml`` too."""
        return bool(_NAME.match(name)) and (name.startswith("Julia") or bool(_CLAIM.search(head_text(head))))

    def read(self, document: Document) -> Reading:
        """Read the document; raises ``UnreadableError`` if it is broken."""
        notes = Notes(document.path)
        top = read_toml(document, notes)
        draft = Draft(document, notes)
        version = top.text("manifest_format") or "1"
        packages = top.table("deps") if top.is_table("deps") else top
        lines = _lines(document.data)
        entries = [(name, entry) for name in packages if packages.is_list(name) for entry in packages.tables(name)]
        by_name: dict[str, list[str]] = {}
        for name, entry in entries:
            place = f"{name}\n{entry.text('uuid')}"
            by_name.setdefault(name, []).append(place)
            line = lines.get(name, [0])
            draft.add(place, _component(name, entry, Origin(document.path, line.pop(0) if line else 0, entry.pointer)))
        for name, entry in entries:
            needs = entry.table("deps") if entry.is_table("deps") else None
            for need in needs if needs is not None else entry.texts("deps"):
                named = f"{need}\n{needs.text(need)}" if needs is not None else ""
                for target in [named] if named in draft else by_name.get(need, []):
                    draft.need(f"{name}\n{entry.text('uuid')}", target)
        return draft.reading(f"{self.name} {version}")


def _component(name: str, entry: Table, origin: Origin) -> Component:
    """Return one package; a path is the project's own code."""
    version, tree = entry.text("version"), entry.text("git-tree-sha1")
    if "path" in entry:
        return own_project(name, version, origin)
    address = git_url(f"{entry.text('repo-url')}#{entry.text('repo-rev')}") if "repo-url" in entry else ""
    return package(
        purl_of("julia", name, version, uuid=entry.text("uuid"), vcs_url=address),
        name,
        version,
        origin,
        hashes=(f"git-tree-sha1:{tree}",) if re.fullmatch(r"[0-9a-f]{40}", tree) else (),
        registry=base_of(address.removeprefix("git+")),
        references=(Reference("vcs", address),) if address else (),
    )


def _lines(data: bytes) -> dict[str, list[int]]:
    """Return the lines at which each name's tables begin, in order."""
    found: dict[str, list[int]] = {}
    for number, line in enumerate(text_of(data).splitlines(), 1):
        header = _HEADER.match(line)
        if header:
            found.setdefault(header[1], []).append(number)
    return found

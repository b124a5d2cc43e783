"""opam's NAME.opam.locked (OCaml): packages pinned to one version, with what they are needed for. It holds no edges.

Format: https://opam.ocaml.org/doc/Manual.html. Only lines of the one shape that ``opam lock`` writes are read.
"""

from __future__ import annotations

import re

from freehold.inventory.notes import Notes
from freehold.inventory.packages import Draft, package, purl_of
from freehold.inventory.reader import Document, Reading, UnreadableError, text_of
from freehold.model.component import Origin, Role

_LINE = re.compile(r'^\s*"([A-Za-z0-9_+-]+)"\s*\{\s*=\s*"([^"]+)"([^}]*)\}')


class OpamLock:
    """The reader of opam's lockfiles."""

    name = "opam-lock"

    def accepts(self, name: str, head: bytes) -> bool:
        """Tell whether the name is that of a locked opam file."""
        return name.lower().endswith(".opam.locked") or name.lower() == "opam.locked"

    def read(self, document: Document) -> Reading:
        """Read the document; raises ``UnreadableError`` if it holds no list of dependencies."""
        text = text_of(document.data)
        if not re.search(r"^depends:\s*\[", text, re.MULTILINE):
            raise UnreadableError("no opam lockfile: its depends are missing")
        draft = Draft(document, Notes(document.path))
        section = ""
        for number, line in enumerate(text.splitlines(), 1):
            opened = re.match(r"^([a-z-]+):", line)
            section = opened[1] if opened else section
            found = _LINE.match(line) if section == "depends" else None
            if found:
                role = Role.DEVELOPMENT if re.search(r"with-(test|doc|dev-setup)", found[3]) else Role.RUNTIME
                role = Role.BUILD if re.search(r"&\s*build\b", found[3]) and role is Role.RUNTIME else role
                origin = Origin(document.path, number)
                draft.add(found[1], package(purl_of("opam", found[1], found[2]), found[1], found[2], origin, role=role))
        return draft.reading(self.name)

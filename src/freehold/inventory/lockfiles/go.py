"""Go modules: go.mod (what is required, directly or not, and what is replaced) and go.sum (what was verified).

go.sum also keeps versions that are only looked at while resolving; only entries with a hash of the module's content,
not of its go.mod alone, are taken. Neither file holds edges. Format: https://go.dev/ref/mod
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from freehold.inventory.notes import Notes
from freehold.inventory.packages import Draft, own_project, package, purl_of
from freehold.inventory.reader import Document, Reading, UnreadableError, text_of
from freehold.model.component import INDIRECT, Component, Named, Origin

_REQUIRED = re.compile(r"^(\S+)\s+(v\S+)$")
_REPLACED = re.compile(r"^(\S+)(?:\s+(v\S+))?\s*=>\s*(\S+)(?:\s+(v\S+))?$")
_INDIRECT = re.compile(r"//\s*indirect\b")
_SUM = re.compile(r"^(\S+)\s+(v\S+)\s+(h1:\S+)$")


class GoMod:
    """The reader of go.mod."""

    name = "go-mod"

    def accepts(self, name: str, head: bytes) -> bool:
        """Tell whether the name is Go's."""
        return name.lower() == "go.mod"

    def read(self, document: Document) -> Reading:
        """Read the document; raises ``UnreadableError`` if it names no module."""
        notes = Notes(document.path)
        draft = Draft(document, notes)
        text = text_of(document.data)
        lines = list(_directives(text))
        indirect = {number for number, line in enumerate(text.splitlines(), 1) if _INDIRECT.search(line)}
        module = next((text.strip('"`') for word, text, _ in lines if word == "module"), "")
        if not module:
            raise UnreadableError("no go.mod: it names no module")
        draft.add("", own_project(module, "", Origin(document.path, 0, "/module")))
        replaced = [
            (found, line) for word, text, line in lines if word == "replace" and (found := _REPLACED.match(text))
        ]
        for word, rest, line in lines:
            found = _REQUIRED.match(rest) if word == "require" else None
            if found:
                name, version = _after_replacement(found[1], found[2], [one for one, _ in replaced])
                origin = Origin(document.path, line)
                if name.startswith((".", "/")):
                    notes.add(
                        "local replacements", f"{found[1][:100]} is replaced by a local folder: your own code", origin
                    )
                    continue
                statements = (Named(INDIRECT, "yes", origin),) if line in indirect else ()
                draft.add(name, _module(name, version, origin, statements=statements))
                draft.need("", name)
        return draft.reading(self.name)


class GoSum:
    """The reader of go.sum."""

    name = "go-sum"

    def accepts(self, name: str, head: bytes) -> bool:
        """Tell whether the name is Go's."""
        return name.lower() == "go.sum"

    def read(self, document: Document) -> Reading:
        """Read the document; lines that are none of its form are noted."""
        notes = Notes(document.path)
        draft = Draft(document, notes)
        for number, line in enumerate(text_of(document.data).splitlines(), 1):
            found = _SUM.match(line.strip())
            origin = Origin(document.path, number)
            if found is None and line.strip():
                notes.add("lines that cannot be read", f"not a go.sum line: {line[:80]!r}", origin)
            elif found and not found[2].endswith("/go.mod"):
                draft.add(f"{found[1]} {found[2]}", _module(found[1], found[2], origin, (found[3],)))
        return draft.reading(self.name)


def _directives(text: str) -> Iterator[tuple[str, str, int]]:
    """Yield (word, rest, line) of every directive; blocks in parentheses are unfolded, comments cut."""
    block = ""
    for number, raw in enumerate(text.splitlines(), 1):
        line = re.sub(r"(^|\s)//.*$", "", raw).strip()
        if block and line == ")":
            block = ""
        elif block and line:
            yield block, line, number
        elif opened := re.match(r"^(\w+)\s*\($", line):
            block = opened[1]
        elif found := re.match(r"^(\w+)\s+(.+)$", line):
            yield found[1], found[2].strip(), number


def _after_replacement(name: str, version: str, replaced: list[re.Match[str]]) -> tuple[str, str]:
    """Return what a requirement really comes to."""
    for found in replaced:
        if found[1] == name and found[2] in (None, version):
            return found[3], found[4] or ""
    return name, version


def _module(
    name: str, version: str, origin: Origin, hashes: tuple[str, ...] = (), statements: tuple[Named, ...] = ()
) -> Component:
    """Return one module. A go.sum hash covers the module's file tree, not an archive: it keeps its own name, ``h1``."""
    namespace, _, last = name.rpartition("/")
    purl = purl_of("golang", last, version, namespace=namespace)
    return package(purl, name, version, origin, hashes=hashes, statements=statements)

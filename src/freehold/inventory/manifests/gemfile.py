"""Gemfile and gems.rb (Ruby): gems by group, with the source they are to come from. It is code, and is never run.

Only plain statements are read, each on its own line: ``source``, ``group ... do``, ``gem "name", "limits", options``.
What a loop or a condition would add is not seen. Format: https://bundler.io/man/gemfile.5.html.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from freehold.inventory.addresses import base_of, clean_url, git_url
from freehold.inventory.manifests.drafting import ManifestDraft
from freehold.inventory.notes import Notes
from freehold.inventory.packages import package, purl_of
from freehold.inventory.reader import Document, Reading, text_of
from freehold.model.component import Component, Origin, Reference, Role

_GEM = re.compile(r"""^gem[\s(]+(["'])([\w.-]+)\1\s*(?:,\s*(.*))?$""")
_SOURCE = re.compile(r"""^source[\s(]+(["'])(\S+?)\1\)?\s*(do\b)?""")
_GROUP = re.compile(r"^group[\s(]+(.*?)\)?\s+do\b")
_BLOCK = re.compile(r"\bdo\b\s*(?:\|[^|]*\|)?\s*$|^(?:if|unless|case|begin|while|until|def|class|module)\b")
_TEXT = re.compile(r"""^(["'])([^"']*)\1""")
_OPTION = re.compile(r"""(?::(\w+)\s*=>|\b(\w+):)\s*(?:(["'])([^"']*)\3|(:\w+)|(\[[^\]]*\]))""")
_NAME = re.compile(r""":(\w+)|["'](\w+)["']""")
_DEVELOPMENT = frozenset({"development", "test", "tests", "docs", "doc", "ci", "lint", "rubocop"})


class Gemfile:
    """The reader of Gemfile and gems.rb."""

    name = "gemfile"

    def accepts(self, name: str, head: bytes) -> bool:
        """Tell whether the name is Bundler's."""
        return name in {"Gemfile", "gems.rb"} or name.endswith(".gemfile")

    def read(self, document: Document) -> Reading:
        """Read the document; raises ``UnreadableError`` if it is no text."""
        notes = Notes(document.path)
        draft = ManifestDraft(document, notes, "gem")
        for statement in _statements(text_of(document.data)):
            origin = Origin(document.path, statement.line)
            component = _component(statement, origin)
            if component is not None:
                draft.ask(component, component.role, statement.limits)
        if re.search(r"^\s*gemspec\b", text_of(document.data), re.MULTILINE):
            notes.once("the gem specification beside it asks for more: it is code, and is not read")
        return draft.reading(self.name)


class _Statement:
    """One ``gem`` with the groups and the source that hold for it."""

    def __init__(self, line: int, name: str, rest: str, groups: list[str], source: str) -> None:
        self.line = line
        self.name = name
        self.options = {
            found[1] or found[2]: found[4] if found[3] else (found[5] or found[6] or "")
            for found in _OPTION.finditer(rest)
        }
        self.groups = groups + _names(self.options.get("group", "") + self.options.get("groups", ""))
        self.source = self.options.get("source", source)
        limits = []
        while found := _TEXT.match(rest):
            limits.append(found[2])
            rest = rest[found.end() :].lstrip(" ,")
        self.limits = ", ".join(limits)


def _statements(text: str) -> Iterator[_Statement]:
    """Yield the gems of a file; blocks are followed by counting what opens and ends them."""
    blocks: list[tuple[list[str], str]] = []
    top_source = ""
    for number, raw in enumerate(_joined(text), 1):
        line = re.sub(r"\s+#.*$|^#.*$", "", raw).strip()
        groups = [group for names, _ in blocks for group in names]
        source = next((where for _, where in reversed(blocks) if where), top_source)
        if found := _SOURCE.match(line):
            if found[3]:
                blocks.append(([], found[2]))
            else:
                top_source = top_source or found[2]
        elif found := _GROUP.match(line):
            blocks.append((_names(found[1]), ""))
        elif line == "end" and blocks:
            blocks.pop()
        elif found := _GEM.match(line):
            yield _Statement(number, found[2], (found[3] or "").rstrip(") "), groups, source)
        elif _BLOCK.search(line) and not line.endswith("end"):
            blocks.append(([], ""))


def _joined(text: str) -> Iterator[str]:
    """Yield the lines; one that ends in a comma takes in the next, whose own place stays empty."""
    held, empty = "", 0
    for line in text.splitlines():
        if held and len(held) < 4000:
            held, empty = f"{held} {line.strip()}", empty + 1
        else:
            held = line
        if not held.rstrip().endswith(","):
            yield held
            yield from [""] * empty
            held, empty = "", 0
    if held:
        yield held


def _names(text: str) -> list[str]:
    return [found[1] or found[2] for found in _NAME.finditer(text)]


def _component(statement: _Statement, origin: Origin) -> Component | None:
    """Return one gem; None if it lies in a folder of the project."""
    options = statement.options
    if "path" in options:
        return None
    git = options.get("git", "") or (f"github:{options['github']}" if "github" in options else "")
    commit = options.get("ref") or options.get("tag") or options.get("branch") or ""
    address = git_url(f"{git}#{commit}") if git else ""
    exact = re.match(r"^=?\s*(\d[\w.]*)$", statement.limits)
    version = exact[1] if exact else ""
    groups = statement.groups
    role = Role.DEVELOPMENT if groups and all(group in _DEVELOPMENT for group in groups) else Role.RUNTIME
    return package(
        purl_of("gem", statement.name, version, vcs_url=address),
        statement.name,
        version,
        origin,
        registry=base_of(address.removeprefix("git+")) or clean_url(statement.source),
        references=(Reference("vcs", address),) if address else (),
        role=role,
    )

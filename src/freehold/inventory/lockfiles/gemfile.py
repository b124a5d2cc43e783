"""Gemfile.lock (Ruby's Bundler): gems by source, with needs and, from Bundler 2.6, checksums. It says no roles."""

from __future__ import annotations

import re

from freehold.inventory.addresses import base_of, clean_url, git_url
from freehold.inventory.notes import Notes
from freehold.inventory.packages import Draft, named_hash, own_project, package, purl_of
from freehold.inventory.reader import Document, Lock, Reading, UnreadableError, text_of
from freehold.model.component import Component, Origin, Reference, Skip

_NO_ROLES = "Gemfile.lock does not say what is needed for development only: every gem counts as needed at runtime"
_SECTION = re.compile(r"^[A-Z][A-Z ]+$")
_SPEC = re.compile(r"^ {4}([^\s(]+) \(([^)]+)\)$")
_DIRECT = re.compile(r"^ {2}([^\s(!]+)")
_NEED = re.compile(r"^ {6}([^\s(!]+)")
_OPTION = re.compile(r"^ {2}(remote|revision): (\S+)$")
_SUM = re.compile(r"^ {2}(\S+) \(([^)]+)\) (.+)$")


class GemfileLock:
    """The reader of Gemfile.lock and gems.locked."""

    name = "gemfile-lock"

    def accepts(self, name: str, head: bytes) -> bool:
        """Tell whether the name is Bundler's."""
        return name.lower() in {"gemfile.lock", "gems.locked"} or name.lower().endswith(".gemfile.lock")

    def read(self, document: Document) -> Reading:
        """Read the document; raises ``UnreadableError`` if it has none of Bundler's sections."""
        text = text_of(document.data)
        if not re.search(r"^(GEM|GIT|PATH)\r?$", text, re.MULTILINE):
            raise UnreadableError("no Gemfile.lock: none of its sections GEM, GIT and PATH")
        notes = Notes(document.path)
        return _File(document, notes).read(text.splitlines(), self.name)


class _File:
    """One lockfile being read line by line."""

    def __init__(self, document: Document, notes: Notes) -> None:
        self._path = document.path
        self._draft = Draft(document, notes)
        self._sums: dict[tuple[str, str], tuple[str, ...]] = {}
        self._section = ""
        self._options: dict[str, str] = {}

    def read(self, lines: list[str], format_name: str) -> Reading:
        """Read checksums first, since they stand at the end; then the gems."""
        for line in lines:
            found = _SUM.match(line)
            if found:
                hashes = tuple(one for text in found[3].split(",") for one in named_hash(text))
                self._sums[found[1], found[2]] = hashes
        parent = ""
        direct: list[str] = []
        for number, line in enumerate(lines, 1):
            if _SECTION.match(line):
                self._section, self._options = line.strip(), {}
            elif option := _OPTION.match(line):
                self._options[option[1]] = option[2]
            elif self._section == "DEPENDENCIES" and (asked := _DIRECT.match(line)):
                direct.append(asked[1])
            elif spec := _SPEC.match(line):
                parent = spec[1]
                self._draft.add(parent, self._component(parent, spec[2], number))
            elif parent and (need := _NEED.match(line)):
                self._draft.need(parent, need[1])
        open_roles = Skip(Origin(self._path), _NO_ROLES)
        keys = tuple(key for name in direct if (key := self._draft.key_of(name)) is not None)
        return self._draft.reading(format_name, lock=Lock(("gem",), open_roles=open_roles, direct=keys))

    def _component(self, name: str, written: str, line: int) -> Component:
        """Return one gem; a platform follows the version after a dash, a PATH gem is the project's own code."""
        version, _, platform = written.partition("-")
        if self._section == "PATH":
            return own_project(name, version, Origin(self._path, line, f"/PATH/{name}"))
        remote = self._options.get("remote", "")
        vcs_url = git_url(f"{remote}#{self._options.get('revision', '')}") if self._section == "GIT" else ""
        return package(
            purl_of("gem", name, version, platform=platform, vcs_url=vcs_url),
            name,
            version,
            Origin(self._path, line),
            hashes=self._sums.get((name, written), ()),
            registry=base_of(vcs_url.removeprefix("git+")) if vcs_url else clean_url(remote),
            references=(Reference("vcs", vcs_url),) if vcs_url else (),
        )

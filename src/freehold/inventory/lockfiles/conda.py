"""conda-lock's unified lockfile (version 1) and conda's explicit lists (``@EXPLICIT``): archives by platform.

Formats: https://conda.github.io/conda-lock/output/ and
https://docs.conda.io/projects/conda/en/latest/user-guide/tasks/manage-environments.html. An archive for another
platform is another component. Only the unified lockfile holds edges; neither names licences.
"""

from __future__ import annotations

import re

from freehold.inventory.addresses import base_of, clean_url
from freehold.inventory.lockfiles.conda_archives import archive_of, conda_component
from freehold.inventory.notes import Notes
from freehold.inventory.packages import Draft, named_hash, package, pypi_name, pypi_purl
from freehold.inventory.reader import Document, Lock, Reading, UnreadableError, text_of
from freehold.inventory.sbom.claims import head_text
from freehold.inventory.values import Table
from freehold.inventory.yaml_values import read_yaml
from freehold.model.component import Component, Origin, Reference, Role

_UNIFIED = re.compile(r"^(?:.*[-.])?conda-lock\.ya?ml$")
_EXPLICIT_NAME = re.compile(r"^conda-[\w-]+\.lock$")
_EXPLICIT = re.compile(r"^@EXPLICIT\s*$", re.MULTILINE)


class CondaLock:
    """The reader of conda-lock.yml."""

    name = "conda-lock"

    def accepts(self, name: str, head: bytes) -> bool:
        """Tell whether the name is conda-lock's."""
        return bool(_UNIFIED.match(name.lower()))

    def read(self, document: Document) -> Reading:
        """Read the document; raises ``UnreadableError`` if it is broken or of another version."""
        notes = Notes(document.path)
        lock = read_yaml(document, notes)
        version = lock.text("version")
        if version != "1" or not lock.is_list("package"):
            raise UnreadableError(
                f"conda-lock version {version[:20]!r} is not supported" if version else "no conda-lock file",
                remedy="write it with conda-lock 1 or later",
            )
        draft = Draft(document, notes)
        entries = lock.tables("package")
        for entry in entries:
            draft.add(_place(entry, entry.text("name"), entry.text("manager")), _locked(entry))
        for entry in entries:
            parent = _place(entry, entry.text("name"), entry.text("manager"))
            for need in entry.table("dependencies") if "dependencies" in entry else ():
                for manager in dict.fromkeys((entry.text("manager"), "conda")):
                    if _place(entry, need, manager) in draft:
                        draft.need(parent, _place(entry, need, manager))
                        break
        return draft.reading(f"{self.name} {version}", lock=Lock(("conda", "pypi")))


class CondaExplicit:
    """The reader of explicit lists."""

    name = "conda-explicit"

    def accepts(self, name: str, head: bytes) -> bool:
        """Tell whether the name is that of a rendered lockfile, or the head of a text says that it is explicit."""
        plain = name.lower()
        return bool(_EXPLICIT_NAME.match(plain)) or (
            plain.endswith((".lock", ".txt")) and bool(_EXPLICIT.search(head_text(head)))
        )

    def read(self, document: Document) -> Reading:
        """Read the document; lines that are no archive's address are noted. Raises ``UnreadableError`` for other files."""
        text = text_of(document.data)
        if not _EXPLICIT.search(text):
            raise UnreadableError("no explicit conda list: @EXPLICIT is missing")
        notes = Notes(document.path)
        draft = Draft(document, notes)
        for number, raw in enumerate(text.splitlines(), 1):
            line, origin = raw.strip(), Origin(document.path, number)
            if not line or line.startswith(("#", "@")):
                continue
            archive = archive_of(line)
            if archive is None:
                notes.add("lines that cannot be read", f"no conda archive: {line[:80]!r}", origin)
                continue
            draft.add(line, conda_component(archive, origin, archive.hashes))
        return draft.reading(self.name, lock=Lock(("conda", "pypi")))


def _locked(entry: Table) -> Component:
    """Return one package of the unified lockfile."""
    hashes = tuple(
        one for algorithm, digest in entry.table("hash").inner_texts() for one in named_hash(f"{algorithm}:{digest}")
    )
    role = Role.RUNTIME if entry.text("category") in {"", "main"} else Role.DEVELOPMENT
    name, version, origin = entry.text("name"), entry.text("version"), entry.origin()
    if entry.text("manager") == "pip":
        url = clean_url(entry.text("url"))
        return package(
            pypi_purl(name, version),
            pypi_name(name),
            version,
            origin,
            hashes=hashes,
            references=(Reference("distribution", base_of(url)),) if url else (),
            role=role,
        )
    archive = archive_of(entry.text("url"))
    if archive is None or not archive.name:
        return package("", name, version, origin, hashes=hashes, role=role, fallback=entry.pointer)
    return conda_component(archive, origin, hashes, role=role)


def _place(entry: Table, name: str, manager: str) -> str:
    """Return a package's name in the draft: what it is on one platform."""
    plain = pypi_name(name) if manager == "pip" else name.lower()
    return f"{entry.text('platform')}\n{manager}\n{plain}"

"""poetry.lock, versions 1.x and 2.x: packages with archives, needs, and (except Poetry 1.5 to 1.8) their groups.

The lock names neither the project nor its direct needs: what nothing else needs is left for the folder's root.
"""

from __future__ import annotations

import re

from freehold.inventory.addresses import base_of, clean_url, git_url
from freehold.inventory.lockfiles.lines import table_lines
from freehold.inventory.notes import Notes
from freehold.inventory.packages import (
    Draft,
    named_hash,
    own_project,
    package,
    pypi_name,
    pypi_purl,
)
from freehold.inventory.reader import Document, Lock, Reading, UnreadableError
from freehold.inventory.values import Table, read_toml
from freehold.model.component import Component, Origin, Reference, Role, Skip

_NO_GROUPS = "this poetry.lock states no groups: every package counts as needed at runtime"
_NEWER = "write it again with Poetry 2 to keep development packages apart"


class PoetryLock:
    """The reader of poetry.lock."""

    name = "poetry-lock"

    def accepts(self, name: str, head: bytes) -> bool:
        """Tell whether the name is Poetry's."""
        return name.lower() == "poetry.lock"

    def read(self, document: Document) -> Reading:
        """Read the document; raises ``UnreadableError`` if it is broken."""
        notes = Notes(document.path)
        lock = read_toml(document, notes)
        if "package" not in lock and "metadata" not in lock:
            raise UnreadableError("no poetry.lock: neither packages nor metadata in it")
        draft = Draft(document, notes)
        packages, old_files = lock.tables("package"), lock.table("metadata").table("files")
        lines = table_lines(document.data, "package", len(packages))
        for entry, line in zip(packages, lines, strict=True):
            draft.add(_name(entry), _component(entry, old_files, Origin(document.path, line, entry.pointer)))
        _add_needs(packages, draft)
        has_groups = not packages or any("groups" in entry or "category" in entry for entry in packages)
        open_roles = None if has_groups else Skip(Origin(document.path), _NO_GROUPS, _NEWER)
        version = lock.table("metadata").text("lock-version")
        return draft.reading(f"{self.name} {version}".strip(), lock=Lock(("pypi",), open_roles=open_roles))


def _component(entry: Table, old_files: Table, origin: Origin) -> Component:
    """Return one package; a directory source is the project's own code."""
    source, name, version = entry.table("source"), entry.text("name"), entry.text("version")
    kind, url = source.text("type"), source.text("url")
    if kind == "directory":
        return own_project(name, version, origin)
    commit = source.text("resolved_reference") or source.text("reference")
    vcs_url = git_url(f"{url}#{commit}") if kind == "git" else ""
    download = clean_url(url) if kind == "url" else ""
    purl = pypi_purl(name, version, vcs_url=vcs_url, download_url=download) if kind != "file" else ""
    address = vcs_url or download
    return package(
        purl,
        pypi_name(name),
        version,
        origin,
        hashes=_hashes(entry, old_files),
        registry=base_of(address.removeprefix("git+")) if address else clean_url(url),
        references=(Reference("vcs" if vcs_url else "distribution", address),) if address else (),
        role=_role(entry),
    )


def _hashes(entry: Table, old_files: Table) -> tuple[str, ...]:
    """Return the hashes of all archives: in the package, or (before Poetry 1.3) in the metadata."""
    files = entry.tables("files") if "files" in entry else _old(entry, old_files)
    return tuple(dict.fromkeys(one for file in files for one in named_hash(file.text("hash"))))


def _old(entry: Table, old_files: Table) -> list[Table]:
    name = entry.text("name")
    return old_files.tables(name if name in old_files else pypi_name(name))


def _role(entry: Table) -> Role:
    """Return runtime for the main group, development for others, runtime where nothing is said."""
    groups = entry.texts("groups") or ([entry.text("category")] if "category" in entry else ["main"])
    return Role.RUNTIME if "main" in groups else Role.DEVELOPMENT


def _add_needs(packages: list[Table], draft: Draft) -> None:
    """Add the needs between packages; an optional one belongs to an extra that may not be wanted, and is left out."""
    by_name: dict[str, list[Table]] = {}
    for entry in packages:
        by_name.setdefault(pypi_name(entry.text("name")), []).append(entry)
    for entry in packages:
        needs = entry.table("dependencies")
        for need in needs:
            if needs.is_table(need) and needs.table(need).flag("optional"):
                continue
            for found in _matching(by_name.get(pypi_name(need), []), needs, need):
                draft.need(_name(entry), _name(found))


def _matching(candidates: list[Table], needs: Table, need: str) -> list[Table]:
    """Return the locked versions a need can mean: all of them, unless it is pinned to one."""
    wanted = needs.text(need) if not (needs.is_table(need) or needs.is_list(need)) else ""
    pinned = re.fullmatch(r"==?\s*([^\s,|]+)", wanted)
    exact = [one for one in candidates if pinned and one.text("version") == pinned[1]]
    return exact or candidates


def _name(entry: Table) -> str:
    """Return a package's name in the draft."""
    return f"{entry.text('name')}\n{entry.text('version')}\n{entry.table('source').text('url')}"

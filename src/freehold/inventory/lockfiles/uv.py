"""uv.lock, versions 1.x: every package with its source, needs by role, archives with hashes.

Format: https://docs.astral.sh/uv/concepts/projects/layout/#the-lockfile. Needs under a marker (``sys_platform ==
'win32'``) are kept: which machine will run the product is not the lockfile's to say.
"""

from __future__ import annotations

from collections.abc import Iterable

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
from freehold.model.component import Component, Origin, Reference, Role

_OWN = ("editable", "virtual", "directory")


class UvLock:
    """The reader of uv.lock."""

    name = "uv-lock"

    def accepts(self, name: str, head: bytes) -> bool:
        """Tell whether the name is uv's."""
        return name.lower() == "uv.lock"

    def read(self, document: Document) -> Reading:
        """Read the document; raises ``UnreadableError`` if it is broken or of a newer major version."""
        notes = Notes(document.path)
        lock = read_toml(document, notes)
        version = lock.text("version")
        if version != "1":
            raise UnreadableError(
                f"uv.lock version {version[:20]!r} is not supported", remedy="write it with a uv of lock version 1"
            )
        draft = Draft(document, notes)
        packages = lock.tables("package")
        lines = table_lines(document.data, "package", len(packages))
        for entry, line in zip(packages, lines, strict=True):
            draft.add(_name(entry), _component(entry, Origin(document.path, line, entry.pointer)))
        _Needs(packages, draft).add()
        own = {
            _folder(entry): key
            for entry in packages
            if any(kind in entry.table("source") for kind in _OWN) and (key := draft.key_of(_name(entry))) is not None
        }
        return draft.reading(f"{self.name} {version}", settle=True, lock=Lock(("pypi",), own))


class _Needs:
    """The needs between the packages of one lock; a need names a version only where several are locked."""

    def __init__(self, packages: list[Table], draft: Draft) -> None:
        self._packages = packages
        self._draft = draft
        self._by_name: dict[str, list[Table]] = {}
        for entry in packages:
            self._by_name.setdefault(entry.text("name"), []).append(entry)

    def add(self) -> None:
        """Add every need of every package in its role."""
        for entry in self._packages:
            self._add(entry, entry.tables("dependencies"), Role.RUNTIME)
            extras = entry.table("optional-dependencies")
            for extra in extras:
                self._add(entry, extras.tables(extra), Role.RUNTIME)
            groups = entry.table("dev-dependencies" if "dev-dependencies" in entry else "dependency-groups")
            for group in groups:
                self._add(entry, groups.tables(group), Role.DEVELOPMENT)

    def _add(self, parent: Table, needs: Iterable[Table], role: Role) -> None:
        for need in needs:
            candidates = self._by_name.get(need.text("name"), [])
            if "version" in need:
                candidates = [one for one in candidates if one.text("version") == need.text("version")]
            if "source" in need and len(candidates) > 1:
                candidates = [one for one in candidates if _source_text(one) == _source_text(need)]
            for found in candidates:
                self._draft.need(_name(parent), _name(found), role)
            if not candidates:
                where = Origin(self._draft.path, 0, need.pointer)
                reason = f"{need.text('name')[:100]!r} is needed but not listed"
                self._draft.notes.add("needs without an entry", reason, where)


def _folder(entry: Table) -> str:
    """Return the folder of the project's own code, relative to the lockfile's."""
    path = next((entry.table("source").text(kind) for kind in _OWN if kind in entry.table("source")), "")
    return "" if path == "." else path


def _component(entry: Table, origin: Origin) -> Component:
    """Return one package; an editable, virtual or directory source is the project's own code."""
    source, name, version = entry.table("source"), entry.text("name"), entry.text("version")
    if any(kind in source for kind in _OWN):
        return own_project(name, version, origin)
    vcs_url = git_url(f"{source.text('git')}") if "git" in source else ""
    url = clean_url(source.text("url"))
    purl = pypi_purl(name, version, vcs_url=vcs_url, download_url=url) if "path" not in source else ""
    return package(
        purl,
        pypi_name(name),
        version,
        origin,
        hashes=_hashes(entry),
        registry=clean_url(source.text("registry")) or base_of(url) or base_of(vcs_url.removeprefix("git+")),
        references=_references(entry, vcs_url, url),
    )


def _archives(entry: Table) -> list[Table]:
    """Return the source archive and the wheels."""
    return [*([entry.table("sdist")] if "sdist" in entry else []), *entry.tables("wheels")]


def _hashes(entry: Table) -> tuple[str, ...]:
    """Return the hashes of all archives, each once."""
    return tuple(dict.fromkeys(one for archive in _archives(entry) for one in named_hash(archive.text("hash"))))


def _references(entry: Table, vcs_url: str, url: str) -> tuple[Reference, ...]:
    """Return the git or direct address, or the hosts that the index's archives lie on."""
    if vcs_url or url:
        return (Reference("vcs", vcs_url) if vcs_url else Reference("distribution", url),)
    hosts = dict.fromkeys(base_of(archive.text("url")) for archive in _archives(entry))
    path = entry.table("source").text("path")
    local = (Reference("file", path),) if path and not path.startswith("/") else ()
    return (*local, *(Reference("distribution", host) for host in hosts if host))


def _source_text(entry: Table) -> tuple[tuple[str, str], ...]:
    return tuple(entry.table("source").inner_texts())


def _name(entry: Table) -> str:
    """Return a package's name in the draft: name, version and source, which together are unique in a lock."""
    return "\n".join([entry.text("name"), entry.text("version"), *(value for _, value in _source_text(entry))])

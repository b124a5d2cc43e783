"""pylock.toml (PEP 751): packages with their index or address, archives with hashes, and needs where they are given."""

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
from freehold.model.component import Component, Origin, Reference

_NAME = re.compile(r"^pylock(\.[^.]+)?\.toml$")


class PyLock:
    """The reader of pylock.toml and pylock.NAME.toml."""

    name = "pylock"

    def accepts(self, name: str, head: bytes) -> bool:
        """Tell whether the name is the one that PEP 751 prescribes."""
        return bool(_NAME.match(name.lower()))

    def read(self, document: Document) -> Reading:
        """Read the document; raises ``UnreadableError`` if it is broken or of another major version."""
        notes = Notes(document.path)
        lock = read_toml(document, notes)
        version = lock.text("lock-version")
        if not version.startswith("1."):
            raise UnreadableError(
                f"pylock version {version[:20]!r} is not supported", remedy="export it as version 1.0"
            )
        draft = Draft(document, notes)
        packages = lock.tables("packages")
        lines = table_lines(document.data, "packages", len(packages))
        for entry, line in zip(packages, lines, strict=True):
            draft.add(_name(entry), _component(entry, Origin(document.path, line, entry.pointer)))
        _add_needs(packages, draft)
        return draft.reading(f"{self.name} {version}", lock=Lock(("pypi",)))


def _add_needs(packages: list[Table], draft: Draft) -> None:
    """Add the needs; one without a version means every locked version of that name."""
    for entry in packages:
        for need in entry.tables("dependencies"):
            for other in packages:
                same = pypi_name(other.text("name")) == pypi_name(need.text("name"))
                if same and need.text("version") in {"", other.text("version")}:
                    draft.need(_name(entry), _name(other))


def _component(entry: Table, origin: Origin) -> Component:
    """Return one package; a directory is the project's own code."""
    name, version = entry.text("name"), entry.text("version")
    if "directory" in entry:
        return own_project(name, version, origin)
    vcs, archive = entry.table("vcs"), entry.table("archive")
    vcs_url = git_url(f"{vcs.text('url')}#{vcs.text('commit-id')}") if "url" in vcs else ""
    url = clean_url(archive.text("url"))
    address = vcs_url or url
    return package(
        pypi_purl(name, version, vcs_url=vcs_url, download_url=url),
        pypi_name(name),
        version,
        origin,
        hashes=_hashes(entry),
        registry=base_of(address.removeprefix("git+")) if address else clean_url(entry.text("index")),
        references=(Reference("vcs" if vcs_url else "distribution", address),) if address else _file_hosts(entry),
    )


def _archives(entry: Table) -> list[Table]:
    """Return the source archive, the wheels and the direct archive."""
    return [entry.table("sdist"), *entry.tables("wheels"), entry.table("archive")]


def _hashes(entry: Table) -> tuple[str, ...]:
    tables = [archive.table("hashes") for archive in _archives(entry)]
    pairs = (f"{algorithm}:{digest}" for table in tables for algorithm, digest in table.inner_texts())
    return tuple(dict.fromkeys(one for text in pairs for one in named_hash(text)))


def _file_hosts(entry: Table) -> tuple[Reference, ...]:
    """Return the hosts that the archives lie on."""
    hosts = dict.fromkeys(base_of(archive.text("url")) for archive in _archives(entry) if "url" in archive)
    return tuple(Reference("distribution", host) for host in hosts if host)


def _name(entry: Table) -> str:
    return f"{pypi_name(entry.text('name'))}\n{entry.text('version')}\n{entry.pointer}"

"""Pipenv's Pipfile.lock: packages by role with pins, hashes and the named index each comes from. It holds no edges."""

from __future__ import annotations

from freehold.inventory.addresses import base_of, clean_url, git_url
from freehold.inventory.lockfiles.lines import object_lines
from freehold.inventory.notes import Notes
from freehold.inventory.packages import Draft, named_hash, package, pypi_name, pypi_purl
from freehold.inventory.reader import Document, Lock, Reading, UnreadableError
from freehold.inventory.values import Table, read_json
from freehold.model.component import Component, Origin, Reference, Role

_ROLES = {"default": Role.RUNTIME, "develop": Role.DEVELOPMENT}


class PipfileLock:
    """The reader of Pipfile.lock."""

    name = "pipfile-lock"

    def accepts(self, name: str, head: bytes) -> bool:
        """Tell whether the name is Pipenv's."""
        return name.lower() == "pipfile.lock"

    def read(self, document: Document) -> Reading:
        """Read the document; raises ``UnreadableError`` if it is broken or no Pipfile.lock."""
        notes = Notes(document.path)
        lock = read_json(document, notes)
        if "_meta" not in lock:
            raise UnreadableError("no Pipfile.lock: _meta is missing")
        sources = lock.table("_meta").tables("sources")
        indexes = {source.text("name"): clean_url(source.text("url")) for source in sources}
        first = next(iter(indexes.values()), "")
        lines = object_lines(document.data)
        draft = Draft(document, notes)
        for group in lock:
            for name, entry in lock.table(group).inner_tables() if group != "_meta" else ():
                if "path" in entry or ("file" in entry and "://" not in entry.text("file")):
                    continue
                origin = Origin(document.path, lines.get(name, 0), entry.pointer)
                registry = indexes.get(entry.text("index"), "" if "index" in entry else first)
                draft.add(name, _component(name, entry, origin, registry, _ROLES.get(group, Role.DEVELOPMENT)))
        return draft.reading(self.name, lock=Lock(("pypi",)))


def _component(name: str, entry: Table, origin: Origin, registry: str, role: Role) -> Component:
    """Return one package."""
    version = entry.text("version").removeprefix("===").removeprefix("==")
    vcs_url = git_url(f"{entry.text('git')}#{entry.text('ref')}") if "git" in entry else ""
    url = clean_url(entry.text("file"))
    address = vcs_url or url
    return package(
        pypi_purl(name, version, vcs_url=vcs_url, download_url=url),
        pypi_name(name),
        version,
        origin,
        hashes=tuple(one for text in entry.texts("hashes") for one in named_hash(text)),
        registry=base_of(address.removeprefix("git+")) if address else registry,
        references=(Reference("vcs" if vcs_url else "distribution", address),) if address else (),
        role=role,
    )

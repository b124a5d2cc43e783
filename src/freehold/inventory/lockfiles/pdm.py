"""pdm.lock: packages with archives, groups and needs written as requirement specifiers."""

from __future__ import annotations

from freehold.inventory.addresses import base_of, clean_url, git_url
from freehold.inventory.lockfiles.lines import table_lines
from freehold.inventory.lockfiles.requirement_lines import wanted
from freehold.inventory.notes import Notes
from freehold.inventory.packages import Draft, named_hash, package, pypi_name, pypi_purl
from freehold.inventory.reader import Document, Lock, Reading
from freehold.inventory.values import Table, read_toml
from freehold.model.component import Component, Origin, Reference, Role


class PdmLock:
    """The reader of pdm.lock."""

    name = "pdm-lock"

    def accepts(self, name: str, head: bytes) -> bool:
        """Tell whether the name is PDM's."""
        return name.lower() == "pdm.lock"

    def read(self, document: Document) -> Reading:
        """Read the document; raises ``UnreadableError`` if it is broken."""
        notes = Notes(document.path)
        lock = read_toml(document, notes)
        draft = Draft(document, notes)
        packages, old_files = lock.tables("package"), lock.table("metadata").table("files")
        lines = table_lines(document.data, "package", len(packages))
        for entry, line in zip(packages, lines, strict=True):
            if "path" not in entry:
                draft.add(pypi_name(entry.text("name")), _component(entry, old_files, Origin(document.path, line)))
        for entry in packages:
            for text in entry.texts("dependencies"):
                need = wanted(text)
                if need is not None:
                    draft.need(pypi_name(entry.text("name")), pypi_name(need.name))
        version = lock.table("metadata").text("lock_version")
        return draft.reading(f"{self.name} {version}".strip(), lock=Lock(("pypi",)))


def _component(entry: Table, old_files: Table, origin: Origin) -> Component:
    """Return one package."""
    name, version = entry.text("name"), entry.text("version")
    vcs_url = git_url(f"{entry.text('git')}#{entry.text('revision')}") if "git" in entry else ""
    url = clean_url(entry.text("url"))
    address = vcs_url or url
    files = entry.tables("files") if "files" in entry else old_files.tables(f"{name} {version}")
    groups = entry.texts("groups")
    return package(
        pypi_purl(name, version, vcs_url=vcs_url, download_url=url),
        pypi_name(name),
        version,
        origin,
        hashes=tuple(dict.fromkeys(one for file in files for one in named_hash(file.text("hash")))),
        registry=base_of(address.removeprefix("git+")),
        references=(Reference("vcs" if vcs_url else "distribution", address),) if address else (),
        role=Role.RUNTIME if not groups or "default" in groups else Role.DEVELOPMENT,
    )

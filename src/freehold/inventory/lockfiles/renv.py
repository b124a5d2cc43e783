"""renv.lock (R): packages with their repository or forge, licences where they are recorded, and needs.

Format: https://rstudio.github.io/renv/reference/lockfiles.html. The hash in it is renv's own, of a package's
description, and keeps its name.
"""

from __future__ import annotations

import re

from freehold.inventory.addresses import base_of, clean_url, git_url
from freehold.inventory.lockfiles.lines import object_lines
from freehold.inventory.notes import Notes
from freehold.inventory.packages import Draft, git_purl, licences_of, own_project, package, purl_of
from freehold.inventory.reader import Document, Reading, UnreadableError
from freehold.inventory.values import Table, read_json
from freehold.model.component import Component, Licence, Origin, Reference

_NEEDS = ("Requirements", "Depends", "Imports", "LinkingTo")
_FIRST_WORD = re.compile(r"^[A-Za-z][\w.]*")
_FORGES = {"github": "github.com", "gitlab": "gitlab.com", "bitbucket": "bitbucket.org"}


class RenvLock:
    """The reader of renv.lock."""

    name = "renv-lock"

    def accepts(self, name: str, head: bytes) -> bool:
        """Tell whether the name is renv's."""
        return name.lower() == "renv.lock"

    def read(self, document: Document) -> Reading:
        """Read the document; raises ``UnreadableError`` if it is broken or lists no packages."""
        notes = Notes(document.path)
        lock = read_json(document, notes)
        if not lock.is_table("Packages"):
            raise UnreadableError("no renv.lock: its Packages are missing")
        draft = Draft(document, notes)
        homes = {one.text("Name"): clean_url(one.text("URL")) for one in lock.table("R").tables("Repositories")}
        lines = object_lines(document.data)
        entries = dict(lock.table("Packages").inner_tables())
        for name, entry in entries.items():
            draft.add(name, _component(name, entry, homes, Origin(document.path, lines.get(name, 0), entry.pointer)))
        for name, entry in entries.items():
            for field in _NEEDS:
                for text in entry.texts(field) if entry.is_list(field) else ():
                    found = _FIRST_WORD.match(text.strip())
                    if found:
                        draft.need(name, found[0])
        return draft.reading(self.name)


def _component(name: str, entry: Table, homes: dict[str, str], origin: Origin) -> Component:
    """Return one package by its source: a repository, Bioconductor, a forge, or a folder."""
    version, source = entry.text("Version"), entry.text("Source").lower()
    host = entry.text("RemoteHost").removeprefix("api.").partition("/")[0] or _FORGES.get(source, "")
    address = ""
    if source in _FORGES:
        address = git_url(
            f"https://{host}/{entry.text('RemoteUsername')}/{entry.text('RemoteRepo')}#{entry.text('RemoteSha')}"
        )
    elif source == "git":
        address = git_url(f"{entry.text('RemoteUrl')}#{entry.text('RemoteSha')}")
    elif source in {"local", "unknown"}:
        return own_project(name, version, origin)
    kind = "bioconductor" if source == "bioconductor" else "cran"
    stated = entry.text("Repository")
    digest = entry.text("Hash")
    return package(
        git_purl(address, name, "") if address else purl_of(kind, name, version),
        name,
        version,
        origin,
        licences=_licences(entry),
        hashes=(f"renv-md5:{digest.lower()}",) if re.fullmatch(r"[0-9a-fA-F]{32}", digest) else (),
        registry=base_of(address.removeprefix("git+")) if address else homes.get(stated, clean_url(stated)),
        references=(Reference("vcs", address),) if address else (),
    )


def _licences(entry: Table) -> tuple[Licence, ...]:
    return licences_of(entry.text("License")) if "License" in entry else ()

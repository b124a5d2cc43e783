"""pixi.lock, versions 4 to 7: conda and Python packages by environment and platform, with licences, hashes and needs.

Format: https://pixi.sh/latest/workspace/lockfile/. Edges are read in every environment and platform that a package is
in; a need that names a virtual package of the machine (``__glibc``) is none of a component.
"""

from __future__ import annotations

import re

import msgspec
from packageurl import PackageURL

from freehold.inventory.addresses import base_of, clean_url, git_url
from freehold.inventory.lockfiles.conda_archives import archive_of, conda_component
from freehold.inventory.lockfiles.requirement_lines import wanted
from freehold.inventory.notes import Notes
from freehold.inventory.packages import (
    Draft,
    licences_of,
    named_hash,
    own_project,
    package,
    purl_of,
    pypi_name,
    pypi_purl,
)
from freehold.inventory.reader import Document, Lock, Reading, UnreadableError
from freehold.inventory.values import Table
from freehold.inventory.yaml_values import read_yaml
from freehold.model.component import Component, Reference

_KINDS = ("conda", "conda_source", "pypi")
_BUILT_HERE = re.compile(r"^([^\[\s]+)(?:\[[^\]]*\])? @ (\S+)$")
"""``conda_source`` of version 7: a name, a part of the hash of how it is built, and the place of the source."""
_FIRST_WORD = re.compile(r"^[^\s<>=!~\[;]+")


class PixiLock:
    """The reader of pixi.lock."""

    name = "pixi-lock"

    def accepts(self, name: str, head: bytes) -> bool:
        """Tell whether the name is pixi's."""
        return name.lower() == "pixi.lock"

    def read(self, document: Document) -> Reading:
        """Read the document; raises ``UnreadableError`` if it is broken or of another version."""
        notes = Notes(document.path)
        lock = read_yaml(document, notes)
        version = lock.text("version")
        if version not in {"4", "5", "6", "7"}:
            raise UnreadableError(
                f"pixi.lock version {version[:20]!r} is not supported" if version else "no pixi.lock",
                remedy="write it with a pixi of lock version 4 to 7",
            )
        draft = Draft(document, notes)
        entries: dict[str, Table] = {}
        index = _index(lock.table("environments"))
        for entry in lock.tables("packages"):
            place, component = _component(entry, index)
            draft.add(place, component)
            entries[place] = entry
        for _, environment in lock.table("environments").inner_tables():
            platforms = environment.table("packages")
            for platform in platforms:
                _add_needs([_place(one) for one in platforms.tables(platform)], entries, draft)
        return draft.reading(f"{self.name} {version}", lock=Lock(("conda", "pypi")))


def _place(entry: Table) -> str:
    """Return a package's address, which names it throughout the lockfile (``kind`` and ``url`` until version 5)."""
    kind = next((kind for kind in _KINDS if kind in entry), entry.text("kind"))
    return f"{kind}\n{entry.text(kind) if kind in entry else entry.text('url') or entry.text('path')}"


def _index(environments: Table) -> str:
    """Return the Python index that the environments name; empty if they name none, or several."""
    named = {
        clean_url(url) for _, one in environments.inner_tables() if "indexes" in one for url in one.texts("indexes")
    }
    return next(iter(named)) if len(named) == 1 else ""


def _component(entry: Table, index: str) -> tuple[str, Component]:
    """Return one package with its name in the draft."""
    place = _place(entry)
    kind, _, address = place.partition("\n")
    hashes = tuple(one for name in ("sha256", "md5") for one in named_hash(f"{name}:{entry.text(name)}"))
    if kind == "conda":
        return place, _conda(entry, address, hashes)
    if kind == "conda_source":
        return place, _source(entry, *_named_source(address))
    return place, _pypi(entry, address, hashes, index)


def _conda(entry: Table, address: str, hashes: tuple[str, ...]) -> Component:
    """Return a conda package; one that is no archive is built from source beside the lockfile."""
    archive = archive_of(address)
    licences = licences_of(entry.text("license")) if "license" in entry else ()
    if archive is None:
        return _source(entry, entry.text("name"), address, hashes)
    made = conda_component(archive, entry.origin(), hashes, licences=licences)
    known = tuple(one for text in (entry.texts("purls") if "purls" in entry else ()) if (one := _canonical(text)))
    return msgspec.structs.replace(made, purls=tuple(dict.fromkeys((*made.purls, *known))))


def _named_source(text: str) -> tuple[str, str]:
    """Return name and place of what ``conda_source`` names: ``NAME[HASH] @ PLACE``."""
    found = _BUILT_HERE.match(text)
    return (found[1], found[2]) if found else (text.partition("[")[0].strip(), "")


def _source(entry: Table, name: str, place: str, hashes: tuple[str, ...] = ()) -> Component:
    """Return a conda package that is built from source: the project's own if the source lies beside the lockfile."""
    version = entry.text("version")
    if clean_url(place) == "":
        return own_project(name or place, version, entry.marked_origin())
    return package(
        purl_of("conda", name or place.rpartition("/")[2], version),
        name,
        version,
        entry.origin(),
        licences=licences_of(entry.text("license")) if "license" in entry else (),
        hashes=hashes,
        registry=base_of(place.removeprefix("git+")),
    )


def _canonical(text: str) -> str:
    """Return a purl that the lockfile states for a conda package (its name on the Python index); empty if it is none."""
    try:
        return PackageURL.from_string(text).to_string()
    except (TypeError, ValueError):
        return ""


def _pypi(entry: Table, address: str, hashes: tuple[str, ...], index: str) -> Component:
    """Return a Python package; a path is the project's own code."""
    name, version = entry.text("name"), entry.text("version")
    vcs_url = git_url(address) if address.startswith("git+") else ""
    url = clean_url(address)
    if not url:
        return own_project(name or address, version, entry.marked_origin())
    return package(
        pypi_purl(name, version, vcs_url=vcs_url),
        pypi_name(name),
        version,
        entry.origin(),
        fallback=entry.pointer,
        hashes=hashes,
        registry=base_of(vcs_url.removeprefix("git+")) if vcs_url else index,
        references=(Reference("vcs", vcs_url) if vcs_url else Reference("distribution", base_of(url)),),
    )


def _add_needs(places: list[str], entries: dict[str, Table], draft: Draft) -> None:
    """Add the needs within one environment on one platform."""
    conda: dict[str, str] = {}
    python: dict[str, str] = {}
    for place in places:
        kind, _, address = place.partition("\n")
        archive = archive_of(address)
        entry = entries.get(place)
        if kind == "conda_source":
            conda[_named_source(address)[0]] = place
        elif kind == "conda":
            conda[archive.name if archive else entry.text("name") if entry else ""] = place
        elif entry is not None:
            python[pypi_name(entry.text("name"))] = place
    for place in places:
        entry = entries.get(place)
        if entry is None:
            continue
        for text in entry.texts("depends") if "depends" in entry else ():
            found = _FIRST_WORD.match(text)
            if found and found[0] in conda:
                draft.need(place, conda[found[0]])
        for text in entry.texts("requires_dist") if "requires_dist" in entry else ():
            need = wanted(text)
            name = pypi_name(need.name) if need is not None and "extra ==" not in text else ""
            if name in python or name in conda:
                draft.need(place, python.get(name) or conda[name])

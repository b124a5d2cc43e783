"""One installed Python distribution: what its metadata folder says. Which of them need each other is left to ``python``.

Formats: https://packaging.python.org/en/latest/specifications/core-metadata/, .../recording-installed-packages/ and
.../direct-url/. ``RECORD`` and entry points are not looked at, and nothing of the distribution is imported.
"""

from __future__ import annotations

import re
from typing import Final

import msgspec

from freehold.inventory.addresses import base_of, clean_url, git_url
from freehold.inventory.installed.headers import Stanza, stanzas
from freehold.inventory.installed.links import gathered, labelled, reference
from freehold.inventory.installed.terms import classified_licences, stated_licence
from freehold.inventory.installed.trees import TreeView
from freehold.inventory.notes import Notes
from freehold.inventory.packages import licences_of, named_hash, own_project, package, pypi_name, pypi_purl
from freehold.inventory.reader import UnreadableError
from freehold.inventory.sbom.suppliers import organisation_if_sure
from freehold.inventory.values import read_json
from freehold.model.component import Component, Licence, LicenceForm, Reference

_REQUIREMENT: Final = re.compile(r"\s*([A-Za-z0-9][\w.-]*)\s*(?:\[([^\]]*)\])?\s*([^;]*)(?:;(.*))?$", re.DOTALL)
_EXTRA: Final = re.compile(r"\bextra\s*==\s*[\"']([\w.-]+)[\"']")


class Need(msgspec.Struct, frozen=True):
    """One ``Requires-Dist``: the project, the extras of it that are asked for, and the extras that this need belongs to.

    ``extras`` empty: it always belongs, on the platforms that its marker names.
    """

    name: str
    asked: tuple[str, ...]
    extras: tuple[str, ...]


class Distribution(msgspec.Struct, frozen=True):
    """One installed distribution: component, normalised name, needs, where its metadata stands, and what installed it."""

    component: Component
    name: str
    needs: tuple[Need, ...]
    path: str
    installer: str = ""


class Direct(msgspec.Struct, frozen=True):
    """What ``direct_url.json`` says: a git address, an archive's address, or a folder of the machine that installed it.

    An archive in a file keeps its checksums only: its path is the machine's own.
    """

    vcs_url: str = ""
    url: str = ""
    is_local: bool = False
    is_editable: bool = False
    hashes: tuple[str, ...] = ()


def read_distribution(view: TreeView, folder: str, name: str, notes: Notes) -> Distribution | None:
    """Return the distribution whose metadata folder or file is ``name`` in ``folder``; None if it states no name."""
    path = _metadata_path(view, f"{folder}/{name}" if folder else name)
    stanza = next(stanzas(view.text(path), spaces_go_on=True), None) if path else None
    if stanza is None or not stanza.first("name"):
        notes.add("metadata without a name", f"{name}: no metadata with a name in it", view.origin(path or folder))
        return None
    home = path.rpartition("/")[0] if path.endswith(("/METADATA", "/PKG-INFO")) else ""
    direct = _direct(view, home, notes) if home else Direct()
    needs = tuple(need for text in stanza.every("requires-dist") if (need := parse_need(text)) is not None)
    if home and not needs:
        needs = _egg_needs(view.text(f"{home}/requires.txt"))
    found = _component(view, path, stanza, direct)
    installer = view.text(f"{home}/INSTALLER").strip() if home else ""
    return Distribution(found, pypi_name(stanza.first("name")), needs, path, installer)


def parse_need(text: str) -> Need | None:
    """Return a requirement taken apart (PEP 508); None if it is none."""
    found = _REQUIREMENT.match(text)
    if found is None:
        return None
    asked = tuple(pypi_name(one.strip()) for one in (found[2] or "").split(",") if one.strip())
    return Need(pypi_name(found[1]), asked, tuple(pypi_name(one) for one in _EXTRA.findall(found[4] or "")))


def _egg_needs(text: str) -> tuple[Need, ...]:
    """Return the needs in an egg's ``requires.txt``: sections ``[extra:marker]`` hold those of extras."""
    needs: list[Need] = []
    extra = ""
    for line in text.splitlines():
        if line.startswith("["):
            extra = line.strip("[] \t").partition(":")[0]
        elif line.strip() and (need := parse_need(line)) is not None:
            needs.append(msgspec.structs.replace(need, extras=(pypi_name(extra),) if extra else ()))
    return tuple(needs)


def _metadata_path(view: TreeView, path: str) -> str:
    """Return the file that holds the metadata: ``.egg-info`` may be that file itself."""
    choices = (f"{path}/METADATA", f"{path}/PKG-INFO", f"{path}/EGG-INFO/PKG-INFO", path)
    return next((choice for choice in choices if view.is_file(choice)), "")


def _direct(view: TreeView, home: str, notes: Notes) -> Direct:
    document = view.document(f"{home}/direct_url.json")
    if document is None:
        return Direct()
    try:
        stated = read_json(document, notes)
    except UnreadableError as error:
        notes.add("unreadable direct_url.json", error.reason, view.origin(f"{home}/direct_url.json"))
        return Direct()
    url = stated.text("url")
    if "dir_info" in stated:
        return Direct(is_local=True, is_editable=stated.table("dir_info").flag("editable"))
    if "vcs_info" in stated:
        vcs = stated.table("vcs_info")
        return Direct(vcs_url=git_url(f"{url}#{vcs.text('commit_id') or vcs.text('requested_revision')}"))
    archive = stated.table("archive_info")
    hashes = [f"{name}:{value}" for name, value in archive.table("hashes").inner_texts()] or [archive.text("hash")]
    return Direct(url=clean_url(url), hashes=tuple(one for text in hashes for one in named_hash(text)))


def _component(view: TreeView, path: str, stanza: Stanza, direct: Direct) -> Component:
    name, version = stanza.first("name"), stanza.first("version")
    origin = view.origin(path, stanza.lines["name"])
    if direct.is_editable:
        made = own_project(name, version, view.origin(path))
    else:
        purl = "" if direct.is_local else pypi_purl(name, version, vcs_url=direct.vcs_url, download_url=direct.url)
        registry = base_of(direct.url) or base_of(direct.vcs_url.removeprefix("git+"))
        made = package(purl, name, version, origin, registry=registry, hashes=direct.hashes)
    return msgspec.structs.replace(
        made, licences=_licences(stanza), references=_references(stanza, direct), supplier=_supplier(stanza)
    )


def _licences(stanza: Stanza) -> tuple[Licence, ...]:
    """Return the expression alone where there is one; else the licence field, beside what classifiers say differently.

    A field that is prose gives way to classifiers, and a classifier that could mean several licences to a field.
    """
    expression = stanza.first("license-expression")
    if expression:
        return licences_of(expression)
    stated = stated_licence(stanza.first("license"))
    classified = classified_licences(stanza.every("classifier"))
    if not stated or (classified and stated[0].form not in {LicenceForm.ID, LicenceForm.EXPRESSION}):
        return classified
    words = set(re.split(r"[\s()]+", stated[0].value))
    return (*stated, *(one for one in classified if one.form is LicenceForm.ID and one.value not in words))


def _references(stanza: Stanza, direct: Direct) -> tuple[Reference, ...]:
    stated = [labelled(*_pair(text)) for text in stanza.every("project-url")]
    place = (Reference("vcs", direct.vcs_url),) if direct.vcs_url else reference("distribution", direct.url)
    website, download = (
        reference("website", stanza.first("home-page")),
        labelled("download", stanza.first("download-url")),
    )
    return gathered(place, website, download, *stated)


def _pair(text: str) -> tuple[str, str]:
    label, _, url = text.partition(",")
    return label.strip(), url.strip()


def _supplier(stanza: Stanza) -> str:
    """Return the maintainer or author if the words say that it is an organisation."""
    fields = ("maintainer", "author", "maintainer-email", "author-email")
    return next((name for field in fields if (name := organisation_if_sure(stanza.first(field)))), "")

"""One installed node package: what its ``package.json`` says. Where the others lie is left to ``node``.

Format: the page "package.json" of the npm documentation, with the older forms of its fields.
"""

from __future__ import annotations

from typing import Final

import msgspec

from freehold.inventory.installed.links import gathered, reference, repository
from freehold.inventory.installed.trees import TreeView
from freehold.inventory.lockfiles.npm_sources import source_of
from freehold.inventory.notes import Notes
from freehold.inventory.packages import licences_of, npm_purl, own_project, package
from freehold.inventory.reader import UnreadableError
from freehold.inventory.sbom.suppliers import organisation_if_sure
from freehold.inventory.values import Table, read_json
from freehold.model.component import Component, Licence, Reference, Role

_NEEDS: Final = (
    ("dependencies", Role.RUNTIME, True),
    ("optionalDependencies", Role.RUNTIME, False),
    ("peerDependencies", Role.RUNTIME, False),
)
_DEVELOPMENT: Final = ("devDependencies", Role.DEVELOPMENT, False)
_BUNDLES: Final = ("bundleDependencies", "bundledDependencies")


class Need(msgspec.Struct, frozen=True):
    """One package that is needed by name."""

    name: str
    role: Role
    is_required: bool


class Manifest(msgspec.Struct, frozen=True):
    """One package: its component, its folder, what it needs and what its archive holds."""

    component: Component
    folder: str
    needs: tuple[Need, ...]
    bundled: frozenset[str]
    bundles_all: bool


def read_manifest(view: TreeView, folder: str, notes: Notes, *, is_own: bool = False) -> Manifest | None:
    """Return the package in a folder; None if there is no manifest, or none with a name. ``is_own``: the project's."""
    path = f"{folder}/package.json" if folder else "package.json"
    document = view.document(path)
    if document is None:
        return None
    try:
        stated = read_json(document, notes)
    except UnreadableError as error:
        view.skip(path, error.reason, error.remedy)
        return None
    name = stated.text("name")
    if not name and not is_own:
        return None
    component = _own(view, path, stated) if is_own else _component(view, path, stated, notes)
    optional = set(stated.table("optionalDependencies")) if "optionalDependencies" in stated else set()
    return Manifest(
        component=component,
        folder=folder,
        needs=tuple(_needs(stated, optional, with_development=is_own)),
        bundled=frozenset(one for field in _BUNDLES if stated.is_list(field) for one in stated.texts_only(field)),
        bundles_all=any(stated.flag(field) for field in _BUNDLES),
    )


def _needs(stated: Table, optional: set[str], *, with_development: bool) -> list[Need]:
    fields = (*_NEEDS, _DEVELOPMENT) if with_development else _NEEDS
    return [
        Need(name, role, is_required and name not in optional)
        for field, role, is_required in fields
        if stated.is_table(field)
        for name in stated.table(field)
    ]


def _own(view: TreeView, path: str, stated: Table) -> Component:
    return own_project(stated.text("name"), stated.text("version"), view.origin(path, 0, "/name"))


def _component(view: TreeView, path: str, stated: Table, notes: Notes) -> Component:
    name, version = stated.text("name"), stated.text("version")
    source = source_of(name, stated.text("_resolved") if "_resolved" in stated else "")
    purl = npm_purl(name, version, source.vcs_url)
    origin = view.origin(path, 0, "/name")
    if not purl:
        notes.add("names no purl can hold", f"no purl can be made of {name[:100]!r}", origin)
    return package(
        purl,
        name,
        version,
        origin,
        licences=_licences(stated),
        registry=source.registry,
        references=_references(stated),
        supplier=_supplier(stated),
    )


def _licences(stated: Table) -> tuple[Licence, ...]:
    """Return the licence field: a text, or in old packages an object with a type, or a list of either."""
    names: list[str] = []
    for field in ("license", "licenses"):
        if stated.is_table(field):
            names.append(stated.table(field).text("type"))
        elif field in stated:
            names += [one.text("type") for one in stated.tables_only(field)] if stated.is_list(field) else []
            names += stated.texts_only(field)
    return tuple(dict.fromkeys(licence for name in names for licence in licences_of(name)))


def _references(stated: Table) -> tuple[Reference, ...]:
    vcs = stated.table("repository").text("url") if stated.is_table("repository") else _text(stated, "repository")
    bugs = stated.table("bugs").text("url") if stated.is_table("bugs") else _text(stated, "bugs")
    return gathered(
        repository(vcs) if vcs else (),
        reference("website", _text(stated, "homepage")),
        reference("issue-tracker", bugs),
    )


def _text(stated: Table, field: str) -> str:
    return "" if stated.is_table(field) or stated.is_list(field) else stated.text(field)


def _supplier(stated: Table) -> str:
    """Return the author if the words say that it is an organisation."""
    author = stated.table("author").text("name") if stated.is_table("author") else _text(stated, "author")
    return organisation_if_sure(author)

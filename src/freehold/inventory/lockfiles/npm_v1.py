"""npm's lockfile version 1 (npm 5 and 6): a tree of ``dependencies``, each with what it ``requires``.

It does not say which packages the project itself asked for, nor any licence. Versions 2 and 3 are in ``npm``.
"""

from __future__ import annotations

import re

import msgspec

from freehold.inventory.lockfiles.npm_sources import Source, source_of
from freehold.inventory.packages import Draft, npm_purl, own_project, package, sri_hashes
from freehold.inventory.reader import Lock, Reading, UnreadableError
from freehold.inventory.values import Table
from freehold.model.component import Component, ComponentKey, Origin, Reference, Role

_VERSION = re.compile(r"^v?\d+(\.\d+)*")
_DEEPEST = 200


class _Node(msgspec.Struct, frozen=True):
    """One entry of the tree. ``path`` names it in the draft: the names on the way to it."""

    path: tuple[str, ...]
    entry: Table


def read_version_1(lock: Table, draft: Draft) -> Reading:
    """Read a lockfile of version 1 into the draft and return the reading."""
    top = own_project(lock.text("name"), lock.text("version"), Origin(draft.path, 0, ""))
    draft.add("", top)
    nodes = _nodes(lock)
    for node in nodes.values():
        draft.add(_name(node.path), _component(node, draft))
    needed: set[str] = set()
    for node in nodes.values():
        needed |= _add_needs(node, nodes, draft)
    for node in nodes.values():
        if len(node.path) == 1 and _name(node.path) not in needed:
            draft.need("", _name(node.path), _role(node.entry))
    draft.notes.once(
        "npm lockfile version 1 does not say what the project itself asks for: what nothing else needs hangs on it",
        "write it again with npm 7 or later for licences and direct dependencies",
    )
    return draft.reading("npm-lock 1", lock=Lock(("npm",), {"": top.key}))


def _nodes(lock: Table) -> dict[tuple[str, ...], _Node]:
    """Return all entries of the tree by path, parents first."""
    found: dict[tuple[str, ...], _Node] = {}
    open_tables: list[tuple[tuple[str, ...], Table]] = [((), lock.table("dependencies"))]
    while open_tables:
        above, table = open_tables.pop()
        if len(above) > _DEEPEST:
            raise UnreadableError("dependencies are nested too deeply to be read safely")
        for name, entry in table.inner_tables():
            found[*above, name] = _Node((*above, name), entry)
            if entry.is_table("dependencies"):
                open_tables.append(((*above, name), entry.table("dependencies")))
    return found


def _component(node: _Node, draft: Draft) -> Component:
    """Return the package of one entry."""
    name, version, source = _identity(node)
    origin = Origin(draft.path, 0, node.entry.pointer)
    purl = "" if source.is_local else npm_purl(name, version, source.vcs_url)
    return package(
        purl,
        name,
        version,
        origin,
        hashes=sri_hashes(node.entry.text("integrity")),
        registry=source.registry,
        references=(Reference(source.kind, source.place),) if source.place else (),
        role=_role(node.entry),
        contained_in=_container(node, draft),
    )


def _identity(node: _Node) -> tuple[str, str, Source]:
    """Return name, version and source; ``version`` may hold an address or an alias (``npm:other@1.0``)."""
    name, version = node.path[-1], node.entry.text("version")
    if version.startswith("npm:"):
        name, _, version = version[4:].rpartition("@")
    if _VERSION.match(version):
        return name, version, source_of(name, node.entry.text("resolved"))
    return name, "", source_of(name, version)


def _container(node: _Node, draft: Draft) -> ComponentKey | None:
    """Return the package whose archive holds this one, if it is bundled (entries above were added before)."""
    if not node.entry.flag("bundled") or len(node.path) < 2:
        return None
    return draft.key_of(_name(node.path[:-1]))


def _add_needs(node: _Node, nodes: dict[tuple[str, ...], _Node], draft: Draft) -> set[str]:
    """Add what an entry requires, found in its own tree or the nearest one above; return the names found."""
    found: set[str] = set()
    for name in node.entry.table("requires") if node.entry.is_table("requires") else ():
        above = node.path
        while (*above, name) not in nodes and above:
            above = above[:-1]
        if (*above, name) in nodes:
            target = _name((*above, name))
            draft.need(_name(node.path), target)
            found.add(target)
        elif not node.entry.flag("optional"):
            origin = Origin(draft.path, 0, node.entry.pointer)
            draft.notes.add("needs without an entry", f"{name[:100]!r} is needed but not listed", origin)
    return found


def _role(entry: Table) -> Role:
    return Role.DEVELOPMENT if entry.flag("dev") else Role.RUNTIME


def _name(path: tuple[str, ...]) -> str:
    """Return an entry's name in the draft."""
    return "\n".join(path)

"""Putting what the files of a folder say together into one inventory, project by project.

A *project folder* is one that directly holds a file which lists components; anything found deeper belongs to the nearest
one above. Within it: unpinned requirements join the pinned package they mean, packages without a registry take the one
that the nearest client settings name, and what no root leads to hangs on a root that stands for the folder.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from freehold.inventory.asking import answer_asks
from freehold.inventory.found import Found
from freehold.inventory.indexes import NamedIndex
from freehold.inventory.joining import join_components, join_dependencies, strongest, unreached
from freehold.inventory.lockfiles.go_selected import without_unselected
from freehold.inventory.packages import without_version
from freehold.inventory.services.dora_joining import settle_register
from freehold.model.component import (
    Clue,
    Component,
    ComponentKey,
    ComponentKind,
    Dependency,
    FileRead,
    Inventory,
    Origin,
    Role,
    Skip,
)

__all__ = ["Found", "make_inventory"]

Keys = dict[ComponentKey, ComponentKey]


def make_inventory(
    found: Sequence[Found], indexes: Sequence[NamedIndex], skips: Iterable[Skip], notes: Iterable[Skip], name: str
) -> Inventory:
    """Join all readings; ``name`` is the top folder's own. Sorted by key, file and place; linear but for the sorting.

    Manifests come last within a project: where a package is locked is said before where it is asked for.
    """
    ordered = answer_asks(without_unselected(sorted(found, key=lambda one: one.file)), name)
    projects = _by_project(sorted(ordered, key=lambda one: one.reading.manifest is not None))
    components: list[Component] = []
    dependencies: list[Dependency] = []
    remarks = [note for one in ordered for note in one.reading.notes]
    for folder, members in projects.items():
        own = _Project(folder, members, name)
        components += own.components
        dependencies += own.dependencies
        remarks += own.notes
    applied = _Indexes(indexes)
    components = [applied.to(component) for component in components]
    joined = {one.key: one for one in settle_register(list(join_components(components).values()))}
    dependencies = [edge for edge in dependencies if edge.parent in joined and edge.child in joined]
    edges = join_dependencies(dependencies)
    return Inventory(
        components=tuple(sorted(joined.values(), key=lambda component: component.key)),
        dependencies=tuple(sorted(Dependency(parent, child, role) for (parent, child), role in edges.items())),
        files=tuple(
            FileRead(one.file, one.reading.format, len(one.reading.components), len(one.reading.dependencies))
            for one in ordered
        ),
        skips=tuple(sorted(set(skips))),
        notes=(*notes, *remarks, *applied.notes()),
        clues=tuple(sorted({clue for one in ordered for clue in _clues(one)})),
    )


def _clues(found: Found) -> Iterable[Clue]:
    """Return the clues of a file with the role that its folder allows."""
    if not found.for_development:
        return found.reading.clues
    return (msgspec.structs.replace(clue, role=Role.DEVELOPMENT) for clue in found.reading.clues)


def _by_project(found: Sequence[Found]) -> dict[str, list[Found]]:
    """Group the files by project folder, in order."""
    folders = {one.folder for one in found if one.is_listing and one.reading.components}
    groups: dict[str, list[Found]] = {}
    for one in found:
        folder = one.folder
        while folder and folder not in folders:
            folder = folder.rpartition("/")[0]
        groups.setdefault(folder, []).append(one)
    return groups


class _Project:
    """What the files of one project folder say together."""

    def __init__(self, folder: str, members: Sequence[Found], top_name: str) -> None:
        self.notes: list[Skip] = []
        self._folder = folder
        meant = _meant(members)
        self.components = [_remapped(one, member, meant) for member in members for one in member.reading.components]
        self.dependencies = [
            msgspec.structs.replace(
                edge, parent=meant.get(edge.parent, edge.parent), child=meant.get(edge.child, edge.child)
            )
            for member in members
            for edge in member.reading.dependencies
        ]
        self._hang(top_name, _asked_by_locks(members))

    def _hang(self, top_name: str, asked: Sequence[ComponentKey]) -> None:
        """Hang what no root leads to, and what lockfiles say is asked for, on a root that stands for the folder."""
        roles: dict[ComponentKey, list[Role]] = {}
        for component in self.components:
            roles.setdefault(component.key, []).append(component.role)
        roots = [component.key for component in self.components if component.is_root]
        pairs = [(edge.parent, edge.child) for edge in self.dependencies]
        loose = unreached(sorted(set(roles) - set(roots)), roots, pairs)
        loose = sorted({*loose, *asked} - set(roots))
        if not loose:
            return
        where = Origin(self._folder or ".")
        key = ComponentKey(f"{self._folder or '.'}#")
        name = self._folder.rpartition("/")[2] or top_name
        kind = ComponentKind.APPLICATION
        why = "the project folder itself: its files name no root for everything they list"
        self.components.append(Component(key=key, name=name, kind=kind, origins=(where,), evidence=why, is_root=True))
        self.dependencies += [Dependency(key, child, strongest(roles[child])) for child in loose]


def _asked_by_locks(members: Sequence[Found]) -> list[ComponentKey]:
    """Return what lockfiles say the project asks for, where no manifest of their ecosystem says it itself."""
    said = {member.reading.manifest.ecosystem for member in members if member.reading.manifest is not None}
    locks = [member.reading.lock for member in members if member.reading.lock is not None]
    return [key for lock in locks if not said.intersection(lock.ecosystems) for key in lock.direct]


def _remapped(component: Component, member: Found, meant: Keys) -> Component:
    """Return a component with the key it means, and with the role that its folder allows."""
    key = meant.get(component.key, component.key)
    if key != component.key:
        component = msgspec.structs.replace(component, key=key, purls=(key,))
    holder = component.contained_in
    if holder is not None and holder in meant:
        component = msgspec.structs.replace(component, contained_in=meant[holder])
    if member.for_development and component.role is Role.RUNTIME and not component.is_root:
        component = msgspec.structs.replace(component, role=Role.DEVELOPMENT)
    return component


def _meant(members: Sequence[Found]) -> Keys:
    """Map each package without a version to the one locked version of it in the same project folder, if just one is.

    A file that itself lists the package with a version, too, means another by the one without.
    """
    locked: dict[str, set[ComponentKey]] = {}
    open_keys: set[ComponentKey] = set()
    for member in members:
        libraries = [one for one in member.reading.components if one.kind is ComponentKind.LIBRARY and one.purls]
        named = {without_version(one.key) for one in libraries if one.version}
        for component in libraries:
            if component.version:
                locked.setdefault(without_version(component.key), set()).add(component.key)
            elif "?" not in component.key and component.key not in named:
                open_keys.add(component.key)
    return {key: next(iter(locked[key])) for key in open_keys if len(locked.get(key, ())) == 1}


class _Indexes:
    """The registries that client settings name, applied to the packages whose own files name none."""

    def __init__(self, indexes: Sequence[NamedIndex]) -> None:
        self._by_place: dict[tuple[str, str, str], NamedIndex] = {}
        self._used: dict[NamedIndex, int] = {}
        for index in sorted(indexes, key=lambda one: one.origin.file):
            folder = index.origin.file.rpartition("/")[0]
            self._by_place.setdefault((folder, index.kind, index.scope), index)

    def to(self, component: Component) -> Component:
        """Return the component with the registry of the nearest settings above its file, and that place as origin."""
        if component.registry or not component.purls or not component.origins or not self._by_place:
            return component
        if "?" in component.key or component.contained_in is not None:
            return component
        index = self._nearest(component)
        if index is None:
            return component
        self._used[index] = self._used.get(index, 0) + 1
        return msgspec.structs.replace(component, registry=index.url, origins=(*component.origins, index.origin))

    def notes(self) -> list[Skip]:
        """Return one remark a setting: for how many packages it stood in, or that no package needed it."""
        every: Mapping[NamedIndex, int] = {one: self._used.get(one, 0) for one in self._by_place.values()}
        return [
            Skip(
                index.origin,
                f"client settings name {index.url} for {index.scope or index.kind}: "
                f"taken as the channel of {count} packages whose own files name none",
            )
            for index, count in sorted(every.items())
        ]

    def _nearest(self, component: Component) -> NamedIndex | None:
        kind, _, rest = component.key.removeprefix("pkg:").partition("/")
        scope = rest.partition("/")[0].replace("%40", "@") if kind == "npm" and rest.startswith("%40") else ""
        folder = component.origins[0].file.rpartition("/")[0]
        while True:
            for wanted in dict.fromkeys((scope, "")):
                if (folder, kind, wanted) in self._by_place:
                    return self._by_place[folder, kind, wanted]
            if not folder:
                return None
            folder = folder.rpartition("/")[0]

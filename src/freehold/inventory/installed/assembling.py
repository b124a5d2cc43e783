"""One installed tree as a whole: every place in it read, and what a system package installed marked as contained in it.

With a holder (an image) everything is contained in that. Which trees are read this way is ``places``' rule; what they
are joined with, ``projects``'.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

import msgspec

from freehold.inventory.installed.alpine import database as alpine_database
from freehold.inventory.installed.alpine import read_alpine
from freehold.inventory.installed.conda import read_conda
from freehold.inventory.installed.debian import STATUS, STATUS_FOLDER, debian_owners, holds_debian, read_debian
from freehold.inventory.installed.distribution import System, read_system
from freehold.inventory.installed.go_binary import read_go
from freehold.inventory.installed.java import read_java
from freehold.inventory.installed.node import read_node
from freehold.inventory.installed.places import Places, find_places, is_root_filesystem
from freehold.inventory.installed.python import bundler, names_in, read_python
from freehold.inventory.installed.rpm import database as rpm_database
from freehold.inventory.installed.rpm import read_rpm
from freehold.inventory.installed.trees import TreeView
from freehold.inventory.joining import unreached
from freehold.inventory.reader import Reading
from freehold.model.component import Component, ComponentKey, Dependency, Skip

Owners = Mapping[str, ComponentKey]


class PlaceRead(msgspec.Struct, frozen=True):
    """One place of a tree, as shown, with what it gave."""

    place: str
    reading: Reading


def read_tree(view: TreeView, name: str, holder: Component | None = None) -> list[PlaceRead]:
    """Read everything installed in a tree whose top folder is called ``name``; what could not be read is the view's."""
    found = find_places(view, name)
    read: list[PlaceRead] = []
    described: dict[str, ComponentKey] = {}
    owners: dict[str, ComponentKey] = {}
    for place in found.conda:
        reading, owned = read_conda(view, place)
        read.append(PlaceRead(view.shown(f"{place}/conda-meta" if place else "conda-meta"), reading))
        owners |= owned
    outer: dict[str, dict[str, ComponentKey]] = {}
    for place in found.python:
        reading, keys = read_python(view, place)
        read.append(PlaceRead(view.shown(place), reading))
        outer[place] = names_in(place, keys)
        holding = bundler(place, outer)
        owners |= {} if holding is None else dict.fromkeys(keys, holding)
        described |= keys
    for places, reader in _readers(found):
        for place in places:
            reading, keys = reader(view, place)
            if reading.components or reading.notes:
                read.append(PlaceRead(view.shown(place), reading))
            described |= keys
    if is_root_filesystem(view):
        system = _system(view, sorted(described))
        read = [*system[0], *read]
        owners |= system[1]
    holders = _holders(described, owners)
    read = [_owned(one, holders) for one in read if one.reading.components or one.reading.notes]
    return read if holder is None else _held(read, holder, view)


def _readers(
    found: Places,
) -> Sequence[tuple[list[str], Callable[[TreeView, str], tuple[Reading, dict[str, ComponentKey]]]]]:
    return (
        (found.node, read_node),
        (found.archives, read_java),
        (found.programs, read_go),
    )


def _system(view: TreeView, wanted: Sequence[str]) -> tuple[list[PlaceRead], Owners]:
    """Return what the operating system's package database lists, and which of the wanted files each package installed."""
    system = read_system(view)
    read: list[PlaceRead] = []
    owners: dict[str, ComponentKey] = {}
    if system.component is not None:
        place = system.component.origins[0].file
        read.append(PlaceRead(place, Reading("os-release", (system.component,), notes=_sources(system))))
    if holds_debian(view):
        reading = read_debian(view, system)
        owners |= debian_owners(view, reading, wanted)
        read.append(PlaceRead(view.shown(STATUS if view.is_file(STATUS) else STATUS_FOLDER), reading))
    for database, reader in ((alpine_database, read_alpine), (rpm_database, read_rpm)):
        if path := database(view):
            reading, owned = reader(view, system, wanted)
            owners |= owned
            read.append(PlaceRead(view.shown(path), reading))
    return read, owners


def _sources(system: System) -> tuple[Skip, ...]:
    """Return a remark where several repositories are named: nothing installed says which of them a package came from."""
    if len(system.repositories) < 2:
        return ()
    others = ", ".join(one.url for one in system.repositories[1:])
    first = system.repositories[0]
    why = f"packages name no repository: {first.url} is taken as their channel; also configured: {others}"
    return (Skip(first.origin, why),)


class _Holder(msgspec.Struct, frozen=True):
    """What installed a component, and whether the component lies nowhere else."""

    key: ComponentKey
    is_only_place: bool


def _holders(described: Owners, owners: Owners) -> dict[ComponentKey, _Holder]:
    """Return what a system or conda package, or another distribution, installed or carries."""
    places = Counter(described.values())
    held = Counter(key for path, key in described.items() if path in owners)
    return {
        key: _Holder(owners[path], places[key] == held[key])
        for path, key in described.items()
        if path in owners and owners[path] != key
    }


def _owned(one: PlaceRead, holders: Mapping[ComponentKey, _Holder]) -> PlaceRead:
    """Mark what another component installed as contained in it, and needed with it."""
    components: list[Component] = []
    edges: list[Dependency] = []
    for component in one.reading.components:
        holder = holders.get(component.key)
        if holder is not None:
            edges.append(Dependency(holder.key, component.key))
            if holder.is_only_place and component.contained_in is None:
                component = msgspec.structs.replace(component, contained_in=holder.key)
        components.append(component)
    dependencies = (*one.reading.dependencies, *edges)
    changed = msgspec.structs.replace(one.reading, components=tuple(components), dependencies=dependencies)
    return PlaceRead(one.place, changed)


def _held(read: Sequence[PlaceRead], holder: Component, view: TreeView) -> list[PlaceRead]:
    """Put everything into the holder: contained in it, and reached from it."""
    components = [component for one in read for component in one.reading.components]
    pairs = [(edge.parent, edge.child) for one in read for edge in one.reading.dependencies]
    loose = unreached(sorted({component.key for component in components}), [holder.key], pairs)
    top = Reading("image", (holder,), tuple(Dependency(holder.key, key) for key in loose))
    inner = [
        PlaceRead(
            one.place,
            msgspec.structs.replace(
                one.reading,
                components=tuple(
                    msgspec.structs.replace(component, contained_in=component.contained_in or holder.key, is_root=False)
                    for component in one.reading.components
                ),
            ),
        )
        for one in read
    ]
    return [PlaceRead(view.shown(""), top), *inner]

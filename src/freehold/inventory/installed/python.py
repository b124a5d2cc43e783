"""Python environments: every ``*.dist-info`` and ``*.egg-info`` of a folder, and which of them need each other.

Nothing says which extras were asked for on the command line. A need that belongs to an extra counts where an installed
distribution asks for that extra; others are counted in a note. A need with a platform marker counts where what it names is
installed. Metadata is described in ``python_metadata``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

from freehold.inventory.installed.python_metadata import Distribution, Need, read_distribution
from freehold.inventory.installed.readings import joined_reading
from freehold.inventory.installed.trees import TreeView
from freehold.inventory.notes import Notes
from freehold.inventory.packages import pypi_name
from freehold.inventory.reader import Reading
from freehold.model.component import ComponentKey, Dependency

SUFFIXES: Final = (".dist-info", ".egg-info", ".egg")
FORMAT: Final = "python-environment"


def holds_distributions(names: Sequence[str]) -> bool:
    """Tell whether a folder with these names is one that Python distributions are installed in."""
    return any(name.endswith(".dist-info") for name in names)


def read_python(view: TreeView, folder: str) -> tuple[Reading, dict[str, ComponentKey]]:
    """Return what is installed in a folder, and each metadata file's path with the component that it describes."""
    notes = Notes(view.shown(folder))
    found: list[Distribution] = []
    names = [entry.name for entry in view.entries(folder) if entry.name.endswith(SUFFIXES)]
    for name in names[: view.limits.packages]:
        if name.startswith("~"):
            notes.add("leftovers of an interrupted uninstall", f"{name}: left out", view.origin(folder))
        elif (one := read_distribution(view, folder, name, notes)) is not None:
            found.append(one)
    edges = _edges(found, notes)
    installers = Counter(one.installer for one in found if one.installer)
    if installers:
        listed = ", ".join(f"{name} ({count})" for name, count in sorted(installers.items()))
        notes.once(f"installed by {listed}, which record no index: where the files came from is not known")
    reading = joined_reading(FORMAT, (one.component for one in found), edges, notes)
    return reading, {one.path: one.component.key for one in found}


def names_in(place: str, keys: Mapping[str, ComponentKey]) -> dict[str, ComponentKey]:
    """Return the distributions of a place by normalised name, from the paths of their metadata."""
    inside = ((path.removeprefix(f"{place}/").partition("/")[0], key) for path, key in keys.items())
    return {pypi_name(name.rsplit(".", 1)[0].partition("-")[0]): key for name, key in inside}


def bundler(folder: str, outer: Mapping[str, Mapping[str, ComponentKey]]) -> ComponentKey | None:
    """Return the distribution whose own package holds a folder (``setuptools/_vendor``), if one does.

    ``outer`` holds the distributions of each place by normalised name.
    """
    above = folder
    while above:
        above, _, package = above.rpartition("/")
        if pypi_name(package) in outer.get(above, ()):
            return outer[above][pypi_name(package)]
    return None


def _edges(found: Sequence[Distribution], notes: Notes) -> list[Dependency]:
    """Return the edges: an extra asked for may ask for others, so needs are added until none is new. Linear."""
    by_name = {one.name: one for one in found}
    asked: dict[str, set[str]] = {one.name: set() for one in found}
    edges: list[Dependency] = []
    open_needs = [(one, need) for one in found for need in one.needs if not need.extras]
    waiting: dict[tuple[str, str], list[Need]] = {}
    for one in found:
        for need in one.needs:
            for extra in need.extras:
                waiting.setdefault((one.name, extra), []).append(need)
    absent = 0
    while open_needs:
        holder, need = open_needs.pop()
        target = by_name.get(need.name)
        if target is None:
            absent += 1
            continue
        edges.append(Dependency(holder.component.key, target.component.key))
        for extra in set(need.asked) - asked[need.name]:
            asked[need.name].add(extra)
            open_needs += [(target, inner) for inner in waiting.pop((need.name, extra), ())]
    if absent:
        notes.once(f"needs of what is not installed here: {absent} (left out by their markers, or missing)")
    unasked = sum(1 for needs in waiting.values() for need in needs if need.name in by_name)
    if unasked:
        notes.once(f"needs of extras that no installed distribution asks for: {unasked} (no edges)")
    return edges

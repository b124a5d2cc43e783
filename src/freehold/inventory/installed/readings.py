"""The reading of one place: its components joined, one edge a pair. What is in them is the readers' work."""

from __future__ import annotations

from collections.abc import Iterable

from freehold.inventory.joining import join_components, join_dependencies
from freehold.inventory.notes import Notes
from freehold.inventory.reader import Reading
from freehold.model.component import Component, Dependency


def joined_reading(form: str, components: Iterable[Component], edges: Iterable[Dependency], notes: Notes) -> Reading:
    """Return the reading of a place in a format; mentions of one component are joined, and equal edges. Linear."""
    pairs = join_dependencies(edges)
    return Reading(
        form,
        tuple(join_components(components).values()),
        tuple(Dependency(parent, child, role) for (parent, child), role in pairs.items()),
        notes.listed(),
    )

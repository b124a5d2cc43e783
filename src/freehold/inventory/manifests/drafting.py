"""What readers of manifests share: the draft of a project with its direct dependencies, and where they stand in the text.

A manifest says what its project asks for and within which limits; what that comes to is answered in ``asking``, where
lockfiles are known too. Limits that allow several versions are no version.
"""

from __future__ import annotations

from collections.abc import Sequence

from freehold.inventory.notes import Notes
from freehold.inventory.packages import Draft, own_project
from freehold.inventory.reader import Ask, Document, Manifest, Reading, text_of
from freehold.model.component import Component, ComponentKey, Origin, Role

ROOT = ""
"""The project's name in the draft."""


class ManifestDraft:
    """One manifest being read: its project, and everything it asks for."""

    def __init__(self, document: Document, notes: Notes, ecosystem: str, name: str = "", version: str = "") -> None:
        self.path = document.path
        self.notes = notes
        self.name = name
        self.members: list[str] = []
        self.offers: dict[str, str] = {}
        self.properties: dict[str, str] = {}
        self.own = ""
        self.takes_in: list[str] = []
        self.remedy = ""
        self._ecosystem = ecosystem
        self._root = own_project(name, version, Origin(document.path, 1, f"/{ecosystem}"))
        self._draft = Draft(document, notes)
        self._draft.add(ROOT, self._root)
        self._asks: list[Ask] = []

    def ask(self, component: Component, role: Role = Role.RUNTIME, limits: str = "", *, is_locked: bool = True) -> None:
        """Add a direct dependency; ``limits`` as written, ``is_locked`` false for what no lockfile would hold."""
        self._draft.add(component.key, component)
        self._draft.need(ROOT, component.key, role)
        self._asks.append(Ask(component.key, component.origins[0], role, limits, is_locked))

    def reading(self, format_name: str) -> Reading:
        """Return the reading; a manifest that asks for nothing lists no component."""
        made = self._draft.reading(format_name)
        manifest = Manifest(
            self._ecosystem,
            ComponentKey(self._root.key),
            tuple(self._asks),
            tuple(self.members),
            self.offers,
            self.properties,
            self.own,
            tuple(self.takes_in),
            self.remedy,
        )
        components = made.components if self._asks or (self.offers and self.name) else ()
        return Reading(format_name, components, made.dependencies, made.notes, manifest=manifest)


class Places:
    """Finds the lines of entries in a text: the first that holds a word, at or after the line that opens its section."""

    def __init__(self, document: Document) -> None:
        self._file = document.path
        self._lines = text_of(document.data).splitlines()

    def of(self, word: str, sections: Sequence[str] = ()) -> Origin:
        """Return where a word stands after its sections' opening lines; without a line if they cannot be found."""
        at = 0
        for section in sections:
            at = next((number for number in range(at, len(self._lines)) if section in self._lines[number]), at)
        found = next((number for number in range(at, len(self._lines)) if word in self._lines[number]), None)
        return Origin(self._file, found + 1 if found is not None else 0, "" if found is not None else f"/{word}")

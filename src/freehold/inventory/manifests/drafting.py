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
_NEAR = 100
_MOST_LINES_LOOKED_AT = 5_000_000


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
    """Finds the lines of entries in a text: the first that holds a word, at or after the line that opens its section.

    Entries mostly follow each other, so the search goes on from the last one found; what is looked at in all is bounded.
    """

    def __init__(self, document: Document) -> None:
        self._file = document.path
        self._lines = text_of(document.data).splitlines()
        self._starts: dict[tuple[str, ...], int] = {}
        self._last: dict[tuple[str, ...], int] = {}
        self._left = _MOST_LINES_LOOKED_AT

    def of(self, word: str, sections: Sequence[str] = ()) -> Origin:
        """Return where a word stands after its sections' opening lines; without a line if they cannot be found."""
        path = tuple(sections)
        start = self._start(path)
        last = self._last.get(path, start)
        found = self._find(word, last, last + _NEAR)
        if found is None:
            found = self._find(word, start, len(self._lines))
        if found is None:
            return Origin(self._file, 0, f"/{word}")
        self._last[path] = found
        return Origin(self._file, found + 1)

    def _start(self, path: tuple[str, ...]) -> int:
        if path not in self._starts:
            at = self._start(path[:-1]) if path else 0
            opened = self._find(path[-1], at, len(self._lines)) if path else None
            self._starts[path] = opened if opened is not None else at
        return self._starts[path]

    def _find(self, word: str, start: int, end: int) -> int | None:
        """Return the first line in a range that holds a word."""
        for number in range(start, min(end, len(self._lines), start + self._left)):
            if word in self._lines[number] and _stands_alone(word, self._lines[number]):
                self._left -= number - start
                return number
        self._left -= max(0, min(end, len(self._lines), start + self._left) - start)
        return None


def _stands_alone(word: str, line: str) -> bool:
    """Tell whether a word is in a line as such, not as a part of a longer name."""
    at = line.find(word)
    while at >= 0:
        before, after = line[at - 1 : at], line[at + len(word) : at + len(word) + 1]
        if not (_is_inner(before) and _is_inner(word[:1])) and not (_is_inner(after) and _is_inner(word[-1:])):
            return True
        at = line.find(word, at + 1)
    return False


def _is_inner(character: str) -> bool:
    """Tell whether a character can stand within a name."""
    return character.isalnum() or character in {"-", "_"}

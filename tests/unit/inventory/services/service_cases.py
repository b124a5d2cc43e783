"""Reading one text with the readers of services, for tests."""

from __future__ import annotations

from freehold.inventory.reader import Document, Reading
from freehold.inventory.services import INFERRING
from freehold.model.component import ClueKind


def read(text: str, name: str) -> Reading:
    """Return what all readers of services that accept the file find, together."""
    data = text.encode()
    readings = [
        one.read(Document(name, data)) for one in INFERRING if one.accepts(name.rpartition("/")[2], data[:4096])
    ]
    return Reading(
        "together",
        tuple(component for reading in readings for component in reading.components),
        notes=tuple(note for reading in readings for note in reading.notes),
        clues=tuple(clue for reading in readings for clue in reading.clues),
    )


def hosts(text: str, name: str) -> set[str]:
    """Return the hosts that count as used services."""
    return {component.name for component in read(text, name).components}


def clues(text: str, name: str, kind: ClueKind) -> set[str]:
    """Return the clues of a kind."""
    return {clue.name for clue in read(text, name).clues if clue.kind is kind}

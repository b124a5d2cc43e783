"""Reading what a test gives: by the first reader that accepts it, as the folder reader does."""

from __future__ import annotations

import json
from pathlib import Path

from freehold.inventory.reader import Document, Reader, Reading
from freehold.inventory.sbom import READERS
from freehold.model.component import Component, Role

DATA = Path(__file__).parent / "data"
HEAD = 4096


def reader_for(name: str, data: bytes) -> Reader | None:
    """Return the first reader that accepts a file."""
    return next((reader for reader in READERS if reader.accepts(name, data[:HEAD])), None)


def read_bytes(data: bytes, name: str = "some.json") -> Reading:
    """Read a document with whichever reader accepts it."""
    reader = reader_for(name, data)
    assert reader is not None, "no reader accepts it"
    return reader.read(Document(name, data))


def read_file(name: str) -> Reading:
    """Read one of our own fixtures."""
    return read_bytes((DATA / name).read_bytes(), name)


def read_json(value: object, name: str = "some.json") -> Reading:
    """Read a document given as a Python value."""
    return read_bytes(json.dumps(value).encode(), name)


def cyclonedx(**parts: object) -> dict[str, object]:
    """Return a CycloneDX document of the given parts."""
    return {"bomFormat": "CycloneDX", "specVersion": "1.6", **parts}


def by_name(reading: Reading) -> dict[str, Component]:
    """Return the components by name; the names must differ."""
    found = {component.name: component for component in reading.components}
    assert len(found) == len(reading.components)
    return found


def edges(reading: Reading) -> set[tuple[str, str, Role]]:
    """Return the edges by the names of their ends."""
    names = {component.key: component.name for component in reading.components}
    return {(names[edge.parent], names[edge.child], edge.role) for edge in reading.dependencies}


def remarks(reading: Reading) -> str:
    """Return all notes as one text."""
    return "\n".join(f"{note.where} {note.reason}" for note in reading.notes)

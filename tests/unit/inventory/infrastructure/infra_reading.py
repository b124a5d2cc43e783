"""What the tests of infrastructure readers share: reading a text with the reader that accepts it, and short views."""

from __future__ import annotations

from freehold.inventory.infrastructure import READERS
from freehold.inventory.reader import Document, Reader, Reading
from freehold.model.component import ComponentKind, Role


def reader_of(name: str, text: str) -> Reader | None:
    """Return the reader that a file of this name and text gets; folders as in ``workflows/ci.yml`` are part of the name."""
    head = text.encode()[:4096]
    return next((reader for reader in READERS if reader.accepts(name, head)), None)


def read(name: str, text: str, path: str = "") -> Reading:
    """Read a text with the reader that accepts it."""
    reader = reader_of(name, text)
    assert reader is not None, name
    return reader.read(Document(path or name, text.encode()))


def places(reading: Reading, *kinds: ComponentKind) -> dict[str, list[int]]:
    """Return the lines of every component by key, of the given kinds only if there are any."""
    return {
        str(one.key): [origin.line for origin in one.origins]
        for one in reading.components
        if not kinds or one.kind in kinds
    }


def roles(reading: Reading) -> set[Role]:
    """Return the roles of all components but the root."""
    return {one.role for one in reading.components if not one.is_root}


def remarks(reading: Reading) -> list[tuple[int, str]]:
    """Return line and reason of every note."""
    return [(note.where.line, note.reason) for note in reading.notes]

"""Development containers: image, features and what commands fetch. All for development. JSON with comments.

Format: https://containers.dev/implementors/json_reference/
"""

from __future__ import annotations

import re

import msgspec

from freehold.inventory.infrastructure.fetched import Fetched
from freehold.inventory.infrastructure.images import add_image, read_image
from freehold.inventory.infrastructure.parts import add_host
from freehold.inventory.notes import Notes
from freehold.inventory.packages import Draft
from freehold.inventory.reader import Document, Reading, text_of
from freehold.inventory.values import Table, read_json
from freehold.model.component import Origin, Role

_NAME = re.compile(r"\.?devcontainer\.json", re.IGNORECASE)
_COMMENT = re.compile(r"\"(?:\\.|[^\"\\\n])*\"|//[^\n]*|/\*(?:.*?\*/|.*)", re.DOTALL)
_LAST_COMMA = re.compile(r"\"(?:\\.|[^\"\\\n])*\"|,(?=\s*[}\]])")
_COMMANDS = ("initializeCommand", "onCreateCommand", "updateContentCommand", "postCreateCommand", "postStartCommand")


class DevContainer:
    """The reader of development containers."""

    name = "devcontainer"

    def accepts(self, name: str, head: bytes) -> bool:
        """Tell whether the name is a development container's."""
        return bool(_NAME.fullmatch(name))

    def read(self, document: Document) -> Reading:
        """Read the document; raises ``UnreadableError`` for broken JSON."""
        text = text_of(document.data)
        notes = Notes(document.path)
        draft = Draft(document, notes)
        root = read_json(Document(document.path, without_comments(text).encode()), notes)
        image = root.text_or("image")
        if image:
            add_image(draft, image, _place(document, text, "image"), Role.DEVELOPMENT)
        if root.is_table("features"):
            for name in root.table("features"):
                _feature(name, _place(document, text, name), draft)
        fetched = Fetched(draft)
        fetched.base = read_image(image) if image else None
        for key in _COMMANDS:
            line = _place(document, text, key).line
            inner = root.table(key) if root.is_table(key) else Table({}, "", document.path, notes)
            for command in (root.text_or(key), *(value for _, value in inner.inner_texts())):
                fetched.add(command, line, Role.DEVELOPMENT)
        reading = draft.reading(self.name)
        settled = (msgspec.structs.replace(one, role=Role.DEVELOPMENT) for one in reading.components)
        return msgspec.structs.replace(reading, components=tuple(settled))


def without_comments(text: str) -> str:
    """Return JSON with comments and trailing commas as plain JSON with the same lines. Linear."""

    def kept(found: re.Match[str]) -> str:
        piece = found[0]
        return piece if piece.startswith('"') else "\n" * piece.count("\n")

    return _LAST_COMMA.sub(kept, _COMMENT.sub(kept, text))


def _feature(name: str, origin: Origin, draft: Draft) -> None:
    """Add a feature: an artefact in a registry, an archive on a host, or a folder here."""
    if name.startswith("https://"):
        add_host(draft, name, origin, "a feature comes from")
    elif not name.startswith("."):
        add_image(draft, name, origin, Role.DEVELOPMENT)


def _place(document: Document, text: str, key: str) -> Origin:
    """Return the line of the first mention of a key."""
    at = text.find(f'"{key}"')
    return Origin(document.path, text.count("\n", 0, at) + 1 if at >= 0 else 0)


READERS = (DevContainer(),)

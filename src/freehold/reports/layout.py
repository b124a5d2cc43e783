"""The pieces that a terminal report is made of; ``cli`` renders them, this module holds no width and no colour."""

from __future__ import annotations

from typing import Literal

import msgspec

Tone = Literal["plain", "good", "warn", "bad", "dim", "strong"]


Column = tuple[str, Literal["left", "right"]]


class Text(msgspec.Struct, frozen=True, tag=True):
    """A paragraph, indented by ``indent`` columns; its lines are wrapped."""

    text: str
    tone: Tone = "plain"
    indent: int = 0


class Heading(msgspec.Struct, frozen=True, tag=True):
    """The title of a section."""

    text: str


class Cell(msgspec.Struct, frozen=True):
    """A table cell."""

    text: str
    tone: Tone = "plain"


class Table(msgspec.Struct, frozen=True, tag=True):
    """A table: ``columns`` are titles with their alignment, ``wide`` the column that takes the space left over."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    wide: int = 0


class Snippet(msgspec.Struct, frozen=True, tag=True):
    """Lines to paste, printed as they are."""

    lines: tuple[str, ...]


Block = Text | Heading | Table | Snippet

"""Layout values onto a terminal or into a file: widths, colours, and nothing a name could smuggle in.

Every text is data: control characters become a replacement character and rich markup is never interpreted.
"""

from __future__ import annotations

import io
import os
from collections.abc import Iterable
from typing import TYPE_CHECKING, TextIO

from freehold.errors import UsageError
from freehold.reports.layout import Block, Heading, Snippet, Table, Text, Tone

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table as Grid

STYLES: dict[Tone, str] = {
    "plain": "",
    "good": "green",
    "warn": "yellow",
    "bad": "bold red",
    "dim": "dim",
    "strong": "bold",
}
HANGING = 2
"""Columns by which the lines of a paragraph after its first are indented further."""
NARROWEST = 60
WIDEST = 140


def render_text(blocks: Iterable[Block], stream: TextIO | None, color: str = "auto") -> str:
    """Return ``blocks`` as text for ``stream`` (None: a file), as wide as its terminal (``COLUMNS``, else 100)."""
    from rich.console import Console

    force = {"always": True, "never": False}.get(color)
    target = io.StringIO()
    width = _width(stream)
    colored = stream is not None and stream.isatty() and "NO_COLOR" not in os.environ if force is None else force
    console = Console(
        file=target,
        width=width,
        force_terminal=colored,
        no_color=not colored,
        highlight=False,
        markup=False,
        emoji=False,
        legacy_windows=False,
        color_system="standard" if colored else None,
    )
    for block in blocks:
        _render(block, console, width)
    return "\n".join(line.rstrip() for line in target.getvalue().split("\n")).lstrip("\n")


def _render(block: Block, console: Console, width: int) -> None:
    from rich.text import Text as Styled

    match block:
        case Heading(text=text):
            console.print()
            for line in _wrapped(text, console, width):
                console.print(Styled(line, "bold underline"))
        case Text(text=text, tone=tone, indent=indent):
            lines = _wrapped(text, console, width - indent - HANGING)
            for number, line in enumerate(lines):
                before = " " * (indent + (HANGING if number else 0))
                console.print(Styled(before + line, STYLES[tone]), soft_wrap=True)
        case Snippet(lines=lines):
            for line in lines:
                console.print(Styled(f"     {printable(line)}", "cyan"), soft_wrap=True)
        case Table():
            console.print(_table(block))


def _wrapped(text: str, console: Console, width: int) -> list[str]:
    """Return a text as lines of at most ``width`` columns; a wide character takes two."""
    from rich.text import Text as Styled

    return [line.plain.rstrip() for line in Styled(printable(text)).wrap(console, width)]


def _table(block: Table) -> Grid:
    from rich.table import Table as Grid
    from rich.text import Text as Styled

    grid = Grid(box=None, pad_edge=False, padding=(0, 2, 0, 0), show_edge=False, header_style="dim")
    for index, (title, side) in enumerate(block.columns):
        right = side == "right"
        grid.add_column(
            title,
            justify="right" if right else "left",
            no_wrap=right,
            overflow="fold",
            ratio=1 if index == block.wide else None,
        )
    for row in block.rows:
        grid.add_row(*(Styled(printable(cell.text), STYLES[cell.tone]) for cell in row))
    return grid


def printable(text: str) -> str:
    """Return ``text`` with every control and format character replaced, line breaks included."""
    return "".join(c if c.isprintable() else ("\N{REPLACEMENT CHARACTER}" if c not in "\n\t" else " ") for c in text)


def _width(stream: TextIO | None) -> int:
    named = os.environ.get("COLUMNS", "")
    if named:
        if not named.isdigit():
            raise UsageError(f"{named!r} is no width", where="COLUMNS", remedy="set COLUMNS to a number, or unset it")
        return min(max(int(named), NARROWEST), WIDEST)
    if stream is None:
        return 100
    try:
        return min(max(os.get_terminal_size(stream.fileno()).columns, NARROWEST), WIDEST)
    except (OSError, ValueError, io.UnsupportedOperation):
        return 100

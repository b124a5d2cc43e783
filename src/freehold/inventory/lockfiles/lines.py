"""Line numbers for entries of decoded files: found again in the text, and left out where that is not certain."""

from __future__ import annotations

import re

from freehold.inventory.reader import text_of

_JSON_KEY = re.compile(r'"((?:[^"\\\n]|\\.)+)"[ \t]*:[ \t]*\{')


def table_lines(data: bytes, header: str, count: int) -> list[int]:
    """Return the line of each ``[[header]]`` of a TOML file; zeros if there are not exactly ``count`` of them."""
    pattern = re.compile(rf"[ \t]*\[\[[ \t]*{re.escape(header)}[ \t]*\]\]")
    lines = [number for number, line in enumerate(text_of(data).split("\n"), 1) if pattern.match(line)]
    return lines if len(lines) == count else [0] * count


def field_lines(data: bytes, field: str, count: int) -> list[int]:
    """Return the line of each mention of a JSON field; zeros if there are not exactly ``count`` of them."""
    pattern = re.compile(rf'"{re.escape(field)}"[ \t]*:')
    lines = [number for number, line in enumerate(text_of(data).split("\n"), 1) if pattern.search(line)]
    return lines if len(lines) == count else [0] * count


def object_lines(data: bytes) -> dict[str, int]:
    """Return the line of each JSON key that holds an object and occurs once as such; others are left out."""
    lines: dict[str, int] = {}
    repeated: set[str] = set()
    for number, line in enumerate(text_of(data).split("\n"), 1):
        if "{" not in line or len(line) > 2000:
            continue
        for found in _JSON_KEY.finditer(line):
            if found[1] in lines:
                repeated.add(found[1])
            lines[found[1]] = number
    return {key: line for key, line in lines.items() if key not in repeated and "\\" not in key}

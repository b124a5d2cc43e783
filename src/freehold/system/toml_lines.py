"""The line on which a value stands in a TOML text: ``tomllib`` gives values without places, and errors need them.

Reads the text by lines, not by grammar: good for small hand-written files, one table or key a line. A value on a
shared line gets that line. Decoding belongs to ``toml``.
"""

from __future__ import annotations

import re

TomlPath = tuple[str | int, ...]

_HEADER = re.compile(r"^\s*(\[\[?)\s*([^\[\]]+?)\s*\]\]?\s*(#.*)?$")
_KEY = re.compile(
    r"""^\s*((?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*'))*)\s*=\s*(.*)$"""
)
_PART = re.compile(r"""[A-Za-z0-9_-]+|"[^"]*"|'[^']*'""")
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"' + r"|'[^']*'")


def line_of(text: str, path: TomlPath) -> int:
    """Return the 1-based line of the value at ``path``, or of its nearest enclosing value, else 1."""
    known = _positions(text)
    for length in range(len(path), 0, -1):
        if path[:length] in known:
            return known[path[:length]]
    return 1


def _positions(text: str) -> dict[TomlPath, int]:
    """Return the line of every table, key, and array element that begins a line."""
    scan = _Scan()
    for number, line in enumerate(text.splitlines(), start=1):
        scan.take(number, line)
    return scan.lines


class _Scan:
    """Where the reading stands: the open table, an open multi-line string or array, and the lines found so far."""

    def __init__(self) -> None:
        self.lines: dict[TomlPath, int] = {}
        self.table: TomlPath = ()
        self.counts: dict[TomlPath, int] = {}
        self.closing = ""
        self.array: TomlPath | None = None
        self.depth = 0
        self.element = 0

    def take(self, number: int, line: str) -> None:
        """Take the next line."""
        if self.closing:
            if self.closing in line:
                self.closing = ""
        elif self.array is not None:
            self._continue_array(number, line)
        elif header := _HEADER.match(line):
            self._open_table(number, double=header[1] == "[[", parts=_parts(header[2]))
        elif key := _KEY.match(line):
            self._key(number, _parts(key[1]), key[2])

    def _open_table(self, number: int, *, double: bool, parts: tuple[str, ...]) -> None:
        path: TomlPath = ()
        for part in parts[:-1]:
            path = (*path, part)
            if path in self.counts:
                path = (*path, self.counts[path])
        path = (*path, parts[-1])
        self.lines.setdefault(path, number)
        if double:
            self.counts[path] = self.counts.get(path, -1) + 1
            path = (*path, self.counts[path])
            self.lines[path] = number
        self.table = path

    def _key(self, number: int, parts: tuple[str, ...], value: str) -> None:
        path = (*self.table, *parts)
        self.lines.setdefault(path, number)
        for mark in ('"""', "'''"):
            if value.startswith(mark):
                self.closing = mark if mark not in value[3:] else ""
                return
        self.depth = _depth(value)
        if self.depth > 0:
            self.array, self.element = path, 0
            self._element(number, value[1:])

    def _continue_array(self, number: int, line: str) -> None:
        assert self.array is not None
        self._element(number, line)
        self.depth += _depth(line)
        if self.depth <= 0:
            self.array = None

    def _element(self, number: int, text: str) -> None:
        """Note where an element of the open array begins; several on one line share it."""
        bare = text.strip()
        if self.array is None or self.depth > 1 or not bare or bare[0] in "#]":
            return
        self.lines[(*self.array, self.element)] = number
        self.element += 1


def _parts(dotted: str) -> tuple[str, ...]:
    """Split a dotted TOML key."""
    return tuple(part.strip("\"'") for part in _PART.findall(dotted))


def _depth(text: str) -> int:
    """Return by how many brackets and braces a line opens more than it closes, strings and comments left out."""
    bare = _STRING.sub("", text).split("#", 1)[0]
    return bare.count("[") + bare.count("{") - bare.count("]") - bare.count("}")

"""Text files of ``Field: value`` lines in stanzas: Python metadata, dpkg's status, copyright files, Maven properties' kin.

Formats: RFC 822 as Python's core metadata and Debian Policy 5.1 use it. Lines are data; what a field means is left to the
readers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_FIELD = re.compile(r"([A-Za-z][\w.-]*):[ \t]*(.*)")


class Stanza:
    """The fields of one stanza, in lower case, each with all of its values, and the line on which it begins (1-based)."""

    __slots__ = ("_values", "line", "lines")

    def __init__(self, line: int) -> None:
        self.line = line
        self.lines: dict[str, int] = {}
        self._values: dict[str, list[list[str]]] = {}

    def add(self, field: str, value: str, line: int) -> None:
        """Add a value; the line of a field is that of its first."""
        self.lines.setdefault(field, line)
        self._values.setdefault(field, []).append([value])

    def go_on(self, field: str, text: str) -> None:
        """Add a line to a field's last value."""
        self._values[field][-1].append(text)

    def first(self, field: str) -> str:
        """Return the first value of a field, empty if there is none."""
        values = self._values.get(field)
        return "\n".join(values[0]).strip() if values else ""

    def every(self, field: str) -> tuple[str, ...]:
        """Return all values of a field."""
        return tuple("\n".join(lines).strip() for lines in self._values.get(field, ()))

    def __bool__(self) -> bool:
        return bool(self._values)


def stanzas(text: str, *, spaces_go_on: bool = False) -> Iterator[Stanza]:
    """Yield the stanzas of a text, empty lines between them; lines that are no field are left out.

    A line of nothing but spaces ends a stanza (Debian Policy), unless ``spaces_go_on``: then it is part of a value (RFC 822).
    """
    stanza, field = Stanza(1), ""
    for number, line in enumerate(text.split("\n"), 1):
        line = line.rstrip("\r")
        if not (line if spaces_go_on else line.strip()):
            if stanza:
                yield stanza
            stanza, field = Stanza(number + 1), ""
        elif line[0] in " \t":
            if field:
                stanza.go_on(field, line.strip())
        elif found := _FIELD.match(line):
            field = found[1].lower()
            stanza.line = stanza.line if stanza else number
            stanza.add(field, found[2], number)
        else:
            field = ""
    if stanza:
        yield stanza

"""Decoding YAML as data: every scalar as it is written, every entry with its line, nothing constructed.

Keys are texts as written (``on`` stays ``on``, ``3.10`` stays ``3.10``); so are values, except ``null``, ``true`` and
``false``. Tags are ignored, merge keys (``<<``) are applied, aliases are the same value again. The document is built from
libyaml's events on a stack of our own, so depth cannot exhaust the interpreter's.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import yaml

from freehold.inventory.notes import Notes
from freehold.inventory.reader import Document, UnreadableError, text_of
from freehold.inventory.values import LinedList, LinedMap, Table

MOST_VALUES: Final = 2_000_000
"""Values of one document, those behind an alias counted at every use: what a document may unfold to."""
DEEPEST: Final = 100
_REMEDY = "restore the file from version control, or have its tool write it again"
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_PLAIN = {"null": None, "Null": None, "NULL": None, "~": None, "": None, "true": True, "True": True, "TRUE": True}
_PLAIN |= {"false": False, "False": False, "FALSE": False}


def read_yaml(document: Document, notes: Notes) -> Table:
    """Decode the first document of a YAML file that is a mapping. Raises ``UnreadableError`` if there is none."""
    tables = read_yaml_documents(document, notes)
    if not tables:
        raise UnreadableError("the YAML document is no mapping", remedy=_REMEDY)
    return tables[0]


def read_yaml_documents(document: Document, notes: Notes) -> list[Table]:
    """Decode every document of a YAML stream that is a mapping; others are left out, with a note unless they are empty.

    Pointers of several documents begin with their number (``/1/spec``). Raises ``UnreadableError`` with the line for
    broken YAML, for nesting deeper than ``DEEPEST`` and for more than ``MOST_VALUES`` values.
    """
    values = list(decode_yaml(text_of(document.data)))
    tables = []
    for number, value in enumerate(values):
        if isinstance(value, LinedMap):
            tables.append(Table(value, f"/{number}" if len(values) > 1 else "", document.path, notes))
        elif value is not None:
            notes.once(f"YAML document {number + 1} is no mapping: left out")
    return tables


def decode_yaml(text: str) -> Iterator[object]:
    """Yield the value of each document: ``LinedMap``, ``LinedList``, text, true, false or None. Linear in the values."""
    builder = _Builder()
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            if builder.take(event):
                yield builder.value
                builder = _Builder()
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark is not None else 0
        problem = getattr(error, "problem", None) or str(error).splitlines()[0]
        raise UnreadableError(f"broken YAML: {problem}", line=line, remedy=_REMEDY) from error


class _Builder:
    """One document being built: the containers that are open, each mapping with the key that waits for its value."""

    def __init__(self) -> None:
        self.value: object = None
        self._open: list[LinedMap | LinedList] = []
        self._keys: list[str | None] = []
        self._anchors: dict[str, object] = {}
        self._sizes: dict[int, int] = {}
        self._names: list[str | None] = []

    def take(self, event: yaml.Event) -> bool:
        """Take one event in; True at the end of the document."""
        line = event.start_mark.line + 1 if event.start_mark is not None else 0
        match event:
            case yaml.ScalarEvent():
                value = _PLAIN.get(event.value, event.value) if event.implicit[0] else event.value
                if event.anchor:
                    self._anchors[event.anchor] = value
                self._put(value, line, 1, event.value)
            case yaml.MappingStartEvent() | yaml.SequenceStartEvent():
                self._start(LinedMap() if isinstance(event, yaml.MappingStartEvent) else LinedList(), event, line)
            case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                self._end(line)
            case yaml.AliasEvent():
                self._alias(event.anchor or "", line)
            case yaml.DocumentEndEvent():
                return True
            case _:
                pass
        return False

    def _start(self, container: LinedMap | LinedList, event: yaml.CollectionStartEvent, line: int) -> None:
        if len(self._open) >= DEEPEST:
            raise UnreadableError(f"nested more than {DEEPEST} levels deep", line=line, remedy=_REMEDY)
        container.line = line
        self._open.append(container)
        self._keys.append(None)
        self._names.append(event.anchor)
        self._sizes[id(container)] = 1

    def _end(self, line: int) -> None:
        container = self._open.pop()
        self._keys.pop()
        name = self._names.pop()
        if name:
            self._anchors[name] = container
        self._put(container, container.line, self._sizes[id(container)])

    def _alias(self, name: str, line: int) -> None:
        if name not in self._anchors:
            raise UnreadableError(f"an alias to {name[:80]!r}, which is not complete or not there", line=line)
        value = self._anchors[name]
        self._put(value, line, self._sizes.get(id(value), 1), value if isinstance(value, str) else "")

    def _put(self, value: object, line: int, size: int, written: str = "") -> None:
        """Put a finished value where it belongs: as the document, into a list, as a key, or as the value of one."""
        if not self._open:
            self.value = value
            return
        container = self._open[-1]
        total = self._sizes[id(container)] + size
        if total > MOST_VALUES:
            raise UnreadableError(f"unfolds to more than {MOST_VALUES:,} values", line=line)
        self._sizes[id(container)] = total
        if isinstance(container, LinedList):
            container.append(value)
            container.lines.append(line)
        elif (key := self._keys[-1]) is None:
            key = written if not isinstance(value, LinedMap | LinedList) else f"({line})"
            self._keys[-1] = key
            container.lines.setdefault(key, line)
        else:
            self._keys[-1] = None
            self._set(container, key, value, line)

    def _set(self, container: LinedMap, key: str, value: object, line: int) -> None:
        """Set an entry; a merge key brings in what the mapping does not state itself."""
        if key != "<<":
            if key in container and container.lines.get(key):
                container.lines[key] = line
            container[key] = value
            return
        for merged in value if isinstance(value, LinedList) else [value]:
            for name, inner in merged.items() if isinstance(merged, LinedMap) else ():
                container.setdefault(name, inner)
                container.lines.setdefault(name, line)

"""Values as JSON bytes that are safe to print, also where a file's name is no Unicode.

Such a name holds lone surrogates, for which JSON has no form; and JSON lets U+007F to U+009F stand as they are, some of
which a terminal takes for commands.
"""

from __future__ import annotations

import re
from typing import Any

import msgspec

_CONTROL = re.compile(rb"\x7f|\xc2[\x80-\x9f]")
"""U+007F to U+009F in UTF-8."""


def json_bytes(document: object) -> bytes:
    """Return a value as indented JSON with a final newline; what is no Unicode is written as ``\\udcff``, as text."""
    return msgspec.json.format(compact_json(document), indent=2) + b"\n"


def compact_json(document: object) -> bytes:
    """Return a value as JSON without white space, under the same rule."""
    try:
        encoded = msgspec.json.encode(document)
    except UnicodeEncodeError:
        encoded = msgspec.json.encode(_written_out(msgspec.to_builtins(document)))
    return _CONTROL.sub(lambda found: b"\\u%04x" % ord(found[0].decode()), encoded)


def _written_out(value: Any) -> Any:
    """Return builtins with every lone surrogate replaced by its escape; depth is that of the reports' own structure."""
    match value:
        case str():
            return value.encode("utf-8", "backslashreplace").decode()
        case list() | tuple():
            return [_written_out(item) for item in value]
        case dict():
            return {_written_out(name): _written_out(item) for name, item in value.items()}
        case _:
            return value

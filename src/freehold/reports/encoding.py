"""Values as JSON bytes, also where a file's name is no Unicode: it then holds lone surrogates, for which JSON has no form."""

from __future__ import annotations

from typing import Any

import msgspec


def json_bytes(document: object) -> bytes:
    """Return a value as indented JSON with a final newline; what is no Unicode is written as ``\\udcff``, as text."""
    return msgspec.json.format(compact_json(document), indent=2) + b"\n"


def compact_json(document: object) -> bytes:
    """Return a value as JSON without white space, under the same rule."""
    try:
        return msgspec.json.encode(document)
    except UnicodeEncodeError:
        return msgspec.json.encode(_written_out(msgspec.to_builtins(document)))


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

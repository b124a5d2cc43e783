"""Decoding JSON into structs, strictly first and forgivingly where a document breaks its own schema.

Real documents put a number where a string belongs or an object where a list belongs. The fast path lets msgspec check
everything; only when it refuses is the document decoded once more, value by value, and each value of a wrong type is
left out and recorded as a ``Fault``. Which structs there are is left to the formats.
"""

from __future__ import annotations

import re
import types
from collections.abc import Iterable
from functools import cache
from typing import TypeVar, Union, get_args, get_origin

import msgspec

from freehold.inventory.reader import UnreadableError, text_of

Text = str | int | float | None
"""A field that should be a string but is a bare number in real files (versions above all)."""

_Shape = TypeVar("_Shape", bound=msgspec.Struct)
_Item = TypeVar("_Item")


class Fault(msgspec.Struct, frozen=True):
    """A value that was left out because its type is wrong, with its RFC 6901 pointer."""

    pointer: str
    reason: str


def present(items: Iterable[_Item | None] | None) -> list[_Item]:
    """Return the items of a list that may be missing or hold nulls."""
    return [item for item in items or () if item is not None]


def decode_json(data: bytes, shape: type[_Shape]) -> tuple[_Shape, list[Fault]]:
    """Decode a JSON document into ``shape`` and list the values that had to be left out.

    Every field of ``shape`` and its parts has a default and admits ``None``. Raises ``UnreadableError`` for bytes that
    are no text, broken or truncated JSON, trailing data, a document that is no object, and nesting too deep to read.
    """
    text = text_of(data)
    try:
        return _decode(text, shape)
    except msgspec.DecodeError as error:
        raise _broken(text, str(error)) from error
    except RecursionError as error:
        raise UnreadableError(
            "the JSON is nested too deeply to be read safely (several hundred levels)",
            remedy="flatten the nested parts, or have the SBOM written again by its tool",
        ) from error


def _decode(text: str, shape: type[_Shape]) -> tuple[_Shape, list[Fault]]:
    """Decode strictly; on a value of the wrong type, forgivingly."""
    try:
        return msgspec.json.decode(text, type=shape), []
    except msgspec.ValidationError:
        value: object = msgspec.json.decode(text)
    if not isinstance(value, dict):
        raise UnreadableError(f"the JSON document is no object but {_kind(value)}", remedy="give the SBOM itself")
    faults: list[Fault] = []
    return _struct(value, shape, "", faults), faults


def _broken(text: str, message: str) -> UnreadableError:
    """Turn msgspec's message into a reason with a line."""
    found = re.search(r"\(byte (\d+)\)", message)
    line = text.encode("utf-8", "replace")[: int(found[1])].count(b"\n") + 1 if found else 0
    cause = re.sub(r"\s*\(byte \d+\)$", "", message)
    if "trailing characters" in message:
        reason = "data follows the end of the JSON document"
    elif "truncated" in message:
        reason = "the JSON ends too early or holds a broken escape"
    else:
        reason = f"broken JSON: {cause.removeprefix('JSON is malformed: ')}"
    return UnreadableError(reason, line=line, remedy="get a complete copy of the file, or have its tool write it again")


def _struct(value: dict[str, object], shape: type[_Shape], pointer: str, faults: list[Fault]) -> _Shape:
    """Build a struct from the fields that have the right type."""
    known: dict[str, object] = {}
    for name, attribute, kind in _fields(shape):
        if value.get(name) is not None:
            known[attribute] = _value(value[name], kind, f"{pointer}/{name}", faults)
    return shape(**known)


@cache
def _fields(shape: type[msgspec.Struct]) -> tuple[tuple[str, str, object], ...]:
    """Return (name in JSON, attribute, type) of each field; resolving the types is slow, so once a struct."""
    return tuple((field.encode_name, field.name, field.type) for field in msgspec.structs.fields(shape))


def _value(value: object, kind: object, pointer: str, faults: list[Fault]) -> object:
    """Return the value as ``kind``, or ``None`` with a fault."""
    if value is None:
        return None
    options = _options(kind)
    items = next((get_args(option)[0] for option in options if get_origin(option) is list), None)
    if isinstance(value, list) and items is not None:
        return [_value(item, items, f"{pointer}/{index}", faults) for index, item in enumerate(value)]
    for option in options:
        if isinstance(option, type) and issubclass(option, msgspec.Struct) and isinstance(value, dict):
            return _struct(value, option, pointer, faults)
        if option is str and isinstance(value, str | int | float):
            return str(value)
    if items is not None:
        faults.append(Fault(pointer, f"a list was expected, {_kind(value)} is read as its only item"))
        return [_value(value, items, pointer, faults)]
    faults.append(Fault(pointer, f"a value of the wrong type was left out ({_kind(value)})"))
    return None


@cache
def _options(kind: object) -> tuple[object, ...]:
    """Return the alternatives of a union, or the type alone."""
    return get_args(kind) if get_origin(kind) in (Union, types.UnionType) else (kind,)


def _kind(value: object) -> str:
    """Name a JSON value's type in JSON's words."""
    names = {dict: "an object", list: "a list", str: "a string", bool: "true or false", type(None): "null"}
    return names.get(type(value), "a number")

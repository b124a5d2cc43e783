"""TOML text into typed values, with file, line and a remedy for everything that does not fit.

Used for ``freehold.toml``, scenario files and catalog records alike. Opening files is left to the callers.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from typing import Any, TypeVar

import msgspec

from freehold.errors import FreeholdError
from freehold.system.toml_lines import TomlPath, line_of

T = TypeVar("T")

_AT = re.compile(r"^(?P<reason>.*?)(?: - at `(?P<path>[^`]*)`)?$", re.DOTALL)
_STEP = re.compile(r"\.([A-Za-z_][A-Za-z0-9_]*)|\[(\d+|\.\.\.)\]")
_BAD_LINE = re.compile(r"at line (\d+)")
_KEY = re.compile(r"(?:unknown|required) field `([^`]*)`")


class NotDecodedError(Exception):
    """A text is no TOML, or not the kind of table that was expected; ``where`` is ``FILE:LINE``."""

    def __init__(self, reason: str, where: str, remedy: str, steps: TomlPath = ()) -> None:
        super().__init__(reason)
        self.reason = reason
        self.where = where
        self.remedy = remedy
        self.steps = steps

    def turned_into(self, kind: type[FreeholdError]) -> FreeholdError:
        """Return the same as an error of the tree in ``freehold.errors``."""
        return kind(self.reason, where=self.where, remedy=self.remedy)


def decode(data: bytes, path: str, kind: type[T]) -> tuple[T, str]:
    """Return the value of type ``kind`` and the text it stands in. Raises ``NotDecodedError``."""
    try:
        text = data.decode("utf-8-sig").replace("\r\n", "\n")
        raw = tomllib.loads(text)
    except UnicodeDecodeError as error:
        raise NotDecodedError(f"not UTF-8 (byte {error.start})", path, "save it as UTF-8") from error
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        found = _BAD_LINE.search(str(error))
        raise NotDecodedError(
            f"not TOML: {error}", f"{path}:{found[1]}" if found else path, "mend this line"
        ) from error
    try:
        return msgspec.convert(raw, kind), text
    except msgspec.ValidationError as error:
        raise _refused(error, raw, text, path, kind) from error


def _refused(error: msgspec.ValidationError, raw: dict[str, Any], text: str, path: str, kind: type) -> NotDecodedError:
    found = _AT.match(str(error))
    assert found is not None
    reason, steps = found["reason"], _named(_steps(found["path"] or ""), raw, kind)
    key = _KEY.search(reason)
    at = (*steps, key[1]) if key else steps
    shown = _dotted(steps)
    remedy = _remedy(reason, key[1] if key else "", _keys_at(kind, steps), shown)
    return NotDecodedError(f"{reason} in {shown}" if shown else reason, f"{path}:{line_of(text, at)}", remedy, steps)


def _named(steps: TomlPath, raw: dict[str, Any], kind: type) -> TomlPath:
    """Replace the ``...`` that msgspec reports for a key of a dictionary by the first key whose value is refused."""
    if "..." not in steps:
        return steps
    place = steps.index("...")
    at: Any = raw
    for step in steps[:place]:
        at = at[step]
    inner = _type_at(kind, steps[: place + 1])
    for name, table in at.items():
        try:
            msgspec.convert(table, inner)
        except msgspec.ValidationError:
            return (*steps[:place], str(name), *steps[place + 1 :])
    return steps


def _steps(path: str) -> TomlPath:
    """Split the path that msgspec reports (``$.seat[0].value``)."""
    return tuple(int(index) if index.isdigit() else name or index for name, index in _STEP.findall(path))


def _dotted(steps: TomlPath) -> str:
    """Write a path as ``seat[0].value``."""
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps).lstrip(".")


def _remedy(reason: str, key: str, known: tuple[str, ...], shown: str) -> str:
    """Return what to do about a refused value."""
    if "unknown field" in reason:
        close = difflib.get_close_matches(key, known, n=1)
        return (f"did you mean {close[0]!r}? " if close else "") + f"known keys: {', '.join(known)}"
    if "required field" in reason:
        return f"add {key} = ..."
    if "got `date`" in reason:
        return "put this date in quotes"
    if "Expected `array`, got `object`" in reason:
        return f"this is a list of tables: write [[{shown}]]"
    if "Expected `object`, got `str`" in reason:
        return 'this is a table: { value = "...", source = "..." }'
    return "correct this value"


def _type_at(kind: type, steps: TomlPath) -> Any:
    """Return the Python type of a dictionary's values, following ``steps`` through structs."""
    at: Any = kind
    for step in steps:
        fields = {field.encode_name: field.type for field in msgspec.structs.fields(at)} if step != "..." else {}
        at = fields[step] if step in fields else at.__args__[1]
    return at


def _keys_at(kind: type, steps: TomlPath) -> tuple[str, ...]:
    """Return the keys that the table at ``steps`` may have."""
    at: msgspec.inspect.Type = msgspec.inspect.type_info(kind)
    for step in steps:
        match at:
            case msgspec.inspect.StructType(fields=fields):
                at = next((field.type for field in fields if field.encode_name == step), at)
            case msgspec.inspect.VarTupleType(item_type=item):
                at = item
            case msgspec.inspect.DictType(value_type=value):
                at = value
            case _:
                break
        if isinstance(at, msgspec.inspect.UnionType):
            at = next((part for part in at.types if isinstance(part, msgspec.inspect.StructType)), at)
    return tuple(field.encode_name for field in at.fields) if isinstance(at, msgspec.inspect.StructType) else ()

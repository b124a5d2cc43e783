"""What changed between two versions of a catalog: records added and removed, and claim by claim what is different.

A claim is recognised again by its field and value, so that a source read anew is a change of that claim, not a claim that
went and another that came. Reading the versions is the work of ``stored``; printing them, of ``reports``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from freehold.catalog.loading import Records
from freehold.model.findings import Change, What
from freehold.model.records import FOLDERS, Record

_LABELS = ("value", "url", "name", "id")


def differences(old: Records, new: Records) -> tuple[Change, ...]:
    """Return every difference, in order of kind, id and place. Linear in the sizes of both."""
    found: list[Change] = []
    for folder, kind in FOLDERS.items():
        identifiers = {*old.ids(kind), *new.ids(kind)}
        for identifier in sorted(identifiers):
            found += _between(folder, identifier, old.get(kind, identifier), new.get(kind, identifier))
    return tuple(found)


def _between(folder: str, identifier: str, old: Record | None, new: Record | None) -> Iterator[Change]:
    """Yield the differences between two versions of one record."""
    if old is None or new is None:
        yield Change(folder, identifier, "", "added" if old is None else "removed")
        return
    before, after = _flat(msgspec.to_builtins(old)), _flat(msgspec.to_builtins(new))
    for place in sorted({*before, *after}):
        was, now = before.get(place), after.get(place)
        if was == now:
            continue
        what: What = "added" if was is None else "removed" if now is None else "changed"
        yield Change(folder, identifier, place, what, was or "", now or "")


def _flat(value: Any, place: str = "") -> dict[str, str]:
    """Return every leaf of a record by its place; items of a list by what they say, not by their number."""
    if isinstance(value, dict):
        return {at: text for key, inner in value.items() for at, text in _flat(inner, _joined(place, key)).items()}
    if not isinstance(value, list | tuple):
        return {place: str(value)}
    found: dict[str, str] = {}
    for item in value:
        at = f"{place}[{_label(item)}]"
        if isinstance(item, dict):
            found[at] = _label(item)
            rest = {key: inner for key, inner in item.items() if key not in _LABELS}
            found.update(_flat(rest, at))
        else:
            found[at] = _label(item)
    return found


def _joined(place: str, key: str) -> str:
    return f"{place}.{key}" if place else key


def _label(item: Any) -> str:
    """Return what an item of a list is recognised by."""
    if isinstance(item, dict):
        label = next((item[key] for key in _LABELS if key in item), "")
        extra = [str(item[key]) for key in ("versions", "part", "what") if item.get(key)]
        return " ".join([str(label), *extra])
    return str(item)

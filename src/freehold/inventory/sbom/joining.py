"""Joining entries into components: the same purl, listed many times, is one component with many origins.

Entries without a valid purl are never merged, least of all by name. Edges are left to ``edges``.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from freehold.inventory.joining import settled_statements
from freehold.inventory.sbom.entries import Draft, Entry
from freehold.inventory.sbom.purls import PurlSet, read_purls
from freehold.model.component import Component, ComponentKey, ComponentKind, Named, Origin, Role

_KIND_BY_PURL_TYPE = {
    "huggingface": ComponentKind.MODEL,
    "docker": ComponentKind.CONTAINER,
    "oci": ComponentKind.CONTAINER,
}
NEED_ORDER = (Role.RUNTIME, Role.BUILD, Role.DEVELOPMENT)
"""Roles, the strongest need first."""


_Item = TypeVar("_Item")


def strongest(roles: Iterable[Role]) -> Role:
    """Return the strongest need among the roles; runtime if there are none."""
    return min(roles, key=NEED_ORDER.index, default=Role.RUNTIME)


def join_entries(draft: Draft) -> tuple[list[ComponentKey], dict[ComponentKey, Component]]:
    """Return the key of every entry, by position, and the components by key in order of first mention.

    Invalid purls and differing values are kept: the former as notes, the latter in ``conflicts``.
    """
    keys: list[ComponentKey] = []
    groups: dict[ComponentKey, list[tuple[Entry, PurlSet]]] = {}
    for entry in draft.entries:
        purls = read_purls(entry.purls, entry.version)
        for text, reason in purls.invalid:
            draft.notes.add("invalid purls", f"invalid purl {text[:200]!r}: {reason}", entry.origin)
        key = ComponentKey(purls.identity or f"{draft.path}#{entry.place}")
        keys.append(key)
        groups.setdefault(key, []).append((entry, purls))
    return keys, {key: _component(key, group) for key, group in groups.items()}


def _component(key: ComponentKey, group: list[tuple[Entry, PurlSet]]) -> Component:
    """Make one component of the entries that share a key; the first stated value of each field wins."""
    entries = [entry for entry, _ in group]
    purls = group[0][1]
    roles = [entry.role for entry in entries if entry.role is not None]
    return Component(
        key=key,
        name=_first([entry.name for entry in entries]) or purls.name or entries[0].ref,
        version=_first([entry.version for entry in entries]) or purls.version,
        kind=_kind(entries, purls),
        purls=_together([own.written for _, own in group]),
        licences=_together([entry.licences for entry in entries]),
        supplier=_first([entry.supplier for entry in entries]),
        hashes=_together([entry.hashes for entry in entries]),
        registry=_first([entry.registry for entry in entries]) or purls.registry,
        hosts=_together([entry.hosts for entry in entries]),
        references=_together([entry.references for entry in entries]),
        role=strongest(roles) if len(roles) == len(entries) else Role.RUNTIME,
        origins=tuple(dict.fromkeys(entry.origin for entry in entries)),
        conflicts=_conflicts(entries) if len(entries) > 1 else (),
        is_root=any(entry.is_root for entry in entries),
        statements=settled_statements([entry.statements for entry in entries]),
    )


def _first(values: list[str]) -> str:
    """Return the first value that says something."""
    return next((value for value in values if value), "")


def _together(values: list[tuple[_Item, ...]]) -> tuple[_Item, ...]:
    """Return all values side by side, each once, in order."""
    return values[0] if len(values) == 1 else tuple(dict.fromkeys(item for value in values for item in value))


def _kind(entries: list[Entry], purls: PurlSet) -> ComponentKind:
    """Return the stated kind, else what the purl type implies."""
    stated = next((entry.kind for entry in entries if entry.kind is not ComponentKind.UNKNOWN), None)
    return stated or _KIND_BY_PURL_TYPE.get(purls.type, ComponentKind.UNKNOWN)


def _conflicts(entries: list[Entry]) -> tuple[Named, ...]:
    """List the values that differ from the one that won."""
    found: dict[tuple[str, str], Origin] = {}
    for field in ("name", "version", "supplier", "registry"):
        stated = [(getattr(entry, field), entry.origin) for entry in entries if getattr(entry, field)]
        for value, origin in stated[1:]:
            if value != stated[0][0]:
                found.setdefault((field, value), origin)
    return tuple(Named(field, value, origin) for (field, value), origin in found.items())

"""A supplier's own declaration (``sovereignty.json``) as the draft of a record: claims with the declaration as their source.

The device (https://www.sovereignty-gap.eu/en/profile/about/) asks a supplier to publish one dated JSON file on its own
domain in seven parts: production, governance, hosting, capital, distribution, reversibility, commitments. Which keys carry
a country or an owner differs between declarations, so keys are looked for by name, in the parts where they mean what a
record means. Whatever is not taken over is returned with its place. A declaration is a claim by the party itself: the
draft is reviewed like any other record before it counts.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any
from urllib.parse import urlsplit

import msgspec

from freehold.errors import InputError
from freehold.model.jurisdictions import NAMES
from freehold.model.records import Parent, Place, Source, Supplier

SOURCE = "declaration"
LARGEST_BYTES = 1 << 20
DEEPEST = 20
_NAME_KEYS = ("legal_name", "name", "organisation", "organization", "declarant", "company")
_SITE_KEYS = ("domain", "website", "url", "homepage")
_DATE_KEYS = ("date", "updated", "last_updated", "declared_on", "issued", "published")
_SEAT_KEYS = ("seat", "headquarters", "country", "jurisdiction", "legal_jurisdiction", "registered_country")
_SEAT_PARTS = ("", "declarant", "organisation", "organization", "company", "governance")
_OWNER_KEYS = ("ultimate_parent", "ultimate_owner", "parent", "parent_company", "owners", "shareholders", "capital")
_SHARE_KEYS = ("percent", "percentage", "share", "stake")
_CODES = {name.casefold(): code for code, name in NAMES.items()} | {code.casefold(): code for code in NAMES}


class Owner(msgspec.Struct, frozen=True):
    """An owner that the declaration names: its name, its country as declared, and its share in percent."""

    name: str
    country: str = ""
    percent: float | None = None


class Declaration(msgspec.Struct, frozen=True):
    """The draft, the owners (who become claims only where a record of them exists), and what was not taken over."""

    record: Supplier
    owners: tuple[Owner, ...]
    left_out: tuple[str, ...]


def read_declaration(data: bytes, url: str, checked_on: date, find: Callable[[str], str]) -> Declaration:
    """Return the draft of a record from a declaration read at ``url``; ``find`` gives the id of a supplier's record
    by its name, or the empty string.

    Raises ``InputError`` for what is no JSON object, too large, nested too deeply, or names nobody.
    """
    document = _decoded(data, url)
    values = dict(_leaves(document))
    used: set[str] = set()
    name = _first(values, used, _NAME_KEYS)
    if not name:
        raise InputError("names no organisation", where=url, remedy=f"one of: {', '.join(_NAME_KEYS)}")
    stated = _first(values, used, _DATE_KEYS)[:10]
    as_of = stated if re.fullmatch(r"\d{4}(-\d{2}){0,2}", stated) else ""
    owners = tuple(_owners(document, used))
    site = _first(values, used, _SITE_KEYS)
    host = urlsplit(site if "//" in site else f"//{site}").hostname or ""
    record = Supplier(
        id=re.sub(r"[^a-z0-9]+", "-", name.casefold()).strip("-")[:80] or "supplier",
        name=name,
        kind="company",
        homepage=site if site.startswith("https://") else "",
        seat=tuple(Place(value=code, source=SOURCE, as_of=as_of) for code in _seats(values, used)),
        parent=tuple(_parents(owners, find, as_of)),
        domains=(host.removeprefix("www."),) if host else (),
        note="declared by the supplier itself",
        sources={SOURCE: Source(url=url, grade="A", checked_on=checked_on, title=f"Declaration of {name}")},
    )
    return Declaration(record, owners, tuple(sorted(place for place in values if place not in used)))


def _decoded(data: bytes, url: str) -> dict[str, Any]:
    if len(data) > LARGEST_BYTES:
        raise InputError(f"larger than {LARGEST_BYTES:,} bytes", where=url)
    try:
        document = msgspec.json.decode(data)
    except (msgspec.DecodeError, RecursionError) as error:
        raise InputError(f"is no JSON: {error}", where=url) from error
    if not isinstance(document, dict):
        raise InputError("is no JSON object", where=url)
    return document


def _leaves(value: Any, place: str = "", depth: int = 0) -> Iterator[tuple[str, str]]:
    """Yield every text and number with its place (``capital.shareholders.0.country``)."""
    if depth > DEEPEST:
        raise InputError(f"nested more than {DEEPEST} levels deep", where=place)
    if isinstance(value, dict | list):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _leaves(inner, f"{place}.{key}" if place else str(key), depth + 1)
    elif value is not None:
        yield place, str(value)


def _first(values: dict[str, str], used: set[str], keys: tuple[str, ...]) -> str:
    """Return the value of the first key found at the top or one level down, the keys in their order."""
    for key in keys:
        for place, text in values.items():
            parts = place.casefold().split(".")
            if parts[-1] == key and len(parts) <= 2 and (len(parts) == 1 or parts[0] in _SEAT_PARTS):
                used.add(place)
                return text.strip()
    return ""


def _seats(values: dict[str, str], used: set[str]) -> Iterator[str]:
    """Yield the country of the seat, if it is said where a seat is said and is a country."""
    for key in _SEAT_KEYS:
        for place, text in values.items():
            parts = place.casefold().split(".")
            inside = ".".join(part for part in parts[:-1] if part not in _SEAT_KEYS)
            code = _CODES.get(text.strip().casefold())
            if key in parts and inside in _SEAT_PARTS and parts[-1] in _SEAT_KEYS and code:
                used.add(place)
                yield code
                return


def _owners(document: dict[str, Any], used: set[str]) -> Iterator[Owner]:
    """Yield the owners that the capital part names."""
    for part, place in ((document, ""), (document.get("capital"), "capital")):
        if not isinstance(part, dict):
            continue
        for key in _OWNER_KEYS:
            held = part.get(key)
            for index, item in enumerate(held if isinstance(held, list) else [held]):
                at = f"{place}.{key}".strip(".") + (f".{index}" if isinstance(held, list) else "")
                if (owner := _owner(item, at, used)) is not None:
                    yield owner


def _owner(item: Any, place: str, used: set[str]) -> Owner | None:
    if isinstance(item, str) and item.strip():
        used.add(place)
        return Owner(item.strip())
    name = item.get("name") if isinstance(item, dict) else None
    if not isinstance(item, dict) or not isinstance(name, str) or not name.strip():
        return None
    shares = [item[key] for key in _SHARE_KEYS if isinstance(item.get(key), int | float)]
    country = str(item.get("country") or item.get("jurisdiction") or "")
    used.update(f"{place}.{key}" for key in ("name", "country", "jurisdiction", *_SHARE_KEYS) if key in item)
    return Owner(name.strip(), _CODES.get(country.casefold(), ""), float(shares[0]) if shares else None)


def _parents(owners: tuple[Owner, ...], find: Callable[[str], str], as_of: str) -> Iterator[Parent]:
    for owner in owners:
        if identifier := find(owner.name):
            percent = (owner.percent, owner.percent) if owner.percent is not None else None
            yield Parent(value=identifier, percent=percent, source=SOURCE, as_of=as_of)


def draft_lines(declaration: Declaration) -> Iterator[str]:
    """Yield the draft as TOML, with what was not taken over as comments."""
    plain = msgspec.to_builtins(declaration.record)
    sources = plain.pop("sources", {})
    claims = {
        key: value for key, value in plain.items() if isinstance(value, list | tuple) and isinstance(value[0], dict)
    }
    yield from (f"{key} = {_toml(value)}" for key, value in plain.items() if key not in claims)
    for key, values in claims.items():
        yield from (line for claim in values for line in ("", f"[[{key}]]", *_pairs(claim)))
    for name, source in sources.items():
        yield from ("", f"[sources.{name}]", *_pairs(source))
    for owner in declaration.owners:
        share = "" if owner.percent is None else f", {owner.percent:g} %"
        yield f"# owner declared: {_comment(f'{owner.name} {owner.country}')}{share}"
    yield from (f"# not taken over: {_comment(place)}" for place in declaration.left_out)


def _pairs(table: dict[str, Any]) -> Iterator[str]:
    yield from (f"{key} = {value if key == 'checked_on' else _toml(value)}" for key, value in table.items())


def _toml(value: Any) -> str:
    """Return a text, number or list as TOML: its basic strings are those of JSON."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _comment(text: str) -> str:
    return "".join(character if character.isprintable() else " " for character in text).strip()

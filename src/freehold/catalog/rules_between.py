"""The rules that a record keeps towards others: names, references, owners, jurisdictions and blocs, derived hosts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from freehold.catalog.derived import hosts_of
from freehold.catalog.loading import RecordFile, identifier_of
from freehold.catalog.rule import Broken, Setting, close_to
from freehold.catalog.walking import references_of, tables_of
from freehold.model.jurisdictions import NAMES
from freehold.model.records import (
    Bloc,
    Channel,
    Function,
    Incident,
    Migration,
    Offering,
    Place,
    Supplier,
    Territories,
    folder_of,
)
from freehold.system.toml_lines import TomlPath


def id_is_file_name(file: RecordFile, setting: Setting) -> Iterator[Broken]:
    """The id is the file's name without ``.toml``."""
    identifier = identifier_of(file.record)
    if Path(file.path).stem != identifier:
        yield ("id",), f"id {identifier!r} is not the file's name", f"rename the file to {identifier}.toml"


def references_exist(file: RecordFile, setting: Setting) -> Iterator[Broken]:
    """Every record that this one names exists."""
    for path, kind, identifier in references_of(file.record):
        if setting.records.get(kind, identifier) is None:
            close = close_to(identifier, setting.records.ids(kind))
            yield path, f"there is no {folder_of(kind)}/{identifier}.toml", close or "add it, or correct the id"


def alternatives_are_offered(file: RecordFile, setting: Setting) -> Iterator[Broken]:
    """No alternative is an offering that is retired already."""
    record = file.record
    if not isinstance(record, Function):
        return
    for index, alternative in enumerate(record.alternatives):
        offering = setting.records.get(Offering, alternative.value)
        if offering and offering.retired and offering.retired <= setting.on.isoformat():
            yield (
                ("alternatives", index),
                f"{alternative.value} is retired since {offering.retired}",
                "leave it out: nobody can move to it",
            )


def no_ownership_loop(file: RecordFile, setting: Setting) -> Iterator[Broken]:
    """No supplier owns itself through others."""
    record = file.record
    if not isinstance(record, Supplier):
        return
    seen: set[str] = set()
    waiting = [parent.value for parent in record.parent]
    while waiting:
        owner = waiting.pop()
        if owner == record.id:
            yield ("parent",), f"{record.id} is its own owner", "correct the chain, or give `until` to what has ended"
            return
        if owner not in seen:
            seen.add(owner)
            above = setting.records.get(Supplier, owner)
            waiting += [parent.value for parent in above.parent if not parent.until] if above else []


def jurisdictions_exist(file: RecordFile, setting: Setting) -> Iterator[Broken]:
    """Jurisdictions are ISO 3166-1 alpha-2 codes; territories may also be blocs of the catalog."""
    for path, table in tables_of(file.record):
        match table:
            case Place(value=code) if code not in NAMES:
                yield (*path, "value"), f"{code!r} is no ISO 3166-1 code", _code(code)
            case Territories(value=codes):
                yield from _territories(codes, (*path, "value"), setting)
            case Migration(jurisdiction=code) if code:
                yield from _territories((code,), (*path, "jurisdiction"), setting)
            case Incident(trigger=trigger, denied=denied):
                yield from _territories(trigger, ("trigger",), setting)
                yield from _territories(denied, ("denied",), setting)
            case _:
                continue


def _territories(codes: tuple[str, ...], path: TomlPath, setting: Setting) -> Iterator[Broken]:
    """Check codes that may be blocs."""
    for code in codes:
        if code not in NAMES and setting.records.get(Bloc, code) is None:
            yield path, f"{code!r} is neither an ISO 3166-1 code nor a bloc in blocs/", _code(code)


def derived_not_written(file: RecordFile, setting: Setting) -> Iterator[Broken]:
    """The hosts of registries whose channel says ``derived`` are written nowhere: users of mirrors have others."""
    derived = [found.record for found in setting.records.files(Channel) if getattr(found.record, "derived", False)]
    served = tuple(kind for channel in derived for kind in getattr(channel, "default_for", ()))
    for host, pattern in _patterns(served):
        if host in file.text and pattern.search(file.text):
            yield (), f"writes the derived host {host}", "leave it out: it is derived at run time"


@lru_cache(maxsize=4)
def _patterns(served: tuple[str, ...]) -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Return the derived hosts of some purl types, each with a pattern that finds it alone."""
    return tuple((host, re.compile(rf"(?<![\w.-]){re.escape(host)}(?![\w-])")) for host in hosts_of(served))


def _code(code: str) -> str:
    """Suggest what to write instead of a code that is unknown."""
    known = {"UK": "write GB", "EL": "write GR"}
    return known.get(code, f"an ISO 3166-1 code, or, where a territory may be a bloc, add blocs/{code}.toml")

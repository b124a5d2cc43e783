"""The rules that one record keeps by itself: dates, sources, purls, version ranges, ranges of numbers, host names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from freehold.catalog.loading import RecordFile
from freehold.catalog.rule import Broken, Setting, close_to
from freehold.catalog.walking import ASSUMED, claims_of, patterns_of, tables_of
from freehold.model.records import (
    Alternative,
    Channel,
    Granted,
    Incident,
    Offering,
    Parent,
    Place,
    Source,
    Supplier,
    Switch,
    Terms,
    YesNo,
)
from freehold.system.toml_lines import TomlPath

_DATE = re.compile(r"^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?$")
_HOST = re.compile(r"^\.?([a-z0-9_]([a-z0-9_-]*[a-z0-9_])?\.)+[a-z0-9-]+(:\d+)?$")

_VARIABLE = re.compile(r"^[A-Z][A-Z0-9_]{3,}\*?$")
_CALL = re.compile(r"^[a-z][a-z0-9-]*:[a-z0-9.-]*\*?$")

_ENDINGS_TO_READ = ("notice", "export-law", "patent-litigation", "change-of-policy")


def dates_in_order(file: RecordFile, setting: Setting) -> Iterator[Broken]:
    """Dates are ``YYYY``, ``YYYY-MM`` or ``YYYY-MM-DD``; nothing ends before it begins or was checked in the future."""
    for path, claim in claims_of(file.record):
        for field in ("since", "until", "as_of"):
            yield from date_broken(getattr(claim, field), (*path, field))
        if claim.since and claim.until and claim.until < claim.since[: len(claim.until)]:
            yield (*path, "until"), f"ends ({claim.until}) before it begins ({claim.since})", "exchange them"
        if _DATE.match(claim.as_of) and claim.as_of > setting.on.isoformat():
            yield (
                (*path, "as_of"),
                f"speaks of the future ({claim.as_of})",
                "as_of is the date that the source speaks of",
            )
    match file.record:
        case Incident(date=day):
            yield from date_broken(day, ("date",))
            if day > setting.on.isoformat():
                yield ("date",), f"{day} is in the future", "record what has happened"
        case Offering(retired=day):
            yield from date_broken(day, ("retired",))
        case _:
            return


def date_broken(text: str, path: TomlPath) -> Iterator[Broken]:
    """Check one date of any precision."""
    found = _DATE.match(text)
    try:
        if text and found is None:
            raise ValueError(text)
        if found:
            date(int(found[1]), int(found[2] or 1), int(found[3] or 1))
    except ValueError:
        yield path, f"{text!r} is no date", "write YYYY, YYYY-MM or YYYY-MM-DD"


def checked_in_the_past(file: RecordFile, setting: Setting) -> Iterator[Broken]:
    """No source was read in the future."""
    for path, table in tables_of(file.record):
        if isinstance(table, Source) and table.checked_on is not None and table.checked_on > setting.on:
            yield (*path, "checked_on"), f"{table.checked_on} is after {setting.on}", "the day on which it was read"


def sources_exist(file: RecordFile, setting: Setting) -> Iterator[Broken]:
    """Every claim names a source of its record, or says that it is assumed."""
    sources: dict[str, Source] = getattr(file.record, "sources", {})
    for path, claim in claims_of(file.record):
        if not claim.source:
            yield path, "names no source", f'add source = "NAME" with [sources.NAME], or source = "{ASSUMED}"'
        elif claim.source not in sources and claim.source != ASSUMED:
            yield (
                (*path, "source"),
                f"there is no [sources.{claim.source}]",
                close_to(claim.source, sources) or "add it",
            )
        if isinstance(claim, Alternative) and claim.closeness_source and claim.closeness_source not in sources:
            yield (
                (*path, "closeness_source"),
                f"there is no [sources.{claim.closeness_source}]",
                close_to(claim.closeness_source, sources) or "add it, or leave it out",
            )
    record = file.record
    if isinstance(record, Incident) and record.source not in sources and record.source != ASSUMED:
        yield ("source",), f"there is no [sources.{record.source}]", f'name one, or source = "{ASSUMED}"'
    if ASSUMED in sources:
        yield ("sources", ASSUMED), f"{ASSUMED!r} is reserved", "give the source another name"


def sources_are_addresses(file: RecordFile, setting: Setting) -> Iterator[Broken]:
    """A source is an http(s) address."""
    for path, table in tables_of(file.record):
        if isinstance(table, Source) and not re.match(r"^https?://[^\s/]+\.[^\s/]+", table.url):
            yield (*path, "url"), f"{table.url!r} is no address", "write https://..."


def purls_parse(file: RecordFile, setting: Setting) -> Iterator[Broken]:
    """Purls are canonical and carry no version; a prefix names its type and ends in ``*`` (or is a namespace)."""
    from packageurl import PackageURL

    prefixes = isinstance(file.record, Supplier)
    for path, pattern in patterns_of(file.record):
        if prefixes or pattern.endswith("*"):
            if not re.match(r"^pkg:[a-z][a-z0-9.+-]*/", pattern) or "*" in pattern[:-1] or "/@" in pattern:
                yield path, f"{pattern!r} is no purl prefix", "pkg:TYPE/BEGINNING, with %40 for @, * only at the end"
            continue
        try:
            purl = PackageURL.from_string(pattern)
        except ValueError as error:
            yield path, f"{pattern!r} is no purl: {error}", "pkg:TYPE/NAMESPACE/NAME"
            continue
        canonical = purl._replace(version=None, qualifiers={}, subpath=None).to_string()
        if canonical != pattern:
            yield path, f"{pattern!r} is not in canonical form without version", f"write {canonical}"


def versions_parse(file: RecordFile, setting: Setting) -> Iterator[Broken]:
    """Version ranges are ``*`` or parse as VERS."""
    ranged = [(path, table.versions) for path, table in tables_of(file.record) if isinstance(table, Granted)]
    for path, versions in ranged:
        if versions == "*":
            continue
        from univers.version_range import VersionRange

        try:
            VersionRange.from_string(versions)
        except Exception as error:
            yield (*path, "versions"), f"{versions!r} is no VERS range: {error}", "vers:npm/>=7.4|<8, or *"


def ranges_in_order(file: RecordFile, setting: Setting) -> Iterator[Broken]:
    """Ranges are low <= likely <= high and not negative; percentages lie within 0 and 100."""
    for path, table in tables_of(file.record):
        match table:
            case Alternative() | Switch():
                for field in ("effort_person_days", "lead_days"):
                    low, likely, high = getattr(table, field)
                    if not 0 <= low <= likely <= high:
                        yield (*path, field), f"{(low, likely, high)} is not in order", "low <= likely <= high"
            case Parent(percent=(low, high)) if not 0 <= low <= high <= 100:
                yield (*path, "percent"), f"{(low, high)} is no range of percentages", "[low, high] within 0 and 100"
            case _:
                continue


def hosts_are_names(file: RecordFile, setting: Setting) -> Iterator[Broken]:
    """Hosts are lower-case names without scheme or path."""
    record = file.record
    hosts: dict[TomlPath, tuple[str, ...]] = {}
    match record:
        case Channel():
            hosts = {("hosts",): record.hosts}
        case Offering():
            hosts = {("match", "hosts"): record.match.hosts}
        case Supplier():
            hosts = {("domains",): record.domains}
        case _:
            return
    for path, names in hosts.items():
        for index, name in enumerate(names):
            if not _HOST.match(name):
                yield (*path, index), f"{name!r} is no host name", "lower case, no scheme, no path"


def clues_are_names(file: RecordFile, setting: Setting) -> Iterator[Broken]:
    """Variables are upper-case names of four letters or more, calls are ``kit:service``; only services are found by them."""
    record = file.record
    if not isinstance(record, Offering):
        return
    for field, pattern, remedy in (
        ("variables", _VARIABLE, "upper case, at least four letters, * only at the end"),
        ("calls", _CALL, "KIT:SERVICE in lower case, * only at the end"),
    ):
        names: tuple[str, ...] = getattr(record.match, field)
        if names and record.kind != "service":
            yield ("match", field), "only services are found by them", "move them to the service"
        for index, name in enumerate(names):
            if not pattern.match(name):
                yield ("match", field, index), f"{name!r} is no name of its kind", remedy


def channels_are_not_guessed(file: RecordFile, setting: Setting) -> Iterator[Broken]:
    """Whom a channel refuses is read, not assumed; nor is it assumed where the origin of a delivery network stands."""
    record = file.record
    if not isinstance(record, Channel):
        return
    guessed = {"blocks": record.blocks, "hosting": record.hosting if record.kind == "cdn" else ()}
    for field, claims in guessed.items():
        for index, claim in enumerate(claims):
            if claim.source == ASSUMED:
                yield (field, index), f"{field} {claim.value} is assumed", "name a source, or leave it out"


def endings_are_read(file: RecordFile, setting: Setting) -> Iterator[Broken]:
    """A service contract may end by breach without a source; any other ending stands in the contract, or not at all."""
    record = file.record
    if not isinstance(record, Terms) or record.category != "service":
        return
    for index, claim in enumerate(record.ends_by):
        if claim.source == ASSUMED and claim.value in _ENDINGS_TO_READ:
            yield ("ends_by", index), f"{claim.value} is assumed", "name the text that says so, or leave it out"


def services_are_read(file: RecordFile, setting: Setting) -> Iterator[Broken]:
    """Where a service runs, and that it keeps nothing, rests on a source that was read; else it is left unknown."""
    record = file.record
    if not isinstance(record, Offering) or record.kind != "service":
        return
    claims: list[tuple[TomlPath, Place | YesNo]] = [(("hosting", at), claim) for at, claim in enumerate(record.hosting)]
    claims += [(("stateful", at), claim) for at, claim in enumerate(record.stateful) if claim.value == "no"]
    for path, claim in claims:
        source = record.sources.get(claim.source)
        if source is None or source.checked_on is None:
            yield (
                path,
                f"{path[0]} = {claim.value!r} was not read anywhere",
                "name a source that was read, or leave it out",
            )

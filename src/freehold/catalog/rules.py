"""The rules that records keep beyond their format: within one record, and between records.

A rule is a function from a record and its setting to the places where it is broken. ``check`` runs all over a folder;
``python -m freehold.catalog.rules FOLDER`` does so from the command line. The format itself is the work of ``loading``;
what two records may not both claim is in ``claimed_once``.
"""

from __future__ import annotations

import difflib
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import msgspec

from freehold.catalog.claimed import claimed_once
from freehold.catalog.derived import hosts_of
from freehold.catalog.lines import TomlPath
from freehold.catalog.loading import Problem, RecordFile, Records, identifier_of, load_folder
from freehold.catalog.walking import ASSUMED, claims_of, patterns_of, references_of, tables_of
from freehold.model.jurisdictions import NAMES
from freehold.model.records import (
    Alternative,
    Bloc,
    Channel,
    Granted,
    Incident,
    Offering,
    Parent,
    Place,
    Source,
    Supplier,
    Switch,
    Territories,
    folder_of,
)

Broken = tuple[TomlPath, str, str]
"""Where in the record, what is wrong, and what to do."""


class Setting(msgspec.Struct, frozen=True):
    """What a rule may look at beside its record: all records, and the day of the check."""

    records: Records
    on: date


Rule = Callable[[RecordFile, Setting], Iterator[Broken]]

_DATE = re.compile(r"^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?$")
_HOST = re.compile(r"^\.?([a-z0-9_]([a-z0-9_-]*[a-z0-9_])?\.)+[a-z0-9-]+(:\d+)?$")


def id_is_file_name(file: RecordFile, setting: Setting) -> Iterator[Broken]:
    """The id is the file's name without ``.toml``."""
    identifier = identifier_of(file.record)
    if Path(file.path).stem != identifier:
        yield ("id",), f"id {identifier!r} is not the file's name", f"rename the file to {identifier}.toml"


def references_exist(file: RecordFile, setting: Setting) -> Iterator[Broken]:
    """Every record that this one names exists."""
    for path, kind, identifier in references_of(file.record):
        if setting.records.get(kind, identifier) is None:
            close = _close(identifier, setting.records.ids(kind))
            yield path, f"there is no {folder_of(kind)}/{identifier}.toml", close or "add it, or correct the id"


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


def dates_in_order(file: RecordFile, setting: Setting) -> Iterator[Broken]:
    """Dates are ``YYYY``, ``YYYY-MM`` or ``YYYY-MM-DD``; nothing ends before it begins or was checked in the future."""
    for path, claim in claims_of(file.record):
        for field in ("since", "until", "as_of"):
            yield from _date(getattr(claim, field), (*path, field))
        if claim.since and claim.until and claim.until < claim.since[: len(claim.until)]:
            yield (*path, "until"), f"ends ({claim.until}) before it begins ({claim.since})", "exchange them"
        if claim.as_of[:10] > setting.on.isoformat():
            yield (
                (*path, "as_of"),
                f"speaks of the future ({claim.as_of})",
                "as_of is the date that the source speaks of",
            )
    match file.record:
        case Incident(date=day):
            yield from _date(day, ("date",))
            if day > setting.on.isoformat():
                yield ("date",), f"{day} is in the future", "record what has happened"
        case Offering(retired=day):
            yield from _date(day, ("retired",))
        case _:
            return


def _date(text: str, path: TomlPath) -> Iterator[Broken]:
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
            yield (*path, "source"), f"there is no [sources.{claim.source}]", _close(claim.source, sources) or "add it"
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


def jurisdictions_exist(file: RecordFile, setting: Setting) -> Iterator[Broken]:
    """Jurisdictions are ISO 3166-1 alpha-2 codes; territories may also be blocs of the catalog."""
    for path, table in tables_of(file.record):
        match table:
            case Place(value=code) if code not in NAMES:
                yield (*path, "value"), f"{code!r} is no ISO 3166-1 code", _code(code)
            case Territories(value=codes):
                yield from _territories(codes, (*path, "value"), setting)
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


def derived_not_written(file: RecordFile, setting: Setting) -> Iterator[Broken]:
    """The hosts of registries whose channel says ``derived`` are written nowhere: users of mirrors have others."""
    channels = (found.record for found in setting.records.files(Channel))
    served = [
        kind for channel in channels if isinstance(channel, Channel) and channel.derived for kind in channel.default_for
    ]
    for host in hosts_of(served):
        if re.search(rf"(?<![\w.-]){re.escape(host)}(?![\w-])", file.text):
            yield (), f"writes the derived host of {hosts_of(served)[host]}", "leave it out: it is derived at run time"


RULES: tuple[Rule, ...] = (
    id_is_file_name,
    references_exist,
    no_ownership_loop,
    dates_in_order,
    checked_in_the_past,
    sources_exist,
    sources_are_addresses,
    jurisdictions_exist,
    purls_parse,
    versions_parse,
    ranges_in_order,
    hosts_are_names,
    derived_not_written,
)


def problems_of(file: RecordFile, rule: Rule, setting: Setting) -> list[Problem]:
    """Return where one record breaks one rule."""
    name = rule.__name__.replace("_", "-")
    return [Problem(file.where(path), name, reason, remedy) for path, reason, remedy in rule(file, setting)]


def check(records: Records, on: date, only: Records | None = None) -> list[Problem]:
    """Return every broken rule, in order of place. ``only`` limits the check to some records seen among all."""
    setting = Setting(records, on)
    found = [
        problem for file in (only or records).files() for rule in RULES for problem in problems_of(file, rule, setting)
    ]
    return sorted(found + claimed_once(records))


def check_folder(root: Path, on: date) -> tuple[Records, list[Problem]]:
    """Load a catalog folder and return its records with every problem of format and rules."""
    records, unread = load_folder(root)
    return records, sorted(unread + check(records, on))


def main(arguments: list[str]) -> int:
    """Check the folders named on the command line, print the problems, and return 1 if there are any."""
    broken = 0
    for root in arguments:
        records, problems = check_folder(Path(root), datetime.now(UTC).date())
        broken += len(problems)
        lines = [*map(str, problems), f"{root}: {sum(1 for _ in records.files())} records, {len(problems)} problems"]
        sys.stdout.write("\n".join(lines) + "\n")
    return 1 if broken else 0


def _close(name: str, known: Iterable[str]) -> str:
    """Suggest a known name close to one that is unknown."""
    close = difflib.get_close_matches(name, list(known), n=1, cutoff=0.75)
    return f"did you mean {close[0]!r}?" if close else ""


def _code(code: str) -> str:
    """Suggest a jurisdiction code for common mistakes."""
    return {"UK": "write GB", "EL": "write GR", "EN": "write GB"}.get(code, "see freehold.model.jurisdictions")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

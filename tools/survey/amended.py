"""Rows held against what else is known: ranges that offerings tell, texts that deny a label, other spellings, forks."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from msgspec.structs import replace

from freehold.catalog.claims import in_range
from freehold.catalog.purls import key_of, version_scheme
from freehold.model.package_row import PackageRow
from freehold.model.records import Offering

_ONLY = re.compile(r"(?<!A)\b(L?)GPL-\d\.\d-only\b")
_UNLIKELY = (
    "Apache-1.0",
    "BSD-4-Clause",
    "CDDL-1.1",
    "LicenseRef-CDDL",
    "CDDL-1.0 OR GPL-2.0-with-classpath-exception",
)
"""What SBOMs write of Maven artifacts whose POM names more: CDDL for "CDDL or GPL" at the same address, CDDL 1.0 for 1.1."""
_JBOSS = ("org.jboss", "org.arquillian.", "org.wildfly.", "io.undertow.", "io.fabric8/maven-model-helper")
_SCOPED = re.compile(r"%40([^/]+)/(.+)")


@dataclass(frozen=True)
class Change:
    """A package, or packages below a prefix, and the licences that an offering names by ranges of versions."""

    key: str
    is_prefix: bool
    ranges: tuple[tuple[str, str], ...]


def changes(offerings: Iterable[Offering]) -> Iterator[Change]:
    """Yield the packages of offerings whose terms differ by version."""
    for offering in offerings:
        ranges = tuple((claim.value, claim.versions) for claim in offering.terms if claim.part == "all")
        if not offering.match or len({licence for licence, _ in ranges}) < 2:
            continue
        for purl in offering.match.purls:
            yield Change(key_of(purl.removesuffix("*")), purl.endswith("*"), ranges)


def narrowed(kind: str, rows: Sequence[PackageRow], known: Iterable[Change]) -> list[PackageRow]:
    """Put to rows for all versions the range for which an offering knows that licence, where it knows others beside it."""
    found = [change for change in known if change.key.startswith(f"pkg:{kind}/")]
    exact = {change.key: change for change in found if not change.is_prefix}
    prefixes = [change for change in found if change.is_prefix]
    amended = []
    for row in rows:
        key = f"pkg:{kind}/{row.name}"
        change = exact.get(key) or next((one for one in prefixes if key.startswith(one.key)), None)
        versions = _range_of(kind, row, change.ranges) if change else row.versions
        amended.append(replace(row, versions=versions))
    return amended


def _range_of(kind: str, row: PackageRow, ranges: Sequence[tuple[str, str]]) -> str:
    """Return the one range in which the licence of a row holds; the row's own where it is not plainly told."""
    named = set(re.split(r" AND | OR ", row.licence.replace("(", "").replace(")", "")))
    fitting = [versions for licence, versions in ranges if licence in named]
    last = row.seen.rpartition("..")[2]
    plain = row.versions == "*" and len(fitting) == 1 and fitting[0].startswith(f"vers:{version_scheme(kind)}/")
    return fitting[0].partition("/")[2] if plain and in_range(fitting[0], last) is not False else row.versions


def of_maven(rows: Sequence[PackageRow]) -> list[PackageRow]:
    """Put right what POMs, and SBOMs that quote them, state in short of Maven artifacts.

    A version of GNU's licences there, named without a word on later ones, stands for the family: most such projects permit
    later ones in their sources. JBoss's parent POM is in the public domain and lends that word to its children; and BSD of no
    variant is quoted as its oldest, Apache's licence as its first, and of the choice of CDDL and GPL one half.
    """
    kept = []
    for row in rows:
        licence = _ONLY.sub(r"LicenseRef-\1GPL", row.licence)
        lent = (
            licence == "LicenseRef-Public-Domain"
            and row.name.startswith(_JBOSS)
            and row.name != "org.jboss/jboss-parent"
        )
        licence = "" if lent or licence in _UNLIKELY else licence
        kept.append(replace(row, licence=licence))
    return [row for row in kept if row.licence or row.owner]


def without_forks(rows: Sequence[PackageRow]) -> list[PackageRow]:
    """Leave out owners of npm packages that others publish under a scope of theirs: a fork keeps the address it came from."""
    owned = {(row.name, row.owner) for row in rows if row.owner}
    kept = []
    for row in rows:
        scoped = _SCOPED.fullmatch(row.name)
        account = row.owner.partition("/")[2]
        fork = scoped and (scoped[2], row.owner) in owned and scoped[1] not in account
        kept.append(replace(row, owner="", source=row.source.split()[0]) if fork else row)
    return [row for row in kept if row.licence or row.owner]


def without_denied(kind: str, rows: Sequence[PackageRow], *denied: Path) -> list[PackageRow]:
    """Leave out licences that recipes and metadata state and the text in the package denies, wholly or for a part of it.

    ``denied`` has a package a row: ``purl``, the ``licence`` that is stated, the ``file`` that was read and its ``sha256``, or
    ``why`` the label is in doubt where no text is at hand.
    """
    wrong: set[tuple[str, str]] = set()
    for path in denied:
        with path.open(encoding="utf-8", newline="") as file:
            wrong |= {(key_of(line["purl"]), line["licence"]) for line in csv.DictReader(file)}
    kept = [replace(row, licence="") if (f"pkg:{kind}/{row.name}", row.licence) in wrong else row for row in rows]
    return [row for row in kept if row.licence or row.owner]


def in_one_spelling(rows: Sequence[PackageRow]) -> list[PackageRow]:
    """Leave out crates that stand there with ``_`` as well: the registry takes ``-`` for the same, definitions write it."""
    names = {row.name for row in rows}
    return [
        row
        for row in rows
        if "-" not in row.name or row.name.replace("-", "_") not in names or "guix" not in row.source
    ]

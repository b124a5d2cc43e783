"""The rules that the rows of a package table keep: order, names, licences, owners, ranges, sources, and no quarrel.

Each rule looks at a whole table and names the line of every row that breaks it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from freehold.catalog.claims import in_range
from freehold.catalog.licences import MAX_SETS, sets_of
from freehold.catalog.loading import RecordFile
from freehold.catalog.purls import key_of, version_scheme
from freehold.catalog.rule import Broken, Setting
from freehold.model.package_row import PackageRow
from freehold.model.records import Offering, Packages, Supplier, Terms

_OWNER = re.compile(r"[a-z0-9.-]+\.[a-z]+(/[a-z0-9._~-]+)+")
_UNCLEAR = re.compile(r"[ (]|^LicenseRef-")
"""Several licences, or a family of them."""
_FORGES = {"github.com": "github", "gitlab.com": "gitlab", "bitbucket.org": "bitbucket"}


def rows_in_order(file: RecordFile, setting: Setting) -> Iterator[Broken]:
    """Rows are in order of name and versions, and none is there twice."""
    for index, (before, row) in enumerate(pairwise(_rows(file)), 1):
        if (before.name, before.versions) >= (row.name, row.versions):
            yield ("rows", index), f"{row.name!r} does not come after {before.name!r}", "sort by name and versions"


def row_names_are_keys(file: RecordFile, setting: Setting) -> Iterator[Broken]:
    """Names are spelled as match keys: lower case, ``%40`` for ``@``, Python names by PEP 503."""
    kind = getattr(file.record, "id", "")
    for index, row in enumerate(_rows(file)):
        key = key_of(f"pkg:{kind}/{row.name}").removeprefix(f"pkg:{kind}/")
        if not row.name or key != row.name:
            yield ("rows", index), f"{row.name!r} is no match key", f"write {key}" if key else "name the package"


def row_licences_have_terms(file: RecordFile, setting: Setting) -> Iterator[Broken]:
    """A licence is an expression of terms that have a record, as AND within OR."""
    for licence, index in {row.licence: index for index, row in enumerate(_rows(file)) if row.licence}.items():
        sets = sets_of(licence)
        if sets is None:
            yield ("rows", index), f"{licence!r} is no licence expression", f"SPDX, at most {MAX_SETS} choices"
            continue
        for symbol in sorted({symbol for terms in sets for symbol in terms}):
            if setting.records.get(Terms, symbol) is None:
                yield ("rows", index), f"there is no terms/{symbol}.toml", "add it, or leave the licence out"


def row_owners_are_organisations(file: RecordFile, setting: Setting) -> Iterator[Broken]:
    """An owner is a namespace of a supplier: organisations have records, persons have none and are never named."""
    namespaces = {
        namespace for found in setting.records.files(Supplier) for namespace in getattr(found.record, "namespaces", ())
    }
    for owner, index in {row.owner: index for index, row in enumerate(_rows(file)) if row.owner}.items():
        host, _, path = owner.partition("/")
        if not _OWNER.fullmatch(owner) or f"pkg:{_FORGES.get(host, host)}/{path}/" not in namespaces:
            yield ("rows", index), f"no supplier has the namespace {owner!r}", "add it to the supplier, or leave it out"


def row_ranges_parse(file: RecordFile, setting: Setting) -> Iterator[Broken]:
    """Versions are ``*`` or the comparators of a VERS range of this purl type."""
    scheme = version_scheme(getattr(file.record, "id", ""))
    for index, row in enumerate(_rows(file)):
        if row.versions == "*":
            continue
        from univers.version_range import VersionRange

        try:
            VersionRange.from_string(f"vers:{scheme}/{row.versions}")
        except Exception as error:
            yield ("rows", index), f"{row.versions!r} is no VERS range: {error}", ">=7.4|<8, or *"


def row_sources_exist(file: RecordFile, setting: Setting) -> Iterator[Broken]:
    """Every row states a licence or an owner and names a source of its record; nothing else stands in it."""
    sources = file.record.sources if isinstance(file.record, Packages) else {}
    for index, row in enumerate(_rows(file)):
        named = row.source.split()
        if not 1 <= len(named) <= 2 or any(name not in sources for name in named):
            yield ("rows", index), f"there is no [sources.{row.source}]", "name one source of the record beside, or two"
        if not row.licence and not row.owner:
            yield ("rows", index), f"{row.name!r} states nothing", "leave it out"


def rows_agree_with_offerings(file: RecordFile, setting: Setting) -> Iterator[Broken]:
    """What a package states of one version is what the offering that names the package says of that version.

    Only rows that cannot be read in two ways: one version, one licence by its own name, primary sources alone. What an
    offering marks as disputed is known to be so.
    """
    record = file.record
    if not isinstance(record, Packages):
        return
    primary = {name for name, source in record.sources.items() if source.grade == "A" and source.checked_on}
    named = _offerings_by_purl(setting)
    for index, row in enumerate(record.rows):
        plain = row.seen and ".." not in row.seen and row.licence and not _UNCLEAR.search(row.licence)
        if not plain or not primary.issuperset(row.source.split()):
            continue
        for offering in named.get(f"pkg:{record.id}/{row.name}", ()):
            fitting = [claim for claim in offering.terms if in_range(claim.versions, row.seen)]
            stated = {claim.value for claim in fitting}
            if stated and row.licence not in stated and not any(claim.disputed for claim in fitting):
                reason = (
                    f"{row.name} {row.seen} states {row.licence}, offerings/{offering.id} {', '.join(sorted(stated))}"
                )
                yield ("rows", index), reason, "narrow the versions of the terms, or correct the row"


def _offerings_by_purl(setting: Setting) -> dict[str, list[Offering]]:
    found: dict[str, list[Offering]] = {}
    for other in setting.records.files(Offering):
        if isinstance(other.record, Offering) and other.record.match:
            for purl in other.record.match.purls:
                found.setdefault(purl, []).append(other.record)
    return found


def _rows(file: RecordFile) -> tuple[PackageRow, ...]:
    return file.record.rows if isinstance(file.record, Packages) else ()

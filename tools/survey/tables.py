"""From many statements to the rows of package tables: one licence per range of versions, or none where sources disagree.

What is left out: licences that are not surely known terms, accounts that are no supplier's (they may be persons'), and
packages whose licence changes to and fro.
"""

from __future__ import annotations

import itertools
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from freehold.catalog.licences import MAX_SETS
from freehold.catalog.purls import key_of, type_of, version_scheme
from freehold.catalog.query import Catalog
from freehold.model.component import Licence, LicenceForm
from freehold.model.package_row import PackageRow
from survey.lists import listed
from survey.statement import Statement, owner_of, site_of

FAMILIES = {
    f"LicenseRef-{name}": f"{name}-" for name in ("AFL", "Apache", "Artistic", "BSD", "GFDL", "GPL", "LGPL", "MPL")
}
"""Terms of a family, whose variant or version is not stated, and how the ids of its variants begin."""
MOST_RANGES = 3
MOVED = ("com.sun.", "org.glassfish.", "org.jvnet.", "org.sonarsource.java/", "org.sonarsource.python/")
"""Maven groups whose licences changed since: of Java EE's own implementation, which moved, and of Sonar's analysers, which are
under terms of Sonar's own from November 2024 on. Rows hold for what was seen."""
_GPL_ONLY = re.compile(r"GPL-[\d.]+-only")
_ADVERTISING = re.compile(r"\bBSD with advertising\b", re.IGNORECASE)
"""RPM's short name of BSD-4-Clause, of its variant of the University of California and of others: which of them is not told."""
_LGPL_2 = re.compile(r"\bLGPLv2\+", re.IGNORECASE)
"""RPM's old short name of version 2 or 2.1, or later: which of them is not told."""


@dataclass(frozen=True)
class Weight:
    """How a source counts: a lower ``rank`` goes first (0 or less: the package's own metadata or licence file);
    ``fallback`` counts only where no other source speaks."""

    rank: int
    fallback: bool = False


@dataclass(frozen=True)
class Resolved:
    """A statement with its licence as an expression of terms ids (empty: not known) and the owner (empty: no supplier).

    ``weak``: the licence is what the source states less clearly. ``versions``: the limit of what it speaks of. ``commit``: what
    stands for a version. ``elsewhere``: the source names an account that is no supplier's.
    """

    version: str
    licence: str
    owner: str
    source: str
    weak: bool = False
    versions: str = ""
    commit: str = ""
    elsewhere: bool = False


class Tables:
    """Turns statements into rows by purl type."""

    def __init__(self, catalog: Catalog, namespaces: frozenset[str], weights: Mapping[str, Weight]) -> None:
        self._catalog = catalog
        self._namespaces = namespaces
        self._weights = weights
        self.left_out: dict[str, int] = defaultdict(int)
        self._expression = cache(self._resolve)

    def rows(self, statements: Iterable[Statement]) -> dict[str, list[PackageRow]]:
        """Return the rows of every purl type."""
        packages: dict[tuple[str, str], list[Resolved]] = defaultdict(list)
        for statement in statements:
            key = key_of(statement.purl)
            resolved = self._resolved(statement)
            if resolved.licence or resolved.owner or resolved.elsewhere:
                packages[type_of(key), key.partition("/")[2]].append(resolved)
        rows: dict[str, list[PackageRow]] = defaultdict(list)
        for (kind, name), known in sorted(packages.items()):
            rows[kind] += self._of_package(kind, name, known)
        return rows

    def _resolved(self, statement: Statement) -> Resolved:
        owner = owner_of(statement.urls)
        clear = self._licence(statement.licences, statement.listed)
        licence = clear or self._licence(statement.otherwise, statement.listed)
        if statement.licences and not licence:
            self.left_out[f"licence {' & '.join(item.value[:60] for item in statement.licences)}"] += 1
        owned = owner if owner in self._namespaces else ""
        version, limit, commit = statement.version, statement.versions, statement.commit
        account = owner or site_of(statement.urls)
        elsewhere = bool(account) and account not in self._namespaces
        return Resolved(version, licence, owned, statement.source, not clear, limit, commit, elsewhere)

    def _licence(self, stated: tuple[Licence, ...], in_list: bool) -> str:
        """Return licences as an expression; an address counts only where no name stands beside it."""
        named = [item for item in stated if item.form is not LicenceForm.URL] or stated
        return self._expression(tuple(sorted({_plain(item) for item in named})), in_list) if named else ""

    def _resolve(self, licences: tuple[Licence, ...], in_list: bool) -> str:
        """Return licences as one expression, OR of AND, in order; empty if not all are surely known.

        All of them hold, save where they are a bare list, which ``lists`` reads.
        """
        matched = [self._catalog.terms_of(licence) for licence in licences]
        if any(match.unknown or not match.any_of for match in matched):
            return ""
        if in_list and len(matched) > 1:
            plain = all(len(match.any_of) == len(match.any_of[0]) == 1 for match in matched)
            return listed(frozenset(match.any_of[0][0] for match in matched)) if plain else ""
        chosen = itertools.product(*(match.any_of for match in matched))
        sets = {
            tuple(sorted(set(itertools.chain.from_iterable(choice)))) for choice in itertools.islice(chosen, MAX_SETS)
        }
        several = len(sets) > 1
        parts = [
            f"({' AND '.join(terms)})" if several and len(terms) > 1 else " AND ".join(terms) for terms in sorted(sets)
        ]
        return " OR ".join(parts)

    def _of_package(self, kind: str, name: str, known: Sequence[Resolved]) -> Iterator[PackageRow]:
        counted = self._counted(known)
        ordered = _in_order(kind, counted)
        owned = _last_owned(_in_order(kind, known))
        licensed = self._named(self._without_scans([item for item in ordered if item.licence]))
        segments = self._segments(licensed)
        if len(segments) > MOST_RANGES or (len(segments) > 1 and not all(item.version for item in licensed)):
            self.left_out["licences that change to and fro"] += 1
            segments = _joined(licensed)
        if not segments and owned:
            yield PackageRow(name, "", owned.owner, "*", owned.version, owned.source)
        for index, segment in enumerate(segments):
            best = min(reversed(segment), key=lambda item: (self._weights[item.source].rank, item.owner == ""))
            source = best.source
            if owned and owned.owner != best.owner and owned.source != source:
                source = f"{source} {owned.source}"
            seen = _seen(segment)
            if kind == "maven" and name.startswith(MOVED) and len(segments) == 1 and seen:
                segment = [replace(item, versions=_between(seen)) for item in segment]
            versions = _limited("*" if len(segments) == 1 else _range(segment, index, len(segments)), segment)
            yield PackageRow(name, best.licence, owned.owner if owned else "", versions, seen, source)

    def _counted(self, known: Sequence[Resolved]) -> Sequence[Resolved]:
        """Return what counts: clear statements, else less clear ones, else those of sources that are a fallback."""
        strong = [item for item in known if not self._weights[item.source].fallback]
        clear = [item for item in strong if not item.weak]
        return next((items for items in (clear, strong) if any(item.licence for item in items)), known)

    def _without_scans(self, licensed: list[Resolved]) -> list[Resolved]:
        """Leave out, where the package's own metadata speaks, what only adds licences of single files to it."""
        own = {item.licence for item in licensed if self._weights[item.source].rank <= 0}
        if not own:
            return licensed
        return [
            item
            for item in licensed
            if self._weights[item.source].rank <= 0
            or (item.version and not any(parts_of(licence) <= parts_of(item.licence) for licence in own))
            or item.licence in own
        ]

    def _named(self, licensed: list[Resolved]) -> list[Resolved]:
        """Take a licence of a family for the one variant that other statements about the same package name.

        That GPL is of one version only is not believed of a quotation: tools write ``-only`` for what names no version.
        """
        own = [i for i in licensed if self._weights[i.source].rank <= 0 or not _GPL_ONLY.fullmatch(i.licence)]
        variants = {
            family: {i.licence for i in own if i.licence.startswith(beginning) and " " not in i.licence}
            for family, beginning in FAMILIES.items()
        }
        only = {family: found.copy().pop() for family, found in variants.items() if len(found) == 1}
        return [replace(item, licence=only.get(item.licence, item.licence)) for item in licensed]

    def _segments(self, licensed: Sequence[Resolved]) -> list[list[Resolved]]:
        """Return runs of versions with one licence; a version about which the best sources disagree is left out."""
        segments: list[list[Resolved]] = []
        for _, group in itertools.groupby(licensed, key=lambda item: item.version):
            items = list(group)
            rank = min(self._weights[item.source].rank for item in items)
            items = [item for item in items if self._weights[item.source].rank == rank]
            if len({item.licence for item in items}) > 1:
                self.left_out["versions about which sources disagree"] += 1
                continue
            if segments and segments[-1][0].licence == items[0].licence:
                segments[-1] += items
            else:
                segments.append(items)
        return self._without_slips(segments)

    def _without_slips(self, segments: list[list[Resolved]]) -> list[list[Resolved]]:
        """Leave out one version that a quotation names otherwise than those before and after it."""
        kept: list[list[Resolved]] = []
        for index, segment in enumerate(segments):
            after = segments[index + 1] if index + 1 < len(segments) else None
            quoted = all(self._weights[item.source].rank > 0 for item in segment)
            single = quoted and len({item.version for item in segment}) == 1
            if kept and after and single and kept[-1][0].licence == after[0].licence:
                continue
            if kept and kept[-1][0].licence == segment[0].licence:
                kept[-1] = [*kept[-1], *segment]
            else:
                kept.append(segment)
        return kept


def _last_owned(ordered: Sequence[Resolved]) -> Resolved | None:
    """Return the last statement that names an owner; none where a later version lies with an account that is no supplier's."""
    last = next((item for item in reversed(ordered) if item.owner), None)
    away = next((item for item in reversed(ordered) if item.elsewhere), None)
    moved = last and away and away.version != last.version and ordered.index(away) > ordered.index(last)
    return None if moved else last


def parts_of(licence: str) -> frozenset[str]:
    """Return the terms that a licence without choice joins; a licence with choice is one part."""
    return frozenset([licence] if " OR " in licence else licence.split(" AND "))


def _joined(licensed: Sequence[Resolved]) -> list[list[Resolved]]:
    """Return one run with the licence that holds all terms of the others, as some sources tell the main ones only; or none."""
    every = frozenset(term for item in licensed for term in parts_of(item.licence))
    whole = next((item.licence for item in licensed if parts_of(item.licence) == every), "")
    return [[replace(item, licence=whole) for item in licensed]] if whole else []


def _in_order(kind: str, items: Iterable[Resolved]) -> list[Resolved]:
    """Return statements in order of version; versions that their scheme cannot order come first, by text."""
    return sorted(items, key=lambda item: _order(kind, item.version))


@cache
def _order(kind: str, version: str) -> Any:
    from univers.version_range import RANGE_CLASS_BY_SCHEMES

    scheme = RANGE_CLASS_BY_SCHEMES.get(version_scheme(kind))
    try:
        return (1, _Ordered(scheme.version_class(version)), version) if scheme else (0, _Ordered(""), version)
    except Exception:
        return (0, _Ordered(""), version)


class _Ordered:
    """A version that compares by its scheme alone."""

    def __init__(self, value: Any) -> None:
        self._value = value

    def __lt__(self, other: _Ordered) -> bool:
        return bool(self._value < other._value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Ordered) and bool(self._value == other._value)

    __hash__ = None  # type: ignore[assignment]


def _seen(segment: Sequence[Resolved]) -> str:
    versions = [item.version for item in segment if item.version]
    versions = versions or sorted({item.commit for item in segment if item.commit}) or [""]
    first, last = versions[0], versions[-1]
    return first if first == last else f"{first}..{last}"


def _limited(versions: str, segment: Sequence[Resolved]) -> str:
    """Put the limit of what a segment's last statement speaks of to its range, where that is open above."""
    limit = segment[-1].versions if all(item.versions for item in segment) else ""
    open_above = versions == "*" or (versions.startswith(">=") and "|" not in versions)
    if not limit or not open_above:
        return versions
    return limit if versions == "*" else f"{versions}|{limit}"


def _between(seen: str) -> str:
    """Return the comparators of the versions that were seen."""
    first, _, last = seen.partition("..")
    return f">={first}|<={last}" if last else first


def _plain(licence: Licence) -> Licence:
    """Return a licence whose version is told; RPM's names of several variants stand for none of them."""
    if licence.value.startswith("License :: "):
        return licence
    return Licence(licence.form, _ADVERTISING.sub("BSD", _LGPL_2.sub("LGPLv2", licence.value)))


def _range(segment: Sequence[Resolved], index: int, count: int) -> str:
    """Return the comparators of one of several segments: open below the first and above the last."""
    first, last = segment[0].version, segment[-1].version
    if index == 0:
        return f"<={last}"
    if index == count - 1:
        return f">={first}"
    return first if first == last else f">={first}|<={last}"

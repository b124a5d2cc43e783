"""A Debian package list (``Packages``) as an AND/OR graph: what a package needs to be installable from this list.

One leaf per package (*the list still carries it*) and one AND per package over its leaf and its ``Depends`` and
``Pre-Depends`` clauses; a clause that several packages satisfy is an OR, shared by all that ask the same. Real and
virtual packages count, with version constraints on both. What one list cannot say is decided like this:

* ``Conflicts`` and ``Breaks`` are left out: the question is whether a package can still be had, not what fits together.
* Two clauses on one name (a lower and an upper bound) may be met by two versions, should the list carry two.
* A provider without version meets no version constraint (Debian Policy 7.5).
* The list is one architecture's: ``:any`` and ``:native`` say nothing new, ``:ARCH`` asks for that one or ``all``.
* An alternative that is not in the list is no alternative. A clause that nothing in the list meets, or that cannot be
  read, is a leaf of its own: something *outside* the list, taken to be there and named, never dropped.

Which failures do what is the engine's job. Format: https://wiki.debian.org/DebianRepository/Format, Debian Policy 7.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from freehold.errors import InputError
from freehold.graph.arrays import AND, LEAF, OR, AndOrGraph
from freehold.graph.formats.debian_relations import read_relation
from freehold.graph.formats.decompress import decompressed

_FIELDS: Final = re.compile(
    rb"^(?:(Package|Version|Architecture|Source|Maintainer|Depends|Pre-Depends|Provides):"
    rb"[ \t]*(.*(?:\n[ \t].*)*)|[ \t\r]*$)",
    re.MULTILINE,
)


class Package(msgspec.Struct, frozen=True, gc=False):
    """One stanza: fields as written, on one line each."""

    name: str
    version: str
    architecture: str
    source: str
    maintainer: str
    clauses: tuple[str, ...]
    provides: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Unread:
    """A stanza that is no package, with its line and the reason."""

    line: int
    reason: str


@dataclass(frozen=True, slots=True, eq=False)
class PackageList:
    """``p`` packages and their graph: leaf of package ``i`` = node ``i``, its AND = node ``p + i``.

    Nodes from ``2 p`` on: one leaf per text in ``outside``, then the ORs. ``maintainer`` and ``source`` (p,) i4 are
    positions in ``maintainers`` and ``sources``; a package without maintainer has the one called "".
    """

    graph: AndOrGraph
    packages: tuple[Package, ...]
    outside: tuple[str, ...]
    maintainers: tuple[str, ...]
    maintainer: NDArray[np.int32]
    sources: tuple[str, ...]
    source: NDArray[np.int32]
    unread: tuple[Unread, ...]


def read_packages(data: bytes, *, where: str = "Packages") -> PackageList:
    """Read the bytes of a ``Packages`` file: plain, gzip or xz.

    Packages stay in file order; of identical stanzas (name, version, architecture) the first counts. Time is linear
    in the bytes plus the number of relations times their providers. Raises ``InputError`` where nothing is a package.
    """
    plain = decompressed(data, where=where)
    packages: dict[tuple[str, str, str], Package] = {}
    unread: list[Unread] = []
    for offset, fields in _stanzas(plain):
        if not fields.get(b"Package") or not fields.get(b"Version"):
            missing = "Version" if fields.get(b"Package") else "Package"
            unread.append(Unread(plain.count(b"\n", 0, offset) + 1, f"no {missing} field"))
            continue
        package = _package({name: _one_line(value) for name, value in fields.items()})
        packages.setdefault((package.name, package.version, package.architecture), package)
    if not packages:
        raise InputError(
            "holds no package", where=where, remedy="give the Packages file of one suite, component and architecture"
        )
    return package_list(packages.values(), unread)


def package_list(packages: Iterable[Package], unread: Iterable[Unread] = ()) -> PackageList:
    """Build the graph of ``packages``; see the module docstring for what counts as a child."""
    listed = tuple(packages)
    builder = _Builder(listed)
    graph = builder.graph()
    maintainers, maintainer = _groups(package.maintainer for package in listed)
    sources, source = _groups(package.source for package in listed)
    return PackageList(
        graph=graph,
        packages=listed,
        outside=tuple(builder.outside),
        maintainers=maintainers,
        maintainer=maintainer,
        sources=sources,
        source=source,
        unread=tuple(unread),
    )


class _Builder:
    """Resolves clauses to nodes: a package, an OR over packages, or something outside; each distinct one once."""

    def __init__(self, packages: tuple[Package, ...]) -> None:
        self._packages = packages
        self._named: dict[str, list[int]] = {}
        self._provided: dict[str, list[tuple[int, str]]] = {}
        for number, package in enumerate(packages):
            self._named.setdefault(package.name, []).append(number)
            for text in package.provides:
                relation = read_relation(text)
                if relation is not None and relation.operator in ("", "="):
                    self._provided.setdefault(relation.name, []).append((number, relation.version))
        self._met: dict[str, frozenset[int]] = {}
        self._choices: dict[frozenset[int], int] = {}
        self.outside: dict[str, int] = {}

    def graph(self) -> AndOrGraph:
        """Lay the nodes out: leaves, packages, outside leaves, choices."""
        count = len(self._packages)
        children: list[int] = []
        ends: list[int] = []
        for number in range(count):
            children += self._children(number)
            ends.append(len(children))
        parts = np.array(children, dtype=np.int64)
        beyond, choice = parts < 0, parts >= 2 * count
        parts[choice] += len(self.outside)
        parts[beyond] = 2 * count - 1 - parts[beyond]
        members = [sorted(count + number for number in met) for met in self._choices]
        sizes = [*[0] * count, *np.diff(ends, prepend=0), *[0] * len(self.outside), *map(len, members)]
        flat = np.concatenate((parts, np.array(list(chain.from_iterable(members)), dtype=np.int64))).astype(np.int32)
        kinds = ((LEAF, count), (AND, count), (LEAF, len(self.outside)), (OR, len(members)))
        return AndOrGraph(
            kind=np.concatenate([np.full(times, kind, dtype=np.uint8) for kind, times in kinds]),
            k=np.zeros(len(sizes), dtype=np.int32),
            start=np.concatenate(([0], np.cumsum(sizes))).astype(np.int64),
            child=flat,
            grace=np.zeros((len(flat), 3)),
        )

    def _children(self, number: int) -> Iterator[int]:
        """Yield what package ``number`` needs: its leaf, packages, -1 - (outside text), and 2 p + (choice).

        A choice is left out where one of its members is needed anyway.
        """
        direct: set[int] = set()
        choices: list[frozenset[int]] = []
        beyond: set[int] = set()
        for clause in self._packages[number].clauses:
            met = self._met.get(clause)
            if met is None:
                met = self._met[clause] = frozenset(self._meeting(clause))
            if not met:
                beyond.add(self.outside.setdefault(clause, len(self.outside)))
            elif number not in met:
                if len(met) == 1:
                    direct |= met
                else:
                    choices.append(met)
        count = len(self._packages)
        yield number
        yield from sorted(count + other for other in direct)
        yield from sorted(-1 - text for text in beyond)
        needed = {self._choices.setdefault(met, len(self._choices)) for met in choices if direct.isdisjoint(met)}
        yield from sorted(2 * count + choice for choice in needed)

    def _meeting(self, clause: str) -> Iterator[int]:
        """Yield the packages that satisfy one alternative of ``clause``; none if it cannot be read."""
        for text in clause.split("|"):
            relation = read_relation(text)
            if relation is None:
                continue
            candidates = [(number, self._packages[number].version) for number in self._named.get(relation.name, ())]
            for number, version in candidates + self._provided.get(relation.name, []):
                if relation.accepts(version, self._packages[number].architecture):
                    yield number


def _stanzas(plain: bytes) -> Iterator[tuple[int, dict[bytes, bytes]]]:
    """Yield the wanted fields of each stanza and where it starts; of a field given twice the first counts."""
    fields: dict[bytes, bytes] = {}
    offset = 0
    for match in _FIELDS.finditer(plain):
        if match[1] is not None:
            offset = offset if fields else match.start()
            fields.setdefault(match[1], match[2])
        elif fields:
            yield offset, fields
            fields = {}
    if fields:
        yield offset, fields


def _one_line(value: bytes) -> str:
    text = value.decode("utf-8", "replace")
    return " ".join(text.split()) if "\n" in text else text.strip()


def _package(fields: dict[bytes, str]) -> Package:
    needs = [fields.get(b"Pre-Depends", ""), fields.get(b"Depends", "")]
    source = fields.get(b"Source", "").partition(" ")[0]
    return Package(
        name=fields[b"Package"],
        version=fields[b"Version"],
        architecture=fields.get(b"Architecture", ""),
        source=source or fields[b"Package"],
        maintainer=fields.get(b"Maintainer", ""),
        clauses=tuple(clause for need in needs for text in need.split(",") if (clause := text.strip())),
        provides=tuple(provided for text in fields.get(b"Provides", "").split(",") if (provided := text.strip())),
    )


def _groups(names: Iterable[str]) -> tuple[tuple[str, ...], NDArray[np.int32]]:
    """Number distinct names in order of appearance."""
    numbers: dict[str, int] = {}
    member = np.array([numbers.setdefault(name, len(numbers)) for name in names], dtype=np.int32)
    return tuple(numbers), member

"""Debian package lists: what the text says, against what the graph answers."""

from __future__ import annotations

import gzip
import lzma

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from freehold.engine.package_loss import By, Impact, if_vanished, impacts
from freehold.engine.sweep import one_party_each, sweep
from freehold.errors import InputError
from freehold.graph.formats.debian import Package, PackageList, package_list, read_packages
from freehold.graph.formats.debian_version import satisfies, version_key
from freehold.graph.formats.decompress import decompressed
from freehold.graph.order import evaluation_order

LIST = """Package: editor
Version: 2:1.0-1
Architecture: amd64
Maintainer: Ada <ada@example.org>
Depends: libc (>= 1.9~), fonts | fonts-fallback,
 mail-agent
Pre-Depends: dpkg

Package: libc
Source: glibc (2.0)
Version: 2.0
Architecture: amd64
Maintainer: Ada <ada@example.org>

Package: dpkg
Version: 1
Architecture: amd64
Maintainer: Bo <bo@example.org>
Depends: libc:any

Package: fonts
Version: 1
Architecture: all

Package: fonts-fallback
Version: 1
Architecture: all
Depends: fonts-core (= 1:3)

Package: postfix
Version: 3
Architecture: amd64
Provides: mail-agent, fonts-core (= 1:3)

Package: exim
Version: 4
Architecture: amd64
Provides: mail-agent
Depends: gone | gone-too
"""


def lost_names(listed: PackageList, *names: str) -> set[str]:
    """Return the packages lost when ``names`` vanish from the list together."""
    return {listed.packages[number].name for number in if_vanished(listed, evaluation_order(listed.graph), names)}


def test_single_losses_follow_depends_alternatives_and_providers() -> None:
    listed = read_packages(LIST.encode())
    assert lost_names(listed, "libc") == {"libc", "dpkg", "editor"}
    assert lost_names(listed, "fonts") == {"fonts"}
    assert lost_names(listed, "exim") == {"exim"}
    assert lost_names(listed, "postfix") == {"postfix", "fonts-fallback"}
    assert lost_names(listed, "postfix", "exim") == {"postfix", "exim", "fonts-fallback", "editor"}
    assert lost_names(listed, "fonts", "postfix") == {"fonts", "postfix", "fonts-fallback", "editor"}


def test_what_the_list_does_not_hold_is_named_and_can_be_lost() -> None:
    listed = read_packages(LIST.encode())
    assert listed.outside == ("gone | gone-too",)
    found = sweep(listed.graph, evaluation_order(listed.graph))
    exim = len(listed.packages) + 6
    assert found.lost_with(exim).tolist() == [6, len(listed.packages)]


def test_groups_are_those_of_the_text() -> None:
    listed = read_packages(LIST.encode())
    assert listed.maintainers == ("Ada <ada@example.org>", "Bo <bo@example.org>", "")
    assert listed.maintainer.tolist() == [0, 0, 1, 2, 2, 2, 2]
    assert listed.sources[:3] == ("editor", "glibc", "dpkg")
    owner = np.append(listed.maintainer, -1)
    found = sweep(listed.graph, evaluation_order(listed.graph), one_party_each(owner, 3))
    assert [found.lost_with(7 + number).tolist() for number in range(3)] == [[0, 1, 2], [0], [0, 1]]


@pytest.mark.parametrize(
    ("by", "first", "last"),
    [
        ("package", Impact("libc", 1, 3), Impact("fonts-fallback", 1, 1)),
        ("maintainer", Impact("", 4, 5), Impact("Bo <bo@example.org>", 1, 2)),
        ("source", Impact("glibc", 1, 3), Impact("fonts-fallback", 1, 1)),
    ],
)
def test_impacts_rank_what_a_loss_takes_along(by: By, first: Impact, last: Impact) -> None:
    listed = read_packages(LIST.encode())
    ranked = impacts(listed, evaluation_order(listed.graph), by)
    assert (ranked[0], ranked[-1]) == (first, last)


def test_versions_of_one_package_are_one() -> None:
    listed = read_packages(b"Package: a\nVersion: 1\n\nPackage: a\nVersion: 2\n\nPackage: b\nVersion: 1\nDepends: a\n")
    assert if_vanished(listed, evaluation_order(listed.graph), ["a"]) == (0, 1, 2)
    assert impacts(listed, evaluation_order(listed.graph))[0] == Impact("a", 2, 3)


def test_a_name_that_is_not_there_suggests_one_that_is() -> None:
    listed = read_packages(LIST.encode())
    with pytest.raises(InputError, match="did you mean postfix"):
        if_vanished(listed, evaluation_order(listed.graph), ["posfix"])


@pytest.mark.parametrize(
    ("relation", "met"),
    [
        ("p (>= 1.0)", True),
        ("p (>> 1.0)", False),
        ("p (<< 1.0)", False),
        ("p (< 1.0)", True),
        ("p(=1.0)", True),
        ("p (= 1.0-1)", False),
        ("p:amd64", True),
        ("p:arm64", False),
        ("v", True),
        ("v (>= 2)", True),
        ("v (>= 3)", False),
        ("w", True),
        ("w (>= 1)", False),
        ("p [amd64]", False),
        ("p (>= )", False),
        ("x | p", True),
    ],
)
def test_relations(relation: str, met: bool) -> None:
    offer = "Package: p\nVersion: 1.0\nArchitecture: amd64\nProvides: v (= 2), w\n\n"
    text = f"{offer}Package: q\nVersion: 1\nDepends: {relation}\n"
    listed = read_packages(text.encode())
    assert listed.outside == (() if met else (relation,))


def test_a_clause_that_a_package_meets_itself_asks_for_nothing() -> None:
    listed = read_packages(b"Package: a\nVersion: 1\nProvides: v\nDepends: v\n\nPackage: b\nVersion: 1\nProvides: v\n")
    assert listed.graph.children(2).tolist() == [0]
    assert lost_names(listed, "b") == {"b"}


@pytest.mark.parametrize(
    ("lower", "higher"),
    [
        ("1.0~rc1", "1.0"),
        ("1.0", "1.0a"),
        ("1.0", "1.0-0+b1"),
        ("1.9", "1.10"),
        ("9", "1:0"),
        ("1.0a", "1.0+"),
        ("a~~", "a~"),
    ],
)
def test_versions_of_the_policy(lower: str, higher: str) -> None:
    assert version_key(lower) < version_key(higher)
    assert satisfies(lower, "<<", higher)
    assert not satisfies(lower, ">=", higher)


PIECES = st.lists(st.sampled_from(["0", "1", "10", "007", "~", "+", ".", "a", "b"]), max_size=5).map("".join)
VERSIONS = st.builds(
    lambda epoch, upstream, revision: epoch + "0" + upstream + revision,
    st.sampled_from(["", "0:", "1:"]),
    PIECES,
    st.one_of(st.just(""), PIECES.map(lambda piece: "-1" + piece)),
)


@given(VERSIONS, VERSIONS)
def test_versions_sort_as_univers_sorts_them(one: str, other: str) -> None:
    debian = pytest.importorskip("univers.debian")
    ours = (version_key(one) > version_key(other)) - (version_key(one) < version_key(other))
    assert ours == debian.Version.from_string(one).compare(debian.Version.from_string(other))


def test_a_number_of_a_million_digits_is_only_long() -> None:
    assert satisfies("1" * 1_000_000, ">>", "2" * 999_999)
    assert satisfies("1.00", "=", "1.0")


@st.composite
def lists(draw: st.DrawFn) -> list[Package]:
    """Draw packages that need, choose between and provide one another, cycles included; some needs are not there."""
    names = [f"p{number}" for number in range(draw(st.integers(1, 7)))]
    wanted = st.sampled_from([*names, "v0", "v1", "nowhere"])
    clause = st.lists(wanted, min_size=1, max_size=3).map(" | ".join)
    return [
        Package(
            name=name,
            version="1",
            architecture="all",
            source=name,
            maintainer="",
            clauses=tuple(draw(st.lists(clause, max_size=3))),
            provides=tuple(draw(st.lists(st.sampled_from(["v0", "v1"]), max_size=2, unique=True))),
        )
        for name in names
    ]


def installable(packages: list[Package], vanished: str) -> set[str]:
    """Return the largest set of packages that meet one another's clauses, read from the text itself."""
    everything = {name for package in packages for name in (package.name, *package.provides)}
    there = {package.name: package for package in packages if package.name != vanished}
    while True:
        offered = {name for package in there.values() for name in (package.name, *package.provides)}
        kept = {
            name: package
            for name, package in there.items()
            if all(
                offered & set(clause.split(" | ")) or not everything & set(clause.split(" | "))
                for clause in package.clauses
            )
        }
        if len(kept) == len(there):
            return set(kept)
        there = kept


@settings(deadline=None)
@given(lists())
def test_the_graph_answers_as_the_text_reads(packages: list[Package]) -> None:
    listed = package_list(packages)
    found = sweep(listed.graph, evaluation_order(listed.graph))
    for number, package in enumerate(packages):
        with_it = {
            other.name for position, other in enumerate(packages) if number in found.lost_with(len(packages) + position)
        }
        assert with_it == {other.name for other in packages} - installable(packages, package.name)


def test_gzip_and_xz_read_as_the_plain_text() -> None:
    plain = read_packages(LIST.encode())
    for packed in (
        gzip.compress(LIST[:300].encode(), mtime=0) + gzip.compress(LIST[300:].encode(), mtime=0),
        lzma.compress(LIST.encode()),
    ):
        assert read_packages(packed).packages == plain.packages


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (gzip.compress(bytes(50_000), mtime=0), "unpacks to more than 10,000 bytes"),
        (lzma.compress(bytes(50_000)), "unpacks to more than 10,000 bytes"),
        (bytes(10_001), "unpacks to more than 10,000 bytes"),
        (gzip.compress(b"a", mtime=0)[:-9], "truncated gzip data"),
        (lzma.compress(b"a" * 99)[:-30], "truncated xz data"),
        (b"\x1f\x8b" + bytes(30), "broken gzip data"),
        (gzip.compress(b"a", mtime=0) + b"tail", "broken gzip data"),
        (b"\x04\x22\x4d\x18", "lz4 is not read"),
        (b"\x28\xb5\x2f\xfd", "zstd is not read"),
    ],
)
def test_archives_that_do_harm_are_refused(data: bytes, reason: str) -> None:
    with pytest.raises(InputError, match=reason):
        decompressed(data, limit_bytes=10_000)


def test_stanzas_that_are_no_package_are_counted_with_their_line() -> None:
    listed = read_packages(
        b"Package: a\nVersion: 1\n\n\nPackage: b\nDepends: a\n\nVersion: 3\r\n\r\nPackage: a\nVersion: 1\n"
    )
    assert [(unread.line, unread.reason) for unread in listed.unread] == [
        (5, "no Version field"),
        (8, "no Package field"),
    ]
    assert [package.name for package in listed.packages] == ["a"]


def test_a_file_without_packages_is_an_error() -> None:
    with pytest.raises(InputError, match="holds no package"):
        read_packages(b"\x00\xff not a list", where="Packages")

"""Purls that are put together directly are those that the library makes."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from packageurl import PackageURL

from freehold.inventory.packages import git_purl, purl_of, version_in, with_version, without_version

PARTS = st.text("abzAZ019._-+~@/% :", max_size=8)


@settings(max_examples=500, deadline=None)
@given(st.sampled_from(["npm", "pypi", "maven", "cargo", "nuget", "gem", "hex", "pub", "golang"]), PARTS, PARTS, PARTS)
def test_every_purl_is_the_library_s(kind: str, namespace: str, name: str, version: str) -> None:
    try:
        expected = PackageURL(kind, namespace or None, name, version or None, qualifiers={}).to_string()
    except (TypeError, ValueError):
        expected = ""
    assert purl_of(kind, name, version, namespace=namespace) == expected


@pytest.mark.parametrize(
    ("address", "purl"),
    [
        ("git+https://github.com/o/n.git@0123", "pkg:github/o/n@0123"),
        ("git+ssh://gitlab.com/o/n@0123", "pkg:gitlab/o/n@0123"),
        ("git+https://git.example/o/n@0123", "pkg:generic/n?vcs_url=git%2Bhttps://git.example/o/n%400123"),
    ],
)
def test_repositories_by_forge(address: str, purl: str) -> None:
    assert git_purl(address) == purl


def test_versions_are_put_in_and_taken_off() -> None:
    assert with_version("pkg:npm/%40s/a", "1.0") == "pkg:npm/%40s/a@1.0"
    assert with_version("pkg:conda/a?channel=x", "1.0") == "pkg:conda/a@1.0?channel=x"
    assert with_version("file#pointer", "1.0") == "file#pointer"
    assert version_in("pkg:npm/%40s/a@1.0%2Bx?x=y") == "1.0+x"
    assert version_in("pkg:npm/%40s/a?vcs_url=x@1") == ""
    assert without_version("pkg:npm/%40s/a@1.0?x=y") == "pkg:npm/%40s/a"

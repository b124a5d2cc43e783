"""Addresses made safe to keep."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from freehold.inventory.addresses import base_of, clean_url, git_url


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("https://u:p@Host.example:8443/a/?t=1#x", "https://host.example:8443/a"),
        ("https://host.example", "https://host.example"),
        ("https://[::1]:5/x", "https://[::1]:5/x"),
        ("host.example/x", ""),
        ("https://", ""),
        ("https://h.example:99999/", ""),
        ("http://[", ""),
        ("https://h.example/\x1b[31m", "https://h.example/[31m"),
    ],
)
def test_clean_url(text: str, clean: str) -> None:
    assert clean_url(text) == clean


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("git+ssh://git@h.example/o/n.git#0123", "git+ssh://h.example/o/n.git@0123"),
        ("git@h.example:o/n.git", "git+ssh://h.example/o/n.git"),
        ("github:o/n#v1", "git+https://github.com/o/n@v1"),
        ("https://h.example/o/n?rev=v3#0123", "git+https://h.example/o/n@0123"),
        ("https://h.example/o/n?branch=main", "git+https://h.example/o/n@main"),
        ("git+https://h.example/o/n@v1#egg=n", "git+https://h.example/o/n@v1"),
        ("nothing", ""),
    ],
)
def test_git_url(text: str, url: str) -> None:
    assert git_url(text) == url


@given(st.text(max_size=60))
def test_no_text_breaks_them_and_nothing_unsafe_comes_out(text: str) -> None:
    for url in (clean_url(text), base_of(text), git_url(text), clean_url(f"https://u:p@{text}")):
        assert not any(char.isspace() or ord(char) < 32 for char in url)

"""Damaged lockfiles: whatever a byte is changed to, a reader reads or refuses; it never crashes."""

from __future__ import annotations

import contextlib

import pytest
from damaged_documents import ODD, damaged
from hypothesis import given, settings
from hypothesis import strategies as st
from lock_documents import ALL as OLD
from young_lock_documents import YOUNG

from freehold.inventory.lockfiles import READERS
from freehold.inventory.reader import Document, UnreadableError

ALL = {**OLD, **YOUNG}
EXAMPLES = [(name, text) for name, texts in ALL.items() for text in texts]


def read_bytes(name: str, data: bytes) -> None:
    reader = next(one for one in READERS if one.accepts(name, data[:4096]))
    with contextlib.suppress(UnreadableError):
        for component in reader.read(Document(name, data)).components:
            assert component.key
            assert component.origins


@pytest.mark.parametrize(("name", "text"), EXAMPLES, ids=lambda value: value[:18])
@settings(max_examples=60, deadline=None)
@given(st.data())
def test_changed_bytes_never_crash_a_reader(name: str, text: str, data: st.DataObject) -> None:
    read_bytes(name, damaged(text, data))


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("data", ODD)
def test_odd_documents_never_crash_a_reader(name: str, data: bytes) -> None:
    read_bytes(name, data)


@pytest.mark.parametrize(("name", "text"), EXAMPLES, ids=lambda value: value[:18])
def test_utf_16_and_crlf_read_the_same(name: str, text: str) -> None:
    reader = next(one for one in READERS if one.accepts(name, text.encode()[:4096]))
    keys = {component.key for component in reader.read(Document(name, text.encode())).components}
    for data in (text.encode("utf-16"), text.replace("\n", "\r\n").encode(), b"\xef\xbb\xbf" + text.encode()):
        assert {component.key for component in reader.read(Document(name, data)).components} == keys


@pytest.mark.parametrize("texts", ALL.values(), ids=list(ALL))
def test_no_fixture_names_a_secret_that_is_kept(texts: tuple[str, ...]) -> None:
    name = next(name for name, own in ALL.items() if own is texts)
    for text in texts:
        reader = next(one for one in READERS if one.accepts(name, text.encode()[:4096]))
        shown = repr(reader.read(Document(name, text.encode())))
        assert not any(secret in shown for secret in ("secret@", "s3cret", ":pw@", "token@", "u:p@"))

"""Damaged manifests: whatever a byte is changed to, a reader reads or refuses; it never crashes, nor keeps a secret."""

from __future__ import annotations

import contextlib

import pytest
from damaged_documents import ODD, damaged
from hypothesis import given, settings
from hypothesis import strategies as st
from manifest_documents import MANIFESTS

from freehold.inventory.indexes import names_indexes, read_indexes
from freehold.inventory.manifests import READERS
from freehold.inventory.reader import Document, UnreadableError

EXAMPLES = [(name, text) for name, texts in MANIFESTS.items() for text in texts]


def read_bytes(name: str, data: bytes) -> None:
    reader = next((one for one in READERS if one.accepts(name, data[:4096])), None)
    document = Document(name, data)
    if names_indexes(name):
        read_indexes(document)
    with contextlib.suppress(UnreadableError):
        for component in reader.read(document).components if reader is not None else ():
            assert component.key
            assert component.origins


@pytest.mark.parametrize(("name", "text"), EXAMPLES, ids=lambda value: value[:18])
@settings(max_examples=60, deadline=None)
@given(st.data())
def test_changed_bytes_never_crash_a_reader(name: str, text: str, data: st.DataObject) -> None:
    read_bytes(name, damaged(text, data))


@pytest.mark.parametrize("name", MANIFESTS)
@pytest.mark.parametrize("data", ODD)
def test_odd_documents_never_crash_a_reader(name: str, data: bytes) -> None:
    read_bytes(name, data)


@pytest.mark.parametrize(("name", "text"), EXAMPLES, ids=lambda value: value[:18])
def test_crlf_and_byte_order_marks_read_the_same_and_no_secret_is_kept(name: str, text: str) -> None:
    reader = next(one for one in READERS if one.accepts(name, text.encode()[:4096]))
    plain = reader.read(Document(name, text.lstrip("\ufeff").encode()))
    keys = {component.key for component in plain.components}
    for data in (text.replace("\n", "\r\n").encode(), text.lstrip("\ufeff").encode("utf-8-sig")):
        assert {component.key for component in reader.read(Document(name, data)).components} == keys
    indexes = read_indexes(Document(name, text.encode())) if names_indexes(name) else ()
    assert "u:p@" not in repr((plain.components, plain.notes, indexes))

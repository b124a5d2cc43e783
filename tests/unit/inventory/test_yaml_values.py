"""YAML as data: lines, scalars as written, merge keys, and documents that mean harm."""

from __future__ import annotations

import pytest

from freehold.inventory.notes import Notes
from freehold.inventory.reader import Document, UnreadableError
from freehold.inventory.values import Table
from freehold.inventory.yaml_values import read_yaml, read_yaml_documents
from freehold.model.component import Origin

TEXT = """\
on: push
version: 3.10
base: &base {x: 1, y: yes}
inner:
  <<: *base
  x: 2
list: [a, *base]
quoted: "true"
plain: true
"""


def table(text: str) -> Table:
    return read_yaml(Document("f.yaml", text.encode()), Notes("f.yaml"))


def test_scalars_stay_as_they_are_written() -> None:
    read = table(TEXT)
    assert read.text("on") == "push"
    assert read.text("version") == "3.10"
    assert read.text("quoted") == "true"
    assert not read.flag("quoted")
    assert read.flag("plain")


def test_merge_keys_bring_in_only_what_is_not_stated() -> None:
    inner = table(TEXT).table("inner")
    assert inner.text("x") == "2"
    assert inner.text("y") == "yes"


def test_every_entry_has_its_line() -> None:
    read = table(TEXT)
    assert read.origin("inner") == Origin("f.yaml", 4)
    assert read.table("inner").origin("x") == Origin("f.yaml", 6)
    assert read.item_origin("list", 0) == Origin("f.yaml", 7)


def test_of_several_documents_those_that_are_mappings_are_read() -> None:
    notes = Notes("f.yaml")
    read = read_yaml_documents(Document("f.yaml", b"a: 1\n---\n- 1\n---\n---\nb: 2\n"), notes)
    assert [list(one) for one in read] == [["a"], ["b"]]
    assert [note.reason for note in notes.listed()] == ["YAML document 2 is no mapping: left out"]


LAUGHS = "a: &a [1,1,1,1,1,1,1,1,1,1]\n" + "".join(
    f"{chr(98 + level)}: &{chr(98 + level)} [{','.join([f'*{chr(97 + level)}'] * 10)}]\n" for level in range(12)
)


@pytest.mark.parametrize(
    ("text", "reason", "line"),
    [
        ("a: &a [*a]", "not complete or not there", 1),
        ("a: 1\nb: [", "broken YAML", 3),
        ("[" * 5000, "nesting", 1),
        ("\n".join(" " * depth + "k:" for depth in range(200)), "nested more than 100 levels", 101),
        (LAUGHS, "unfolds to more than", 7),
        ("- 1", "no mapping", 0),
    ],
)
def test_broken_and_hostile_documents_are_refused_with_their_line(text: str, reason: str, line: int) -> None:
    with pytest.raises(UnreadableError, match=reason) as caught:
        table(text)
    assert caught.value.line == line


def test_tags_construct_nothing() -> None:
    assert table("!!python/object/apply:os.system {x: 1}").text("x") == "1"

"""Reading the JSON form of a loss graph."""

from __future__ import annotations

import pytest

from freehold.engine.diagrams.analysis import analyse
from freehold.errors import InputError
from freehold.graph.formats.graphjson import read_graph_json

MAIL = b"""{"name": "mail", "top": "no mail", "nodes": [
  {"name": "host down", "probability": 0.02},
  {"name": "registrar blocks", "probability": [0.001, 0.01, 0.05]},
  {"name": "relay a", "probability": 0.1}, {"name": "relay b", "probability": 0.1},
  {"name": "both relays down", "kind": "and", "children": ["relay a", "relay b"]},
  {"name": "no mail", "kind": "or", "children": ["host down", "registrar blocks", "both relays down"]}]}"""


def test_the_documented_example() -> None:
    result = analyse(read_graph_json("mail.json", MAIL))
    assert result.cut_sets == (("host down",), ("registrar blocks",), ("relay a", "relay b"))
    assert result.probability == pytest.approx(1 - 0.98 * 0.99 * 0.99)
    assert result.range is not None
    assert result.range.low == pytest.approx(1 - 0.98 * 0.999 * 0.99)
    assert result.range.high == pytest.approx(1 - 0.98 * 0.95 * 0.99)
    assert result.importances[0].name == "host down"


def test_a_cycle_is_a_least_fixpoint() -> None:
    document = b"""{"top": "a", "nodes": [
      {"name": "a", "kind": "or", "children": ["b", "x"]}, {"name": "b", "kind": "and", "children": ["a", "y"]}]}"""
    assert analyse(read_graph_json("g.json", document)).cut_sets == (("x",),)


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        (b"{", "not the JSON graph form"),
        (b'{"top": "a", "nodes": [{"name": "b"}]}', "top node 'a'"),
        (b'{"top": "a", "nodes": [{"name": "a"}, {"name": "a"}]}', "same name"),
        (b'{"top": "a", "nodes": [{"name": "a", "kind": "maybe"}]}', "unknown kind"),
        (b'{"top": "a", "nodes": [{"name": "a", "children": ["b"]}]}', "leaf node 'a' has 1"),
        (b'{"top": "a", "nodes": [{"name": "a", "kind": "not", "children": []}]}', "not node 'a' has 0"),
        (b'{"top": "a", "nodes": [{"name": "a", "kind": "atleast", "k": 2, "children": ["b"]}]}', "2 of 1"),
        (b'{"top": "a", "nodes": [{"name": "a", "probability": 1.5}]}', "probability"),
        (b'{"top": "a", "nodes": [{"name": "a", "probability": [0.5, 0.2, 0.9]}]}', "probability"),
        (b'{"top": "a", "nodes": [{"name": "a", "kind": "or", "probability": 0.5}]}', "states a probability"),
        (b'{"top": "a", "nodes": [{"name": "a", "colour": "red"}]}', "colour"),
    ],
)
def test_refused(document: bytes, reason: str) -> None:
    with pytest.raises(InputError, match=reason) as refused:
        read_graph_json("g.json", document)
    assert refused.value.where == "g.json"
    assert refused.value.remedy

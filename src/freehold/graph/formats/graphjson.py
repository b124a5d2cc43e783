"""A small JSON form of a fault tree or loss graph, for people without Open-PSA tools.

::

    {"name": "mail", "top": "no mail", "nodes": [
      {"name": "host down", "probability": 0.02},
      {"name": "registrar blocks", "probability": [0.001, 0.01, 0.05]},
      {"name": "both relays down", "kind": "and", "children": ["relay a", "relay b"]},
      {"name": "no mail", "kind": "or", "children": ["host down", "registrar blocks", "both relays down"]}]}

A node is true when the thing is lost. ``kind`` is ``leaf`` (default), ``and``, ``or``, ``not``, ``xor`` or ``atleast`` with
``k``. ``probability`` is a number or (low, likely, high). Names used but not listed are leaves of unknown probability.
Cycles are legal where nothing on them is negated.
"""

from __future__ import annotations

import math
from typing import Final

import msgspec
import numpy as np

from freehold.errors import InputError
from freehold.graph.formats.faulttree import AND, ATLEAST, LEAF, OR, XOR, FaultTree, Gate, formula_of

_KINDS: Final = {"leaf": LEAF, "and": AND, "or": OR, "not": AND, "xor": XOR, "atleast": ATLEAST}


class _Node(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: str
    kind: str = "leaf"
    children: list[str] = []
    k: int = 0
    probability: float | tuple[float, float, float] | None = None


class _Document(msgspec.Struct, frozen=True):
    top: str
    nodes: list[_Node]
    name: str = "graph"


def read_graph_json(file: str, content: bytes) -> FaultTree:
    """Return the fault tree of one JSON document; ``file`` only names it in errors.

    Raises ``InputError`` for anything that is not the form in the module docstring.
    """
    try:
        document = msgspec.json.decode(content, type=_Document)
    except (msgspec.DecodeError, RecursionError) as error:
        raise InputError(f"not the JSON graph form: {error}", where=file, remedy="see the form in the docs") from error
    number = {node.name: place for place, node in enumerate(document.nodes)}
    if len(number) != len(document.nodes):
        raise _error(file, "two nodes have the same name", "rename one")
    nodes = list(document.nodes)
    for node in document.nodes:
        for child in node.children:
            if child not in number:
                number[child] = len(nodes)
                nodes.append(_Node(child))
    if document.top not in number:
        raise _error(file, f"the top node {document.top!r} is not among the nodes", "correct 'top'")
    gates = [_gate(file, node, number) for node in nodes]
    probability = np.array([_probability(file, node) for node in nodes], dtype=np.float64)
    return FaultTree(
        document.name, tuple(node.name for node in nodes), formula_of(gates), probability, number[document.top]
    )


def _gate(file: str, node: _Node, number: dict[str, int]) -> Gate:
    kind = _KINDS.get(node.kind)
    if kind is None:
        raise _error(file, f"node {node.name!r} has the unknown kind {node.kind!r}", f"use one of {', '.join(_KINDS)}")
    expected = {"leaf": 0, "not": 1, "xor": 2}.get(node.kind)
    if expected is not None and len(node.children) != expected:
        raise _error(file, f"{node.kind} node {node.name!r} has {len(node.children)} children", f"give {expected}")
    if kind == ATLEAST and not 0 <= node.k <= len(node.children):
        raise _error(file, f"node {node.name!r} asks for {node.k} of {len(node.children)} children", "correct 'k'")
    negated = node.kind == "not"
    return Gate(kind, tuple((number[child], negated) for child in node.children), node.k if kind == ATLEAST else 0)


def _probability(file: str, node: _Node) -> tuple[float, float, float]:
    match node.probability:
        case None:
            return (math.nan, math.nan, math.nan)
        case (low, likely, high):
            values = (low, likely, high)
        case float() | int() as value:
            values = (value, value, value)
    if node.kind != "leaf":
        raise _error(file, f"the {node.kind} node {node.name!r} states a probability", "state it for leaves only")
    if not 0.0 <= values[0] <= values[1] <= values[2] <= 1.0:
        raise _error(
            file, f"the probability of {node.name!r} is {node.probability!r}", "give 0 <= low <= likely <= high <= 1"
        )
    return values


def _error(file: str, reason: str, remedy: str) -> InputError:
    return InputError(reason, where=file, remedy=remedy)

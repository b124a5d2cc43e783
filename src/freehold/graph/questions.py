"""Fact leaves: assumed and unknown facts as conditions of the graph, so that each can be flipped.

A *hope* is assumed true and false at its bad value; a *doubt* is assumed false and true at its good value. Which facts
change a verdict is found by the engine; how a question is put to the user is decided by the reports.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

from freehold.graph.builder import GraphBuilder
from freehold.model.component import ComponentKey
from freehold.model.leaf import Leaf, LeafKind


@dataclass(slots=True)
class Question:
    """One fact that may be otherwise: what is asked about whom, what is assumed, and for which components it stands.

    ``hit_by`` are the kinds of parties (``jurisdiction``, ``supplier``, ``channel``) whose disruption the fact could turn on
    this component, because it says who its party is; empty: the fact matters by itself.
    """

    field: str
    about: str
    assumed: bool
    hit_by: frozenset[str]
    components: dict[ComponentKey, None] = dataclasses.field(default_factory=dict)


class Questions:
    """Hands out fact leaves, one for each distinct question."""

    def __init__(self, builder: GraphBuilder) -> None:
        self._builder = builder
        self.asked: dict[int, Question] = {}

    def hope(self, field: str, about: str, key: ComponentKey | None, *hit_by: str) -> int:
        """Return the leaf of a fact that is assumed to be as hoped."""
        return self._ask(field, about, key, assumed=True, hit_by=frozenset(hit_by))

    def doubt(self, field: str, about: str, key: ComponentKey | None) -> int:
        """Return the leaf of a fact that is assumed not to be as hoped."""
        return self._ask(field, about, key, assumed=False, hit_by=frozenset())

    def _ask(self, field: str, about: str, key: ComponentKey | None, *, assumed: bool, hit_by: frozenset[str]) -> int:
        node = self._builder.leaf(Leaf(LeafKind.FACT, "", about, field))
        question = self.asked.setdefault(node, Question(field, about, assumed, hit_by))
        if key is not None:
            question.components[key] = None
        return node

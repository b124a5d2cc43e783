"""One gate of a fault tree as a tree of its own: what is not below it is left out."""

from __future__ import annotations

import numpy as np

from freehold.errors import UsageError
from freehold.graph.formats.faulttree import FaultTree, Gate, formula_of


def tree_of(tree: FaultTree, top: int) -> FaultTree:
    """Return the part of ``tree`` below node ``top``; nodes keep their order. Cost: linear in that part."""
    formula = tree.formula
    found = {top}
    waiting = [top]
    while waiting:
        for child in formula.children(waiting.pop()):
            if child not in found:
                found.add(child)
                waiting.append(child)
    if len(found) == formula.nodes:
        return tree if tree.top == top else FaultTree(tree.name, tree.names, formula, tree.probability, top)
    kept = sorted(found)
    number = {node: place for place, node in enumerate(kept)}
    gates = [
        Gate(int(formula.kind[v]), tuple((number[c], negated) for c, negated in _edges(tree, v)), int(formula.k[v]))
        for v in kept
    ]
    names = tuple(tree.names[v] for v in kept)
    return FaultTree(tree.name, names, formula_of(gates), tree.probability[np.array(kept)], number[top])


def named_top(trees: tuple[FaultTree, ...], name: str) -> FaultTree:
    """Return the tree below the node called ``name``, the first of ``trees`` that has it.

    Raises ``UsageError`` where no node, or more than one of a tree, has this name.
    """
    for tree in trees:
        nodes = [node for node, own in enumerate(tree.names) if own == name]
        if len(nodes) > 1:
            raise UsageError(f"{len(nodes)} nodes are called {name}", remedy="rename the one you mean")
        if nodes:
            return tree_of(tree, nodes[0])
    from difflib import get_close_matches

    close = get_close_matches(name, {own for tree in trees for own in tree.names if own}, n=3)
    remedy = f"did you mean {', '.join(close)}?" if close else "leave --top out to see the tops there are"
    raise UsageError(f"no node is called {name}", remedy=remedy)


def _edges(tree: FaultTree, node: int) -> list[tuple[int, bool]]:
    first, last = tree.formula.start[node], tree.formula.start[node + 1]
    children, negated = tree.formula.child[first:last].tolist(), tree.formula.negated[first:last].tolist()
    return list(zip(children, negated, strict=True))

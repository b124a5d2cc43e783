"""A finished diagram: the parts of all modules in one set of flat arrays, children before parents.

The same value holds a function (binary decision diagram) or a family of minimal cut sets (zero-suppressed diagram).
Level numbers are global; an *atom*, the thing a level stands for, is a leaf or another module.

Shapes (``n`` nodes with the two constants, ``m`` modules, ``l`` levels):

==============  ==========  ==============================================================================
``level``       (n,) i4     level of a node; nodes 0 and 1 are the constants
``low``         (n,) i4     the node if the atom is false (family: the sets without the atom)
``high``        (n,) i4     the node if the atom is true (family: the sets with the atom, atom taken out)
``end``         (m,) i8     module ``i`` owns the nodes ``end[i - 1]`` (2 for the first) up to ``end[i]``
``root``        (m,) i4     its root node; the last module's is the whole diagram's
``up``          (m,) i4     the level at which it takes part in another module; -1 for the last
``atom``        (l,) i4     node number, in the formula, of a level's leaf; -1 where the atom is a module
==============  ==========  ==============================================================================
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from freehold.engine.diagrams.bdd import Ints


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """One module's own diagram: its atoms by level, rows of (level, low, high) numbered from 2, the root.

    ``chain``: one and/or gate over atoms, whose function and family of cut sets have the same rows.
    """

    head: int
    atoms: tuple[int, ...]
    rows: Ints
    root: int
    chain: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Diagram:
    """Parts joined; see the module docstring for shapes."""

    level: Ints
    low: Ints
    high: Ints
    end: NDArray[np.int64]
    root: Ints
    up: Ints
    atom: Ints

    @property
    def nodes(self) -> int:
        """Return the number of nodes, the two constants not counted."""
        return len(self.level) - 2


def join(parts: Sequence[Part], leaves: frozenset[int]) -> Diagram:
    """Return the diagram of ``parts``, modules before their users; atoms not in ``leaves`` are heads of parts."""
    level_of: dict[int, int] = {}
    rows, ends, roots = [np.zeros((2, 3), dtype=np.int32)], [], []
    base = 2
    for part in parts:
        shifted = part.rows.astype(np.int32, copy=True)
        shifted[:, 0] += len(level_of)
        below = shifted[:, 1:]
        below[below > 1] += base - 2
        rows.append(shifted)
        roots.append(part.root if part.root < 2 else part.root + base - 2)
        base += len(shifted)
        ends.append(base)
        level_of.update({atom: len(level_of) + i for i, atom in enumerate(part.atoms)})
    table = np.concatenate(rows)
    return Diagram(
        level=np.ascontiguousarray(table[:, 0]),
        low=np.ascontiguousarray(table[:, 1]),
        high=np.ascontiguousarray(table[:, 2]),
        end=np.array(ends, dtype=np.int64),
        root=np.array(roots, dtype=np.int32),
        up=np.array([level_of.get(part.head, -1) for part in parts], dtype=np.int32),
        atom=np.array([atom if atom in leaves else -1 for atom in level_of], dtype=np.int32),
    )

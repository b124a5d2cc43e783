"""The AND/OR graph as flat arrays, and the builder that interns nodes into it.

Shapes (``n`` nodes, ``m`` edges):

==========  =========  ========================================================================
``kind``    (n,) u1    ``LEAF``, ``AND``, ``OR`` or ``ATLEAST``
``k``       (n,) i4    how many children must hold; used by ``ATLEAST`` only, 0 elsewhere
``start``   (n+1,) i8  children of node ``v`` are ``child[start[v]:start[v + 1]]``
``child``   (m,) i4    node numbers
``grace``   (m, 3) f8  days an edge holds after its child is lost: low, likely, high
==========  =========  ========================================================================

An ``AND`` without children always holds; an ``OR`` without children never does. Cycles are legal; their meaning
(availability greatest, loss least fixpoint) belongs to the engine. Edges with a grace other than zero lead to leaves.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

LEAF: Final = 0
AND: Final = 1
OR: Final = 2
ATLEAST: Final = 3


@dataclass(frozen=True, slots=True, eq=False)
class AndOrGraph:
    """An AND/OR graph in compressed sparse rows; see the module docstring for shapes."""

    kind: NDArray[np.uint8]
    k: NDArray[np.int32]
    start: NDArray[np.int64]
    child: NDArray[np.int32]
    grace: NDArray[np.float64]

    @property
    def nodes(self) -> int:
        """Return the number of nodes."""
        return len(self.kind)

    @property
    def edges(self) -> int:
        """Return the number of edges."""
        return len(self.child)

    def children(self, node: int) -> NDArray[np.int32]:
        """Return the children of ``node``, in insertion order."""
        return self.child[self.start[node] : self.start[node + 1]]

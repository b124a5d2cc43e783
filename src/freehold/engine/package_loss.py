"""Questions to a package list: what is lost if these packages vanished, and whose loss would lose most.

Thin on purpose: the list and its graph come from ``graph.formats.debian``, the fixpoint from ``loss`` and ``sweep``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal, assert_never

import numpy as np

from freehold.engine.loss import losses, lost_in
from freehold.engine.sweep import NOBODY, one_party_each, sweep
from freehold.errors import InputError
from freehold.graph.formats.debian import PackageList
from freehold.graph.order import Order

By = Literal["package", "maintainer", "source"]


@dataclass(frozen=True, slots=True, order=True)
class Impact:
    """One party of a list: its packages and the packages lost with it, its own included."""

    name: str
    own: int
    lost: int


def if_vanished(listed: PackageList, order: Order, names: Sequence[str]) -> tuple[int, ...]:
    """Return the positions of the packages lost if all packages called ``names`` vanished together, ascending.

    A name stands for all its versions in the list; the packages themselves are in the answer. ``order`` is that of the
    list's graph. Cost: one pass over the edges. Raises ``InputError`` for a name that the list does not have.
    """
    known = {package.name for package in listed.packages}
    for name in names:
        if name not in known:
            close = get_close_matches(name, known, n=3)
            remedy = f"did you mean {', '.join(close)}?" if close else "name a binary package of the list"
            raise InputError(f"no package is called {name}", remedy=remedy)
    wanted = set(names)
    count = len(listed.packages)
    gone = [number for number, package in enumerate(listed.packages) if package.name in wanted]
    bits = losses(listed.graph, order, [gone], rows=np.arange(count, 2 * count))
    return tuple(lost_in(bits, 0).tolist())


def impacts(listed: PackageList, order: Order, by: By = "package") -> tuple[Impact, ...]:
    """Return every package, maintainer or source package with what its loss alone loses, most first, then by name.

    Versions of one package count as one. Cost: one :func:`freehold.engine.sweep.sweep`.
    """
    match by:
        case "package":
            names = tuple(dict.fromkeys(package.name for package in listed.packages))
            number_of = {name: number for number, name in enumerate(names)}
            member = np.array([number_of[package.name] for package in listed.packages], dtype=np.int32)
        case "maintainer":
            names, member = listed.maintainers, listed.maintainer
        case "source":
            names, member = listed.sources, listed.source
        case _:
            assert_never(by)
    count = len(listed.packages)
    owner = np.concatenate((member, np.full(len(listed.outside), NOBODY, dtype=np.int32)))
    found = sweep(listed.graph, order, one_party_each(owner, len(names)))
    own = np.bincount(member, minlength=len(names)).tolist()
    lost = found.impact(np.arange(count, 2 * count)).tolist()
    every = (Impact(name, own[number], lost[number]) for number, name in enumerate(names))
    return tuple(sorted(every, key=lambda impact: (-impact.lost, impact.name)))

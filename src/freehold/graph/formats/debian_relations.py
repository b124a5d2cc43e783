"""Debian's package relations: ``NAME:ARCH (>= VERSION)``, one alternative of a clause, and what meets it.

Format: https://www.debian.org/doc/debian-policy/ch-relationships.html. Clauses and package lists are left to the readers.
"""

from __future__ import annotations

import re
from typing import Final

import msgspec

from freehold.graph.formats.debian_version import satisfies

_RELATION: Final = re.compile(
    r"\s*([A-Za-z0-9][A-Za-z0-9+._-]*)(?::([A-Za-z0-9-]+))?\s*(?:\(\s*(<<|<=|=|>=|>>|<|>)\s*([^\s()]+)\s*\))?\s*"
)


class Relation(msgspec.Struct, frozen=True):
    """One alternative: a name, and where given an architecture, an operator and a version."""

    name: str
    architecture: str = ""
    operator: str = ""
    version: str = ""

    def accepts(self, version: str, architecture: str) -> bool:
        """Tell whether a package of the right name meets it; one provided without a version meets no constraint."""
        if self.operator and not (version and satisfies(version, self.operator, self.version)):
            return False
        return self.architecture in ("", "any", "native", architecture) or architecture == "all"


def read_relation(text: str) -> Relation | None:
    """Return one relation taken apart; None if it cannot be read."""
    found = _RELATION.fullmatch(text)
    return None if found is None else Relation(*(part or "" for part in found.groups()))

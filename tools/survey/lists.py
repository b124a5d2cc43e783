"""What a bare list of licences means, where a package's own metadata keeps such a list: a choice, or nothing that is sure.

Projects list what holds for parts as well as what may be chosen: a list is a choice only where its licences cannot hold
together, or where one of them is known to be offered in place of the other.
"""

from __future__ import annotations

_GNU = ("GPL-", "LGPL-", "LicenseRef-GPL", "LicenseRef-LGPL")
_OWN = ("EPL-", "CDDL-", "MPL-", "LicenseRef-CDDL", "LicenseRef-MPL")
"""Terms whose works cannot be under terms of GNU's as well, save by choice."""
_EITHER = (
    {"Ruby", "BSD-2-Clause"},
    {"Ruby", "GPL-2.0-only"},
    {"EPL-1.0", "Apache-2.0"},
    {"EPL-2.0", "Apache-2.0"},
    {"EPL-1.0", "BSD-3-Clause"},
    {"EPL-2.0", "BSD-3-Clause"},
)
"""Ruby's text offers the other one; projects of the Eclipse Foundation offer a second licence as a choice."""


def listed(terms: frozenset[str]) -> str:
    """Return the expression that a list of terms means; empty where it does not surely mean one."""
    gnu = {name for name in terms if name.startswith(_GNU)}
    own = {name for name in terms if name.startswith(_OWN)}
    apart = bool(gnu and own) and gnu | own == terms
    choice = len(terms) < 2 or apart or set(terms) in _EITHER
    return " OR ".join(sorted(terms)) if choice else ""

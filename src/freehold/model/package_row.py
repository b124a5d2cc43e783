"""One line of a package table; the table itself is a record (``records.Packages``)."""

from __future__ import annotations

import msgspec


class PackageRow(msgspec.Struct, frozen=True, array_like=True, omit_defaults=True):
    """What a source states about one package, for versions in a range: one line of a package table.

    ``name`` is the path of the purl (``%40babel/core``, ``org.slf4j/slf4j-api``) in the spelling of match keys.
    """

    name: str
    licence: str = ""
    """An expression of terms ids; empty: not known."""
    owner: str = ""
    """Organisation that holds the source repository (``github.com/babel``); empty: not known, or no organisation."""
    versions: str = "*"
    """``*``, or the comparators of a VERS range without its scheme (``>=7.4|<8``)."""
    seen: str = ""
    """Versions of which the source speaks: one, or the first and the last with ``..`` between. For these the licence is
    recorded; for other versions in the range it is inferred."""
    source: str = ""
    """Id of the source; where the owner is from another, that one after a blank."""

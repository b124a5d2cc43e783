"""Debian version numbers: an order key per version, and the relation operators.

The rules are those of Debian Policy 5.6.12 (https://www.debian.org/doc/debian-policy/ch-controlfields.html#version).
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final, TypeAlias

Part: TypeAlias = tuple[object, ...]
VersionKey: TypeAlias = tuple[tuple[int, str], Part, Part]

OPERATORS: Final = {"<<": (-1,), "<": (-1, 0), "<=": (-1, 0), "=": (0,), ">=": (0, 1), ">": (0, 1), ">>": (1,)}
"""Accepted outcomes of comparing what there is with what is asked; ``<`` and ``>`` are obsolete and inclusive."""

_PIECE: Final = re.compile(r"([^0-9]*)([0-9]*)")
_END: Final = (0,)


@lru_cache(maxsize=1 << 17)
def version_key(version: str) -> VersionKey:
    """Return a key that sorts as Debian sorts ``version``; any text has one, numbers may be of any length."""
    epoch, colon, rest = version.strip().partition(":")
    if not colon:
        epoch, rest = "0", epoch
    upstream, dash, revision = rest.rpartition("-")
    if not dash:
        upstream, revision = rest, ""
    return _number(epoch), _part(upstream), _part(revision)


def satisfies(version: str, operator: str, bound: str) -> bool:
    """Return whether ``version`` stands in ``operator`` (a key of ``OPERATORS``) to ``bound``."""
    if version == bound:
        return 0 in OPERATORS[operator]
    ours, theirs = version_key(version), version_key(bound)
    return (ours > theirs) - (ours < theirs) in OPERATORS[operator]


def _part(text: str) -> Part:
    """Return text and numbers in turn; the closing mark sorts above a tilde and below everything else."""
    key: list[object] = []
    for letters, digits in _PIECE.findall(text):
        if letters or digits:
            key += [(*map(_rank, letters), 0), _number(digits)]
    key.append(_END)
    return tuple(key)


def _rank(character: str) -> int:
    if character == "~":
        return -1
    return ord(character) if character.isalpha() else ord(character) + 0x110000


def _number(digits: str) -> tuple[int, str]:
    """Return a key that sorts like the number without converting it: hostile ones have millions of digits."""
    bare = digits.lstrip("0")
    return len(bare), bare

"""The order of versions of one package, good enough to say which is later: numbers, then a release above its candidates.

It decides what is called superseded and what is kept longest, never what satisfies a requirement.
"""

from __future__ import annotations

import re

_VERSION = re.compile(r"[vV=]?((?:\d+[.:])*\d+)(.*)", re.DOTALL)
_BEFORE = re.compile(r"[-_.~]?(?:a|b|c|rc|alpha|beta|dev|pre|preview|m|snapshot|canary|next)\d*\b|~", re.IGNORECASE)
_NUMBER = re.compile(r"(\d+)")

Order = tuple[tuple[int, ...], bool, tuple[tuple[int, str], ...]]


def order(version: str) -> Order:
    """Return what versions sort by; any text has a place."""
    found = _VERSION.fullmatch(version)
    if found is None:
        return (), True, _pieces(version)
    numbers = tuple(int(part[:18]) for part in re.split(r"[.:]", found[1]))
    while numbers and numbers[-1] == 0:
        numbers = numbers[:-1]
    rest = found[2].partition("+")[0]
    is_before = bool(_BEFORE.match(rest))
    return numbers, not is_before, _pieces(found[2])


def _pieces(text: str) -> tuple[tuple[int, str], ...]:
    """Return a text in pieces that compare: runs of digits as numbers."""
    return tuple((int(part[:18]), "") if part.isdigit() else (-1, part) for part in _NUMBER.split(text) if part)

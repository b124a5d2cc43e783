"""Variables as shells, container files and compose files write them: ``$X``, ``${X}``, ``${X:-default}``, ``${X:+set}``.

Values come from the file alone, never from the environment of the machine.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

_VARIABLE = re.compile(r"\$(?:(\w+)|\{(\w+)(?:(:?[-+?=])([^{}]*))?\})")
_MOST_ADDED = 100_000
"""How many characters values may add to one text; after that variables stay as they are."""


def filled(text: str, values: Mapping[str, str]) -> str:
    """Return a text with variables replaced by their values or defaults; those without either stay as they are."""

    added = 0

    def value(found: re.Match[str]) -> str:
        nonlocal added
        text = replacement(found) if added < _MOST_ADDED else found[0]
        added += len(text)
        return text

    def replacement(found: re.Match[str]) -> str:
        held = values.get(found[1] or found[2], "")
        way, other = (found[3] or "")[-1:], found[4] or ""
        if way == "+":
            return other if held else ""
        return held or (other if way in ("-", "=") else "") or found[0]

    return _VARIABLE.sub(value, text) if "$" in text else text

"""Collecting the notes of one reading, so that a thousand equal remarks do not bury the others."""

from __future__ import annotations

import re

from freehold.model.component import Origin, Skip

_SIGN_IN = re.compile(r"://[^/\s@'\"]*@")
SHOWN_PER_TOPIC = 5
"""How many remarks of one topic are listed singly; the rest is counted."""


def printable(text: str) -> str:
    """Return a text with control characters written as escapes and without what signs in to a host.

    Notes quote what hostile and careless documents hold.
    """
    text = _SIGN_IN.sub("://", text) if "://" in text else text
    return text if text.isprintable() else "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)


class Notes:
    """The remarks on one document: the first few of each topic in full, the others as a count."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._shown: list[Skip] = []
        self._counts: dict[str, int] = {}

    def add(self, topic: str, reason: str, origin: Origin | None = None, remedy: str = "") -> None:
        """Add one remark; ``topic`` is a plural that can follow a number ("invalid purls")."""
        count = self._counts.get(topic, 0) + 1
        self._counts[topic] = count
        if count <= SHOWN_PER_TOPIC:
            self._shown.append(Skip(origin or Origin(self._file), printable(reason), remedy))

    def once(self, reason: str, remedy: str = "") -> None:
        """Add a remark on the document as a whole."""
        self._shown.append(Skip(Origin(self._file), printable(reason), remedy))

    def listed(self) -> tuple[Skip, ...]:
        """Return the remarks in the order they were made, then the counts of those not shown."""
        rest = [
            Skip(Origin(self._file), f"{count - SHOWN_PER_TOPIC} more {topic} (of {count})")
            for topic, count in self._counts.items()
            if count > SHOWN_PER_TOPIC
        ]
        return (*self._shown, *rest)

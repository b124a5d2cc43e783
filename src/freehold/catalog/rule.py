"""What a rule is, with its setting and suggestions; the rules are in ``rules_within`` and ``rules_between``."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Iterator
from datetime import date

import msgspec

from freehold.catalog.loading import RecordFile, Records
from freehold.system.toml_lines import TomlPath

Broken = tuple[TomlPath, str, str]
"""Where in the record, what is wrong, and what to do."""


class Setting(msgspec.Struct, frozen=True):
    """What a rule may look at beside its record: all records, and the day of the check."""

    records: Records
    on: date


Rule = Callable[[RecordFile, Setting], Iterator[Broken]]


def close_to(name: str, known: Iterable[str]) -> str:
    """Suggest a known name close to one that is unknown."""
    close = difflib.get_close_matches(name, list(known), n=1, cutoff=0.75)
    return f"did you mean {close[0]!r}?" if close else ""

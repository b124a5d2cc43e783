"""Every error Freehold raises on purpose: what happened, where, and what to do next.

    FreeholdError
    ├── UsageError          exit 2   the command line or freehold.toml cannot be understood
    ├── InputError          exit 3   a named file cannot be read, or there is no usable input
    ├── CatalogError        exit 3   a catalog or scenario record breaks a rule
    └── IncompleteError     exit 4   something stayed unread or unknown under --strict, or a budget allows no answer

The front (``cli``) catches them once and prints them; nothing else prints or exits.
"""

from __future__ import annotations

from typing import ClassVar


class FreeholdError(Exception):
    """An error with a reason, a place, a remedy and an exit code."""

    exit_code: ClassVar[int] = 2

    def __init__(self, reason: str, *, where: str = "", remedy: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.where = where
        self.remedy = remedy

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        remedy = f"\n  remedy: {self.remedy}" if self.remedy else ""
        return f"{place}{self.reason}{remedy}"


class UsageError(FreeholdError):
    """The command line or a settings file cannot be understood."""

    exit_code = 2


class InputError(FreeholdError):
    """A file named by the user cannot be read, or nothing usable was found."""

    exit_code = 3


class CatalogError(FreeholdError):
    """A catalog or scenario record breaks a rule of its schema."""

    exit_code = 3


class IncompleteError(FreeholdError):
    """The run finished but something stayed unread or unknown and ``--strict`` was given."""

    exit_code = 4

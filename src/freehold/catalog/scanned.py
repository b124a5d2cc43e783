"""Telling what a scanner found in single files from what a package states of itself.

Scanners built on ScanCode join the keys of its licence database (https://scancode-licensedb.aboutcode.org/) for every file
of a source tree by AND: build files, tests and mere mentions of a licence among them. The keys that SPDX does not have
(``GPL-2.0-PLUS``, ``BSD-NEW``, ``FREE-UNKNOWN``) give such a list away. Its keys are read from ``license_expression``.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import Any

from freehold.model.component import Licence, LicenceForm

_ADDING = frozenset({"CLA", "Patent License"})
"""Categories of ScanCode's whose texts only add permissions, or bind only those who contribute."""
_EXCEPTION = re.compile(r"(?!.*-with-).*-exception(-[\d.]+)?")
"""The key of an exception by itself; other keys that ScanCode marks as exceptions stand for the licence and it."""
_LIST = re.compile(r"[A-Za-z0-9.+_-]+(?: AND [A-Za-z0-9.+_-]+)+")


def is_scan(licence: Licence) -> bool:
    """Tell whether a statement lists what a scanner found in single files: keys joined by AND, one of them no SPDX id."""
    listed = licence.form in (LicenceForm.EXPRESSION, LicenceForm.NAME) and _LIST.fullmatch(licence.value)
    return bool(listed) and any(key in _scanner_keys() for key in licence.value.lower().split(" and "))


def keys_of(text: str, known: Callable[[str], str | None]) -> tuple[str, ...]:
    """Return the licences in a scan: by their SPDX ids where only these are ``known``."""
    found: list[str] = []
    for key in text.split(" AND "):
        listed = _entries().get(key.lower(), {}).get("spdx_license_key") or ""
        has_id = not listed.startswith("LicenseRef-") and known(key) is None and known(listed)
        found.append(listed if has_id else key)
    return tuple(found)


def takes_nothing(name: str) -> bool:
    """Tell whether a key of ScanCode's stands for what takes nothing from a user beside a licence.

    Exceptions and grants of patents only add permissions; agreements bind those who contribute.
    """
    entry = _entries().get(name.lower(), {})
    excepted = entry.get("is_exception") and _EXCEPTION.fullmatch(name.lower())
    return bool(excepted) or entry.get("category") in _ADDING


@cache
def _entries() -> dict[str, dict[str, Any]]:
    from license_expression import get_license_index

    return {entry["license_key"].lower(): entry for entry in get_license_index()}


@cache
def _scanner_keys() -> frozenset[str]:
    """Return the keys of ScanCode's licence database that are no SPDX ids, current or old."""
    listed = set()
    for entry in _entries().values():
        names = (entry.get("spdx_license_key") or "", *(entry.get("other_spdx_license_keys") or ()))
        listed |= {name.lower() for name in names if not name.startswith("LicenseRef-scancode-")}
    return frozenset(_entries().keys() - listed)

"""Telling what a scanner found in single files from what a package states of itself.

Scanners built on ScanCode join the keys of its licence database (https://scancode-licensedb.aboutcode.org/) for every file
of a source tree by AND: build files, tests and mere mentions of a licence among them. The keys that SPDX does not have
(``GPL-2.0-PLUS``, ``BSD-NEW``, ``FREE-UNKNOWN``) give such a list away. Its keys are read from ``license_expression``.
"""

from __future__ import annotations

import re
from functools import cache

from freehold.model.component import Licence, LicenceForm

_LIST = re.compile(r"[A-Za-z0-9.+_-]+(?: AND [A-Za-z0-9.+_-]+)+")


def is_scan(licence: Licence) -> bool:
    """Tell whether a statement lists what a scanner found in single files: keys joined by AND, one of them no SPDX id."""
    listed = licence.form in (LicenceForm.EXPRESSION, LicenceForm.NAME) and _LIST.fullmatch(licence.value)
    return bool(listed) and any(key in _scanner_keys() for key in licence.value.lower().split(" and "))


@cache
def _scanner_keys() -> frozenset[str]:
    """Return the keys of ScanCode's licence database that are no SPDX ids, current or old."""
    from license_expression import get_license_index

    keys, listed = set(), set()
    for entry in get_license_index():
        keys.add(entry["license_key"].lower())
        names = (entry.get("spdx_license_key") or "", *(entry.get("other_spdx_license_keys") or ()))
        listed |= {name.lower() for name in names if not name.startswith("LicenseRef-scancode-")}
    return frozenset(keys - listed)

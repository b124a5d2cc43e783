"""Which of Gradle's version notations name exactly one version."""

from __future__ import annotations

import re

_EXACT = re.compile(r"^\[?\s*(\d[\w.-]*)\s*\]?(?:!!)?$")


def exact_version(limits: str) -> str:
    """Return the one version that a notation names; empty for ranges, ``1.+`` and ``latest.release``."""
    found = _EXACT.match(limits.strip())
    return found[1] if found and "+" not in limits else ""

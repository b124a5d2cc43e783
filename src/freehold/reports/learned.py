"""What a drill learned as a fragment of ``freehold.toml``: services that you then state to be in use."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable

from freehold.model.evidence import Learned
from freehold.model.subject import ServiceEntry

_HOST = re.compile(r"[a-z0-9][a-z0-9._-]{0,252}")


def fragment(learned: Iterable[Learned], known: Iterable[ServiceEntry], day: str) -> str:
    """Return a ``[[service]]`` table for each host, or offering, that the register does not hold yet; empty for none.

    Hosts that are no host names are left out. All are needed to build: that is what a drill sees.
    """
    entries = list(known)
    names = {entry.name for entry in entries}
    offerings = {entry.offering for entry in entries if entry.offering}
    tables = []
    for item in learned:
        if not _HOST.fullmatch(item.host) or item.host in names or item.offering in offerings - {""}:
            continue
        names.add(item.host)
        offerings.add(item.offering)
        tables.append(_table(item, day))
    return "\n".join(tables)


def _table(item: Learned, day: str) -> str:
    lines = ["[[service]]", f"name = {json.dumps(item.host)}"]
    if item.offering:
        lines.append(f"offering = {json.dumps(item.offering)}")
    if item.party:
        lines.append(f"supplier = {json.dumps(item.party)}")
    lines += ['role = "build"', f"# asked for in a drill on {day}"]
    return "\n".join(lines) + "\n"

"""Supplier names as SBOMs write them: organisations are kept, persons never are.

Freehold keeps records of organisations, terms and channels only. Scanners copy maintainers into fields that are defined
for organisations, so a name that stands with an e-mail address or a contact, or in a field for either, counts as an
organisation's only if a word in it says so. Addresses are always cut off.
"""

from __future__ import annotations

import re

from freehold.inventory.sbom.licences import NOT_STATED

_ADDRESS = re.compile(r"\s*[<(][^<>()]*@[^<>()]*[>)]|\s*\(\s*\)|\S+@\S+")
_ORGANISATION_WORD = re.compile(
    r"\b(inc|llc|ltd|limited|gmbh|ag|se|corp|corporation|company|co|plc|oy|ab|bv|sarl|sas|srl|spa|kk|pty|"
    r"foundation|stiftung|project|projects|team|group|community|consortium|association|institute|university|"
    r"developers|maintainers|contributors|authors|packagers|software|technologies|systems|labs|security|linux|"
    r"organization|organisation|initiative|committee|council|agency|office|department|ministry|authority|alliance|collective|society|sig)\b\.?",
    re.IGNORECASE,
)


def organisation_name(text: str | None) -> str:
    """Return the name in a field for organisations, without addresses; empty if it may be a person's."""
    return organisation_if_sure(text) if "@" in (text or "") else _bare_name(text)


def organisation_if_sure(text: str | None) -> str:
    """Return the name only if a word in it says that it is an organisation's; a person's name gives nothing."""
    name = _bare_name(text)
    return name if _ORGANISATION_WORD.search(name) else ""


def _bare_name(text: str | None) -> str:
    """Return a name without addresses and stray punctuation, empty if nothing is stated."""
    name = _ADDRESS.sub("", text or "").strip().strip(",;").strip()
    return "" if name.upper() in NOT_STATED else name


def spdx_supplier(*fields: str | None) -> str:
    """Return the first organisation among SPDX supplier and originator fields (``Organization: NAME (address)``)."""
    for field in fields:
        kind, colon, name = (field or "").partition(":")
        found = ""
        if not colon:
            found = organisation_if_sure(field)
        elif kind.strip().lower() == "organization":
            found = organisation_name(name)
        if found:
            return found
    return ""

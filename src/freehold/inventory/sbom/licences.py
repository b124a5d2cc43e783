"""Licence statements as SBOMs write them: identifiers, expressions, names, addresses and texts, each kept as written.

What a licence grants is the catalog's matter; whether an identifier exists is checked there too.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping

from freehold.model.component import Licence, LicenceForm

NOT_STATED = frozenset({"", "NOASSERTION", "NONE"})
"""SPDX's words for "nothing is said here"."""

_DOCUMENT_LICENCE = re.compile(r"LicenseRef-[A-Za-z0-9.-]+")
_SHORT = re.compile(r"[^\n\r]{1,120}")
"""What can still be the name of a licence; a text is longer, or has lines."""


def expression_licence(text: str | None) -> tuple[Licence, ...]:
    """Return an SPDX expression as one statement: an identifier if it is a single word, else an expression."""
    value = (text or "").strip()
    if value.upper() in NOT_STATED:
        return ()
    form = LicenceForm.EXPRESSION if re.search(r"[\s()]", value) else LicenceForm.ID
    return (Licence(form, value),)


def plain_licence(form: LicenceForm, text: str | None) -> tuple[Licence, ...]:
    """Return an identifier, name, address or text as one statement, or nothing if it says nothing."""
    value = (text or "").strip()
    return () if value.upper() in NOT_STATED else (Licence(form, value),)


def text_licence(content: str | None, encoding: str | None) -> tuple[Licence, ...]:
    """Return a licence text, decoded where it is stored as base64; as written where that fails."""
    text = content or ""
    if (encoding or "").lower() == "base64":
        try:
            text = base64.b64decode(text, validate=False).decode("utf-8")
        except (binascii.Error, UnicodeDecodeError, ValueError):
            text = content or ""
    return plain_licence(LicenceForm.TEXT, text)


def short_name(reference: str, name: str | None, text: str | None) -> str:
    """Return the licence that a document says one of its own names stands for; empty where it only quotes a text.

    Tools that find a name outside the SPDX list (``ASL 2.0``) put it there as the name, or as the whole text.
    """
    for said in (name, text):
        value = (said or "").strip()
        if value.upper() not in NOT_STATED and value != reference and _SHORT.fullmatch(value) and "://" not in value:
            return value
    return ""


def named_licence(expression: str | None, names: Mapping[str, str]) -> tuple[Licence, ...]:
    """Return an expression as one statement, its document's own names replaced by what the document says they stand for.

    A replaced name may be an expression itself (``GPLv2+ or LGPLv3+``); it counts as a name, for SPDX defines none of it.
    """
    value = (expression or "").strip()
    if not names or "LicenseRef-" not in value:
        return expression_licence(value)
    if names.get(value):
        return plain_licence(LicenceForm.NAME, names[value])
    replaced = _DOCUMENT_LICENCE.sub(lambda found: f"({names[found[0]]})" if names.get(found[0]) else found[0], value)
    return expression_licence(value) if replaced == value else plain_licence(LicenceForm.NAME, replaced)


def document_licences(expression: str | None) -> tuple[str, ...]:
    """Return the ``LicenseRef-`` names in an expression, which only the document itself can explain."""
    return tuple(_DOCUMENT_LICENCE.findall(expression or ""))

"""Licence statements as SBOMs write them: identifiers, expressions, names, addresses and texts, each kept as written.

What a licence grants is the catalog's matter; whether an identifier exists is checked there too.
"""

from __future__ import annotations

import base64
import binascii
import re

from freehold.model.component import Licence, LicenceForm

NOT_STATED = frozenset({"", "NOASSERTION", "NONE"})
"""SPDX's words for "nothing is said here"."""

_DOCUMENT_LICENCE = re.compile(r"LicenseRef-[A-Za-z0-9.-]+")


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


def document_licences(expression: str | None) -> tuple[str, ...]:
    """Return the ``LicenseRef-`` names in an expression, which only the document itself can explain."""
    return tuple(_DOCUMENT_LICENCE.findall(expression or ""))

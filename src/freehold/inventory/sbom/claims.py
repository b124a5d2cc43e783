"""What a file's name and first bytes say about its format: the looks that all readers here take."""

from __future__ import annotations

import codecs
import re

_PACKED = re.compile(r"\.(gz|xz|zst|bz2)$")


NOT_AN_SBOM = "give the SBOM itself, not a schema, an envelope or a part of it"
"""The remedy for a file that looks like an SBOM in its head but is none."""


def head_text(head: bytes) -> str:
    """Return the first bytes as text for a look; wrong or cut-off bytes become replacement characters."""
    if head.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        return head.decode("utf-32", "replace")
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return head.decode("utf-16", "replace")
    if head[1:2] == b"\0":
        return head.decode("utf-16-le", "replace")
    if head[:1] == b"\0":
        return head.decode("utf-16-be", "replace")
    return head.decode("utf-8-sig", "replace")


def is_json(text: str) -> bool:
    """Tell whether a text starts like a JSON object."""
    return text.lstrip().startswith("{")


def plain_name(name: str) -> str:
    """Return a file name in lower case, without the suffix of a compression."""
    return _PACKED.sub("", name.lower())

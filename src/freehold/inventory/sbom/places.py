"""Places that SBOMs name: service endpoints, download addresses, repositories, and checksums of what lies there."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import urlsplit

from freehold.inventory.sbom.licences import NOT_STATED
from freehold.model.component import Reference

_VERSION_CONTROL = re.compile(r"^(git|hg|svn|bzr|cvs|fossil)(\+|:)|^scm:|\.git(@|#|$)", re.IGNORECASE)


def host_of(endpoint: str) -> str:
    """Return the host of an endpoint (``https://api.example/v1`` or ``api.example:443``), empty if it names none."""
    text = endpoint.strip()
    try:
        host = urlsplit(text if "//" in text else f"//{text}").hostname
    except ValueError:
        return ""
    return host if host and re.fullmatch(r"[\w.:-]+", host) else ""


def download_place(location: str | None) -> tuple[str, tuple[Reference, ...]]:
    """Split an SPDX download location into (registry, references).

    A version-control address is where the source lives, not where the bytes came from: it becomes a reference.
    """
    place = (location or "").strip()
    if place.upper() in NOT_STATED:
        return "", ()
    if _VERSION_CONTROL.search(place):
        return "", (Reference("vcs", place),)
    return (place, ()) if "://" in place else ("", (Reference("download", place),))


def reference(kind: str | None, url: str | None) -> tuple[Reference, ...]:
    """Return an external reference, unless it is empty or a mail address (those are persons' too often)."""
    place = (url or "").strip()
    if place.upper() in NOT_STATED or place.lower().startswith("mailto:"):
        return ()
    return (Reference((kind or "").strip() or "other", place),)


def checksum(algorithm: str | None, value: str | None) -> tuple[str, ...]:
    """Return ``sha256:HEX`` from however a format spells algorithm and value."""
    digest, name = (value or "").strip().lower(), _algorithm(algorithm or "")
    return (f"{name}:{digest}",) if digest and name else ()


@lru_cache(maxsize=256)
def _algorithm(text: str) -> str:
    """Return an algorithm's name without case and odd dashes: ``SHA-256`` and ``sha_256`` are ``sha256``."""
    return re.sub(r"^(sha)-?(1|224|256|384|512)$", r"\1\2", text.strip().lower().replace("_", "-"))

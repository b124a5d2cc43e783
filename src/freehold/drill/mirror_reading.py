"""How the honesty test reads from a mirror: straight to it, within limits, every fault a reason in words."""

from __future__ import annotations

import hashlib
import http.client
import urllib.error
import urllib.request
from urllib.parse import urlsplit

import msgspec

SECONDS = 30.0
LARGEST_INDEX_BYTES = 64 << 20
LARGEST_FILE_BYTES = 8 << 30
_PIECE_BYTES = 1 << 20
OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))
"""Goes to the mirror itself, whatever proxy is set."""


class Wanted(msgspec.Struct, frozen=True):
    """One entry of a lockfile: its purl type, name and version, and the hashes that it allows (``sha256:HEX``...)."""

    purl: str
    kind: str
    name: str
    version: str
    hashes: tuple[str, ...] = ()


class NotServedError(Exception):
    """The mirror does not serve an entry; the message says what was met, ``challenge`` how it asks who we are."""

    def __init__(self, reason: str, challenge: str = "") -> None:
        super().__init__(reason)
        self.challenge = challenge


def digest_of(address: str, hashes: tuple[str, ...], token: str = "") -> str:
    """Download a file and return its hash by the first algorithm of ``hashes`` that is known; empty for none."""
    algorithm = next((h.partition(":")[0] for h in hashes if h.partition(":")[0] in hashlib.algorithms_guaranteed), "")
    if not algorithm:
        return ""
    digest = hashlib.new(algorithm)
    read = 0
    with opened(address, "*/*", token) as stream:
        while piece := _piece(stream):
            read += len(piece)
            if read > LARGEST_FILE_BYTES:
                raise NotServedError("the file does not end")
            digest.update(piece)
    return f"{algorithm}:{digest.hexdigest()}"


def read(address: str, accept: str, token: str = "") -> bytes:
    """Return a page. Raises ``NotServedError``."""
    with opened(address, accept, token) as stream:
        page = b""
        while piece := _piece(stream):
            page += piece
            if len(page) > LARGEST_INDEX_BYTES:
                raise NotServedError("the index page does not end")
        return page


def _piece(stream: http.client.HTTPResponse) -> bytes:
    try:
        return stream.read(_PIECE_BYTES)
    except (OSError, http.client.HTTPException) as error:
        raise NotServedError(f"broke off: {error}") from error


def opened(address: str, accept: str, token: str = "") -> http.client.HTTPResponse:
    """Open an address. Raises ``NotServedError``."""
    host = urlsplit(address).hostname or address
    if urlsplit(address).scheme not in ("http", "https"):
        raise NotServedError(f"{address} is no web address")
    try:
        request = urllib.request.Request(  # noqa: S310 http or https, looked at above
            address.partition("#")[0], headers={"Accept": accept}
        )
        if token:
            request.add_unredirected_header("Authorization", f"Bearer {token}")
        answer: http.client.HTTPResponse = OPENER.open(request, timeout=SECONDS)
    except urllib.error.HTTPError as error:
        challenge = error.headers.get("WWW-Authenticate", "") if error.code == 401 else ""
        raise NotServedError(f"{host} answered {error.code}", challenge) from error
    except urllib.error.URLError as error:
        raise NotServedError(f"{host} did not answer: {error.reason}") from error
    except (OSError, http.client.HTTPException) as error:
        raise NotServedError(f"{host} did not answer: {error}") from error
    return answer

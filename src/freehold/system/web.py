"""The only door to other machines: HTTP GET with timeouts, limits on size and redirects, resuming and asking again.

Connections, proxies and certificates are in ``connections``; addresses, what is asked and what the answer means are left to
the caller. An answer is never written anywhere but where the caller says.
"""

from __future__ import annotations

import http.client
import random
import time
import zlib
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Protocol, TypeVar
from urllib.parse import SplitResult, urljoin, urlsplit

import msgspec

from freehold import __version__
from freehold.system.clients import Network
from freehold.system.connections import LOCAL, BrokenError, Connections, breaking

MOST_REDIRECTS = 6
PAGE_BYTES = 64 << 20
CHUNK_BYTES = 1 << 18
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_AGAIN = frozenset({429, 500, 502, 503, 504})
MOST_SILENCES = 8
"""How often in a row a host may fail to answer before it is not asked any more."""
Answer = TypeVar("Answer")


class WebError(Exception):
    """An address did not give what was asked of it; ``status`` is 0 where there was no answer.

    ``challenge`` is how the server wants to be asked, where it says so (``WWW-Authenticate``).
    """

    def __init__(self, url: str, reason: str, status: int = 0, challenge: str = "") -> None:
        super().__init__(f"{shown(url)}: {reason}")
        self.url = url
        self.reason = reason
        self.status = status
        self.challenge = challenge


class Page(msgspec.Struct, frozen=True):
    """A whole answer: the address that gave it after redirects, its headers in lower case, its body unpacked."""

    url: str
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def media_type(self) -> str:
        """Return the media type without parameters, in lower case."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()


class Sink(Protocol):
    """Where a download goes: it may hold the first ``size`` bytes already."""

    @property
    def size(self) -> int:
        """Return how many bytes are there."""
        ...

    def append(self, data: bytes) -> None:
        """Take the next bytes."""
        ...

    def empty(self) -> None:
        """Begin anew."""
        ...


class Web:
    """Asks for addresses. ``network`` holds the clients' proxies and certificates. Safe to use from several threads."""

    def __init__(self, network: Network | None = None, timeout_s: float = 60.0, tries: int = 3) -> None:
        self._connections = Connections(network or Network(), timeout_s)
        self._tries = tries
        self._silent: Counter[str] = Counter()

    def page(self, url: str, headers: Mapping[str, str] | None = None, limit_bytes: int = PAGE_BYTES) -> Page:
        """Return a whole answer with status 200. Raises ``WebError``."""
        asked = {"Accept-Encoding": "gzip", **(headers or {})}
        return self._again(url, lambda: self._page(url, asked, limit_bytes))

    def fetch(
        self,
        url: str,
        sink: Sink,
        limit_bytes: int,
        headers: Mapping[str, str] | None = None,
        on_bytes: Callable[[int], None] = lambda count: None,
    ) -> str:
        """Bring a file into ``sink``, going on after what is there, and return the address that gave it.

        A server that does not know ranges, or whose file is another, sends it all anew. Raises ``WebError``; what the sink
        raises is passed on.
        """
        return self._again(url, lambda: self._fetch(url, sink, limit_bytes, dict(headers or {}), on_bytes))

    def close(self) -> None:
        """Close the connections of every thread; none may be asking any more."""
        self._connections.close_all()

    def _again(self, url: str, ask: Callable[[], Answer]) -> Answer:
        """Ask; a broken connection or a busy server is asked again after a while, a silent one not for ever."""
        host = urlsplit(shown(url)).netloc
        if self._silent[host] >= MOST_SILENCES:
            raise WebError(url, "is not asked again: it gave no answer before")
        for attempt in range(self._tries):
            try:
                answer = ask()
            except BrokenError as error:
                failure = WebError(url, str(error))
                if error.is_final:
                    raise failure from error
            except WebError as error:
                failure = error
                if error.status not in _AGAIN:
                    raise
            else:
                self._silent[host] = 0
                return answer
            if attempt + 1 < self._tries:
                time.sleep((0.2 + random.random() * 0.2) * 4**attempt)  # noqa: S311 - not a secret
        self._silent[host] += not failure.status
        raise failure

    def _page(self, url: str, headers: dict[str, str], limit_bytes: int) -> Page:
        answer, final = self._ask(url, headers)
        with self._connections.dropped_on_failure():
            body = _read(answer, limit_bytes, final)
        named = {name.lower(): value for name, value in answer.getheaders()}
        if answer.status != 200:
            reason = f"answered {answer.status} {answer.reason}"
            raise WebError(final, reason, answer.status, named.get("www-authenticate", ""))
        if named.get("content-encoding", "").lower() == "gzip":
            body = _unzipped(body, limit_bytes, final)
        return Page(final, answer.status, named, body)

    def _fetch(
        self, url: str, sink: Sink, limit_bytes: int, headers: dict[str, str], on_bytes: Callable[[int], None]
    ) -> str:
        begin = sink.size
        asked = {"Accept-Encoding": "identity", **headers}
        if begin:
            asked["Range"] = f"bytes={begin}-"
        answer, final = self._ask(url, asked)
        goes_on = answer.status == 206 and _begins(answer.getheader("Content-Range"), begin)
        if begin and not goes_on and answer.status in (200, 206, 416):
            sink.empty()
            begin = 0
            if answer.status != 200:
                self._connections.drop()
                asked.pop("Range")
                answer, final = self._ask(url, asked)
        with self._connections.dropped_on_failure():
            if answer.status != (206 if begin else 200):
                raise WebError(final, f"answered {answer.status} {answer.reason}", answer.status)
            length = answer.getheader("Content-Length") or ""
            if length.isdigit() and begin + int(length) > limit_bytes:
                raise WebError(final, f"larger than {limit_bytes:,} bytes")
            _pour(answer, sink, limit_bytes - begin, on_bytes, final)
        return final

    def _ask(self, url: str, headers: dict[str, str]) -> tuple[http.client.HTTPResponse, str]:
        """Send a request and follow redirects, never from TLS to plain text; secrets stay with the host they are for."""
        headers = {"User-Agent": f"freehold/{__version__}", "Accept": "*/*", **headers}
        at = url
        for _ in range(MOST_REDIRECTS):
            parts = _checked(at)
            answer = self._connections.get(parts, headers)
            place = answer.getheader("Location")
            if answer.status not in _REDIRECTS or not place:
                return answer, at
            self._connections.done_with(answer)
            following = urljoin(at, place)
            after = _checked(following)
            if parts.scheme == "https" and after.scheme == "http":
                raise WebError(at, "redirects from TLS to plain text")
            if after.hostname in LOCAL and parts.hostname not in LOCAL:
                raise WebError(at, "redirects to this machine")
            if after.netloc != parts.netloc:
                headers = {name: value for name, value in headers.items() if name.lower() != "authorization"}
            at = following
        raise WebError(url, f"redirects more than {MOST_REDIRECTS} times")


def shown(url: str) -> str:
    """Return an address as it may be printed and kept: without user, query and fragment."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return "an address that cannot be read"
    host = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{host}{port}{parts.path}"


def _checked(url: str) -> SplitResult:
    """Return a split address. Raises ``WebError`` for anything but http and https, and for control characters."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError as error:
        raise WebError(url, "is no address") from error
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise WebError(url, "is no http or https address")
    if any(ord(c) <= 0x20 or ord(c) >= 0x7F for c in url):
        raise WebError(url, "holds characters that no address may hold")
    return parts


def _read(answer: http.client.HTTPResponse, limit_bytes: int, url: str) -> bytes:
    with breaking():
        body = answer.read(limit_bytes + 1) if (answer.length or 0) <= limit_bytes else None
    if body is None or len(body) > limit_bytes:
        raise WebError(url, f"answers more than {limit_bytes:,} bytes")
    return body


def _pour(answer: http.client.HTTPResponse, sink: Sink, room: int, on_bytes: Callable[[int], None], url: str) -> None:
    """Let an answer flow into the sink: what came before a connection broke is there."""
    while True:
        with breaking():
            data = answer.read1(CHUNK_BYTES)
        if not data:
            break
        room -= len(data)
        if room < 0:
            raise WebError(url, "more bytes than it should have")
        sink.append(data)
        on_bytes(len(data))
    with breaking():
        if answer.length:
            raise http.client.IncompleteRead(b"", answer.length)
        answer.read()


def _unzipped(body: bytes, limit_bytes: int, url: str) -> bytes:
    unpacking = zlib.decompressobj(wbits=31)
    try:
        text = unpacking.decompress(body, limit_bytes)
    except zlib.error as error:
        raise WebError(url, "its compression is broken") from error
    if unpacking.unconsumed_tail:
        raise WebError(url, f"answers more than {limit_bytes:,} bytes when unpacked")
    return text


def _begins(content_range: str | None, begin: int) -> bool:
    """Tell whether a partial answer begins where we stopped."""
    return (content_range or "").strip().startswith(f"bytes {begin}-")

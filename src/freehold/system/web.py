"""The only door to other machines: HTTP GET with timeouts, limits on size and redirects, resuming, proxies, certificates.

Connections are kept open, one a host and thread. Addresses, what is asked and what the answer means are left to the
caller. An answer is never written anywhere but where the caller says.
"""

from __future__ import annotations

import base64
import http.client
import random
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Callable, Mapping
from typing import Protocol, TypeVar
from urllib.parse import SplitResult, unquote, urljoin, urlsplit
from urllib.request import getproxies, proxy_bypass

import msgspec

from freehold import __version__
from freehold.system.clients import Network

MOST_REDIRECTS = 6
PAGE_BYTES = 64 << 20
CHUNK_BYTES = 1 << 18
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_AGAIN = frozenset({429, 500, 502, 503, 504})
_LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})
Answer = TypeVar("Answer")
_Connections = dict[tuple[str, str], http.client.HTTPConnection]


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
        self._network = network or Network()
        self._timeout_s = timeout_s
        self._tries = tries
        self._local = threading.local()
        self._context: ssl.SSLContext | None = None
        self._lock = threading.Lock()
        self._open: list[_Connections] = []

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
        with self._lock:
            for connections in self._open:
                _close(connections)

    def _drop(self) -> None:
        """Close this thread's connections."""
        _close(self._connections())

    def _again(self, url: str, ask: Callable[[], Answer]) -> Answer:
        """Ask; a broken connection or a busy server is asked again after a while."""
        for attempt in range(self._tries):
            try:
                return ask()
            except (http.client.HTTPException, ssl.SSLError, ConnectionError, TimeoutError, socket.gaierror) as error:
                self._drop()
                failure = WebError(url, _cause(error))
                if isinstance(error, ssl.SSLCertVerificationError):
                    raise failure from error
            except WebError as error:
                failure = error
                if error.status not in _AGAIN:
                    raise
            if attempt + 1 < self._tries:
                time.sleep((0.2 + random.random() * 0.2) * 4**attempt)  # noqa: S311 - not a secret
        raise failure

    def _page(self, url: str, headers: dict[str, str], limit_bytes: int) -> Page:
        answer, final = self._ask(url, headers)
        try:
            body = _read(answer, limit_bytes, final)
        except BaseException:
            self._drop()
            raise
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
        if begin and not (answer.status == 206 and _begins(answer.getheader("Content-Range"), begin)):
            sink.empty()
            begin = 0
            if answer.status in (206, 416):
                self._drop()
                asked.pop("Range")
                answer, final = self._ask(url, asked)
        if answer.status != (206 if begin else 200):
            self._drop()
            raise WebError(final, f"answered {answer.status} {answer.reason}", answer.status)
        length = answer.getheader("Content-Length") or ""
        if length.isdigit() and begin + int(length) > limit_bytes:
            self._drop()
            raise WebError(final, f"larger than {limit_bytes:,} bytes")
        self._pour(answer, sink, limit_bytes - begin, on_bytes, final)
        return final

    def _pour(
        self, answer: http.client.HTTPResponse, sink: Sink, room: int, on_bytes: Callable[[int], None], url: str
    ) -> None:
        """Let an answer flow into the sink; after any failure the connection is not used again."""
        try:
            while data := answer.read1(CHUNK_BYTES):
                room -= len(data)
                if room < 0:
                    raise WebError(url, "more bytes than it should have")
                sink.append(data)
                on_bytes(len(data))
            if answer.length:
                raise http.client.IncompleteRead(b"", answer.length)
            answer.read()
        except BaseException:
            self._drop()
            raise

    def _ask(self, url: str, headers: dict[str, str]) -> tuple[http.client.HTTPResponse, str]:
        """Send a request and follow redirects, never from TLS to plain text; secrets stay with the host they are for."""
        headers = {"User-Agent": f"freehold/{__version__}", "Accept": "*/*", **headers}
        at = url
        for _ in range(MOST_REDIRECTS):
            parts = _checked(at)
            answer = self._send(parts, headers)
            place = answer.getheader("Location")
            if answer.status not in _REDIRECTS or not place:
                return answer, at
            answer.read(CHUNK_BYTES)
            if not answer.isclosed():
                self._drop()
            following = urljoin(at, place)
            after = _checked(following)
            if parts.scheme == "https" and after.scheme == "http":
                raise WebError(at, "redirects from TLS to plain text")
            if after.hostname in _LOCAL and parts.hostname not in _LOCAL:
                raise WebError(at, "redirects to this machine")
            if after.netloc != parts.netloc:
                headers = {name: value for name, value in headers.items() if name.lower() != "authorization"}
            at = following
        raise WebError(url, f"redirects more than {MOST_REDIRECTS} times")

    def _send(self, parts: SplitResult, headers: dict[str, str]) -> http.client.HTTPResponse:
        """Send one request over a kept connection, or a new one where the other end has closed it."""
        proxy = self._proxy(parts)
        target = parts.path or "/"
        target = f"{target}?{parts.query}" if parts.query else target
        if proxy is not None and parts.scheme == "http":
            target = f"http://{parts.netloc}{target}"
            headers = {**headers, **_proxy_login(proxy)}
        key = (parts.scheme, parts.netloc)
        for fresh in (False, True):
            connection = self._connections().get(key)
            reused = connection is not None and not fresh
            if connection is None or fresh:
                connection = self._connections()[key] = self._connect(parts, proxy)
            try:
                connection.request("GET", target, headers=headers)
                return connection.getresponse()
            except (http.client.HTTPException, ConnectionError, BrokenPipeError):
                connection.close()
                self._connections().pop(key, None)
                if not reused:
                    raise
        raise WebError(parts.geturl(), "no connection")

    def _connect(self, parts: SplitResult, proxy: SplitResult | None) -> http.client.HTTPConnection:
        host, port = parts.hostname or "", parts.port
        through = (proxy.hostname or "", proxy.port or 80) if proxy is not None else None
        if parts.scheme == "http":
            place = through or (host, port or 80)
            return http.client.HTTPConnection(*place, timeout=self._timeout_s)
        place = through or (host, port or 443)
        connection = http.client.HTTPSConnection(*place, timeout=self._timeout_s, context=self._tls())
        if through is not None and proxy is not None:
            connection.set_tunnel(host, port or 443, _proxy_login(proxy))
        return connection

    def _proxy(self, parts: SplitResult) -> SplitResult | None:
        """Return the proxy for an address, from the environment, else from the clients' settings."""
        if parts.hostname in _LOCAL or proxy_bypass(parts.hostname or ""):
            return None
        known = getproxies()
        url = known.get(parts.scheme) or known.get("all") or self._network.proxies.get(parts.scheme, "")
        found = urlsplit(url if "//" in url else f"//{url}") if url else None
        return found if found is not None and found.hostname else None

    def _tls(self) -> ssl.SSLContext:
        with self._lock:
            if self._context is None:
                self._context = ssl.create_default_context()
                for file in self._network.certificates:
                    self._context.load_verify_locations(cafile=file)
            return self._context

    def _connections(self) -> _Connections:
        found: _Connections | None = getattr(self._local, "connections", None)
        if found is None:
            found = self._local.connections = {}
            with self._lock:
                self._open.append(found)
        return found


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


def _close(connections: _Connections) -> None:
    for connection in connections.values():
        connection.close()
    connections.clear()


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
    body = answer.read(limit_bytes + 1) if (answer.length or 0) <= limit_bytes else None
    if body is None or len(body) > limit_bytes:
        raise WebError(url, f"answers more than {limit_bytes:,} bytes")
    return body


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


def _proxy_login(proxy: SplitResult) -> dict[str, str]:
    if proxy.username is None:
        return {}
    login = f"{unquote(proxy.username)}:{unquote(proxy.password or '')}".encode()
    return {"Proxy-Authorization": "Basic " + base64.b64encode(login).decode()}


def _cause(error: Exception) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not trusted: {error.verify_message}"
    if isinstance(error, TimeoutError):
        return "no answer in time"
    text = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return f"no answer: {text}"

"""Connections to web servers: kept open, one a host and thread, through the clients' proxy, with the clients' certificates.

Redirects, limits and asking again are left to ``web``.
"""

from __future__ import annotations

import base64
import contextlib
import http.client
import ssl
import threading
from collections.abc import Iterator, Mapping
from urllib.parse import SplitResult, unquote, urlsplit
from urllib.request import getproxies, proxy_bypass

from freehold.system.clients import Network

LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})
_MOST_LEFT_BYTES = 1 << 18
_Open = dict[tuple[str, str], http.client.HTTPConnection]


class BrokenError(Exception):
    """A connection could not be made or broke; ``is_final``: asking again is of no use."""

    def __init__(self, reason: str, *, is_final: bool = False) -> None:
        super().__init__(reason)
        self.is_final = is_final


@contextlib.contextmanager
def breaking() -> Iterator[None]:
    """Turn every error of a connection into ``BrokenError``, so that none is taken for one of a disk."""
    try:
        yield
    except ssl.SSLCertVerificationError as error:
        raise BrokenError(f"its certificate is not trusted: {error.verify_message}", is_final=True) from error
    except TimeoutError as error:
        raise BrokenError("no answer in time") from error
    except (OSError, http.client.HTTPException) as error:
        text = getattr(error, "strerror", None) or str(error) or type(error).__name__
        raise BrokenError(f"no answer: {text}") from error


class Connections:
    """The open connections of all threads."""

    def __init__(self, network: Network, timeout_s: float) -> None:
        self._network = network
        self._timeout_s = timeout_s
        self._local = threading.local()
        self._context: ssl.SSLContext | None = None
        self._lock = threading.Lock()
        self._all: list[_Open] = []

    def get(self, parts: SplitResult, headers: Mapping[str, str]) -> http.client.HTTPResponse:
        """Send one request, over a new connection where the other end has closed the kept one. Raises ``BrokenError``."""
        proxy = self._proxy(parts)
        target = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
        if proxy is not None and parts.scheme == "http":
            target = f"http://{parts.netloc}{target}"
            headers = {**headers, **_login(proxy)}
        key = (parts.scheme, parts.netloc)
        kept = self._mine().pop(key, None)
        if kept is not None:
            try:
                return self._asked(kept, key, target, headers)
            except (OSError, http.client.HTTPException):
                kept.close()
        with breaking():
            fresh = self._connect(parts, proxy)
            try:
                return self._asked(fresh, key, target, headers)
            except BaseException:
                fresh.close()
                raise

    def done_with(self, answer: http.client.HTTPResponse) -> None:
        """Read what is left of a short answer, so that its connection can be used again; else drop it."""
        with breaking():
            answer.read(_MOST_LEFT_BYTES)
        if not answer.isclosed():
            self.drop()

    def drop(self) -> None:
        """Close this thread's connections."""
        _close(self._mine())

    @contextlib.contextmanager
    def dropped_on_failure(self) -> Iterator[None]:
        """Drop this thread's connections where the block fails: bytes of the answer may still be under way."""
        try:
            yield
        except BaseException:
            self.drop()
            raise

    def close_all(self) -> None:
        """Close the connections of every thread; none may be asking any more."""
        with self._lock:
            for connections in self._all:
                _close(connections)

    def _asked(
        self, connection: http.client.HTTPConnection, key: tuple[str, str], target: str, headers: Mapping[str, str]
    ) -> http.client.HTTPResponse:
        connection.request("GET", target, headers=dict(headers))
        answer = connection.getresponse()
        self._mine()[key] = connection
        return answer

    def _connect(self, parts: SplitResult, proxy: SplitResult | None) -> http.client.HTTPConnection:
        host, port = parts.hostname or "", parts.port
        through = (proxy.hostname or "", proxy.port or 80) if proxy is not None else None
        if parts.scheme == "http":
            return http.client.HTTPConnection(*(through or (host, port or 80)), timeout=self._timeout_s)
        place = through or (host, port or 443)
        connection = http.client.HTTPSConnection(*place, timeout=self._timeout_s, context=self._tls())
        if proxy is not None:
            connection.set_tunnel(host, port or 443, _login(proxy))
        return connection

    def _proxy(self, parts: SplitResult) -> SplitResult | None:
        """Return the proxy for an address, from the environment, else from the clients' settings."""
        if parts.hostname in LOCAL or proxy_bypass(parts.hostname or ""):
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

    def _mine(self) -> _Open:
        """Return the open connections of this thread."""
        found: _Open | None = getattr(self._local, "connections", None)
        if found is None:
            found = self._local.connections = {}
            with self._lock:
                self._all.append(found)
        return found


def _close(connections: _Open) -> None:
    for connection in connections.values():
        connection.close()
    connections.clear()


def _login(proxy: SplitResult) -> dict[str, str]:
    if proxy.username is None:
        return {}
    login = f"{unquote(proxy.username)}:{unquote(proxy.password or '')}".encode()
    return {"Proxy-Authorization": "Basic " + base64.b64encode(login).decode()}

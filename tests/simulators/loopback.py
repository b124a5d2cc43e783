"""A web server on this machine for simulators of registries: answers from a table, remembers what was asked, and can misbehave.

Misbehaviour is per path: ``flipped`` changes a byte, ``cut`` breaks off after so many bytes once
(after ``after_cut_s``, or as soon as the server ends), ``slow_s`` waits before the answer.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType

Headers = Mapping[str, str]


@dataclass(frozen=True)
class Answer:
    """A status, headers and a body."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


Route = bytes | Answer | Callable[[Headers], Answer]


class _Quiet(ThreadingHTTPServer):
    """A server that says nothing of clients that go away."""

    def handle_error(self, request: object, client_address: object) -> None:
        """Keep quiet."""


class Loopback:
    """A server with a table of paths. Use it as a context manager."""

    def __init__(self) -> None:
        self.routes: dict[str, Route] = {}
        self.asked: list[str] = []
        self.clients: set[tuple[str, int]] = set()
        self.ranges: list[str] = []
        self.flipped: set[str] = set()
        self.cut: dict[str, int] = {}
        self.slow_s: dict[str, float] = {}
        self.after_cut_s = 0.0
        self.has_ranges = True
        self.released = threading.Event()
        self._server = _Quiet(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)

    @property
    def url(self) -> str:
        """Return the address without a slash at its end."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Loopback:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.released.set()
        self._server.shutdown()
        self._server.server_close()

    def answer(self, path: str, headers: Headers) -> Answer:
        """Return the answer for a path."""
        found = self.routes.get(path, Answer(b"not here\n", 404))
        if isinstance(found, bytes):
            found = Answer(found)
        if not isinstance(found, Answer):
            found = found(headers)
        if path in self.flipped and found.body:
            return Answer(found.body[:-1] + bytes([found.body[-1] ^ 1]), found.status, found.headers)
        return found

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def do_GET(self) -> None:
                path = self.path.partition("?")[0]
                outer.asked.append(path)
                outer.clients.add(self.client_address)
                time.sleep(outer.slow_s.get(path, 0.0))
                found = outer.answer(path, dict(self.headers.items()))
                body, status, extra = found.body, found.status, dict(found.headers)
                begin = self._begin(len(body)) if status == 200 else 0
                if begin:
                    status, extra["Content-Range"] = 206, f"bytes {begin}-{len(body) - 1}/{len(body)}"
                    body = body[begin:]
                self.send_response(status)
                for name, value in {"Content-Length": str(len(body)), **extra}.items():
                    self.send_header(name, value)
                self.end_headers()
                stop = outer.cut.pop(path, None)
                if stop is not None:
                    self.wfile.write(body[:stop])
                    self.wfile.flush()
                    outer.released.wait(outer.after_cut_s)
                    self.close_connection = True
                    return
                self.wfile.write(body)

            def _begin(self, size: int) -> int:
                text = self.headers.get("Range", "")
                if not text:
                    return 0
                outer.ranges.append(text)
                begin = int(text.removeprefix("bytes=").partition("-")[0])
                return begin if outer.has_ranges and begin < size else 0

            def log_message(self, format: str, *args: object) -> None:
                """Keep quiet."""

        return Handler

"""A small HTTP server that only reads: GET and HEAD, ranges of files, and 405 for every other method.

What an address means is the caller's: it gives a ``Reply`` for a path. Nothing that a client sends is ever used as a path of
the file system here.
"""

from __future__ import annotations

import re
import socket
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit

import msgspec

from freehold.errors import UsageError

CHUNK_BYTES = 1 << 18
_RANGE = re.compile(r"bytes=(\d*)-(\d*)")
_LONGEST_PATH = 4096


class Asked(msgspec.Struct, frozen=True):
    """A request: path, percent-decoded and without dot segments, query, what is accepted, the address it came to."""

    path: str
    query: str = ""
    accept: str = ""
    base: str = ""


class Reply(msgspec.Struct, frozen=True):
    """An answer: a body, or a file to send (then ``body`` is not used)."""

    status: int = 200
    media_type: str = "text/plain; charset=utf-8"
    body: bytes = b""
    file: Path | None = None
    headers: dict[str, str] = {}


def not_found(what: str = "not held") -> Reply:
    """Return the answer for what is not there."""
    return Reply(404, body=f"{what}\n".encode())


class Server(ThreadingHTTPServer):
    """A server on one address; ``url`` is where it listens."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(
        self, host: str, port: int, answer: Callable[[Asked], Reply], log: Callable[[str], None] = lambda line: None
    ) -> None:
        self.address_family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self.answer = answer
        self.log = log
        try:
            super().__init__((host, port), _Handler)
        except OSError as error:
            raise UsageError(
                f"cannot listen: {error.strerror or error}",
                where=f"{host}:{port}",
                remedy="choose another --port, or 0 for any that is free",
            ) from error

    def server_bind(self) -> None:
        """Bind without asking the resolver for a name."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = str(self.server_address[0]), int(self.server_address[1])

    @property
    def url(self) -> str:
        """Return the address without a slash at its end."""
        host = f"[{self.server_name}]" if ":" in self.server_name else self.server_name
        return f"http://{host}:{self.server_port}"

    def handle_error(self, request: object, client_address: object) -> None:
        """Take note of a client that went away."""
        self.log("a client went away")


class _Handler(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    server: Server
    timeout = 60
    wbufsize = CHUNK_BYTES
    disable_nagle_algorithm = True

    def __getattr__(self, name: str) -> Callable[[], None]:
        """Return the method that refuses: every HTTP method that is not defined here."""
        if name.startswith("do_"):
            return self._refuse
        raise AttributeError(name)

    def do_GET(self) -> None:
        """Answer with head and body."""
        self._answer(with_body=True)

    def do_HEAD(self) -> None:
        """Answer with the head alone."""
        self._answer(with_body=False)

    def version_string(self) -> str:
        """Return the name that answers bear."""
        return "freehold"

    def log_message(self, format: str, *args: object) -> None:
        """Pass a line on to the server's log."""
        self.server.log(format % args)

    def _refuse(self) -> None:
        self.close_connection = True
        self._head(Reply(405, headers={"Allow": "GET, HEAD"}), 0, 0, 0)
        self.wfile.flush()

    def _answer(self, *, with_body: bool) -> None:
        asked = self._asked()
        reply = not_found() if asked is None else self._reply(asked)
        if reply.file is None:
            self._head(reply, 0, len(reply.body), len(reply.body))
            if with_body:
                self.wfile.write(reply.body)
        else:
            self._send_file(reply, reply.file, with_body=with_body)
        self.wfile.flush()

    def _reply(self, asked: Asked) -> Reply:
        """Return the answer; what goes wrong in making it ends this request and no other."""
        try:
            return self.server.answer(asked)
        except Exception as error:
            self.server.log(f"{type(error).__name__} in answering {asked.path!r}")
            return Reply(500, body=b"the answer could not be made\n")

    def _asked(self) -> Asked | None:
        """Return what is asked; None for a path that climbs, is too long or holds control characters."""
        parts = urlsplit(self.path)
        path = unquote(parts.path)
        pieces = path.split("/")
        if len(path) > _LONGEST_PATH or ".." in pieces or not path.startswith("/"):
            return None
        if not path.isprintable() or "\\" in path:
            return None
        host = self.headers.get("Host", "")
        known = host if re.fullmatch(r"[A-Za-z0-9.:\[\]-]{1,255}", host) else urlsplit(self.server.url).netloc
        return Asked(
            "/".join(piece for piece in pieces if piece != "."),
            parts.query,
            self.headers.get("Accept", ""),
            f"http://{known}",
        )

    def _send_file(self, reply: Reply, file: Path, *, with_body: bool) -> None:
        with file.open("rb") as stream:
            size = stream.seek(0, 2)
            begin, end = _range(self.headers.get("Range", ""), size)
            if begin >= end and size:
                self._head(Reply(416, headers={"Content-Range": f"bytes */{size}"}), 0, 0, 0)
                return
            self._head(reply, begin, end, size)
            stream.seek(begin)
            left = end - begin if with_body else 0
            while left > 0 and (data := stream.read(min(CHUNK_BYTES, left))):
                self.wfile.write(data)
                left -= len(data)

    def _head(self, reply: Reply, begin: int, end: int, size: int) -> None:
        partial = reply.status == 200 and (begin, end) != (0, size)
        self.send_response(206 if partial else reply.status)
        self.send_header("Content-Type", reply.media_type)
        self.send_header("Content-Length", str(end - begin))
        self.send_header("X-Content-Type-Options", "nosniff")
        if partial:
            self.send_header("Content-Range", f"bytes {begin}-{end - 1}/{size}")
        if reply.file is not None:
            self.send_header("Accept-Ranges", "bytes")
        for name, value in reply.headers.items():
            self.send_header(name, value)
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()


def _range(text: str, size: int) -> tuple[int, int]:
    """Return the first byte and the one after the last of a range; the whole file where none is asked for."""
    found = _RANGE.fullmatch(text.strip())
    if found is None or not (found[1] or found[2]):
        return 0, size
    if not found[1]:
        return max(0, size - int(found[2])), size
    return int(found[1]), min(size, int(found[2]) + 1 if found[2] else size)

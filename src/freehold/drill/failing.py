"""How a denied party fails somebody who asks: the connection is reset, or kept waiting, or answered with a refusal.

Names that are not found and packets that vanish are decided earlier, when the name is looked up.
"""

from __future__ import annotations

import contextlib
import socket
import ssl
import struct
import threading

from freehold.drill.authority import Authority
from freehold.drill.first_bytes import Speech
from freehold.model.evidence import Mode
from freehold.system.commands import CommandError

HANDSHAKE_SECONDS = 10.0
DRIP_SECONDS = 1.0
NEEDS_AUTHORITY: tuple[Mode, ...] = (
    "slow", "expired-tls", "http-401", "http-403", "http-451", "http-500", "http-503",
)  # fmt: skip
UNTRUSTED = "client does not trust the drill's certificate authority"
BROKEN_OFF = "client broke off"
REFUSED_EXPIRED = "client refused the expired certificate"
_REASONS = {"401": "Unauthorized", "403": "Forbidden", "451": "Unavailable For Legal Reasons", "500": "Internal Server Error",
            "503": "Service Unavailable"}  # fmt: skip
_ALERTS = ("UNKNOWN_CA", "CERTIFICATE_UNKNOWN", "BAD_CERTIFICATE", "UNSUPPORTED_CERTIFICATE", "CERTIFICATE_EXPIRED")


class Failure:
    """Fails connections in one mode. ``over`` is set when the drill ends: whoever is kept waiting is let go."""

    def __init__(self, mode: Mode, authority: Authority | None, over: threading.Event) -> None:
        self.mode = mode
        self._authority = authority
        self._over = over

    def fail(self, client: socket.socket, speech: Speech, name: str) -> str:
        """Fail one connection, whose first bytes are still unread, and return a note on how the client took it."""
        answers = self.mode.startswith("http-") or self.mode == "slow"
        try:
            if speech is Speech.TLS and self._authority is not None:
                return self._behind_tls(client, name)
            if answers and speech in (Speech.HTTP, Speech.PROXY):
                self._answer(client)
                return ""
        except OSError:
            return BROKEN_OFF
        reset(client)
        return ""

    def _behind_tls(self, client: socket.socket, name: str) -> str:
        assert self._authority is not None
        expired = self.mode == "expired-tls"
        client.settimeout(HANDSHAKE_SECONDS)
        try:
            context = self._authority.context(name, expired=expired)
            with context.wrap_socket(client, server_side=True) as stream:
                stream.recv(65536)  # in TLS 1.3 a client says only now that it does not trust us
                if expired:
                    return "client went on with an expired certificate"
                self._answer(stream)
        except ssl.SSLError as error:
            alert = any(word in (error.reason or "") for word in _ALERTS)
            if not alert:
                return BROKEN_OFF
            return REFUSED_EXPIRED if expired else UNTRUSTED
        except CommandError as error:
            reset(client)
            return f"no certificate could be made: {error.reason}"
        return ""

    def _answer(self, stream: socket.socket) -> None:
        """Send a refusal, or the beginning of an answer a byte at a time."""
        if self.mode != "slow":
            status = self.mode.removeprefix("http-")
            body = f"freehold drill: denied ({status})\n".encode()
            head = f"HTTP/1.1 {status} {_REASONS[status]}\r\nContent-Type: text/plain\r\n"
            stream.sendall(f"{head}Content-Length: {len(body)}\r\nConnection: close\r\n\r\n".encode() + body)
            with contextlib.suppress(OSError):
                stream.shutdown(socket.SHUT_WR)
                stream.recv(65536)
            return
        stream.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\nContent-Length: 1000000\r\n\r\n")
        while not self._over.wait(DRIP_SECONDS):
            stream.sendall(b"\0")


def reset(client: socket.socket) -> None:
    """Close a connection so that the client sees a reset."""
    with contextlib.suppress(OSError):
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    client.close()

"""Connections from inside: whom they are for, whether that is allowed, and then relayed or failed.

Whom a connection is for is told by its address (one a name), by the TLS handshake and by the HTTP request; all that are
there must be allowed. Nothing is sent outside before that is decided.
"""

from __future__ import annotations

import socket
import time
from typing import NamedTuple

from freehold.drill.addresses import AddressBook
from freehold.drill.askers import Askers
from freehold.drill.failing import Failure, reset
from freehold.drill.first_bytes import LARGEST_BYTES, Opening, Speech, opening
from freehold.drill.policy import Policy, Verdict
from freehold.drill.recording import Entry, Recorder
from freehold.drill.relaying import relay
from freehold.model.evidence import Decision

CLIENT_FIRST_SECONDS = 5.0
SERVER_FIRST_SECONDS = 0.3
CONNECT_SECONDS = 20.0
_PEEK_SECONDS = 0.005
_CLIENT_FIRST_PORTS = frozenset({80, 443})
_NAMED_PORTS = {22: "ssh", 9418: "git"}
LOCAL = "localhost:"
"""Before the port, the name under which a port of loopback is offered."""
FIRST_REQUEST_ONLY = "through a proxy in the clear: only the first request of the connection was looked at"
NOT_REACHED = "not reached from outside either"


class Catcher:
    """Serves the connections of one run."""

    def __init__(self, policy: Policy, failure: Failure, book: AddressBook, askers: Askers, recorder: Recorder) -> None:
        self._policy = policy
        self._failure = failure
        self._book = book
        self._askers = askers
        self._recorder = recorder

    def serve(self, client: socket.socket, port: int) -> None:
        """Serve one connection to ``port``. Raises ``OSError`` where the client breaks off."""
        address, peer = client.getsockname()[0], client.getpeername()
        name = self._name(address, port)
        if name is None:
            reset(client)
            return
        self._recorder.heard(name, port)
        tool = self._askers.tool_of("tcp", (peer[0], peer[1]))
        settled = bool(name) and self._policy.of(name).decision is not Decision.ALLOWED
        heard = _heard(client, _Patience.at(port, settled=settled))
        verdict = self._policy.decide(_names(name, address, heard))
        hidden = heard.speech is Speech.SOCKS and not self._policy.everything
        if hidden and verdict.decision is Decision.ALLOWED:
            verdict = Verdict(Decision.UNSERVED, verdict.host)
        protocol = heard.speech.value if heard.speech is not Speech.OTHER else _NAMED_PORTS.get(port, "tcp")
        entry = self._recorder.note(verdict, port, protocol, tool, _note(name, heard))
        match verdict.decision:
            case Decision.ALLOWED:
                self._pass_on(client, name or address, port, entry)
            case Decision.DENIED:
                note = self._failure.fail(client, heard.speech, heard.host or verdict.host)
                self._recorder.add(entry, note=note)
            case _:
                reset(client)

    def _name(self, address: str, port: int) -> str | None:
        """Return the name behind an address: empty for a bare address, None for our own loopback with nothing offered."""
        if address.startswith("127.") or address == "::1":
            local = f"{LOCAL}{port}"
            return local if local in self._policy.offered else None
        return self._book.name_of(address)

    def _pass_on(self, client: socket.socket, host: str, port: int, entry: Entry) -> None:
        try:
            server = socket.create_connection(self._policy.upstream(host, port), CONNECT_SECONDS)
        except OSError as error:
            self._recorder.missed(entry, f"{NOT_REACHED}: {error.strerror or error}")
            reset(client)
            return
        with server:
            for side in (client, server):
                side.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            relay(
                client,
                server,
                sent=lambda count: self._recorder.add(entry, sent=count),
                received=lambda count: self._recorder.add(entry, received=count),
            )


def _names(name: str, address: str, heard: Opening) -> list[str]:
    """Return the names that decide: that of the address, and what the client says; a port of ours speaks for itself."""
    if name.startswith(LOCAL):
        return [name]
    return [name, heard.host] if name else [heard.host, address]


def _note(name: str, heard: Opening) -> str:
    if heard.speech is Speech.SOCKS:
        return "a SOCKS proxy hides whom it is asked for"
    if heard.speech is Speech.PROXY and not heard.tunnel:
        return FIRST_REQUEST_ONLY
    return f"asked by address, for {heard.host}" if heard.host and not name else ""


class _Patience(NamedTuple):
    """How long to wait for the client's first byte, and for the rest of its first words."""

    first_seconds: float
    rest_seconds: float

    @classmethod
    def at(cls, port: int, *, settled: bool) -> _Patience:
        """Return the patience on a port; where it is settled whom the client asks, the rest matters little."""
        first = CLIENT_FIRST_SECONDS if port in _CLIENT_FIRST_PORTS else SERVER_FIRST_SECONDS
        return cls(first, SERVER_FIRST_SECONDS if settled else CLIENT_FIRST_SECONDS)


def _heard(client: socket.socket, patience: _Patience) -> Opening:
    """Look at what the client says first and leave it unread; a client that waits for the server says nothing."""
    deadline = time.monotonic() + patience.first_seconds
    seen = 0
    found = Opening(Speech.OTHER, whole=False)
    while not found.whole and (left := deadline - time.monotonic()) > 0:
        client.settimeout(left)
        try:
            data = client.recv(LARGEST_BYTES, socket.MSG_PEEK)
        except TimeoutError:
            break
        if not data:
            break
        if not seen:
            deadline = time.monotonic() + patience.rest_seconds
        if len(data) > seen:
            seen, found = len(data), opening(data)
        else:
            time.sleep(_PEEK_SECONDS)
    return found

"""Messages between the drill and the process that it starts inside: one JSON object each, open sockets beside it."""

from __future__ import annotations

import json
import socket
from collections.abc import Sequence

LARGEST_BYTES = 1 << 20
MOST_SOCKETS = 250
"""The kernel passes at most 253 descriptors in one message."""


class EndedError(Exception):
    """The other side is gone."""


def pair() -> tuple[socket.socket, socket.socket]:
    """Return two connected sockets that keep messages apart."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    for end in (ours, theirs):
        end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, LARGEST_BYTES)
    return ours, theirs


def send(connection: socket.socket, message: dict[str, object], sockets: Sequence[int] = ()) -> None:
    """Send one message. Raises ``OSError``."""
    socket.send_fds(connection, [json.dumps(message).encode()], list(sockets))


def receive(connection: socket.socket) -> tuple[dict[str, object], list[int]]:
    """Return the next message with its descriptors. Raises ``EndedError`` where none follows, ``TimeoutError``."""
    data, descriptors, _, _ = socket.recv_fds(connection, LARGEST_BYTES, MOST_SOCKETS)
    if not data:
        raise EndedError
    message = json.loads(data)
    return (message if isinstance(message, dict) else {}), list(descriptors)

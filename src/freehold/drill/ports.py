"""Listening inside: on the ports that are known beforehand, and on any other one once somebody asks a named host at it.

A first packet to a port that nobody listens on waits instead of being refused (``hold_connections``); the tap tells the
parent of it, the parent asks for the port, and the client's next try, a second later, finds it open.
"""

from __future__ import annotations

import contextlib
import socket
import threading

from freehold.drill import messages
from freehold.system.netlink import let_connections_in

BACKLOG = 512
NAMED = "198.18.0.0/16"
"""Where names have their addresses (``addresses``): only there do connections wait."""
OWN = "198.18.0.1"


def listen(listener: socket.socket, port: int) -> None:
    """Listen on a port of every address of the socket's family. Raises ``OSError``."""
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if listener.family == socket.AF_INET6:
        listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
    listener.bind(("", port))
    listener.listen(BACKLOG)


def open_port(parent: socket.socket, port: int) -> None:
    """Listen on a port and hand the sockets to the parent; where a server inside has it already, connections go on waiting."""
    labels: list[str] = []
    with contextlib.ExitStack() as made:
        sockets: list[int] = []
        for suffix, family in (("4", socket.AF_INET), ("6", socket.AF_INET6)):
            with contextlib.suppress(OSError):
                listener = made.enter_context(socket.socket(family, socket.SOCK_STREAM))
                listen(listener, port)
                labels.append(f"tcp{suffix}:{port}")
                sockets.append(listener.fileno())
        if f"tcp4:{port}" in labels:
            let_connections_in(NAMED, port)
            messages.send(parent, {"is": "sockets", "labels": labels}, sockets)


def open_on_request(parent: socket.socket) -> None:
    """Open ports as the parent asks, in a thread of its own, until the parent is gone."""
    threading.Thread(target=_work, args=(parent,), daemon=True).start()


def _work(parent: socket.socket) -> None:
    with contextlib.suppress(messages.EndedError, OSError):
        while True:
            told, _ = messages.receive(parent)
            if told.get("do") == "open":
                open_port(parent, int(str(told["port"])))

"""Relaying: what one side sends goes to the other, both ways, without the bytes passing through Python where the kernel can.

The client's socket lives in the namespace, the server's outside; this process holds both.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import socket
import threading
from collections.abc import Callable

PIPE_BYTES = 1 << 20
_SET_PIPE_SIZE = 1031
Counter = Callable[[int], None]


def relay(client: socket.socket, server: socket.socket, sent: Counter, received: Counter) -> None:
    """Copy both ways until both sides have ended; each counter hears of every piece. Closes neither socket."""
    for side in (client, server):
        side.settimeout(None)
    upward = threading.Thread(target=_pour, args=(client, server, sent), daemon=True)
    upward.start()
    _pour(server, client, received)
    upward.join()


def _pour(source: socket.socket, target: socket.socket, count: Counter) -> None:
    """Copy one way until the source ends, then tell the target; a broken side breaks the other too."""
    read, write = os.pipe()
    try:
        with contextlib.suppress(OSError):
            fcntl.fcntl(write, _SET_PIPE_SIZE, PIPE_BYTES)
        while piece := os.splice(source.fileno(), write, PIPE_BYTES):
            left = piece
            while left:
                left -= os.splice(read, target.fileno(), left)
            count(piece)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        for side in (source, target):
            with contextlib.suppress(OSError):
                side.shutdown(socket.SHUT_RDWR)
    finally:
        os.close(read)
        os.close(write)

"""The front desk: one thread over every socket from inside, which hands names, connections and packets to those who know.

Connections get a thread each, look-ups of names a few between them.
"""

from __future__ import annotations

import contextlib
import queue
import selectors
import socket
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from freehold.drill import dns
from freehold.drill.catching import Catcher
from freehold.drill.failing import reset
from freehold.drill.naming import Naming
from freehold.drill.tap import Tap

NAME_WORKERS = 16
PATIENCE_SECONDS = 10.0
QUIET_SECONDS = 0.05
SETTLING_SECONDS = 3.0


class FrontDesk:
    """Serves the sockets of one namespace from its making until ``close``."""

    def __init__(self, sockets: dict[str, socket.socket], naming: Naming, catcher: Catcher, tap: Tap) -> None:
        self._naming, self._catcher, self._tap = naming, catcher, tap
        self._last = time.monotonic()
        self._clients: set[socket.socket] = set()
        self._selector = selectors.DefaultSelector()
        self._names = ThreadPoolExecutor(NAME_WORKERS, "names")
        self._fresh: queue.SimpleQueue[dict[str, socket.socket]] = queue.SimpleQueue()
        self._wake, self._woken = socket.socketpair()
        self._selector.register(self._woken, selectors.EVENT_READ, None)
        self._register(sockets)
        self._thread = threading.Thread(target=self._work, name="front desk", daemon=True)
        self._thread.start()

    def add(self, sockets: dict[str, socket.socket]) -> None:
        """Serve more sockets from now on. May be called from any thread."""
        self._fresh.put(sockets)
        self._wake.send(b"+")

    def settle(self) -> None:
        """Wait until what came in before the command ended has been looked at: nobody is served and nothing new comes."""
        deadline = time.monotonic() + SETTLING_SECONDS
        while (now := time.monotonic()) < deadline and (self._clients or now - self._last < QUIET_SECONDS):
            time.sleep(QUIET_SECONDS / 4)

    def close(self) -> None:
        """Stop serving and end every connection."""
        self._wake.send(b"x")
        self._thread.join()
        self._names.shutdown(wait=True, cancel_futures=True)
        for one in list(self._clients):
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
        self._selector.close()
        self._wake.close()
        self._woken.close()

    def _register(self, sockets: dict[str, socket.socket]) -> None:
        for label, one in sockets.items():
            one.setblocking(False)
            self._selector.register(one, selectors.EVENT_READ, self._handler(label, one))

    def _handler(self, label: str, one: socket.socket) -> Callable[[], None]:
        kind, _, port = label.partition(":")
        if kind == "tap":
            return lambda: self._tap.see(one)
        if kind.startswith("dns-udp"):
            return lambda: self._ask(one)
        if kind.startswith("dns-tcp"):
            return lambda: self._accept(one, self._ask_by_stream)
        return lambda: self._accept(one, lambda client: self._catcher.serve(client, int(port)))

    def _work(self) -> None:
        while True:
            for key, _ in self._selector.select():
                if key.data is None:
                    if self._woken.recv(1) == b"x":
                        return
                    self._register(self._fresh.get())
                    continue
                self._handle(key.data)
                self._last = time.monotonic()

    def _handle(self, task: Callable[[], None]) -> None:
        """Do one task. A client that is gone again is no matter; where we can take no more, others wait a moment."""
        try:
            with contextlib.suppress(BlockingIOError, ConnectionError):
                task()
        except (OSError, RuntimeError):
            time.sleep(QUIET_SECONDS)

    def _accept(self, listener: socket.socket, serve: Callable[[socket.socket], None]) -> None:
        client, _ = listener.accept()
        client.settimeout(PATIENCE_SECONDS)
        self._clients.add(client)
        threading.Thread(target=self._guard, args=(client, serve), daemon=True).start()

    def _guard(self, client: socket.socket, serve: Callable[[socket.socket], None]) -> None:
        """Serve one client; one that breaks off is no error of ours."""
        try:
            serve(client)
        except OSError:
            reset(client)
        finally:
            self._clients.discard(client)
            client.close()

    def _ask(self, datagrams: socket.socket) -> None:
        message, ancillary, _, client = datagrams.recvmsg(65536, 256)
        question = dns.question_of(message)
        if question is not None:
            self._names.submit(self._answer, datagrams, question, ancillary, client)

    def _answer(
        self,
        datagrams: socket.socket,
        question: dns.Question,
        ancillary: list[tuple[int, int, bytes]],
        client: tuple[str, int],
    ) -> None:
        """Answer from the address that was asked: clients take an answer from no other."""
        reply = self._naming.answer(question, "udp", (client[0], client[1]))
        with contextlib.suppress(OSError):
            datagrams.sendmsg([reply], [_reply_from(item) for item in ancillary[:1]], 0, client)

    def _ask_by_stream(self, client: socket.socket) -> None:
        peer = client.getpeername()
        with client.makefile("rb") as stream:
            while len(size := stream.read(2)) == 2:
                question = dns.question_of(stream.read(int.from_bytes(size)))
                if question is None:
                    return
                reply = self._naming.answer(question, "tcp", (peer[0], peer[1]))
                client.sendall(len(reply).to_bytes(2) + reply)


def _reply_from(item: tuple[int, int, bytes]) -> tuple[int, int, bytes]:
    """Return packet information that sends from the address at which a datagram arrived (``in_pktinfo``, ``in6_pktinfo``)."""
    level, kind, data = item
    if level == socket.IPPROTO_IP:
        return level, kind, bytes(4) + data[4:8] + bytes(4)
    return level, kind, data

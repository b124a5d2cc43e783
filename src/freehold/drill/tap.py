"""The tap: packets that begin something which no relay serves - an address without a name, another port, QUIC, a resolver.

Those are refused by the kernel, since nothing listens; here they are only named. A port of a host with a name is opened
instead, once, where that can be done: then the connection is relayed or failed as any other. Layouts: RFC 791, 8200, 9293,
768.
"""

from __future__ import annotations

import contextlib
import ipaddress
import socket
from collections.abc import Callable

import msgspec

from freehold.drill.addresses import AddressBook
from freehold.drill.askers import Askers
from freehold.drill.policy import Policy, Verdict
from freehold.drill.recording import Recorder
from freehold.model.evidence import Decision

OUTGOING = 4
"""The packet type of what leaves through loopback; each packet is seen again as it comes in."""
TCP, UDP = 6, 17
OWN = ("198.18.0.1", "fd66:7265:6568::1")
"""The addresses that loopback has inside: asking them is asking oneself."""
_LONGEST_PACKET = 256
_MOST_AT_ONCE = 256
MOST_PORTS = 1000
"""So many ports are opened for those who ask; behind them somebody tries every one."""
NOT_SERVED = "the connection came to nothing: another server inside has this port, or it was asked over IPv6 alone"
_WELL_KNOWN = {
    ("tcp", 22): "ssh", ("tcp", 9418): "git", ("udp", 443): "quic", ("tcp", 853): "dns over tls", ("udp", 853): "dns over quic",
}  # fmt: skip


class Packet(msgspec.Struct, frozen=True):
    """The ends of one packet; ports are 0 for protocols without them."""

    protocol: int
    source: str
    source_port: int
    target: str
    target_port: int


class Tap:
    """Notes the packets of one run; ``served`` are the TCP ports that are relayed and so need no note here."""

    def __init__(
        self,
        policy: Policy,
        served: frozenset[int],
        book: AddressBook,
        askers: Askers,
        recorder: Recorder,
        open_port: Callable[[int], None] | None = None,
    ) -> None:
        self._policy = policy
        self._served = served
        self._book = book
        self._askers = askers
        self._recorder = recorder
        self._open_port = open_port
        self._asked_for: set[int] = set()
        self._waiting: dict[tuple[str, int], tuple[Verdict, str]] = {}

    def see(self, packets: socket.socket) -> None:
        """Take note of what has come in."""
        with contextlib.suppress(BlockingIOError):
            for _ in range(_MOST_AT_ONCE):
                data, (_, _, kind, *_) = packets.recvfrom(_LONGEST_PACKET)
                packet = parsed(data) if kind == OUTGOING else None
                if packet is not None and self._is_of_interest(packet):
                    self._note(packet)

    def conclude(self) -> None:
        """Note who asked a host at a port that was to be opened, and was never heard there."""
        for (name, port), (verdict, tool) in self._waiting.items():
            if not self._recorder.was_heard(name, port):
                self._recorder.note(verdict, port, _WELL_KNOWN.get(("tcp", port), "tcp"), tool, NOT_SERVED)

    def _is_of_interest(self, packet: Packet) -> bool:
        target = ipaddress.ip_address(packet.target)
        if target.is_loopback and packet.protocol == TCP and packet.target_port not in self._served:
            self._recorder.note(Verdict(Decision.INSIDE, packet.target), packet.target_port, "tcp", "")
        if target.is_loopback or target.is_multicast or target.is_link_local or packet.target in OWN:
            return False
        return not (packet.protocol == TCP and packet.target_port in self._served)

    def _ask_for(self, port: int) -> None:
        if self._open_port is not None and port not in self._asked_for and len(self._asked_for) < MOST_PORTS:
            self._asked_for.add(port)
            self._open_port(port)

    def _note(self, packet: Packet) -> None:
        name = self._book.name_of(packet.target)
        waits = packet.protocol == TCP and self._open_port is not None and self._book.is_here(packet.target)
        if waits and (name, packet.target_port) in self._waiting:
            return
        if waits:
            self._ask_for(packet.target_port)
        verdict = self._policy.of(name or packet.target)
        if verdict.decision is Decision.ALLOWED:
            verdict = Verdict(Decision.UNSERVED, verdict.host)
        word = {TCP: "tcp", UDP: "udp"}.get(packet.protocol, f"ip protocol {packet.protocol}")
        tool = self._askers.tool_of(word, (packet.source, packet.source_port)) if word in ("tcp", "udp") else ""
        if waits:
            self._waiting[name, packet.target_port] = verdict, tool
            return
        protocol = _WELL_KNOWN.get((word, packet.target_port), word)
        note = (
            f"relay it with --port {packet.target_port}"
            if verdict.decision is Decision.UNSERVED and word == "tcp"
            else ""
        )
        self._recorder.note(verdict, packet.target_port, protocol, tool, note)


def parsed(data: bytes) -> Packet | None:
    """Return the ends of an IPv4 or IPv6 packet; None for what is neither, or cut short."""
    if len(data) < 20:
        return None
    if data[0] >> 4 == 4:
        return _ends(data, data[9], (data[12:16], data[16:20]), 4 * (data[0] & 0xF))
    if data[0] >> 4 == 6 and len(data) >= 40:
        return _ends(data, data[6], (data[8:24], data[24:40]), 40)
    return None


def _ends(data: bytes, protocol: int, addresses: tuple[bytes, bytes], header_bytes: int) -> Packet:
    ports = data[header_bytes : header_bytes + 4]
    has_ports = protocol in (TCP, UDP) and len(ports) == 4
    source, target = (str(ipaddress.ip_address(packed)) for packed in addresses)
    first, second = (int.from_bytes(ports[:2]), int.from_bytes(ports[2:])) if has_ports else (0, 0)
    return Packet(protocol, source, first, target, second)

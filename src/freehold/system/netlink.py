"""The network of a fresh namespace, set up by netlink messages: every address local, one range a black hole.

No command is run. Message layouts: https://man7.org/linux/man-pages/man7/rtnetlink.7.html
"""

from __future__ import annotations

import os
import socket
import struct
from ipaddress import IPv4Interface, IPv4Network, IPv6Interface, IPv6Network, ip_interface, ip_network

_NETLINK_ROUTE = 0
_RTM_NEWLINK, _RTM_NEWADDR, _RTM_NEWROUTE, _RTM_NEWRULE, _RTM_DELRULE = 16, 20, 24, 32, 33
_REQUEST_ACK, _CREATE = 0x5, 0x400
_IFF_UP = 1
_LOOPBACK = 1
"""The loopback device is the first of every network namespace."""
_MAIN_TABLE, _LOCAL_TABLE, _WAITING_TABLE = 254, 255, 77
_BOOT, _LINK_SCOPE, _HOST_SCOPE = 3, 253, 254
_UNICAST, _LOCAL = 1, 2
_HEADER = struct.Struct("=IHHII")
_RULE_TARGET, _RULE_PRIORITY, _RULE_PROTOCOL, _RULE_PORTS, _TO_TABLE = 1, 6, 22, 24, 1
_TO_OWN, _TO_OPEN_PORT, _TO_WAITING, _TO_LOCAL = 50, 100, 200, 300
"""Priorities of the rules of ``hold_connections``."""


def make_every_address_local(own: tuple[str, ...], black_holes: tuple[str, ...]) -> None:
    """Bring loopback up and route everything to this machine itself, except ranges in which packets vanish.

    ``own`` are addresses with prefix that loopback gets, ``black_holes`` networks. Raises ``OSError``.
    """
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, _NETLINK_ROUTE) as kernel:
        kernel.bind((0, 0))
        _ask(kernel, _RTM_NEWLINK, struct.pack("=BxHiII", 0, 0, _LOOPBACK, _IFF_UP, _IFF_UP))
        for text in own:
            _ask(kernel, _RTM_NEWADDR, _address(ip_interface(text)))
        for version in sorted({ip_interface(text).version for text in own}):
            _ask(kernel, _RTM_NEWROUTE, _route(ip_network("0.0.0.0/0" if version == 4 else "::/0"), _LOCAL))
        for text in black_holes:
            _ask(kernel, _RTM_NEWROUTE, _route(ip_network(text), _UNICAST))


def hold_connections(network: str, own: str) -> None:
    """Let TCP connections to an IPv4 network wait unanswered; ``let_connections_in`` opens one port of all its addresses.

    Clients there speak from ``own``, an address of this machine, to which everything is let in. Needs rules by port (Linux
    4.17). Raises ``OSError`` where the kernel has none, before anything is changed.
    """
    named = ip_network(network)
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, _NETLINK_ROUTE) as kernel:
        kernel.bind((0, 0))
        _ask(kernel, _RTM_NEWRULE, _rule(_TO_OWN, _LOCAL_TABLE, ip_network(own)))
        _ask(kernel, _RTM_NEWROUTE, _route(named, _LOCAL, _LOCAL_TABLE, own))
        _ask(kernel, _RTM_NEWROUTE, _route(named, _UNICAST, _WAITING_TABLE, own))
        _ask(kernel, _RTM_NEWRULE, _rule(_TO_LOCAL, _LOCAL_TABLE))
        _ask(kernel, _RTM_DELRULE, _rule(0, _LOCAL_TABLE))
        _ask(kernel, _RTM_NEWRULE, _rule(_TO_WAITING, _WAITING_TABLE, named, socket.IPPROTO_TCP))


def let_connections_in(network: str, port: int) -> None:
    """Let connections to a port of a network that is held through, those that wait too. Raises ``OSError``."""
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, _NETLINK_ROUTE) as kernel:
        kernel.bind((0, 0))
        rule = _rule(_TO_OPEN_PORT, _LOCAL_TABLE, ip_network(network), socket.IPPROTO_TCP, port)
        _ask(kernel, _RTM_NEWRULE, rule)


def _rule(
    priority: int, table: int, target: IPv4Network | IPv6Network | None = None, protocol: int = 0, port: int = 0
) -> bytes:
    """Return an IPv4 routing rule (``fib_rule_hdr`` of ``linux/fib_rules.h`` with attributes)."""
    length = target.prefixlen if target else 0
    head = struct.pack("=BBBBBBBBI", int(socket.AF_INET), length, 0, 0, table, 0, 0, _TO_TABLE, 0)
    parts = [_attribute(_RULE_PRIORITY, struct.pack("=I", priority))]
    if target:
        parts.append(_attribute(_RULE_TARGET, target.network_address.packed))
    if protocol:
        parts.append(_attribute(_RULE_PROTOCOL, struct.pack("=B", protocol)))
    if port:
        parts.append(_attribute(_RULE_PORTS, struct.pack("=HH", port, port)))
    return head + b"".join(parts)


def _address(interface: IPv4Interface | IPv6Interface) -> bytes:
    packed = interface.ip.packed
    head = struct.pack("=BBBBI", _family(interface.version), interface.network.prefixlen, 0x80, 0, _LOOPBACK)
    return head + _attribute(1, packed) + _attribute(2, packed)


def _route(network: IPv4Network | IPv6Network, kind: int, table: int = 0, source: str = "") -> bytes:
    """Return a route through loopback. A unicast one is a black hole: what comes in again belongs to nobody."""
    scope = _HOST_SCOPE if kind == _LOCAL else _LINK_SCOPE
    table = table or (_LOCAL_TABLE if network.version == 4 else _MAIN_TABLE)
    head = struct.pack("=BBBBBBBBI", _family(network.version), network.prefixlen, 0, 0, table, _BOOT, scope, kind, 0)
    target = _attribute(1, network.network_address.packed) if network.prefixlen else b""
    preferred = _attribute(7, ip_interface(source).ip.packed) if source else b""
    return head + target + _attribute(4, struct.pack("=I", _LOOPBACK)) + preferred


def _attribute(kind: int, data: bytes) -> bytes:
    return struct.pack("=HH", 4 + len(data), kind) + data + b"\0" * (-len(data) % 4)


def _family(version: int) -> int:
    return int(socket.AF_INET if version == 4 else socket.AF_INET6)


def _ask(kernel: socket.socket, kind: int, body: bytes) -> None:
    """Send one request and wait until the kernel says yes. Raises ``OSError`` if it says no."""
    flags = _REQUEST_ACK | (0 if kind == _RTM_NEWLINK else _CREATE)
    kernel.send(_HEADER.pack(_HEADER.size + len(body), kind, flags, 1, 0) + body)
    answer = kernel.recv(65536)
    (error,) = struct.unpack_from("=i", answer, _HEADER.size)
    if error:
        raise OSError(-error, os.strerror(-error), f"netlink request {kind}")

"""The network of a fresh namespace, set up by netlink messages: every address local, one range a black hole.

No command is run. Message layouts: https://man7.org/linux/man-pages/man7/rtnetlink.7.html
"""

from __future__ import annotations

import os
import socket
import struct
from ipaddress import IPv4Interface, IPv4Network, IPv6Interface, IPv6Network, ip_interface, ip_network

_NETLINK_ROUTE = 0
_RTM_NEWLINK, _RTM_NEWADDR, _RTM_NEWROUTE = 16, 20, 24
_REQUEST_ACK, _CREATE = 0x5, 0x400
_IFF_UP = 1
_LOOPBACK = 1
"""The loopback device is the first of every network namespace."""
_MAIN_TABLE, _BOOT, _LINK_SCOPE, _HOST_SCOPE = 254, 3, 253, 254
_UNICAST, _LOCAL = 1, 2
_HEADER = struct.Struct("=IHHII")


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


def _address(interface: IPv4Interface | IPv6Interface) -> bytes:
    packed = interface.ip.packed
    head = struct.pack("=BBBBI", _family(interface.version), interface.network.prefixlen, 0x80, 0, _LOOPBACK)
    return head + _attribute(1, packed) + _attribute(2, packed)


def _route(network: IPv4Network | IPv6Network, kind: int) -> bytes:
    """Return a route through loopback. A unicast one is a black hole: what comes in again belongs to nobody."""
    scope = _HOST_SCOPE if kind == _LOCAL else _LINK_SCOPE
    head = struct.pack(
        "=BBBBBBBBI", _family(network.version), network.prefixlen, 0, 0, _MAIN_TABLE, _BOOT, scope, kind, 0
    )
    target = _attribute(1, network.network_address.packed) if network.prefixlen else b""
    return head + target + _attribute(4, struct.pack("=I", _LOOPBACK))


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

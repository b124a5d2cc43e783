"""A kernel filter for the tap: of all packets only those that begin something, so that bulk traffic costs nothing.

Kept are TCP segments with SYN and without ACK, UDP datagrams that are no DNS, and protocols without ports. Classic BPF:
https://www.kernel.org/doc/html/latest/networking/filter.html
"""

from __future__ import annotations

import ctypes
import socket
import struct

_LOAD_BYTE, _LOAD_HALF, _LOAD_BYTE_AT, _LOAD_HALF_AT = 0x30, 0x28, 0x50, 0x48
_HEADER_LENGTH, _AND, _EQUAL, _ANY_BIT, _RETURN = 0xB1, 0x54, 0x15, 0x45, 0x06
_ATTACH_FILTER = 26
_TCP, _UDP, _ICMP, _ICMP6 = 6, 17, 1, 58
_SYN_OR_ACK, _SYN = 0x12, 0x02
_DNS = 53

Step = tuple[int, int, str, str]
"""An operation, its operand, and where to go on if it holds and if not; empty is the next step."""

_PROGRAM: tuple[tuple[str, tuple[Step, ...]], ...] = (
    (
        "start",
        (
            (_LOAD_BYTE, 0, "", ""),
            (_AND, 0xF0, "", ""),
            (_EQUAL, 0x40, "four", ""),
            (_EQUAL, 0x60, "six", "drop"),
        ),
    ),
    (
        "four",
        (
            (_LOAD_HALF, 6, "", ""),
            (_ANY_BIT, 0x1FFF, "drop", ""),
            (_HEADER_LENGTH, 0, "", ""),
            (_LOAD_BYTE, 9, "", ""),
            (_EQUAL, _UDP, "udp4", ""),
            (_EQUAL, _ICMP, "drop", ""),
            (_EQUAL, _TCP, "", "keep"),
            (_LOAD_BYTE_AT, 13, "", ""),
            (_AND, _SYN_OR_ACK, "", ""),
            (_EQUAL, _SYN, "keep", "drop"),
        ),
    ),
    (
        "udp4",
        (
            (_LOAD_HALF_AT, 0, "", ""),
            (_EQUAL, _DNS, "drop", ""),
            (_LOAD_HALF_AT, 2, "", ""),
            (_EQUAL, _DNS, "drop", "keep"),
        ),
    ),
    (
        "six",
        (
            (_LOAD_BYTE, 6, "", ""),
            (_EQUAL, _UDP, "udp6", ""),
            (_EQUAL, _ICMP6, "drop", ""),
            (_EQUAL, _TCP, "", "keep"),
            (_LOAD_BYTE, 53, "", ""),
            (_AND, _SYN_OR_ACK, "", ""),
            (_EQUAL, _SYN, "keep", "drop"),
        ),
    ),
    (
        "udp6",
        (
            (_LOAD_HALF, 40, "", ""),
            (_EQUAL, _DNS, "drop", ""),
            (_LOAD_HALF, 42, "", ""),
            (_EQUAL, _DNS, "drop", "keep"),
        ),
    ),
    ("keep", ((_RETURN, 128, "", ""),)),
    ("drop", ((_RETURN, 0, "", ""),)),
)


def compiled() -> bytes:
    """Return the filter as the kernel wants it: eight bytes a step, jumps as distances."""
    starts: dict[str, int] = {}
    steps: list[Step] = []
    for label, part in _PROGRAM:
        starts[label] = len(steps)
        steps += part
    return b"".join(
        struct.pack("=HBBI", operation, *(_distance(starts, label, at) for label in (holds, fails)), operand)
        for at, (operation, operand, holds, fails) in enumerate(steps)
    )


def _distance(starts: dict[str, int], label: str, at: int) -> int:
    return starts[label] - at - 1 if label else 0


def attach(tap: socket.socket) -> None:
    """Put the filter on a packet socket. Raises ``OSError``."""
    code = compiled()
    buffer = ctypes.create_string_buffer(code, len(code))
    tap.setsockopt(socket.SOL_SOCKET, _ATTACH_FILTER, struct.pack("HP", len(code) // 8, ctypes.addressof(buffer)))

"""Which program asks: from the two ends of a connection to its socket, from that to the process that holds it.

Read from ``/proc`` of the processes inside, at the time of the connection. https://man7.org/linux/man-pages/man5/proc.5.html
"""

from __future__ import annotations

import contextlib
import ipaddress
import re
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

UNKNOWN = "unknown program"
_SOCKET = re.compile(r"socket:\[(\d+)\]")
_PLAIN_WORD = re.compile(r"[\w./+-]{1,60}")
_INTERPRETERS = re.compile(r"(?:python[\d.]*|node|nodejs|java|ruby|perl|sh|bash|dash|php)")


class Askers:
    """Looks up programs below the first process inside. ``prefix`` is the folder of ``/proc`` (another one in tests)."""

    def __init__(self, first: int, proc: Path = Path("/proc")) -> None:
        self._proc = proc
        self._first = first
        self._lock = threading.Lock()

    def tool_of(self, protocol: str, client: tuple[str, int]) -> str:
        """Return the program that holds the client's end of a ``tcp`` or ``udp`` conversation, or ``UNKNOWN``."""
        with self._lock:
            inode = self._inode(protocol, client)
            pid = self._holder(inode) if inode else 0
            return self._name(pid) if pid else UNKNOWN

    def _inode(self, protocol: str, client: tuple[str, int]) -> str:
        """Return the inode of the socket bound to the client's address and port, or to that port of any address."""
        address = ipaddress.ip_address(client[0])
        ends = [address, type(address)(0)] if address.version == 6 else [address, *_as_seen(str(address))]
        wanted = {_written(end, client[1]) for end in ends}
        for table in (protocol, f"{protocol}6"):
            for line in _text(self._proc / str(self._first) / "net" / table).splitlines()[1:]:
                words = line.split()
                if len(words) > 9 and words[1] in wanted and words[9] != "0":
                    return words[9]
        return ""

    def _holder(self, inode: str) -> int:
        for pid in self._processes():
            with contextlib.suppress(OSError):
                for entry in (self._proc / str(pid) / "fd").iterdir():
                    found = _SOCKET.fullmatch(str(entry.readlink()))
                    if found and found[1] == inode:
                        return pid
        return 0

    def _processes(self) -> Iterator[int]:
        """Yield every process below the first, nearest first."""
        pending = [self._first]
        for pid in pending:
            yield pid
            with contextlib.suppress(OSError):
                for thread in (self._proc / str(pid) / "task").iterdir():
                    pending += map(int, _text(thread / "children").split())

    def _name(self, pid: int) -> str:
        """Return the program's name, with the script of an interpreter; other arguments may hold secrets and are left out."""
        words = _text(self._proc / str(pid) / "cmdline").split("\0")
        name = Path((words[0].split() or [""])[0]).name or _text(self._proc / str(pid) / "comm").strip()
        if not _PLAIN_WORD.fullmatch(name):
            name = re.sub(r"[^\w.+-]", "", _text(self._proc / str(pid) / "comm"))
        if not _INTERPRETERS.fullmatch(name):
            return name or UNKNOWN
        module = words[2] if len(words) > 2 and words[1] == "-m" else ""
        script = module or next((word for word in words[1:] if word and not word.startswith("-")), "")
        shown = Path(script).name
        return f"{name} {shown}" if _PLAIN_WORD.fullmatch(shown) and not words[1].startswith(("-c", "-e")) else name


def _as_seen(address: str) -> list[ipaddress.IPv4Address | ipaddress.IPv6Address]:
    """Return the other ways in which a socket of an IPv4 conversation may be bound: to any address, or in IPv6."""
    return [ipaddress.IPv4Address(0), ipaddress.IPv6Address(f"::ffff:{address}"), ipaddress.IPv6Address(0)]


def _written(address: ipaddress.IPv4Address | ipaddress.IPv6Address, port: int) -> str:
    """Return an address and port as ``/proc/net/tcp`` writes them: 32-bit words in the machine's own byte order."""
    words = [address.packed[at : at + 4] for at in range(0, len(address.packed), 4)]
    return "".join(f"{int.from_bytes(word, sys.byteorder):08X}" for word in words) + f":{port:04X}"


def _text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8", "replace")
    except OSError:
        return ""

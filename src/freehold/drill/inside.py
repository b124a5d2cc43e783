"""The process inside: it leaves the machine's namespaces, sets up its own, hands out sockets and runs the command.

Started as ``python -m freehold.drill.inside DESCRIPTOR``; who may talk to whom is decided outside, by the parent, which
holds every listening socket. This process only makes them, mounts, probes and waits.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import sys
from collections.abc import Callable
from pathlib import Path

import msgspec

from freehold.drill import messages, ports, probing
from freehold.drill.packet_filter import attach
from freehold.system.namespaces import MountFlag, Namespace, adopt_orphans, die_with_parent, mount, unshare
from freehold.system.netlink import hold_connections, let_connections_in, make_every_address_local

ALL_PROTOCOLS = 0x0003
DNS_PORT = 53
_IP_PKTINFO, _IPV6_FREEBIND = 8, 78
"""Options of ``linux/in.h`` and ``linux/in6.h`` without a name in Python 3.11; the second allows answers from any address."""
ADDRESSES = ("198.18.0.1/32", "fd66:7265:6568::1/128")
BLACK_HOLE = "198.19.0.0/16"
APART = Namespace.USER | Namespace.MOUNT | Namespace.NETWORK | Namespace.IPC | Namespace.UTS


class Room(msgspec.Struct, frozen=True):
    """How the namespace is to be furnished: ports to listen on, files over others, paths to cover."""

    ports: tuple[int, ...]
    over: tuple[tuple[str, str], ...] = ()
    covered: tuple[str, ...] = ()
    emptied: tuple[str, ...] = ()
    own_processes: bool = True


def main(descriptor: int) -> int:
    """Set up the namespace, then do what the parent says until the command has ended."""
    parent = socket.socket(fileno=descriptor)
    die_with_parent()
    told, _ = messages.receive(parent)
    room = msgspec.convert(told["room"], Room)
    _step(parent, "namespaces", lambda: unshare(APART | (Namespace.PID if room.own_processes else Namespace(0))))
    messages.send(parent, {"is": "apart"})
    messages.receive(parent)
    child = os.fork()
    if child == 0:
        die_with_parent()
        os._exit(_run(parent, room))
    messages.send(parent, {"is": "child", "pid": child})
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status) % 256


def _step(parent: socket.socket, name: str, action: Callable[[], object]) -> None:
    """Do one step, or tell the parent which one the system refused and leave."""
    try:
        action()
    except OSError as error:
        messages.send(parent, {"is": "refused", "step": name, "error": f"{error.filename or name}: {error.strerror}"})
        os._exit(1)


def _run(parent: socket.socket, room: Room) -> int:
    """Furnish the room, hand out its sockets, then serve the parent's requests."""
    _step(parent, "private mounts", lambda: mount("none", "/", "", MountFlag.PRIVATE | MountFlag.RECURSIVE))
    if room.own_processes:
        quiet = MountFlag.NOSUID | MountFlag.NODEV | MountFlag.NOEXEC
        _step(parent, "own processes", lambda: mount("proc", "/proc", "proc", quiet))
    else:
        _step(parent, "orphans", adopt_orphans)
    _step(parent, "network", _network)
    on_demand = _held(room.ports)
    uncovered = _furnish(room)
    labels, sockets = _sockets(parent, room)
    own = [name for _, name in socket.if_nameindex()]
    for start in range(0, len(labels), messages.MOST_SOCKETS):
        part = slice(start, start + messages.MOST_SOCKETS)
        messages.send(parent, {"is": "sockets", "labels": labels[part]}, [s.fileno() for s in sockets[part]])
    messages.send(parent, {"is": "ready", "uncovered": uncovered, "interfaces": own, "on_demand": on_demand})
    for one in sockets:
        one.close()
    with contextlib.suppress(messages.EndedError):
        return _serve(parent)
    return 0


def _network() -> None:
    """Make every address local and keep echo requests from being answered as if the world were there."""
    six = Path("/proc/sys/net/ipv6").exists()
    make_every_address_local(ADDRESSES if six else ADDRESSES[:1], (BLACK_HOLE,))
    with contextlib.suppress(OSError):
        Path("/proc/sys/net/ipv4/icmp_echo_ignore_all").write_text("1", "ascii")


def _held(served: tuple[int, ...]) -> bool:
    """Let connections to ports that nobody serves yet wait; return whether this kernel can."""
    try:
        hold_connections(ports.NAMED, ports.OWN)
        for port in (DNS_PORT, *served):
            let_connections_in(ports.NAMED, port)
    except OSError:
        return False
    return True


def _furnish(room: Room) -> list[str]:
    """Put files over the system's and cover sockets; return the paths for which that failed, with the reason."""
    tasks = [(source, target, "", MountFlag.BIND) for source, target in room.over]
    tasks += [("/dev/null", target, "", MountFlag.BIND) for target in room.covered]
    tasks += [("none", target, "tmpfs", MountFlag.NOSUID | MountFlag.NODEV) for target in room.emptied]
    failed = []
    for source, target, kind, flags in tasks:
        try:
            mount(source, target, kind, flags)
        except OSError as error:
            if os.path.lexists(target):
                failed.append(f"{target}: {error.strerror}")
    return failed


def _sockets(parent: socket.socket, room: Room) -> tuple[list[str], list[socket.socket]]:
    """Return the sockets that the parent serves, with labels: ``tcp4:443``, ``dns-udp6``, ``tap``."""
    labels: list[str] = []
    made: list[socket.socket] = []
    wanted = [("dns-tcp", 53), *(("tcp", port) for port in room.ports)]
    for suffix, family in (("4", socket.AF_INET), ("6", socket.AF_INET6)):
        try:
            datagrams = socket.socket(family, socket.SOCK_DGRAM)
        except OSError:
            continue
        _step(parent, "port 53", lambda s=datagrams: _bind_dns(s))  # type: ignore[misc]
        labels.append(f"dns-udp{suffix}")
        made.append(datagrams)
        for kind, port in wanted:
            listener = socket.socket(family, socket.SOCK_STREAM)
            _step(parent, f"port {port}", lambda s=listener, p=port: ports.listen(s, p))  # type: ignore[misc]
            labels.append(f"{kind}{suffix}:{port}")
            made.append(listener)
    tap = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, 0)
    _step(parent, "tap", lambda: attach(tap))
    _step(parent, "tap", lambda: tap.bind(("lo", ALL_PROTOCOLS)))
    return [*labels, "tap"], [*made, tap]


def _bind_dns(datagrams: socket.socket) -> None:
    """Bind to port 53 of every address and ask for the address that each question was sent to."""
    if datagrams.family == socket.AF_INET6:
        datagrams.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        datagrams.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_RECVPKTINFO, 1)
        datagrams.setsockopt(socket.IPPROTO_IPV6, _IPV6_FREEBIND, 1)
    else:
        datagrams.setsockopt(socket.IPPROTO_IP, _IP_PKTINFO, 1)
    datagrams.bind(("", 53))


def _serve(parent: socket.socket) -> int:
    """Probe and run as the parent asks. Raises ``EndedError`` when it is gone."""
    while True:
        told, _ = messages.receive(parent)
        if told["do"] == "probe":
            targets = msgspec.convert(told["targets"], list[probing.Target])
            found = probing.probe_all(targets)
            messages.send(parent, {"is": "probed", "found": msgspec.to_builtins(found)})
            continue
        if told["do"] == "open":
            ports.open_port(parent, int(str(told["port"])))
            continue
        child = _start(parent, msgspec.convert(told, _Order))
        ports.open_on_request(parent)
        code = _wait(child)
        messages.send(parent, {"is": "ended", "code": code})
        _end_the_rest()
        return 0


class _Order(msgspec.Struct):
    """A command to run."""

    argv: list[str]
    folder: str
    environment: dict[str, str]


def _start(parent: socket.socket, order: _Order) -> int:
    """Start the command, with standard error as its output and none of our descriptors."""
    child = os.fork()
    if child:
        return child
    try:
        os.setpgid(0, 0)
        parent.close()
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)
        empty = os.open(os.devnull, os.O_RDONLY)
        os.dup2(empty, 0)
        os.dup2(2, 1)
        os.closerange(3, 1 << 16)
        os.chdir(order.folder)
        os.execvpe(order.argv[0], order.argv, order.environment)  # noqa: S606 running it is what was asked for
    except OSError as error:
        sys.stderr.write(f"freehold: {order.argv[0]}: {error.strerror}\n")
        sys.stderr.flush()
    os._exit(127)


def _wait(child: int) -> int:
    """Return the exit code of ``child`` as shells write it; reap whatever else ends meanwhile."""
    while True:
        pid, status = os.waitpid(-1, 0)
        if pid == child:
            code = os.waitstatus_to_exitcode(status)
            return code if code >= 0 else 128 - code


def _end_the_rest() -> None:
    """Kill what the command left behind. In a namespace of their own the kernel does it when we leave."""
    if os.getpid() == 1:
        return
    while True:
        children = Path(f"/proc/self/task/{os.getpid()}/children").read_text("ascii").split()
        for child in children:
            with contextlib.suppress(ProcessLookupError):
                os.kill(int(child), signal.SIGKILL)
        try:
            os.waitpid(-1, 0)
        except ChildProcessError:
            return


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1])))

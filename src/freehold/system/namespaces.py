"""Linux namespaces and mounts through libc: what Python 3.11 has no call for.

Only thin calls with their errors; what is put into a namespace is the work of ``drill``.
https://man7.org/linux/man-pages/man7/namespaces.7.html
"""

from __future__ import annotations

import ctypes
import os
import signal
from enum import IntFlag
from pathlib import Path


class Namespace(IntFlag):
    """What can be taken apart from the rest of the machine (``linux/sched.h``)."""

    MOUNT = 0x00020000
    UTS = 0x04000000
    IPC = 0x08000000
    USER = 0x10000000
    PID = 0x20000000
    NETWORK = 0x40000000


class MountFlag(IntFlag):
    """How a file system is attached (``linux/mount.h``)."""

    NONE = 0
    NOSUID = 2
    NODEV = 4
    NOEXEC = 8
    BIND = 4096
    RECURSIVE = 16384
    PRIVATE = 1 << 18


_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36


def unshare(namespaces: Namespace) -> None:
    """Move this process, which must have one thread, into new namespaces. Raises ``OSError``."""
    _check(_libc().unshare(ctypes.c_int(namespaces)), "unshare")


def mount(source: str, target: str, kind: str = "", flags: MountFlag = MountFlag.NONE, data: str = "") -> None:
    """Attach a file system, or a path over another. Raises ``OSError``."""
    result = _libc().mount(
        os.fsencode(source), os.fsencode(target), kind.encode() or None, ctypes.c_ulong(flags), data.encode() or None
    )
    _check(result, f"mount {target}")


def die_with_parent() -> None:
    """Ask the kernel to kill this process when its parent ends. Raises ``OSError``."""
    _check(_libc().prctl(_PR_SET_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0), "prctl")


def adopt_orphans() -> None:
    """Become the parent of every descendant whose own parent ends. Raises ``OSError``."""
    _check(_libc().prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0), "prctl")


def map_ids(pid: int) -> None:
    """Give the user namespace of ``pid`` our ids: all of them as root, else our own alone. Raises ``OSError``.

    Every id stays what it is. https://man7.org/linux/man-pages/man7/user_namespaces.7.html
    """
    proc = Path(f"/proc/{pid}")
    if os.geteuid() == 0:
        for name in ("uid_map", "gid_map"):
            (proc / name).write_text(_all_ids(name), "ascii")
        return
    (proc / "setgroups").write_text("deny", "ascii")
    (proc / "uid_map").write_text(f"{os.geteuid()} {os.geteuid()} 1\n", "ascii")
    (proc / "gid_map").write_text(f"{os.getegid()} {os.getegid()} 1\n", "ascii")


def _all_ids(name: str) -> str:
    """Return every id that exists here, mapped to itself."""
    lines = Path("/proc/self", name).read_text("ascii").splitlines()
    ranges = [(line.split()[0], line.split()[2]) for line in lines]
    return "".join(f"{first} {first} {count}\n" for first, count in ranges)


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _check(result: int, call: str) -> None:
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), call)

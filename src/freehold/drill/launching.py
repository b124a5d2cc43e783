"""The parent's half of the namespace: start the process inside, map its ids, receive its sockets, talk to it, end it.

Where the system forbids namespaces this raises ``ForbiddenError``: nothing is run half-blocked.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

import msgspec

import freehold
from freehold.drill import messages
from freehold.drill.inside import Room
from freehold.drill.probing import Outcome, Target
from freehold.errors import FreeholdError
from freehold.system.namespaces import map_ids

SETUP_SECONDS = 30.0
_LIMITS = (
    ("user/max_user_namespaces", "0"),
    ("kernel/unprivileged_userns_clone", "0"),
    ("kernel/apparmor_restrict_unprivileged_userns", "1"),
)


class ForbiddenError(FreeholdError):
    """The system does not let a namespace be made or furnished: there is no drill."""

    exit_code = 3


class Inside:
    """A furnished namespace. Use it as a context manager: leaving it kills everything inside."""

    def __init__(self, room: Room) -> None:
        self._room = room
        self._connection: socket.socket
        self._process: subprocess.Popen[bytes]
        self.sockets: dict[str, socket.socket] = {}
        self.pid = 0
        """The first process inside, as seen from outside."""
        self.uncovered: tuple[str, ...] = ()
        self.interfaces: tuple[str, ...] = ()
        self.on_demand = False
        """Whether ports can be opened while the command runs: connections to them wait until then."""
        self.on_opened: Callable[[dict[str, socket.socket]], None] = lambda opened: None

    def __enter__(self) -> Inside:
        try:
            self._enter(self._room)
        except ForbiddenError as error:
            self._leave()
            if "own processes" not in error.reason:
                raise
            self._enter(msgspec.structs.replace(self._room, own_processes=False))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._leave()

    def probe(self, targets: Sequence[Target]) -> list[Outcome]:
        """Try hosts from inside, in the order given. Raises ``ForbiddenError`` if the inside is gone or says nothing."""
        seconds = SETUP_SECONDS + 3.0 * len(targets)
        told = self._ask({"do": "probe", "targets": msgspec.to_builtins(list(targets))}, seconds)
        return msgspec.convert(told["found"], list[Outcome])

    def run(self, argv: Sequence[str], folder: Path, environment: dict[str, str], timeout_seconds: float) -> int | None:
        """Run a command and return its exit code; None where it was still running after the timeout and was killed."""
        message = {"argv": list(argv), "folder": str(folder), "environment": environment}
        try:
            told = self._ask({"do": "run", **message}, timeout_seconds)
        except TimeoutError:
            return None
        return int(told["code"])

    def open(self, port: int) -> None:
        """Ask for a port; its sockets come to ``on_opened`` while the command runs."""
        with contextlib.suppress(OSError):
            messages.send(self._connection, {"do": "open", "port": port})

    def _enter(self, room: Room) -> None:
        self._connection, theirs = messages.pair()
        self._connection.settimeout(SETUP_SECONDS)
        path = os.pathsep.join([str(Path(freehold.__file__).parents[1]), os.environ.get("PYTHONPATH", "")])
        self._process = subprocess.Popen(  # noqa: S603 our own module
            [sys.executable, "-m", "freehold.drill.inside", str(theirs.fileno())],
            pass_fds=(theirs.fileno(),),
            start_new_session=True,
            env={**os.environ, "PYTHONPATH": path},
        )
        theirs.close()
        try:
            messages.send(self._connection, {"room": msgspec.to_builtins(room)})
            self._expect("apart")
            try:
                map_ids(self._process.pid)
            except OSError as error:
                raise _forbidden(f"mapping of ids: {error.strerror}") from error
            messages.send(self._connection, {"do": "go on"})
            self._furnished()
        except messages.EndedError as error:
            raise _forbidden("the process inside ended before it was ready") from error
        except (TimeoutError, ConnectionError) as error:
            raise _forbidden("the process inside did not get ready") from error

    def _furnished(self) -> None:
        """Take the messages of the two processes inside, which come in any order, until both have spoken."""
        ready = False
        while not (ready and self.pid):
            told, descriptors = self._next()
            match told["is"]:
                case "child":
                    self.pid = int(told["pid"])
                case "sockets":
                    self._take(told["labels"], descriptors)
                case "ready":
                    self.uncovered, self.interfaces = tuple(told["uncovered"]), tuple(told["interfaces"])
                    self.on_demand = bool(told["on_demand"])
                    ready = True

    def _take(self, labels: Sequence[str], descriptors: Sequence[int]) -> dict[str, socket.socket]:
        opened = [socket.socket(fileno=number) for number in descriptors]
        found = dict(zip(labels, opened, strict=True))
        self.sockets |= found
        return found

    def _expect(self, word: str) -> dict[str, Any]:
        told, _ = self._next()
        if told["is"] != word:
            raise _forbidden(f"the process inside said {told['is']!r}, not {word!r}")
        return told

    def _next(self) -> tuple[dict[str, Any], list[int]]:
        told, descriptors = messages.receive(self._connection)
        if told.get("is") == "refused":
            raise _forbidden(f"{told['step']}: {told['error']}")
        return told, descriptors

    def _ask(self, message: dict[str, object], timeout_seconds: float) -> dict[str, Any]:
        try:
            messages.send(self._connection, message)
            deadline = time.monotonic() + timeout_seconds
            while True:
                self._connection.settimeout(max(0.001, deadline - time.monotonic()))
                told, descriptors = self._next()
                if told["is"] != "sockets":
                    return told
                self.on_opened(self._take(told["labels"], descriptors))
        except (messages.EndedError, ConnectionError) as error:
            raise _forbidden("the process inside is gone") from error

    def kill(self) -> None:
        """Kill the processes inside, by their own ids. What they sent before can still be read."""
        for pid in _descendants(self.pid) if self.pid else []:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.pid = 0

    def _leave(self) -> None:
        """Kill the processes inside and close what they gave us."""
        self.kill()
        self._process.kill()
        self._process.wait()
        self._connection.close()
        for one in self.sockets.values():
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()
        self.sockets = {}


def _forbidden(what: str) -> ForbiddenError:
    """Return the error, with the settings of this system that are known to cause it."""
    causes = [f"{name.replace('/', '.')} = {value}" for name, value in _LIMITS if _setting(name) == value]
    cause = f" (here {', '.join(causes)})" if causes else ""
    return ForbiddenError(
        f"this system forbids what a drill needs: {what}{cause}",
        where="drill",
        remedy="allow user namespaces (in a container: --security-opt seccomp=unconfined --security-opt apparmor=unconfined "
        "--security-opt systempaths=unconfined), or run on a machine that allows them; nothing was blocked and nothing was run",
    )


def _descendants(pid: int) -> list[int]:
    """Return a process and everything below it. In a namespace of its own the first takes the rest along."""
    found = [pid]
    for parent in found:
        with contextlib.suppress(OSError):
            for thread in Path(f"/proc/{parent}/task").iterdir():
                found += map(int, (thread / "children").read_text("ascii").split())
    return found


def _setting(name: str) -> str:
    try:
        return Path("/proc/sys", name).read_text("ascii").strip()
    except OSError:
        return ""

"""Drills as root, without privileges, without a process namespace, and where the system forbids namespaces."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import sysconfig
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from drill_runs import needs_namespaces

import freehold
from freehold.drill import launching
from freehold.drill.furnishing import listening_sockets, sockets_of_others
from freehold.drill.inside import Room
from freehold.drill.launching import ForbiddenError, Inside
from freehold.drill.probing import Target

pytestmark = [pytest.mark.enable_socket, needs_namespaces]

SOURCE = str(Path(freehold.__file__).parents[1])
PACKAGES = sysconfig.get_paths()["purelib"]
NOBODY = 65534
AS_NOBODY = ["setpriv", "--reuid", str(NOBODY), "--regid", str(NOBODY), "--clear-groups"]
PROBE = "import subprocess, sys, msgspec, freehold; subprocess.run([sys.executable, '-c', ''], check=True)"


def environment(home: Path) -> dict[str, str]:
    """Return an environment in which another Python, or another user, finds the project and what it depends on."""
    return {"PATH": "/usr/bin:/bin", "HOME": str(home), "PYTHONPATH": f"{SOURCE}:{PACKAGES}"}


def python_of_everybody() -> str:
    """Return a Python that other users may run and that can load what the project depends on; empty for none."""
    for candidate in (sys.executable, "/usr/bin/python3"):
        probe = [*AS_NOBODY, candidate, "-c", PROBE]
        if subprocess.run(probe, env=environment(Path("/")), capture_output=True, check=False).returncode == 0:
            return candidate
    return ""


def drilled(prefix: list[str], python: str, folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run ``freehold drill`` in a process of its own, in another folder."""
    command = [*prefix, python, "-m", "freehold", "drill", "--deny", "denied.example", *words]
    return subprocess.run(
        command, cwd=folder, env=environment(folder), capture_output=True, text=True, timeout=60, check=False
    )


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else; this run is unprivileged already")
def test_without_privileges(tmp_path: Path) -> None:
    python = python_of_everybody()
    if not python:
        pytest.skip("no Python here that another user may run")
    for folder in (tmp_path, *tmp_path.parents):
        if folder.is_relative_to("/tmp") and folder != Path("/tmp"):
            folder.chmod(0o755)
    tmp_path.chmod(0o777)
    done = drilled(AS_NOBODY, python, tmp_path, "--", "sh", "-c", "id -u > uid; touch ~/home-is-mine")
    assert done.returncode == 0, done
    assert "The evidence is proved" in done.stdout
    assert (tmp_path / "uid").read_text() == f"{NOBODY}\n"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has other ids to map")
def test_as_root_every_id_is_there(tmp_path: Path) -> None:
    become = "import os; os.setgroups([65534]); os.setresgid(7, 7, 7); os.setresuid(42, 42, 42); print(os.getuid())"
    done = drilled([], sys.executable, tmp_path, "--", sys.executable, "-c", become)
    assert done.returncode == 0, done
    assert "42" in done.stderr


def test_where_namespaces_are_forbidden_it_says_so_and_runs_nothing(tmp_path: Path) -> None:
    """A nested user namespace with a quota of none stands for a machine that forbids them."""
    if shutil.which("unshare") is None:
        pytest.skip("unshare is not installed")
    limit = 'echo 0 > /proc/sys/user/max_user_namespaces; exec "$@"'
    prefix = ["unshare", "--user", "--map-root-user", "sh", "-c", limit, "sh"]
    done = drilled(prefix, sys.executable, tmp_path, "--", "touch", "ran")
    assert done.returncode == 3, done
    assert "The evidence is void" in done.stdout
    assert "this system forbids what a drill needs: namespaces" in done.stdout
    assert "user.max_user_namespaces = 0" in " ".join(done.stdout.split())
    assert not (tmp_path / "ran").exists()


def test_ids_that_may_not_be_mapped_are_no_drill(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(pid: int) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(launching, "map_ids", refused)
    with pytest.raises(ForbiddenError, match="mapping of ids"), Inside(Room((80,))):
        pytest.fail("it was entered")


def test_a_port_that_cannot_be_had_is_no_drill() -> None:
    with pytest.raises(ForbiddenError, match="port 80"), Inside(Room((80, 80))):
        pytest.fail("it was entered")


def test_without_a_process_namespace_what_was_started_is_ended_too(tmp_path: Path) -> None:
    mark = f"4712.{os.getpid()}"
    with Inside(Room((80,), own_processes=False)) as inside:
        assert inside.interfaces == ("lo",)
        command = ["sh", "-c", f"setsid sleep {mark} & sleep {mark}"]
        assert inside.run(command, tmp_path, {"PATH": "/usr/bin:/bin"}, 1.0) is None
    assert not _running(mark)


def test_without_a_process_namespace_daemons_end_with_the_command(tmp_path: Path) -> None:
    mark = f"4713.{os.getpid()}"
    with Inside(Room((80,), own_processes=False)) as inside:
        assert inside.run(["sh", "-c", f"setsid sleep {mark} & exit 3"], tmp_path, {"PATH": "/usr/bin:/bin"}, 5.0) == 3
        time.sleep(0.2)
        assert not _running(mark)


def test_a_process_namespace_that_is_refused_is_done_without(monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[bool] = []
    enter = Inside._enter

    def picky(self: Inside, room: Room) -> None:
        tried.append(room.own_processes)
        if room.own_processes:
            enter(self, room)
            raise launching._forbidden("own processes: mount /proc: Operation not permitted")
        enter(self, room)

    monkeypatch.setattr(Inside, "_enter", picky)
    with Inside(Room((80,))) as inside:
        assert inside.probe([Target("192.0.2.1", 81, tls=False)])[0].met == "refused"
    assert tried == [True, False]


def test_a_drill_that_is_killed_takes_everything_along(tmp_path: Path) -> None:
    mark = f"4714.{os.getpid()}"
    command = [sys.executable, "-m", "freehold", "drill", "--deny", "denied.example", "--", "sleep", mark]
    with subprocess.Popen(command, cwd=tmp_path, env=environment(tmp_path), stdout=subprocess.DEVNULL) as process:
        assert _within(20.0, lambda: len(_running(mark)) == 2), "the drill and the command name the mark"
        process.kill()
        assert _within(5.0, lambda: not _running(mark))


def _within(seconds: float, holds: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def test_listening_sockets_are_read_from_the_kernel_table(tmp_path: Path) -> None:
    table = tmp_path / "unix"
    table.write_text(
        "Num RefCount Protocol Flags Type St Inode Path\n"
        "0: 2 0 00010000 0001 01 1 /nowhere/agent.sock\n0: 2 0 00000000 0001 03 2 /run/x\n0: 2 0 00010000 0001 01 3 @abstract\n"
    )
    assert list(listening_sockets(table)) == []
    assert list(listening_sockets(tmp_path / "missing")) == []


def test_sockets_handed_in_from_elsewhere_are_found_in_their_folders(tmp_path: Path) -> None:
    (tmp_path / "a/b").mkdir(parents=True)
    (tmp_path / "link").symlink_to("a")
    with socket.socket(socket.AF_UNIX) as agent:
        agent.bind(str(tmp_path / "a/b/agent"))
        assert str(tmp_path / "a/b/agent") in sockets_of_others([str(tmp_path), str(tmp_path / "link"), ""])


def _running(mark: str) -> list[Path]:
    return [path for path in Path("/proc").glob("[0-9]*/cmdline") if mark in _text(path)]


def _text(path: Path) -> str:
    try:
        return path.read_text(errors="replace")
    except OSError:
        return ""

"""A crash, a full disk, two pulls at once, a flipped byte, a lying index, names that climb: nothing is lost or harmed."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from urllib.parse import unquote

import pytest
from example_registry import registry
from loopback import Answer, Loopback
from npm_registry import add_package
from python_index import add_project
from vault_cases import held, only, outcomes, pull, served, sha256, wanted

import freehold
from freehold.errors import UsageError
from freehold.model.vault import Outcome, State
from freehold.vault.checking import verified
from freehold.vault.digests import from_sri
from freehold.vault.manifest import Vault, made_vault

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

LARGE = os.urandom(3_000_000)
BELL = "pkg:pypi/bell@1.0"
FILE = "bell-1.0.tar.gz"
PULL = """
import sys
from pathlib import Path
sys.path[:0] = sys.argv[4:]
from datetime import date
from freehold.model.vault import Wanted
from freehold.system.web import Web
from freehold.vault.manifest import made_vault
from freehold.vault.protocol import Sources
from freehold.vault.pulling import Pull
folder, url, names = sys.argv[1:4]
wanted = [Wanted(f"pkg:pypi/{name}@1.0", name, "1.0", (digest,)) for name, digest in (n.split("=") for n in names.split(","))]
report = Pull(made_vault(Path(folder)), Sources({"pypi": (url + "/simple",)}), Web(), date(2026, 11, 23)).pull(wanted, 4)
print(sorted(f"{item.file} {item.outcome}" for item in report.items))
"""


def other_process(folder: Path, server: Loopback, names: str, **options: object) -> subprocess.Popen[str]:
    """Begin a pull in a process of its own."""
    source = str(Path(freehold.__file__).parents[1])
    words = [sys.executable, "-c", PULL, str(folder), server.url, names, source]
    return subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options)  # type: ignore[call-overload,no-any-return]


def partial_bytes(folder: Path) -> int:
    """Return how many bytes are on their way."""
    found = folder / "partial"
    return sum(path.stat().st_size for path in found.iterdir()) if found.is_dir() else 0


def test_a_broken_connection_is_resumed_within_one_pull(tmp_path: Path) -> None:
    with Loopback() as server:
        add_project(server, "bell", {FILE: LARGE})
        server.cut[f"/files/bell/{FILE}"] = 1_000_000
        report = pull(tmp_path / "v", server, wanted(BELL, sha256(LARGE)))
        assert server.ranges == ["bytes=1000000-"]
    assert only(report).outcome is Outcome.FETCHED
    assert verified(Vault(tmp_path / "v")).count(State.SOUND) == 1


def test_a_server_without_ranges_sends_it_all_again(tmp_path: Path) -> None:
    with Loopback() as server:
        server.has_ranges = False
        add_project(server, "bell", {FILE: LARGE})
        server.cut[f"/files/bell/{FILE}"] = 1_000_000
        assert only(pull(tmp_path / "v", server, wanted(BELL, sha256(LARGE)))).outcome is Outcome.FETCHED


def test_a_beginning_that_was_wrong_is_fetched_anew(tmp_path: Path) -> None:
    with Loopback() as server:
        add_project(server, "bell", {FILE: LARGE})
        vault = made_vault(tmp_path / "v")
        with vault.blobs.partial("\n".join((BELL, FILE, sha256(LARGE)))) as partial:
            partial.append(b"evil" * 1000)
        assert only(pull(tmp_path / "v", server, wanted(BELL, sha256(LARGE)))).outcome is Outcome.FETCHED
        assert (server.ranges, server.asked.count(f"/files/bell/{FILE}")) == (["bytes=4000-"], 2)


def test_a_killed_pull_loses_nothing_and_goes_on_where_it_stopped(tmp_path: Path) -> None:
    with Loopback() as server:
        add_project(server, "rope", {"rope-1.0.tar.gz": b"rope"})
        add_project(server, "bell", {FILE: LARGE})
        path = f"/files/bell/{FILE}"
        server.cut[path] = 1_500_000
        server.after_cut_s = 30.0
        names = f"rope={sha256(b'rope')},bell={sha256(LARGE)}"
        process = other_process(tmp_path / "v", server, names)
        deadline = time.monotonic() + 20
        while partial_bytes(tmp_path / "v") < 1_000_000 or "rope-1.0.tar.gz" not in held(tmp_path / "v"):
            assert time.monotonic() < deadline, process.communicate()
            time.sleep(0.01)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        assert FILE not in held(tmp_path / "v")
        assert verified(Vault(tmp_path / "v")).count(State.ROTTEN, State.MISSING) == 0
        server.ranges.clear()
        report = pull(tmp_path / "v", server, wanted("pkg:pypi/rope@1.0", sha256(b"rope")), wanted(BELL, sha256(LARGE)))
        assert outcomes(report) == {"rope-1.0.tar.gz": Outcome.HELD, FILE: Outcome.FETCHED}
        assert len(server.ranges) == 1
        assert int(server.ranges[0].removeprefix("bytes=").rstrip("-")) >= 1_000_000
    assert partial_bytes(tmp_path / "v") == 0


def test_an_interrupted_pull_ends_at_once_and_what_came_stays(tmp_path: Path) -> None:
    with Loopback() as server:
        add_project(server, "rope", {"rope-1.0.tar.gz": b"rope"})
        add_project(server, "bell", {FILE: LARGE})
        server.cut[f"/files/bell/{FILE}"], server.after_cut_s = 1_500_000, 2.0
        process = other_process(tmp_path / "v", server, f"rope={sha256(b'rope')},bell={sha256(LARGE)}")
        deadline = time.monotonic() + 20
        while partial_bytes(tmp_path / "v") < 1_000_000 or "rope-1.0.tar.gz" not in held(tmp_path / "v"):
            assert time.monotonic() < deadline, process.communicate()
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=20)
        assert "KeyboardInterrupt" in err
        assert partial_bytes(tmp_path / "v") >= 1_000_000
    assert set(held(tmp_path / "v")) == {"rope-1.0.tar.gz"}


def test_a_full_disk_ends_the_pull_with_a_remedy_and_the_next_one_goes_on(tmp_path: Path) -> None:
    def small_files() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, 1_000_000))

    with Loopback() as server:
        add_project(server, "rope", {"rope-1.0.tar.gz": b"rope"})
        add_project(server, "bell", {FILE: LARGE})
        pull(tmp_path / "v", server, wanted("pkg:pypi/rope@1.0", sha256(b"rope")))
        process = other_process(tmp_path / "v", server, f"bell={sha256(LARGE)}", preexec_fn=small_files)
        _, err = process.communicate(timeout=60)
        assert process.returncode == 1
        assert "cannot be written" in err
        assert "goes on where it stopped" in err
        assert 0 < partial_bytes(tmp_path / "v") <= 1_000_000
        assert set(held(tmp_path / "v")) == {"rope-1.0.tar.gz"}
        server.ranges.clear()
        assert only(pull(tmp_path / "v", server, wanted(BELL, sha256(LARGE)))).outcome is Outcome.FETCHED
        assert server.ranges, "it went on"


def test_a_manifest_that_finds_no_room_is_as_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.write

    def half(handle: int, data: bytes) -> int:
        return real(handle, data[: len(data) // 2])

    with Loopback() as server:
        add_project(server, "rope", {"rope-1.0.tar.gz": b"rope"})
        add_project(server, "bell", {FILE: b"bell"})
        pull(tmp_path / "v", server, wanted("pkg:pypi/rope@1.0", sha256(b"rope")))
        before = Vault(tmp_path / "v").manifest.read_bytes()
        with monkeypatch.context() as patch, pytest.raises(UsageError, match="No space"):
            patch.setattr("freehold.system.store.os.write", half)
            pull(tmp_path / "v", server, wanted(BELL, sha256(b"bell")))
        assert Vault(tmp_path / "v").manifest.read_bytes() == before
        assert only(pull(tmp_path / "v", server, wanted(BELL, sha256(b"bell")))).outcome is Outcome.FETCHED


def test_a_torn_last_line_is_passed_over_and_spoils_no_other(tmp_path: Path) -> None:
    with Loopback() as server:
        add_project(server, "rope", {"rope-1.0.tar.gz": b"rope"})
        add_project(server, "bell", {FILE: b"bell"})
        pull(tmp_path / "v", server, wanted("pkg:pypi/rope@1.0", sha256(b"rope")))
        with Vault(tmp_path / "v").manifest.open("ab") as stream:
            stream.write(b'{"purl": "pkg:pypi/to')
        pull(tmp_path / "v", server, wanted(BELL, sha256(b"bell")))
    assert set(held(tmp_path / "v")) == {"rope-1.0.tar.gz", FILE}
    assert verified(Vault(tmp_path / "v")).broken_lines == 1


def test_two_pulls_at_once_do_not_corrupt(tmp_path: Path) -> None:
    files = {f"p{number}": os.urandom(200_000) for number in range(12)}
    with Loopback() as server:
        for name, data in files.items():
            add_project(server, name, {f"{name}-1.0.tar.gz": data})
        names = ",".join(f"{name}={sha256(data)}" for name, data in files.items())
        running = [other_process(tmp_path / "v", server, names) for _ in range(3)]
        results = [process.communicate(timeout=60) for process in running]
    assert [process.returncode for process in running] == [0, 0, 0], results
    report = verified(Vault(tmp_path / "v"))
    assert (report.count(State.SOUND), len(report.items), report.broken_lines) == (12, 12, 0)
    assert (report.strays, report.partials) == ((), 0)


def test_one_file_wanted_twice_at_once_is_fetched_once(tmp_path: Path) -> None:
    with Loopback() as server:
        add_project(server, "bell", {FILE: LARGE})
        server.slow_s[f"/files/bell/{FILE}"] = 0.4
        found: list[Outcome] = []
        pulls = [
            threading.Thread(
                target=lambda: found.append(only(pull(tmp_path / "v", server, wanted(BELL, sha256(LARGE)))).outcome)
            )
            for _ in range(2)
        ]
        for one in pulls:
            one.start()
        for one in pulls:
            one.join()
        assert sorted(found) == [Outcome.FETCHED, Outcome.HELD]
        assert server.asked.count(f"/files/bell/{FILE}") == 1


def test_one_flipped_byte_is_refused_and_not_kept(tmp_path: Path) -> None:
    _, archive = registry.npm_archive("rounds", "2.0.0", {})
    with Loopback() as server:
        add_project(server, "bell", {FILE: b"a bell"})
        integrity = add_package(server, "rounds", "2.0.0", archive)
        server.flipped |= {f"/files/bell/{FILE}", "/rounds/-/rounds-2.0.0.tgz"}
        items = wanted(BELL, sha256(b"a bell")), wanted("pkg:npm/rounds@2.0.0", *from_sri(integrity))
        report = pull(tmp_path / "v", server, *items)
        assert set(outcomes(report).values()) == {Outcome.REFUSED}
        assert held(tmp_path / "v") == {}
        assert list((tmp_path / "v" / "partial").iterdir()) == []
        server.flipped.clear()
        assert set(outcomes(pull(tmp_path / "v", server, *items)).values()) == {Outcome.FETCHED}


def test_an_index_that_states_another_hash_than_the_lock_is_not_believed(tmp_path: Path) -> None:
    evil = b"not the bell"
    with Loopback() as server:
        add_project(server, "bell", {FILE: evil})
        honest = pull(tmp_path / "v", server, wanted(BELL, sha256(b"a bell")))
        add_project(server, "bell", {FILE: evil}, claimed={FILE: sha256(b"a bell").partition(":")[2]})
        lying = pull(tmp_path / "v", server, wanted(BELL, sha256(b"a bell")))
    assert only(honest).outcome is Outcome.FAILED
    assert "no file with a hash that the project names" in only(honest).reason
    assert only(lying).outcome is Outcome.REFUSED
    assert held(tmp_path / "v") == {}


@pytest.mark.parametrize(
    "name",
    ["../../../escape.tar.gz", "/etc/bell-1.0.tar.gz", "..", "a/../b-1.0.whl", "bell\x00-1.0.whl", "bell\n.whl", "-rf"],
)
def test_names_that_climb_or_could_do_harm_are_not_used(tmp_path: Path, name: str) -> None:
    with Loopback() as server:
        add_project(server, "bell", {name: b"a bell"})
        report = pull(tmp_path / "v", server, wanted(BELL, sha256(b"a bell")))
    assert only(report).outcome is Outcome.FAILED
    assert {path.name for path in tmp_path.iterdir()} == {"v"}
    assert held(tmp_path / "v") == {}


@pytest.mark.parametrize(
    "purl",
    [
        "pkg:pypi/a%2F..%2F..%2Fb@1",
        "pkg:npm/..%2Fb@1",
        "pkg:npm/b@..%2F..%2Fx",
        "pkg:cargo/b@..%2Fx",
        "pkg:golang/..%2Fx@v1",
        "pkg:docker/a/..%2Fb@1",
        "pkg:deb/debian/b@1?distro=..%2Fx",
        "pkg:maven/..%2Fa/b@1",
        "pkg:npm/@1",
    ],
)
def test_a_purl_that_climbs_is_asked_for_nowhere(tmp_path: Path, purl: str) -> None:
    with Loopback() as server:
        report = pull(tmp_path / "v", server, wanted(purl, sha256(b"x"), version=unquote(purl.rpartition("@")[2])))
        assert only(report).outcome is Outcome.FAILED
        assert [path for path in server.asked if ".." in unquote(path)] == []
    assert held(tmp_path / "v") == {}


def test_an_index_that_never_ends_and_one_that_is_nonsense(tmp_path: Path) -> None:
    with Loopback() as server:
        server.routes["/simple/bell/"] = Answer(b"{" * 5000, headers={"Content-Type": "application/json"})
        report = pull(tmp_path / "v", server, wanted(BELL, sha256(b"a bell")))
        assert "no project page" in only(report).reason
        server.routes["/simple/bell/"] = Answer(b"x", headers={"Content-Length": str(10**12)})
        assert only(pull(tmp_path / "v", server, wanted(BELL, sha256(b"a bell")))).outcome is Outcome.FAILED


def test_a_damaged_copy_is_found_not_served_and_fetched_again(tmp_path: Path) -> None:
    with Loopback() as server:
        add_project(server, "bell", {FILE: LARGE})
        pull(tmp_path / "v", server, wanted(BELL, sha256(LARGE)))
        vault, one = Vault(tmp_path / "v"), held(tmp_path / "v")[FILE]
        path = vault.blobs.path(one.sha256)
        path.chmod(0o644)
        with path.open("r+b") as stream:
            stream.seek(1000)
            stream.write(bytes([LARGE[1000] ^ 1]))
        assert [item.state for item in verified(vault).items] == [State.ROTTEN]
        assert served(tmp_path / "v", f"/pypi/files/{one.sha256}/{FILE}").status == 500
        path.unlink()
        assert [item.state for item in verified(vault).items] == [State.MISSING]
        assert only(pull(tmp_path / "v", server, wanted(BELL, sha256(LARGE)))).outcome is Outcome.FETCHED
    assert verified(vault).count(State.SOUND) == 1


def test_a_link_in_place_of_a_blob_does_not_count(tmp_path: Path) -> None:
    with Loopback() as server:
        add_project(server, "bell", {FILE: b"a bell"})
        pull(tmp_path / "v", server, wanted(BELL, sha256(b"a bell")))
        vault, one = Vault(tmp_path / "v"), held(tmp_path / "v")[FILE]
        path = vault.blobs.path(one.sha256)
        path.rename(tmp_path / "aside")
        path.symlink_to(tmp_path / "aside")
        assert [item.state for item in verified(vault).items] == [State.MISSING]
        assert served(tmp_path / "v", f"/pypi/files/{one.sha256}/{FILE}").status == 500


def test_a_rotten_copy_that_verify_found_is_replaced_by_a_pull(tmp_path: Path) -> None:
    with Loopback() as server:
        add_project(server, "bell", {FILE: b"a bell"})
        pull(tmp_path / "v", server, wanted(BELL, sha256(b"a bell")))
        vault, one = Vault(tmp_path / "v"), held(tmp_path / "v")[FILE]
        path = vault.blobs.path(one.sha256)
        path.chmod(0o644)
        path.write_bytes(b"a bull")
        assert verified(vault, mend=True).count(State.ROTTEN) == 1
        assert only(pull(tmp_path / "v", server, wanted(BELL, sha256(b"a bell")))).outcome is Outcome.FETCHED
    assert verified(vault).count(State.SOUND) == 1

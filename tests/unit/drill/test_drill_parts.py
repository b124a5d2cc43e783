"""The parts of a drill that need no namespace: packets, programs, homes, artefacts, copies, mirrors' pages."""

from __future__ import annotations

import ipaddress
import struct
from pathlib import Path

import pytest

from freehold.drill import furnishing, mirror_check
from freehold.drill.artefacts import built, snapshot
from freehold.drill.askers import UNKNOWN, Askers
from freehold.drill.copies import copied
from freehold.drill.evidence import caveats, clauses, environment, on_loopback
from freehold.drill.mirror_reading import Wanted
from freehold.drill.packet_filter import compiled
from freehold.drill.policy import Policy
from freehold.drill.recording import Recorder
from freehold.drill.tap import Packet, parsed
from freehold.errors import InputError
from freehold.model.evidence import Ending, Run, Standing


def ipv4(protocol: int, payload: bytes, target: str = "203.0.113.7") -> bytes:
    """Return an IPv4 packet."""
    ends = ipaddress.ip_address("198.18.0.1").packed + ipaddress.ip_address(target).packed
    return struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(payload), 0, 0, 64, protocol, 0) + ends + payload


def ipv6(protocol: int, payload: bytes) -> bytes:
    """Return an IPv6 packet."""
    ends = ipaddress.ip_address("fd66::1").packed + ipaddress.ip_address("2001:db8::7").packed
    return struct.pack("!IHBB", 6 << 28, len(payload), protocol, 64) + ends + payload


def tcp(flags: int, port: int = 443) -> bytes:
    """Return the header of a TCP segment."""
    return struct.pack("!HHIIBBHHH", 40000, port, 0, 0, 5 << 4, flags, 0, 0, 0)


def udp(port: int) -> bytes:
    """Return the header of a UDP datagram."""
    return struct.pack("!HHHH", 40000, port, 8, 0)


def kept(packet: bytes) -> bool:
    """Run the kernel's filter by hand."""
    code = [struct.unpack_from("=HBBI", compiled(), at) for at in range(0, len(compiled()), 8)]
    value = index = at = 0
    while True:
        operation, holds, fails, operand = code[at]
        at += 1
        match operation:
            case 0x30:
                value = packet[operand]
            case 0x28:
                value = int.from_bytes(packet[operand : operand + 2])
            case 0x50:
                value = packet[index + operand]
            case 0x48:
                value = int.from_bytes(packet[index + operand : index + operand + 2])
            case 0xB1:
                index = 4 * (packet[operand] & 0xF)
            case 0x54:
                value &= operand
            case 0x15:
                at += holds if value == operand else fails
            case 0x45:
                at += holds if value & operand else fails
            case 0x06:
                return bool(operand)
            case _:
                pytest.fail(f"operation {operation:#x}")


@pytest.mark.parametrize(
    ("packet", "wanted"),
    [
        (ipv4(6, tcp(0x02)), True),
        (ipv4(6, tcp(0x12)), False),
        (ipv4(6, tcp(0x10)), False),
        (ipv4(17, udp(443)), True),
        (ipv4(17, udp(53)), False),
        (ipv4(1, b"\0" * 8), False),
        (ipv4(132, b"\0" * 12), True),
        (ipv6(6, tcp(0x02)), True),
        (ipv6(6, tcp(0x10)), False),
        (ipv6(17, udp(443)), True),
        (ipv6(17, udp(53)), False),
        (ipv6(58, b"\0" * 8), False),
    ],
)
def test_the_filter_keeps_what_begins_something(packet: bytes, wanted: bool) -> None:
    assert kept(packet) is wanted


def test_the_ends_of_packets() -> None:
    assert parsed(ipv4(6, tcp(2, 22))) == Packet(6, "198.18.0.1", 40000, "203.0.113.7", 22)
    assert parsed(ipv6(17, udp(443))) == Packet(17, "fd66::1", 40000, "2001:db8::7", 443)
    assert parsed(ipv4(132, b"")) == Packet(132, "198.18.0.1", 0, "203.0.113.7", 0)
    assert parsed(b"\x45") is None
    assert parsed(b"\x00" * 60) is None
    assert parsed(b"\x60" + b"\0" * 30) is None


@pytest.mark.parametrize(
    ("cmdline", "shown"),
    [
        ("/usr/bin/curl\0-H\0Authorization: secret\0", "curl"),
        ("/usr/bin/python3\0-m\0pip\0install\0", "python3 pip"),
        ("node\0/usr/lib/npm/bin/npm-cli.js\0install\0", "node npm-cli.js"),
        ("npm install left-pad\0", "npm"),
        ("python3\0-c\0print('secret')\0", "python3"),
        ("sh\0-e\0token=secret\0", "sh"),
        ("\0", "worker"),
    ],
)
def test_a_program_is_named_without_its_secrets(cmdline: str, shown: str, tmp_path: Path) -> None:
    first = tmp_path / "100"
    (first / "net").mkdir(parents=True)
    (first / "task/100").mkdir(parents=True)
    (first / "task/100/children").write_text("101 ")
    (tmp_path / "101/fd").mkdir(parents=True)
    (tmp_path / "101/task").mkdir()
    (tmp_path / "101/fd/5").symlink_to("socket:[77]")
    (tmp_path / "101/cmdline").write_text(cmdline)
    (tmp_path / "101/comm").write_text("worker\n")
    row = "0: 0100007F:9C40 0000FEA9:01BB 01 0:0 0:0 0 0 0 77 1"
    (first / "net/tcp").write_text(f"sl local_address rem_address st ... inode\n{row}\n")
    askers = Askers(100, tmp_path)
    assert askers.tool_of("tcp", ("127.0.0.1", 40000)) == shown
    assert askers.tool_of("tcp", ("127.0.0.1", 40001)) == UNKNOWN


def test_ways_to_others_are_taken_out_of_the_environment(tmp_path: Path) -> None:
    current = {
        "PATH": "/bin",
        "SSH_AUTH_SOCK": "/x",
        "DOCKER_HOST": "unix:///x",
        "UV_CACHE_DIR": "/c",
        "HOME": str(tmp_path),
    }
    (tmp_path / ".rustup").mkdir()
    clean = furnishing.environment(current, Path("/clean"), warm=False)
    assert clean == {"PATH": "/bin", "HOME": "/clean", "RUSTUP_HOME": str(tmp_path / ".rustup")}
    assert furnishing.environment(current, Path("/clean"), warm=True) == {
        "PATH": "/bin", "UV_CACHE_DIR": "/c", "HOME": str(tmp_path),
    }  # fmt: skip


def test_artefacts_by_glob_and_by_change(tmp_path: Path) -> None:
    (tmp_path / "kept").write_text("a")
    (tmp_path / "changed").write_text("a")
    before = snapshot(tmp_path)
    (tmp_path / "changed").write_text("ab")
    (tmp_path / "node_modules").mkdir()
    (tmp_path / "node_modules/x").write_text("x")
    (tmp_path / "env").mkdir()
    (tmp_path / "env/pyvenv.cfg").write_text("")
    assert [a.path for a in built(tmp_path, before, ())[0]] == ["changed"]
    assert [a.path for a in built(tmp_path, before, ("k*", "c*"))[0]] == ["changed", "kept"]
    for number in range(201):
        (tmp_path / f"new{number:03}").write_text("")
    artefacts, remark = built(tmp_path, before, ())
    assert len(artefacts) == 200
    assert remark == "202 files were made; the first 200 are listed"


def test_a_project_that_cannot_be_copied_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be copied"):
        copied(tmp_path / "missing", tmp_path / "there")


@pytest.mark.parametrize(
    ("link", "fits"),
    [
        ("../files/Some.Name-1.0-py3-none-any.whl#sha256=ab", True),
        ("https://x.example/some_name-1.0.tar.gz", True),
        ("some_name-1.0.1.tar.gz", False),
        ("some_name_more-1.0.tar.gz", False),
        ("some_name-11.0.tar.gz", False),
    ],
)
def test_files_of_a_version(link: str, fits: bool) -> None:
    wanted = Wanted("pkg:pypi/some-name@1.0", "pypi", "some-name", "1.0", ())
    assert mirror_check._is_of_version(link, wanted) is fits


def test_an_index_page_in_html_and_in_json() -> None:
    page = b'<html><a href="a-1.whl#sha256=00">a</a><a>no</a><A HREF="b-1.whl">b</A>'
    assert mirror_check._links(page) == ["a-1.whl#sha256=00", "b-1.whl"]
    assert mirror_check._links(b'{"files": [{"url": "a-1.whl", "hashes": {"sha256": "00"}}]}') == ["a-1.whl#sha256=00"]
    assert mirror_check._links(b"[" * 100_000) == []


def test_contacts_add_up() -> None:
    recorder = Recorder()
    verdict = Policy().of("a.example")
    entry = recorder.note(verdict, 443, "tls", "pip")
    assert recorder.note(verdict, 443, "tls", "pip") is entry
    recorder.add(entry, sent=3, received=4)
    recorder.add(entry, received=6, note="slow")
    (contact,) = recorder.contacts()
    assert (contact.attempts, contact.sent_bytes, contact.received_bytes, contact.notes) == (2, 3, 10, ("slow",))
    recorder.restart()
    assert recorder.contacts() == ()


def test_clauses_are_claimed_only_for_what_was_shown() -> None:
    proved = Run(name="reset", mode="reset", standing=Standing.PROVED, ending=Ending.SUCCEEDED)
    void = Run(name="reset", mode="reset", standing=Standing.VOID, ending=Ending.NOT_STARTED)
    assert [c.clause for c in clauses("drill", [proved])] == ["SOV-4-09", "Article 28(8)"]
    assert [c.clause for c in clauses("rejoin", [proved])] == ["SOV-4-10", "Article 28(8)"]
    assert clauses("drill", [proved, void]) == ()
    assert clauses("drill", []) == ()
    assert [c.clause for c in clauses("mirror", [proved])] == ["Article 28(8)"]
    assert clauses("observe", [proved]) == ()


def test_servers_on_loopback_are_named_without_their_secrets() -> None:
    variables = {
        "https_proxy": "http://me:secret@127.0.0.1:3128",
        "HTTP_PROXY": "http://proxy.example:3128",
        "no_proxy": "[x",
    }
    local = on_loopback(("127.0.0.1", "a.example"), variables)
    assert local == ("127.0.0.1", "https_proxy")
    assert "--offer localhost=" in caveats((), local, caches_are_warm=False)[0]


def test_the_environment_names_the_tools_that_ran() -> None:
    facts = environment(["sh", "-c", "git status && unknown-tool --version"], {"PATH": "/usr/bin:/bin"})
    assert facts["git"].startswith("git version")
    assert "unknown-tool" not in facts
    assert facts["kernel"].startswith("Linux ")

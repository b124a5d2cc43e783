"""Export and import: what goes in comes out, and nothing else, whatever the tar file holds."""

from __future__ import annotations

import hashlib
import io
import tarfile
from collections.abc import Sequence
from pathlib import Path

import msgspec
import pytest
from loopback import Loopback
from python_index import add_project
from vault_cases import held, pull, sha256, wanted

from freehold.errors import InputError
from freehold.model.vault import Artifact, Permission, State
from freehold.vault.carrying import exported, imported
from freehold.vault.checking import verified
from freehold.vault.manifest import Vault, made_vault

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

MARK = b'{"freehold_vault": 1}\n'


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    with Loopback() as server:
        for name in ("bell", "rope"):
            add_project(server, name, {f"{name}-1.0.tar.gz": name.encode()})
        items = [wanted(f"pkg:pypi/{name}@1.0", sha256(name.encode())) for name in ("bell", "rope")]
        secret = msgspec.structs.replace(items[1], pass_on=Permission("no", "Proprietary (recorded)"))
        pull(tmp_path / "v", server, items[0], secret)
    return Vault(tmp_path / "v")


def entry(data: bytes, **changes: object) -> Artifact:
    """Return the line of a file in a tar that is not ours."""
    one = Artifact(
        purl="pkg:pypi/evil@1.0", file="evil-1.0.tar.gz", sha256=hashlib.sha256(data).hexdigest(), size_bytes=len(data)
    )
    return msgspec.structs.replace(one, **changes)


def tar_file(
    path: Path, *entries: Artifact, blobs: dict[str, bytes] | None = None, extra: Sequence[tarfile.TarInfo] = ()
) -> Path:
    """Write a tar file as a stranger could."""
    with tarfile.open(path, "w") as tar:
        manifest = b"".join(msgspec.json.encode(one) + b"\n" for one in entries)
        for name, data in {"vault.json": MARK, "manifest.jsonl": manifest, **(blobs or {})}.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            tar.addfile(member, io.BytesIO(data))
        for member in extra:
            tar.addfile(member)
    return path


def test_what_goes_in_comes_out(tmp_path: Path, vault: Vault) -> None:
    first = exported(vault, tmp_path / "a.tar")
    exported(vault, tmp_path / "b.tar")
    assert (tmp_path / "a.tar").read_bytes() == (tmp_path / "b.tar").read_bytes(), "the same vault gives the same file"
    other = made_vault(tmp_path / "w")
    report = imported(other, tmp_path / "a.tar")
    assert (first.files, report.files, report.left_out) == (2, 2, ())
    assert held(tmp_path / "w") == held(tmp_path / "v")
    assert verified(other).count(State.SOUND) == 2
    assert imported(other, tmp_path / "a.tar").left_out == ()


def test_dry_runs_write_nothing_but_check(tmp_path: Path, vault: Vault) -> None:
    assert exported(vault, tmp_path / "a.tar", dry_run=True).files == 2
    assert not (tmp_path / "a.tar").exists()
    exported(vault, tmp_path / "a.tar")
    assert imported(Vault(tmp_path / "w"), tmp_path / "a.tar", dry_run=True).files == 2
    assert not (tmp_path / "w").exists()


def test_only_what_may_be_passed_on_goes_to_others(tmp_path: Path, vault: Vault) -> None:
    report = exported(vault, tmp_path / "a.tar", to_others=True)
    assert report.files == 1
    assert [(one.purl, one.reason) for one in report.left_out] == [
        ("pkg:pypi/rope@1.0", "passing it on: no, Proprietary (recorded)")
    ]
    with tarfile.open(tmp_path / "a.tar") as tar:
        assert tar.getnames() == ["vault.json", "manifest.jsonl", f"blobs/{hashlib.sha256(b'bell').hexdigest()}"]


def test_a_damaged_copy_is_left_out(tmp_path: Path, vault: Vault) -> None:
    path = vault.blobs.path(hashlib.sha256(b"bell").hexdigest())
    path.chmod(0o644)
    path.write_bytes(b"bull")
    report = exported(vault, tmp_path / "a.tar")
    assert (report.files, [one.reason for one in report.left_out]) == (1, ["the copy is missing or damaged"])


def link(name: str, kind: bytes, target: str) -> tarfile.TarInfo:
    """Return a member that is a link or a device."""
    member = tarfile.TarInfo(name)
    member.type = kind
    member.linkname = target
    return member


def test_members_that_climb_link_or_are_not_listed_are_refused(tmp_path: Path) -> None:
    data = b"good"
    digest = hashlib.sha256(data).hexdigest()
    extra = [
        link(f"blobs/{'a' * 64}", tarfile.SYMTYPE, "/etc/passwd"),
        link(f"blobs/{'b' * 64}", tarfile.LNKTYPE, f"blobs/{digest}"),
        link("dev", tarfile.CHRTYPE, ""),
    ]
    blobs = {
        f"blobs/{digest}": data,
        "../../escape": b"x",
        "/etc/escape": b"x",
        f"blobs/{'c' * 64}": b"x",
        "vault.json ": b"",
    }
    tar_file(tmp_path / "a.tar", entry(data), blobs=blobs, extra=extra)
    report = imported(made_vault(tmp_path / "v" / "w"), tmp_path / "a.tar")
    assert report.files == 1
    assert len(report.left_out) == 7
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.tar", "v"]
    assert set(held(tmp_path / "v" / "w")) == {"evil-1.0.tar.gz"}
    assert not [path for path in (tmp_path / "v").rglob("*") if path.is_symlink()]


def test_content_that_is_not_its_name_is_refused(tmp_path: Path) -> None:
    one = entry(b"good")
    tar_file(tmp_path / "a.tar", one, blobs={f"blobs/{one.sha256}": b"evil"})
    vault = made_vault(tmp_path / "w")
    assert [item.reason for item in imported(vault, tmp_path / "a.tar").left_out] == [
        "its content is not what its name says"
    ]
    assert imported(vault, tmp_path / "a.tar", dry_run=True).files == 0
    assert (held(tmp_path / "w"), list(vault.blobs.names())) == ({}, [])


@pytest.mark.parametrize(
    "changes",
    [
        {"file": "../../evil"},
        {"file": "/evil"},
        {"file": "a\nb"},
        {"purl": "no purl"},
        {"sha256": "../x"},
        {"size_bytes": -1},
        {"dropped": True},
    ],
)
def test_entries_that_could_do_harm_are_refused(tmp_path: Path, changes: dict[str, object]) -> None:
    one = entry(b"good")
    tar_file(tmp_path / "a.tar", msgspec.structs.replace(one, **changes), blobs={f"blobs/{one.sha256}": b"good"})
    report = imported(made_vault(tmp_path / "w"), tmp_path / "a.tar")
    assert report.files == 0
    assert held(tmp_path / "w") == {}


def test_a_file_that_is_held_under_this_name_stays(tmp_path: Path, vault: Vault) -> None:
    other = entry(b"evil", purl="pkg:pypi/bell@1.0", file="bell-1.0.tar.gz")
    tar_file(tmp_path / "a.tar", other, blobs={f"blobs/{other.sha256}": b"evil"})
    report = imported(vault, tmp_path / "a.tar")
    assert "another file is held under this name" in [item.reason for item in report.left_out]
    assert held(tmp_path / "v")["bell-1.0.tar.gz"].sha256 == hashlib.sha256(b"bell").hexdigest()


@pytest.mark.parametrize("data", [b"", b"not a tar", b"\x1f\x8b broken"])
def test_what_is_no_tar_of_a_vault(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "a.tar").write_bytes(data)
    with pytest.raises(InputError, match="tar file of a vault"):
        imported(made_vault(tmp_path / "w"), tmp_path / "a.tar")


def test_a_tar_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        imported(made_vault(tmp_path / "w"), tmp_path / "a.tar")

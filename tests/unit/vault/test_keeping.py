"""Keeping N versions: only what is superseded goes, never fewer than five stay, and what a project names stays."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from loopback import Loopback
from python_index import add_project
from vault_cases import DAY, held, pull, sha256, wanted

from freehold.errors import UsageError
from freehold.model.vault import State
from freehold.vault.checking import verified
from freehold.vault.keeping import kept
from freehold.vault.manifest import Vault
from freehold.vault.versions import order

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])


def filled(folder: Path, versions: list[str], days: list[date] | None = None) -> Vault:
    """Return a vault with versions of one package, named on these days."""
    with Loopback() as server:
        for number, version in enumerate(versions):
            file = f"bell-{version}.tar.gz"
            add_project(server, "bell", {file: version.encode()})
            item = wanted(f"pkg:pypi/bell@{version}", sha256(version.encode()))
            pull(folder, server, item, on=days[number] if days else DAY)
    return Vault(folder)


def test_the_last_five_versions_stay_and_blobs_of_the_others_go(tmp_path: Path) -> None:
    vault = filled(tmp_path / "v", ["1.9", "1.10", "1.2", "2.0rc1", "2.0", "1.0", "1.11"])
    assert kept(vault, 5, dry_run=True).removed == tuple(
        held(tmp_path / "v")[f"bell-{v}.tar.gz"] for v in ("1.0", "1.2")
    )
    assert len(held(tmp_path / "v")) == 7
    report = kept(vault, 5)
    assert {one.file for one in report.removed} == {"bell-1.0.tar.gz", "bell-1.2.tar.gz"}
    assert report.size_bytes == 6
    assert set(held(tmp_path / "v")) == {f"bell-{v}.tar.gz" for v in ("1.9", "1.10", "1.11", "2.0rc1", "2.0")}
    after = verified(vault)
    assert (len(after.items), after.strays, after.count(State.MISSING, State.ROTTEN)) == (5, (), 0)
    assert kept(vault, 5).removed == ()


def test_what_was_named_last_stays_before_what_is_later(tmp_path: Path) -> None:
    days = [DAY + timedelta(days=9)] + [DAY] * 5
    vault = filled(tmp_path / "v", ["1.0", "2.0", "3.0", "4.0", "5.0", "6.0"], days)
    assert [one.file for one in kept(vault, 5).removed] == ["bell-2.0.tar.gz"]


def test_what_a_project_names_stays(tmp_path: Path) -> None:
    vault = filled(tmp_path / "v", [f"{number}.0" for number in range(1, 8)])
    report = kept(vault, 5, {"pkg:pypi/bell@1.0"})
    assert [one.file for one in report.removed] == ["bell-2.0.tar.gz"]


@pytest.mark.parametrize("number", [4, 0, -1])
def test_fewer_than_five_are_refused(tmp_path: Path, number: int) -> None:
    with pytest.raises(UsageError, match="too few"):
        kept(filled(tmp_path / "v", ["1.0"]), number)


def test_a_blob_that_two_versions_share_stays(tmp_path: Path) -> None:
    with Loopback() as server:
        for number in range(6):
            add_project(server, "bell", {f"bell-{number}.0.tar.gz": b"the same"})
            pull(tmp_path / "v", server, wanted(f"pkg:pypi/bell@{number}.0", sha256(b"the same")))
    vault = Vault(tmp_path / "v")
    report = kept(vault, 5)
    assert (len(report.removed), report.size_bytes) == (1, 0)
    assert verified(vault).count(State.MISSING) == 0


def test_verify_says_what_is_superseded(tmp_path: Path) -> None:
    found = verified(filled(tmp_path / "v", ["1.0", "1.1"]))
    assert {(one.file, one.state) for one in found.items} == {
        ("bell-1.0.tar.gz", State.SUPERSEDED),
        ("bell-1.1.tar.gz", State.SOUND),
    }


def test_the_order_of_versions() -> None:
    ascending = [
        "",
        "x",
        "0.9",
        "1.0rc1",
        "1.0",
        "1.0.post1",
        "1.1-beta.2",
        "1.1-beta.10",
        "1.1",
        "v1.2.0",
        "1.10",
        "2:0.1",
    ]
    ordered = sorted(ascending, key=order)
    assert ordered[2:] == ascending[2:]
    assert order("1.0") == order("1.0.0")

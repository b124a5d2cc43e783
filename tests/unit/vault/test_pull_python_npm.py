"""Python and npm: exactly the files that the lockfiles name, from where the clients would get them, checked by hash."""

from __future__ import annotations

from pathlib import Path

import pytest
from example_registry import registry
from loopback import Loopback
from npm_registry import add_package
from python_index import add_project
from vault_cases import held, only, outcomes, pull, sha256, wanted

from freehold.model.vault import Holds, Outcome
from freehold.vault.digests import from_sri

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

WHEEL_NAME, WHEEL = registry.wheel("bell", "1.0", [])
SOURCE_NAME, SOURCE = registry.source_archive("bell", "1.0")
LINUX = "bell-1.0-cp312-cp312-manylinux_2_28_x86_64.whl"
WINDOWS = "bell-1.0-cp312-cp312-win_amd64.whl"
_, ARCHIVE = registry.npm_archive("rounds", "2.0.0", {})
BELL = "pkg:pypi/bell@1.0"


@pytest.mark.parametrize("html", [False, True])
def test_exactly_the_files_whose_hashes_are_named(tmp_path: Path, html: bool) -> None:
    with Loopback() as server:
        add_project(server, "bell", {WHEEL_NAME: WHEEL, SOURCE_NAME: SOURCE, "bell-0.9.tar.gz": b"older"}, html=html)
        report = pull(tmp_path / "v", server, wanted(BELL, sha256(WHEEL), sha256(SOURCE)))
    assert outcomes(report) == {WHEEL_NAME: Outcome.FETCHED, SOURCE_NAME: Outcome.FETCHED}
    files = held(tmp_path / "v")
    assert files[WHEEL_NAME].holds == (Holds.ARTIFACTS,)
    assert files[SOURCE_NAME].holds == (Holds.ARTIFACTS, Holds.SOURCE)
    one = files[WHEEL_NAME]
    assert (one.checked, one.licence, one.keep.answer, one.held_on) == ("project", "MIT", "yes", "2026-11-23")
    assert one.url.endswith(f"/files/bell/{WHEEL_NAME}")


def test_without_hashes_every_file_of_the_version_and_only_from_the_place_that_is_named(tmp_path: Path) -> None:
    with Loopback() as server, Loopback() as elsewhere:
        add_project(server, "bell", {WHEEL_NAME: b"of the configured index"})
        add_project(elsewhere, "bell", {WHEEL_NAME: WHEEL, "bell-2.0.tar.gz": b"newer"})
        report = pull(tmp_path / "v", server, wanted(BELL, registry=f"{elsewhere.url}/simple"))
        assert server.asked == []
    assert outcomes(report) == {WHEEL_NAME: Outcome.FETCHED}
    one = held(tmp_path / "v")[WHEEL_NAME]
    assert (one.checked, f"sha256:{one.sha256}") == ("registry", sha256(WHEEL))


def test_what_is_pinned_comes_from_the_configured_index_though_the_lock_names_another(tmp_path: Path) -> None:
    with Loopback() as server:
        add_project(server, "bell", {WHEEL_NAME: WHEEL})
        report = pull(tmp_path / "v", server, wanted(BELL, sha256(WHEEL), registry="https://index.example/simple"))
    assert only(report).outcome is Outcome.FETCHED


def test_wheels_of_other_platforms_can_be_left_out(tmp_path: Path) -> None:
    files = {WHEEL_NAME: WHEEL, LINUX: b"linux", WINDOWS: b"windows", SOURCE_NAME: SOURCE}
    with Loopback() as server:
        add_project(server, "bell", files)
        item = wanted(BELL, *(sha256(data) for data in files.values()))
        report = pull(tmp_path / "v", server, item, wheels=("*manylinux*x86_64*",))
    assert set(outcomes(report)) == {WHEEL_NAME, LINUX, SOURCE_NAME}


def test_a_second_pull_asks_nobody(tmp_path: Path) -> None:
    with Loopback() as server:
        add_project(server, "bell", {WHEEL_NAME: WHEEL})
        item = wanted(BELL, sha256(WHEEL))
        pull(tmp_path / "v", server, item)
        server.asked.clear()
        report = pull(tmp_path / "v", server, item)
        assert (only(report).outcome, server.asked) == (Outcome.HELD, [])


def test_a_dry_run_fetches_and_writes_nothing(tmp_path: Path) -> None:
    with Loopback() as server:
        add_project(server, "bell", {WHEEL_NAME: WHEEL})
        report = pull(tmp_path / "v", server, wanted(BELL, sha256(WHEEL)), dry_run=True)
        assert not any("/files/" in path for path in server.asked)
    assert only(report).outcome is Outcome.WOULD_FETCH
    assert sorted(path.name for path in (tmp_path / "v").iterdir()) == ["vault.json"]


def test_nobody_has_it_is_said_with_the_address(tmp_path: Path) -> None:
    with Loopback() as server:
        report = pull(tmp_path / "v", server, wanted(BELL, sha256(WHEEL)), wanted("pkg:npm/gone@1.0.0"))
    assert {item.outcome for item in report.items} == {Outcome.FAILED}
    assert all("404" in item.reason and "127.0.0.1" in item.reason for item in report.items)


def test_a_kind_without_protocol_is_a_value_with_a_reason(tmp_path: Path) -> None:
    with Loopback() as server:
        report = pull(tmp_path / "v", server, wanted("pkg:gem/rake@13.0"), wanted("bom.json#/components/0"))
    assert [item.outcome for item in report.items] == [Outcome.NOT_COVERED] * 2


@pytest.mark.parametrize("documents", [True, False])
def test_npm_by_version_document_or_by_the_whole(tmp_path: Path, documents: bool) -> None:
    with Loopback() as server:
        integrity = add_package(server, "@ringing/rounds", "2.0.0", ARCHIVE, documents=documents)
        report = pull(tmp_path / "v", server, wanted("pkg:npm/%40ringing/rounds@2.0.0", *from_sri(integrity)))
    assert only(report).outcome is Outcome.FETCHED
    one = held(tmp_path / "v")["rounds-2.0.0.tgz"]
    assert one.hashes == from_sri(integrity)


def test_npm_without_integrity_is_compared_with_the_registrys_word(tmp_path: Path) -> None:
    with Loopback() as server:
        add_package(server, "rounds", "2.0.0", ARCHIVE)
        pull(tmp_path / "v", server, wanted("pkg:npm/rounds@2.0.0"))
    assert held(tmp_path / "v")["rounds-2.0.0.tgz"].checked == "registry"


def test_npm_archives_that_lie_on_another_host(tmp_path: Path) -> None:
    with Loopback() as server, Loopback() as files:
        files.routes["/deep/rounds.tgz"] = ARCHIVE
        integrity = add_package(server, "rounds", "2.0.0", ARCHIVE, tarball=f"{files.url}/deep/rounds.tgz")
        report = pull(tmp_path / "v", server, wanted("pkg:npm/rounds@2.0.0", *from_sri(integrity)))
        assert files.asked == ["/deep/rounds.tgz"]
    assert only(report).outcome is Outcome.FETCHED


def test_a_direct_address_is_used_where_no_registry_has_it(tmp_path: Path) -> None:
    with Loopback() as server:
        server.routes["/own/bell-1.0.tar.gz"] = SOURCE
        item = wanted(BELL, sha256(SOURCE), url=f"{server.url}/own/bell-1.0.tar.gz")
        assert only(pull(tmp_path / "v", server, item)).outcome is Outcome.FETCHED
        generic = wanted("pkg:generic/tune@1", sha256(SOURCE), url=f"{server.url}/own/bell-1.0.tar.gz")
        assert only(pull(tmp_path / "v", server, generic)).outcome is Outcome.FETCHED

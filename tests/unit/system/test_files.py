"""Reading beneath a root, and writing whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from freehold.errors import UsageError
from freehold.system.files import EntryKind, RootedFolder, read_at_most, write_text


def test_entries_are_sorted_with_their_kind(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    (tmp_path / "a").touch()
    (tmp_path / "c").symlink_to("a")
    with RootedFolder(tmp_path) as root:
        kinds = {entry.name: entry.kind for entry in root.entries()}
    assert kinds == {"a": EntryKind.FILE, "b": EntryKind.FOLDER, "c": EntryKind.LINK}
    assert list(kinds) == sorted(kinds)


@pytest.mark.parametrize("path", ["link", "folder/secret", "../secret", "in/../../secret", "pipe", "missing"])
def test_nothing_outside_is_opened(tmp_path: Path, path: str) -> None:
    inner = tmp_path / "root"
    (inner / "in").mkdir(parents=True)
    (tmp_path / "secret").write_text("s")
    (inner / "link").symlink_to(tmp_path / "secret")
    (inner / "folder").symlink_to(tmp_path)
    os.mkfifo(inner / "pipe")
    with RootedFolder(inner) as root, pytest.raises(OSError, match=r"link|root|regular|directory|symbolic|No such"):
        root.open(path)


def test_files_are_read_within_a_limit(tmp_path: Path) -> None:
    (tmp_path / "x").mkdir()
    (tmp_path / "x/f").write_bytes(b"12345")
    with RootedFolder(tmp_path) as root:
        with root.open("x/f") as stream:
            assert read_at_most(stream, 5) == b"12345"
        with root.open("x/f") as stream:
            assert read_at_most(stream, 4) is None


def test_links_that_leave(tmp_path: Path) -> None:
    (tmp_path / "f").touch()
    for name, target in (("in", "f"), ("out", "/"), ("up", ".."), ("nowhere", "gone")):
        (tmp_path / name).symlink_to(target)
    with RootedFolder(tmp_path) as root:
        assert [root.link_leaves(name) for name in ("in", "out", "up", "nowhere")] == [False, True, True, True]


def test_a_text_is_written_whole_and_nothing_is_left_beside_it(tmp_path: Path) -> None:
    target = tmp_path / "report.json"
    write_text(target, "one\n")
    write_text(target, "zwei ü\n")
    assert target.read_text("utf-8") == "zwei ü\n"
    assert [path.name for path in tmp_path.iterdir()] == ["report.json"]


def test_a_link_keeps_pointing_to_what_is_written(tmp_path: Path) -> None:
    (tmp_path / "real").write_text("old")
    (tmp_path / "link").symlink_to("real")
    write_text(tmp_path / "link", "new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_text() == "new"


def test_failure_says_where_and_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be written") as caught:
        write_text(tmp_path / "no/such/folder.json", "x")
    assert caught.value.remedy
    with pytest.raises(UnicodeEncodeError):
        write_text(tmp_path / "half.txt", "begun \ud800")
    assert list(tmp_path.iterdir()) == []

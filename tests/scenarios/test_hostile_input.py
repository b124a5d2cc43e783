"""Hostile and broken input through the command line: refused or a counted skip, and nothing of it reaches the screen raw."""

from __future__ import annotations

import errno
import gzip
import io
import json
import os
import re
import unicodedata
import zipfile
from pathlib import Path
from typing import IO, Any

import pytest
from cli_runs import Run, bom, freehold, package, project

from freehold.cli import COMMANDS

SCENARIO = ("--scenario", "channel-down:npm")
BOMB = b'{"bomFormat": "CycloneDX", "specVersion": "1.6", "components": [' + b" " * (257 << 20)
XML_BOMB = """<?xml version="1.0"?>
<!DOCTYPE bom [<!ENTITY a "aaaaaaaaaa">
<!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]>
<bom xmlns="http://cyclonedx.org/schema/bom/1.6" version="1"><components>
<component type="library"><name>&c;</name><version>1</version></component></components></bom>
"""


def nested(depth: int) -> str:
    """Return a CycloneDX document whose components are nested in one another."""
    inner: dict[str, object] = package("deepest")
    for level in range(depth):
        inner = {"type": "library", "name": f"level-{level}", "version": "1", "components": [inner]}
    return bom(inner)


def zipped(name: str, content: bytes) -> bytes:
    """Return a zip archive of one file."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return stream.getvalue()


BROKEN: dict[str, bytes] = {
    "truncated.cdx.json": bom(package("a")).encode()[:-40],
    "brackets.cdx.json": b'{"bomFormat": "CycloneDX", "specVersion": "1.6", "components": ' + b"[" * 100_000,
    "entities.cdx.xml": XML_BOMB.encode(),
    "half.cdx.xml": b'<?xml version="1.0"?><bom xmlns="http://cyclonedx.org/schema/bom/1.6"><components>',
    "package-lock.json": b'{"lockfileVersion": 3, "packages": [1, 2',
    "uv.lock": b"version = 1\n[[package]]\nname = ",
}


def assess(*words: str | Path) -> Run:
    """Assess in a scenario."""
    return freehold("assess", *words, *SCENARIO)


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_in_a_folder_is_a_counted_skip(tmp_path: Path, name: str) -> None:
    folder = project(tmp_path, {f"inner/{name}": BROKEN[name]})
    run = assess(folder, "-f", "json")
    assert run.code == 0
    skipped = [skip for skip in run.json["skipped"] if skip["file"].startswith(f"inner/{name}")]
    assert len(skipped) == 1
    assert skipped[0]["reason"]
    assert run.json["components"] == 2, "the rest is read"
    assert f"inner/{name}" in assess(folder, "--all").out
    assert freehold("assess", folder, *SCENARIO, "--strict").code == 4


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_named_on_the_command_line_is_an_error(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(BROKEN[name])
    target = tmp_path / "report.txt"
    run = freehold("assess", tmp_path / name, *SCENARIO, "-o", target)
    assert (run.code, run.out) == (3, "")
    assert name in run.err
    assert not target.exists()


@pytest.mark.parametrize("value", ["7", '"text"', "null", '[7, "text", null]'])
def test_a_value_of_the_wrong_type_is_left_out_and_told(tmp_path: Path, value: str) -> None:
    text = f'{{"bomFormat": "CycloneDX", "specVersion": "1.6", "components": {value}}}'
    folder = project(tmp_path, {"odd.cdx.json": text})
    report = assess(folder, "-f", "json").json
    assert report["components"] == 2
    assert any(note.startswith("odd.cdx.json") for note in report["notes"])
    assert "odd.cdx.json" in assess(folder, "--all").out, "what was left out is told on the terminal too"


def test_remedies_name_commands_that_exist(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("nothing to see")
    for run in (assess(tmp_path), assess(tmp_path / "notes.txt"), freehold("assess", tmp_path, "--scenario", "x")):
        named = re.findall(r"freehold ([a-z]+)", run.err)
        assert set(named) <= set(COMMANDS)


def test_a_document_nested_200_deep_is_read(tmp_path: Path) -> None:
    (tmp_path / "deep.cdx.json").write_text(nested(200))
    assert assess(tmp_path / "deep.cdx.json", "-f", "json").json["components"] == 201


@pytest.mark.parametrize("named", [True, False])
def test_a_document_nested_beyond_reason_is_no_crash(tmp_path: Path, named: bool) -> None:
    inner = b'{"type":"library","name":"x","components":['
    deep = b'{"bomFormat":"CycloneDX","specVersion":"1.6","components":[' + inner * 20_000 + b"]}" * 20_000 + b"]}"
    folder = project(tmp_path, {"deep.cdx.json": deep})
    run = assess(folder / "deep.cdx.json" if named else folder)
    assert run.code == (3 if named else 0)
    assert "deep.cdx.json" in (run.err if named else run.out)


def test_a_gzip_bomb_is_refused_before_it_unfolds(tmp_path: Path) -> None:
    packed = gzip.compress(BOMB, 1)
    folder = project(tmp_path, {"bomb.cdx.json.gz": packed})
    named = assess(folder / "bomb.cdx.json.gz")
    assert (named.code, named.out) == (3, "")
    found = assess(folder, "-f", "json")
    assert found.code == 0
    assert found.json["components"] == 2


def test_archives_are_not_looked_into(tmp_path: Path) -> None:
    folder = project(tmp_path, {"bom.zip": zipped("bom.cdx.json", bom(package("hidden")).encode())})
    named = assess(folder / "bom.zip")
    assert (named.code, named.out) == (3, "")
    assert "archive" in named.err
    assert assess(folder, "-f", "json").json["components"] == 2


def test_an_honest_gzip_is_read(tmp_path: Path) -> None:
    (tmp_path / "bom.cdx.json.gz").write_bytes(gzip.compress(bom(package("a")).encode()))
    assert assess(tmp_path / "bom.cdx.json.gz", "-f", "json").json["components"] == 1


def test_duplicate_references_lose_no_component(tmp_path: Path) -> None:
    twins = [{**package("one"), "bom-ref": "same"}, {**package("two"), "bom-ref": "same"}]
    (tmp_path / "bom.cdx.json").write_text(bom(*twins, dependencies=[{"ref": "same", "dependsOn": ["same"]}]))
    run = assess(tmp_path / "bom.cdx.json", "-f", "json")
    assert run.code == 0
    assert run.json["components"] == 2


@pytest.mark.parametrize("purl", ["pkg:", "not a purl", "pkg:npm", "pkg:npm/%zz@1", "pkg:npm/a b@1", "", 7])
def test_invalid_purls_lose_no_component_and_are_told(tmp_path: Path, purl: object) -> None:
    odd = {**package("odd"), "purl": purl}
    (tmp_path / "bom.cdx.json").write_text(bom(odd, package("plain")))
    run = assess(tmp_path / "bom.cdx.json", "-f", "json")
    assert run.code == 0
    assert run.json["components"] == 2


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be", "utf-8-sig"])
def test_other_encodings_are_read_or_refused_clearly(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "bom.cdx.json").write_bytes(bom(package("a")).encode(encoding))
    run = assess(tmp_path / "bom.cdx.json", "-f", "json")
    if run.code == 0:
        assert run.json["components"] == 1
    else:
        assert run.code == 3
        assert "bom.cdx.json" in run.err


NAMES = (
    "\x1b[31mred\x1b[0m",
    "\x1b]0;title\x07",
    "\x9b31m",
    "line\nbreak\r\x08",
    "\u202egnp.exe",
    "[bold]markup[/bold]",
    "<script>alert(1)</script>",
    "a" * 5_000,
)


@pytest.mark.parametrize("name", NAMES, ids=[f"name-{place}" for place in range(len(NAMES))])
def test_names_write_nothing_but_themselves(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "shop"
    hostile = {**package("x"), "name": name, "supplier": {"name": name}, "licenses": [{"license": {"name": name}}]}
    del hostile["purl"]
    project(folder, {"bom.cdx.json": bom(hostile, package("left-pad", "npm"))})
    run = freehold("assess", folder, *SCENARIO, "--all")
    more = freehold("explain", folder, "--ability", "change", *SCENARIO)
    refused = freehold("explain", folder, "--ability", "run", "--workload", name, *SCENARIO)
    assert (run.code, more.code, refused.code) == (0, 0, 2)
    for text in (run.out, run.err, more.out, more.err, refused.err):
        assert all(c.isprintable() or c == "\n" for c in text)
    if name.startswith("["):
        assert "[bold]" in run.out
    encoded = freehold("assess", folder, *SCENARIO, "-f", "json")
    assert not [c for c in encoded.out if unicodedata.category(c) == "Cc" and c != "\n"]
    json.loads(encoded.out)


def test_a_path_cannot_write_to_the_screen(tmp_path: Path) -> None:
    run = assess(tmp_path / "\x1b[31mred")
    assert run.code == 3
    assert "\x1b" not in run.err + run.out


def test_a_link_out_of_the_folder_is_a_counted_skip(tmp_path: Path) -> None:
    (tmp_path / "secret.cdx.json").write_text(bom(package("secret")))
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "uv.lock").write_text("version = 1\n")
    folder = project(tmp_path / "shop")
    (folder / "link.cdx.json").symlink_to("../secret.cdx.json")
    (folder / "linked").symlink_to("../elsewhere")
    (folder / "loop").symlink_to(".")
    run = assess(folder, "-f", "json")
    assert run.code == 0
    assert run.json["components"] == 2
    assert {skip["file"] for skip in run.json["skipped"]} == {"link.cdx.json", "linked"}


@pytest.fixture
def shut(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the system refuse to open ``shut.cdx.json``, to root too."""
    system_open, path_open = os.open, Path.open

    def refuse(path: object) -> None:
        if os.fsdecode(str(path)).endswith("shut.cdx.json"):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))

    def opened(path: str, flags: int, mode: int = 0o777, *, dir_fd: int | None = None) -> int:
        refuse(path)
        return system_open(path, flags, mode, dir_fd=dir_fd)

    def opened_path(self: Path, *words: Any, **named: Any) -> IO[Any]:
        refuse(self)
        stream: IO[Any] = path_open(self, *words, **named)
        return stream

    monkeypatch.setattr(os, "open", opened)
    monkeypatch.setattr(Path, "open", opened_path)


@pytest.mark.usefixtures("shut")
def test_a_file_that_cannot_be_opened_is_a_skip_in_a_folder_and_an_error_when_named(tmp_path: Path) -> None:
    folder = project(tmp_path, {"inner/x": "x"})
    (folder / "inner" / "bom.cdx.json").write_text(bom(package("a")))
    (folder / "inner" / "bom.cdx.json").rename(folder / "shut.cdx.json")
    found = assess(folder, "-f", "json")
    assert found.code == 0
    assert [skip["file"] for skip in found.json["skipped"]] == ["shut.cdx.json"]
    assert "Permission denied" in found.json["skipped"][0]["reason"]
    named = assess(folder / "shut.cdx.json")
    assert (named.code, named.out) == (3, "")
    assert "shut.cdx.json: cannot be read: Permission denied" in named.err


def test_a_pipe_in_the_folder_is_left_alone(tmp_path: Path) -> None:
    folder = project(tmp_path)
    os.mkfifo(folder / "pipe.cdx.json")
    run = assess(folder, "-f", "json")
    assert run.code == 0
    assert run.json["components"] == 2


def test_a_folder_without_anything_to_read_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("nothing to see")
    run = assess(tmp_path)
    assert (run.code, run.out) == (3, "")
    assert "no components found" in run.err

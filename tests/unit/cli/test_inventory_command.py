"""``freehold inventory``: table, JSON and SBOM; what is skipped is said and fails ``--strict``; the file is written whole."""

from __future__ import annotations

import io
import json
import os
import tarfile
from pathlib import Path

import pytest
from cli_runs import bom, freehold, package, project

import freehold as package_of_the_tool
from freehold.inventory.formats import READERS, TREE_FORMATS

PINNED = "left-pad==1.0 --hash=sha256:" + "a" * 64 + "\n"
REFUSED = "bomFormat: CycloneDX\nspecVersion: 1.6\n"


def test_the_table_groups_components_and_says_once_what_they_share(tmp_path: Path) -> None:
    run = freehold("inventory", project(tmp_path))
    assert run.code == 0
    assert "2 components (1 npm, 1 pypi)" in run.out
    assert "npm · bom.cdx.json (1)" in run.out
    assert "no registry named, licence MIT" in run.out
    assert "cyclonedx-json 1.6" in run.out


def test_columns_appear_where_rows_differ(tmp_path: Path) -> None:
    components = (package("left", licence="MIT"), package("right", licence="Apache-2.0"))
    out = freehold("inventory", project(tmp_path, {"bom.cdx.json": bom(*components)})).out
    header = next(line for line in out.splitlines() if line.startswith("name"))
    assert header.split() == ["name", "version", "licence", "at"]
    assert any(line.split() == ["right", "1.0", "Apache-2.0", "/components/1"] for line in out.splitlines())


def test_all_shows_every_row(tmp_path: Path) -> None:
    many = bom(*(package(f"part-{number:02}") for number in range(40)))
    short, long = (
        freehold("inventory", project(tmp_path, {"bom.cdx.json": many}), *more).out for more in ((), ("--all",))
    )
    assert sum(line.startswith("part-") for line in short.splitlines()) == 8
    assert "and 32 other components: --all shows them" in short
    assert sum(line.startswith("part-") for line in long.splitlines()) == 40
    assert "--all" not in long


@pytest.mark.parametrize("width", [60, 80, 120])
def test_no_line_is_wider_than_asked_for(tmp_path: Path, width: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    names = ("a" * 150, "b/" * 40 + "c", "short")
    run = freehold("inventory", project(tmp_path, {"bom.cdx.json": bom(*map(package, names))}))
    assert max(map(len, run.out.splitlines())) <= width


def test_names_cannot_reach_the_terminal(tmp_path: Path) -> None:
    hostile = {"type": "library", "name": "\x1b[31mred[bold]", "version": "1\r2"}
    out = freehold("inventory", project(tmp_path, {"bom.cdx.json": bom(hostile)})).out
    assert "\x1b" not in out
    assert "\r" not in out
    assert "red[bold]" in out


def test_json_is_an_object_with_its_version_and_the_whole_inventory(tmp_path: Path) -> None:
    document = freehold("inventory", project(tmp_path), "-f", "json").json
    assert document["schema_version"] == "1.0"
    assert document["freehold_version"] == package_of_the_tool.__version__
    keys = [one["key"] for one in document["inventory"]["components"]]
    assert keys == sorted(keys)
    assert {"pkg:npm/left-pad@1.0", "pkg:pypi/some-library@1.0"} < set(keys)
    assert document["inventory"]["files"][0]["file"] == "bom.cdx.json"


def test_the_sbom_is_the_same_bytes_for_the_same_day(tmp_path: Path) -> None:
    folder = project(tmp_path)
    first, second = (freehold("inventory", folder, "-f", "cyclonedx", "--as-of", "2026-11-20").out for _ in range(2))
    assert first == second
    assert json.loads(first)["metadata"]["timestamp"] == "2026-11-20T00:00:00Z"


def test_the_sbom_takes_its_time_from_the_build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "86400")
    folder = project(tmp_path)
    assert freehold("inventory", folder, "-f", "cyclonedx").json["metadata"]["timestamp"] == "1970-01-02T00:00:00Z"
    dated = freehold("inventory", folder, "-f", "cyclonedx", "--as-of", "2026-11-20").json
    assert dated["metadata"]["timestamp"] == "2026-11-20T00:00:00Z"


@pytest.mark.parametrize("value", ["soon", "1e9", "9" * 30])
def test_a_build_time_that_is_none_is_an_error(tmp_path: Path, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", value)
    run = freehold("inventory", project(tmp_path), "-f", "cyclonedx")
    assert (run.code, run.out) == (2, "")
    assert "SOURCE_DATE_EPOCH" in run.err


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    folder, target = project(tmp_path / "in"), tmp_path / "out.cdx.json"
    run = freehold("inventory", folder, "-f", "cyclonedx", "-o", target)
    assert (run.code, run.out) == (0, "")
    assert json.loads(target.read_text())["specVersion"] == "1.6"
    target.write_text("before")
    assert freehold("inventory", tmp_path / "absent", "-o", target).code == 3
    assert target.read_text() == "before"


def test_what_is_skipped_is_in_every_format_and_fails_strict(tmp_path: Path) -> None:
    folder = project(tmp_path, {"other.yaml": REFUSED})
    for form in ("table", "json", "cyclonedx"):
        assert freehold("inventory", folder, "-f", form).code == 0
        run = freehold("inventory", folder, "-f", form, "--strict")
        assert run.code == 4
        assert "CycloneDX in YAML is no standard form" in run.out
    assert freehold("inventory", project(tmp_path / "clean"), "--strict").code == 0


def test_nothing_found_names_the_reasons_and_the_formats(tmp_path: Path) -> None:
    (tmp_path / "other.yaml").write_text(REFUSED)
    for command in ("inventory", "assess"):
        run = freehold(command, tmp_path)
        assert (run.code, run.out) == (3, "")
        assert "no components found (0 files read, 1 skipped)" in run.err
        assert "freehold inventory --formats" in run.err
    assert "skipped other.yaml: CycloneDX in YAML is no standard form" in freehold("inventory", tmp_path).err


def test_formats_lists_every_reader_once() -> None:
    formats = freehold("inventory", "--formats", "-f", "json").json["formats"]
    assert sorted(formats["read"] + formats["refused"]) == sorted({*(reader.name for reader in READERS), *TREE_FORMATS})
    assert "cyclonedx-yaml" in formats["refused"]
    assert "cyclonedx-json" in formats["read"]
    out = freehold("inventory", "--formats").out
    assert all(f"  {name}\n" in out for name in formats["read"] + formats["refused"])


@pytest.mark.parametrize("words", [(), ("--formats", "-f", "cyclonedx"), (".", "-f", "xml"), (".", "--as-of", "soon")])
def test_what_cannot_be_understood_is_a_usage_error(words: tuple[str, ...]) -> None:
    run = freehold("inventory", *words)
    assert (run.code, run.out) == (2, "")
    assert "remedy:" in run.err


@pytest.mark.parametrize("form", ["table", "json", "cyclonedx"])
def test_a_folder_whose_name_is_no_unicode_is_written_out(tmp_path: Path, form: str) -> None:
    folder = os.fsencode(tmp_path) + b"/b\xff"
    os.mkdir(folder)  # noqa: PTH102 - the name is bytes
    (Path(os.fsdecode(folder)) / "requirements.txt").write_text(PINNED)
    run = freehold("inventory", tmp_path, "-f", form)
    assert run.code == 0
    assert "left-pad" in run.out
    run.out.encode()


def test_an_image_archive_is_inventoried_and_a_truncated_one_is_an_error(tmp_path: Path) -> None:
    status = b"Package: libc6\nVersion: 1\nArchitecture: all\n"
    layer = io.BytesIO()
    with tarfile.open(fileobj=layer, mode="w") as archive:
        entry = tarfile.TarInfo("var/lib/dpkg/status")
        entry.size = len(status)
        archive.addfile(entry, io.BytesIO(status))
    (tmp_path / "root.tar").write_bytes(layer.getvalue())
    (tmp_path / "cut.tar").write_bytes(layer.getvalue()[:600])
    run = freehold("inventory", str(tmp_path / "root.tar"), "-f", "json")
    assert "pkg:deb/debian/libc6@1?arch=all" in [one["key"] for one in run.json["inventory"]["components"]]
    run = freehold("inventory", str(tmp_path / "cut.tar"))
    assert run.code == 3
    assert "a truncated tar archive: it ends within a member" in run.err

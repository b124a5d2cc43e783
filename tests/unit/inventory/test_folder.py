"""Reading folders and named files: what is found, joined, skipped with a reason, and refused."""

from __future__ import annotations

import bz2
import gzip
import json
import lzma
import os
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from freehold.errors import InputError
from freehold.inventory.folder import Reporter, read_paths
from freehold.inventory.formats import READERS
from freehold.inventory.reader import Document, Reading
from freehold.inventory.walking import Limits
from freehold.model.component import Component, ComponentKind, Inventory, Named, Origin, Role, Skip

DIGEST = "ab" * 32
UV = 'version = 1\n[[package]]\nname = "flask"\nversion = "3.0"\nsource = { registry = "https://index.example/simple" }\n'
BOM = {
    "bomFormat": "CycloneDX",
    "specVersion": "1.6",
    "components": [
        {
            "type": "library",
            "name": "flask",
            "version": "3.0",
            "purl": "pkg:pypi/flask@3.0",
            "licenses": [{"license": {"id": "MIT"}}],
        }
    ],
}


def write(root: Path, files: Mapping[str, str | bytes]) -> Path:
    """Write files under a folder."""
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return root


def component(inventory: Inventory, key: str) -> Component:
    """Return the component with a key."""
    return next(one for one in inventory.components if one.key == key)


def npm(packages: dict[str, object]) -> str:
    """Return a package-lock of version 3."""
    return json.dumps({"name": "shop", "lockfileVersion": 3, "packages": {"": {"name": "shop"}, **packages}})


def test_the_same_component_from_two_files_is_one_with_both_origins(tmp_path: Path) -> None:
    other = {**BOM, "components": [{**BOM["components"][0], "licenses": [{"license": {"id": "BSD-3-Clause"}}]}]}  # type: ignore[dict-item]
    write(tmp_path, {"uv.lock": UV, "a.cdx.json": json.dumps(BOM), "b.cdx.json": json.dumps(other)})
    found = component(read_paths([tmp_path]), "pkg:pypi/flask@3.0")
    assert [origin.file for origin in found.origins] == ["a.cdx.json", "b.cdx.json", "uv.lock"]
    assert [licence.value for licence in found.licences] == ["MIT"]
    assert Named("licence", "BSD-3-Clause", Origin("b.cdx.json", 0, "/components/0")) in found.conflicts
    assert found.registry == "https://index.example/simple"


def test_runtime_wins_over_build_over_development(tmp_path: Path) -> None:
    write(
        tmp_path,
        {"requirements-dev.txt": "a==1\nb==1\n", "build-requirements.txt": "a==1\n", "sub/requirements.txt": "b==1\n"},
    )
    inventory = read_paths([tmp_path])
    assert component(inventory, "pkg:pypi/a@1").role is Role.BUILD
    assert component(inventory, "pkg:pypi/b@1").role is Role.RUNTIME


def test_what_no_root_leads_to_hangs_on_its_project_folder(tmp_path: Path) -> None:
    write(
        tmp_path,
        {"api/requirements.txt": "a==1\n", "web/package-lock.json": npm({}), "web/src/m.py": 'model="gpt-4o"\n'},
    )
    inventory = read_paths([tmp_path])
    pairs = {(edge.parent, edge.child) for edge in inventory.dependencies}
    assert ("api#", "pkg:pypi/a@1") in pairs
    assert ("web#", "model:gpt-4o") in pairs
    assert component(inventory, "api#").is_root
    assert component(inventory, "api#").name == "api"


def test_everything_is_reached_from_a_root(tmp_path: Path) -> None:
    lock = npm(
        {
            "node_modules/x": {"version": "1", "dependencies": {"y": "1"}},
            "node_modules/y": {"version": "1", "dependencies": {"x": "1"}},
        }
    )
    inventory = read_paths([write(tmp_path, {"package-lock.json": lock})])
    children: dict[str, list[str]] = {}
    for edge in inventory.dependencies:
        children.setdefault(edge.parent, []).append(edge.child)
    seen, open_keys = set(), [str(one.key) for one in inventory.components if one.is_root]
    while open_keys:
        key = open_keys.pop()
        if key not in seen:
            seen.add(key)
            open_keys += children.get(key, [])
    assert seen == {one.key for one in inventory.components}


def test_an_unpinned_requirement_is_the_locked_package_beside_it(tmp_path: Path) -> None:
    write(tmp_path, {"uv.lock": UV, "requirements.txt": "flask\nonly-here\n", "other/requirements.txt": "flask\n"})
    keys = {one.key for one in read_paths([tmp_path]).components}
    assert "pkg:pypi/only-here" in keys
    assert "pkg:pypi/flask" in keys, "another project folder may mean another version"
    assert len(component(read_paths([tmp_path]), "pkg:pypi/flask@3.0").origins) == 2


def test_client_settings_stand_in_where_the_lockfile_names_no_registry(tmp_path: Path) -> None:
    lock = npm({"node_modules/a": {"version": "1"}, "node_modules/@own/b": {"version": "1"}})
    npmrc = "registry=https://npm.example/\n@own:registry=https://own.example/npm\n//own.example/:_authToken=s3cret\n"
    write(
        tmp_path, {"package-lock.json": lock, ".npmrc": npmrc, "py/requirements.txt": "a==1\n-i https://kept.example\n"}
    )
    write(
        tmp_path,
        {
            "py/pip.conf": "[global]\nindex-url = https://user:pw@pip.example/simple\n",
            "py/x/requirements.txt": "b==1\n",
        },
    )
    inventory = read_paths([tmp_path])
    assert component(inventory, "pkg:npm/a@1").registry == "https://npm.example"
    assert component(inventory, "pkg:npm/%40own/b@1").registry == "https://own.example/npm"
    assert component(inventory, "pkg:npm/a@1").origins[-1] == Origin(".npmrc", 1)
    assert component(inventory, "pkg:pypi/a@1").registry == "https://kept.example"
    assert component(inventory, "pkg:pypi/b@1").registry == "https://pip.example/simple"
    assert "s3cret" not in repr(inventory)
    assert "pw@" not in repr(inventory)
    assert any("https://npm.example" in note.reason for note in inventory.notes)


def test_folders_are_left_out_by_rule_and_counted(tmp_path: Path) -> None:
    files = (
        "node_modules/x/package-lock.json",
        "vendor/y/package-lock.json",
        ".git/package-lock.json",
        "tests/fixtures/package-lock.json",
    )
    write(tmp_path, dict.fromkeys(files, npm({"node_modules/hidden": {"version": "1"}})))
    write(
        tmp_path,
        {
            "v/pyvenv.cfg": "",
            "v/requirements.txt": "z==1\n",
            "x.zip": b"PK\x03\x04",
            ".github/requirements.txt": "a==1\n",
        },
    )
    inventory = read_paths([tmp_path])
    assert {one.name for one in inventory.components if not one.is_root} == {"a"}
    (note,) = [note.reason for note in inventory.notes if "left out" in note.reason]
    for part in (
        "node_modules (1)",
        "vendor (1)",
        ".git (1)",
        "fixtures (1)",
        "virtual environments (1)",
        "archives (1)",
    ):
        assert part in note


def test_test_folders_count_as_development(tmp_path: Path) -> None:
    inventory = read_paths(
        [write(tmp_path / "tests", {"requirements.txt": "a==1\n", "docs/requirements.txt": "b==1\n"})]
    )
    assert component(inventory, "pkg:pypi/a@1").role is Role.RUNTIME, "the given folder's own name does not count"
    assert component(inventory, "pkg:pypi/b@1").role is Role.DEVELOPMENT


def test_links_out_of_the_folder_are_counted_and_not_followed(tmp_path: Path) -> None:
    write(tmp_path, {"outside/requirements.txt": "secret==1\n", "in/requirements.txt": "a==1\n"})
    (tmp_path / "in/evil.txt").symlink_to(tmp_path / "outside/requirements.txt")
    (tmp_path / "in/folder").symlink_to(tmp_path / "outside")
    (tmp_path / "in/loop").symlink_to(tmp_path / "in")
    (tmp_path / "in/inner.txt").symlink_to("requirements.txt")
    inventory = read_paths([tmp_path / "in"])
    assert {skip.where.file for skip in inventory.skips} == {"evil.txt", "folder"}
    assert "secret" not in repr(inventory.components)


def test_broken_files_in_a_folder_are_skips_with_place_and_reason(tmp_path: Path) -> None:
    inventory = read_paths([write(tmp_path, {"a/uv.lock": "version = 1\nx = = \n", "requirements.txt": "a==1\n"})])
    (skip,) = inventory.skips
    assert (skip.where.file, skip.where.line) == ("a/uv.lock", 2)
    assert "broken TOML" in skip.reason
    assert skip.remedy
    assert [file.file for file in inventory.files] == ["requirements.txt"]


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress])
def test_single_compressed_files_are_unpacked(tmp_path: Path, pack: object) -> None:
    data = pack(json.dumps(BOM).encode())  # type: ignore[operator]
    inventory = read_paths([write(tmp_path, {"sbom.cdx.json.packed": data})])
    assert component(inventory, "pkg:pypi/flask@3.0").kind is ComponentKind.LIBRARY


def test_bombs_are_skips(tmp_path: Path) -> None:
    start = json.dumps(BOM).encode()[:-1] + b', "x": "'
    bomb = gzip.compress(start + b"0" * 2_000_000)
    inventory = read_paths([write(tmp_path, {"b.cdx.json.gz": bomb})], limits=Limits(unpacked_bytes=1_000_000))
    assert "unpacks to more than" in inventory.skips[0].reason
    truncated = read_paths([write(tmp_path, {"b.cdx.json.gz": gzip.compress(json.dumps(BOM).encode() * 9)[:-20]})])
    assert "truncated" in truncated.skips[0].reason


def test_limits_are_counted_skips(tmp_path: Path) -> None:
    write(tmp_path, {f"{name}/requirements.txt": "a==1\n" for name in "abc"} | {"d/e/f/requirements.txt": "a==1\n"})
    assert "more than 2 files" in read_paths([tmp_path], limits=Limits(files=2)).skips[0].reason
    assert "larger than 3 bytes" in read_paths([tmp_path], limits=Limits(file_bytes=3)).skips[0].reason
    assert "levels of folders" in read_paths([tmp_path], limits=Limits(levels=1)).skips[0].reason


def test_pipes_and_unreadable_names_do_no_harm(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "requirements.txt")
    (tmp_path / os.fsdecode(b"requirements-\xff.txt")).write_text("a==1\n")
    inventory = read_paths([tmp_path])
    assert component(inventory, "pkg:pypi/a@1").name == "a"


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("missing.json", None, "cannot be read"),
        ("notes.md", "# hello", "no reader knows this file"),
        ("uv.lock", "x = = 1", "broken TOML"),
        ("x.cdx.json.zst", b"\x28\xb5\x2f\xfd0000", "zstd"),
    ],
)
def test_named_files_that_cannot_be_read_are_errors(
    tmp_path: Path, name: str, content: str | bytes | None, reason: str
) -> None:
    if content is not None:
        write(tmp_path, {name: content})
    with pytest.raises(InputError, match=reason) as caught:
        read_paths([tmp_path / name])
    assert caught.value.exit_code == 3
    assert str(tmp_path / name) in caught.value.where
    assert caught.value.remedy


def test_a_named_archive_is_refused_with_a_remedy(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("requirements.txt", "a==1\n")
    with pytest.raises(InputError, match="archives are not looked into"):
        read_paths([tmp_path / "a.zip"])


def test_origins_are_relative_to_one_folder_and_apart_for_several(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, {"a/requirements.txt": "x==1\n", "b/requirements.txt": "y==1\n"})
    monkeypatch.chdir(tmp_path)
    assert [file.file for file in read_paths([Path("a")]).files] == ["requirements.txt"]
    assert [file.file for file in read_paths([Path("a"), Path("b")]).files] == [
        "a/requirements.txt",
        "b/requirements.txt",
    ]
    overlapping = read_paths([Path("a"), Path("a/requirements.txt"), Path()])
    assert [file.file for file in overlapping.files] == ["a/requirements.txt", "b/requirements.txt"]


def test_the_same_folder_gives_the_same_inventory(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "uv.lock": UV,
            "requirements.txt": "flask\nb==2\n",
            "x/package-lock.json": npm({"node_modules/a": {"version": "1"}}),
        },
    )
    first, second = read_paths([tmp_path]), read_paths([tmp_path])
    assert first == second
    assert list(first.components) == sorted(first.components, key=lambda one: one.key)
    assert list(first.dependencies) == sorted(first.dependencies)


def test_a_file_that_lists_is_searched_as_well_unless_it_is_an_sbom(tmp_path: Path) -> None:
    class Listing:
        name = "listing"

        def accepts(self, name: str, head: bytes) -> bool:
            return name == ".woodpecker/build.yml"

        def read(self, document: Document) -> Reading:
            return Reading("listing 1", notes=(Skip(Origin(document.path), "read"),))

    named = "model: gpt-4o\n"
    bom = json.dumps({**BOM, "model": "gpt-4o"})
    write(tmp_path, {".woodpecker/build.yml": named, "other/build.yml": named, "bom.json": bom})
    inventory = read_paths([tmp_path], readers=(Listing(), *READERS))
    assert [(file.file, file.format) for file in inventory.files] == [
        (".woodpecker/build.yml", "listing 1"),
        (".woodpecker/build.yml", "model-names"),
        ("bom.json", "cyclonedx-json 1.6"),
        ("other/build.yml", "model-names"),
    ]


def test_the_reporter_hears_of_every_file(tmp_path: Path) -> None:
    heard: list[str] = []

    class Listening(Reporter):
        def on_file(self, file: str) -> None:
            heard.append(file)

    read_paths([write(tmp_path, {"uv.lock": UV, "README.md": "x"})], reporter=Listening())
    assert heard == ["uv.lock"]


def test_nothing_of_the_project_is_run(tmp_path: Path) -> None:
    marker = tmp_path / "ran"
    evil = f"import pathlib; pathlib.Path({str(marker)!r}).touch()\n"
    write(
        tmp_path,
        {
            "setup.py": evil,
            "conftest.py": evil,
            ".npmrc": f"registry=$(touch {marker})\n",
            "requirements.txt": f"a==1 ; touch {marker}\n-r $(touch x)\n",
        },
    )
    read_paths([tmp_path])
    assert not marker.exists()


def test_lockfiles_without_a_reader_are_counted_skips(tmp_path: Path) -> None:
    names = ["bun.lockb", "paket.lock", "stack.yaml.lock"]
    inventory = read_paths([write(tmp_path, dict.fromkeys(names, "x: 1\n"))])
    assert {skip.where.file for skip in inventory.skips} == set(names)
    assert all("is not read" in skip.reason and skip.remedy for skip in inventory.skips)

"""Pointing a copied project at the vault: addresses change only where the vault holds the file of that hash."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from example_registry import EXAMPLE, registry
from loopback import Loopback
from python_index import add_project
from vault_cases import pull, sha256, wanted

from freehold.errors import UsageError
from freehold.vault.manifest import Vault
from freehold.vault.pointing import pointed

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

URL = "http://127.0.0.1:8418"
TOWER = registry.python_files()["bell-tower"]


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    from npm_registry import add_package

    from freehold.vault.digests import from_sri

    with Loopback() as server:
        add_project(server, "bell-tower", TOWER)
        items = [wanted("pkg:pypi/bell-tower@1.2.0", *map(sha256, TOWER.values()))]
        for name, (version, _, _, data) in registry.npm_files().items():
            integrity = add_package(server, name, version, data)
            items.append(wanted(f"pkg:npm/{name.replace('@', '%40')}@{version}", *from_sri(integrity)))
        pull(tmp_path / "v", server, *items)
    return Vault(tmp_path / "v")


def test_uv_and_npm_locks_of_the_example(tmp_path: Path, vault: Vault) -> None:
    report = pointed(vault, EXAMPLE, tmp_path / "copy", URL)
    found = {one.file: (one.addresses, one.left) for one in report.files}
    rope = ("bell_rope-3.0.1.tar.gz", "bell_rope-3.0.1-py3-none-any.whl")
    assert found["ringing/uv.lock"] == (2, rope)
    assert found["ringing/web/package-lock.json"] == (2, ())
    lock = (tmp_path / "copy" / "ringing" / "uv.lock").read_text("utf-8")
    digest = sha256(TOWER["bell_tower-1.2.0-py3-none-any.whl"]).partition(":")[2]
    assert f'url = "{URL}/pypi/files/{digest}/bell_tower-1.2.0-py3-none-any.whl", hash = "sha256:{digest}"' in lock
    assert "https://files.example/bell_rope-3.0.1.tar.gz" in lock, "what is not held is left as it was"
    npm = json.loads((tmp_path / "copy" / "ringing" / "web" / "package-lock.json").read_text("utf-8"))
    assert (
        npm["packages"]["node_modules/@ringing/rounds"]["resolved"] == f"{URL}/npm/@ringing/rounds/-/rounds-2.1.0.tgz"
    )
    original = json.loads((EXAMPLE / "ringing" / "web" / "package-lock.json").read_text("utf-8"))
    for entry in original["packages"].values():
        entry.pop("resolved", None)
    for entry in npm["packages"].values():
        entry.pop("resolved", None)
    assert npm == original


def test_yarn_old_npm_and_requirements(tmp_path: Path, vault: Vault) -> None:
    name, (version, _, file, data) = next(iter(registry.npm_files().items()))
    integrity = registry.integrity(data)
    project = tmp_path / "p"
    (project / "node_modules").mkdir(parents=True)
    (project / "node_modules" / "x").write_text("installed", "utf-8")
    (project / "link").symlink_to("/etc")
    yarn = (
        f'# yarn lockfile v1\n\n"{name}@^2":\n  version "{version}"\n  resolved "https://packages.example/{file}#abc"\n'
    )
    (project / "yarn.lock").write_text(f"{yarn}  integrity {integrity}\n", "utf-8")
    old = {
        "dependencies": {
            name: {"version": version, "resolved": "https://packages.example/x.tgz", "integrity": integrity}
        }
    }
    (project / "npm-shrinkwrap.json").write_text(json.dumps(old), "utf-8")
    (project / "requirements.txt").write_text("--index-url https://index.example/simple\nbell-tower==1.2.0\n", "utf-8")
    (project / "photo.bin").write_bytes(b"\xff\x00")
    report = pointed(vault, project, tmp_path / "copy", f"{URL}/")
    assert {one.file: one.addresses for one in report.files} == {
        "npm-shrinkwrap.json": 1,
        "requirements.txt": 1,
        "yarn.lock": 1,
    }
    assert sorted(path.name for path in (tmp_path / "copy").iterdir()) == [
        "npm-shrinkwrap.json",
        "photo.bin",
        "requirements.txt",
        "yarn.lock",
    ]
    assert (tmp_path / "copy" / "photo.bin").read_bytes() == b"\xff\x00"
    assert f'resolved "{URL}/npm/' in (tmp_path / "copy" / "yarn.lock").read_text("utf-8")
    assert f"--index-url {URL}/pypi/simple/" in (tmp_path / "copy" / "requirements.txt").read_text("utf-8")


def test_a_broken_lockfile_is_copied_and_reported(tmp_path: Path, vault: Vault) -> None:
    (tmp_path / "p").mkdir()
    (tmp_path / "p" / "package-lock.json").write_text("[" * 10_000, "utf-8")
    report = pointed(vault, tmp_path / "p", tmp_path / "copy", URL)
    assert report.files[0].left == ("the file cannot be read",)


def test_nothing_is_written_over_or_into_the_project(tmp_path: Path, vault: Vault) -> None:
    (tmp_path / "p").mkdir()
    (tmp_path / "there").mkdir()
    for folder in (tmp_path / "there", tmp_path / "p" / "inside"):
        with pytest.raises(UsageError, match="is there already"):
            pointed(vault, tmp_path / "p", folder, URL)
    assert pointed(vault, EXAMPLE, tmp_path / "copy", URL, dry_run=True).copied > 5
    assert not (tmp_path / "copy").exists()


def test_the_lockfiles_of_the_example_are_those_of_its_registry(tmp_path: Path) -> None:
    files = ("ringing/uv.lock", "ringing/requirements.txt", "ringing/web/package-lock.json")
    shutil.copytree(EXAMPLE, tmp_path / "example")
    for file in files:
        (tmp_path / "example" / file).unlink()
    registry.write_locks(tmp_path / "example")
    for file in files:
        assert (tmp_path / "example" / file).read_text("utf-8") == (EXAMPLE / file).read_text("utf-8")

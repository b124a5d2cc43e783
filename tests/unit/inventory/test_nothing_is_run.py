"""A project that would act if anything of it were run, or any tool asked about it: nothing acts, and it is still read."""

from __future__ import annotations

import builtins
import importlib
import io
import os
import socket
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from freehold.inventory.folder import read_paths

STARTERS = (
    *((os, name) for name in ("system", "popen", "execv", "execve", "execvp", "posix_spawn", "posix_spawnp", "fork")),
    (subprocess, "Popen"),
    (socket, "create_connection"),
)


class StartedError(BaseException):
    """Something was started; no handler of errors may swallow it."""


@pytest.fixture
def alarmed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    """Make every way to start a process, to call out, or to run code of the project fail the test; yield the project."""
    project = tmp_path / "project"

    def refuse(*given: object, **named: object) -> None:
        raise StartedError(given)

    for module, name in STARTERS:
        monkeypatch.setattr(module, name, refuse)
    compiled, imported = builtins.compile, importlib.import_module

    def compile_own(source: object, filename: object, *rest: object, **named: object) -> object:
        if str(project) in str(filename) or "canary" in str(source):
            raise StartedError(filename)
        return compiled(source, filename, *rest, **named)  # type: ignore[call-overload]

    def import_own(name: str, package: str | None = None) -> object:
        if name.startswith("canary"):
            raise StartedError(name)
        return imported(name, package)

    monkeypatch.setattr(builtins, "compile", compile_own)
    monkeypatch.setattr(importlib, "import_module", import_own)
    monkeypatch.chdir(tmp_path)
    before, path = set(sys.modules), list(sys.path)
    yield project
    assert not {name for name in set(sys.modules) - before if "canary" in name}
    assert sys.path == path


def malicious(touch: str, python: str) -> dict[str, str]:
    """Return files that act when they are run, imported, evaluated or expanded, by any tool that reads them."""
    runs = "<configuration><executable>sh</executable></configuration>"
    plugin = f"<plugins><plugin><artifactId>exec-maven-plugin</artifactId>{runs}</plugin></plugins>"
    extension = "<extension><groupId>g</groupId><artifactId>x</artifactId><version>1</version></extension>"
    return {
        "setup.py": python,
        "setup.cfg": "[options]\ninstall_requires = attr: canary.needs\n",
        "conftest.py": python,
        "sitecustomize.py": python,
        "canary/__init__.py": python,
        "pyproject.toml": '[build-system]\nrequires = []\nbuild-backend = "canary"\nbackend-path = ["."]\n'
        '[project]\nname = "shop"\nversion = "1"\ndependencies = ["flask==3.0"]\n',
        "requirements.txt": f"pinned==1.0\n-e $({touch})\n--extra-index-url http://`{touch}`/simple\n",
        ".npmrc": f"script-shell={touch}\nnode-options=--require ./canary.js\nregistry=$({touch})\n",
        ".yarnrc.yml": "yarnPath: ./canary.js\nplugins: [./canary.js]\n",
        ".pnpmfile.cjs": f"require('child_process').execSync('{touch}')\n",
        "package.json": '{"name": "shop", "scripts": {"preinstall": "' + touch + '", "prepare": "' + touch + '"},'
        ' "dependencies": {"left-pad": "1.3.0"}}',
        "pom.xml": "<!DOCTYPE project [<!ENTITY canary SYSTEM 'file:///etc/hostname'>]>"
        f"<project><artifactId>&canary;</artifactId><build>{plugin}</build></project>",
        "java/pom.xml": f"<project><groupId>g</groupId><artifactId>a</artifactId><build>{plugin}</build></project>",
        ".mvn/extensions.xml": f"<extensions>{extension}</extensions>",
        "build.gradle": f"\"{touch}\".execute()\ndependencies {{ implementation 'g:a:1' }}\n",
        "settings.gradle.kts": f'Runtime.getRuntime().exec("{touch}")\n',
        "gradlew": f"#!/bin/sh\n{touch}\n",
        "Gemfile": f"system('{touch}')\ngem `{touch}`\ngem 'rails', '7.0.0'\n",
        "shop.gemspec": f"`{touch}`\n",
        "Makefile": f"X := $(shell {touch})\nall:\n\t{touch}\n",
        "mix.exs": f'System.cmd("sh", ["-c", "{touch}"])\n',
        "build.sbt": f'"{touch}".!\n',
        "build.rs": f'fn main() {{ std::process::Command::new("{touch}"); }}\n',
        "flake.nix": f'builtins.exec [ "sh" "-c" "{touch}" ]\n',
        "compose.yaml": f'services: {{a: {{image: "$({touch})", command: "{touch}"}}}}\n',
        "k8s.yaml": f"apiVersion: v1\nkind: !!python/object/apply:os.system ['{touch}']\n",
        "noted.ipynb": '{"cells": [{"cell_type": "code", "source": ["!'
        + touch
        + '"]}], "nbformat": 4, "metadata": {}}',
        ".git/config": f'[core]\n\tfsmonitor = "{touch}"\n\tsshCommand = {touch}\n\thooksPath = .\n',
        ".git/hooks/post-checkout": f"#!/bin/sh\n{touch}\n",
        ".gitattributes": "* filter=canary\n",
        ".envrc": f"{touch}\n",
        ".cargo/config.toml": f'[build]\nrustc-wrapper = "{touch}"\n',
        "Cargo.toml": '[package]\nname = "shop"\nversion = "0.1.0"\nbuild = "build.rs"\n[dependencies]\nserde = "=1.0.1"\n',
        "node_modules/evil/package.json": '{"name": "evil", "version": "1.0.0", "scripts": {"install": "'
        + touch
        + '"}}',
        "venv/pyvenv.cfg": "home = /nowhere\n",
        "venv/lib/python3.11/site-packages/canary.pth": f"import os; os.system('{touch}')\n",
    }


def write(root: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def test_no_code_and_no_tool_of_a_project_is_run(alarmed: Path, tmp_path: Path) -> None:
    marker = tmp_path / "ran"
    touch = f"touch {marker}"
    write(alarmed, malicious(touch, f"canary = open({str(marker)!r}, 'w')\nimport os\nos.system({touch!r})\n"))
    for path in alarmed.rglob("*"):
        if path.is_file():
            path.chmod(0o755)
    inventory = read_paths([alarmed])
    found = {str(one.key) for one in inventory.components}
    assert {"pkg:pypi/flask@3.0", "pkg:npm/left-pad@1.3.0", "pkg:cargo/serde@1.0.1", "pkg:gem/rails@7.0.0"} <= found
    assert "never run" in next(skip.reason for skip in inventory.skips if skip.where.file == "setup.py")
    assert not marker.exists()


@pytest.mark.parametrize("tree", ["venv", "node_modules"])
def test_installed_trees_are_read_and_not_run(tree: str, alarmed: Path, tmp_path: Path) -> None:
    marker = tmp_path / "ran"
    write(alarmed, malicious(f"touch {marker}", f"canary = open({str(marker)!r}, 'w')\n"))
    installed = alarmed / "venv/lib/python3.11/site-packages/good-1.0.dist-info/METADATA"
    write(alarmed, {str(installed.relative_to(alarmed)): "Metadata-Version: 2.1\nName: good\nVersion: 1.0\n"})
    keys = {str(one.key) for one in read_paths([alarmed / tree]).components}
    assert keys & {"pkg:pypi/good@1.0", "pkg:npm/evil@1.0.0"}
    assert not marker.exists()


def hostile_tar(path: Path) -> None:
    """Write an image archive whose entries climb out, point out, and claim devices."""
    with tarfile.open(path, "w") as archive:
        for name, kind, target in (
            ("../../escaped", tarfile.REGTYPE, ""),
            ("/tmp/escaped-absolute", tarfile.REGTYPE, ""),
            ("var/lib/dpkg", tarfile.SYMTYPE, "../../../../../../etc"),
            ("var/lib/dpkg/status", tarfile.REGTYPE, ""),
            ("etc/os-release", tarfile.LNKTYPE, "/etc/passwd"),
            ("dev/null", tarfile.CHRTYPE, ""),
        ):
            entry = tarfile.TarInfo(name)
            entry.type, entry.linkname = kind, target
            body = b"Package: evil\nVersion: 1\nStatus: install ok installed\n\n" if kind == tarfile.REGTYPE else b""
            entry.size = len(body)
            archive.addfile(entry, io.BytesIO(body))


def test_archives_and_links_write_nothing_and_lead_nowhere(alarmed: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    write(outside, {"requirements.txt": "secret==1.0\n"})
    write(alarmed, {"requirements.txt": "own==1.0\n"})
    (alarmed / "linked").symlink_to(outside)
    (alarmed / "requirements-linked.txt").symlink_to(outside / "requirements.txt")
    (alarmed / "loop").symlink_to(alarmed)
    hostile_tar(alarmed / "image.tar")
    with zipfile.ZipFile(alarmed / "a.whl", "w") as archive:
        archive.writestr("../../escaped", "x")
    before = sorted(str(path) for path in tmp_path.rglob("*"))
    inventory = read_paths([alarmed])
    assert {str(one.key) for one in inventory.components if not one.is_root} == {"pkg:pypi/own@1.0"}
    assert {skip.where.file for skip in inventory.skips} == {"linked", "requirements-linked.txt"}
    image = read_paths([alarmed / "image.tar"])
    assert all("secret" not in one.name and "root" not in one.name for one in image.components)
    assert sorted(str(path) for path in tmp_path.rglob("*")) == before
    assert not Path("/tmp/escaped-absolute").exists()


def test_the_alarm_sounds(alarmed: Path) -> None:
    for start in (lambda: subprocess.run(["true"], check=False), lambda: os.system("true")):
        with pytest.raises(StartedError):
            start()
    with pytest.raises(StartedError):
        compile("canary = 1", str(alarmed / "setup.py"), "exec")

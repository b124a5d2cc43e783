"""Rules of the house over every file of the project: no registry hosts, no paths of a machine, nothing unfinished."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
from collections.abc import Callable
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from packageurl.contrib import purl2url

ROOT = Path(__file__).parent.parent
SOURCES = sorted((ROOT / "src").rglob("*.py"))
LONGEST_MODULE = 400
LONGEST_FUNCTION = 60
UNFINISHED = re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME|X" + r"XX)\b")
MACHINE_PATHS = re.compile(r"(?<![\w.])/(?:wo" + r"rk|ro" + r"ot|ho" + r"me/\w+)/\w")


@cache
def files() -> tuple[Path, ...]:
    """Return every file that is, or is about to be, part of the project; a virtual environment in its folder is not."""
    found = listed()
    environments = {path.parent for path in found if path.name == "pyvenv.cfg"}
    return tuple(path for path in found if environments.isdisjoint(path.parents))


def listed() -> list[Path]:
    """Return the files that git knows or does not ignore; without git, all of them."""
    git = shutil.which("git")
    if git is None or not (ROOT / ".git").exists():
        return sorted(path for path in ROOT.rglob("*") if path.is_file() and ".git" not in path.parts)
    listing = [git, "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listing, cwd=ROOT, capture_output=True, check=True, timeout=60).stdout.decode().split("\0")
    return [ROOT / name for name in sorted(names) if name and (ROOT / name).is_file()]


@cache
def texts() -> dict[str, str]:
    """Return the text of every file, by path."""
    found = {}
    for path in files():
        data = path.read_bytes()
        if b"\0" not in data[:4096]:
            found[path.relative_to(ROOT).as_posix()] = data.decode("utf-8", "replace")
    return found


def registry_hosts() -> set[str]:
    """Return the hosts of the Python, npm and Debian registries, from the clients and the purl library themselves."""
    index = pytest.importorskip("pip._internal.models.index")
    routes: tuple[Callable[[str], str | None], ...] = (purl2url.get_repo_url, purl2url.get_download_url)
    urls = [index.PyPI.url, f"https://{index.PyPI.file_storage_domain}"]
    for purl in ("pkg:npm/a@1", "pkg:pypi/a@1", "pkg:deb/debian/a@1-1?arch=amd64"):
        urls += [url for route in routes if (url := route(purl))]
    return {host for url in urls if (host := urlsplit(url).hostname)}


def test_the_hosts_of_the_registries_are_known_and_written_nowhere() -> None:
    hosts = registry_hosts()
    assert len(hosts) >= 3
    assert all("." in host for host in hosts)
    domains = {host.removeprefix("www.").removeprefix("registry.") for host in hosts}
    found = [
        (name, number)
        for name, text in texts().items()
        for number, line in enumerate(text.splitlines(), 1)
        if any(host in line.lower() for host in hosts | domains)
    ]
    assert found == []


def test_no_path_of_a_machine_is_written() -> None:
    found = [name for name, text in texts().items() if MACHINE_PATHS.search(text)]
    assert found == []


def test_nothing_is_left_unfinished() -> None:
    found = [name for name, text in texts().items() if UNFINISHED.search(text) and not name.endswith("LICENSE")]
    assert found == []


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_module_says_what_it_holds_and_stays_small(path: Path) -> None:
    text = path.read_text("utf-8")
    tree = ast.parse(text)
    assert ast.get_docstring(tree), "a module says what it holds"
    assert text.count("\n") <= LONGEST_MODULE
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            assert node.end_lineno is not None
            assert node.end_lineno - node.lineno < LONGEST_FUNCTION, node.name
        if isinstance(node, ast.ExceptHandler):
            assert not all(isinstance(step, ast.Pass) for step in node.body), "an error is never swallowed"


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_public_functions_and_classes_say_what_they_do(path: Path) -> None:
    for node in ast.parse(path.read_text("utf-8")).body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and not node.name.startswith("_"):
            assert ast.get_docstring(node), f"{node.name} has no docstring"


def test_every_test_module_has_a_name_of_its_own() -> None:
    names = [path.stem for path in sorted((ROOT / "tests").rglob("*.py")) if path.stem != "conftest"]
    assert sorted(set(names)) == sorted(names), "modules without packages must differ in name"


def test_every_example_says_what_it_is() -> None:
    folders = [path for path in (ROOT / "examples").iterdir() if path.is_dir()]
    assert folders
    assert all((folder / "README.md").is_file() for folder in folders)

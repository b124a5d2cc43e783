"""The commands in README and docs are run, and print what the pages say.

A page's ``console`` blocks hold sessions: a line with ``$`` is a command (``>`` goes on with it), the lines below are what
it prints. ``...`` stands for what is left out: alone for lines, inside a line for a part of it. A page is one session in a
folder with ``examples/`` and ``catalog/``, on the day the pages were written, 80 columns wide.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import pytest

import freehold

ROOT = Path(__file__).parents[2]
DAY = "2026-11-23"
"""Day 0 of every session: days to the end of a contract follow from it."""
PAGES = tuple(
    page
    for page in (*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md")))
    if "```console" in page.read_text(encoding="utf-8")
)


@dataclass
class Command:
    """A command with the lines that it should print, and where it stands."""

    line: int
    text: str
    expected: list[str] = field(default_factory=list)


def commands(page: str) -> list[Command]:
    """Return the commands of a page's console blocks."""
    found: list[Command] = []
    inside = False
    for number, line in enumerate(page.splitlines(), 1):
        if line.startswith("```"):
            inside = line == "```console"
        elif inside and line.startswith("$ "):
            found.append(Command(number, line[2:]))
        elif inside and line[:2] in ("> ", ">") and not found[-1].expected:
            found[-1].text += "\n" + line[2:]
        elif inside:
            found[-1].expected.append(line)
    return found


def pattern(expected: list[str]) -> re.Pattern[str]:
    """Return what output matches: line by line, with anything in place of ``...``."""
    parts = [
        "(?:[^\n]*\n)*" if line == "..." else re.escape(line).replace(r"\.\.\.", "[^\n]*") + "\n" for line in expected
    ]
    return re.compile("".join(parts))


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """A folder with the examples and the catalog."""
    folder = tmp_path / "desk"
    shutil.copytree(ROOT / "examples", folder / "examples")
    (folder / "catalog").symlink_to(ROOT / "catalog")
    return folder


def run(command: str, desk: Path, cache: Path) -> subprocess.CompletedProcess[str]:
    """Run one command as the page's reader would, with no settings but our own."""
    bin_folder = desk.parent / "bin"
    bin_folder.mkdir(exist_ok=True)
    script = bin_folder / "freehold"
    script.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m freehold "$@"\n', encoding="utf-8")
    script.chmod(0o755)
    env = {
        "PATH": f"{bin_folder}:/usr/bin:/bin",
        "HOME": str(desk.parent),
        "XDG_CACHE_HOME": str(cache),
        "PYTHONPATH": str(Path(freehold.__file__).parents[1]),
        "LC_ALL": "C.UTF-8",
        "COLUMNS": "80",
        "FREEHOLD_AS_OF": DAY,
        "PYTHONUNBUFFERED": "1",
    }
    return subprocess.run(
        ["bash", "-c", command],
        cwd=desk,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_sessions_print_what_the_page_says(page: Path, desk: Path, cache: Path) -> None:
    for command in commands(page.read_text(encoding="utf-8")):
        done = run(command.text, desk, cache)
        where = f"{page.relative_to(ROOT)}:{command.line}: {command.text}"
        output = "".join(line.rstrip() + "\n" for line in done.stdout.splitlines())
        assert done.returncode == 0, f"{where}\n{output}"
        assert pattern(command.expected).fullmatch(output), f"{where} prints\n{output}"


def test_pages_are_found() -> None:
    assert ROOT / "README.md" in PAGES
    assert len(commands((ROOT / "README.md").read_text(encoding="utf-8"))) >= 4


def test_what_is_not_left_out_must_agree() -> None:
    assert pattern(["a", "...", "d"]).fullmatch("a\nb\nc\nd\n")
    assert pattern(["a...c"]).fullmatch("abc\n")
    assert not pattern(["a", "d"]).fullmatch("a\nb\nd\n")
    assert not pattern(["a", "...", "d"]).fullmatch("a\nb\n")


def test_links_lead_somewhere() -> None:
    for page in (*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")):
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.relative_to(ROOT)} links to {target}"

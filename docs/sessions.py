"""The sessions in README and docs: read, run, compared with the page, and renewed.

    python docs/sessions.py          # runs every session and writes what it prints into the pages; review the difference

A page's ``console`` blocks hold sessions: a line with ``$`` is a command (``>`` goes on with it), the lines below are what
it prints. ``...`` stands for what is left out: alone for lines, inside a line for a part of it. A page is one session in a
folder with ``examples/`` and ``catalog/``, on the day the pages were written, 80 columns wide.
"""

from __future__ import annotations

import difflib
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

import freehold

ROOT = Path(__file__).resolve().parent.parent
DAY = "2026-11-23"
"""Day 0 of every session: days to the end of a contract follow from it."""
LEFT_OUT = "..."


@dataclass
class Command:
    """A command with the lines that it should print, and the line of the page on which those begin (from 0)."""

    text: str
    below: int
    expected: list[str] = field(default_factory=list)


def pages() -> tuple[Path, ...]:
    """Return the pages with sessions."""
    found = (*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md")))
    return tuple(page for page in found if "```console" in page.read_text(encoding="utf-8"))


def commands(page: str) -> list[Command]:
    """Return the commands of a page's console blocks."""
    found: list[Command] = []
    inside = False
    for number, line in enumerate(page.splitlines()):
        if line.startswith("```"):
            inside = line == "```console"
        elif inside and line.startswith("$ "):
            found.append(Command(line[2:], number + 1))
        elif inside and line[:2] in ("> ", ">") and not found[-1].expected:
            found[-1].text += "\n" + line[2:]
            found[-1].below += 1
        elif inside:
            found[-1].expected.append(line)
    return found


def pattern(expected: list[str]) -> re.Pattern[str]:
    """Return what output matches: line by line, with anything in place of ``...``."""
    return re.compile("".join("(?:[^\n]*\n)*" if line == LEFT_OUT else _line(line) + "\n" for line in expected))


def _line(line: str) -> str:
    return re.escape(line).replace(re.escape(LEFT_OUT), "[^\n]*")


def lay_out(desk: Path) -> None:
    """Make the folder in which a session runs: the examples and the catalog."""
    shutil.copytree(ROOT / "examples", desk / "examples")
    (desk / "catalog").symlink_to(ROOT / "catalog")


def run(command: str, desk: Path, cache: Path) -> tuple[int, str]:
    """Run one command as the page's reader would, with no settings but our own; return exit code and output."""
    script = desk.parent / "bin" / "freehold"
    script.parent.mkdir(exist_ok=True)
    script.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m freehold "$@"\n', encoding="utf-8")
    script.chmod(0o755)
    env = {
        "PATH": f"{script.parent}:/usr/bin:/bin",
        "HOME": str(desk.parent),
        "XDG_CACHE_HOME": str(cache),
        "PYTHONPATH": str(Path(freehold.__file__).parents[1]),
        "PYTHONUNBUFFERED": "1",
        "LC_ALL": "C.UTF-8",
        "COLUMNS": "80",
        "FREEHOLD_AS_OF": DAY,
    }
    done = subprocess.run(  # noqa: S603 the commands are those of our own pages
        ["/bin/bash", "-c", command],
        cwd=desk,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=120,
        check=False,
    )
    return done.returncode, "".join(line.rstrip() + "\n" for line in done.stdout.splitlines())


def renewed(expected: list[str], output: list[str]) -> list[str]:
    """Return ``expected`` made true of ``output``: each stretch of lines begins at the line most like its first one."""
    if pattern(expected).fullmatch("".join(line + "\n" for line in output)):
        return expected
    result: list[str] = []
    at = 0
    for stretch in _stretches(expected):
        rest = output[at:]
        if not rest:
            break
        likeness = [difflib.SequenceMatcher(None, stretch[0], line).ratio() for line in rest]
        start = at + likeness.index(max(likeness))
        result += [LEFT_OUT] * (start > at) + output[start : start + len(stretch)]
        at = start + len(stretch)
    return result + [LEFT_OUT] * (at < len(output))


def _stretches(expected: list[str]) -> list[list[str]]:
    """Return the runs of lines between those left out."""
    found: list[list[str]] = [[]]
    for line in expected:
        if line == LEFT_OUT:
            found.append([])
        else:
            found[-1].append(line)
    return [stretch for stretch in found if stretch]


def renew(page: Path, folder: Path) -> None:
    """Run the session of a page and write what it prints into the page."""
    desk = folder / "desk"
    lay_out(desk)
    text = page.read_text(encoding="utf-8")
    lines, moved = text.splitlines(), 0
    for command in commands(text):
        _, output = run(command.text, desk, folder / "cache")
        new = renewed(command.expected, output.splitlines()) if command.expected else []
        begin = command.below + moved
        lines[begin : begin + len(command.expected)] = new
        moved += len(new) - len(command.expected)
    page.write_text("\n".join([*lines, ""]), encoding="utf-8")


def main() -> None:
    """Renew every page."""
    for page in pages():
        with tempfile.TemporaryDirectory(prefix="freehold-") as folder:
            renew(page, Path(folder))


if __name__ == "__main__":
    main()

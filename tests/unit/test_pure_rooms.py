"""No module of a pure room loads a way to the outside, not even through what it imports.

import-linter sees imports between our modules and the names of external packages; it cannot name ``urllib.request``. Here
each room is imported in a fresh interpreter, module by module, and what is loaded afterwards is looked at.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[2] / "src"
ROOMS = ("model", "graph", "scenarios", "engine", "reports")
OUTSIDE = {"argparse", "http.client", "rich", "socket", "subprocess", "urllib.request"}
XML = "graph.formats"
"""The reader of fault trees parses XML: Python's ``xml.sax``, under every parser, loads ``urllib.request`` by itself."""

PROBE = """
import importlib, sys
for name in sys.argv[2:]:
    importlib.import_module(name)
    print(name, *sorted(set(sys.argv[1].split(",")) & set(sys.modules)))
"""


def modules(room: str) -> list[str]:
    """Return the modules of a room, ``graph.formats`` counted as a room of its own."""
    files = sorted((SOURCE / "freehold" / room.replace(".", "/")).rglob("*.py"))
    names = [".".join(file.relative_to(SOURCE).with_suffix("").parts).removesuffix(".__init__") for file in files]
    return [name for name in names if room == XML or not name.startswith(f"freehold.{XML}")]


def loaded(names: list[str]) -> list[str]:
    """Return a line for each module after which something of ``OUTSIDE`` is loaded."""
    done = subprocess.run(
        [sys.executable, "-c", PROBE, ",".join(sorted(OUTSIDE)), *names],
        env={"PYTHONPATH": str(SOURCE)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return [line for line in done.stdout.splitlines() if " " in line]


@pytest.mark.parametrize("room", ROOMS)
def test_pure_rooms_load_nothing_of_the_outside(room: str) -> None:
    names = modules(room)
    assert names
    assert loaded(names) == []


def test_the_fault_tree_reader_loads_what_the_xml_parser_loads_and_no_more() -> None:
    parser = loaded(["defusedxml.sax"])[0].split()[1:]
    assert set(parser) <= {"http.client", "socket", "urllib.request"}
    assert all(set(line.split()[1:]) <= set(parser) for line in loaded(modules(XML)))


def test_the_probe_sees_an_indirect_import() -> None:
    assert loaded(["xml.sax.saxutils"]) == ["xml.sax.saxutils http.client socket urllib.request"]

"""The page on the engine's Python interface is run, and names everything that is public; importing it stays light."""

from __future__ import annotations

import doctest
import importlib.util
import re
import subprocess
import sys
from pathlib import Path

import pytest

import freehold.engine as engine

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "engine.md"
NEEDS_SAT = "<!-- needs python-sat -->"


def examples(text: str) -> str:
    """Return the page's Python blocks, each at its line; those that need an extra only where it is installed."""
    kept = []
    inside = skipped = False
    for line in text.splitlines():
        if line.startswith("```"):
            inside = line == "```python"
            skipped = skipped and inside
            kept.append("")
            continue
        skipped = skipped or (line == NEEDS_SAT and importlib.util.find_spec("pysat") is None)
        kept.append(line if inside and not skipped else "")
    return "\n".join(kept) + "\n"


def test_every_example_prints_what_the_page_says() -> None:
    found = doctest.DocTestParser().get_doctest(examples(PAGE.read_text("utf-8")), {}, PAGE.name, str(PAGE), 0)
    report: list[str] = []
    done = doctest.DocTestRunner(verbose=False).run(found, out=report.append)
    assert done.attempted > 25
    assert done.failed == 0, "".join(report)


@pytest.mark.parametrize("name", sorted(engine.__all__))
def test_a_public_name_is_there_and_on_the_page(name: str) -> None:
    assert getattr(engine, name).__doc__
    assert re.search(rf"\b{name}\b", PAGE.read_text("utf-8")), f"{name} is not on the page"


def test_a_name_that_is_not_public_is_no_attribute() -> None:
    with pytest.raises(AttributeError, match="no attribute 'guess'"):
        _ = engine.guess  # type: ignore[attr-defined]
    assert set(engine.__all__) <= set(dir(engine))


def test_importing_the_engine_loads_neither_numpy_nor_numba() -> None:
    code = "import sys, freehold.engine; print(sorted({'numpy', 'numba', 'msgspec'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout == "[]\n"

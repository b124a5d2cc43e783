"""The commands in README and docs are run, and print what the pages say; links lead somewhere."""

from __future__ import annotations

import importlib.util
import re
import sys
from pathlib import Path
from types import ModuleType

import pytest

from freehold.drill.running import available

ROOT = Path(__file__).parents[2]


def _sessions() -> ModuleType:
    spec = importlib.util.spec_from_file_location("sessions", ROOT / "docs" / "sessions.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["sessions"] = module
    spec.loader.exec_module(module)
    return module


sessions = _sessions()
PAGES: tuple[Path, ...] = sessions.pages()
DRILLS = ("run-a-drill.md",)
"""Pages whose commands cut parties off, which some systems forbid."""
FORBIDDEN = available()


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_sessions_print_what_the_page_says(page: Path, tmp_path: Path, cache: Path) -> None:
    if page.name in DRILLS and FORBIDDEN:
        pytest.skip(f"namespaces: {FORBIDDEN}")
    desk = tmp_path / "desk"
    sessions.lay_out(desk)
    for command in sessions.commands(page.read_text(encoding="utf-8")):
        code, output = sessions.run(command.text, desk, cache)
        where = f"{page.relative_to(ROOT)}:{command.below}: {command.text}"
        assert code == 0, f"{where}\n{output}"
        assert sessions.pattern(command.expected).fullmatch(output), (
            f"{where} prints\n{output}(python docs/sessions.py)"
        )


def test_pages_are_found() -> None:
    assert ROOT / "README.md" in PAGES
    assert len(sessions.commands((ROOT / "README.md").read_text(encoding="utf-8"))) >= 4


def test_what_is_not_left_out_must_agree() -> None:
    assert sessions.pattern(["a", "...", "d"]).fullmatch("a\nb\nc\nd\n")
    assert sessions.pattern(["a...c"]).fullmatch("abc\n")
    assert not sessions.pattern(["a", "d"]).fullmatch("a\nb\nd\n")
    assert not sessions.pattern(["a", "...", "d"]).fullmatch("a\nb\n")


def test_renewed_pages_are_true_and_as_long() -> None:
    output = ["head 2", "x", "total: 3 lost", "row", "tail"]
    new = sessions.renewed(["head 1", "...", "total: 2 lost", "row", "..."], output)
    assert new == ["head 2", "...", "total: 3 lost", "row", "..."]
    assert sessions.pattern(new).fullmatch("\n".join([*output, ""]))
    assert sessions.renewed(["... records"], ["12 records"]) == ["... records"]


def test_links_lead_somewhere() -> None:
    for page in (*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")):
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.relative_to(ROOT)} links to {target}"

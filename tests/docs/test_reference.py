"""The committed pages of ``docs/reference`` are what the code says."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from freehold.errors import FreeholdError

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def generate() -> ModuleType:
    spec = importlib.util.spec_from_file_location("generate", ROOT / "docs" / "generate.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    "page", ["settings.md", "freehold-toml.md", "scenarios.md", "exit-codes.md", "assessment.schema.json"]
)
def test_the_page_is_what_the_code_says(generate: ModuleType, page: str) -> None:
    written = (ROOT / "docs" / "reference" / page).read_text(encoding="utf-8")
    assert written == generate.PAGES[page](), "python docs/generate.py"


def test_every_generated_page_has_its_maker(generate: ModuleType) -> None:
    marked = [p.name for p in (ROOT / "docs" / "reference").glob("*.md") if generate.GENERATED in p.read_text("utf-8")]
    assert set(marked) == {name for name in generate.PAGES if name.endswith(".md")}


def test_exit_codes_of_errors_are_documented() -> None:
    page = (ROOT / "docs" / "reference" / "exit-codes.md").read_text(encoding="utf-8")
    errors: list[type[FreeholdError]] = [FreeholdError, *FreeholdError.__subclasses__()]
    assert all(f"| {error.exit_code} |" in page for error in errors)


def test_readme_and_reference_give_the_same_exit_codes() -> None:
    table = [line for line in (ROOT / "README.md").read_text(encoding="utf-8").splitlines() if line[:3] in _ROWS]
    page = (ROOT / "docs" / "reference" / "exit-codes.md").read_text(encoding="utf-8").splitlines()
    assert [line.replace("`", "") for line in table] == [line for line in page if line[:3] in _ROWS]


_ROWS = tuple(f"| {code}" for code in range(5))

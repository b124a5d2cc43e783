"""The wheel carries the scenarios beside the catalog's index, where ``scenario_files`` looks for them."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import pytest

from freehold.catalog.scenario_files import FOLDER, load_scenarios

ROOT = Path(__file__).parents[2]


def forced(root: Path, target: str, version: str) -> dict[str, str]:
    """Run the build hook over ``root`` and return the files that it adds: path to place in the wheel."""
    pytest.importorskip("hatchling")
    spec = importlib.util.spec_from_file_location("hatch_build", ROOT / "hatch_build.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    build_data: dict[str, Any] = {"force_include": {}}
    hook = module.CatalogHook(str(root), {}, None, None, str(root), target)
    hook.initialize(version, build_data)
    hook.finalize(version, build_data, "")
    added: dict[str, str] = build_data["force_include"]
    return added


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    (tmp_path / "catalog" / "suppliers").mkdir(parents=True)
    (tmp_path / "scenarios").mkdir()
    for name in ("us-denies.toml", "home-ban.toml"):
        (tmp_path / "scenarios" / name).write_bytes((ROOT / "scenarios" / name).read_bytes())
    return tmp_path


def test_the_wheel_gets_every_scenario(checkout: Path) -> None:
    added = forced(checkout, "wheel", "standard")
    scenarios = {place for place in added.values() if "/scenarios/" in place}
    assert scenarios == {"freehold/_data/scenarios/us-denies.toml", "freehold/_data/scenarios/home-ban.toml"}


def test_an_editable_install_reads_the_checkout(checkout: Path) -> None:
    assert forced(checkout, "wheel", "editable") == {}


def test_packaged_scenarios_go_before_the_checkout(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = checkout / "package"
    (package / "_data").mkdir(parents=True)
    (checkout / "scenarios").rename(package / "_data" / FOLDER)
    monkeypatch.setattr("freehold.catalog.scenario_files.PACKAGE", package)
    assert list(load_scenarios()) == ["home-ban", "us-denies"]

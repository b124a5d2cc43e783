"""The build hook puts one index into the wheel, refuses broken records, and leaves editable installs alone."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import pytest
from small_catalog import FILES, write_catalog

from freehold.catalog.index import Index
from freehold.model.jurisdictions import NAMES
from freehold.model.records import Supplier

ROOT = Path(__file__).parents[3]


def hook(root: Path, target: str = "wheel") -> Any:
    """Load ``hatch_build.py`` as hatchling does."""
    pytest.importorskip("hatchling")
    spec = importlib.util.spec_from_file_location("hatch_build", ROOT / "hatch_build.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.CatalogHook(str(root), {}, None, None, str(root), target)


def test_the_wheel_gets_the_index(tmp_path: Path) -> None:
    write_catalog(tmp_path / "catalog")
    built = hook(tmp_path)
    build_data: dict[str, Any] = {"force_include": {}}
    built.initialize("standard", build_data)
    ((path, target),) = build_data["force_include"].items()
    assert target == "freehold/_data/catalog.index"
    index = Index(Path(path).read_bytes())
    assert len(index.ids(Supplier)) == sum(1 for name in FILES if name.startswith("suppliers/"))
    built.finalize("standard", build_data, "")
    assert not Path(path).exists()


@pytest.mark.parametrize(("target", "version"), [("wheel", "editable"), ("sdist", "standard")])
def test_other_builds_get_none(tmp_path: Path, target: str, version: str) -> None:
    build_data: dict[str, Any] = {"force_include": {}}
    hook(write_catalog(tmp_path), target).initialize(version, build_data)
    assert build_data == {"force_include": {}}


def test_broken_records_fail_the_build(tmp_path: Path) -> None:
    write_catalog(tmp_path / "catalog", {"suppliers/bad.toml": "id ="})
    with pytest.raises(SystemExit, match=r"bad\.toml"):
        hook(tmp_path).initialize("standard", {"force_include": {}})


def test_jurisdictions_are_the_iso_codes_and_kosovo() -> None:
    assert len(NAMES) == 249 + 1
    assert all(len(code) == 2 and code.isupper() and name for code, name in NAMES.items())

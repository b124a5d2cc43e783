"""Build hook: what the wheel carries as ``freehold/_data``: ``catalog/`` compiled into one index file, and ``scenarios/``.

Nothing is added to an editable install: a checkout reads its own ``catalog/`` (through the user's cache) and ``scenarios/``.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

DATA = "freehold/_data"
TARGET = f"{DATA}/catalog.index"


class CatalogHook(BuildHookInterface[Any]):
    """Compiles the catalog and adds index and scenarios to the wheel; a broken record fails the build."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile into a folder aside and name that file and the scenarios for inclusion."""
        if self.target_name != "wheel" or version == "editable":
            return
        root = Path(self.root)
        sys.path.insert(0, str(root / "src"))
        try:
            from freehold.catalog.index import compile_index
            from freehold.catalog.loading import load_folder
        finally:
            sys.path.pop(0)
        records, problems = load_folder(root / "catalog")
        if problems:
            raise SystemExit("\n".join(["the catalog cannot be packaged:", *map(str, problems)]))
        self._aside = tempfile.TemporaryDirectory(prefix="freehold-")
        path = Path(self._aside.name) / "catalog.index"
        path.write_bytes(compile_index(records))
        build_data["force_include"][str(path)] = TARGET
        for scenario in sorted((root / "scenarios").glob("*.toml")):
            build_data["force_include"][str(scenario)] = f"{DATA}/scenarios/{scenario.name}"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Remove the folder aside."""
        if aside := getattr(self, "_aside", None):
            aside.cleanup()

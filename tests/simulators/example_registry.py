"""The registry of ``examples/vaulted``, loaded as a module: makers of packages, and a Python and npm registry."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

EXAMPLE = Path(__file__).parents[2] / "examples" / "vaulted"


def load() -> ModuleType:
    """Return the module."""
    spec = importlib.util.spec_from_file_location("vaulted_registry", EXAMPLE / "registry.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


registry = load()

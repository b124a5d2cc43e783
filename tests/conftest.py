"""Builders of one test folder may be used by the others, and no setting of the machine reaches a test."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
SHARED_BUILDERS = (
    "scenarios",
    "engine",
    "simulators",
    "unit/catalog",
    "unit/cli",
    "unit/drill",
    "unit/inventory",
    "unit/vault",
)
"""Folders with modules of builders; without packages, pytest finds only those beside a test."""

sys.path[:0] = [str(HERE / folder) for folder in SHARED_BUILDERS if str(HERE / folder) not in sys.path]


@pytest.fixture(autouse=True)
def _no_settings_of_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take away what the environment could change: settings of the tool, colours, widths."""
    for name in list(os.environ):
        if name.startswith("FREEHOLD_") and name != "FREEHOLD_SHARED":
            monkeypatch.delenv(name)
    for name in ("COLUMNS", "NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)

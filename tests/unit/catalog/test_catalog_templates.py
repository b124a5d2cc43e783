"""The templates to copy are sound records themselves: their format is read, and every rule on one record holds."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from freehold.catalog import rules_within
from freehold.catalog.loading import Records, load_file
from freehold.catalog.rule import Setting
from freehold.catalog.rules import RULES, problems_of
from freehold.model.records import FOLDERS

TEMPLATES = Path(__file__).parents[3] / "docs" / "templates"


@pytest.mark.parametrize("folder", FOLDERS)
def test_there_is_a_sound_template_of_each_kind(folder: str) -> None:
    file = load_file(TEMPLATES / f"{folder}.toml", FOLDERS[folder])
    setting = Setting(Records([file]), date(2026, 6, 1))
    rules = [rule for rule in RULES if rule.__module__ == rules_within.__name__]
    assert len(rules) > 5
    assert [str(problem) for rule in rules for problem in problems_of(file, rule, setting)] == []

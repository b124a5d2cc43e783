"""The catalog itself: every record keeps every rule, one test each, and what two may not both claim is claimed once."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from freehold.catalog.claimed import claimed_once
from freehold.catalog.loading import load_folder
from freehold.catalog.rule import Rule, Setting
from freehold.catalog.rules import RULES, problems_of

CATALOG = Path(__file__).parents[2] / "catalog"
RECORDS, UNREAD = load_folder(CATALOG)
FILES = {str(Path(file.path).relative_to(CATALOG)): file for file in RECORDS.files()}
SETTING = Setting(RECORDS, datetime.now(UTC).date())


def test_there_is_a_catalog() -> None:
    assert len(FILES) > 100


def test_every_file_has_the_format() -> None:
    assert [str(problem) for problem in UNREAD] == []


PAIRS = [(name, rule) for name, file in FILES.items() for rule, kinds in RULES.items() if type(file.record) in kinds]


@pytest.mark.parametrize(("name", "rule"), PAIRS, ids=[f"{name}-{rule.__name__}" for name, rule in PAIRS])
def test_record(name: str, rule: Rule) -> None:
    assert [str(problem) for problem in problems_of(FILES[name], rule, SETTING)] == []


def test_nothing_is_claimed_twice() -> None:
    assert [str(problem) for problem in claimed_once(RECORDS)] == []

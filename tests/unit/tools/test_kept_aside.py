"""The sample of kept-aside components without supplier or jurisdiction: no person by name, and what it means for the whole."""

from __future__ import annotations

import csv
import importlib
from collections import Counter
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parents[3] / "benchmarks"


def test_only_organisations_are_named() -> None:
    with (BENCHMARKS / "kept_aside_holders.csv").open(encoding="utf-8", newline="") as stream:
        entries = list(csv.DictReader(stream))
    assert len({entry["purl"] for entry in entries}) == len(entries)
    assert all(bool(entry["organisation"]) == (entry["holder"] == "organisation") for entry in entries)


def test_the_highest_share_that_can_be_reached_follows_from_the_sample(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    kept_aside = importlib.import_module("kept_aside")
    monkeypatch.setattr(kept_aside, "WITHOUT", 60)
    monkeypatch.setattr(kept_aside, "WITH_A_PURL", 100)
    assert kept_aside.reachable(0, 10).startswith("40% (interval 40% to ")
    assert kept_aside.reachable(5, 10).startswith("70% ")
    text = "\n".join(kept_aside.holders(Counter(person=6, organisation=3, community=1)))
    assert "| person | 6 | 60% | 31% to 83% |" in text
    assert "would be 58% " in text
    assert "jurisdiction too, 64% " in text

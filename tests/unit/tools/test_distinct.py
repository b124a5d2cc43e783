"""What is no software is not counted among the components whose supplier and licence are wanted."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

import pytest

from freehold.model.component import Component, ComponentKey, ComponentKind
from freehold.model.stack import Identified, Stack
from freehold.model.subject import Project


@pytest.fixture
def stack(monkeypatch: pytest.MonkeyPatch) -> Stack:
    monkeypatch.syspath_prepend(str(Path(__file__).parents[3] / "benchmarks"))
    purl = "pkg:huggingface/acme/words@1"
    listed = (
        Component(ComponentKey("a"), "leaf", kind=ComponentKind.LIBRARY),
        Component(ComponentKey("b"), "settings", kind=ComponentKind.DATASET),
        Component(ComponentKey(purl), "words", kind=ComponentKind.DATASET, purls=(purl,)),
    )
    asset = Component(ComponentKey("c"), "AES-256", kind=ComponentKind.CRYPTOGRAPHY)
    return Stack(Project(), tuple(Identified(one) for one in listed), no_software=(asset,))


def test_only_software_is_counted(stack: Stack) -> None:
    distinct = importlib.import_module("distinct")
    found: dict[str, object] = {}
    distinct.count(found, "bom", stack)
    assert sorted(found) == ["library: leaf", "pkg:huggingface/acme/words"]
    names = set(distinct.no_software(stack))
    assert names == {"cryptographic-asset: AES-256", "dataset: settings"}
    assert next(iter(distinct.not_counted(names))).startswith("Not counted above: 2 things")
    sys.modules.pop("distinct")

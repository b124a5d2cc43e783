"""Hostile texts cost the readers of models no more than their length."""

from __future__ import annotations

import time

import pytest

from freehold.inventory.models import ModelNames
from freehold.inventory.reader import Document, UnreadableError
from freehold.inventory.weights import READERS

SIZE = 1 << 20
UNITS = {
    "words": "model ",
    "assignments": "model=",
    "quotes": "model='\"`",
    "flags": "--model ",
    "short flags": " -hf ",
    "calls": "load_dataset(",
    "pipelines": "pipeline('a-b', ",
    "addresses": "base_url=https://",
    "ollama": "ollama run ",
    "defaults": "getenv('MODEL', ",
    "slashes": "model=a/",
    "colons": 'model="a:',
    "dashes": "---\n",
    "from": "FROM a",
}


@pytest.mark.parametrize("unit", UNITS.values(), ids=UNITS.keys())
@pytest.mark.parametrize("name", ["a.py", "README.md", "Modelfile", "x.dvc", "config.json"])
def test_a_megabyte(unit: str, name: str) -> None:
    whole = unit * (SIZE // len(unit))
    lines = "\n".join(unit * (3990 // len(unit)) for _ in range(SIZE // 4000))
    for text in (whole, lines, "---\npipeline_tag: x\nmodel_name: " + whole + "\n---\n", "outs: \n- path: " + whole):
        data = text.encode()
        for reader in (ModelNames(), *READERS):
            if not reader.accepts(name, data[:4096]):
                continue
            start = time.process_time()
            try:
                reader.read(Document(name, data))
            except UnreadableError:
                continue
            finally:
                assert time.process_time() - start < 4.0

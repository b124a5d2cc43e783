"""Hostile texts cost no more than their length: a megabyte of each is read in a moment."""

from __future__ import annotations

import time

import pytest
from service_cases import read

SIZE = 1 << 20
LINES = {
    "spaces": " ",
    "assignments": "A_B=",
    "keys": "a.b-",
    "quotes": "\"'`",
    "addresses": "https://",
    "labels": "a.",
    "scripts": "<script ",
    "attributes": "<link rel= href=",
    "imports": "@import url(",
    "fonts": "url(//a.b",
    "fetches": "fetch(",
    "wrappers": "${A:-",
    "environment": "process.env.",
    "names": "A_",
    "kits": "from google.cloud import a, ",
    "providers": "socialProviders ",
    "nulls": "\0",
    "angle brackets": "<",
}


@pytest.mark.parametrize("unit", LINES.values(), ids=LINES.keys())
@pytest.mark.parametrize("name", [".env", "a.yaml", "a.ts", "config/a.py", "a.html"])
def test_a_megabyte_on_one_line_and_in_long_lines(unit: str, name: str) -> None:
    whole = unit * (SIZE // len(unit))
    lines = "\n".join(unit * (1990 // len(unit)) for _ in range(SIZE // 2000))
    for text in (whole, lines, "api_url: " + whole, "\n".join("api_url = " + line for line in lines.splitlines())):
        start = time.process_time()
        read(text, name)
        assert time.process_time() - start < 3.0

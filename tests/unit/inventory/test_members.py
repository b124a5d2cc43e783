"""Globs of workspaces: what they take in, and that hostile ones take no time."""

from __future__ import annotations

import time

import pytest

from freehold.inventory.lockfiles.bun import strip_json_extras
from freehold.inventory.members import _matches


@pytest.mark.parametrize(
    ("path", "globs", "is_member"),
    [
        ("packages/a", ["packages/*"], True),
        ("packages/a/b", ["packages/*"], False),
        ("packages/a/b", ["packages/**"], True),
        ("packages/a", ["./packages/*/"], True),
        ("packages/a", ["packages/a"], True),
        ("packages/ab", ["packages/a"], False),
        ("packages/old", ["packages/*", "!packages/old"], False),
        ("packages/old", ["!packages/old", "packages/*"], True),
        ("a/x/y/web", ["a/**/web"], True),
        ("a/web", ["a/**/web"], True),
        ("a/web/x", ["a/**/web"], False),
        ("apps/web-shop", ["apps/web-*"], True),
        ("apps/web", ["apps/w*b*b"], False),
        ("apps/webb", ["apps/w*b*b"], True),
        ("x", ["*"], True),
        ("x", [], False),
    ],
)
def test_globs(path: str, globs: list[str], is_member: bool) -> None:
    assert _matches(path, globs) is is_member


def test_hostile_globs_and_texts_take_no_time() -> None:
    start = time.process_time()
    assert not _matches("/".join(["a" * 200] * 60), ["/".join(["**", "*a*a*a*a*a*b"] * 200)])
    for text in ("/*" * 200_000, '\\"' * 200_000, '"' + "\\" * 200_001, ", " * 200_000):
        strip_json_extras(text)
    assert time.process_time() - start < 5

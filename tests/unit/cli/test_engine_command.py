"""``freehold engine``: fault trees and package lists from files and standard input, budgets, refusals, exit codes."""

from __future__ import annotations

import gzip
import io
import json
import lzma
import sys
from pathlib import Path
from typing import Any

import pytest

from freehold.cli import main

TREE = """<?xml version="1.0"?>
<opsa-mef>
  <define-fault-tree name="shop">
    <define-gate name="closed"><or><gate name="no money"/><basic-event name="fire"/></or></define-gate>
    <define-gate name="no money"><atleast min="2">
      <basic-event name="bank"/><basic-event name="card"/><basic-event name="cash"/></atleast></define-gate>
  </define-fault-tree>
  <model-data>
    <define-basic-event name="fire"><float value="0.01"/></define-basic-event>
    <define-basic-event name="bank"><float value="0.1"/></define-basic-event>
    <define-basic-event name="card"><float value="0.2"/></define-basic-event>
    <define-basic-event name="cash"><float value="0.5"/></define-basic-event>
  </model-data>
</opsa-mef>
"""
GRAPH = json.dumps(
    {
        "top": "down",
        "nodes": [
            {"name": "a", "probability": [0.1, 0.2, 0.4]},
            {"name": "b", "probability": 0.5},
            {"name": "down", "kind": "and", "children": ["a", "b"]},
        ],
    }
)
PACKAGES = """Package: libc
Version: 1
Maintainer: Ada <ada@example.org>
Source: glibc

Package: shell
Version: 1
Maintainer: Bo <bo@example.org>
Depends: libc

Package: editor
Version: 1
Maintainer: Ada <ada@example.org>
Depends: shell | libc, gone
"""
BANK_CARD_CASH = 0.1 * 0.2 + 0.1 * 0.5 + 0.2 * 0.5 - 2 * 0.1 * 0.2 * 0.5


@pytest.fixture(autouse=True)
def wide(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "120")


def run(*words: str | Path) -> tuple[int, str, str]:
    stdout, stderr = io.StringIO(), io.StringIO()
    return main(["engine", *map(str, words)], io.StringIO(), stdout, stderr), stdout.getvalue(), stderr.getvalue()


def answer(*words: str | Path) -> Any:
    code, out, errors = run(*words, "-f", "json")
    assert (code, errors) == (0, "")
    return json.loads(out)


def file(folder: Path, content: str | bytes, name: str = "input") -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def test_a_fault_tree_gives_cut_sets_probability_and_importances(tmp_path: Path) -> None:
    found = answer(file(tmp_path, TREE))
    assert found["schema_version"] == "1.0"
    (tree,) = found["trees"]
    assert (tree["top"], tree["coherent"], tree["leaves"], tree["gates"]) == ("closed", True, 4, 2)
    assert tree["counts"]["by_order"] == [0, 1, 3]
    assert tree["cut_sets"][0] == ["fire"]
    assert [set(one) for one in tree["cut_sets"][1:]] == [{"bank", "card"}, {"bank", "cash"}, {"card", "cash"}]
    assert tree["probability"] == pytest.approx(1 - 0.99 * (1 - BANK_CARD_CASH))
    fire = next(leaf for leaf in tree["importances"] if leaf["name"] == "fire")
    assert fire["birnbaum"] == pytest.approx(1 - BANK_CARD_CASH)
    assert tree["notes"] == []


def test_the_terminal_shows_counts_sets_and_measures(tmp_path: Path) -> None:
    code, out, _ = run(file(tmp_path, TREE))
    assert code == 0
    for text in ("closed  [shop]", "minimal cut sets: 4", "4 leaves, 2 gates, coherent", "RAW", "fire"):
        assert text in out
    assert f"probability: {1 - 0.99 * (1 - BANK_CARD_CASH):.6g}" in out


def test_nothing_is_listed_but_all_is_counted_on_request(tmp_path: Path) -> None:
    (tree,) = answer(file(tmp_path, TREE), "--most", "0")["trees"]
    assert (tree["counts"]["by_order"], tree["cut_sets"]) == ([0, 1, 3], [])
    (tree,) = answer(file(tmp_path, TREE), "--order", "1")["trees"]
    assert (tree["cut_sets"], tree["complete_to"]) == ([["fire"]], 1)
    (tree,) = answer(file(tmp_path, TREE), "--most", "2")["trees"]
    assert len(tree["cut_sets"]) == 2
    assert "limit of 2" in tree["notes"][0]


def test_another_top_is_a_tree_of_its_own(tmp_path: Path) -> None:
    (tree,) = answer(file(tmp_path, TREE), "--top", "no money")["trees"]
    assert (tree["top"], tree["leaves"], tree["gates"]) == ("no money", 3, 1)
    assert tree["probability"] == pytest.approx(BANK_CARD_CASH)
    code, _, errors = run(file(tmp_path, TREE), "--top", "no mony")
    assert code == 2
    assert "did you mean no money" in errors


def test_a_json_graph_is_recognised_on_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"\xef\xbb\xbf \n" + GRAPH.encode())))
    code, out, _ = run("-")
    assert code == 0
    assert "probability: 0.1, from 0.05 to 0.2" in out


def test_a_budget_that_is_used_up_is_said_and_fails_strict(tmp_path: Path) -> None:
    path = file(tmp_path, TREE)
    (tree,) = answer(path, "--budget", "1")["trees"]
    assert tree["counts"] is None
    assert tree["probability"] is None
    assert any("budget of 1" in note for note in tree["notes"])
    exact = 1 - 0.99 * (1 - BANK_CARD_CASH)
    assert tree["range"]["low"] - 1e-12 <= exact <= tree["range"]["high"] + 1e-12
    code, out, _ = run(path, "--budget", "1", "--strict")
    assert code == 4
    assert "not counted in full" in out
    assert run(path, "--strict")[0] == 0


def test_a_non_coherent_tree_beyond_its_budget_is_refused(tmp_path: Path) -> None:
    path = file(tmp_path, TREE.replace('<gate name="no money"/>', '<not><gate name="no money"/></not>'))
    assert run(path)[0] == 0
    code, out, errors = run(path, "--budget", "1")
    assert (code, out) == (4, "")
    assert "closed: the budget of 1 diagram nodes" in errors
    assert "remedy: allow a larger budget" in errors


def test_unknown_probabilities_are_no_zeros(tmp_path: Path) -> None:
    graph = '{"top": "down", "nodes": [{"name": "down", "kind": "or", "children": ["x"]}]}'
    code, out, _ = run(file(tmp_path, graph))
    assert code == 0
    assert "probability: not known" in out
    assert "1 leaves state none: x" in out


@pytest.mark.parametrize(
    ("content", "words", "code", "reason"),
    [
        ("hello", (), 3, "neither Open-PSA XML nor a JSON graph"),
        (PACKAGES, (), 3, "--debian"),
        ("", (), 3, "neither"),
        (GRAPH, ("--vanished", "a"), 2, "add --debian"),
        (PACKAGES, ("--debian", "--top", "a"), 2, "leave it out"),
        (PACKAGES, ("--debian", "--vanished", ","), 2, "names no package"),
        (PACKAGES, ("--debian", "--vanished", "shel"), 3, "did you mean shell"),
        (GRAPH, ("--order", "-1"), 2, "argument --order"),
        ("<opsa-mef/>", (), 3, "no gate is defined"),
        (b"\x04\x22\x4d\x18rest", ("--debian",), 3, "lz4 -dc"),
    ],
)
def test_what_makes_no_sense_is_refused_with_a_remedy(
    tmp_path: Path, content: str | bytes, words: tuple[str, ...], code: int, reason: str
) -> None:
    got, out, errors = run(file(tmp_path, content), *words)
    assert (got, out) == (code, "")
    assert reason in errors
    assert "remedy:" in errors


def test_files_that_cannot_be_read_or_joined_are_errors(tmp_path: Path) -> None:
    code, _, errors = run(tmp_path / "none")
    assert (code, "none: cannot be read" in errors) == (3, True)
    assert run(file(tmp_path, GRAPH, "a"), file(tmp_path, TREE, "b"))[0] == 2
    assert run(file(tmp_path, PACKAGES, "a"), file(tmp_path, PACKAGES, "b"), "--debian")[0] == 2


def test_one_model_may_come_in_several_files(tmp_path: Path) -> None:
    start, end = TREE.index("<model-data>"), TREE.index("</model-data>") + len("</model-data>")
    data = file(tmp_path, f"<opsa-mef>{TREE[start:end]}</opsa-mef>", "data")
    (tree,) = answer(file(tmp_path, TREE[:start] + TREE[end:], "tree"), data)["trees"]
    assert tree["probability"] == pytest.approx(1 - 0.99 * (1 - BANK_CARD_CASH))


@pytest.mark.parametrize("pack", [bytes, gzip.compress, lzma.compress])
def test_if_a_package_vanished(tmp_path: Path, pack: Any) -> None:
    path = file(tmp_path, pack(PACKAGES.encode()))
    found = answer(path, "--debian", "--vanished", "shell")
    assert found["vanished"] == ["shell"]
    assert [one["name"] for one in found["lost"]] == ["shell"], "the editor has an alternative"
    assert found["outside"] == ["gone"]
    found = answer(path, "--debian", "--vanished", "libc")
    assert [one["name"] for one in found["lost"]] == ["libc", "shell", "editor"]
    code, out, _ = run(path, "--debian", "--vanished", "shell, libc", "--by", "maintainer")
    assert code == 0
    assert "If shell, libc vanished" in out
    assert "3 of 3 packages are lost (100.0 %)" in out
    assert out.index("Ada <ada@example.org>") < out.index("Bo <bo@example.org>")
    assert "1 clause that nothing here meets (gone)" in out


def test_whose_loss_loses_most(tmp_path: Path) -> None:
    path = file(tmp_path, PACKAGES)
    found = answer(path, "--debian", "--by", "maintainer")
    assert [(one["name"][:3], one["own"], one["lost"]) for one in found["impacts"]] == [("Ada", 2, 3), ("Bo ", 1, 1)]
    assert [one["name"] for one in answer(path, "--debian", "--most", "1")["impacts"]] == ["libc"]
    code, out, _ = run(path, "--debian", "--most", "1")
    assert code == 0
    assert "and 2 others: --most shows more" in out
    assert run(path, "--debian", "--strict")[0] == 4, "a clause that nothing meets is unknown"


def test_names_cannot_write_to_the_terminal_and_output_goes_to_a_file(tmp_path: Path) -> None:
    graph = GRAPH.replace('"a"', '"a\\u001b[31m"')
    target = tmp_path / "out.txt"
    code, out, _ = run(file(tmp_path, graph), "-o", target)
    assert (code, out) == (0, "")
    assert "\x1b" not in target.read_text("utf-8")
    assert "a\N{REPLACEMENT CHARACTER}[31m" in target.read_text("utf-8")

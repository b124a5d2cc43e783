"""Reading Open-PSA MEF: formulas, names, expressions, and what is refused."""

from __future__ import annotations

import math
import os
from pathlib import Path

import pytest

from freehold.engine.diagrams.analysis import analyse
from freehold.errors import InputError
from freehold.graph.formats.openpsa import read_open_psa

SMALL = (
    Path(os.environ.get("FREEHOLD_SHARED", Path(__file__).parents[4] / ".." / "shared" / "data")) / "aralia" / "small"
)

EVENTS = "".join(
    f'<define-basic-event name="{name}"><float value="{p}"/></define-basic-event>'
    for name, p in (("a", 0.1), ("b", 0.2))
)


def _model(gates: str, rest: str = EVENTS) -> bytes:
    return f'<opsa-mef><define-fault-tree name="t">{gates}</define-fault-tree>{rest}</opsa-mef>'.encode()


def _probability(formula: str, rest: str = EVENTS) -> float | None:
    gate = f'<define-gate name="top">{formula}</define-gate>'
    (tree,) = read_open_psa([("m.xml", _model(gate, f"<model-data>{rest}</model-data>"))])
    return analyse(tree).probability


A, B = '<event name="a"/>', '<basic-event name="b"/>'


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        (f"<and>{A}{B}</and>", 0.02),
        (f"<or>{A}{B}</or>", 0.28),
        (f"<not>{A}</not>", 0.9),
        (f"<nand>{A}{B}</nand>", 0.98),
        (f"<nor>{A}{B}</nor>", 0.72),
        (f"<xor>{A}{B}</xor>", 0.1 * 0.8 + 0.9 * 0.2),
        (f"<iff>{A}{B}</iff>", 1 - (0.1 * 0.8 + 0.9 * 0.2)),
        (f"<imply>{A}{B}</imply>", 1 - 0.1 * 0.8),
        (f'<atleast min="1">{A}{B}</atleast>', 0.28),
        (f'<atleast min="2">{A}{B}</atleast>', 0.02),
        (f'<cardinality min="1" max="1">{A}{B}</cardinality>', 0.1 * 0.8 + 0.9 * 0.2),
        (f'<cardinality min="0" max="2">{A}{B}</cardinality>', 1.0),
        (f'<or><and>{A}<constant value="true"/></and><constant value="false"/></or>', 0.1),
        (f"<or>{A}<not><or>{A}{B}</or></not></or>", 0.1 + 0.9 * 0.8),
        (A, 0.1),
    ],
)
def test_formulas(formula: str, expected: float) -> None:
    assert _probability(formula) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ('<mul><float value="0.5"/><float value="0.5"/></mul>', 0.25),
        ("<sub><float value='0.5'/><float value='0.1'/><float value='0.1'/></sub>", 0.3),
        ('<exponential><float value="1e-5"/><system-mission-time/></exponential>', 1 - math.exp(-0.0876)),
        ('<exponential><parameter name="rate"/><float value="100"/></exponential>', 1 - math.exp(-0.2)),
        ('<lognormal-deviate><float value="0.02"/><float value="3"/><float value="0.95"/></lognormal-deviate>', 0.02),
        ('<uniform-deviate><float value="0.1"/><float value="0.3"/></uniform-deviate>', 0.2),
        (
            '<Weibull><float value="10"/><float value="2"/><float value="0"/><float value="5"/></Weibull>',
            1 - math.exp(-0.25),
        ),
        ('<bool value="true"/>', 1.0),
    ],
)
def test_expressions(expression: str, expected: float) -> None:
    rest = f"""<define-basic-event name="a"><label>x</label>{expression}</define-basic-event>
    <define-parameter name="rate"><mul><float value="0.001"/><int value="2"/></mul></define-parameter>"""
    assert _probability(A, rest) == pytest.approx(expected)


def test_house_events_and_private_names() -> None:
    gates = """<define-gate name="top"><or><gate name="c.inner"/><gate name="inner"/></or></define-gate>
    <define-gate name="inner"><and><house-event name="on"/><event name="a"/></and></define-gate>
    <define-component name="c" role="private">
      <define-gate name="inner"><and><event name="b"/><gate name="deeper"/></and></define-gate>
      <define-gate name="deeper"><event name="a"/></define-gate>
    </define-component>
    <define-house-event name="on"><constant value="true"/></define-house-event>"""
    (tree,) = read_open_psa([("m.xml", _model(gates, f"<model-data>{EVENTS}</model-data>"))])
    result = analyse(tree)
    assert result.cut_sets == (("a",),)
    assert result.probability == pytest.approx(0.1)


def test_an_event_without_a_definition_is_a_leaf_of_unknown_probability() -> None:
    (tree,) = read_open_psa([("m.xml", _model(f'<define-gate name="top"><or>{A}{B}</or></define-gate>', ""))])
    result = analyse(tree)
    assert result.cut_sets == (("a",), ("b",))
    assert result.probability is None
    assert "2 leaves state none: a, b" in result.notes[0]


@pytest.mark.parametrize(
    ("document", "place", "reason"),
    [
        (b"<opsa-mef>\n<oops></opsa-mef>", "m.xml:2", "not well-formed"),
        (b'<!DOCTYPE x [<!ENTITY e "e">]><opsa-mef/>', "m.xml", "entities"),
        (b"<html/>", "m.xml:1", "root element"),
        (b"<opsa-mef/>", "m.xml", "no gate"),
        (_model('\n<define-gate name="top"><gate name="gone"/></define-gate>'), "m.xml:2", "'gone' is not defined"),
        (
            _model(
                '<define-gate name="g"><gate name="h"/></define-gate>\n'
                '<define-gate name="h"><gate name="g"/></define-gate>'
            ),
            "m.xml:1",
            "cycle",
        ),
        (
            _model(
                '<define-gate name="top"><gate name="g"/></define-gate><define-gate name="g"><gate name="h"/></define-gate>'
                '<define-gate name="h"><gate name="g"/></define-gate>'
            ),
            "m.xml:1",
            "depends on itself",
        ),
        (
            _model(f'<define-gate name="g">{A}</define-gate>\n<define-gate name="g">{B}</define-gate>'),
            "m.xml:2",
            "defined twice",
        ),
        (_model('<define-gate name="g"><basic-event name="g"/></define-gate>'), "m.xml:1", "used as <basic-event>"),
        (_model('<define-gate name="g"><xor><event name="a"/></xor></define-gate>'), "m.xml:1", "1 arguments"),
        (_model('<define-gate name="g"><atleast min="x"><event name="a"/></atleast></define-gate>'), "m.xml:1", "whole number"),
        (_model('<define-gate name="g"><atleast min="3"><event name="a"/></atleast></define-gate>'), "m.xml:1", "min=3 of 1"),
        (_model('<define-gate name="g"><frob/></define-gate>'), "m.xml:1", "<frob>"),
        (_model("<define-gate><event name='a'/></define-gate>"), "m.xml:1", "no name"),
        (_model("<define-CCF-group name='x' model='beta-factor'/>"), "m.xml:1", "not supported"),
        (_model('<define-gate name="g">' + "<not>" * 300 + "</not>" * 300 + "</define-gate>"), "m.xml:1", "nested"),
        (b'<?xml version="1.0" encoding="no-such"?><opsa-mef/>', "m.xml", "encoding"),
    ],
)  # fmt: skip
def test_refused(document: bytes, place: str, reason: str) -> None:
    with pytest.raises(InputError, match=reason) as refused:
        read_open_psa([("m.xml", document)])
    assert refused.value.where.startswith(place)
    assert refused.value.remedy


@pytest.mark.parametrize(
    "expression",
    [
        '<float value="2"/>',
        '<float value="nan"/>',
        "<parameter name='p'/>",
        "<div><float value='1'/><int value='0'/></div>",
        "<frob/>",
    ],
)
def test_expressions_that_are_no_probability_are_refused(expression: str) -> None:
    rest = f"""<define-basic-event name="a">{expression}</define-basic-event>
    <define-parameter name="p"><parameter name="p"/></define-parameter>"""
    with pytest.raises(InputError):
        _probability(A, rest)


@pytest.mark.skipif(not SMALL.is_dir(), reason="the small Open-PSA trees are not beside this repository")
@pytest.mark.parametrize(  # counts and probabilities as SCRAM 0.16.2 gives them
    ("names", "sets", "probability"),
    [
        (["theatre"], 2, 0.03 * (1 - 0.98 * 0.95)),
        (["two_train"], 4, 0.85**2),
        (["SmallTree"], 2, 0.0267768),
        (["BSCU"], 10, None),
        (["HIPPS"], 9, 0.00162091),
        (["lift"], 12, None),
        (["ne574"], 7, None),
        (["three_motor"], 12, 0.0211538),
        (["chinese", "chinese-basic-events"], 392, 0.00456932),
    ],
)
def test_the_small_trees(names: list[str], sets: int, probability: float | None) -> None:
    (tree,) = read_open_psa([(name, (SMALL / f"{name}.xml").read_bytes()) for name in names])
    result = analyse(tree)
    assert result.counts is not None
    assert result.counts.total == len(result.cut_sets) == sets
    if probability is not None:
        assert result.probability == pytest.approx(probability, rel=3e-6)

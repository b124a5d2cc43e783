"""What the engine finds in a fault tree, as layout for a terminal and as JSON; nothing is computed here."""

from __future__ import annotations

from collections.abc import Sequence

from freehold.engine.diagrams.analysis import FaultTreeResult
from freehold.reports.encoding import json_bytes
from freehold.reports.layout import Block, Cell, Column, Heading, Table, Text

_MEASURES: tuple[Column, ...] = (
    ("leaf", "left"),
    ("p", "right"),
    ("Birnbaum", "right"),
    ("criticality", "right"),
    ("F-Vesely", "right"),
    ("RAW", "right"),
    ("RRW", "right"),
)


def fault_tree_json(results: Sequence[FaultTreeResult]) -> bytes:
    """Return the results as indented JSON; numbers that are infinite or undefined are null."""
    document = {"schema_version": "1.0", "trees": list(results)}
    return json_bytes(document)


def fault_tree_blocks(results: Sequence[FaultTreeResult], most: int) -> list[Block]:
    """Lay the results out, one after another; ``most`` rows of importances each."""
    return [block for result in results for block in _tree(result, most)]


def _tree(result: FaultTreeResult, most: int) -> list[Block]:
    shape = "coherent" if result.coherent else "not coherent"
    title = result.top if result.name in ("", result.top) else f"{result.top}  [{result.name}]"
    blocks: list[Block] = [Heading(title), Text(f"{result.leaves:,} leaves, {result.gates:,} gates, {shape}", "dim")]
    blocks += _probability(result)
    blocks += _cut_sets(result)
    blocks += _importances(result, most)
    return blocks + [Text(note, "warn") for note in result.notes]


def _probability(result: FaultTreeResult) -> list[Block]:
    bounds = result.range
    if result.probability is None:
        if bounds is None:
            return [Text("probability: not known", "warn")]
        return [Text(f"probability: between {_number(bounds.low)} and {_number(bounds.high)} (certified)", "strong")]
    text = f"probability: {_number(result.probability)}"
    if bounds is not None and bounds.low != bounds.high:
        how = "reached at the ends of the leaves' ranges" if bounds.exact else "certified bounds"
        text += f", from {_number(bounds.low)} to {_number(bounds.high)} ({how})"
    return [Text(text, "strong")]


def _cut_sets(result: FaultTreeResult) -> list[Block]:
    blocks: list[Block] = []
    if result.counts is not None:
        orders = tuple((order, count) for order, count in enumerate(result.counts.by_order) if count)
        blocks.append(Text(f"minimal cut sets: {result.counts.total:,}", "strong"))
        rows = tuple((Cell(str(order)), Cell(f"{count:,}")) for order, count in orders)
        if rows:
            blocks.append(Table((("order", "right"), ("cut sets", "right")), rows, -1))
    else:
        upto = f" up to order {result.complete_to}" if result.complete_to is not None else ""
        blocks.append(Text(f"minimal cut sets{upto}: {len(result.cut_sets):,} listed; not counted in full", "strong"))
    listing = tuple((Cell(str(len(leaves))), Cell(", ".join(leaves) or "(always)")) for leaves in result.cut_sets)
    if listing:
        blocks.append(Table((("order", "right"), ("minimal cut set", "left")), listing, 1))
    return blocks


def _importances(result: FaultTreeResult, most: int) -> list[Block]:
    rows = tuple(
        (
            Cell(leaf.name),
            Cell(_number(leaf.probability)),
            Cell(_number(leaf.birnbaum)),
            Cell(_number(leaf.criticality)),
            Cell(_number(leaf.fussell_vesely)),
            Cell(_number(leaf.achievement_worth)),
            Cell(_number(leaf.reduction_worth)),
        )
        for leaf in result.importances[:most]
    )
    if not rows:
        return []
    more = len(result.importances) - len(rows)
    blocks: list[Block] = [Text("importances, by criticality", "strong"), Table(_MEASURES, rows, 0)]
    return [*blocks, Text(f"and {more:,} other leaves: --most shows more", "dim")] if more else blocks


def _number(value: float) -> str:
    """Return six significant digits, exponents where they are shorter."""
    return "not defined" if value != value else f"{value:.6g}"

"""What Freehold reads and recognises in a corpus of real SBOMs and application folders, as a table in Markdown.

    python benchmarks/corpus.py            # prints the table
    python benchmarks/corpus.py -o docs/corpus.md

The corpus is not part of this repository: it lies at ``../shared/data``, or where ``FREEHOLD_SHARED`` says, and is unpacked
to a temporary folder. Each SBOM is read by itself, each application and each set of model cards as one folder, through
the same functions as ``freehold assess``; package clients count as not configured.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import textwrap
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import distinct
from measured import put

from freehold.catalog import Catalog, open_catalog
from freehold.errors import InputError
from freehold.identify.stack import identify
from freehold.inventory.folder import read_paths
from freehold.model.component import Inventory, Skip
from freehold.model.stack import Identified, Stack
from freehold.model.subject import Project, Workload

ROOT = Path(__file__).resolve().parent.parent
SHARED = Path(os.environ.get("FREEHOLD_SHARED", ROOT.parent / "shared")) / "data"
QUESTIONS = ("supplier", "jurisdiction", "channel", "licence")
REASONS_SHOWN = 14


@dataclass
class Row:
    """What files of one format gave."""

    files: int = 0
    components: int = 0
    known: Counter[str] = field(default_factory=Counter)


@dataclass
class Tally:
    """Everything counted."""

    rows: dict[str, Row] = field(default_factory=dict)
    reasons: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    empty: list[str] = field(default_factory=list)

    def row(self, name: str) -> Row:
        return self.rows.setdefault(name, Row())


def units(corpus: Path) -> Iterator[Path]:
    """Yield what is read in one go: each SBOM, each application folder, each folder of model cards."""
    yield from sorted(path for path in (corpus / "sbom").rglob("*") if path.is_file() and path.stem != "LICENSE")
    for group in ("apps", "model-cards"):
        yield from sorted(path for path in (corpus / group).iterdir() if path.is_dir())


def answers(item: Identified, stack: Stack) -> Iterator[str]:
    """Yield which of the four questions are answered for one component."""
    supplier = stack.suppliers.get(item.supplier.value) if item.supplier else None
    if item.supplier is not None:
        yield "supplier"
    if (supplier and supplier.reach) or item.hosting or item.origin_of:
        yield "jurisdiction"
    if item.channels or item.service:
        yield "channel"
    if item.service or item.rights.run != "unknown":
        yield "licence"


def family(form: str) -> str:
    """Return a format without its version: ``cyclonedx-json`` of ``cyclonedx-json 1.6``."""
    return form.partition(" ")[0]


def count(tally: Tally, inventory: Inventory, stack: Stack) -> None:
    """Add what one unit gave: each component counts for the format of the file in which it was found first."""
    formats = {file.file: family(file.format) for file in inventory.files}
    for file in inventory.files:
        tally.row(family(file.format)).files += 1
        if not file.components:
            tally.empty.append(f"{family(file.format)}: {file.file}")
    for item in stack.components:
        if item.component.is_root:
            continue
        where = item.component.origins[0].file if item.component.origins else ""
        row = tally.row(formats.get(where, "inferred"))
        row.components += 1
        row.known.update(answers(item, stack))
        tally.reasons.update(item.unidentified)
    refuse(tally, inventory.skips)


def refuse(tally: Tally, skips: Iterable[Skip]) -> None:
    """Count skips by reason, numbers and names left out."""
    tally.refused.update(skip.reason for skip in skips)


def table(tally: Tally) -> Iterator[str]:
    """Yield the lines of the table by format, largest first."""
    yield "| format | files | components | " + " | ".join(QUESTIONS) + " |"
    yield "|---|---:|---:|" + "---:|" * len(QUESTIONS)
    rows = sorted(tally.rows.items(), key=lambda pair: (-pair[1].components, -pair[1].files, pair[0]))
    total = Row(
        sum(row.files for _, row in rows),
        sum(row.components for _, row in rows),
        sum((row.known for _, row in rows), Counter[str]()),
    )
    for name, row in (*rows, ("**all**", total)):
        shares = (f"{row.known[q] / row.components:.0%}" if row.components else "-" for q in QUESTIONS)
        yield f"| {name} | {row.files:,} | {row.components:,} | " + " | ".join(shares) + " |"


def counted(title: str, counts: Counter[str], shown: int) -> Iterator[str]:
    """Yield a table of counts, the most frequent first."""
    yield f"| {title} | count |"
    yield "|---|---:|"
    for text, number in counts.most_common(shown):
        yield f"| {text.replace('|', '/')[:120]} | {number:,} |"
    rest = counts.most_common()[shown:]
    if rest:
        yield f"| {len(rest)} other reasons | {sum(number for _, number in rest):,} |"


def frequent(found: dict[str, distinct.Known], catalog: Catalog) -> Iterator[str]:
    """Yield what is known of the most frequent components."""
    checked, others = distinct.most_frequent(found, catalog)
    yield f"Of the {len(checked) + len(others)} that most SBOMs and folders hold, {len(checked)} have a record whose licence"
    yield "file was read one by one and compared with the text of the terms (`tools/reviewed.csv` has the checksums):"
    yield ""
    yield from textwrap.wrap(", ".join(f"`{name}`" for name in checked), 118, break_on_hyphens=False)
    yield ""
    yield "The others:"
    yield ""
    yield from textwrap.wrap(", ".join(f"`{name}`" for name in others) or "none", 118, break_on_hyphens=False)


Found = dict[str, distinct.Known]


def page(tally: Tally, found: Found, in_applications: Found, no_software: set[str], catalog: Catalog, on: date) -> str:
    """Return the page."""
    lines = [
        "# What is read and recognised in real files",
        "",
        f"Made by `benchmarks/corpus.py` on {on}: public SBOMs, each by itself, and the lockfiles of public applications, each",
        "application as one folder. A component counts once in each SBOM or folder, at the format of the file in which it was",
        "found first. `supplier`, `jurisdiction`, `channel` and `licence` are the shares of components for which that is",
        "known: by the file, by a record, or by a rule. A service needs no channel and counts as known there.",
        "",
        *table(tally),
        "",
        "## Distinct components",
        "",
        "A component here is one purl without version and qualifiers, or one kind and name where no purl is given; it",
        "counts by the share of its occurrences at which the question is answered. A licence counts as known when it is",
        "known whether the component may be run. Part of the corpus are examples and test fixtures, whose components",
        "exist nowhere else.",
        "",
        *distinct.by_type(found),
        *distinct.summary("in lockfiles of applications, ", in_applications),
        "",
        *distinct.not_counted(no_software),
        "",
        "How it is known, over the components with a purl (worst grade of what answers the question):",
        "",
        *distinct.by_grade(found),
        "",
        "## The most frequent components",
        "",
        *frequent(found, catalog),
        "",
        "## What is not known, and why",
        "",
        *counted("reason", tally.reasons, REASONS_SHOWN),
        "",
        "## Files that were refused or skipped",
        "",
        *counted("reason", tally.refused, REASONS_SHOWN),
        "",
        "## Files that were read and list no component",
        "",
        *(f"- {line}" for line in sorted(tally.empty)),
        "",
    ]
    return "\n".join(lines)


def unpacked(folder: Path) -> Path:
    """Unpack the corpus beside this repository into ``folder``."""
    script = SHARED / "unpack.py"
    if not script.is_file():
        sys.exit(f"no corpus at {SHARED} (set FREEHOLD_SHARED)")
    subprocess.run([sys.executable, str(script), str(folder)], check=True, stdout=subprocess.DEVNULL)
    return folder


def main() -> None:
    """Read everything and print the page, or write it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("-o", "--output", type=Path)
    args = parser.parse_args()
    catalog, project, on = open_catalog(), Project(workload={"project": Workload()}), date.today()
    tally = Tally()
    found: Found = {}
    in_applications: Found = {}
    no_software: set[str] = set()
    with tempfile.TemporaryDirectory(prefix="freehold-") as folder:
        corpus = unpacked(Path(folder))
        for unit in units(corpus):
            try:
                inventory = read_paths([unit])
            except InputError as error:
                tally.refused[error.reason] += 1
                continue
            stack = identify(inventory, catalog, project, on)
            count(tally, inventory, stack)
            distinct.count(found, str(unit), stack)
            no_software.update(distinct.no_software(stack))
            if unit.parent.name == "apps":
                distinct.count(in_applications, str(unit), stack)
    text = page(tally, found, in_applications, no_software, catalog, on)
    put(text, args.output)


if __name__ == "__main__":
    main()

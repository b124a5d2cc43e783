"""How many of the catalog's claims are right: a sample drawn by a fixed seed, and what a second source says of each.

    python benchmarks/precision.py draw --round 2  # prints a sample as CSV: the same for the same catalog
    python benchmarks/precision.py report          # prints the page from the lists in docs/
    python benchmarks/precision.py report -o docs/precision.md

A sample is stratified by kind of record, with the same number from each. Every claim in it was looked up in a source other
than the record's own; the list holds the verdict (``right``, ``wrong``, ``undecidable``, or ``open`` where no second source
was at hand) and that source. After each round what was wrong, and its like, was mended, and the next was drawn from the
mended catalog by another seed. The interval is Wilson's score interval (Wilson 1927, JASA 22:209) at 95 percent, of the
claims that were decided. A claim that was found wrong has been mended since: the row keeps what was drawn.
"""

from __future__ import annotations

import argparse
import csv
import math
import random
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from measured import put

from freehold.catalog.claims import fact_of
from freehold.catalog.loading import Records, identifier_of, load_folder
from freehold.catalog.packages import INFERRED_FROM
from freehold.catalog.walking import claims_of
from freehold.model.package_row import PackageRow
from freehold.model.records import FOLDERS, Incident, Packages, Record, Source

ROOT = Path(__file__).resolve().parent.parent
SEEDS = {1: 20261125, 2: 20261126, 3: 20261127, 4: 20261128, 5: 20261129, 6: 20261130}
LISTS = {number: ROOT / "docs" / f"precision{f'-{number}' * (number > 1)}.csv" for number in SEEDS}
PER_KIND = 25
Z_95 = 1.959963984540054
COLUMNS = ("kind", "id", "place", "value", "grade", "verdict", "source", "checked_on", "note")
VERDICTS = ("right", "wrong", "undecidable", "open")


def claims(folder: str, record: Record) -> Iterator[tuple[str, ...]]:
    """Yield the claims of a record: kind, id, place, value and grade.

    An incident is one claim: what happened, and when. A package row claims its licence for the versions seen, and the owner.
    """
    sources: dict[str, Source] = getattr(record, "sources", {})
    if isinstance(record, Incident):
        source = sources.get(record.source)
        grade = "recorded" if source and source.checked_on else "assumed"
        yield folder, record.id, "", f"{record.date}: {record.title}", grade
    if isinstance(record, Packages):
        for row in record.rows:
            shown = f"{row.licence or '-'} at {row.seen or 'a version not named'} {row.owner}".strip()
            yield folder, record.id, row.name, shown, row_grade(row)
    for path, claim in claims_of(record):
        value = getattr(claim, "value", "")
        shown = " ".join(map(str, value)) if isinstance(value, tuple) else str(value)
        grade = fact_of(claim, value, sources).grade.value
        extra = [
            str(getattr(claim, name))
            for name in ("versions", "part", "unit", "what", "outcome")
            if getattr(claim, name, "")
        ]
        place = ".".join(str(step) for step in path)
        yield folder, identifier_of(record), place, " ".join([shown, *extra]), grade


def row_grade(row: PackageRow) -> str:
    """Return the grade of what a row claims: inferred where its source names no version, or is another package's."""
    return "recorded" if row.seen and not row.source.startswith(INFERRED_FROM) else "inferred"


def draw(records: Records, number: int) -> list[tuple[str, ...]]:
    """Return the sample, in the order of the kinds."""
    found: list[tuple[str, ...]] = []
    for folder, kind in FOLDERS.items():
        population = [claim for file in records.files(kind) for claim in claims(folder, file.record)]
        generator = random.Random(f"{SEEDS[number]} {folder}")
        found += generator.sample(population, min(PER_KIND, len(population)))
    return found


def wilson(right: int, decided: int) -> tuple[float, float]:
    """Return the bounds of the share that is right."""
    if not decided:
        return 0.0, 1.0
    share, square = right / decided, Z_95**2 / decided
    centre = (share + square / 2) / (1 + square)
    half = Z_95 / (1 + square) * math.sqrt(share * (1 - share) / decided + square / 4 / decided)
    return centre - half, centre + half


def row(title: str, verdicts: Counter[str]) -> str:
    """Return one row of the table."""
    decided = verdicts["right"] + verdicts["wrong"]
    low, high = wilson(verdicts["right"], decided)
    share = f"{verdicts['right'] / decided:.1%}" if decided else "-"
    counts = " | ".join(str(verdicts[verdict]) for verdict in VERDICTS)
    return f"| {title} | {sum(verdicts.values())} | {counts} | {share} | {low:.1%} to {high:.1%} |"


def page(rounds: dict[int, list[dict[str, str]]]) -> str:
    """Return the page."""
    lines = [
        "# How many claims are right",
        "",
        "Made by `benchmarks/precision.py`: claims drawn by a fixed seed, as many from each kind of record, each looked up in",
        "a source other than the record's own. The interval is Wilson's at 95 percent. Undecidable claims, for which no second",
        "source was found, are counted apart, and so are open ones, for which none was at hand when the list was made. What",
        "was found wrong has been mended, and its like with it.",
    ]
    for number, rows in rounds.items():
        name = LISTS[number].name
        lines += ["", f"## Round {number}: [{name}]({name}), seed {SEEDS[number]}", "", *_tables(rows)]
    return "\n".join([*lines, ""])


def _tables(rows: list[dict[str, str]]) -> list[str]:
    """Return the table of one round, and what was wrong in it."""
    lines = [
        "| | claims | right | wrong | undecidable | open | right of decided | interval |",
        "|---|---:|---:|---:|---:|---:|---:|---|",
    ]
    for name in ("kind", "grade"):
        for value in dict.fromkeys(entry[name] for entry in rows):
            lines += [row(value, Counter(entry["verdict"] for entry in rows if entry[name] == value))]
    lines.append(row("**all**", Counter(entry["verdict"] for entry in rows)))
    wrong = [entry for entry in rows if entry["verdict"] == "wrong"]
    return [*lines, "", "Wrong:", "", *(_line(entry) for entry in wrong)] if wrong else lines


def _line(entry: dict[str, str]) -> str:
    return f"- {entry['kind']}/{entry['id']} `{entry['place']}` {entry['value']}: {entry['note']} ({entry['source']})"


def _read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def main() -> None:
    """Draw or report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("action", choices=("draw", "report"))
    parser.add_argument("--round", type=int, choices=tuple(SEEDS), default=1)
    parser.add_argument("-o", "--output", type=Path)
    args = parser.parse_args()
    if args.action == "draw":
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows((*claim, "", "", "", "") for claim in draw(load_folder(ROOT / "catalog")[0], args.round))
        return
    text = page({number: _read(path) for number, path in LISTS.items() if path.is_file()})
    put(text, args.output)


if __name__ == "__main__":
    main()

"""What is known of the components of applications that no table of the catalog was made from, as a page in Markdown.

    python benchmarks/kept_aside.py FOLDER                        # prints the page
    python benchmarks/kept_aside.py FOLDER -o docs/kept-aside.md
    python benchmarks/kept_aside.py FOLDER --draw                 # prints a sample of what has no supplier or jurisdiction

``kept_aside.toml`` beside this file names the applications and how the ordinary clients fetch each; FOLDER holds them
unpacked, one folder each. They were chosen before they were measured, so they show how the catalog does on what its makers
have not seen. Each is read as ``freehold assess`` reads a folder; package clients count as not configured.

``kept_aside_holders.csv`` is a sample of the components with a purl that had no supplier or no jurisdiction when it was
drawn, with who holds the source repository of each: a person (a personal account, and no organisation named as author), a
community (an organisation's account behind which no legal entity was found), an organisation with a seat, or unknown.
Persons are not named, and nothing in it is a record of the catalog: that would end the blind measurement.
"""

from __future__ import annotations

import argparse
import csv
import random
import tomllib
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import distinct
from measured import put
from precision import wilson

from freehold.catalog import Catalog, open_catalog
from freehold.identify.stack import identify
from freehold.inventory.folder import read_paths
from freehold.model.subject import Project, Workload

HERE = Path(__file__).resolve().parent
HOLDERS = {
    "person": "person",
    "community": "community without a legal entity",
    "organisation": "organisation with a seat",
    "unknown": "unknown",
}
SEED = "20261125 kept-aside holders"
DRAWN, SHOWN = 120, 48
"""How many were drawn, and of how many the holder was judged by more than what is known of the account."""
DRAWN_ON = date(2026, 11, 25)
WITHOUT, WITH_A_PURL = 4172, 6556
"""Components with a purl without supplier or jurisdiction when the sample was drawn, and all with a purl."""


def read(folder: Path, catalog: Catalog, on: date) -> tuple[dict[str, distinct.Known], list[str]]:
    """Return the components of all applications, and a row of the table for each application."""
    applications = tomllib.loads((HERE / "kept_aside.toml").read_text("utf-8"))
    project = Project(workload={"project": Workload()})
    every: dict[str, distinct.Known] = {}
    rows: list[str] = []
    for name, entry in applications.items():
        if not (folder / name).is_dir():
            rows.append(f"| {entry['title']} | not at hand |" + " |" * len(distinct.QUESTIONS))
            continue
        stack = identify(read_paths([folder / name]), catalog, project, on)
        own: dict[str, distinct.Known] = {}
        distinct.count(own, name, stack)
        distinct.count(every, name, stack)
        rows.append(distinct.row(entry["title"], list(own.values())))
    return every, rows


def draw(every: dict[str, distinct.Known]) -> list[str]:
    """Return a sample of the components with a purl that have no supplier or no jurisdiction."""
    found = sorted(
        known.name
        for known in every.values()
        if known.kind != distinct.NO_PURL and known.share(distinct.QUESTIONS[1]) < 1
    )
    return sorted(random.Random(SEED).sample(found, min(DRAWN, len(found))))


def holders(counts: Counter[str]) -> Iterator[str]:
    """Yield the section on who holds what has no supplier or jurisdiction, from the holders of the sample."""
    drawn = counts.total()
    yield "## Who holds what has no supplier or jurisdiction"
    yield ""
    yield f"Of the {WITH_A_PURL:,} components with a purl, {WITHOUT:,} had no supplier or no jurisdiction on {DRAWN_ON}."
    yield f"Of these, {drawn} were drawn by the seed `{SEED}`, and one reader judged who holds the source"
    yield "repository of each ([list](../benchmarks/kept_aside_holders.csv)): by what the package, its registry, Debian's index"
    yield f"or the catalog says where that was at hand ({SHOWN} of them), else by what is known of the account. The interval is"
    yield "Wilson's at 95 percent."
    yield ""
    yield f"| holder | of {drawn} | share | interval |"
    yield "|---|---:|---:|---|"
    for holder, title in HOLDERS.items():
        low, high = wilson(counts[holder], drawn)
        yield f"| {title} | {counts[holder]} | {counts[holder] / drawn:.0%} | {low:.0%} to {high:.0%} |"
    yield ""
    yield f"On that day {1 - WITHOUT / WITH_A_PURL:.0%} had both, at any grade. Were every organisation with a seat recorded,"
    yield f"it would be {reachable(counts['organisation'], drawn)}; had every community, and whatever is unknown, a"
    yield f"jurisdiction too, {reachable(drawn - counts['person'], drawn)}. The rest belongs to persons, who are never"
    yield "recorded."


def reachable(recorded: int, drawn: int) -> str:
    """Return the share of all components with supplier and jurisdiction if what was counted in the sample had them too."""
    shares = (recorded / drawn, *wilson(recorded, drawn))
    share, low, high = (1 - WITHOUT / WITH_A_PURL * (1 - share) for share in shares)
    return f"{share:.0%} (interval {low:.0%} to {high:.0%})"


def page(folder: Path, catalog: Catalog, on: date) -> Iterator[str]:
    """Yield the lines of the page."""
    every, rows = read(folder, catalog, on)
    yield "# Applications that were kept aside"
    yield ""
    yield f"Made by `benchmarks/kept_aside.py` on {on}: applications that no table of the catalog was made from. Which"
    yield "they are, and how to fetch them, is in `benchmarks/kept_aside.toml`; they were chosen before they were measured. A"
    yield "component counts as in [corpus.md](corpus.md). Many small packages belong to persons, who are never recorded: their"
    yield "supplier stays unknown, and is said to be."
    yield ""
    yield "| application | distinct components | " + " | ".join(distinct.QUESTIONS) + " |"
    yield "|---|---:|" + "---:|" * len(distinct.QUESTIONS)
    yield from rows
    yield ""
    yield from distinct.by_type(every)
    yield ""
    yield "How it is known, over the components with a purl (worst grade of what answers the question):"
    yield ""
    yield from distinct.by_grade(every)
    yield ""
    with (HERE / "kept_aside_holders.csv").open(encoding="utf-8", newline="") as stream:
        yield from holders(Counter(entry["holder"] for entry in csv.DictReader(stream)))


def main() -> None:
    """Read the applications and print the page, or write it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("-o", "--output", type=Path)
    parser.add_argument("--draw", action="store_true")
    args = parser.parse_args()
    catalog, today = open_catalog(), date.today()
    lines = draw(read(args.folder, catalog, today)[0]) if args.draw else page(args.folder, catalog, today)
    text = "\n".join([*lines, ""])
    put(text, args.output)


if __name__ == "__main__":
    main()

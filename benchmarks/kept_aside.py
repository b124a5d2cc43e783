"""What is known of the components of applications that no table of the catalog was made from, as a page in Markdown.

    python benchmarks/kept_aside.py FOLDER                        # prints the page
    python benchmarks/kept_aside.py FOLDER -o docs/kept-aside.md

``kept_aside.toml`` beside this file names the applications and how the ordinary clients fetch each; FOLDER holds them
unpacked, one folder each. They were chosen before they were measured, so they show how the catalog does on what its makers
have not seen. Each is read as ``freehold assess`` reads a folder; package clients count as not configured.
"""

from __future__ import annotations

import argparse
import tomllib
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import distinct
from measured import put

from freehold.catalog import Catalog, open_catalog
from freehold.identify.stack import identify
from freehold.inventory.folder import read_paths
from freehold.model.subject import Project, Workload

HERE = Path(__file__).resolve().parent


def page(folder: Path, catalog: Catalog, on: date) -> Iterator[str]:
    """Yield the lines of the page."""
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


def main() -> None:
    """Read the applications and print the page, or write it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("-o", "--output", type=Path)
    args = parser.parse_args()
    text = "\n".join([*page(args.folder, open_catalog(), date.today()), ""])
    put(text, args.output)


if __name__ == "__main__":
    main()

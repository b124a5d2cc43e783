"""Make the package tables of the catalog from copies of packages, SBOMs and lockfiles that lie on this machine.

    python tools/package_tables.py --data FOLDER [--corpus FOLDER] [-o catalog/packages]

``package_sources.toml`` beside this file names each source: what it is, how the ordinary clients fetch it, and who reads it.
A source that is not under FOLDER is skipped with a word. Nothing is fetched here, and no registry is asked.
"""

from __future__ import annotations

import argparse
import csv
import re
import sys
import tomllib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "src")]

from freehold.catalog import open_catalog  # noqa: E402
from freehold.catalog.package_rows import write_rows  # noqa: E402
from freehold.catalog.query import Catalog  # noqa: E402
from freehold.model.package_row import PackageRow  # noqa: E402
from freehold.model.records import Offering, Supplier  # noqa: E402
from survey import (  # noqa: E402
    amended,
    conda,
    debian,
    debian_go,
    debian_maven,
    guix,
    licence_files,
    licences_read,
    own_metadata,
    poms,
    readers,
)
from survey.statement import Statement  # noqa: E402
from survey.tables import Tables, Weight  # noqa: E402

READERS: dict[str, Callable[[Path], Iterator[Statement]]] = {
    "inventories": readers.inventories,
    "package-json": readers.package_json,
    "distributions": readers.distributions,
    "install-reports": readers.install_reports,
    "gemspecs": readers.gemspecs,
    "crates": readers.crates,
    "bundle-licences": readers.bundle_licences,
    "notices": readers.notices,
    "nuget-list": readers.nuget_list,
    "poms": poms.poms,
    "guix": guix.guix,
    "guix-usual-choices": guix.usual_choices,
    "vendored-modules": licence_files.vendored_modules,
    "debian-copyrights": debian.debian_copyrights,
    "conda-packages": conda.conda_packages,
    "own-metadata": own_metadata.own_metadata,
    "packed-distributions": conda.packed_distributions,
    "debian-go": debian_go.debian_go,
    "debian-main": debian.debian_main,
    "debian-maven": debian_maven.debian_maven,
    "reviewed": licences_read.reviewed,
    "same-upstream": debian.same_upstream,
}
DENIED = HERE / "denied.csv", HERE / "doubtful.csv"
REVIEWED_ON = date(2026, 11, 25)
TYPES = ("cargo", "composer", "conda", "deb", "gem", "golang", "maven", "npm", "nuget", "pypi", "rpm")
NAMES = {
    "deb": "Debian",
    "gem": "Ruby gems",
    "golang": "Go modules",
    "maven": "Maven artifacts",
    "cargo": "Rust crates",
    "pypi": "Python",
    "rpm": "RPM",
}
_FORGES = {"pkg:github/": "github.com/", "pkg:gitlab/": "gitlab.com/", "pkg:bitbucket/": "bitbucket.org/"}


@dataclass(frozen=True)
class Survey:
    """One source: its id, address, title, grade, the day it was read, who reads it, and where."""

    id: str
    url: str
    title: str
    grade: str
    checked_on: date
    reader: str
    path: Path
    fallback: bool = False


def reviewed(on: date) -> Survey:
    """Return the packages whose licence files were read one by one: this goes before all other sources."""
    title = "Licence file in the package, read and compared with the text of its terms"
    return Survey("licence-files", "https://spdx.org/licenses/", title, "A", on, "reviewed", HERE / "reviewed.csv")


def named_sources(data: Path) -> Iterator[Survey]:
    """Yield the sources of ``package_sources.toml`` that are at hand."""
    text = (HERE / "package_sources.toml").read_text("utf-8")
    for entry in tomllib.loads(text)["source"]:
        path = data / entry["path"]
        if not path.exists():
            sys.stderr.write(f"not at hand: {entry['id']} ({entry['get']})\n")
            continue
        wanted = {field: entry[field] for field in Survey.__dataclass_fields__ if field in entry}
        yield Survey(**{**wanted, "path": path})


def read_sources(path: Path) -> Iterator[tuple[Survey, list[Statement]]]:
    """Yield each row of ``licences_read.csv`` as a source of its own, with what it states."""
    for name, url, day, statements in licences_read.read_licences(path):
        title = "Licence file, manifest or notice in the source repository"
        yield Survey(name, url, title, "A", date.fromisoformat(day), "", path), statements


def corpus_sources(corpus: Path, on: date) -> Iterator[Survey]:
    """Yield each SBOM and lockfile of a real product in the corpus as a source of its own, named by its address."""
    with (corpus / "MANIFEST.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["nature"] == "real-product"]
    counted: Counter[str] = Counter()
    for row in rows:
        if row["kind"] in ("sbom", "lockfile"):
            address = f"https://github.com/{row['source_repo']}/blob/{row['commit']}/{row['source_path']}"
            name = re.sub(r"[^a-z0-9]+", "-", row["source_repo"].partition("/")[2].lower()).strip("-")
            counted[name] += 1
            title = "A lockfile that quotes each package" if row["kind"] == "lockfile" else "An SBOM of a product"
            path = corpus / Path(row["path"]).relative_to("corpus")
            yield Survey(f"{name}-{counted[name]}", address, title, "C", on, "inventories", path)


def lists_scans(statements: Iterable[Statement]) -> bool:
    """Tell whether licences are those that a scanner found in single files: then they count only where nobody else speaks."""
    return any("generic-cla" in licence.value.casefold() for item in statements for licence in item.licences)


def record_text(kind: str, sources: Iterable[Survey]) -> str:
    """Return the record beside a table: what it holds and the sources that its rows name."""
    lines = [f'id = "{kind}"', f'name = "{NAMES.get(kind, kind)} packages: licence and source organisation"']
    lines.append(f"note = {_quoted(NOTE)}")
    for source in sources:
        lines += ["", f"[sources.{source.id}]", f"url = {_quoted(source.url)}", f"title = {_quoted(source.title)}"]
        lines += [f'grade = "{source.grade}"', f"checked_on = {source.checked_on}"]
    return "\n".join(lines) + "\n"


NOTE = (
    "Made by tools/package_tables.py. A bare list of licences is a choice where they cannot hold together, else it states "
    "nothing; licences joined by AND hold for parts."
)


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def accounts(catalog: Catalog) -> frozenset[str]:
    """Return the accounts on forges (``github.com/babel``) that suppliers' records name as theirs."""
    return frozenset(
        forge + namespace.removeprefix(prefix).rstrip("/")
        for supplier in catalog.all(Supplier)
        for namespace in supplier.namespaces
        for prefix, forge in _FORGES.items()
        if namespace.startswith(prefix) and namespace.endswith("/")
    )


def made_of(
    sources: Sequence[Survey], stated: dict[str, list[Statement]], tables: Tables
) -> dict[str, list[PackageRow]]:
    """Return the rows of every purl type, held against each other and against the texts that were read."""
    apart = {source.id for source in sources if source.reader == "own-metadata"}
    rows = tables.rows(statement for name, found in stated.items() if name not in apart for statement in found)
    own = tables.rows(statement for name in apart for statement in stated[name])
    rows["deb"] = own_metadata.by_own_metadata(rows["deb"], own["deb"])
    packed = {k: v for s in sources if s.reader == "conda-packages" for k, v in conda.packs(s.path).items()}
    rows["conda"] = conda.without_contradictions(rows["conda"], rows["pypi"], packed)
    rows["cargo"] = amended.in_one_spelling(rows["cargo"])
    rows["maven"] = amended.of_maven(rows["maven"])
    rows["npm"] = amended.without_forks(rows["npm"])
    return {kind: amended.without_denied(kind, found, *DENIED) for kind, found in rows.items()}


def main() -> None:
    """Read every source and write the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--corpus", type=Path)
    parser.add_argument("--checked-on", type=date.fromisoformat, default=date.today())
    parser.add_argument("-o", "--output", type=Path, default=HERE.parent / "catalog" / "packages")
    args = parser.parse_args()
    copies = [*named_sources(args.data), *(corpus_sources(args.corpus, args.checked_on) if args.corpus else ())]
    read = dict(read_sources(HERE / "licences_read.csv"))
    sources = [reviewed(REVIEWED_ON), *copies, *read]
    stated = {
        source.id: [replace(s, source=source.id) for s in read.get(source) or READERS[source.reader](source.path)]
        for source in sources
    }
    scans = {name for name, found in stated.items() if lists_scans(found)}
    stated |= {name: list(readers.without_lists_of_scans(stated[name])) for name in scans}
    weights = {
        s.id: Weight(-1 if s.reader == "reviewed" else "ABC".index(s.grade), s.fallback or s.id in scans)
        for s in sources
    }
    catalog = open_catalog(env={})
    tables = Tables(catalog, accounts(catalog), weights)
    rows = made_of(sources, stated, tables)
    known = tuple(amended.changes(catalog.all(Offering)))
    write({kind: amended.narrowed(kind, found, known) for kind, found in rows.items()}, sources, args.output)
    for reason, count in sorted(tables.left_out.items(), key=lambda pair: -pair[1])[:60]:
        sys.stderr.write(f"left out, {count}: {reason}\n")


def write(rows: dict[str, list[PackageRow]], sources: list[Survey], output: Path) -> None:
    """Write table and record of every type."""
    output.mkdir(parents=True, exist_ok=True)
    for kind in TYPES:
        used = {name for row in rows.get(kind, ()) for name in row.source.split()}
        if used:
            (output / f"{kind}.csv").write_text(write_rows(rows[kind]), "utf-8")
            (output / f"{kind}.toml").write_text(record_text(kind, (s for s in sources if s.id in used)), "utf-8")
            sys.stderr.write(
                f"{kind}: {len(rows[kind])} rows, {sum(bool(row.licence) for row in rows[kind])} licences\n"
            )


if __name__ == "__main__":
    main()

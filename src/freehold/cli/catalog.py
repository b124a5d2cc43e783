"""``freehold catalog``: show a record, search, check a folder against every rule, print the schema of a kind."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import msgspec

from freehold.cli.record_text import clean, package_lines, record_lines
from freehold.errors import InputError, UsageError
from freehold.model.records import FOLDERS, folder_of

if TYPE_CHECKING:
    from freehold.catalog import Catalog
    from freehold.model.fact import Fact

SCHEMA_VERSION = 1


def configure(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command and its own commands."""
    parser = subparsers.add_parser("catalog", help="show, search and check the records")
    actions = parser.add_subparsers(dest="action", required=True, metavar="show|search|check|schema")
    show = actions.add_parser("show", help="print a record with the source of every claim")
    show.add_argument("id", metavar="ID", help="identifier of a record, or a purl")
    search = actions.add_parser("search", help="find records that hold every word")
    search.add_argument("words", nargs="+", metavar="WORD")
    check = actions.add_parser("check", help="check a folder of records against the format and every rule")
    check.add_argument("path", nargs="?", metavar="PATH", help="a folder (default: the checkout's catalog)")
    check.add_argument("--as-of", type=_day, metavar="DATE", help="check as of this day (default: today)")
    schema = actions.add_parser("schema", help="print the JSON Schema of a kind of records")
    schema.add_argument("kind", metavar="KIND", help=", ".join(FOLDERS))
    for action in (show, search):
        action.add_argument("--kind", metavar="KIND", help=f"only this kind: {', '.join(FOLDERS)}")
        action.add_argument(
            "--catalog", action="append", default=[], metavar="FOLDER", help="your own records, over ours"
        )
    for action in (show, search, check):
        action.add_argument("-f", "--format", choices=("terminal", "json"), default="terminal")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace, stdout: TextIO, stderr: TextIO) -> int:
    """Run one of the commands and return the exit code."""
    actions: dict[str, Callable[[argparse.Namespace, TextIO, TextIO], int]] = {
        "show": _show,
        "search": _search,
        "check": _check,
        "schema": _schema,
    }
    return actions[args.action](args, stdout, stderr)


def _show(args: argparse.Namespace, stdout: TextIO, stderr: TextIO) -> int:
    """Print every record with this id, or the offerings of a purl and what the package tables state of it."""
    from freehold.catalog import open_catalog
    from freehold.catalog.schema import kind_named
    from freehold.model.component import Component, ComponentKey
    from freehold.model.records import Offering

    catalog = open_catalog([Path(folder) for folder in args.catalog])
    found = catalog.find(args.id)
    if args.id.startswith("pkg:"):
        matches = catalog.match(Component(ComponentKey(args.id), "", purls=(args.id,)))
        found = tuple(record for match in matches if (record := catalog.get(Offering, match.id)) is not None)
    if args.kind:
        found = tuple(record for record in found if type(record) is kind_named(args.kind))
    listed = _listed(catalog, args.id) if args.id.startswith("pkg:") and not args.kind else {}
    if not found and not listed:
        close = ", ".join(dict.fromkeys(row.id for row in catalog.search([args.id])[:3]))
        raise InputError(
            f"no record {args.id!r}", remedy=f"perhaps {close}" if close else f"freehold catalog search {args.id}"
        )
    if args.format == "json":
        records = [{"kind": folder_of(type(record)), "record": msgspec.to_builtins(record)} for record in found]
        _json({"records": records, **({"package": msgspec.to_builtins(listed)} if listed else {})}, stdout)
        return 0
    shown = [*map(record_lines, found), *([package_lines(args.id, listed)] if listed else [])]
    stdout.write("\n\n".join("\n".join(lines) for lines in shown) + "\n")
    return 0


def _listed(catalog: Catalog, purl: str) -> dict[str, Fact[str]]:
    """Return what the package tables state about a purl."""
    name, _, version = purl.partition("?")[0].rpartition("@")
    version = version if "/" not in version and name else ""
    facts = {"licence": catalog.packages.licence_of(purl, version), "owner": catalog.packages.owner_of(purl)}
    return {field: fact for field, fact in facts.items() if fact is not None}


def _search(args: argparse.Namespace, stdout: TextIO, stderr: TextIO) -> int:
    """Print the records that hold every word."""
    from freehold.catalog import open_catalog
    from freehold.catalog.schema import kind_named

    kind = kind_named(args.kind) if args.kind else None
    found = open_catalog([Path(folder) for folder in args.catalog]).search(args.words, kind)
    if args.format == "json":
        _json({"results": [{"kind": row.folder, "id": row.id, "name": row.name} for row in found]}, stdout)
        return 0
    width = min(32, max((len(row.id) for row in found), default=0))
    for row in found:
        stdout.write(clean(f"{row.folder:<10} {row.id:<{width}}  {row.name}").rstrip()[:80] + "\n")
    stderr.write(f"{len(found)} record{'' if len(found) == 1 else 's'}\n")
    return 0


def _check(args: argparse.Namespace, stdout: TextIO, stderr: TextIO) -> int:
    """Print every broken rule; exit 1 if there is any."""
    from freehold.catalog.overlay import checkout_folder
    from freehold.catalog.rules import check_folder

    root = Path(args.path) if args.path else checkout_folder()
    if not any((root / folder).is_dir() for folder in FOLDERS):
        raise InputError("is no catalog", where=str(root), remedy=f"a folder with {', '.join(FOLDERS)}")
    from freehold.reports.words import counted

    records, problems = check_folder(root, args.as_of or datetime.now(UTC).date())
    if args.format == "json":
        _json({"records": records.count, "problems": msgspec.to_builtins(problems)}, stdout)
    else:
        stdout.write("".join(f"{problem}\n" for problem in problems))
        stderr.write(f"{counted(records.count, 'record')}, {counted(len(problems), 'problem')}\n")
    return 1 if problems else 0


def _schema(args: argparse.Namespace, stdout: TextIO, stderr: TextIO) -> int:
    """Print the JSON Schema of a kind."""
    from freehold.catalog.schema import kind_named, schema_of

    stdout.write(msgspec.json.format(msgspec.json.encode(schema_of(kind_named(args.kind))), indent=2).decode() + "\n")
    return 0


def _json(answer: dict[str, Any], stdout: TextIO) -> None:
    """Print an answer as JSON."""
    encoded = msgspec.json.encode({"schema_version": SCHEMA_VERSION, **answer})
    stdout.write(msgspec.json.format(encoded, indent=2).decode() + "\n")


def _day(text: str) -> date:
    """Parse a day of the command line."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f"{text!r} is no date", remedy="write YYYY-MM-DD") from error

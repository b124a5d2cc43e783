"""``freehold catalog show`` and ``search``: print a record with the source of every claim; find records by words."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import msgspec

from freehold.cli.catalog.answers import SubParsers, add_format, add_overlays, write_json
from freehold.cli.record_text import clean, package_lines, record_lines
from freehold.errors import InputError
from freehold.model.records import FOLDERS, folder_of

if TYPE_CHECKING:
    from freehold.catalog import Catalog
    from freehold.model.fact import Fact


def configure(actions: SubParsers) -> None:
    """Add the two commands."""
    show = actions.add_parser("show", help="print a record with the source of every claim")
    show.add_argument("id", metavar="ID", help="identifier of a record, or a purl")
    show.set_defaults(act=run_show)
    search = actions.add_parser("search", help="find records that hold every word")
    search.add_argument("words", nargs="+", metavar="WORD")
    search.set_defaults(act=run_search)
    for action in (show, search):
        action.add_argument("--kind", metavar="KIND", help=f"only this kind: {', '.join(FOLDERS)}")
        add_overlays(action)
        add_format(action)


def run_show(args: argparse.Namespace, stdout: TextIO, stderr: TextIO) -> int:
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
        write_json({"records": records, **({"package": msgspec.to_builtins(listed)} if listed else {})}, stdout)
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


def run_search(args: argparse.Namespace, stdout: TextIO, stderr: TextIO) -> int:
    """Print the records that hold every word."""
    from freehold.catalog import open_catalog
    from freehold.catalog.schema import kind_named

    kind = kind_named(args.kind) if args.kind else None
    found = open_catalog([Path(folder) for folder in args.catalog]).search(args.words, kind)
    if args.format == "json":
        write_json({"results": [{"kind": row.folder, "id": row.id, "name": row.name} for row in found]}, stdout)
        return 0
    width = min(32, max((len(row.id) for row in found), default=0))
    for row in found:
        stdout.write(clean(f"{row.folder:<10} {row.id:<{width}}  {row.name}").rstrip()[:80] + "\n")
    stderr.write(f"{len(found)} record{'' if len(found) == 1 else 's'}\n")
    return 0

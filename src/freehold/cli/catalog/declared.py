"""``freehold catalog import``: a supplier's own ``sovereignty.json`` as the draft of a record, for review."""

from __future__ import annotations

import argparse
from datetime import date
from pathlib import Path
from typing import TextIO

from freehold.cli.asking import day
from freehold.cli.catalog.answers import SubParsers, add_overlays
from freehold.errors import InputError


def configure(actions: SubParsers) -> None:
    """Add the command."""
    parser = actions.add_parser("import", help="draft a supplier's record from its own sovereignty.json")
    parser.add_argument("file", type=Path, metavar="FILE", help="the declaration, as you fetched it")
    parser.add_argument("--url", required=True, metavar="URL", help="where the supplier publishes it: the source")
    parser.add_argument("--read-on", required=True, type=day, metavar="DATE", help="the day on which it was fetched")
    parser.add_argument("-o", "--output", metavar="FILE", default="-", help="write to FILE (- for stdout)")
    add_overlays(parser)
    parser.set_defaults(act=run)


def run(args: argparse.Namespace, stdout: TextIO, stderr: TextIO) -> int:
    """Print the draft, or write it; what was not taken over is said in comments and counted."""
    from freehold.catalog import open_catalog
    from freehold.catalog.declaration import draft_lines, read_declaration
    from freehold.system.files import write_text

    catalog = open_catalog(args.catalog)
    read_on: date = args.read_on

    def identifier(name: str) -> str:
        match = catalog.supplier_named(name)
        return match.id if match else ""

    try:
        data = args.file.read_bytes()
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", where=str(args.file)) from error
    declaration = read_declaration(data, args.url, read_on, identifier)
    text = "\n".join(draft_lines(declaration)) + "\n"
    if args.output == "-":
        stdout.write(text)
    else:
        write_text(Path(args.output), text)
    stderr.write(f"{len(declaration.left_out)} values not taken over; review the draft before you add it\n")
    return 0

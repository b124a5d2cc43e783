"""``freehold catalog diff``: what changed between two versions of a catalog, claim by claim."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TextIO

import msgspec

from freehold.cli.catalog.answers import SubParsers, add_format, add_rows, write_blocks, write_json


def configure(actions: SubParsers) -> None:
    """Add the command."""
    parser = actions.add_parser("diff", help="what changed between two versions, claim by claim")
    parser.add_argument("old", type=Path, metavar="OLD", help="catalog folder, checkout, wheel, or index file")
    parser.add_argument("new", type=Path, nargs="?", metavar="NEW", help="the same (default: the one in use)")
    add_rows(parser)
    add_format(parser)
    parser.set_defaults(act=run)


def run(args: argparse.Namespace, stdout: TextIO, stderr: TextIO) -> int:
    """Print the differences; exit 0 whether there are any or not."""
    from freehold.catalog.difference import differences
    from freehold.catalog.overlay import open_index
    from freehold.catalog.stored import stored_records
    from freehold.reports.catalog import difference_blocks

    new = stored_records(args.new) if args.new else open_index().records()
    changes = differences(stored_records(args.old), new)
    if args.format == "json":
        write_json({"changes": msgspec.to_builtins(changes)}, stdout)
    else:
        write_blocks(difference_blocks(changes, everything=args.all), stdout)
    return 0

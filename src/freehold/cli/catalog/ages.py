"""``freehold catalog ages``: how the claims are sourced, and which sources were read too long ago."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

import msgspec

from freehold.cli.asking import day
from freehold.cli.catalog.answers import SubParsers, add_format, add_rows, write_blocks, write_json
from freehold.errors import UsageError

YEAR = 365


def configure(actions: SubParsers) -> None:
    """Add the command."""
    parser = actions.add_parser("ages", help="how claims are sourced, and which sources were read too long ago")
    parser.add_argument("path", type=Path, nargs="?", metavar="PATH", help="a catalog (default: the one in use)")
    parser.add_argument(
        "--max-age", type=_days, metavar="DAYS", help="exit 1 if a source was read longer ago (shown: over 365 days)"
    )
    parser.add_argument("--as-of", type=day, metavar="DATE", help="count days to this one (default: today)")
    add_rows(parser)
    add_format(parser)
    parser.set_defaults(act=run)


def run(args: argparse.Namespace, stdout: TextIO, stderr: TextIO) -> int:
    """Print the ages; exit 1 if an age was asked for and a source is older."""
    from freehold.catalog.ages import ages
    from freehold.catalog.overlay import open_index
    from freehold.catalog.stored import stored_records
    from freehold.reports.catalog import ages_blocks

    records = stored_records(args.path) if args.path else open_index().records()
    limit = YEAR if args.max_age is None else args.max_age
    found = ages(records, args.as_of or datetime.now(UTC).date(), limit)
    if args.format == "json":
        write_json(msgspec.to_builtins(found), stdout)
    else:
        write_blocks(ages_blocks(found, everything=args.all), stdout)
    return 1 if args.max_age is not None and found.old else 0


def _days(text: str) -> int:
    if not text.isdigit():
        raise UsageError(f"{text!r} is no number of days", where="--max-age", remedy="a whole number, 0 or more")
    return int(text)

"""``freehold catalog coverage``: how much of any inventory the records know."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

import msgspec

from freehold.cli.asking import day
from freehold.cli.catalog.answers import SubParsers, add_format, add_overlays, add_rows, write_blocks, write_json


def configure(actions: SubParsers) -> None:
    """Add the command."""
    parser = actions.add_parser("coverage", help="how much of what you use the records know")
    parser.add_argument("paths", type=Path, nargs="+", metavar="PATH", help="SBOM, lockfile or folder")
    parser.add_argument(
        "--each", action="store_true", help="read every path by itself; distinct components still count once"
    )
    parser.add_argument("--as-of", type=day, metavar="DATE", help="as known on this day (default: today)")
    add_overlays(parser)
    add_rows(parser)
    add_format(parser)
    parser.set_defaults(act=run)


def run(args: argparse.Namespace, stdout: TextIO, stderr: TextIO) -> int:
    """Print the shares, the grades behind them, and the reasons for what is not known."""
    from freehold.catalog import open_catalog
    from freehold.identify.coverage import coverage
    from freehold.identify.stack import identify
    from freehold.inventory.folder import read_paths
    from freehold.model.subject import Project, Workload
    from freehold.reports.catalog import coverage_blocks

    catalog = open_catalog(args.catalog)
    on = args.as_of or datetime.now(UTC).date()
    project = Project(workload={"project": Workload()})
    units = [[path] for path in args.paths] if args.each else [args.paths]
    found = coverage(identify(read_paths(unit), catalog, project, on) for unit in units)
    if args.format == "json":
        write_json(msgspec.to_builtins(found), stdout)
    else:
        write_blocks(coverage_blocks(found, everything=args.all), stdout)
    return 0

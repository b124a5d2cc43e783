"""``freehold catalog``: show, search and check the records; compare versions, sources and coverage. One module a command."""

from __future__ import annotations

import argparse
from typing import TextIO

from freehold.cli.catalog import ages, check, coverage, declared, diff, show


def configure(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command and its own commands."""
    parser = subparsers.add_parser("catalog", help="show, search, check and compare the records")
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    for module in (show, check, diff, ages, coverage, declared):
        module.configure(actions)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace, stdout: TextIO, stderr: TextIO) -> int:
    """Run one of the commands and return the exit code."""
    code: int = args.act(args, stdout, stderr)
    return code

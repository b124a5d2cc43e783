"""What the commands of ``freehold catalog`` share: their options, and how an answer is written."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import Any, TextIO, TypeAlias

from freehold.reports.layout import Block

SCHEMA_VERSION = 1
SubParsers: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


def add_format(parser: argparse.ArgumentParser) -> None:
    """Add the choice of format."""
    parser.add_argument("-f", "--format", choices=("terminal", "json"), default="terminal")


def add_overlays(parser: argparse.ArgumentParser) -> None:
    """Add the option that names own records."""
    parser.add_argument("--catalog", action="append", default=[], metavar="FOLDER", help="your own records, over ours")


def add_rows(parser: argparse.ArgumentParser) -> None:
    """Add the option that lifts the limit on rows."""
    parser.add_argument("--all", action="store_true", help="show every row")


def write_json(answer: dict[str, Any], stdout: TextIO) -> None:
    """Print an answer as JSON."""
    from freehold.reports.encoding import json_bytes

    stdout.write(json_bytes({"schema_version": SCHEMA_VERSION, **answer}).decode())


def write_blocks(blocks: Sequence[Block], stdout: TextIO) -> None:
    """Print layout values, as wide as the terminal."""
    from freehold.cli.render import render_text

    stdout.write(render_text(blocks, stdout))

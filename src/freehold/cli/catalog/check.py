"""``freehold catalog check`` and ``schema``: check records against format and rules; print the format of a kind."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

import msgspec

from freehold.cli.asking import day
from freehold.cli.catalog.answers import SubParsers, add_format, write_json
from freehold.errors import InputError
from freehold.model.records import FOLDERS


def configure(actions: SubParsers) -> None:
    """Add the two commands."""
    check = actions.add_parser("check", help="check a folder of records against the format and every rule")
    check.add_argument("path", nargs="?", metavar="PATH", help="a folder (default: the checkout's catalog)")
    check.add_argument("--as-of", type=day, metavar="DATE", help="check as of this day (default: today)")
    add_format(check)
    check.set_defaults(act=run_check)
    schema = actions.add_parser("schema", help="print the JSON Schema of a kind of records")
    schema.add_argument("kind", metavar="KIND", help=", ".join(FOLDERS))
    schema.set_defaults(act=run_schema)


def run_check(args: argparse.Namespace, stdout: TextIO, stderr: TextIO) -> int:
    """Print every broken rule; exit 1 if there is any."""
    from freehold.catalog.overlay import checkout_folder
    from freehold.catalog.rules import check_folder

    root = Path(args.path) if args.path else checkout_folder()
    if not any((root / folder).is_dir() for folder in FOLDERS):
        raise InputError("is no catalog", where=str(root), remedy=f"a folder with {', '.join(FOLDERS)}")
    from freehold.reports.words import counted

    records, problems = check_folder(root, args.as_of or datetime.now(UTC).date())
    if args.format == "json":
        write_json({"records": records.count, "problems": msgspec.to_builtins(problems)}, stdout)
    else:
        stdout.write("".join(f"{problem}\n" for problem in problems))
        stderr.write(f"{counted(records.count, 'record')}, {counted(len(problems), 'problem')}\n")
    return 1 if problems else 0


def run_schema(args: argparse.Namespace, stdout: TextIO, stderr: TextIO) -> int:
    """Print the JSON Schema of a kind."""
    from freehold.catalog.schema import kind_named, schema_of

    stdout.write(msgspec.json.format(msgspec.json.encode(schema_of(kind_named(args.kind))), indent=2).decode() + "\n")
    return 0

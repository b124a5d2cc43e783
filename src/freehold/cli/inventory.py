"""``freehold inventory``: everything that was found, with where it stands; also a plain CycloneDX SBOM generator."""

from __future__ import annotations

import argparse
import os
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from freehold import __version__
from freehold.errors import InputError, UsageError

if TYPE_CHECKING:
    from freehold.model.component import Inventory
    from freehold.reports.layout import Block

EPOCH = "SOURCE_DATE_EPOCH"
"""Seconds since 1970 that stand for now: https://reproducible-builds.org/specs/source-date-epoch/"""
_SHOWN_REASONS = 5


def configure(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    from freehold.cli.asking import day

    parser = subparsers.add_parser("inventory", help="list what was found, with where it stands; write an SBOM")
    parser.add_argument("paths", nargs="*", type=Path, metavar="PATH", help="SBOM, lockfile, folder or image archive")
    parser.add_argument("-f", "--format", choices=("table", "json", "cyclonedx"), default="table")
    parser.add_argument("-o", "--output", metavar="FILE", default="-", help="write to FILE (- for stdout)")
    parser.add_argument("--all", action="store_true", help="show every row of the table")
    parser.add_argument("--strict", action="store_true", help="exit 4 when a file was skipped")
    parser.add_argument("--formats", action="store_true", help="list the formats that are read, and those refused")
    parser.add_argument(
        "--as-of", type=day, metavar="DATE", help=f"date the SBOM (default: ${EPOCH}, else the present moment)"
    )
    parser.add_argument("--color", choices=("auto", "always", "never"), default="auto")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace, stdout: TextIO, stderr: TextIO) -> int:
    """Read, print or write, and return 0, or 4 under ``--strict`` where something was skipped."""
    if args.formats:
        _give(_formats(args, stdout), args, stdout)
        return 0
    if not args.paths:
        raise UsageError("no path given", remedy="freehold inventory PATH, or freehold inventory --formats")
    from freehold.inventory.folder import read_paths

    inventory = read_paths(args.paths)
    if not inventory.components:
        raise _nothing_found(inventory, args.paths)
    _give(_rendered(inventory, args, stdout), args, stdout)
    return 4 if args.strict and inventory.skips else 0


def _give(text: str, args: argparse.Namespace, stdout: TextIO) -> None:
    """Print a text, or write it to the file asked for."""
    if args.output == "-":
        stdout.write(text)
        return
    from freehold.system.files import write_text

    write_text(Path(args.output), text)


def _rendered(inventory: Inventory, args: argparse.Namespace, stdout: TextIO) -> str:
    name = ", ".join(map(str, args.paths))
    if args.format == "cyclonedx":
        from freehold.reports.cyclonedx import Stamp, cyclonedx_report

        own = args.paths[0].resolve().name if len(args.paths) == 1 else name
        return cyclonedx_report(inventory, Stamp(__version__, _made_at(args.as_of), own or name)).decode()
    from freehold.reports.inventory import inventory_blocks, inventory_json

    if args.format == "json":
        return inventory_json(inventory, __version__).decode()
    return _laid_out(inventory_blocks(inventory, name, __version__, everything=args.all), args, stdout)


def _formats(args: argparse.Namespace, stdout: TextIO) -> str:
    """Return the formats as text or JSON."""
    from freehold.inventory.formats import READERS, TREE_FORMATS
    from freehold.inventory.lockfiles.refused import RefusedLock
    from freehold.inventory.sbom.refused import RefusedForm
    from freehold.reports.inventory import Formats, formats_blocks, formats_json

    if args.format == "cyclonedx":
        raise UsageError("formats are no inventory", where="--format", remedy="-f table or -f json with --formats")
    refused = {reader.name for reader in READERS if isinstance(reader, RefusedLock | RefusedForm)}
    read = {reader.name for reader in READERS} - refused | set(TREE_FORMATS)
    formats = Formats(tuple(sorted(read)), tuple(sorted(refused)))
    if args.format == "json":
        return formats_json(formats).decode()
    return _laid_out(formats_blocks(formats), args, stdout)


def _laid_out(blocks: tuple[Block, ...], args: argparse.Namespace, stdout: TextIO) -> str:
    from freehold.cli.render import render_text

    return render_text(blocks, stdout if args.output == "-" else None, args.color)


def _made_at(as_of: date | None) -> datetime:
    """Return the time that the document bears. Raises ``UsageError`` where the environment's is no time."""
    if as_of is not None:
        return datetime(as_of.year, as_of.month, as_of.day, tzinfo=UTC)
    stated = os.environ.get(EPOCH, "")
    if not stated:
        return datetime.now(UTC)
    try:
        return datetime.fromtimestamp(int(stated), UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise UsageError(
            f"{stated[:40]!r} is no time", where=EPOCH, remedy="whole seconds since 1970, or unset"
        ) from error


def _nothing_found(inventory: Inventory, paths: list[Path]) -> InputError:
    """Return the error for paths without a component, with the first reasons why files were skipped."""
    reasons = [f"\n  skipped {skip.where}: {skip.reason}" for skip in inventory.skips[:_SHOWN_REASONS]]
    return InputError(
        f"no components found ({len(inventory.files)} files read, {len(inventory.skips)} skipped){''.join(reasons)}",
        where=", ".join(map(str, paths)),
        remedy="point at an SBOM, a lockfile or a project folder; see: freehold inventory --formats",
    )

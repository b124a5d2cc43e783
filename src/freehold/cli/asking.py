"""What every command that assesses shares: its arguments, the layers of settings, progress on stderr."""

from __future__ import annotations

import argparse
import os
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, TextIO

from freehold.assess import Assessor
from freehold.assess.request import Request
from freehold.errors import UsageError
from freehold.model.jurisdictions import NAMES
from freehold.settings.options import HELP, Options, layered
from freehold.settings.project import find_project_file, load_project
from freehold.system.clients import effective_registries
from freehold.vault.manifest import open_vault


def add_arguments(parser: argparse.ArgumentParser, default: Path | None = None) -> None:
    """Add the paths and settings that decide what is assessed; without a ``default`` a path must be given."""
    needed: dict[str, Any] = {"nargs": "+"} if default is None else {"nargs": "*", "default": [default]}
    parser.add_argument("paths", type=Path, metavar="PATH", help="SBOM, lockfile or project folder", **needed)
    parser.add_argument(
        "--subject", metavar="CC", help="ask for a subject that sits, and has its users, in this country (ISO 3166-1)"
    )
    parser.add_argument(
        "--scenario", action="append", metavar="ID[+ID]", help="ID[:VALUE][@onset=N][@notice=N][@end=N]"
    )
    parser.add_argument("--as-of", type=day, metavar="DATE", help=HELP["as_of"])
    parser.add_argument("--horizon", type=float, metavar="DAYS", help=HELP["horizon_days"])
    parser.add_argument("--config", type=Path, metavar="FILE", help="freehold.toml (default: beside the first path)")
    parser.add_argument("--catalog", action="append", metavar="FOLDER", help=HELP["catalog"])
    parser.add_argument("--vault", metavar="FOLDER", help=HELP["vault"])
    parser.add_argument("--offline", action="store_true", help=HELP["offline"])
    parser.add_argument("--strict", action="store_true", help=HELP["strict"])
    parser.add_argument("--color", choices=("auto", "always", "never"), help=HELP["color"])
    parser.add_argument("-q", "--quiet", action="store_true", help="no progress on stderr")


def assessor(args: argparse.Namespace, stderr: TextIO, *, sweep: bool = False) -> tuple[Assessor, Options]:
    """Return the assessor of what ``args`` ask for, and the settings in force."""
    file = args.config or find_project_file(tuple(args.paths))
    loaded, own = load_project(file)
    flags = {
        "as_of": args.as_of,
        "horizon_days": args.horizon,
        "catalog": tuple(args.catalog) if args.catalog else None,
        "vault": args.vault,
        "offline": args.offline or None,
        "strict": args.strict or None,
        "color": args.color,
        "fail_on": getattr(args, "fail_on", None),
    }
    given = {name: value for name, value in flags.items() if value is not None}
    options = layered(own, loaded.file or "freehold.toml", os.environ, given).options
    if args.subject is not None and args.subject not in NAMES:
        raise UsageError(
            f"{args.subject!r} is no ISO 3166-1 code", where="--subject", remedy="for instance --subject DE"
        )
    if args.vault is not None and args.named != "vault":
        open_vault(Path(args.vault))
    request = Request(
        paths=tuple(args.paths),
        loaded=loaded,
        options=options,
        today=datetime.now(UTC).date(),
        scenarios=tuple(args.scenario or ()),
        sweep=sweep,
        subject=args.subject or "",
        registries=effective_registries(os.environ, Path.home()),
    )
    return Assessor(request, None if args.quiet else _Progress(stderr)), options


class _Progress:
    """Says on a terminal which step begins, on one line that the next step overwrites."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._width = 0

    def step(self, text: str) -> None:
        """Show the step; nothing where stderr is no terminal."""
        if self._stream.isatty():
            self._stream.write(f"\r{text:<{self._width}}")
            self._stream.flush()
            self._width = len(text)

    def clear(self) -> None:
        """Take the last step off the screen."""
        if self._stream.isatty() and self._width:
            self._stream.write("\r" + " " * self._width + "\r")
            self._stream.flush()


def day(text: str) -> date:
    """Return the date that an argument writes as YYYY-MM-DD. Raises what argparse reports as a usage error."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no date (YYYY-MM-DD)") from error

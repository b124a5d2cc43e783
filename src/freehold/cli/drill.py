"""``freehold drill``: run a command with the parties of a scenario really unreachable, and keep the evidence."""

from __future__ import annotations

import argparse
import shutil
import signal
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, NoReturn, TextIO

import freehold
from freehold.errors import UsageError
from freehold.model.evidence import MODES

if TYPE_CHECKING:
    from freehold.assess import Assessor
    from freehold.drill.running import Order
    from freehold.model.evidence import Check, DrillPlan, Evidence, Kind, Run

VOID, INCOMPLETE = 3, 4
_EPILOG = """exit codes:
  0  the command succeeded, under proof
  1  the command failed or hung, under proof
  2  the command line cannot be understood
  3  void: the block could not be made or proved, and the command was not run
  4  partial evidence under --strict"""


def configure(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    from freehold.cli.asking import add_arguments
    from freehold.drill.running import DEFAULT_TIMEOUT_SECONDS

    parser = subparsers.add_parser(
        "drill",
        help="run a command with the parties of a scenario unreachable, and prove it",
        usage="freehold drill --scenario ID [PATH] [options] -- COMMAND ...",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_arguments(parser, default=Path())
    _add_kinds(parser)
    parser.add_argument("--state", type=Path, metavar="FOLDER", help="with --rejoin: the home as it was then")
    parser.add_argument(
        "--timeout", type=float, default=DEFAULT_TIMEOUT_SECONDS, metavar="SECONDS", help="(default: 1800)"
    )
    parser.add_argument("--warm", action="store_true", help="keep home and caches: what they hold hides who is needed")
    parser.add_argument("--keep", action="store_true", help="keep the folder with home, certificates and copies")
    parser.add_argument(
        "--allow", action="append", default=[], metavar="HOST", help="allow a host or .DOMAIN whatever is denied"
    )
    parser.add_argument("--deny", action="append", default=[], metavar="HOST", help="deny a host, or .DOMAIN, as well")
    parser.add_argument(
        "--offer",
        action="append",
        default=[],
        metavar="NAME=ADDR:PORT",
        help="a server of yours, under NAME (or localhost)",
    )
    parser.add_argument(
        "--route", action="append", default=[], metavar="HOST=ADDR:PORT", help="where an allowed host really is"
    )
    parser.add_argument(
        "--port", action="append", default=[], type=int, metavar="N", help="relay this TCP port as well"
    )
    parser.add_argument(
        "--artefact", action="append", default=[], metavar="GLOB", help="what was built (default: what is new)"
    )
    parser.add_argument("--dry-run", action="store_true", help="say who would be denied, and run nothing")
    parser.add_argument("--learn", choices=("show", "write"), help="hosts that nobody declared, for freehold.toml")
    parser.add_argument("--attest", type=Path, metavar="FILE", help="write a signed in-toto statement (DSSE)")
    parser.add_argument("--sign-key", type=Path, metavar="FILE", help="private key for --attest, PEM")
    parser.add_argument("--all", action="store_true", help="show every row")
    parser.add_argument("-f", "--format", choices=("text", "json"), default="text", help="what to print")
    parser.add_argument("-o", "--output", metavar="FILE", help="write the evidence, JSON, to FILE as well")
    parser.set_defaults(run=run)


def _add_kinds(parser: argparse.ArgumentParser) -> None:
    """Add what a drill can be: in one mode, in several, only observing, of a mirror, of rejoining."""
    kind = parser.add_mutually_exclusive_group()
    kind.add_argument(
        "--mode", choices=MODES, metavar="MODE", help=f"how the denied fail: {', '.join(MODES)} (default: reset)"
    )
    kind.add_argument(
        "--matrix", nargs="?", const=",".join(MODES), metavar="MODES", help="run every mode, or those named: A,B"
    )
    kind.add_argument("--observe", action="store_true", help="deny nobody, record everybody")
    kind.add_argument(
        "--mirror",
        metavar="[KIND=]URL",
        help="does your mirror (KIND: pypi, npm, docker, deb) serve all that the files name; COMMAND starts it",
    )
    kind.add_argument(
        "--rejoin", nargs="?", const=90, type=int, metavar="DAYS", help="can COMMAND update the state of DAYS ago (90)"
    )


def run(args: argparse.Namespace, stdout: TextIO, stderr: TextIO) -> int:
    """Drill, print and write the evidence, and return the exit code."""
    from freehold.cli.asking import assessor
    from freehold.cli.drill_arguments import checked, with_denied
    from freehold.cli.drill_output import give, learn, planned

    checked(args)
    asked, options = assessor(args, stderr)
    plan = with_denied(asked.drill_plan(), args.deny)
    asked.done()
    if not (plan.denied or args.observe or args.mirror or args.rejoin is not None):
        raise UsageError(
            "nobody would be denied",
            where="drill",
            remedy="name a scenario with --scenario, a host with --deny, or --observe",
        )
    if args.dry_run:
        return planned(plan, args, options.color, stdout)
    evidence = _performed(args, asked, plan, stderr)
    give(evidence, args, options.color, stdout)
    if args.learn:
        learn(evidence, args, asked.request.loaded, stderr)
    return exit_code(evidence, strict=options.strict)


def exit_code(evidence: Evidence, *, strict: bool) -> int:
    """Return 3 where anything is void, 4 for partial evidence under ``strict``, else 0 if the command succeeded, else 1.

    Of rejoining the last run counts: cut off, an update may well fail.
    """
    from freehold.drill.sessions import succeeded
    from freehold.model.evidence import Standing

    if evidence.standing is Standing.VOID:
        return VOID
    if strict and evidence.standing is Standing.PARTIAL:
        return INCOMPLETE
    return 0 if succeeded(evidence.runs, last_alone=evidence.kind == "rejoin") else 1


def _performed(args: argparse.Namespace, asked: Assessor, plan: DrillPlan, stderr: TextIO) -> Evidence:
    """Run what was asked for in a folder of its own, which goes afterwards."""
    from freehold.cli.drill_arguments import kind_of, order_of, performed
    from freehold.drill.evidence import on_loopback
    from freehold.drill.furnishing import warm_folders

    before = {number: signal.signal(number, _leave) for number in (signal.SIGTERM, signal.SIGHUP)}
    scratch = Path(tempfile.mkdtemp(prefix="freehold-drill-"))
    started = datetime.now(UTC).isoformat(timespec="seconds")
    try:
        order = order_of(args, plan)
        held = warm_folders(order.folder) if kind_of(args) in ("drill", "observe") else ()
        runs, checks = performed(args, order, asked.request.paths, scratch)
    finally:
        if args.keep:
            stderr.write(f"kept: {scratch}\n")
        else:
            shutil.rmtree(scratch, ignore_errors=True)
        for number, handler in before.items():
            signal.signal(number, handler)
    warm, local = args.warm or bool(args.state), on_loopback(plan.declared, order.environment)
    return _evidence(asked, order, runs, checks, _Circumstances(kind_of(args), started, warm, held, local))


def _leave(number: int, frame: FrameType | None) -> NoReturn:
    """End as the signal says, but in good order: what was started and made goes first."""
    raise SystemExit(128 + number)


@dataclass(frozen=True)
class _Circumstances:
    """Of which kind the drill was, when it began, and what it found that hides who is needed."""

    kind: Kind
    started_at: str
    warm: bool
    held: tuple[str, ...]
    local: tuple[str, ...]


def _evidence(
    asked: Assessor, order: Order, runs: tuple[Run, ...], checks: tuple[Check, ...], around: _Circumstances
) -> Evidence:
    from freehold.assess.hosts import learned
    from freehold.drill.evidence import caveats, clauses, environment
    from freehold.model.evidence import Evidence, weakest

    return Evidence(
        freehold_version=freehold.__version__,
        kind=around.kind,
        standing=weakest(runs),
        plan=order.plan,
        command=order.command,
        started_at=around.started_at,
        caches="warm" if around.warm else "clean",
        runs=runs,
        checks=checks,
        learned=learned(order.plan, (c for run in runs for c in run.contacts), asked.catalog),
        clauses=clauses(around.kind, runs),
        environment=environment(order.command, order.environment),
        caveats=caveats(around.held, around.local, caches_are_warm=order.warm),
    )

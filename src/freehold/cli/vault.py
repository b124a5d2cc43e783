"""``freehold vault``: hold copies of what you need, check them, serve them, carry them.

Arguments only; what each command does is in ``vault_runs``.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TextIO

from freehold.settings.options import HELP

PORT = 8418


def configure(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command and its own commands."""
    parser = subparsers.add_parser("vault", help="hold copies of what you need, check them, serve them")
    actions = parser.add_subparsers(
        dest="action", required=True, metavar="pull|verify|serve|gap|keep|export|import|point"
    )
    _pull(actions.add_parser("pull", help="bring what the lockfiles name into the vault"))
    _gap(actions.add_parser("gap", help="list what the project has and the vault lacks"))
    _verify(actions.add_parser("verify", help="read every copy again and compare it with its hash"))
    _serve(actions.add_parser("serve", help="serve the vault to package clients, read-only"))
    _point(actions.add_parser("point", help="copy a project and point its lockfiles at the served vault"))
    _keep(actions.add_parser("keep", help="remove superseded versions, all but the last N"))
    _export(actions.add_parser("export", help="write the vault into one tar file"))
    _import(actions.add_parser("import", help="take what a tar file holds into the vault"))
    parser.set_defaults(run=run)


def run(args: argparse.Namespace, stdout: TextIO, stderr: TextIO) -> int:
    """Run one of the commands and return the exit code."""
    from freehold.cli import vault_runs

    code: int = getattr(vault_runs, f"run_{args.action}")(args, stdout, stderr)
    return code


def _pull(parser: argparse.ArgumentParser) -> None:
    _add_project(parser)
    parser.add_argument(
        "--plan", type=Path, metavar="FILE", help="bring the purls listed in FILE, not those of a project"
    )
    parser.add_argument(
        "--wheels", action="append", metavar="GLOB", help="of the wheels for one platform bring only those named so"
    )
    parser.add_argument("--jobs", type=int, default=8, metavar="N", help="components at a time (default: 8)")
    parser.add_argument("--dry-run", action="store_true", help="ask the indexes, fetch and write nothing")
    _add_output(parser)


def _gap(parser: argparse.ArgumentParser) -> None:
    _add_project(parser)
    _add_output(parser)


def _verify(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--mend", action="store_true", help="remove damaged copies: the next pull fetches them again")
    _add_vault(parser)
    _add_output(parser)


def _serve(parser: argparse.ArgumentParser) -> None:
    _add_vault(parser)
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: this machine only)")
    parser.add_argument("--port", type=int, default=PORT, help=f"port to listen on, 0 for any (default: {PORT})")
    parser.add_argument(
        "words", nargs=argparse.REMAINDER, metavar="-- COMMAND", help="run it pointed at the vault, and end with it"
    )
    parser.add_argument("--settings", action="store_true", help="print what points clients at the vault, and end")
    parser.add_argument("-v", "--verbose", action="store_true", help="print every request on stderr")


def _point(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("path", type=Path, metavar="PATH", help="project folder")
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="new folder for the copy")
    parser.add_argument("--url", default=f"http://127.0.0.1:{PORT}", help="where the vault is served")
    parser.add_argument("--dry-run", action="store_true", help="write nothing")
    _add_vault(parser)
    _add_output(parser)


def _keep(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("versions", type=int, metavar="N", help="versions of each package that stay, 5 or more")
    parser.add_argument(
        "--named-by", action="append", default=[], type=Path, metavar="PATH", help="what this project names stays too"
    )
    parser.add_argument("--dry-run", action="store_true", help="remove nothing")
    _add_vault(parser)
    _add_output(parser)


def _export(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE", help="tar file to write")
    parser.add_argument("--to-others", action="store_true", help="only what the terms let you pass on")
    parser.add_argument("--dry-run", action="store_true", help="write nothing")
    _add_vault(parser)
    _add_output(parser)


def _import(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE", help="tar file to read")
    parser.add_argument("--dry-run", action="store_true", help="check everything, write nothing")
    _add_vault(parser)
    _add_output(parser)


def _add_project(parser: argparse.ArgumentParser) -> None:
    from freehold.cli.asking import add_arguments

    add_arguments(parser, default=Path())
    parser.add_argument("--workload", action="append", default=[], metavar="NAME", help="only what this workload needs")


def _add_vault(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--vault", metavar="FOLDER", help=HELP["vault"])
    parser.add_argument("--config", type=Path, metavar="FILE", help="freehold.toml (default: in this folder)")
    parser.add_argument("--color", choices=("auto", "always", "never"), default=None)
    parser.add_argument("-q", "--quiet", action="store_true", help="no progress on stderr")


def _add_output(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--all", action="store_true", help="show every row")
    parser.add_argument("-f", "--format", choices=("terminal", "json"), default="terminal")
    parser.add_argument("-o", "--output", metavar="FILE", default="-", help="write to FILE (- for stdout)")

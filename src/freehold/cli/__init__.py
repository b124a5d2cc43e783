"""The command line: one module per command, errors caught once, data on stdout and everything else on stderr."""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Sequence
from typing import TextIO

from freehold import __version__
from freehold.errors import FreeholdError, UsageError

COMMANDS = ("assess", "explain", "inventory", "scenarios", "vault", "drill", "engine", "catalog", "config")
"""Each is a module of this package with ``configure(subparsers)``, which sets ``run(args, stdout, stderr) -> int``."""
RUNS_COMMANDS = ("drill",)
"""Those that run a command of the user's: what stands behind ``--`` is ``args.command`` and never looked into."""

EPILOG = """exit codes:
  0  done, nothing at or over the threshold (none set: always)
  1  findings at or over the threshold (--fail-on)
  2  the command line or freehold.toml cannot be understood
  3  no usable input, or a file named on the command line cannot be read
  4  something stayed unread or unknown under --strict, or a budget allows no answer"""


class _Parser(argparse.ArgumentParser):
    """An argument parser that raises instead of leaving the process."""

    def error(self, message: str) -> None:  # type: ignore[override]
        raise UsageError(message, remedy=f"{self.prog} --help")


def main(argv: Sequence[str], stdin: TextIO, stdout: TextIO, stderr: TextIO | None = None) -> int:
    """Run one command and return its exit code."""
    errors = stderr if stderr is not None else sys.stderr
    try:
        own, command = _parted(argv)
        args = _parser(own).parse_args(own)
        args.command = command
        code: int = args.run(args, stdout, errors)
    except FreeholdError as error:
        errors.write(f"freehold: {_printable(str(error))}\n")
        return error.exit_code
    except BrokenPipeError:
        return 0
    except KeyboardInterrupt:
        errors.write("freehold: interrupted\n")
        return 130
    return code


def _parser(argv: Sequence[str]) -> argparse.ArgumentParser:
    """Return the parser; only the module of the command that is named is imported."""
    parser = _Parser(
        prog="freehold",
        description="What you would lose the day a country, a company or a patent holder cuts you off.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="store_true", help="print the version and exit")
    subparsers = parser.add_subparsers(dest="named", metavar="COMMAND", parser_class=_Parser)
    named = next((word for word in argv if not word.startswith("-")), "")
    for command in COMMANDS if named not in COMMANDS else (named,):
        importlib.import_module(f"freehold.cli.{command}").configure(subparsers)
    parser.set_defaults(run=_nothing)
    return parser


def _parted(argv: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return our own arguments, and the command behind ``--`` for those that run one."""
    words = list(argv)
    if "--" not in words or not any(word in RUNS_COMMANDS for word in words[:1]):
        return words, []
    at = words.index("--")
    return words[:at], words[at + 1 :]


def _nothing(args: argparse.Namespace, stdout: TextIO, stderr: TextIO) -> int:
    """Print the version if that was asked for; else say what can be."""
    if args.version:
        stdout.write(f"freehold {__version__}\n")
        return 0
    raise UsageError("no command given", remedy=f"one of {', '.join(COMMANDS)}; freehold --help")


def _printable(text: str) -> str:
    """Return a text without control characters, line breaks kept."""
    return "".join(c if c.isprintable() or c == "\n" else "\N{REPLACEMENT CHARACTER}" for c in text)

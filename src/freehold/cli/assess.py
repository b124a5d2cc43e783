"""``freehold assess``: what stops, on which day, for how long, and who are the single points of failure."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TextIO

from freehold.model.verdict import Assessment, Verdict

_AT_LEAST = {
    "exposed": (Verdict.EXPOSED, Verdict.STRANDED, Verdict.NO_KNOWN_WAY_BACK),
    "stranded": (Verdict.STRANDED, Verdict.NO_KNOWN_WAY_BACK),
}


def configure(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    from freehold.cli.asking import add_arguments
    from freehold.settings.options import FAIL_ON, HELP

    parser = subparsers.add_parser("assess", help="say what stops, when, for how long, and through whom")
    add_arguments(parser)
    parser.add_argument(
        "--sweep", action="store_true", help="cut every single party off, also where scenarios are named"
    )
    parser.add_argument("--fail-on", choices=[choice for choice in FAIL_ON if choice], help=HELP["fail_on"])
    parser.add_argument("--all", action="store_true", help="show every row, question and reason")
    parser.add_argument("-f", "--format", choices=("terminal", "json"), default="terminal")
    parser.add_argument("-o", "--output", metavar="FILE", default="-", help="write to FILE (- for stdout)")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace, stdout: TextIO, stderr: TextIO) -> int:
    """Assess, print or write the report, and return the exit code."""
    from freehold.cli.asking import assessor
    from freehold.system.files import write_text

    asked, options = assessor(args, stderr, sweep=args.sweep)
    assessment = asked.assessment()
    asked.done()
    text = _rendered(assessment, args, options.color, stdout)
    if args.output == "-":
        stdout.write(text)
    else:
        write_text(Path(args.output), text)
    return exit_code(assessment, options.fail_on, strict=options.strict)


def _rendered(assessment: Assessment, args: argparse.Namespace, color: str, stdout: TextIO) -> str:
    if args.format == "json":
        from freehold.reports.json import json_report

        return json_report(assessment).decode()
    from freehold.cli.render import render_text
    from freehold.reports.terminal import terminal_report

    target = stdout if args.output == "-" else None
    return render_text(terminal_report(assessment, everything=args.all), target, color)


def exit_code(assessment: Assessment, fail_on: str, *, strict: bool) -> int:
    """Return 4 for anything unread or unknown under ``strict``, else 1 for findings at or over the threshold, else 0."""
    if strict and (assessment.skipped or assessment.unknown):
        return 4
    if fail_on and assessment.breaches:
        return 1
    verdicts = {cell.verdict for scenario in assessment.scenarios for cell in scenario.results}
    return 1 if verdicts & set(_AT_LEAST.get(fail_on, ())) else 0

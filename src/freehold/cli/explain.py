"""``freehold explain``: unfold one line of an assessment, with days, grades and sources."""

from __future__ import annotations

import argparse
from typing import TextIO


def configure(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    from freehold.cli.asking import add_arguments
    from freehold.model.subject import Ability

    parser = subparsers.add_parser("explain", help="prove one line of an assessment")
    add_arguments(parser)
    parser.add_argument("--workload", metavar="NAME", help="default: the only one")
    parser.add_argument("--ability", required=True, choices=[ability.value for ability in Ability])
    parser.add_argument("-f", "--format", choices=("terminal", "json"), default="terminal")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace, stdout: TextIO, stderr: TextIO) -> int:
    """Print the explanation and return 0."""
    from freehold.cli.asking import assessor
    from freehold.cli.render import render_text
    from freehold.model.subject import Ability
    from freehold.reports.explanation import explanation_report
    from freehold.reports.json import json_text

    asked, options = assessor(args, stderr)
    found = asked.explanations(args.workload or "", Ability(args.ability))
    asked.done()
    if args.format == "json":
        stdout.write(json_text(found))
        return 0
    for explanation in found:
        stdout.write(render_text(explanation_report(explanation), stdout, options.color) + "\n")
    return 0

"""The one way to run another program and wait for it: list argv, a timeout, both pipes drained, the end of it in the error."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from freehold.errors import FreeholdError

TAIL_CHARACTERS = 500


class ProcessError(FreeholdError):
    """Another program failed, took too long or is not there."""

    exit_code = 3


def found(name: str) -> str:
    """Return the path of a program, or the empty string where there is none."""
    return shutil.which(name) or ""


def output_of(
    argv: Sequence[str],
    *,
    timeout_seconds: float = 30.0,
    stdin: bytes = b"",
    folder: Path | None = None,
    environment: Mapping[str, str] | None = None,
) -> bytes:
    """Run a program and return what it wrote to standard output. Raises ``ProcessError`` with the end of what it said."""
    try:
        done = subprocess.run(  # noqa: S603 no shell, and a list
            list(argv),
            input=stdin,
            capture_output=True,
            timeout=timeout_seconds,
            cwd=folder,
            env=dict(environment) if environment is not None else None,
            check=False,
        )
    except FileNotFoundError as error:
        raise ProcessError("this program is not installed", where=argv[0]) from error
    except subprocess.TimeoutExpired as error:
        raise ProcessError(f"no answer within {timeout_seconds:g} seconds", where=argv[0]) from error
    if done.returncode != 0:
        said = done.stderr.decode("utf-8", "replace").strip()[-TAIL_CHARACTERS:]
        raise ProcessError(f"ended with {done.returncode}: {said or 'no message'}", where=argv[0])
    return done.stdout

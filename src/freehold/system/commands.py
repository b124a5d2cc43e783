"""Running another program: a list of words, never a shell; a time limit; its output kept within bounds."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from freehold.errors import FreeholdError

MOST_OUTPUT_BYTES = 16 << 20
TAIL = 800


class CommandError(FreeholdError):
    """A program is not there, took too long or failed; the reason ends with the tail of what it said."""

    exit_code = 3

    def __init__(self, words: Sequence[str], reason: str) -> None:
        super().__init__(reason, where=words[0])


def program(name: str) -> str:
    """Return the path of a program, or the empty string where it is not installed."""
    return shutil.which(name) or ""


def output_of(
    words: Sequence[str],
    *,
    folder: Path | None = None,
    environment: Mapping[str, str] | None = None,
    stdin: bytes = b"",
    timeout_seconds: float = 600.0,
) -> bytes:
    """Run a program and return what it prints; ``environment`` is the whole of its variables (None: our own).

    Raises ``CommandError``; then none of its children is left.
    """
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as said:
        given.write(stdin)
        given.seek(0)
        try:
            process = subprocess.Popen(  # noqa: S603 - a list of words, no shell
                list(words),
                cwd=folder,
                env=None if environment is None else dict(environment),
                stdin=given,
                stdout=out,
                stderr=said,
                start_new_session=True,
            )
        except OSError as error:
            raise CommandError(words, f"cannot be run: {error.strerror or error}") from error
        try:
            code = process.wait(timeout_seconds)
        except BaseException as error:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            if isinstance(error, subprocess.TimeoutExpired):
                raise CommandError(words, f"took longer than {timeout_seconds:,.0f} s") from error
            raise
        if code:
            said.seek(max(0, said.seek(0, os.SEEK_END) - TAIL))
            tail = " ".join(said.read().decode("utf-8", "replace").split())
            raise CommandError(words, f"ended with exit code {code}: {tail or 'no message'}")
        out.seek(0)
        return out.read(MOST_OUTPUT_BYTES)


def run_through(words: Sequence[str], environment: Mapping[str, str]) -> int:
    """Run a program on our own input and output with more variables set, and return its exit code. Raises ``CommandError``."""
    if not words:
        raise CommandError(["command"], "is not named")
    try:
        done = subprocess.run(list(words), env={**os.environ, **environment}, check=False)  # noqa: S603 - the user's own
    except OSError as error:
        raise CommandError(words, f"cannot be run: {error.strerror or error}") from error
    return done.returncode if done.returncode >= 0 else 128 - done.returncode

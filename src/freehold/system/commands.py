"""Running another program: a list of words, never a shell; a time limit; its output kept within bounds."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

MOST_OUTPUT_BYTES = 16 << 20
TAIL = 800


class CommandError(Exception):
    """A program is not there, took too long or failed; ``reason`` ends with the tail of what it said."""

    def __init__(self, words: Sequence[str], reason: str) -> None:
        super().__init__(f"{words[0]}: {reason}")
        self.reason = reason


def has_program(name: str) -> bool:
    """Tell whether a program is installed."""
    return shutil.which(name) is not None


def run(
    words: Sequence[str], *, folder: Path, environment: Mapping[str, str] | None = None, timeout_s: float = 600.0
) -> bytes:
    """Run a program in ``folder`` and return what it prints. Raises ``CommandError``; then none of its children is left."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as said:
        try:
            process = subprocess.Popen(  # noqa: S603 - a list of words, no shell
                list(words),
                cwd=folder,
                env={**os.environ, **(environment or {})},
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=said,
                start_new_session=True,
            )
        except OSError as error:
            raise CommandError(words, f"cannot be run: {error.strerror or error}") from error
        try:
            code = process.wait(timeout_s)
        except BaseException as error:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            if isinstance(error, subprocess.TimeoutExpired):
                raise CommandError(words, f"took longer than {timeout_s:,.0f} s") from error
            raise
        said.seek(max(0, said.seek(0, os.SEEK_END) - TAIL))
        if code:
            tail = " ".join(said.read().decode("utf-8", "replace").split())
            raise CommandError(words, f"ended with exit code {code}: {tail}")
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

"""Progress of the vault's commands on stderr: one line, overwritten on a terminal, given now and then elsewhere."""

from __future__ import annotations

import threading
import time
from typing import TextIO

from freehold.cli.render import printable
from freehold.reports.vault import size_text
from freehold.vault.pulling import Reporter

_EVERY_S = 0.1
_SELDOM_S = 10.0
_WIDTH = 78


class _Line:
    """One line of progress."""

    def __init__(self, stream: TextIO, *, quiet: bool) -> None:
        self._stream = stream
        self._quiet = quiet
        self._terminal = stream.isatty()
        self._next = time.monotonic() + (0.0 if self._terminal else _SELDOM_S)
        self._shown = False

    def show(self, text: str) -> None:
        """Show a line if the last one was shown some time ago."""
        now = time.monotonic()
        if self._quiet or now < self._next:
            return
        self._next = now + (_EVERY_S if self._terminal else _SELDOM_S)
        line = printable(text)[:_WIDTH]
        self._stream.write(f"\r{line:<{_WIDTH}}" if self._terminal else f"{line}\n")
        self._stream.flush()
        self._shown = True

    def clear(self) -> None:
        """Take the line off the screen."""
        if self._shown and self._terminal:
            self._stream.write("\r" + " " * _WIDTH + "\r")
            self._stream.flush()


class PullProgress(Reporter):
    """Says how many components are done, how many bytes came, and what comes now."""

    def __init__(self, stream: TextIO, *, quiet: bool) -> None:
        self._line = _Line(stream, quiet=quiet)
        self._lock = threading.Lock()
        self._wanted = self._done = self._bytes = 0
        self._file = ""

    def begin(self, components: int) -> None:
        """Take note of how many are wanted."""
        self._wanted = components

    def fetching(self, file: str) -> None:
        """Take note of what comes now."""
        with self._lock:
            self._file = file
            self._show()

    def received(self, count: int) -> None:
        """Take note of bytes."""
        with self._lock:
            self._bytes += count
            self._show()

    def component_done(self, purl: str) -> None:
        """Take note of one that is done."""
        with self._lock:
            self._done += 1
            self._show()

    def clear(self) -> None:
        """Take the line off the screen."""
        self._line.clear()

    def _show(self) -> None:
        self._line.show(f"{self._done:,} of {self._wanted:,} components, {size_text(self._bytes)}: {self._file}")


class CopyProgress:
    """Says which file is read now."""

    def __init__(self, stream: TextIO, *, quiet: bool) -> None:
        self._line = _Line(stream, quiet=quiet)
        self._count = 0

    def file(self, name: str) -> None:
        """Take note of a file."""
        self._count += 1
        self._line.show(f"file {self._count:,}: {name}")

    def clear(self) -> None:
        """Take the line off the screen."""
        self._line.clear()

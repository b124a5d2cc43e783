"""How every benchmark here measures and tells: CPU time of this process, median of several runs, peak memory; pages."""

from __future__ import annotations

import resource
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")


def cpu_seconds(task: Callable[[], T], times: int = 1) -> tuple[float, T]:
    """Run ``task`` several times; return the median of the CPU seconds (all threads) and the last result."""
    taken = []
    for _ in range(times):
        begun = time.process_time()
        result = task()
        taken.append(time.process_time() - begun)
    return statistics.median(taken), result


def peak_megabytes() -> float:
    """Return the most memory this process has held so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def show(what: str, seconds: float, note: str = "") -> None:
    """Print one figure in milliseconds."""
    print(f"  {what:<58}{seconds * 1000:>12,.1f} ms  {note}", flush=True)


def put(page: str, output: Path | None) -> None:
    """Write a page to a file, or print it."""
    if output:
        output.write_text(page, encoding="utf-8")
    else:
        sys.stdout.write(page)

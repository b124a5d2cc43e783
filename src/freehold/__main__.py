"""``python -m freehold`` and the ``freehold`` script."""

from __future__ import annotations

import sys


def run() -> int:
    """Run the command line on the process's own streams; the version is printed without loading anything else."""
    if sys.argv[1:] == ["--version"]:
        from freehold import __version__

        sys.stdout.write(f"freehold {__version__}\n")
        return 0
    import gc
    import os

    os.environ.setdefault(
        "OPENBLAS_NUM_THREADS", "1"
    )  # no linear algebra here: starting its threads is all it would do
    from freehold.cli import main

    gc.set_threshold(200_000, 20, 20)  # components are many, small and acyclic: collecting early finds nothing
    return main(sys.argv[1:], sys.stdin, sys.stdout, sys.stderr)


if __name__ == "__main__":
    sys.exit(run())

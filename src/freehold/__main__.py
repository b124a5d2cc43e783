"""``python -m freehold`` and the ``freehold`` script."""

from __future__ import annotations

import sys


def run() -> int:
    """Run the command line on the process's own streams; the version is printed without loading anything else."""
    if sys.argv[1:] == ["--version"]:
        from freehold import __version__

        sys.stdout.write(f"freehold {__version__}\n")
        return 0
    from freehold.cli import main

    return main(sys.argv[1:], sys.stdin, sys.stdout, sys.stderr)


if __name__ == "__main__":
    sys.exit(run())

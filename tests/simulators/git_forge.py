"""A forge: a repository made on the spot, served as plain files (git's "dumb" protocol)."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from loopback import Loopback

_ENV = {
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_CONFIG_SYSTEM": "/dev/null",
    "GIT_AUTHOR_NAME": "Nobody",
    "GIT_AUTHOR_EMAIL": "nobody@example.org",
    "GIT_COMMITTER_NAME": "Nobody",
    "GIT_COMMITTER_EMAIL": "nobody@example.org",
    "GIT_AUTHOR_DATE": "2026-01-01T00:00:00Z",
    "GIT_COMMITTER_DATE": "2026-01-01T00:00:00Z",
}


def git(folder: Path, *words: str) -> str:
    """Run git in a folder and return what it prints."""
    done = subprocess.run(
        ["git", *words], cwd=folder, env={**os.environ, **_ENV}, capture_output=True, text=True, check=True, timeout=60
    )
    return done.stdout.strip()


def add_repository(server: Loopback, folder: Path, path: str, files: dict[str, str]) -> str:
    """Serve a repository with one commit a file, and return the first commit."""
    folder.mkdir(parents=True)
    git(folder, "init", "-q", "-b", "main")
    for name, text in files.items():
        (folder / name).write_text(text, "utf-8")
        git(folder, "add", name)
        git(folder, "commit", "-q", "-m", f"add {name}")
    git(folder, "tag", "v1")
    git(folder, "update-server-info")
    for file in (folder / ".git").rglob("*"):
        if file.is_file():
            server.routes[f"{path}/{file.relative_to(folder / '.git').as_posix()}"] = file.read_bytes()
    return git(folder, "rev-list", "--max-parents=0", "HEAD")

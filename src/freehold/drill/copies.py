"""Copies of a project to run in: as it is, or as it was so many days ago."""

from __future__ import annotations

import shutil
from datetime import datetime, timedelta
from pathlib import Path

from freehold.errors import InputError
from freehold.system.commands import CommandError, output_of, program

GIT_SECONDS = 300.0


def copied(project: Path, target: Path) -> Path:
    """Return a copy of a project as it is; links stay links. Raises ``InputError``."""
    try:
        shutil.copytree(project, target, symlinks=True)
    except (OSError, shutil.Error) as error:
        raise InputError(f"the project cannot be copied: {error}", where=str(project)) from error
    return target


def frozen(project: Path, target: Path, days: int, now: datetime) -> tuple[Path, str]:
    """Return a copy of a project as it was ``days`` ago, and why it is not quite that (empty: it is).

    The state is that of the last commit before that moment. Without version control, or a commit that old, today's
    files stand in for those of then.
    """
    moment = now - timedelta(days=days)
    try:
        top = Path(_git(project, "rev-parse", "--show-toplevel"))
        commit = _git(project, "rev-list", "-1", f"--before={moment.isoformat()}", "HEAD")
    except CommandError:
        return copied(project, target), "the project is not under git: today's files stand in for those of then"
    if not commit:
        return copied(project, target), f"no commit is {days} days old: today's files stand in for those of then"
    try:
        output_of(
            ["git", "clone", "--quiet", "--no-hardlinks", "--no-checkout", str(top), str(target)],
            timeout_seconds=GIT_SECONDS,
        )
        _git(target, "checkout", "--quiet", "--detach", commit)
    except CommandError as error:
        raise InputError(f"the state of {moment:%Y-%m-%d} cannot be taken out of git: {error.reason}") from error
    folder = target / project.resolve().relative_to(top.resolve())
    if not folder.is_dir():
        raise InputError(f"this folder was not there {days} days ago", where=str(project), remedy="choose fewer days")
    return folder, ""


def _git(folder: Path, *arguments: str) -> str:
    if not program("git"):
        raise CommandError(["git"], "is not installed")
    return output_of(["git", "-C", str(folder), *arguments], timeout_seconds=GIT_SECONDS).decode().strip()

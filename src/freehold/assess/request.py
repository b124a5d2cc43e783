"""What is asked: paths, settings and scenarios; and who hears of the progress."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Protocol

import msgspec

from freehold.model.subject import Project
from freehold.settings.options import Options
from freehold.settings.project import Loaded


class Reporter(Protocol):
    """Hears which step begins; the default hears nothing."""

    def step(self, text: str) -> None:
        """Take note that a step begins."""

    def clear(self) -> None:
        """Take note that all steps are done."""


class Silent:
    """A reporter that keeps quiet."""

    def step(self, text: str) -> None:
        """Keep quiet."""

    def clear(self) -> None:
        """Keep quiet."""


@dataclass(frozen=True, slots=True)
class Request:
    """One question to Freehold. ``today`` is day 0 where the settings name none; ``registries`` by purl type."""

    paths: tuple[Path, ...]
    loaded: Loaded
    options: Options
    today: date
    scenarios: tuple[str, ...] = ()
    sweep: bool = False
    subject: str = ""
    registries: dict[str, list[str]] = field(default_factory=dict)

    @property
    def as_of(self) -> date:
        """Return day 0."""
        return self.options.as_of or self.today

    @property
    def project(self) -> Project:
        """Return the project, asked for another subject if the command line names one: seated there, with users there."""
        project = self.loaded.project
        if not self.subject:
            return project
        other = msgspec.structs.replace(project.subject, seat=self.subject, users=(self.subject,), owners=())
        return msgspec.structs.replace(project, subject=other)

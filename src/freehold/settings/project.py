"""``freehold.toml``: what a project says about itself, read and checked.

The file is looked for beside the inputs; without one the project is one workload with all abilities and no tolerated
downtime. Every rule that needs more than one value is checked here, with the line of the value.
"""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches
from pathlib import Path

import msgspec

from freehold.errors import UsageError
from freehold.model.jurisdictions import NAMES
from freehold.model.subject import Ability, Project, Range, Workload
from freehold.settings.options import Options
from freehold.system.toml import NotDecodedError, decode
from freehold.system.toml_lines import TomlPath, line_of

FILE_NAME = "freehold.toml"
DEFAULT_WORKLOAD = "project"
FACT_FIELDS = (
    "supplier",
    "licence",
    "channel",
    "source",
    "stateful",
    "export",
    "used",
    "seat",
    "parent",
    "establishment",
    "listing",
    "hosting",
    "origin",
)
"""What ``[[fact]]`` can state: of a component or offering, of a service, of a supplier, channel or offering."""


class Loaded(msgspec.Struct, frozen=True):
    """A project and the file it was read from (empty: none was found)."""

    project: Project
    file: str = ""


class _File(Project, frozen=True, forbid_unknown_fields=True):
    """The whole of ``freehold.toml``: the project, and settings of the tool itself."""

    settings: Options = Options()


def load_project(path: Path | None) -> tuple[Loaded, Options]:
    """Return the project in ``path`` and its ``[settings]`` table; without a path the defaults.

    Raises ``UsageError`` with file, line and remedy.
    """
    if path is None:
        return Loaded(_with_default(Project())), Options()
    try:
        file, text = decode(path.read_bytes(), str(path), _File)
    except OSError as error:
        raise UsageError(f"cannot be read: {error.strerror}", where=str(path)) from error
    except NotDecodedError as error:
        raise error.turned_into(UsageError) from error
    for place, reason, remedy in _broken(file):
        raise UsageError(reason, where=f"{path}:{line_of(text, place)}", remedy=remedy)
    fields = {name: getattr(file, name) for name in Project.__struct_fields__}
    return Loaded(_with_default(Project(**fields)), str(path)), file.settings


def find_project_file(paths: tuple[Path, ...]) -> Path | None:
    """Return ``freehold.toml`` of the first given path: in the folder, or beside the file."""
    for path in paths:
        folder = path if path.is_dir() else path.parent
        if (folder / FILE_NAME).is_file():
            return folder / FILE_NAME
    return None


def _with_default(project: Project) -> Project:
    if project.workload:
        return project
    return msgspec.structs.replace(project, workload={DEFAULT_WORKLOAD: Workload()})


def _broken(project: Project) -> Iterator[tuple[TomlPath, str, str]]:
    """Yield (place, reason, remedy) for each rule that the file breaks."""
    yield from _broken_codes(project)
    for name, workload in project.workload.items():
        yield from _broken_range(("workload", name, "tolerated_downtime_days"), workload.tolerated_downtime_days)
        if not workload.abilities:
            yield ("workload", name, "abilities"), "a workload needs an ability", f"one of {', '.join(Ability)}"
    for index, entry in enumerate(project.service):
        for unknown in sorted(set(entry.workloads) - set(project.workload)):
            known = ", ".join(project.workload) or "none"
            yield ("service", index, "workloads"), f"there is no workload {unknown!r}", f"workloads here: {known}"
        if entry.role not in ("runtime", "build"):
            yield ("service", index, "role"), f"no role is called {entry.role!r}", "write runtime or build"
    for index, contract in enumerate(project.contract):
        if contract.yearly_spend_eur is not None:
            yield from _broken_range(("contract", index, "yearly_spend_eur"), contract.yearly_spend_eur)
    for index, fact in enumerate(project.fact):
        if fact.field not in FACT_FIELDS:
            close = get_close_matches(fact.field, FACT_FIELDS, n=1)
            hint = f"did you mean {close[0]!r}? " if close else ""
            yield ("fact", index, "field"), f"nothing reads {fact.field!r}", f"{hint}fields: {', '.join(FACT_FIELDS)}"
        if fact.field == "used" and fact.value not in ("yes", "no"):
            yield ("fact", index, "value"), f"{fact.value!r} says neither", "write yes or no"
    for name in ("cached_copy", "next_hole"):
        yield from _broken_range(("grace", name), getattr(project.grace, name))
    if project.team is not None and project.team.persons <= 0:
        yield ("team", "persons"), "a team of nobody never recovers", "give persons a positive number"


def _broken_codes(project: Project) -> Iterator[tuple[TomlPath, str, str]]:
    subject = project.subject
    codes = [(("subject", "seat"), subject.seat)] if subject.seat else []
    codes += [(("subject", "users"), code) for code in subject.users]
    codes += [(("subject", "owners"), owner.jurisdiction) for owner in subject.owners]
    for place, code in codes:
        if code not in NAMES:
            yield place, f"{code!r} is no ISO 3166-1 alpha-2 code", "write two capital letters, for instance DE"


def _broken_range(place: TomlPath, days: Range) -> Iterator[tuple[TomlPath, str, str]]:
    if not 0 <= days[0] <= days[1] <= days[2]:
        yield place, f"{list(days)} is no range", "write [low, likely, high], none negative, in this order"

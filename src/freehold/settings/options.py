"""The settings of the tool itself: one table feeds ``[settings]`` of ``freehold.toml``, the environment, flags and docs.

Each layer goes over the one before: defaults, ``freehold.toml``, ``FREEHOLD_*``, flags.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, get_args, get_type_hints

import msgspec

from freehold.errors import UsageError

PREFIX = "FREEHOLD_"


class Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Settings with their defaults; see ``HELP`` for what each means."""

    scenario: tuple[str, ...] = ()
    horizon_days: float = 365.0
    as_of: date | None = None
    fail_on: str = ""
    strict: bool = False
    offline: bool = False
    catalog: tuple[str, ...] = ()
    vault: str = ".freehold-vault"
    color: str = "auto"


HELP: dict[str, str] = {
    "scenario": "scenarios to assess when none is named (ID[:VALUE], + joins)",
    "horizon_days": "what is not lost within so many days counts as safe",
    "as_of": "day 0, YYYY-MM-DD (default: today)",
    "fail_on": "exit 1 on a finding at least this bad: breach, exposed or stranded",
    "strict": "exit 4 when something stayed unread or unknown",
    "offline": "never use the network (assess does not use it anyway)",
    "catalog": "folders of your own catalog records, later ones over earlier ones",
    "vault": "folder of your vault; copies in it count as your own",
    "color": "auto, always or never",
}

FAIL_ON = ("", "breach", "exposed", "stranded")
COLORS = ("auto", "always", "never")


class Layered(msgspec.Struct, frozen=True):
    """The settings in force, and the layer that each came from."""

    options: Options
    origin: dict[str, str]


def layered(file: Options, file_name: str, environment: Mapping[str, str], flags: Mapping[str, Any]) -> Layered:
    """Join the layers. ``flags`` holds only what was given. Raises ``UsageError`` naming the layer of a bad value."""
    values: dict[str, Any] = {}
    origin = dict.fromkeys(Options.__struct_fields__, "default")
    for name in Options.__struct_fields__:
        stated = getattr(file, name)
        if stated != getattr(Options(), name):
            values[name], origin[name] = stated, file_name
        variable = PREFIX + name.upper()
        if variable in environment:
            values[name], origin[name] = _parsed(name, environment[variable], variable), variable
        if name in flags:
            values[name], origin[name] = flags[name], f"--{name.replace('_', '-')}"
    options = Options(**values)
    _check(options, origin)
    return Layered(options, origin)


def _parsed(name: str, text: str, variable: str) -> Any:
    """Return the value of an environment variable; lists are separated by commas or spaces."""
    kind = get_type_hints(Options)[name]
    try:
        if kind is bool:
            return {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False, "": False}[
                text.lower()
            ]
        if get_args(kind) and get_args(kind)[-1] is Ellipsis:
            return tuple(text.replace(",", " ").split())
        return msgspec.convert(text, kind, strict=False)
    except (KeyError, msgspec.ValidationError) as error:
        raise UsageError(f"{text!r} is no value for {name}", where=variable, remedy=HELP[name]) from error


def _check(options: Options, origin: Mapping[str, str]) -> None:
    if options.fail_on not in FAIL_ON:
        raise UsageError(f"{options.fail_on!r} is no threshold", where=origin["fail_on"], remedy=HELP["fail_on"])
    if options.color not in COLORS:
        raise UsageError(f"{options.color!r} is no choice", where=origin["color"], remedy=HELP["color"])
    if not 0 < options.horizon_days < float("inf"):
        raise UsageError(
            "the horizon must lie after day 0", where=origin["horizon_days"], remedy="give a positive number"
        )

"""Scenario references as written by the user, ``ID[:VALUE][+ID[:VALUE]]``, turned into one scenario.

``us-denies+channel-down:npm`` joins two; the part after the colon fills ``{parameter}``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from difflib import get_close_matches

import msgspec

from freehold.errors import UsageError
from freehold.model.scenario import Disruption, Scenario

_SETTING = re.compile(r"@(?=(?:onset|notice|end)=)")
_DAYS = re.compile(r"^(?P<field>onset|notice|end)=(?P<days>\d+(\.\d+)?)$")


def resolve(reference: str, shipped: Mapping[str, Scenario]) -> Scenario:
    """Return the scenario that ``reference`` names.

    After the value, ``@onset=N``, ``@notice=N`` and ``@end=N`` set the days of every disruption of that part. Raises
    ``UsageError`` for an unknown scenario, a missing or superfluous value, or a malformed day.
    """
    parts = [_one(part, shipped) for part in reference.split("+")]
    if len(parts) == 1:
        return parts[0]
    return Scenario(
        id=reference,
        title=" and ".join(part.title for part in parts),
        description="\n".join(part.description for part in parts),
        disruption=tuple(d for part in parts for d in part.disruption),
        sources=tuple(s for part in parts for s in part.sources),
    )


def titled(scenario: Scenario, names: Mapping[str, str]) -> Scenario:
    """Return ``scenario`` with the names of parties in its title in place of their identifiers."""
    parties = {d.by for d in scenario.disruption} | {text for d in scenario.disruption for text in d.on}
    title = scenario.title
    for party in sorted(parties & set(names), key=len, reverse=True):
        title = re.sub(rf"(?<![\w-]){re.escape(party)}(?![\w-])", lambda _, p=party: names[p], title)  # type: ignore[misc]
    return msgspec.structs.replace(scenario, title=title)


def _one(reference: str, shipped: Mapping[str, Scenario]) -> Scenario:
    text, *settings = _SETTING.split(reference)
    name, _, value = text.partition(":")
    scenario = shipped.get(name)
    if scenario is None:
        close = get_close_matches(name, shipped, n=1)
        hint = f"did you mean {close[0]}? " if close else ""
        raise UsageError(f"there is no scenario {name!r}", remedy=f"{hint}see: freehold scenarios list")
    filled = _fill(scenario, value, reference)
    days = dict(_setting(setting, reference) for setting in settings)
    if not days:
        return filled
    moved = tuple(msgspec.structs.replace(d, **days) for d in filled.disruption)
    return msgspec.structs.replace(filled, id=reference, disruption=moved)


def _setting(text: str, reference: str) -> tuple[str, float]:
    match = _DAYS.match(text)
    if match is None:
        raise UsageError(f"{text!r} in {reference!r} sets no day", remedy="write @onset=N, @notice=N or @end=N")
    return f"{match['field']}_days", float(match["days"])


def _fill(scenario: Scenario, value: str, reference: str) -> Scenario:
    if not scenario.parameter:
        if value:
            raise UsageError(f"scenario {scenario.id!r} takes no value", remedy=f"write {scenario.id}")
        return scenario
    value = value or scenario.default
    if not value:
        raise UsageError(
            f"scenario {scenario.id!r} needs a {scenario.parameter}",
            remedy=f"write {scenario.id}:VALUE, for instance {scenario.id}:{_example(scenario.parameter)}",
        )
    mark = "{" + scenario.parameter + "}"
    return msgspec.structs.replace(
        scenario,
        id=_SETTING.split(reference)[0] if ":" in reference else f"{scenario.id}:{value}",
        title=scenario.title.replace(mark, value),
        description=scenario.description.replace(mark, value),
        disruption=tuple(_fill_disruption(d, mark, value) for d in scenario.disruption),
    )


def _fill_disruption(disruption: Disruption, mark: str, value: str) -> Disruption:
    return msgspec.structs.replace(
        disruption,
        by=disruption.by.replace(mark, value),
        denies=tuple(text.replace(mark, value) for text in disruption.denies),
        on=tuple(text.replace(mark, value) for text in disruption.on),
    )


def _example(parameter: str) -> str:
    return {"jurisdiction": "US", "channel": "github", "supplier": "okta", "offering": "openai-api"}.get(
        parameter, "ID"
    )

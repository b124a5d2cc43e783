"""Scenario files: shipped ones, and those in the ``scenarios`` folder of an overlay, read and checked.

One TOML file a scenario, ``ID.toml``. What a scenario does is worked out in ``freehold.scenarios``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from freehold.catalog.overlay import PACKAGE
from freehold.errors import CatalogError
from freehold.model.scenario import Scenario
from freehold.system.toml import NotDecodedError, decode
from freehold.system.toml_lines import line_of

FOLDER = "scenarios"


def load_scenarios(overlays: Sequence[Path] = ()) -> dict[str, Scenario]:
    """Return every scenario by id, overlays over ours. Raises ``CatalogError`` with file, line and remedy."""
    packaged = PACKAGE / "_data" / FOLDER
    base = packaged if packaged.is_dir() else PACKAGE.parent.parent / FOLDER
    found: dict[str, Scenario] = {}
    for folder in (base, *(overlay / FOLDER for overlay in overlays)):
        found.update((scenario.id, scenario) for scenario in _load(folder))
    return dict(sorted(found.items()))


def _load(folder: Path) -> Iterator[Scenario]:
    for path in sorted(folder.glob("*.toml")):
        try:
            scenario, text = decode(path.read_bytes(), str(path), Scenario)
        except OSError as error:
            raise CatalogError(f"cannot be read: {error.strerror}", where=str(path)) from error
        except NotDecodedError as error:
            raise error.turned_into(CatalogError) from error
        where = f"{path}:{line_of(text, ('id',))}"
        if scenario.id != path.stem:
            raise CatalogError(
                f"the id {scenario.id!r} is not the file's name", where=where, remedy=f'id = "{path.stem}"'
            )
        if scenario.parameter and not any(_uses(d, scenario.parameter) for d in _texts(scenario)):
            raise CatalogError(
                f"nothing uses {{{scenario.parameter}}}", where=where, remedy="drop parameter, or use it"
            )
        yield scenario


def _texts(scenario: Scenario) -> Iterator[str]:
    for disruption in scenario.disruption:
        yield disruption.by
        yield from disruption.denies
        yield from disruption.on


def _uses(text: str, parameter: str) -> bool:
    return "{" + parameter + "}" in text

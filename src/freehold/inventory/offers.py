"""Versions and properties that manifests give to those below them, and to those that take them in by name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from freehold.inventory.found import Found, manifest_of
from freehold.inventory.reader import Manifest

_PROPERTY = re.compile(r"\$\{([^${}]+)\}")
_MOST_STEPS = 20


class Offers:
    """What manifests give to those in their folder and below, and to those that take them in by name."""

    def __init__(self, manifests: Sequence[Found]) -> None:
        self._by_place: dict[tuple[str, str], list[Manifest]] = {}
        self._by_name = {manifest.own: manifest for manifest in map(manifest_of, manifests) if manifest.own}
        self._chains: dict[str, list[Manifest]] = {}
        for one in manifests:
            manifest = manifest_of(one)
            if manifest.offers or manifest.properties:
                self._by_place.setdefault((manifest.ecosystem, one.folder), []).append(manifest)

    def offered(self, found: Found, name: str) -> str:
        """Return the version that a manifest in the folder, above or taken in gives to a name, nearest first."""
        for manifest in self._chain(found):
            if name in manifest.offers:
                return _filled(manifest.offers[name], [manifest, *self._chain(found)])
        return ""

    def resolved(self, found: Found, text: str) -> str:
        """Return a text with its properties put in; those that nobody defines stay as written."""
        return _filled(text, self._chain(found)) if "${" in text else text

    def _chain(self, found: Found) -> list[Manifest]:
        """Return the manifests whose offers hold for a file: its own, those above, and what each takes in."""
        held = self._chains.get(found.file)
        if held is None:
            waiting = list(self._up(found))[::-1]
            held = self._chains[found.file] = []
            while waiting:
                manifest = waiting.pop()
                if all(manifest is not one for one in held):
                    held.append(manifest)
                    waiting += [self._by_name[name] for name in manifest.takes_in[::-1] if name in self._by_name]
        return held

    def _up(self, found: Found) -> Iterator[Manifest]:
        manifest, folder = manifest_of(found), found.folder
        yield manifest
        while True:
            yield from self._by_place.get((manifest.ecosystem, folder), ())
            if not folder:
                return
            folder = folder.rpartition("/")[0]


def _filled(text: str, manifests: Sequence[Manifest]) -> str:
    """Return a text with the properties of manifests put in, the first that defines one winning."""

    def value(found: re.Match[str]) -> str:
        return next((one.properties[found[1]] for one in manifests if found[1] in one.properties), found[0])

    for _ in range(_MOST_STEPS):
        filled = _PROPERTY.sub(value, text)
        if filled == text or len(filled) > 1000:
            break
        text = filled
    return text

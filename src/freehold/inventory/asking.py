"""Answering what manifests ask for: with the locked packages where a lockfile covers them, else as far as files say.

A lockfile covers the manifests of its ecosystem in its own folder, and those below that are members of its workspace: it
names their folder or their name, or the manifest beside it names them (``members``). What is covered gives no component
of its own: its place is one more origin of the locked package. What is not covered stays as asked for, with a version
only where one is pinned there or given by a manifest above. Whether roles can be settled is ``locked_roles``' work.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

import msgspec

from freehold.inventory.found import Found
from freehold.inventory.locked_roles import settle_roles
from freehold.inventory.members import Covers
from freehold.inventory.notes import Notes
from freehold.inventory.packages import with_version, without_version
from freehold.inventory.reader import Ask, Manifest, Reading
from freehold.model.component import Component, ComponentKey, Dependency

_PROPERTY = re.compile(r"\$\{([^${}]+)\}")
_PLAIN_VERSION = re.compile(r"^v?\d[\w.+-]*$")
_MOST_STEPS = 20
_REMEDY = "commit the lockfile, or give an SBOM made by the build"

Answers = dict[ComponentKey, tuple[ComponentKey, ...]]


def answer_asks(found: Sequence[Found]) -> list[Found]:
    """Return the files with every manifest's asks answered and open roles settled. Linear in asks and packages."""
    covers = Covers(found)
    if not covers.manifests:
        return [settle_roles(one, []) for one in found]
    roots = {one.manifest.own: one.manifest.root for one in map(_of, covers.manifests) if one.manifest.own}
    above = _Above(covers.manifests)
    answered: dict[str, Found] = {}
    by_lock: dict[str, list[tuple[Found, ComponentKey | None]]] = {}
    for one in covers.manifests:
        made = _Answer(one, covers, above, roots)
        answered[one.file] = made.result()
        for lock in made.locks:
            by_lock.setdefault(lock.file, []).append((answered[one.file], made.lock_root))
    return [answered.get(one.file) or settle_roles(one, by_lock.get(one.file, [])) for one in found]


class _With(msgspec.Struct, frozen=True):
    """A file with the manifest that it is."""

    found: Found
    manifest: Manifest


def _of(found: Found) -> _With:
    manifest = found.reading.manifest
    assert manifest is not None
    return _With(found, manifest)


class _Answer:
    """One manifest being answered."""

    def __init__(self, found: Found, covers: Covers, above: _Above, roots: Mapping[str, ComponentKey]) -> None:
        self._found = found
        self._manifest = _of(found).manifest
        self._above = above
        self._roots = roots
        self.locks = covers.locks_of(found)
        self.lock_root = covers.root_in(found, self.locks)
        self._locked = covers.locked_in(self.locks)
        self._direct = covers.direct_of(self.lock_root, self.locks)
        self._notes = Notes(found.file)
        self._parts = frozenset(roots.values())
        self._components = {one.key: one for one in found.reading.components}

    def result(self) -> Found:
        """Return the manifest with what it lists put in the place of what it asks for."""
        answers: Answers = {}
        open_asks = 0
        for ask in self._manifest.asks:
            targets, is_open = self._targets(ask)
            answers[ask.key] = tuple(dict.fromkeys((*answers.get(ask.key, ()), *targets)))
            open_asks += is_open
        if open_asks and not self.locks:
            self._notes.once(
                f"{open_asks:,} direct {'dependency' if open_asks == 1 else 'dependencies'} without a lockfile: "
                "what they need in turn is not known",
                self._manifest.remedy or _REMEDY,
            )
        return msgspec.structs.replace(self._found, reading=self._rewritten(answers))

    def _targets(self, ask: Ask) -> tuple[tuple[ComponentKey, ...], bool]:
        """Return what an ask comes to, and whether what that needs in turn is open."""
        name = without_version(ask.key)
        own = self._roots.get(name)
        if own is not None:
            return (own,) if own != self._manifest.root else (), False
        if self.locks and ask.is_locked:
            locked = self._locked.get(name, ())
            chosen = (
                [key for key in locked if key in self._direct] or [key for key in locked if key == ask.key] or locked
            )
            if chosen:
                return tuple(chosen), False
            reason = f"{_shown(name)} is asked for, but the lockfile does not hold it"
            self._notes.add("dependencies that are not locked", reason, ask.origin, "write the lockfile again")
            return (ask.key,), True
        return (self._pinned(ask),), ask.is_locked

    def _pinned(self, ask: Ask) -> ComponentKey:
        """Return the key of an ask that no lockfile answers, with a version if the manifests give one."""
        if self._components[ask.key].version or "?" in ask.key:
            return ask.key
        name = without_version(ask.key)
        limits = self._above.resolved(self._found, ask.limits)
        if not limits:
            limits = self._above.offered(self._found, name)
        is_version = self._manifest.ecosystem in {"maven", "nuget"} and bool(_PLAIN_VERSION.match(limits))
        if is_version or limits.startswith("=="):
            return ComponentKey(with_version(ask.key, limits.removeprefix("==").strip()))
        how = f"as {limits[:60]!r}, which is not one version" if limits else "without a version"
        self._notes.add("asks that are not pinned", f"{_shown(name)} is asked for {how}", ask.origin)
        return ask.key

    def _rewritten(self, answers: Answers) -> Reading:
        """Return the reading with every asked-for key replaced by its targets, and the root by the lockfile's."""
        reading = self._found.reading
        root = self.lock_root or self._manifest.root
        versions = {key: component.version for lock in self.locks for key, component in _components(lock)}
        components = []
        for component in reading.components:
            if component.key == self._manifest.root:
                components.append(msgspec.structs.replace(component, key=root))
                continue
            for target in answers.get(component.key, (component.key,)):
                components += self._placed(component, target, versions)
        edges = [
            Dependency(root if edge.parent == self._manifest.root else edge.parent, target, edge.role)
            for edge in reading.dependencies
            for target in answers.get(edge.child, (edge.child,))
        ]
        notes = (*reading.notes, *self._notes.listed())
        return msgspec.structs.replace(reading, components=tuple(components), dependencies=tuple(edges), notes=notes)

    def _placed(
        self, component: Component, target: ComponentKey, versions: Mapping[ComponentKey, str]
    ) -> Iterator[Component]:
        """Yield a component as the mention of its target; one that is another part of the project has no mention."""
        if target == component.key:
            yield component
        elif target not in self._parts:
            version = versions.get(target) or target.partition("?")[0].rpartition("@")[2]
            yield msgspec.structs.replace(component, key=target, purls=(target,), version=version)


class _Above:
    """What manifests give to those in their folder and below."""

    def __init__(self, manifests: Sequence[Found]) -> None:
        self._by_place: dict[tuple[str, str], list[Manifest]] = {}
        for one in map(_of, manifests):
            if one.manifest.offers or one.manifest.properties:
                place = (one.manifest.ecosystem, one.found.folder)
                self._by_place.setdefault(place, []).append(one.manifest)

    def offered(self, found: Found, name: str) -> str:
        """Return the version that a manifest in the folder or above gives to a name, nearest first."""
        for manifest in self._up(found):
            if name in manifest.offers:
                return self.resolved(found, manifest.offers[name])
        return ""

    def resolved(self, found: Found, text: str) -> str:
        """Return a text with its properties put in; those that nobody defines stay as written."""
        for _ in range(_MOST_STEPS):
            names = [name for name in _PROPERTY.findall(text) if self._value(found, name) is not None]
            if not names or len(text) > 1000:
                return text
            for name in names:
                text = text.replace("${" + name + "}", self._value(found, name) or "")
        return text

    def _value(self, found: Found, name: str) -> str | None:
        return next((one.properties[name] for one in self._up(found) if name in one.properties), None)

    def _up(self, found: Found) -> Iterator[Manifest]:
        ecosystem, folder = _of(found).manifest.ecosystem, found.folder
        if found.reading.manifest is not None:
            yield found.reading.manifest
        while True:
            yield from self._by_place.get((ecosystem, folder), ())
            if not folder:
                return
            folder = folder.rpartition("/")[0]


def _components(found: Found) -> Iterator[tuple[ComponentKey, Component]]:
    return ((one.key, one) for one in found.reading.components)


def _shown(name: str) -> str:
    """Return a purl's name as people write it."""
    return name.partition("/")[2].replace("%40", "@")[:100]

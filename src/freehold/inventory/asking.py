"""Answering what manifests ask for: with the locked packages where a lockfile covers them, else as far as files say.

A lockfile covers the manifests of its ecosystem in its own folder, and those below that are members of its workspace: it
names their folder or their name, or the manifest beside it names them (``members``). What is covered gives no component
of its own: its place is one more origin of the locked package. What is not covered stays as asked for, with a version
only where one is pinned there or given by a manifest above. Whether roles can be settled is ``locked_roles``' work.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import msgspec

from freehold.inventory.found import Found, manifest_of
from freehold.inventory.locked_roles import settle_roles
from freehold.inventory.members import Covers
from freehold.inventory.notes import Notes
from freehold.inventory.offers import Offers
from freehold.inventory.own_parts import Parts
from freehold.inventory.packages import version_in, with_version, without_version
from freehold.inventory.reader import Ask, Reading
from freehold.model.component import Component, ComponentKey, Dependency, Origin

_PLAIN_VERSION = re.compile(r"^v?\d[\w.+-]*$")
_REMEDY = "commit the lockfile, or give an SBOM made by the build"

Answers = dict[ComponentKey, tuple[ComponentKey, ...]]


def answer_asks(found: Sequence[Found], top_name: str) -> list[Found]:
    """Return the files with every manifest's asks answered and open roles settled. Linear in asks and packages.

    ``top_name`` is the name of the folder that was given; a manifest that names no project stands for its folder.
    """
    covers = Covers(found)
    if not covers.manifests:
        return [settle_roles(one, []) for one in found]
    parts = Parts(covers)
    above = Offers(covers.manifests)
    answered: dict[str, Found] = {}
    by_lock: dict[str, list[tuple[Found, ComponentKey | None]]] = {}
    for one in covers.manifests:
        made = _Answer(one, covers, above, parts, top_name)
        answered[one.file] = made.result()
        for lock in made.locks:
            by_lock.setdefault(lock.file, []).append((answered[one.file], made.lock_root))
    return [
        answered[one.file] if one.reading.manifest is not None else settle_roles(one, by_lock.get(one.file, []))
        for one in found
    ]


class _Answer:
    """One manifest being answered."""

    def __init__(self, found: Found, covers: Covers, above: Offers, parts: Parts, top_name: str) -> None:
        self._found = found
        self._manifest = manifest_of(found)
        self._above = above
        self._parts = parts
        self._covers = covers
        self.locks = covers.locks_of(found)
        self.lock_root = covers.root_in(found, self.locks)
        self._locked = covers.locked_in(self.locks)
        self._direct = covers.direct_of(self.lock_root, self.locks)
        self._notes = Notes(found.file)
        self._top_name = top_name
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
        if self._parts.has(self._found, name):
            return self._parts.keys_of(self._found, name), False
        if self.locks and ask.is_locked:
            chosen = self._locked_for(ask, self._locked.get(name.lower(), []))
            if chosen:
                return tuple(chosen), False
            reason = f"{self._components[ask.key].name[:100]} is asked for, but the lockfile does not hold it"
            self._notes.add("dependencies that are not locked", reason, ask.origin, "write the lockfile again")
            return (ask.key,), True
        return (self._pinned(ask),), ask.is_locked

    def _locked_for(self, ask: Ask, locked: list[ComponentKey]) -> list[ComponentKey]:
        """Return the locked packages of one name that an ask comes to: all of them only where nothing tells them apart."""
        stated = self._covers.answer_to(f"{self._components[ask.key].name}@{ask.limits}", self.locks)
        if stated is not None:
            return [stated]
        direct = [key for key in locked if key in self._direct]
        return direct or [key for key in locked if key == ask.key] or locked

    def _pinned(self, ask: Ask) -> ComponentKey:
        """Return the key of an ask that no lockfile answers, with a version if the manifests give one."""
        component = self._components[ask.key]
        if component.version or any(one.kind in {"vcs", "distribution"} for one in component.references):
            return ask.key
        name = without_version(ask.key)
        limits = self._above.resolved(self._found, ask.limits)
        if not limits:
            limits = self._above.offered(self._found, name)
        is_version = self._manifest.ecosystem in {"maven", "nuget", "gradle"} and bool(_PLAIN_VERSION.match(limits))
        if is_version or limits.startswith("=="):
            return ComponentKey(with_version(ask.key, limits.removeprefix("==").strip()))
        how = f"as {limits[:60]!r}, which is not one version" if limits else "without a version"
        reason = f"{component.name[:100]} is asked for {how}"
        self._notes.add("asks that are not pinned", reason, ask.origin)
        return ask.key

    def _rewritten(self, answers: Answers) -> Reading:
        """Return the reading with every asked-for key replaced by its targets, and the root by the lockfile's."""
        reading = self._found.reading
        root = self._root()
        components = []
        for component in reading.components:
            if component.key == self._manifest.root:
                components.append(self._placed_root(component, root))
                continue
            for target in answers.get(component.key, (component.key,)):
                components += self._placed(component, target)
        edges = [
            Dependency(root if edge.parent == self._manifest.root else edge.parent, target, edge.role)
            for edge in reading.dependencies
            for target in answers.get(edge.child, (edge.child,))
        ]
        notes = (*reading.notes, *self._notes.listed())
        return msgspec.structs.replace(reading, components=tuple(components), dependencies=tuple(edges), notes=notes)

    def _root(self) -> ComponentKey:
        """Return the lockfile's root, else the manifest's own, else the one that stands for the folder."""
        own = self._components.get(self._manifest.root)
        is_named = own is not None and own.name != self._found.file
        folder = self._found.folder
        return self.lock_root or (self._manifest.root if is_named else ComponentKey(f"{folder or '.'}#"))

    def _placed_root(self, component: Component, root: ComponentKey) -> Component:
        """Return the root's mention here; a manifest without a name takes its folder's."""
        if root in {self._manifest.root, self.lock_root}:
            return msgspec.structs.replace(component, key=root)
        folder = self._found.folder
        name = folder.rpartition("/")[2] or self._top_name
        return msgspec.structs.replace(component, key=root, name=name, origins=(Origin(folder or "."),))

    def _placed(self, component: Component, target: ComponentKey) -> Iterator[Component]:
        """Yield a component as the mention of its target; one that is another part of the project has no mention."""
        if target == component.key:
            yield component
        elif not self._parts.is_root(target):
            version = self._covers.version_of(target, self.locks) or version_in(target)
            yield msgspec.structs.replace(component, key=target, purls=(target,), version=version)

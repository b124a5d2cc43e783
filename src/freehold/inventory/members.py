"""Which lockfile covers which manifest, and what the lockfile holds under which name."""

from __future__ import annotations

from collections.abc import Sequence

from freehold.inventory.found import Found
from freehold.inventory.packages import without_version
from freehold.model.component import ComponentKey


class Covers:
    """The lockfiles and manifests of one inventory. ``manifests`` are in order of file."""

    def __init__(self, found: Sequence[Found]) -> None:
        self.manifests = [one for one in found if one.reading.manifest is not None]
        self._locks: dict[tuple[str, str], list[Found]] = {}
        self._members: dict[tuple[str, str], tuple[str, ...]] = {}
        self._held: dict[str, _Held] = {}
        for one in found:
            for ecosystem in one.reading.lock.ecosystems if one.reading.lock is not None else ():
                self._locks.setdefault((ecosystem, one.folder), []).append(one)
        for one in self.manifests:
            if one.reading.manifest is not None and one.reading.manifest.members:
                place = (one.reading.manifest.ecosystem, one.folder)
                self._members[place] = self._members.get(place, ()) + one.reading.manifest.members

    def locks_of(self, manifest: Found) -> list[Found]:
        """Return the lockfiles that cover a manifest: those beside it, else those of the nearest workspace above."""
        what = manifest.reading.manifest
        if what is None:
            return []
        folder = manifest.folder
        while True:
            beside = self._locks.get((what.ecosystem, folder), [])
            covering = [lock for lock in beside if self._is_covered(manifest, lock)]
            if covering or not folder:
                return covering
            folder = folder.rpartition("/")[0]

    def workspace_of(self, manifest: Found) -> str | None:
        """Return the folder whose manifest names this one as a member, or that names members itself; None without one."""
        what = manifest.reading.manifest
        folder = manifest.folder
        while what is not None:
            globs = self._members.get((what.ecosystem, folder), ())
            path = _relative(manifest.folder, folder)
            if globs and (not path or _matches(path, globs)):
                return folder
            if not folder:
                break
            folder = folder.rpartition("/")[0]
        return None

    def root_in(self, manifest: Found, locks: Sequence[Found]) -> ComponentKey | None:
        """Return the root that a lockfile keeps for a manifest's folder; None if it keeps none."""
        for lock in locks:
            own = lock.reading.lock.own if lock.reading.lock is not None else {}
            path = _relative(manifest.folder, lock.folder)
            if path in own:
                return own[path]
            named = self._of(lock).roots.get(_name_of(manifest))
            if named is not None:
                return named
        return None

    def locked_in(self, locks: Sequence[Found]) -> dict[str, list[ComponentKey]]:
        """Return the packages of lockfiles by purl without version."""
        if len(locks) == 1:
            return self._of(locks[0]).names
        together: dict[str, list[ComponentKey]] = {}
        for lock in locks:
            for name, keys in self._of(lock).names.items():
                together.setdefault(name, []).extend(key for key in keys if key not in together.get(name, ()))
        return together

    def direct_of(self, root: ComponentKey | None, locks: Sequence[Found]) -> frozenset[ComponentKey]:
        """Return what a lockfile's root needs directly."""
        if root is None:
            return frozenset()
        return frozenset(child for lock in locks for child in self._of(lock).direct.get(root, ()))

    def answer_to(self, asked: str, locks: Sequence[Found]) -> ComponentKey | None:
        """Return what a lockfile says is locked for ``name@limits``; None if it does not say."""
        stated = (lock.reading.lock.answers.get(asked) for lock in locks if lock.reading.lock is not None)
        return next((key for key in stated if key is not None), None)

    def version_of(self, key: ComponentKey, locks: Sequence[Found]) -> str:
        """Return the version that lockfiles state for a key; empty if they hold none."""
        return next((version for lock in locks if (version := self._of(lock).versions.get(key, ""))), "")

    def _of(self, lock: Found) -> _Held:
        held = self._held.get(lock.file)
        if held is None:
            held = self._held[lock.file] = _Held(lock)
        return held

    def _is_covered(self, manifest: Found, lock: Found) -> bool:
        """Tell whether a lockfile, beside a manifest or above it, is the one that locks what it asks for."""
        path = _relative(manifest.folder, lock.folder)
        if not path or (lock.reading.lock is not None and path in lock.reading.lock.own):
            return True
        what = manifest.reading.manifest
        globs = self._members.get((what.ecosystem, lock.folder), ()) if what is not None else ()
        return _matches(path, globs) or _name_of(manifest) in self._of(lock).roots


class _Held:
    """What one lockfile holds, looked up by name: made once, however many manifests it covers."""

    def __init__(self, lock: Found) -> None:
        self.names: dict[str, list[ComponentKey]] = {}
        self.versions: dict[ComponentKey, str] = {}
        self.roots: dict[str, ComponentKey] = {}
        self.direct: dict[ComponentKey, list[ComponentKey]] = {}
        for component in lock.reading.components:
            self.versions[component.key] = component.version
            if component.is_root and component.name:
                self.roots.setdefault(component.name, component.key)
            if component.purls:
                self.names.setdefault(without_version(component.key).lower(), []).append(component.key)
        roots = set(self.roots.values()) | set(lock.reading.lock.own.values() if lock.reading.lock is not None else ())
        for edge in lock.reading.dependencies:
            if edge.parent in roots:
                self.direct.setdefault(edge.parent, []).append(edge.child)


def _relative(folder: str, above: str) -> str:
    return folder.removeprefix(above).strip("/")


def _name_of(manifest: Found) -> str:
    """Return the name that a manifest gives to its project; empty if it gives none (its file's name stands in then)."""
    name = next((one.name for one in manifest.reading.components if one.is_root), "")
    return name if name != manifest.file else ""


def _matches(path: str, globs: Sequence[str]) -> bool:
    """Tell whether the last glob that matches a path takes it in (one that begins with ``!`` takes it out)."""
    taken = False
    for glob in globs:
        if _fits(path.split("/"), glob.removeprefix("!").removeprefix("./").rstrip("/").split("/")):
            taken = not glob.startswith("!")
    return taken


def _fits(folders: Sequence[str], glob: Sequence[str]) -> bool:
    """Tell whether a path fits a glob, folder by folder; ``**`` stands for any number of them. Their product in time."""
    reached = {0}
    for part in glob:
        if part == "**":
            reached = set(range(min(reached), len(folders) + 1))
        else:
            reached = {at + 1 for at in reached if at < len(folders) and _fits_one(folders[at], part)}
        if not reached:
            return False
    return len(folders) in reached


def _fits_one(folder: str, part: str) -> bool:
    """Tell whether a folder's name fits a part with ``*``: each piece is looked for after the one before. Linear."""
    first, *rest = part.split("*")
    if not rest:
        return folder == part
    if not folder.startswith(first):
        return False
    at = len(first)
    for piece in rest[:-1]:
        found = folder.find(piece, at)
        if found < 0:
            return False
        at = found + len(piece)
    return len(folder) - at >= len(rest[-1]) and folder.endswith(rest[-1])

"""Java archives: the Maven coordinates that a jar, and each jar inside a war, ear or fat jar, carries of itself.

Format: ``META-INF/maven/GROUP/ARTIFACT/pom.properties`` (https://maven.apache.org/shared/maven-archiver/#pom-properties-content).
The archive's own coordinates are those whose artifact its file name begins with; others in it are shaded into it. A jar
without coordinates is named by its manifest, without a purl: a bundle's name is no Maven coordinate. No class is looked at.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from typing import Final

import msgspec

from freehold.inventory.installed.headers import stanzas
from freehold.inventory.installed.readings import joined_reading
from freehold.inventory.installed.trees import TreeView
from freehold.inventory.notes import Notes, printable
from freehold.inventory.packages import package, purl_of
from freehold.inventory.reader import Reading, UnreadableError
from freehold.inventory.sbom.suppliers import organisation_if_sure
from freehold.model.component import Component, ComponentKey, Dependency, Origin

FORMAT: Final = "java-archive"
_COORDINATES: Final = "/pom.properties"
_MANIFEST: Final = "META-INF/MANIFEST.MF"
_SMALL_BYTES: Final = 1 << 20
_INNER_BYTES: Final = 64 << 20
_MOST_MEMBERS: Final = 100_000
_MOST_INNER: Final = 2_000
_BUDGET_BYTES: Final = 1 << 30
"""What all members of one archive, and of those within it, may unpack to."""
_ARCHIVES: Final = (".jar", ".war", ".ear")


def read_java(view: TreeView, path: str) -> tuple[Reading, dict[str, ComponentKey]]:
    """Return what a Java archive holds: itself, what is shaded into it, and the archives within it, one level deep."""
    notes = Notes(view.shown(path))
    data = view.read(path, view.limits.archive_bytes)
    if data is None:
        return Reading(FORMAT), {}
    try:
        budget = _Budget()
        found = _Archive(data, view.shown(path), notes, budget)
        own = list(found.components())
        holder = own[0].key
        edges = [Dependency(holder, one.key) for one in own[1:]]
        for name, inner in found.inner():
            inside = list(_Archive(inner, printable(f"{view.shown(path)}/{name}"), notes, budget).components())
            edges += [Dependency(holder, one.key) for one in inside]
            own += [msgspec.structs.replace(one, contained_in=one.contained_in or holder) for one in inside]
    except (UnreadableError, zipfile.BadZipFile, OSError, ValueError, RuntimeError, NotImplementedError) as error:
        view.skip(path, f"no Java archive that can be read: {error}", "check where it comes from")
        return Reading(FORMAT), {}
    return joined_reading(FORMAT, own, edges, notes), {path: holder}


class _Budget:
    """Counts the bytes that came out of one archive."""

    def __init__(self) -> None:
        self.left = _BUDGET_BYTES

    def spend(self, size: int) -> None:
        """Take bytes off. Raises ``UnreadableError`` when there are none left."""
        self.left -= size
        if self.left < 0:
            raise UnreadableError(f"its package data unpacks to more than {_BUDGET_BYTES:,} bytes")


class _Archive:
    """One archive, with bounds on members and on the bytes of each that is unpacked."""

    def __init__(self, data: bytes, shown: str, notes: Notes, budget: _Budget) -> None:
        self._zip = zipfile.ZipFile(io.BytesIO(data))
        self._name = shown.rpartition("/")[2]
        self._shown = shown
        self._budget = budget
        self._notes = notes
        self._members = self._zip.infolist()
        if len(self._members) > _MOST_MEMBERS:
            raise UnreadableError(f"more than {_MOST_MEMBERS:,} members")

    def components(self) -> Iterator[Component]:
        """Yield the archive itself, then what is shaded into it."""
        stated = [one for member in self._members if (one := self._coordinates(member)) is not None]
        own = next((one for one in stated if self._name.startswith(one.name.rpartition("/")[2])), None)
        if own is None:
            own = stated[0] if len(stated) == 1 else self._unnamed()
        yield own
        yield from (msgspec.structs.replace(one, contained_in=own.key) for one in stated if one is not own)

    def inner(self) -> Iterator[tuple[str, bytes]]:
        """Yield the archives within this one."""
        inner = [member for member in self._members if member.filename.lower().endswith(_ARCHIVES)]
        if len(inner) > _MOST_INNER:
            self._notes.once(f"{len(inner) - _MOST_INNER} archives in it were not looked into")
        for member in inner[:_MOST_INNER]:
            data = self._unpacked(member, _INNER_BYTES)
            if data is not None:
                yield member.filename, data

    def _coordinates(self, member: zipfile.ZipInfo) -> Component | None:
        """Return the component that a ``pom.properties`` names."""
        if not member.filename.startswith("META-INF/maven/") or not member.filename.endswith(_COORDINATES):
            return None
        text = (self._unpacked(member, _SMALL_BYTES) or b"").decode("utf-8", "replace")
        said = dict(line.split("=", 1) for line in text.splitlines() if "=" in line and not line.startswith("#"))
        group, artifact, version = (said.get(key, "").strip() for key in ("groupId", "artifactId", "version"))
        if not group or not artifact:
            return None
        purl = purl_of("maven", artifact, version, namespace=group)
        return package(purl, f"{group}/{artifact}", version, Origin(self._shown, 0, printable(f"/{member.filename}")))

    def _unnamed(self) -> Component:
        """Return the archive under the name that its manifest or file gives."""
        member = next((one for one in self._members if one.filename == _MANIFEST), None)
        text = (self._unpacked(member, _SMALL_BYTES) or b"").decode("utf-8", "replace") if member else ""
        said = next(stanzas(text), None)
        first = said.first if said is not None else lambda _: ""
        version = first("implementation-version") or first("bundle-version")
        name = first("bundle-symbolicname").partition(";")[0] or first("automatic-module-name") or self._name
        made = package("", name, version, Origin(self._shown))
        return msgspec.structs.replace(made, supplier=organisation_if_sure(first("implementation-vendor")))

    def _unpacked(self, member: zipfile.ZipInfo, limit_bytes: int) -> bytes | None:
        """Return a member's bytes, never more than the limit whatever its header says; None if it has more."""
        try:
            with self._zip.open(member) as stream:
                data = stream.read(limit_bytes + 1)
        except (zlib.error, EOFError, zipfile.BadZipFile, RuntimeError, NotImplementedError) as error:
            self._notes.add("broken members", f"{member.filename[:100]}: {error}", Origin(self._shown))
            return None
        self._budget.spend(len(data))
        if len(data) > limit_bytes:
            self._notes.add("members too large", f"{member.filename[:100]} is larger than {limit_bytes:,} bytes")
            return None
        return data

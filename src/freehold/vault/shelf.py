"""What the vault serves, looked up by package: the manifest read once and again when it changes, blobs checked at first use.

Which addresses there are is left to the modules in ``shelves``, one a protocol.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from packageurl import PackageURL

from freehold.model.vault import Artifact
from freehold.system.serving import Reply, not_found
from freehold.vault.manifest import Vault

Value = TypeVar("Value")


class Shelf:
    """The files of a vault by purl type and package name, as one state of the manifest lists them."""

    def __init__(self, vault: Vault, entries: dict[tuple[str, str], Artifact], known: dict[str, object]) -> None:
        self.vault = vault
        self.entries = entries
        self._known = known

    @cached_property
    def packages(self) -> dict[str, dict[str, list[Artifact]]]:
        """Return the files by purl type, then by package: namespace and name with ``/`` between, as the purl writes them."""
        found: dict[str, dict[str, list[Artifact]]] = defaultdict(lambda: defaultdict(list))
        for one in self.entries.values():
            try:
                purl = PackageURL.from_string(one.purl)
            except ValueError:
                continue
            found[purl.type][f"{purl.namespace}/{purl.name}" if purl.namespace else purl.name].append(one)
        return found

    @cached_property
    def by_sha256(self) -> dict[str, Artifact]:
        """Return a file for each blob."""
        return {one.sha256: one for one in self.entries.values()}

    def package(self, kind: str, name: str) -> list[Artifact]:
        """Return the files of one package; none where it is not held."""
        return self.packages.get(kind, {}).get(name, [])

    def remembered(self, key: str, make: Callable[[], Value]) -> Value:
        """Return what ``make`` gave for ``key`` the first time: what depends on a blob alone is worked out once."""
        if key not in self._known:
            self._known[key] = make()
        return self._known[key]  # type: ignore[return-value]

    def path(self, artifact: Artifact) -> Path | None:
        """Return the file of an artefact; None where it is missing or its content is not what its name says."""
        blobs = self.vault.blobs
        if blobs.size(artifact.sha256) != artifact.size_bytes:
            return None
        path = blobs.path(artifact.sha256)
        status = path.stat()
        key = f"sound {artifact.sha256} {status.st_mtime_ns} {status.st_ino}"
        return path if self.remembered(key, lambda: blobs.is_sound(artifact.sha256)) else None

    def reply(self, artifact: Artifact | None, media_type: str = "application/octet-stream") -> Reply:
        """Return a file as an answer; a damaged one is refused with 500."""
        if artifact is None:
            return not_found()
        path = self.path(artifact)
        if path is None:
            return Reply(500, body=b"the copy is missing or damaged: freehold vault verify\n")
        return Reply(media_type=media_type, file=path)


def version_of(artifact: Artifact) -> str:
    """Return the version in the purl of a file."""
    return PackageURL.from_string(artifact.purl).version or ""


class Shelves:
    """The shelf of the manifest as it is now."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault
        self._known: dict[str, object] = {}
        self._lock = threading.Lock()
        self._stamp = (-1, -1)
        self._shelf = Shelf(vault, {}, self._known)

    def now(self) -> Shelf:
        """Return the shelf, read anew where the manifest has changed."""
        with self._lock:
            stamp = self._vault.stamp()
            if stamp != self._stamp:
                self._shelf = Shelf(self._vault, self._vault.entries(), self._known)
                self._stamp = stamp
            return self._shelf

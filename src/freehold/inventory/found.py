"""One file that was read, with what its place in the folder means for it."""

from __future__ import annotations

import msgspec

from freehold.inventory.reader import Manifest, Reading


class Found(msgspec.Struct, frozen=True):
    """One file that was read: its name as shown, what it gave, and the rules that hold for it.

    ``is_listing`` tells a file that lists what the project in its folder needs from one in which something was inferred, and
    from infrastructure. ``project`` is the folder of its project where that is not the folder it lies in: everything in
    an installed tree is one project.
    """

    file: str
    reading: Reading
    for_development: bool = False
    is_listing: bool = True
    project: str | None = None

    @property
    def folder(self) -> str:
        """Return the folder it counts for, empty for the top."""
        return self.file.rpartition("/")[0] if self.project is None else self.project


def manifest_of(found: Found) -> Manifest:
    """Return the manifest that a file is; the caller knows that it is one."""
    if found.reading.manifest is None:
        raise ValueError(f"{found.file} is no manifest")
    return found.reading.manifest

"""Reading paths: every file under them that a reader accepts, within limits, into one inventory.

Of the readers whose files list what a project needs, the first that accepts a file reads it; those that infer from code
and settings see it as well, unless it is an SBOM. Files that the user names must be readable, or it is an error; files
found in a folder that cannot be read are counted skips with their reason. Which files are looked at is ``walking``'s
rule, how readings are joined is ``projects``'.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

from freehold.errors import InputError
from freehold.inventory.formats import READERS, is_listing, known_formats, makes_project, readers_of
from freehold.inventory.indexes import NamedIndex, names_indexes, read_indexes
from freehold.inventory.installed.assembling import read_tree
from freehold.inventory.installed.beside import read_unlisted_modules
from freehold.inventory.installed.image import ImageRead, read_image_archive, read_image_folder
from freehold.inventory.installed.places import is_installed
from freehold.inventory.installed.trees import TreeView
from freehold.inventory.manifests.python_files import SetupPy
from freehold.inventory.models import is_code
from freehold.inventory.projects import Found, make_inventory
from freehold.inventory.reader import Document, Reader, Reading, UnreadableError
from freehold.inventory.unpacking import HEAD_BYTES, PACKED_HEAD_BYTES, Look, look_at, packing_of, unpacked
from freehold.inventory.walking import PIPELINES, REQUIREMENTS, Limits, Walk, is_for_development, join_label
from freehold.model.component import Inventory, Origin, Skip
from freehold.system.files import RootedFolder, read_at_most


class Reporter:
    """Hears about progress; does nothing by default."""

    def on_file(self, file: str) -> None:
        """A file is about to be read."""


def read_paths(
    paths: Sequence[Path],
    readers: Sequence[Reader] = READERS,
    limits: Limits | None = None,
    reporter: Reporter | None = None,
) -> Inventory:
    """Read files and folders into one inventory.

    Origins are relative to the given folder; with several paths each begins with its path as given, so that they stay
    apart. A file reached twice is read once. Raises ``InputError`` for a path that does not exist and for a named file
    that no reader accepts or that cannot be read.
    """
    several = len(paths) > 1
    reading = _PathReader(readers, limits or Limits(), reporter or Reporter(), can_overlap=several)
    for path in paths:
        try:
            if path.is_dir():
                reading.folder(path, _label(path) if several else "")
            else:
                reading.named_file(path, _label(path) if several else path.name)
        except OSError as error:
            reason = f"cannot be read: {error.strerror or error}"
            raise InputError(reason, where=str(path), remedy="check the path and its permissions") from error
    name = paths[0].resolve().name if len(paths) == 1 and paths[0].is_dir() else ""
    return make_inventory(reading.found, reading.indexes, reading.skips, reading.notes, name or "project")


class _PathReader:
    """Reads one path after another and keeps what comes out."""

    def __init__(self, readers: Sequence[Reader], limits: Limits, reporter: Reporter, *, can_overlap: bool) -> None:
        self._can_overlap = can_overlap
        self._readers = readers
        self._inferring = [reader for reader in readers if not is_listing(reader)]
        self._limits = limits
        self._reporter = reporter
        self._seen: set[tuple[int, int]] = set()
        self.found: list[Found] = []
        self.indexes: list[NamedIndex] = []
        self.skips: list[Skip] = []
        self.notes: list[Skip] = []

    def folder(self, path: Path, label: str) -> None:
        """Read a folder: an installed tree as such, else every file of a project that a reader accepts."""
        with RootedFolder(path) as root:
            if self._image(_image_folder(root, label or path.resolve().name), label):
                return
            view = TreeView(root, label)
            if is_installed(view, path.resolve().name):
                self._installed(view, path.resolve().name, label)
                return
            walk = Walk(root, label, self._limits)
            for file in walk.files():
                try:
                    with root.open(file) as stream:
                        self._found_file(stream, file, label)
                except OSError as error:
                    walk.skip(file, f"the file cannot be opened: {error.strerror or error}")
            found, notes = read_unlisted_modules(view, walk.modules, self.found)
            self.found += found
            self.skips += [*walk.skips, *view.skips]
            self.notes += [*walk.notes(), *notes]

    def _image(self, image: ImageRead | None, label: str) -> bool:
        """Keep what an image gave, if it was one: all of it is one project."""
        if image is None:
            return False
        self.found += [Found(one.place, one.reading, project=label) for one in image.places]
        self.skips += image.skips
        return True

    def _installed(self, view: TreeView, name: str, label: str) -> None:
        """Read an installed tree: all of it is one project."""
        self._reporter.on_file(view.shown(""))
        self.found += [Found(one.place, one.reading, project=label) for one in read_tree(view, name)]
        self.skips += view.skips

    def named_file(self, path: Path, label: str) -> None:
        """Read a file that the user named; whatever prevents it is an error."""
        try:
            with path.open("rb") as stream:
                self._named(stream, path, label)
        except UnreadableError as error:
            place = Origin(str(path), error.line, error.pointer)
            raise InputError(error.reason, where=str(place), remedy=error.remedy) from error

    def _named(self, stream: BinaryIO, path: Path, label: str) -> None:
        if not self._is_new(stream):
            return
        start = _start(stream)
        look = look_at(path.name, start)
        if look.is_archive or (look.packing == "zstd" and look.name.lower().endswith(".tar")):
            self._archive(path, look, label)
            return
        readers = self._readers_of(path.parent.name, look)
        if look.packing == "zstd":
            unpacked(start, 0)
        found = len(self.found)
        if readers:
            self._read(readers, stream, start, label, for_development=False)
        if len(self.found) == found:
            raise InputError(
                "no reader knows this file", where=str(path), remedy=f"give a folder, or one of: {known_formats()}"
            )

    def _archive(self, path: Path, look: Look, label: str) -> None:
        """Read a named archive of an image or a root filesystem; any other is refused."""
        self._reporter.on_file(label)
        image = None if look.packing == "zip" else read_image_archive(lambda: path.open("rb"), label)
        if not self._image(image, label.rpartition("/")[0]):
            raise UnreadableError(
                "archives are not looked into, but for those of images and root filesystems",
                remedy="unpack it into a folder and give the folder",
            )

    def _found_file(self, stream: BinaryIO, file: str, label: str) -> None:
        """Read a file of a folder if a reader accepts it; if it cannot be read, count it as skipped."""
        folder, _, name = file.rpartition("/")
        start = _start(stream)
        look = look_at(name, start)
        readers = self._readers_of(folder.rpartition("/")[2], look)
        shown = join_label(label, file)
        if not self._is_new(stream):
            return
        if not readers and not names_indexes(name):
            self._remark_on_packed(look, start, shown)
            return
        try:
            self._read(readers, stream, start, shown, for_development=is_for_development(file))
        except UnreadableError as error:
            self.skips.append(Skip(Origin(shown, error.line, error.pointer), error.reason, error.remedy))

    def _read(
        self, readers: Sequence[Reader], stream: BinaryIO, start: bytes, shown: str, *, for_development: bool
    ) -> None:
        """Read a file with each of its readers, and for the registries it names."""
        self._reporter.on_file(shown)
        rest = read_at_most(stream, self._limits.file_bytes - len(start))
        if rest is None:
            raise UnreadableError(
                f"larger than {self._limits.file_bytes:,} bytes",
                remedy="give a smaller file: an SBOM without file entries",
            )
        document = Document(shown, unpacked(start + rest, self._limits.unpacked_bytes))
        if names_indexes(document.name):
            self.indexes += read_indexes(document)
        failure: UnreadableError | None = None
        for reader in readers:
            try:
                reading = _safely(reader, document)
            except UnreadableError as error:
                failure = failure or error
                continue
            if reading.components or reading.clues or reading.notes or is_listing(reader):
                self.found.append(Found(shown, reading, for_development, makes_project(reader)))
        if failure is not None:
            raise failure

    def _readers_of(self, folder: str, look: Look) -> list[Reader]:
        """Return the readers of a file; where the folder says what its files are, the name is shown with it."""
        plain = folder.lower()
        placed = plain in REQUIREMENTS or (plain in PIPELINES and look.name.lower().endswith((".yml", ".yaml")))
        name = f"{folder}/{look.name}" if placed else look.name
        return readers_of(name, look.head, self._inferring if is_code(name) and name != SetupPy.name else self._readers)

    def _remark_on_packed(self, look: Look, start: bytes, shown: str) -> None:
        """Count a packed file that may well be of interest but cannot be looked into."""
        if look.packing == "zstd" and look.name.lower().endswith((".json", ".xml", ".spdx", ".lock", ".txt")):
            self.skips.append(Skip(Origin(shown), "zstd compression is not read", "unpack it first: zstd -d FILE"))

    def _is_new(self, stream: BinaryIO) -> bool:
        """Tell whether a file was not read before (the same file can be reached by two given paths)."""
        if not self._can_overlap:
            return True
        status = os.fstat(stream.fileno())
        identity = (status.st_dev, status.st_ino)
        is_new = identity not in self._seen
        self._seen.add(identity)
        return is_new


def _start(stream: BinaryIO) -> bytes:
    """Return the first bytes of a file: more of them where it is compressed."""
    start = stream.read(HEAD_BYTES)
    return start + stream.read(PACKED_HEAD_BYTES) if packing_of(start) else start


def _image_folder(root: RootedFolder, shown: str) -> ImageRead | None:
    """Read a folder that is an image; one that cannot be read whole is an error, since the user named it."""
    try:
        return read_image_folder(root, shown)
    except UnreadableError as error:
        raise InputError(error.reason, where=shown, remedy=error.remedy) from error


def _label(path: Path) -> str:
    """Return a given path as the beginning of origins."""
    return path.as_posix().strip("/") if path.as_posix() != "." else ""


def _safely(reader: Reader, document: Document) -> Reading:
    """Read a document; what exhausts stack or memory is a file that cannot be read, not a crash."""
    try:
        return reader.read(document)
    except (RecursionError, MemoryError) as error:
        raise UnreadableError("nested too deeply, or too large, to be read safely") from error

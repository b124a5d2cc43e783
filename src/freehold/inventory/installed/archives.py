"""Where the parts of an image lie: members of one archive, or files of a folder, each opened by name.

Nothing is unpacked: of a plain archive the offsets of its members are kept, a compressed one is read again for each part.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import BinaryIO, Final, Protocol

from freehold.inventory.installed.streams import ByteSource, Part, Plain, StreamLimits, Unpacked, opened
from freehold.inventory.installed.tar import Member, MemberKind, TarReader, TooManyMembersError
from freehold.inventory.reader import UnreadableError
from freehold.system.files import RootedFolder

MOST_PARTS: Final = 100_000
"""Members of an archive before it can be no saved image any more; a root filesystem may have as many as it likes."""
DOCUMENT_BYTES: Final = 8 << 20
Opener = Callable[[], BinaryIO]


class Parts(Protocol):
    """The parts of an image by name."""

    def __contains__(self, name: str) -> bool: ...

    def stream(self, name: str) -> AbstractContextManager[ByteSource]:
        """Give a part as stored, to be used in a ``with``. Raises ``UnreadableError`` if it is not there."""
        ...


class FolderParts:
    """An image as a folder: ``oci-layout``, ``index.json`` and ``blobs``."""

    def __init__(self, folder: RootedFolder) -> None:
        self._folder = folder

    def __contains__(self, name: str) -> bool:
        try:
            self._folder.open(name).close()
        except OSError:
            return False
        return True

    @contextmanager
    def stream(self, name: str) -> Iterator[ByteSource]:
        """Give a file of the folder."""
        try:
            file = self._folder.open(name)
        except OSError as error:
            raise UnreadableError(f"a part of the image is not there: {name[:120]}", remedy="copy it whole") from error
        with file:
            yield Plain(file)


class ArchiveParts:
    """An image as one tar archive, plain or compressed."""

    def __init__(self, opener: Opener, limits: StreamLimits) -> None:
        self._opener = opener
        self._limits = limits
        self._members: dict[str, Member] = {}
        self.is_complete = True
        """False if there were more members than an image has parts: then the archive is something else."""
        with opener() as file:
            try:
                for member in TarReader(opened(Plain(file), limits), MOST_PARTS):
                    self._members[posixpath.normpath(member.name.lstrip("/"))] = member
            except TooManyMembersError:
                self.is_complete = False

    def __contains__(self, name: str) -> bool:
        return self._file(name) is not None

    @contextmanager
    def stream(self, name: str) -> Iterator[ByteSource]:
        """Give a member of the archive; a link among members (docker's for a layer used twice) is followed once."""
        member = self._file(name)
        if member is None:
            raise UnreadableError(f"a part of the image is not there: {name[:120]}", remedy="save the image again")
        with self._opener() as file:
            source = opened(Plain(file), self._limits)
            if isinstance(source, Unpacked):
                source.skip(member.offset)
                yield Part(source, member.size)
            else:
                file.seek(member.offset)
                yield Plain(file, member.size)

    def _file(self, name: str) -> Member | None:
        member = self._members.get(posixpath.normpath(name))
        if member is not None and member.kind in {MemberKind.LINK, MemberKind.HARD_LINK}:
            folder = posixpath.dirname(name) if member.kind is MemberKind.LINK else ""
            member = self._members.get(posixpath.normpath(posixpath.join(folder, member.target)))
        return member if member is not None and member.kind is MemberKind.FILE else None

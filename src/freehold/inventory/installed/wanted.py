"""Which files of an image are kept in memory while its layers are read, and how many bytes of each: all others pass by."""

from __future__ import annotations

import re
from typing import Final

from freehold.inventory.installed.alpine import DATABASES as ALPINE
from freehold.inventory.installed.debian import STATUS
from freehold.inventory.installed.distribution import RELEASE_FILES
from freehold.inventory.installed.rpm import DATABASES as RPM
from freehold.inventory.installed.trees import TreeLimits

_LISTS: Final = frozenset({STATUS, *ALPINE})
_DATABASES: Final = frozenset({*RPM, *(f"{path}-wal" for path in RPM)})
_PATTERN: Final = re.compile(
    r"var/lib/dpkg/(?:status\.d/[^/]+|info/[^/]+\.list)"
    r"|usr/share/doc/[^/]+/copyright"
    r"|etc/apt/sources\.list(?:\.d/[^/]+)?|etc/apk/repositories(?:\.d/[^/]+)?"
    r"|(?:etc|usr/share)/(?:yum|zypp|dnf|dnf5)/?\.?repos\.d/[^/]+\.repo"
    r"|(?:.*/)?[^/]+\.(?:dist-info|egg-info|egg/EGG-INFO)/(?:METADATA|PKG-INFO|INSTALLER|direct_url\.json|requires\.txt)"
    r"|(?:.*/)?[^/]+\.egg-info|(?:.*/)?pyvenv\.cfg"
    r"|(?:.*/)?package\.json|(?:.*/)?node_modules/\.package-lock\.json"
    r"|(?:.*/)?conda-meta/[^/]+\.json",
    re.DOTALL,
)
_ARCHIVE: Final = re.compile(r".*\.(?:jar|war|ear)", re.IGNORECASE | re.DOTALL)


def bytes_wanted(path: str, limits: TreeLimits) -> int:
    """Return how long a file may be to be kept, 0 if no reader is for it."""
    if path in _LISTS:
        return limits.list_bytes
    if path in _DATABASES:
        return limits.database_bytes
    if _ARCHIVE.fullmatch(path):
        return limits.archive_bytes
    return limits.file_bytes if path in RELEASE_FILES or _PATTERN.fullmatch(path) else 0

"""Every reader there is, in the order in which they are asked: the first that accepts a file reads it.

Formats that state what they are come first; readers that infer from code and settings come last.
"""

from __future__ import annotations

from freehold.inventory.containers import READERS as CONTAINERS
from freehold.inventory.lockfiles import READERS as LOCKFILES
from freehold.inventory.lockfiles.refused import RefusedLock
from freehold.inventory.models import READERS as MODELS
from freehold.inventory.reader import Reader
from freehold.inventory.sbom import READERS as SBOMS
from freehold.inventory.sbom.refused import RefusedForm

INFERRING: tuple[Reader, ...] = (*MODELS,)
"""Readers that infer what is used from code and settings: a file of theirs makes no project folder."""

READERS: tuple[Reader, ...] = (*SBOMS, *LOCKFILES, *CONTAINERS, *INFERRING)

TREE_FORMATS: tuple[str, ...] = (
    "apk-installed",
    "conda-environment",
    "docker-save",
    "dpkg-status",
    "go-binary",
    "java-archive",
    "node-modules",
    "oci-layout",
    "os-release",
    "python-environment",
    "rpm-database",
)
"""What is read of installed trees and images (``installed``), where a whole folder or archive is the unit, not a file."""


def is_listing(reader: Reader) -> bool:
    """Tell whether a reader's files list what a project needs."""
    return reader not in INFERRING


def known_formats() -> str:
    """Return the names of all formats, for messages."""
    return ", ".join(sorted({reader.name for reader in READERS if not isinstance(reader, RefusedLock | RefusedForm)}))

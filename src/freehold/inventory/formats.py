"""Every reader there is, in the order in which they are asked.

Formats that state what they are come first: the first that accepts a file reads it. Readers that infer from code and
settings come last and see every file but SBOMs, which say themselves what they hold.
"""

from __future__ import annotations

from collections.abc import Sequence

from freehold.inventory.infrastructure import READERS as INFRASTRUCTURE
from freehold.inventory.infrastructure.containers import ContainerTemplate
from freehold.inventory.lockfiles import READERS as LOCKFILES
from freehold.inventory.lockfiles.refused import RefusedLock
from freehold.inventory.manifests import READERS as MANIFESTS
from freehold.inventory.models import READERS as MODELS
from freehold.inventory.reader import Reader
from freehold.inventory.sbom import READERS as SBOMS
from freehold.inventory.sbom.refused import RefusedForm
from freehold.inventory.services import INFERRING as SERVICES
from freehold.inventory.services import LISTING as REGISTERS
from freehold.inventory.weights import READERS as WEIGHTS

INFERRING: tuple[Reader, ...] = (*WEIGHTS, *MODELS, *SERVICES)
"""Readers of code, settings and weights, most of whose findings are inferred: a file of theirs makes no project folder."""

_INFERRING = frozenset(id(reader) for reader in INFERRING)

READERS: tuple[Reader, ...] = (*SBOMS, *LOCKFILES, *MANIFESTS, *INFRASTRUCTURE, *REGISTERS, *INFERRING)

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
    return id(reader) not in _INFERRING


def makes_project(reader: Reader) -> bool:
    """Tell whether a folder that holds a file of a reader is a project; infrastructure belongs to the project around it."""
    return is_listing(reader) and reader not in INFRASTRUCTURE


def readers_of(name: str, head: bytes, readers: Sequence[Reader] = READERS) -> list[Reader]:
    """Return who reads a file, in order: the first that lists, then all that infer. ``name`` may begin with a folder."""
    listing = next((one for one in readers if is_listing(one) and one.accepts(name, head)), None)
    if listing is not None and listing in SBOMS:
        return [listing]
    inferring = [one for one in readers if not is_listing(one) and one.accepts(name, head)]
    return [listing, *inferring] if listing is not None else inferring


def known_formats() -> str:
    """Return the names of all formats, for messages."""
    refused = RefusedLock | RefusedForm | ContainerTemplate
    return ", ".join(sorted({reader.name for reader in READERS if not isinstance(reader, refused)}))

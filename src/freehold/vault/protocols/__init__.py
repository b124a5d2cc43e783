"""The registry protocols, one module each, by the type of a purl."""

from __future__ import annotations

from freehold.vault.protocol import Protocol
from freehold.vault.protocols.cargo import Cargo
from freehold.vault.protocols.debian import Debian
from freehold.vault.protocols.generic import Generic
from freehold.vault.protocols.git import Git
from freehold.vault.protocols.golang import Golang
from freehold.vault.protocols.hub import Hub
from freehold.vault.protocols.maven import Maven
from freehold.vault.protocols.npm import Npm
from freehold.vault.protocols.oci import Oci
from freehold.vault.protocols.pypi import PyPI

GIT = "git"
GENERIC = "generic"


def protocols() -> dict[str, Protocol]:
    """Return the protocols by purl type, as new objects: some remember what an index said."""
    image, git = Oci(), Git()
    return {
        "pypi": PyPI(),
        "npm": Npm(),
        "cargo": Cargo(),
        "golang": Golang(),
        "maven": Maven(),
        "deb": Debian(),
        "docker": image,
        "oci": image,
        "huggingface": Hub(),
        "github": git,
        "gitlab": git,
        "bitbucket": git,
        GIT: git,
        GENERIC: Generic(),
    }


KINDS = frozenset(protocols())
"""The purl types of which copies can be brought."""

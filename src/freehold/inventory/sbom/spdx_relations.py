"""What SPDX's relationship types mean for the supply graph: who needs whom, in which role, and whose bytes hold whose.

Specification: https://spdx.github.io/spdx-spec/v2.3/relationships-between-SPDX-elements/ and the RelationshipType
vocabulary of SPDX 3.0. Types that state no need (VARIANT_OF, COPY_OF, AMENDS...) are absent: the caller counts them.
"""

from __future__ import annotations

import re

import msgspec

from freehold.inventory.sbom.entries import Link
from freehold.model.component import Role


class Meaning(msgspec.Struct, frozen=True):
    """How one relationship type reads: ``reverse`` means that its target needs (or holds) its source."""

    role: Role = Role.RUNTIME
    reverse: bool = False
    contains: bool = False


DESCRIBES = frozenset({"DESCRIBES", "DESCRIBE"})
DESCRIBED_BY = "DESCRIBED_BY"
DECLARED_LICENCE, CONCLUDED_LICENCE = "HAS_DECLARED_LICENSE", "HAS_CONCLUDED_LICENSE"

_NEEDS = Meaning()
_NEEDED_BY = Meaning(reverse=True)
_BUILD = Meaning(Role.BUILD)
_BUILDS = Meaning(Role.BUILD, reverse=True)
_DEVELOPMENT = Meaning(Role.DEVELOPMENT)
_DEVELOPS = Meaning(Role.DEVELOPMENT, reverse=True)
_CONTAINS = Meaning(contains=True)
_CONTAINED = Meaning(reverse=True, contains=True)

MEANINGS = {
    "DEPENDS_ON": _NEEDS,
    "DEPENDENCY_OF": _NEEDED_BY,
    "RUNTIME_DEPENDENCY_OF": _NEEDED_BY,
    "OPTIONAL_DEPENDENCY_OF": _NEEDED_BY,
    "PROVIDED_DEPENDENCY_OF": _NEEDED_BY,
    "BUILD_DEPENDENCY_OF": _BUILDS,
    "BUILD_TOOL_OF": _BUILDS,
    "DEV_DEPENDENCY_OF": _DEVELOPS,
    "DEV_TOOL_OF": _DEVELOPS,
    "TEST_DEPENDENCY_OF": _DEVELOPS,
    "TEST_TOOL_OF": _DEVELOPS,
    "STATIC_LINK": _NEEDS,
    "DYNAMIC_LINK": _NEEDS,
    "HAS_PREREQUISITE": _NEEDS,
    "PREREQUISITE_FOR": _NEEDED_BY,
    "GENERATED_FROM": _BUILD,
    "GENERATES": _BUILDS,
    "CONTAINS": _CONTAINS,
    "CONTAINED_BY": _CONTAINED,
    "PACKAGE_OF": _CONTAINED,
    "OPTIONAL_COMPONENT_OF": _CONTAINED,
    # SPDX 3.0 names that 2.x has not, in the same spelling
    "HAS_OPTIONAL_DEPENDENCY": _NEEDS,
    "HAS_PROVIDED_DEPENDENCY": _NEEDS,
    "HAS_OPTIONAL_COMPONENT": _CONTAINS,
    "HAS_STATIC_LINK": _NEEDS,
    "HAS_DYNAMIC_LINK": _NEEDS,
    "USES_TOOL": _BUILD,
    "TRAINED_ON": _BUILD,
    "TESTED_ON": _DEVELOPMENT,
}
_SCOPES = {
    "BUILD": Role.BUILD,
    "DEVELOPMENT": Role.DEVELOPMENT,
    "DESIGN": Role.DEVELOPMENT,
    "TEST": Role.DEVELOPMENT,
    "RUNTIME": Role.RUNTIME,
}


def type_name(text: str | None) -> str:
    """Return a relationship type as SPDX 2 spells it: ``dependsOn`` and ``depends-on`` become ``DEPENDS_ON``."""
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", (text or "").strip())
    return words.replace("-", "_").upper()


def link_of(source: str, type: str, target: str, scope: str | None = None) -> Link | None:
    """Return the link a relationship stands for, or None if its type states no need.

    ``scope`` is SPDX 3's life-cycle scope; it settles the role of a need, never of containment.
    """
    meaning = MEANINGS.get(type)
    if meaning is None:
        return None
    parent, child = (target, source) if meaning.reverse else (source, target)
    if meaning.contains:
        return Link(parent, child, contains=True)
    return Link(parent, child, _SCOPES.get((scope or "").strip().upper(), meaning.role))

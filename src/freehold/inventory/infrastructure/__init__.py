"""Readers of infrastructure: one module a format, what they share in ``parts``, ``images``, ``fetched`` and ``variables``.

``READERS`` is ordered: the first that accepts a file reads it; those that know a file by its name come before those that
know it by its beginning. Nothing is rendered, planned or run; names that only the tool can complete are noted.
"""

from __future__ import annotations

from freehold.inventory.infrastructure.actions import Workflow
from freehold.inventory.infrastructure.azure_templates import READERS as AZURE_TEMPLATES
from freehold.inventory.infrastructure.cloudformation import READERS as CLOUD_TEMPLATES
from freehold.inventory.infrastructure.compose import READERS as COMPOSE
from freehold.inventory.infrastructure.containers import READERS as CONTAINERS
from freehold.inventory.infrastructure.devcontainer import READERS as DEV_CONTAINERS
from freehold.inventory.infrastructure.gitlab import GitlabPipeline
from freehold.inventory.infrastructure.helm import READERS as CHARTS
from freehold.inventory.infrastructure.hosting import READERS as HOSTING
from freehold.inventory.infrastructure.kubernetes import READERS as MANIFESTS
from freehold.inventory.infrastructure.pipelines import READERS as PIPELINES
from freehold.inventory.infrastructure.precommit import READERS as HOOKS
from freehold.inventory.infrastructure.small_files import READERS as SMALL_FILES
from freehold.inventory.infrastructure.terraform import READERS as CONFIGURATIONS
from freehold.inventory.reader import Reader

READERS: tuple[Reader, ...] = (
    *CONTAINERS,
    *COMPOSE,
    *CONFIGURATIONS,
    *PIPELINES,
    GitlabPipeline(),
    Workflow(),
    *HOOKS,
    *DEV_CONTAINERS,
    *SMALL_FILES,
    *HOSTING,
    *CHARTS,
    *MANIFESTS,
    *CLOUD_TEMPLATES,
    *AZURE_TEMPLATES,
)

__all__ = ["READERS"]

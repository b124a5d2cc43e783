"""Weights and data sets as components: by hub, by the name that Ollama fetches, or by the file that describes them."""

from __future__ import annotations

import re

from freehold.inventory.model_names import is_bare_id, is_hub_id
from freehold.inventory.notes import printable
from freehold.inventory.packages import purl_of
from freehold.model.component import Component, ComponentKey, ComponentKind, Licence, Origin, Role

OLLAMA = "https://registry.ollama.ai"
"""Where Ollama takes models from that name no other place: https://github.com/ollama/ollama/blob/main/docs/modelfile.md"""
HUB = "https://huggingface.co"
"""Where loaders of data sets take them from that name no other place."""
_OLLAMA_NAME = re.compile(r"^(?:[\w.-]{1,60}/)?[a-z0-9][\w.-]{0,60}(?::[\w.-]{1,60})?$")


def hub_model(
    identifier: str, origin: Origin, evidence: str, *, revision: str = "", kind: str = "huggingface"
) -> Component | None:
    """Return the weights of a hub's identifier; None if the text is none (a path, a file, a placeholder)."""
    if not (is_hub_id(identifier) or is_bare_id(identifier)):
        return None
    namespace, _, name = identifier.rpartition("/")
    purl = purl_of(kind, name, revision, namespace=namespace)
    return Component(
        key=ComponentKey(purl),
        name=identifier,
        version=revision,
        kind=ComponentKind.MODEL,
        purls=(purl,),
        origins=(origin,),
        evidence=evidence,
    )


def ollama_model(name: str, origin: Origin, evidence: str) -> Component | None:
    """Return the weights that Ollama fetches under a name (``qwen2.5:7b``, ``hf.co/org/name:Q4``); None for a path."""
    for prefix in ("hf.co/", "huggingface.co/"):
        if name.lower().startswith(prefix):
            return hub_model(name[len(prefix) :].partition(":")[0], origin, evidence)
    if not _OLLAMA_NAME.match(name) or name.startswith(".") or name.lower().endswith((".gguf", ".bin", ".safetensors")):
        return None
    key = ComponentKey(f"ollama:{name}")
    kind = ComponentKind.MODEL
    return Component(key=key, name=name, kind=kind, registry=OLLAMA, origins=(origin,), evidence=evidence)


def own_model(name: str, origin: Origin, licences: tuple[Licence, ...] = ()) -> Component:
    """Return weights that lie in the project, or are made in it, and that a file beside them describes.

    Card, adapter configuration and Modelfile of one folder speak of the same weights: the folder is their identity.
    """
    key = ComponentKey(f"{origin.file.rpartition('/')[0] or '.'}#weights")
    kind = ComponentKind.MODEL
    return Component(key=key, name=printable(name), kind=kind, licences=licences, origins=(origin,))


def data_set(name: str, origin: Origin, evidence: str, role: Role = Role.DEVELOPMENT) -> Component:
    """Return a data set of the hub that a file names. What weights were made with is not needed to run or deploy them."""
    shown = printable(name)
    key = ComponentKey(f"dataset:{shown}")
    kind = ComponentKind.DATASET
    return Component(key=key, name=shown, kind=kind, registry=HUB, role=role, origins=(origin,), evidence=evidence)


def folder_name(path: str) -> str:
    """Return the name of the folder in which a file lies; empty at the top."""
    return path.rpartition("/")[0].rpartition("/")[2]

"""Files that libraries of models write beside weights: which model an adapter, or a fine-tune, was made from.

``adapter_config.json`` (https://huggingface.co/docs/peft/main/en/package_reference/config) names the base model of an
adapter, which cannot run without it. ``config.json`` and ``model_index.json`` hold, as ``_name_or_path``, where the model
was loaded from when it was saved: itself, or what it was made from.
"""

from __future__ import annotations

import re

from freehold.inventory.model_parts import folder_name, hub_model, own_model
from freehold.inventory.notes import Notes
from freehold.inventory.packages import Draft
from freehold.inventory.reader import Document, Reading
from freehold.inventory.values import read_json
from freehold.model.component import Origin

_NAMES = frozenset({"config.json", "model_index.json", "generation_config.json"})
_LINE = re.compile(r"\"(?:_name_or_path|base_model_name_or_path)\"")


class ModelConfigs:
    """The reader of models' configuration files."""

    name = "model-config"

    def accepts(self, name: str, head: bytes) -> bool:
        """Tell whether a file is an adapter's or a model's configuration."""
        plain = name.rpartition("/")[2].lower()
        if plain == "adapter_config.json":
            return b"base_model_name_or_path" in head
        return plain in _NAMES and b'"_name_or_path"' in head

    def read(self, document: Document) -> Reading:
        """Read the document; raises ``UnreadableError`` if it is no JSON object."""
        notes = Notes(document.path)
        table = read_json(document, notes)
        draft = Draft(document, notes)
        if document.name.lower() == "adapter_config.json":
            self._adapter(document, table.text("base_model_name_or_path"), draft)
        else:
            found = hub_model(
                table.text("_name_or_path"), _origin(document), "the configuration says where it was loaded from"
            )
            if found is not None:
                draft.add("base", found)
        return draft.reading(self.name)

    def _adapter(self, document: Document, base: str, draft: Draft) -> None:
        """Add an adapter and the model that it adapts."""
        model = hub_model(base, _origin(document), "named as base model of an adapter")
        if model is None:
            draft.notes.once("the adapter's base model is a local path: which model it is cannot be told")
        draft.add("own", own_model(folder_name(document.path) or "adapter", Origin(document.path, 1)))
        if model is not None:
            draft.add("base", model)
            draft.need("own", "base")


def _origin(document: Document) -> Origin:
    """Return the line of the key that names the base model."""
    for number, line in enumerate(document.data.decode("utf-8", "replace").splitlines(), 1):
        if _LINE.search(line):
            return Origin(document.path, number)
    return Origin(document.path)


READERS = (ModelConfigs(),)

"""Ollama's Modelfile: what a model is built from, and the adapters put on it.

Format: https://github.com/ollama/ollama/blob/main/docs/modelfile.md
"""

from __future__ import annotations

import re

from freehold.inventory.model_parts import folder_name, ollama_model, own_model
from freehold.inventory.notes import Notes
from freehold.inventory.packages import Draft
from freehold.inventory.reader import Document, Reading, text_of
from freehold.model.component import Origin

_NAME = re.compile(r"^modelfile(?:[-_.][\w.-]+)?$|\.modelfile$", re.IGNORECASE)
_STEP = re.compile(r"^[ \t]{0,8}(FROM|ADAPTER)[ \t]{1,8}[\"']?([^\s\"']{1,200})[\"']?[ \t]{0,8}\r?$", re.IGNORECASE)


class Modelfiles:
    """The reader of Modelfiles."""

    name = "ollama-modelfile"

    def accepts(self, name: str, head: bytes) -> bool:
        """Tell whether a file is a Modelfile."""
        return bool(_NAME.match(name.rpartition("/")[2]))

    def read(self, document: Document) -> Reading:
        """Read the document; raises ``UnreadableError`` if it is no text."""
        notes = Notes(document.path)
        draft = Draft(document, notes)
        name = folder_name(document.path) or "model"
        draft.add("own", own_model(name, Origin(document.path, 1)))
        for number, line in enumerate(text_of(document.data).splitlines(), 1):
            step = _STEP.match(line)
            if step is None:
                continue
            origin = Origin(document.path, number)
            model = ollama_model(step[2], origin, "a Modelfile builds on it")
            if model is None:
                notes.add(
                    "weights by path", f"{step[1].upper()} {step[2]}: a file of your own, not looked into", origin
                )
            else:
                draft.add(step[2], model)
                draft.need("own", step[2])
        return draft.reading(self.name)


READERS = (Modelfiles(),)

"""Templates of manifests: Go templates are no YAML, so only images whose name is written out are seen, line by line.

Everything found is inferred: a condition around it may never hold. Names that values complete are noted once a file; the
defaults stand in ``values.yaml``, which ``helm`` reads.
"""

from __future__ import annotations

import re

import msgspec

from freehold.inventory.infrastructure.images import image_component, read_image
from freehold.inventory.notes import Notes
from freehold.inventory.packages import Draft
from freehold.inventory.reader import Document, Reading, text_of
from freehold.model.component import Origin

_TEMPLATE = re.compile(rb"^[ \t]*\{\{|:[ \t]+\{\{|^[ \t]*\{%", re.MULTILINE)
_IMAGE = re.compile(r"^[ \t-]*image:[ \t]*[\"']?([^\"'#\r\n]*)", re.MULTILINE)


def is_template(data: bytes) -> bool:
    """Tell whether a document is filled in by a template engine before it is YAML."""
    return (b"{{" in data or b"{%" in data) and _TEMPLATE.search(data) is not None


def read_template(document: Document) -> Reading:
    """Read the images that a template writes out; raises ``UnreadableError`` if it is no text."""
    text = text_of(document.data)
    notes = Notes(document.path)
    draft = Draft(document, notes)
    line = 1
    seen = held = 0
    for found in _IMAGE.finditer(text):
        line += text.count("\n", seen, found.start(1))
        seen = found.start(1)
        image = read_image(found[1].strip())
        if "{{" in found[1]:
            held += 1
        elif image is not None:
            component = image_component(image, Origin(document.path, line))
            evidence = f"a template names the image {found[1].strip()}"
            draft.add(found[1].strip(), msgspec.structs.replace(component, evidence=evidence))
    if held:
        notes.once(f"a template: {held} images are named by values, and their names are not known from this file")
    return draft.reading("kubernetes-template")

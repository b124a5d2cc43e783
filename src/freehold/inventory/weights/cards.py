"""Model cards, data set cards and Spaces: the front matter of a ``README.md`` on a model hub.

A card describes weights that lie beside it. It states their licence, the model they are based on, and the data they were
made with; a Space states the models and data sets it uses. Format:
https://github.com/huggingface/hub-docs/blob/main/modelcard.md
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from freehold.inventory.model_parts import data_set, folder_name, hub_model, own_model
from freehold.inventory.notes import Notes
from freehold.inventory.packages import Draft
from freehold.inventory.reader import Document, Reading, UnreadableError, text_of
from freehold.inventory.sbom.licences import expression_licence, plain_licence
from freehold.inventory.values import Table
from freehold.inventory.yaml_values import read_yaml
from freehold.model.component import Component, Licence, LicenceForm, Reference, Role

_NAME = re.compile(r"^(?:readme|model_?card|.*readme|.*_header)[\w.-]*\.md$", re.IGNORECASE)
_FRONT = re.compile(rb"^(?:\xef\xbb\xbf)?---[ \t]*\r?\n")
_END = re.compile(r"\n---[ \t]*\r?(?:\n|$)")
_MODEL_KEYS = (
    "pipeline_tag",
    "base_model",
    "library_name",
    "license_name",
    "model-index",
    "model_name",
    "model_id",
    "inference",
)
_DATA_KEYS = (
    "task_categories",
    "task_ids",
    "size_categories",
    "dataset_info",
    "annotations_creators",
    "language_creators",
)
_SPACE_SDKS = frozenset({"gradio", "streamlit", "docker", "static"})
_HEADING = re.compile(r"^#[ \t]+([\w./ -]{2,96})[ \t]*\r?$", re.MULTILINE)
_OTHER = frozenset({"other", "unknown"})


class ModelCards:
    """The reader of cards."""

    name = "model-card"

    def accepts(self, name: str, head: bytes) -> bool:
        """Tell whether a file is a Markdown page with front matter."""
        return bool(_NAME.match(name.rpartition("/")[2])) and bool(_FRONT.match(head))

    def read(self, document: Document) -> Reading:
        """Read the front matter. A page whose front matter is no card's gives nothing; broken front matter a note."""
        notes = Notes(document.path)
        text = text_of(document.data)
        end = _END.search(text, 3)
        if end is None:
            return Reading(self.name)
        try:
            front = "\n" + text[: end.start()].partition("\n")[2]
            card = read_yaml(Document(document.path, front.encode()), notes)
        except UnreadableError as error:
            notes.once(f"front matter left out: {error.reason}")
            return Reading(self.name, notes=notes.listed())
        draft = Draft(document, notes)
        _Card(document, card, draft).fill(text[end.end() : end.end() + 4096])
        return draft.reading(self.name)


class _Card:
    """One card."""

    def __init__(self, document: Document, card: Table, draft: Draft) -> None:
        self._document = document
        self._card = card
        self._draft = draft

    def fill(self, body: str) -> None:
        """Add what the card describes and what that is made from."""
        card = self._card
        if "sdk" in card and card.text("sdk") in _SPACE_SDKS:
            self._uses("models", "used by a Space")
            self._data("", "used by a Space")
        elif any(key in card for key in _MODEL_KEYS) or self._says("tags", "datasets", "license"):
            name = self._named(body)
            model = own_model(name, card.origin(), tuple(self._licences()))
            self._draft.add("own", self._with_link(model))
            self._uses("base_model", "stated as base model", parent="own")
            self._data("own", "stated as training data")
        elif any(key in card for key in _DATA_KEYS):
            found = data_set(self._named(body), card.origin(), "", Role.RUNTIME)
            self._draft.add("own", self._licensed(found))

    def _says(self, *keys: str) -> bool:
        return all(key in self._card for key in keys)

    def _named(self, body: str) -> str:
        """Return the model's own name: stated, of its evaluation, its heading if it is one word, its folder's."""
        card = self._card
        stated = (
            card.text("model_id") if "model_id" in card else card.text("model_name") if "model_name" in card else ""
        )
        indexed = [table.text("name") for table in card.tables_only("model-index") if "name" in table]
        heading = _HEADING.search(body)
        title = heading[1].strip() if heading and " " not in heading[1].strip() else ""
        return stated or next(iter(indexed), "") or title or folder_name(self._document.path) or "model"

    def _licences(self) -> Iterator[Licence]:
        """Yield the licences; ``other`` is explained by its name and address."""
        for text in self._card.texts_only("license"):
            if text.lower() not in _OTHER:
                yield from expression_licence(text)
        if "license_name" in self._card:
            yield from plain_licence(LicenceForm.NAME, self._card.text("license_name"))
        elif "license_link" in self._card:
            yield from plain_licence(LicenceForm.URL, self._card.text("license_link"))

    def _licensed(self, component: Component) -> Component:
        return msgspec.structs.replace(component, licences=tuple(self._licences()))

    def _with_link(self, component: Component) -> Component:
        link = self._card.text("license_link") if "license_link" in self._card else ""
        return (
            msgspec.structs.replace(component, references=(Reference("license", link),)) if "://" in link else component
        )

    def _uses(self, key: str, evidence: str, parent: str = "") -> None:
        """Add the models that a list names, each needed by ``parent``."""
        for index, text in enumerate(self._card.texts_only(key)):
            model = hub_model(text.strip(), self._card.item_origin(key, index), evidence)
            if model is not None:
                self._draft.add(text, model)
                if parent:
                    self._draft.need(parent, text)

    def _data(self, parent: str, evidence: str) -> None:
        """Add the data sets that the card names."""
        for index, text in enumerate(self._card.texts_only("datasets")):
            role = Role.DEVELOPMENT if parent else Role.RUNTIME
            self._draft.add(
                f"data {text}", data_set(text.strip(), self._card.item_origin("datasets", index), evidence, role)
            )
            if parent:
                self._draft.need(parent, f"data {text}", role)


READERS = (ModelCards(),)

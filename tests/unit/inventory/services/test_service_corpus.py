"""Every small text file of the shared corpus: read by the readers of services and weights, each finding with its place."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from freehold.inventory.reader import Document, UnreadableError
from freehold.inventory.services import INFERRING
from freehold.inventory.services.hosts import is_link, public_host
from freehold.inventory.weights import READERS as WEIGHTS
from freehold.model.component import ComponentKind

SHARED = Path(os.environ.get("FREEHOLD_SHARED") or Path(__file__).parents[5] / "shared" / "data")
CORPUS = SHARED / "corpus"
ABSENT = f"no shared corpus at {CORPUS} (set FREEHOLD_SHARED)"
FOLDERS = ("apps", "model-cards")


@pytest.mark.skipif(not CORPUS.is_dir(), reason=ABSENT)
@pytest.mark.parametrize("folder", FOLDERS)
def test_every_finding_has_its_place_and_reason(folder: str) -> None:
    read = found = 0
    for file in sorted((CORPUS / folder).rglob("*")):
        if not file.is_file():
            continue
        data = file.read_bytes()
        document = Document(str(file.relative_to(CORPUS)), data)
        for reader in (*INFERRING, *WEIGHTS):
            if not reader.accepts(file.name, data[:4096]):
                continue
            read += 1
            try:
                reading = reader.read(document)
            except UnreadableError:
                continue
            for component in reading.components:
                found += 1
                assert component.origins
                if component.kind is ComponentKind.SERVICE:
                    assert component.evidence
                    assert [public_host(host) for host in component.hosts] == list(component.hosts)
                    assert not any(is_link(host) for host in component.hosts)
    assert read >= 5
    assert found > 0 or folder == "apps"


@pytest.mark.skipif(not CORPUS.is_dir(), reason=ABSENT)
def test_the_cards_of_the_corpus() -> None:
    cards = {
        "01-ai__Yi/HUGGINGFACE_README.md": ("apache-2.0", ()),
        "idlab-discover__AIBoMGen-cli/targets/target-3/README.md": ("apache-2.0", ("meta-llama/Llama-3.1-8B",)),
        "jino1113__GenAI-3D-models-research/Hunyuan3D/Hunyuan3D-2/Hunyuan3D-2mv/README.md": (
            "tencent-hunyuan-community",
            (),
        ),
    }
    for name, (licence, bases) in cards.items():
        data = (CORPUS / "model-cards" / name).read_bytes()
        (reader,) = (one for one in WEIGHTS if one.accepts(name.rpartition("/")[2], data[:4096]))
        own, *others = reader.read(Document(name, data)).components
        assert own.licences[0].value == licence
        assert tuple(one.name for one in others) == bases

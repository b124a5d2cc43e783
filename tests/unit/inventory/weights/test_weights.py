"""Cards, configuration, Modelfiles and pointers: what weights are, are made from, and are made with."""

from __future__ import annotations

from pathlib import Path

import pytest

from freehold.inventory.folder import read_paths
from freehold.inventory.reader import Document, Reading, UnreadableError
from freehold.inventory.weights import READERS
from freehold.model.component import ComponentKind, Licence, LicenceForm, Role

CARD = """---
language: [en]
license: other
license_name: acme-community
license_link: https://acme.example/LICENSE
base_model: acme/Base-7B
datasets:
  - acme/corpus
pipeline_tag: text-generation
---
# shop-tuner

A text with a [link](https://x.example).
"""


def read(name: str, text: str | bytes) -> Reading:
    data = text if isinstance(text, bytes) else text.encode()
    (reader,) = (one for one in READERS if one.accepts(name.rpartition("/")[2], data[:4096]))
    return reader.read(Document(name, data))


def edges(reading: Reading) -> set[tuple[str, str, Role]]:
    names = {component.key: component.name for component in reading.components}
    return {(names[edge.parent], names[edge.child], edge.role) for edge in reading.dependencies}


def test_a_card_states_licence_base_and_data() -> None:
    reading = read("models/tuner/README.md", CARD)
    own, base, data = reading.components
    assert (own.name, own.kind, own.evidence) == ("shop-tuner", ComponentKind.MODEL, "")
    assert own.licences == (Licence(LicenceForm.NAME, "acme-community"),)
    assert own.references[0].url == "https://acme.example/LICENSE"
    assert (base.key, base.origins[0].line) == ("pkg:huggingface/acme/Base-7B", 6)
    assert (data.kind, data.name, data.origins[0].line) == (ComponentKind.DATASET, "acme/corpus", 8)
    assert edges(reading) == {
        ("shop-tuner", "acme/Base-7B", Role.RUNTIME),
        ("shop-tuner", "acme/corpus", Role.DEVELOPMENT),
    }


@pytest.mark.parametrize(
    ("front", "body", "name"),
    [
        ("pipeline_tag: x\nmodel_id: acme/tuned\n", "", "acme/tuned"),
        ("pipeline_tag: x\nmodel_name: tuned\n", "# other\n", "tuned"),
        ("model-index:\n- name: indexed\n", "# other\n", "indexed"),
        ("pipeline_tag: x\n", "# The model of the year\n", "tuner"),
    ],
)
def test_a_cards_own_name(front: str, body: str, name: str) -> None:
    assert read("models/tuner/README.md", f"---\n{front}---\n{body}").components[0].name == name


def test_several_bases_and_windows_line_breaks() -> None:
    text = "---\nlibrary_name: peft\nbase_model:\n- acme/A\n- acme/B\n- ./local\nlicense: mit\n---\n".replace(
        "\n", "\r\n"
    )
    reading = read("README.md", text)
    assert [component.name for component in reading.components] == ["model", "acme/A", "acme/B"]
    assert reading.components[0].licences == (Licence(LicenceForm.ID, "mit"),)


def test_a_space_uses_models_and_data() -> None:
    reading = read("README.md", "---\nsdk: gradio\nmodels: [acme/A, acme/B]\ndatasets:\n- acme/c\n---\n")
    assert [(one.name, one.role) for one in reading.components] == [
        ("acme/A", Role.RUNTIME),
        ("acme/B", Role.RUNTIME),
        ("acme/c", Role.RUNTIME),
    ]


def test_a_data_set_card() -> None:
    (found,) = read("README.md", "---\nlicense: cc-by-4.0\ntask_categories: [x]\n---\n# corpus\n").components
    assert (found.kind, found.name, found.licences[0].value) == (ComponentKind.DATASET, "corpus", "cc-by-4.0")


@pytest.mark.parametrize(
    "text",
    [
        "---\ntitle: A page\nlayout: post\ntags: [a]\n---\n# x\n",
        "---\nlicense: mit\n---\n# x\n",
        "---\npipeline_tag: x\nnever closed\n",
    ],
)
def test_pages_that_are_no_cards(text: str) -> None:
    assert read("README.md", text).components == ()


def test_broken_front_matter_is_noted() -> None:
    assert "front matter left out" in read("README.md", "---\na: [\n---\n").notes[0].reason


def test_hostile_front_matter() -> None:
    name = "<img src=x onerror=alert(1)>\\u001b[31m"
    reading = read("README.md", f'---\npipeline_tag: x\nmodel_name: "{name}"\nbase_model: "../../etc"\n---\n')
    assert [one.kind for one in reading.components] == [ComponentKind.MODEL]
    assert "\x1b" not in reading.components[0].name
    deep = "---\na: " + "[" * 5000 + "\n---\n"
    assert read("README.md", deep).components == ()
    assert read("README.md", "---\n" + "a" * (1 << 20)).components == ()


def test_an_adapter_needs_its_base() -> None:
    text = '{\n  "peft_type": "LORA",\n  "base_model_name_or_path": "acme/Base-7B"\n}'
    reading = read("out/tuner/adapter_config.json", text)
    assert edges(reading) == {("tuner", "acme/Base-7B", Role.RUNTIME)}
    assert reading.components[1].origins[0].line == 3
    local = read("out/adapter_config.json", '{"base_model_name_or_path": "/models/base"}')
    assert [one.name for one in local.components] == ["out"]
    assert "local path" in local.notes[0].reason


def test_the_files_of_one_folder_speak_of_the_same_weights(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text(
        "---\nlicense: mit\nbase_model: acme/Base-7B\nlibrary_name: peft\n---\n# tuner\n"
    )
    (tmp_path / "adapter_config.json").write_text('{"base_model_name_or_path": "acme/Base-7B"}')
    parts = [one for one in read_paths([tmp_path]).components if not one.is_root]
    assert [one.key for one in parts] == [".#weights", "pkg:huggingface/acme/Base-7B"]
    assert {origin.file for origin in parts[0].origins} == {"README.md", "adapter_config.json"}
    assert parts[0].licences == (Licence(LicenceForm.ID, "mit"),)


def test_a_configuration_says_where_weights_came_from() -> None:
    (found,) = read("config.json", '{"architectures": ["X"], "_name_or_path": "acme/Base-7B"}').components
    assert (found.key, bool(found.evidence)) == ("pkg:huggingface/acme/Base-7B", True)
    assert read("config.json", '{"_name_or_path": "./out"}').components == ()
    with pytest.raises(UnreadableError):
        read("config.json", '{"_name_or_path": ')
    assert not any(one.accepts("config.json", b'{"port": 80}') for one in READERS)


def test_a_modelfile() -> None:
    text = "# x\nFROM qwen2.5:7b\nADAPTER ./lora.gguf\nPARAMETER temperature 1\nSYSTEM FROM nowhere\n"
    reading = read("assistant/Modelfile", text)
    assert edges(reading) == {("assistant", "qwen2.5:7b", Role.RUNTIME)}
    assert "ADAPTER ./lora.gguf" in reading.notes[0].reason
    hub = read("Modelfile", "from hf.co/acme/base-GGUF:Q4_K_M\n")
    assert [one.key for one in hub.components][1] == "pkg:huggingface/acme/base-GGUF"


LFS = "version https://git-lfs.github.com/spec/v1\noid sha256:" + "a" * 64 + "\nsize 12345\n"


def test_pointers(tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").write_text(LFS)
    (tmp_path / "train.parquet").write_text(LFS)
    (tmp_path / "logo.ai").write_text(LFS)
    (tmp_path / "other.safetensors").write_bytes(b"\x10\0\0\0\0\0\0\0{}")
    parts = [one for one in read_paths([tmp_path]).components if not one.is_root]
    assert {(one.name, one.kind, one.hashes) for one in parts} == {
        ("model.safetensors", ComponentKind.MODEL, (f"sha256:{'a' * 64}",)),
        ("train.parquet", ComponentKind.DATASET, (f"sha256:{'a' * 64}",)),
    }


def test_dvc() -> None:
    text = (
        "deps:\n- path: https://data.partner.eu/x.csv\n  etag: s3cret\nouts:\n- md5: " + "b" * 32 + "\n  path: x.csv\n"
    )
    reading = read("x.csv.dvc", text)
    assert {(one.name, one.kind) for one in reading.components} == {
        ("x.csv", ComponentKind.DATASET),
        ("data.partner.eu", ComponentKind.SERVICE),
    }
    assert edges(reading) == {("x.csv", "data.partner.eu", Role.BUILD)}
    assert "s3cret" not in repr(reading)
    (model,) = read("m.pt.dvc", "outs:\n- md5: c.dir\n  path: m.pt\n").components
    assert (model.kind, model.hashes) == (ComponentKind.MODEL, ())

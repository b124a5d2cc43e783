"""AI models named in code, notebooks and settings: what is found, and what only looks like it."""

from __future__ import annotations

import json

import pytest

from freehold.inventory.models import ModelNames
from freehold.inventory.reader import Document, Reading
from freehold.model.component import ComponentKind, Role


def read(text: str, name: str = "app.py") -> Reading:
    return ModelNames().read(Document(name, text.encode()))


def keys(text: str, name: str = "app.py") -> set[str]:
    return {str(component.key) for component in read(text, name).components}


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ('X.from_pretrained("Wan-AI/Wan2.1-T2V-14B")', "pkg:huggingface/Wan-AI/Wan2.1-T2V-14B"),
        ('X.from_pretrained(\n  "a-org/b",\n  revision="0123abcd")', "pkg:huggingface/a-org/b@0123abcd"),
        ('snapshot_download(repo_id="tencent/Hunyuan3D-2")', "pkg:huggingface/tencent/Hunyuan3D-2"),
        (
            'from modelscope import snapshot_download\nsnapshot_download("Qwen/Qwen3-8B")',
            "pkg:modelscope/Qwen/Qwen3-8B",
        ),
        ("hf_hub_download(repo_id='acme/name', filename='x')", "pkg:huggingface/acme/name"),
        ('pipeline("text-generation", model="Qwen/Qwen3-8B")', "pkg:huggingface/Qwen/Qwen3-8B"),
        ("await pipeline('feature-extraction', 'Xenova/all-MiniLM-L6-v2')", "pkg:huggingface/Xenova/all-MiniLM-L6-v2"),
        ('AutoModel.from_pretrained("bert-base-uncased")', "pkg:huggingface/bert-base-uncased"),
        ('MODEL_ID = "mistralai/Mistral-Large-Instruct-2407"', "pkg:huggingface/mistralai/Mistral-Large-Instruct-2407"),
        ('u = "https://huggingface.co/acme/name/resolve/main/x.bin"', "pkg:huggingface/acme/name"),
        ('create(model="gpt-4o", messages=[])', "model:gpt-4o"),
        ('complete(model="openai/gpt-4o-mini")', "model:gpt-4o-mini"),
        ('model: str = "ernie-4.5-turbo-128k"', "model:ernie-4.5-turbo-128k"),
        ('m = os.getenv("CHAT_MODEL", "claude-sonnet-4-5")', "model:claude-sonnet-4-5"),
        ('OpenAI(base_url="https://key:s3cret@api.llm.example/v1")', "host:api.llm.example#used"),
        ('new OpenAI({ baseURL: "https://api.llm.example/v1?key=s3cret" })', "host:api.llm.example#used"),
    ],
)
def test_found(text: str, key: str) -> None:
    assert keys(text) == {key}
    assert "s3cret" not in repr(read(text))


@pytest.mark.parametrize(
    "text",
    [
        '# model="gpt-4o"',
        '// model: "gpt-4o"',
        'x = 1\n# model="gpt-4o"\n',
        'model = "application/json"',
        'model_path = "models/foo"',
        'X.from_pretrained("./local/dir")',
        'X.from_pretrained("checkpoint")',
        "X.from_pretrained(path)",
        "class A(models.Model): model = Car",
        'model_path = "org/weights.safetensors"',
        'base_url = "http://localhost:8000/v1"',
        'base_url = "http://db.internal/v1"',
        'base_url = f"https://{host}/v1"',
        "data_model = 'order/line.json'",
        'x = "gpt-4o"',
        'X.from_pretrained("your/model")',
    ],
)
def test_not_found(text: str) -> None:
    assert keys(text) == set()


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (".env.example", "OPENAI_MODEL=gpt-4o\n"),
        ("settings.toml", '[chat]\nmodel = "gpt-4o"\n'),
        ("config.yaml", "chat:\n  model: gpt-4o\n"),
        ("config.json", '{"model": "gpt-4o"}'),
        ("app.ts", "const r = await c.create({ model: 'gpt-4o' })"),
    ],
)
def test_settings_and_other_languages(name: str, text: str) -> None:
    assert ModelNames().accepts(name, b"")
    assert keys(text, name) == {"model:gpt-4o"}


def test_notebooks_name_the_cell() -> None:
    cells = [
        {"cell_type": "markdown", "source": ['model="gpt-4"']},
        {"cell_type": "code", "source": ["x = 1\n", 'X.from_pretrained("acme/name")\n']},
    ]
    (found,) = read(json.dumps({"cells": cells}), "a.ipynb").components
    assert found.origins[0].pointer == "/cells/1/source/1"


def test_what_is_found_is_inferred_with_evidence_and_line() -> None:
    reading = read('\n\ncreate(model="gpt-4o")\ncreate(model="gpt-4o")\n')
    (found,) = reading.components
    assert found.kind is ComponentKind.SERVICE
    assert found.evidence == 'named in code or settings: model="gpt-4o"'
    assert [origin.line for origin in found.origins] == [3, 4]


def test_test_files_count_as_development() -> None:
    assert read('model="gpt-4o"', "test_app.py").components[0].role is Role.DEVELOPMENT


@pytest.mark.parametrize(
    "name", ["package-lock.json", "freehold.toml", "tsconfig.json", "app.min.js", "x.md", "uv.lock"]
)
def test_files_that_are_not_looked_at(name: str) -> None:
    assert not ModelNames().accepts(name, b"")


def test_broken_notebooks_and_huge_files_are_noted() -> None:
    assert "broken notebook" in read('{"model"', "a.ipynb").notes[0].reason
    assert "not searched" in read('model="gpt-4o"' + " " * (5 << 20)).notes[0].reason


@pytest.mark.parametrize(
    ("text", "name", "key"),
    [
        ("vllm serve --model Qwen/Qwen3-8B --port 1", "run.sh", "pkg:huggingface/Qwen/Qwen3-8B"),
        (
            'command: ["--model", "mistralai/Mistral-7B-Instruct-v0.3"]',
            "compose.yaml",
            "pkg:huggingface/mistralai/Mistral-7B-Instruct-v0.3",
        ),
        ("command:\n  - --model-id\n  - tiiuae/falcon-7b\n", "compose.yaml", "pkg:huggingface/tiiuae/falcon-7b"),
        ("llama-server -hf ggml-org/gemma-3-1b-it-GGUF", "run.sh", "pkg:huggingface/ggml-org/gemma-3-1b-it-GGUF"),
        ("ollama pull qwen2.5:7b", "run.sh", "ollama:qwen2.5:7b"),
        ('chat(model="llama3.2:3b")', "app.py", "ollama:llama3.2:3b"),
        ('completion(model="ollama/llama3")  ', "app.py", "ollama:llama3"),
        ("ollama run hf.co/acme/name-GGUF:Q4_K_M", "run.sh", "pkg:huggingface/acme/name-GGUF"),
        ('complete(model="azure/gpt-4o")', "app.py", "model:azure/gpt-4o"),
        ('complete(model="azure/my-deployment")', "app.py", "model:azure/my-deployment"),
        ('complete(model="openrouter/qwen/qwen3-32b")', "app.py", "model:openrouter/qwen/qwen3-32b"),
        (
            'invoke(modelId="us.anthropic.claude-sonnet-4-20250514-v1:0")',
            "app.py",
            "model:us.anthropic.claude-sonnet-4-20250514-v1:0",
        ),
        (
            'invoke(model_id="meta.llama3-1-70b-instruct-v1:0")',
            "app.py",
            "model:meta.llama3-1-70b-instruct-v1:0",
        ),
        ('load_dataset("rajpurkar/squad")', "app.py", "dataset:rajpurkar/squad"),
    ],
)
def test_routes(text: str, name: str, key: str) -> None:
    assert keys(text, name) == {key}


@pytest.mark.parametrize(
    "text",
    [
        'load_dataset("csv", data_files="x.csv")',
        'load_dataset("./data/x")',
        'model = "n/a"',
        'model_path = "azure/deploy.py"',
        'model="databricks/some-name"',
        "train --model resnet50",
        "train --model ./checkpoints/last",
        'image = "redis:7"',
        "image_model: postgres:16",
        'x = { model: openai.chat("x") }',
    ],
)
def test_no_routes(text: str) -> None:
    assert keys(text, "app.py") == set()


def test_models_behind_an_address_of_your_own_are_weights() -> None:
    text = 'c = OpenAI(base_url="http://localhost:8000/v1")\nc.create(model="{}")\n'
    (served,) = read(text.format("deepseek-chat")).components
    assert (served.kind, served.hosts) == (ComponentKind.MODEL, ())
    assert served.evidence.endswith("(served here)")
    (vendors,) = read(text.format("gpt-4o")).components
    assert vendors.kind is ComponentKind.SERVICE
    mixed = 'a = OpenAI(base_url="https://api.deepseek.com/v1")\n' + text.format("deepseek-chat")
    assert {one.kind for one in read(mixed).components} == {ComponentKind.SERVICE}


def test_weights_that_ollama_fetches_name_their_channel() -> None:
    (found,) = read("ollama pull qwen2.5:7b", "run.sh").components
    assert (found.kind, found.registry) == (ComponentKind.MODEL, "https://registry.ollama.ai")
    (data,) = read('load_dataset("rajpurkar/squad")').components
    assert data.kind is ComponentKind.DATASET

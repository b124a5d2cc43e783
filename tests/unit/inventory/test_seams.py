"""Where readers meet: what several files of different kinds say of one thing is one node, with every place kept."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from freehold.inventory.folder import read_paths
from freehold.model.component import Component, Inventory, Role

COMMIT = "5e57cd118135c172c3672efd75eb46360885c0ef"


def write(root: Path, files: Mapping[str, str | dict[str, object]]) -> Path:
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return root


def read(root: Path, files: Mapping[str, str | dict[str, object]]) -> tuple[dict[str, Component], Inventory]:
    inventory = read_paths([write(root, files)])
    return {str(one.key): one for one in inventory.components}, inventory


def places(component: Component) -> set[str]:
    return {origin.file for origin in component.origins}


def bom(*purls: str) -> dict[str, object]:
    parts = [{"type": "library", "name": purl.rpartition("/")[2], "purl": purl, "bom-ref": purl} for purl in purls]
    return {"bomFormat": "CycloneDX", "specVersion": "1.6", "components": parts}


def test_a_python_package_of_five_kinds_of_files_is_one(tmp_path: Path) -> None:
    files: dict[str, str | dict[str, object]] = {
        "pyproject.toml": '[project]\nname = "shop"\nversion = "1"\ndependencies = ["flask>=3"]\n',
        "uv.lock": 'version = 1\n[[package]]\nname = "shop"\nversion = "1"\nsource = { editable = "." }\n'
        'dependencies = [{ name = "flask" }]\n[[package]]\nname = "flask"\nversion = "3.0.0"\n'
        'source = { registry = "https://index.example/simple" }\n',
        "requirements.txt": "Flask==3.0.0\n",
        "Dockerfile": "FROM python:3.11\nRUN pip install flask==3.0.0\n",
        "bom.json": bom("pkg:pypi/flask@3.0.0"),
    }
    found, inventory = read(tmp_path, files)
    assert [key for key in found if "flask" in key] == ["pkg:pypi/flask@3.0.0"]
    assert places(found["pkg:pypi/flask@3.0.0"]) == set(files)
    assert found["pkg:pypi/flask@3.0.0"].registry == "https://index.example/simple"
    assert len([edge for edge in inventory.dependencies if edge.child == "pkg:pypi/flask@3.0.0"]) >= 2


def test_an_npm_package_of_manifest_lockfile_and_installed_tree_is_one(tmp_path: Path) -> None:
    found, _ = read(
        tmp_path,
        {
            "package.json": {"name": "shop", "dependencies": {"left-pad": "^1.0.0"}},
            "package-lock.json": {
                "lockfileVersion": 3,
                "packages": {
                    "": {"name": "shop", "dependencies": {"left-pad": "^1.0.0"}},
                    "node_modules/left-pad": {"version": "1.3.0"},
                },
            },
            "node_modules/left-pad/package.json": {"name": "left-pad", "version": "1.3.0"},
        },
    )
    assert [key for key in found if "left-pad" in key] == ["pkg:npm/left-pad@1.3.0"]
    assert places(found["pkg:npm/left-pad@1.3.0"]) == {"package.json", "package-lock.json"}


def test_a_provider_of_configuration_and_lock_is_one(tmp_path: Path) -> None:
    found, _ = read(
        tmp_path,
        {
            "main.tf": 'terraform {\n required_providers {\n aws = { source = "hashicorp/aws", version = "~> 5.0" }\n }\n}\n'
            'resource "aws_s3_bucket" "b" {}\n',
            ".terraform.lock.hcl": 'provider "registry.terraform.io/hashicorp/aws" {\n version = "5.31.0"\n}\n',
        },
    )
    providers = [one for key, one in found.items() if "/aws" in key and one.version]
    assert [one.version for one in providers] == ["5.31.0"]
    assert places(providers[0]) == {".terraform.lock.hcl", "main.tf"}
    assert not [key for key in found if key.startswith("pkg:terraform/hashicorp/aws") and "@" not in key]


def test_an_action_is_the_same_in_a_workflow_and_in_an_sbom(tmp_path: Path) -> None:
    workflow = f"on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - uses: acme/build@{COMMIT}\n"
    found, _ = read(
        tmp_path, {".github/workflows/ci.yml": workflow, "bom.json": bom(f"pkg:github/acme/build@{COMMIT}")}
    )
    assert [key for key in found if "acme/build" in key] == [f"pkg:github/acme/build@{COMMIT}"]
    assert places(found[f"pkg:github/acme/build@{COMMIT}"]) == {".github/workflows/ci.yml", "bom.json"}


def test_an_image_is_the_same_in_compose_kubernetes_and_a_stage(tmp_path: Path) -> None:
    found, _ = read(
        tmp_path,
        {
            "compose.yaml": "services:\n  db:\n    image: postgres:16.1\n",
            "k8s/db.yaml": "apiVersion: v1\nkind: Pod\nmetadata: {name: db}\nspec:\n  containers:\n"
            "  - {name: db, image: docker.io/library/postgres:16.1}\n",
            "Dockerfile": "FROM postgres:16.1\nRUN apt-get install -y curl\n",
        },
    )
    (image,) = [one for key, one in found.items() if "postgres" in key]
    assert places(image) == {"compose.yaml", "k8s/db.yaml", "Dockerfile"}
    curl = next(one for key, one in found.items() if "/curl" in key)
    assert curl.contained_in is not None
    assert str(curl.contained_in).startswith("Dockerfile#")


def test_a_host_that_many_files_use_is_one_service_and_what_builds_stays_apart(tmp_path: Path) -> None:
    page = '<link rel="stylesheet" href="https://fonts.partner.eu/css">'
    found, inventory = read(
        tmp_path,
        {
            "a.html": page,
            "b/b.html": page,
            "call.py": 'requests.get("https://api.partner.eu/v1")\n',
            "Dockerfile": "FROM debian:12\nRUN curl -O https://api.partner.eu/tool.tgz\n",
        },
    )
    assert places(found["host:fonts.partner.eu#used"]) == {"a.html", "b/b.html"}
    assert found["host:api.partner.eu#used"].role is Role.RUNTIME
    assert found["host:api.partner.eu"].role is Role.BUILD
    assert len({edge.child for edge in inventory.dependencies if "partner" in edge.child}) == 3


def test_a_model_that_many_files_name_is_one(tmp_path: Path) -> None:
    named = 'client.create(model="gpt-4o")\n'
    found, _ = read(tmp_path, {"a.py": named, "b/b.py": named, "tests/test_c.py": named})
    assert [key for key in found if "gpt-4o" in key] == ["model:gpt-4o"]
    assert found["model:gpt-4o"].role is Role.RUNTIME
    assert places(found["model:gpt-4o"]) == {"a.py", "b/b.py", "tests/test_c.py"}


def test_go_sum_adds_no_second_version_of_what_go_mod_selects(tmp_path: Path) -> None:
    sums = "".join(
        f"{name} {version} h1:AAAA=\n" for name, version in (("a.example/x", "v1.0.0"), ("a.example/x", "v1.2.0"))
    )
    files = {
        "go.mod": "module shop\ngo 1.22\nrequire a.example/x v1.2.0\n",
        "go.sum": f"{sums}a.example/pruned v0.1.0 h1:AAAA=\n",
        "alone/go.sum": sums,
    }
    found, inventory = read(tmp_path / "both", files)
    assert places(found["pkg:golang/a.example/x@v1.2.0"]) == {"go.mod", "go.sum", "alone/go.sum"}
    assert places(found["pkg:golang/a.example/x@v1.0.0"]) == {"alone/go.sum"}
    assert "pkg:golang/a.example/pruned@v0.1.0" in found
    assert [note.reason for note in inventory.notes if note.where.file == "go.sum"] == [
        "left out: 1 version of modules that go.mod requires in another one (looked at while resolving)"
    ]


def test_what_runs_and_what_develops_stay_apart(tmp_path: Path) -> None:
    lock = {
        "lockfileVersion": 3,
        "packages": {
            "": {"name": "shop", "dependencies": {"a": "1"}, "devDependencies": {"b": "1"}},
            "node_modules/a": {"version": "1.0.0"},
            "node_modules/b": {"version": "1.0.0", "dev": True},
        },
    }
    found, inventory = read(tmp_path, {"package-lock.json": lock})
    assert found["pkg:npm/a@1.0.0"].role is Role.RUNTIME
    assert found["pkg:npm/b@1.0.0"].role is Role.DEVELOPMENT
    assert {str(edge.child): edge.role for edge in inventory.dependencies} == {
        "pkg:npm/a@1.0.0": Role.RUNTIME,
        "pkg:npm/b@1.0.0": Role.DEVELOPMENT,
    }


def test_what_a_gemfile_lock_says_is_asked_for_hangs_on_the_project(tmp_path: Path) -> None:
    lock = "GEM\n  remote: https://gems.example/\n  specs:\n    rack (3.0)\n    rails (7.0)\n      rack\n\n"
    lock += "DEPENDENCIES\n  rack\n  rails (~> 7.0)\n  tzinfo-data\n"
    _, alone = read(tmp_path / "alone", {"Gemfile.lock": lock})
    assert {(str(edge.parent), str(edge.child)) for edge in alone.dependencies} == {
        (".#", "pkg:gem/rack@3.0"),
        (".#", "pkg:gem/rails@7.0"),
        ("pkg:gem/rails@7.0", "pkg:gem/rack@3.0"),
    }
    both = {"Gemfile.lock": lock, "Gemfile": "gem 'rails'\ngroup :test do\n  gem 'rack'\nend\n"}
    _, told = read(tmp_path / "both", both)
    roles = {str(edge.child): edge.role for edge in told.dependencies if str(edge.parent) == ".#"}
    assert roles == {"pkg:gem/rails@7.0": Role.RUNTIME, "pkg:gem/rack@3.0": Role.DEVELOPMENT}

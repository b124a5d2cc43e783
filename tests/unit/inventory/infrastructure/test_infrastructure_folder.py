"""Infrastructure in a checkout: reached, hung on the right project, never run, and counted again by other means."""

from __future__ import annotations

import os
import re
import time
from collections import Counter
from pathlib import Path

import pytest

from freehold.inventory.folder import read_paths
from freehold.inventory.infrastructure.images import read_image
from freehold.model.component import Component, ComponentKind, Inventory, Role

SHARED = Path(os.environ.get("FREEHOLD_SHARED") or Path(__file__).parents[5] / "shared" / "data")
APPS = SHARED / "corpus" / "apps"
COMMIT = "5e57cd118135c172c3672efd75eb46360885c0ef"


def write(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


def by_key(inventory: Inventory) -> dict[str, Component]:
    return {str(one.key): one for one in inventory.components}


def test_hidden_files_and_folders_of_ci_services_are_reached(tmp_path: Path) -> None:
    workflow = "on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps: [{uses: acme/x@v1}]\n"
    files = {
        ".github/workflows/ci.yml": workflow,
        ".forgejo/workflows/ci.yml": workflow,
        ".gitea/workflows/ci.yml": workflow,
        ".gitlab-ci.yml": "image: a:1\n",
        ".circleci/config.yml": "version: 2.1\n",
        ".woodpecker/a.yml": "steps: []\n",
        ".travis.yml": "language: c\n",
        ".pre-commit-config.yaml": "repos: []\n",
        ".devcontainer/devcontainer.json": "{}",
        ".terraform/modules/x/main.tf": 'resource "aws_x" "y" {}\n',
    }
    inventory = read_paths([write(tmp_path, files)])
    assert {file.file for file in inventory.files} == set(files) - {".terraform/modules/x/main.tf"}
    assert inventory.skips == ()


def test_infrastructure_belongs_to_the_project_around_it(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "api/requirements.txt": "flask==3.0\n",
            "api/deploy/main.tf": 'resource "aws_sqs_queue" "q" {}\n',
            ".github/workflows/ci.yml": "on: push\njobs: {a: {runs-on: ubuntu-latest}}\n",
            "web/package-lock.json": '{"name": "web", "lockfileVersion": 3, "packages": {"": {"name": "web"}}}',
            "web/Dockerfile": "FROM node:22\nRUN npm i -g yarn@1.22.0\n",
        },
    )
    inventory = read_paths([tmp_path])
    parents = {str(edge.child): str(edge.parent) for edge in inventory.dependencies}
    assert parents["resource:aws_sqs_queue"] == "api#"
    assert parents["ci:github-actions"] == ".#"
    assert parents["pkg:docker/library/node@22"] == "web/Dockerfile#"
    assert by_key(inventory)["pkg:npm/yarn@1.22.0"].contained_in == "web/Dockerfile#"
    assert {edge.role for edge in inventory.dependencies if edge.child == "ci:github-actions"} == {Role.BUILD}


def test_one_service_in_many_files_is_one_component(tmp_path: Path) -> None:
    workflow = "on: push\njobs: {a: {runs-on: ubuntu-latest}}\n"
    files = {f".github/workflows/{number}.yml": workflow for number in range(3)}
    files |= {f"m{number}/main.tf": 'resource "aws_s3_bucket" "b" {}\n' for number in range(3)}
    found = by_key(read_paths([write(tmp_path, files)]))
    assert len(found["ci:github-actions"].origins) == 3
    assert len(found["resource:aws_s3_bucket"].origins) == 3


def test_a_workflow_is_searched_for_models_as_well(tmp_path: Path) -> None:
    text = "on: push\nenv: {MODEL: gpt-4o}\njobs: {a: {runs-on: ubuntu-latest, steps: [{uses: acme/x@v1}]}}\n"
    inventory = read_paths([write(tmp_path, {".github/workflows/ci.yml": text})])
    assert {file.format for file in inventory.files} == {"github-workflow", "model-names"}


def test_nothing_of_the_infrastructure_is_run(tmp_path: Path) -> None:
    marker = tmp_path / "ran"
    touch = f"touch {marker}"
    write(
        tmp_path / "project",
        {
            "Makefile": f"all:\n\t{touch}\n$(shell {touch})\n",
            "Vagrantfile": f"`{touch}`\nsystem('{touch}')\n",
            "Jenkinsfile": f'"{touch}".execute()\nsh "{touch}"\n',
            "flake.nix": f'builtins.exec [ "sh" "-c" "{touch}" ]\n',
            "main.tf": f'data "external" "x" {{ program = ["sh", "-c", "{touch}"] }}\n',
            "terragrunt.hcl": f'x = run_cmd("sh", "-c", "{touch}")\n',
            "Dockerfile": f"FROM a\nRUN {touch} && $({touch}) `{touch}`\n",
            "compose.yml": f"services: {{a: {{image: '$({touch})'}}}}\n",
            ".gitlab-ci.yml": f"a: {{script: '{touch}'}}\n",
            "pom.xml": f"<project><build>{touch}</build></project>\n",
            "a.yaml": f"apiVersion: v1\nkind: !!python/object/apply:os.system ['{touch}']\n",
            ".devcontainer/devcontainer.json": f'{{"initializeCommand": "{touch}"}}',
        },
    )
    read_paths([tmp_path / "project"])
    assert not marker.exists()


def test_links_and_broken_files_are_counted_with_their_reason(tmp_path: Path) -> None:
    write(
        tmp_path,
        {"in/main.tf": "resource {", "in/Dockerfile.j2": "FROM {{ x }}\n", "out/compose.yml": "services: {}\n"},
    )
    (tmp_path / "in" / "compose.yml").symlink_to(tmp_path / "out" / "compose.yml")
    skips = {skip.where.file: skip.reason for skip in read_paths([tmp_path / "in"]).skips}
    assert set(skips) == {"main.tf", "Dockerfile.j2", "compose.yml"}
    assert all(skips.values())


def test_many_workflows_are_counted_right_and_read_quickly(tmp_path: Path) -> None:
    files: dict[str, str] = {}
    for number in range(380):
        steps = "".join(f"      - uses: acme/a{step}@{COMMIT if step % 2 else 'v1'}\n" for step in range(number % 7))
        files[f"p{number}/.github/workflows/ci.yml"] = (
            f'name: w{number}\non:\n  push:\n    branches: ["main"]\njobs:\n  build:\n    runs-on: ubuntu-latest\n    steps:\n'
            f"{steps}      - run: make test\n"
        )
    write(tmp_path, files)
    started = time.process_time()
    inventory = read_paths([tmp_path])
    assert time.process_time() - started < 5
    written = Counter(found for text in files.values() for found in re.findall(r"uses: (\S+)", text))
    counted = Counter(
        {f"{one.name}@{one.version}": len(one.origins) for one in inventory.components if one.name.startswith("acme/a")}
    )
    assert counted == written
    noted = sum("v1 is no whole commit" in note.reason for note in inventory.notes)
    assert noted == sum("@v1" in found for text in files.values() for found in re.findall(r"uses: (\S+)", text))


@pytest.mark.skipif(not APPS.is_dir(), reason=f"no shared corpus at {APPS} (set FREEHOLD_SHARED)")
def test_images_of_the_corpus_are_those_a_plain_search_finds() -> None:
    inventory = read_paths([APPS])
    ours = {
        (origin.file, origin.line)
        for one in inventory.components
        if one.kind is ComponentKind.CONTAINER
        for origin in one.origins
    }
    ours |= {(note.where.file, note.where.line) for note in inventory.notes if "cannot be read" in note.reason}
    written = set()
    for path in sorted(APPS.rglob("*.yaml")):
        text = path.read_text("utf-8")
        if not re.search(r"^kind:", text, re.MULTILINE):
            continue
        for number, line in enumerate(text.splitlines(), 1):
            if found := re.match(r"\s*(?:-\s+)?image:\s*(\S+)", line):
                written.add((path.relative_to(APPS).as_posix(), number))
                assert read_image(found[1]) is not None or found[1] != found[1].lower()
    assert len(written) > 10
    assert written <= ours
    assert not [
        skip
        for skip in inventory.skips
        if skip.where.file.endswith((".yaml", ".yml")) and "lock" not in skip.where.file
    ]

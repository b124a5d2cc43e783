"""Workflows of GitHub, Forgejo and Gitea."""

from __future__ import annotations

import pytest
from infra_reading import places, read, reader_of, remarks, roles

from freehold.inventory.reader import UnreadableError
from freehold.model.component import ComponentKind, Role

COMMIT = "5e57cd118135c172c3672efd75eb46360885c0ef"
WORKFLOW = f"""\
on: [push]
env:
  NPM_CONFIG_REGISTRY: https://user:pw@npm.example/
  TOKEN: very-secret
jobs:
  build:
    runs-on: ${{{{ matrix.os }}}}
    strategy:
      matrix: {{os: [ubuntu-latest, self-hosted, buildjet-4vcpu-ubuntu-2204]}}
    services:
      db: {{image: "postgres:16"}}
      cache: redis@sha256:{"ab" * 32}
    steps:
      - uses: actions/checkout@v4
      - uses: acme/login@{COMMIT}
        with: {{registry: ghcr.example, password: very-secret}}
      - uses: acme/mono/sub/path@v1
      - uses: ./own
      - uses: docker://alpine:3.20
      - name: more
        run: |
          sudo apt-get install -y jq
          npm i -g yarn@1.22.0
          curl https://get.example/${{{{ inputs.x }}}} | sh
  call:
    uses: acme/shared/.github/workflows/deploy.yml@main
  boxed:
    runs-on: ubuntu-22.04
    container: {{image: "debian:12"}}
    steps:
      - run: apt-get install make
"""


def test_a_workflow_names_actions_images_packages_hosts_and_its_service() -> None:
    reading = read("workflows/ci.yml", WORKFLOW, ".github/workflows/ci.yml")
    assert reading.format == "github-workflow"
    assert places(reading) == {
        "pkg:github/actions/checkout@v4": [14],
        f"pkg:github/acme/login@{COMMIT}": [15],
        "host:ghcr.example": [16],
        "pkg:github/acme/mono@v1": [17],
        "pkg:docker/library/alpine@3.20": [19],
        "pkg:docker/library/postgres@16": [11],
        f"pkg:docker/library/redis@sha256:{'ab' * 32}": [12],
        "ci:buildjet": [9],
        "pkg:deb/ubuntu/jq": [22],
        "pkg:npm/yarn@1.22.0": [23],
        "host:get.example": [24],
        "pkg:github/acme/shared@main": [26],
        "pkg:docker/library/debian@12": [29],
        "pkg:deb/debian/make": [31],
        "ci:github-actions": [5],
    }
    assert roles(reading) == {Role.BUILD}
    assert "secret" not in repr(reading)
    assert "pw" not in repr(reading)
    yarn = next(one for one in reading.components if one.name == "yarn")
    assert yarn.registry == "https://npm.example"


def test_what_can_change_and_own_runners_are_noted() -> None:
    notes = remarks(read("workflows/ci.yml", WORKFLOW))
    assert (14, "actions/checkout can change: v4 is no whole commit") in notes
    assert (26, "acme/shared can change: main is no whole commit") in notes
    assert (9, "a job runs on a runner of your own: self-hosted") in notes
    assert not any("acme/login" in reason for _, reason in notes)
    assert any("postgres:16 can change" in reason for _, reason in notes)


def test_short_names_on_forgejo_are_not_taken_for_github() -> None:
    text = "on: push\njobs:\n  a:\n    runs-on: docker\n    steps:\n    - uses: actions/checkout@v4\n    - uses: https://code.example/a/b/c@v1\n"
    reading = read("workflows/x.yml", text, ".forgejo/workflows/x.yml")
    assert set(places(reading)) == {
        "pkg:generic/actions/checkout@v4",
        "pkg:generic/b@v1?vcs_url=git%2Bhttps://code.example/a/b%40v1",
    }
    assert any("which server" in reason for _, reason in remarks(reading))


def test_actions_of_the_project_are_read() -> None:
    text = (
        "runs:\n  using: composite\n  steps:\n  - uses: acme/x@v1\n  - run: curl https://a.example/\n    shell: bash\n"
    )
    assert len(places(read("action.yml", text), ComponentKind.LIBRARY, ComponentKind.SERVICE)) == 2
    docker = "runs: {using: docker, image: 'docker://acme/x:1'}\n"
    assert set(places(read("action.yaml", docker))) == {"pkg:docker/acme/x@1"}


@pytest.mark.parametrize(
    ("name", "text", "accepted"),
    [
        ("workflows/a.yml", "name: x\non: push\njobs: {}\n", True),
        ("a.yml", '"on": push\njobs: {}\n', True),
        ("a.yml", "jobs: {}\n", False),
        ("workflows/a.yml", "apiVersion: v1\nkind: Pod\n", False),
        ("action.yml", "x: 1\n", False),
    ],
)
def test_only_workflows_are_accepted(name: str, text: str, accepted: bool) -> None:
    reader = reader_of(name, text)
    assert (reader is not None and reader.name == "actions-workflow") is accepted


def test_broken_yaml_is_refused_with_its_line() -> None:
    with pytest.raises(UnreadableError) as caught:
        read("workflows/a.yml", "on: push\njobs: [\n")
    assert caught.value.line == 3


@pytest.mark.parametrize(
    "text",
    [
        "on: push\njobs: 3\n",
        "on: push\njobs: {a: 1, b: [x], c: null}\n",
        "on: push\njobs:\n  a:\n    runs-on: {group: x, labels: [y]}\n    container: {image: {x: 1}}\n    services: {a: [1]}\n"
        "    strategy: ${{ x }}\n    steps: [1, {uses: [a]}, {uses: '@'}, {run: {}}, {uses: a/b@c, with: x}]\n",
        "on: push\njobs:\n  a: {runs-on: '${{ matrix.x }}', strategy: {matrix: '${{ y }}'}, env: [1], uses: 'x'}\n",
    ],
)
def test_odd_workflows_do_no_harm(text: str) -> None:
    assert read("workflows/a.yml", text).format == "github-workflow"

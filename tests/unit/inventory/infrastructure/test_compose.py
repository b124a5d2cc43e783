"""Compose files: images, defaults of variables, needs, builds and inclusions from elsewhere."""

from __future__ import annotations

import pytest
from infra_reading import places, read, reader_of, remarks

from freehold.inventory.infrastructure.variables import filled
from freehold.model.component import Role

FILE = """\
include:
- own.yaml
- path: https://github.com/acme/stack.git#v1:sub
services:
  web:
    build: {context: ., additional_contexts: {base: "docker-image://alpine:3"}}
    image: acme/web
    depends_on: [db]
  far: {build: "https://git.example/acme/far.git#main"}
  api:
    image: "${REG:-registry.example}/api:${TAG-1.0}"
    depends_on: {db: {condition: service_started}, gone: {}}
  db:
    image: postgres:16
    environment: {POSTGRES_PASSWORD: very-secret}
  tool: {image: "adminer:4", profiles: [dev]}
  open: {image: "${UNSET}/x"}
  odd: {image: [x]}
"""


def test_compose() -> None:
    reading = read("compose.yaml", FILE)
    api, db = "pkg:docker/api@1.0?repository_url=registry.example", "pkg:docker/library/postgres@16"
    assert places(reading) == {
        "pkg:docker/library/alpine@3": [6],
        "pkg:generic/far@main?vcs_url=git%2Bhttps://git.example/acme/far.git%40main": [9],
        api: [11],
        db: [14],
        "pkg:docker/library/adminer@4": [16],
        "pkg:github/acme/stack@v1": [3],
    }
    assert [(edge.parent, edge.child) for edge in reading.dependencies] == [(api, db)]
    roles = {one.name: one.role for one in reading.components}
    assert roles["library/postgres"] is Role.RUNTIME
    assert roles["library/adminer"] is Role.DEVELOPMENT
    assert roles["library/alpine"] is Role.BUILD
    assert "very-secret" not in repr(reading)
    assert any("${UNSET}/x" in reason for _, reason in remarks(reading))


@pytest.mark.parametrize(
    ("name", "accepted"),
    [
        ("compose.yml", True),
        ("docker-compose.override.yaml", True),
        ("docker-compose-prod.yml", True),
        ("composer.json", False),
        ("compose.md", False),
    ],
)
def test_names(name: str, accepted: bool) -> None:
    assert (reader_of(name, "services: {}\n") is not None) is accepted


def test_files_for_development_say_so_by_name() -> None:
    reading = read("docker-compose.dev.yml", "services: {a: {image: 'x:1'}}\n")
    assert [one.role for one in reading.components] == [Role.DEVELOPMENT]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("$A-${A}", "1-1"),
        ("${B:-d}${B-e}${A:+s}${B:+s}", "des"),
        ("${B:?no}$B", "${B:?no}$B"),
        ("$$", "$$"),
    ],
)
def test_variables(text: str, expected: str) -> None:
    assert filled(text, {"A": "1"}) == expected


def test_variables_do_not_grow_without_end() -> None:
    assert len(filled("$A" * 10_000, {"A": "x" * 4000})) < 200_000

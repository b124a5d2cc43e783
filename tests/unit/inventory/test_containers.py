"""Container files: images by stage, variables, digests, copies, downloads."""

from __future__ import annotations

import pytest

from freehold.inventory.containers import ContainerFile
from freehold.inventory.images import read_image
from freehold.inventory.reader import Document, Reading
from freehold.model.component import ComponentKind, Role

DIGEST = "sha256:" + "ab" * 32
FILE = f"""\
# syntax=docker/dockerfile:1
ARG VERSION=3.12
ARG HOST=registry.example:5000
FROM --platform=$BUILDPLATFORM node:22@{DIGEST} AS web
RUN npm ci \\
 # a comment inside
 && npm run build
FROM ${{HOST}}/base/python:${{VERSION}}-slim AS base
RUN curl -fsSL https://user:pw@get.example/install.sh?token=x | sh
FROM base AS test
FROM base
COPY --from=web /dist /dist
COPY --from=ghcr.io/tools/uv:0.5 /uv /bin/
COPY --from=0 / /
RUN --mount=type=bind,from=tool.example/t:1,target=/t <<EOF
FROM is-text-here
wget https://files.example/a.tgz
EOF
COPY . .
FROM scratch AS empty
FROM base
FROM ${{UNSET}}/x
"""


def read(text: str) -> Reading:
    return ContainerFile().read(Document("Dockerfile", text.encode()))


def test_images_have_purls_roles_and_lines() -> None:
    found = {
        str(one.key): one
        for one in read(FILE.replace("FROM ${UNSET}/x\n", "")).components
        if one.kind is ComponentKind.CONTAINER
    }
    assert set(found) == {
        f"pkg:docker/library/node@{DIGEST}",
        "pkg:docker/base/python@3.12-slim?repository_url=registry.example:5000",
        "pkg:docker/tools/uv@0.5?repository_url=ghcr.io",
        "pkg:docker/t@1?repository_url=tool.example",
    }
    python = found["pkg:docker/base/python@3.12-slim?repository_url=registry.example:5000"]
    assert python.role is Role.RUNTIME
    assert python.registry == "https://registry.example:5000"
    assert FILE.splitlines()[python.origins[0].line - 1].startswith("FROM ${HOST}")
    node = found[f"pkg:docker/library/node@{DIGEST}"]
    assert node.role is Role.BUILD
    assert node.registry == "", "no host is written: the client's default"
    assert node.hashes == (DIGEST,)


def test_download_hosts_are_inferred_services_for_the_build() -> None:
    services = {one.name: one for one in read(FILE).components if one.kind is ComponentKind.SERVICE}
    assert set(services) == {"get.example", "files.example"}
    assert services["get.example"].role is Role.BUILD
    assert services["get.example"].evidence
    assert services["get.example"].origins[0].line == 9
    assert "pw" not in repr(services)


def test_what_is_not_fixed_or_not_readable_is_noted() -> None:
    reasons = [note.reason for note in read(FILE).notes]
    assert any("'3.12-slim'" in reason for reason in reasons)
    assert any("${UNSET}/x" in reason for reason in reasons)
    assert not any(DIGEST in reason for reason in reasons)
    assert any("'latest'" in note.reason for note in read("FROM alpine\n").notes)


@pytest.mark.parametrize(
    ("text", "purl"),
    [
        ("redis", "pkg:docker/library/redis@latest"),
        ("redis:7", "pkg:docker/library/redis@7"),
        ("docker.io/library/redis:7", "pkg:docker/library/redis@7"),
        ("grafana/grafana:11", "pkg:docker/grafana/grafana@11"),
        ("quay.io/a/b/c:1", "pkg:docker/a/b/c@1?repository_url=quay.io"),
        ("localhost:5000/x", "pkg:docker/x@latest?repository_url=localhost:5000"),
        (f"redis:7@{DIGEST}", f"pkg:docker/library/redis@{DIGEST}"),
    ],
)
def test_image_names(text: str, purl: str) -> None:
    image = read_image(text)
    assert image is not None
    assert image.purl == purl


@pytest.mark.parametrize("text", ["", "$X", "UPPER/case", "a b", "-x", "a/../b", "\x1b[31m", "x:" + "t" * 300])
def test_no_image_names(text: str) -> None:
    assert read_image(text) is None


@pytest.mark.parametrize(
    ("name", "accepted"),
    [
        ("Dockerfile", True),
        ("Containerfile", True),
        ("Dockerfile.prod", True),
        ("api.Dockerfile", True),
        ("Dockerfile.j2", False),
        ("dockerfile_parser.py", False),
        ("README.md", False),
    ],
)
def test_names(name: str, accepted: bool) -> None:
    assert ContainerFile().accepts(name, b"") is accepted


def test_stages_that_name_each_other_end() -> None:
    assert read("FROM b AS a\nFROM a AS b\n").components

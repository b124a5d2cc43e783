"""Container files: images by stage, variables, digests, copies, downloads."""

from __future__ import annotations

import time

import pytest

from freehold.inventory.infrastructure.containers import ContainerFile, ContainerTemplate
from freehold.inventory.infrastructure.images import read_image
from freehold.inventory.reader import Document, Reading, UnreadableError
from freehold.model.component import Component, ComponentKind, Role

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
        "pkg:docker/docker/dockerfile@1",
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


INSTALLS = f"""\
ARG UV=0.5
FROM python:3.12-slim AS base
ENV PIP_INDEX_URL=https://user:pw@index.example/simple
RUN apt-get update && apt-get install -y --no-install-recommends \\
      curl=7.88.1-10 \\
      # why git
      git "$MORE" ./own.deb && \\
    rm -rf /var/lib/apt/lists/*
RUN pip install uv==${{UV}} 'flask[async]>=3' -r requirements.txt
FROM node:22-alpine@{DIGEST} AS web
RUN apk add --no-cache --virtual .deps gcc musl-dev=1.2-r0 ; npm i -g yarn@1.22.0 --registry=https://npm.example
FROM base
ADD https://files.example/model.bin /m
ADD https://git.example/team/tool.git#v1 /t
COPY <<EOF /etc/x
RUN apt-get install nothing
EOF
RUN ["go", "install", "golang.org/x/tools/gopls@v0.16.0"]
RUN git clone -b v2 https://github.com/acme/plugin.git
"""


def packages(text: str) -> dict[str, Component]:
    return {str(one.key): one for one in read(text).components if one.kind is ComponentKind.LIBRARY}


def test_installed_packages_have_purls_versions_only_where_pinned_and_lines() -> None:
    found = packages(INSTALLS)
    assert {key: one.origins[0].line for key, one in found.items()} == {
        "pkg:deb/debian/curl@7.88.1-10": 4,
        "pkg:deb/debian/git": 4,
        "pkg:pypi/uv@0.5": 9,
        "pkg:pypi/flask": 9,
        "pkg:apk/alpine/gcc": 11,
        "pkg:apk/alpine/musl-dev@1.2-r0": 11,
        "pkg:npm/yarn@1.22.0": 11,
        "pkg:generic/tool@v1?vcs_url=git%2Bhttps://git.example/team/tool.git%40v1": 14,
        "pkg:golang/golang.org/x/tools/gopls@v0.16.0": 18,
        "pkg:github/acme/plugin@v2": 19,
    }
    assert found["pkg:pypi/uv@0.5"].registry == "https://index.example/simple"
    assert found["pkg:npm/yarn@1.22.0"].registry == "https://npm.example"
    assert found["pkg:npm/yarn@1.22.0"].role is Role.BUILD
    assert found["pkg:deb/debian/git"].role is Role.RUNTIME


def test_the_image_that_is_built_is_a_root_that_holds_its_packages_and_needs_the_rest() -> None:
    reading = read(INSTALLS)
    root = next(one for one in reading.components if one.is_root)
    assert root.key == "Dockerfile#"
    inside = {str(one.key) for one in reading.components if one.contained_in == root.key}
    assert "pkg:deb/debian/git" in inside
    assert "pkg:github/acme/plugin@v2" not in inside
    assert {edge.child for edge in reading.dependencies} == {one.key for one in reading.components if not one.is_root}
    assert {edge.parent for edge in reading.dependencies} == {root.key}


def test_line_ends_of_other_systems_change_nothing_in_container_files() -> None:
    assert packages(INSTALLS.replace("\n", "\r\n")) == packages(INSTALLS)


def test_a_registry_counts_from_where_it_is_set_and_only_if_it_is_asked_first() -> None:
    text = """\
FROM python:3.12
RUN pip install a1
RUN pip install --extra-index-url https://more.example b1 && pip config set global.index-url https://idx.example/s
RUN pip install c1
RUN pip install -i https://own.example d1
"""
    found = {one.name: one.registry for one in packages(text).values()}
    assert found == {"a1": "", "b1": "", "c1": "https://idx.example/s", "d1": "https://own.example"}
    assert {"more.example", "idx.example"} <= {one.name for one in read(text).components}


def test_packages_of_an_unknown_distribution_are_noted() -> None:
    reading = read("FROM registry.example/own/base:1\nRUN dnf install -y httpd-2.4.6-97.el7 && dnf install vim\n")
    assert {"pkg:rpm/httpd@2.4.6-97.el7", "pkg:rpm/vim"} <= {str(one.key) for one in reading.components}
    assert sum("distribution is not known" in note.reason for note in reading.notes) == 1


def test_templates_are_refused_with_a_reason() -> None:
    assert ContainerTemplate().accepts("Dockerfile.j2", b"")
    assert not ContainerTemplate().accepts("Dockerfile", b"")
    with pytest.raises(UnreadableError, match="template"):
        ContainerTemplate().read(Document("Dockerfile.j2", b"FROM {{ base }}"))


@pytest.mark.parametrize(
    "text",
    [
        "FROM a\n" + "RUN curl '" * 2000,
        "FROM a\nRUN " + '"' * 20_001,
        "FROM a\nRUN " + "$(" * 20_000,
        "FROM a\nRUN sh -c " + "'sh -c \"sh -c " * 500,
        "FROM a\nRUN pip install " + "a." * 20_000,
        "FROM a\nRUN cat <<A\n" + "<<B\n" * 5000,
        "FROM a AS s0\n"
        + "".join(f"FROM s{i} AS s{i + 1}\nENV V{i}=${{V{i - 1}}}${{V{i - 1}}}\n" for i in range(1500)),
        "FROM a\nRUN apt-get install \x1b[31mred\n",
        "FROM a\nENV " + " ".join(f"A{i}=1" for i in range(3000)),
    ],
)
def test_hostile_files_do_no_harm(text: str) -> None:
    started = time.process_time()
    reading = read(text)
    assert time.process_time() - started < 3
    assert all(note.reason.isprintable() for note in reading.notes)

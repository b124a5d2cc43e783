"""Hooks, development containers, flakes, Galaxy, Vagrant, Packer, update bots, hosting; and every reader on hostile text."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from infra_reading import places, read, reader_of, remarks, roles

from freehold.inventory.infrastructure import READERS
from freehold.inventory.infrastructure.devcontainer import without_comments
from freehold.inventory.reader import Document, UnreadableError
from freehold.model.component import BUILDS, ComponentKind, Role

COMMIT = "5e57cd118135c172c3672efd75eb46360885c0ef"
PRECOMMIT = f"""\
repos:
- repo: https://github.com/acme/hooks
  rev: v0.5.0
  hooks:
  - id: types
    additional_dependencies: [types-x==2.31, "eslint@9.0.0", plain]
- repo: https://git.example/acme/own
  rev: {COMMIT}
- repo: local
  hooks: [{{id: a, language: docker_image, entry: "--entrypoint x acme/lint:1"}}]
"""


def test_hooks() -> None:
    reading = read(".pre-commit-config.yaml", PRECOMMIT)
    assert places(reading) == {
        "pkg:github/acme/hooks@v0.5.0": [2],
        "pkg:pypi/types-x@2.31": [6],
        "pkg:npm/eslint@9.0.0": [6],
        "pkg:pypi/plain": [6],
        "pkg:docker/acme/lint@1": [10],
        f"pkg:generic/own@{COMMIT}?vcs_url=git%2Bhttps://git.example/acme/own%40{COMMIT}": [7],
    }
    assert roles(reading) == {Role.DEVELOPMENT}
    assert (3, "hooks of acme/hooks can change: v0.5.0 is a tag, no whole commit") in remarks(reading)


DEVCONTAINER = """\
// how we work
{ "image": "mcr.example/base:ubuntu", /* , } */
  "features": {
    "ghcr.example/features/node:1": {"address": "http://a//b, }"},
  },
  "postCreateCommand": "pip install nox",
}
"""


def test_development_containers() -> None:
    reading = read("devcontainer.json", DEVCONTAINER)
    assert places(reading) == {
        "pkg:docker/base@ubuntu?repository_url=mcr.example": [2],
        "pkg:docker/features/node@1?repository_url=ghcr.example": [4],
        "pkg:pypi/nox": [6],
    }
    assert roles(reading) == {Role.DEVELOPMENT}
    assert '"http://a//b, }"' in without_comments(DEVCONTAINER)


FLAKE = """\
{
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-24.05"; # url = "github:no/no"
  inputs.git = { url = "git+https://git.example/acme/b?ref=main"; flake = false; };
  inputs.tar.url = "https://dl.example/a.tar.gz#x";
  /* inputs.no.url = "github:no/no"; */
  inputs.short.url = "nixpkgs";
  inputs.here.url = "path:./x";
}
"""
GALAXY = """\
collections:
- name: community.docker
  version: 3.4.0
- community.general:8.0.0
roles:
- src: geerlingguy.docker
- {src: "https://github.com/acme/role.git", scm: git, version: v1}
- {name: a.b, source: "https://own.example"}
"""
PACKER = """\
packer { required_plugins { docker = { source = "github.com/hashicorp/docker", version = "1.0.1" } } }
source "docker" "x" {
  image = "debian:12"
}
"""


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        (
            "flake.nix",
            FLAKE,
            {
                "pkg:github/nixos/nixpkgs": [2],
                "pkg:generic/b?vcs_url=git%2Bhttps://git.example/acme/b": [3],
                "host:dl.example": [4],
            },
        ),
        (
            "requirements.yml",
            GALAXY,
            {
                "pkg:generic/ansible/community/docker@3.4.0": [2],
                "pkg:generic/ansible/community/general@8.0.0": [4],
                "pkg:generic/ansible/geerlingguy/docker": [6],
                "pkg:github/acme/role@v1": [7],
                "pkg:generic/ansible/a/b": [8],
            },
        ),
        ("requirements.yml", "- src: acme.role\n", {"pkg:generic/ansible/acme/role": [1]}),
        ("Vagrantfile", '\nconfig.vm.box = "debian/bookworm64"\n', {"pkg:generic/vagrant/debian/bookworm64": [2]}),
        (
            "x.pkr.hcl",
            PACKER,
            {"pkg:github/hashicorp/packer-plugin-docker@v1.0.1": [1], "pkg:docker/library/debian@12": [3]},
        ),
        (
            "dependabot.yml",
            "version: 2\nregistries:\n  a: {type: npm-registry, url: 'https://np.example', token: very-secret}\n",
            {"bot:dependabot": [1], "host:np.example#used": [3]},
        ),
        (
            "renovate.json",
            '{\n"packageRules": [{"registryUrls": ["https://r.example/a"]}]}\n',
            {"bot:renovate": [1], "host:r.example#used": [2]},
        ),
    ],
)
def test_small_formats(name: str, text: str, expected: dict[str, list[int]]) -> None:
    reading = read(name, text)
    assert places(reading) == expected
    assert "very-secret" not in repr(reading)


@pytest.mark.parametrize(
    ("name", "text", "service"),
    [
        ("Procfile", "web: gunicorn x\n", "Heroku"),
        ("fly.toml", 'app = "x"\n', "Fly.io"),
        ("vercel.json", "{}", "Vercel"),
        ("netlify.toml", "[build]\n", "Netlify"),
        ("render.yaml", "services: []\n", "Render"),
        ("app.yaml", "runtime: python312\n", "Google App Engine"),
        ("wrangler.toml", 'name = "x"\n', "Cloudflare Workers"),
        ("app.yaml", "apiVersion: v1\nkind: Pod\n", ""),
        ("fly.toml", "[wings]\n", ""),
        ("Procfile", "not a procfile\n", ""),
    ],
)
def test_hosting_is_inferred_from_settings_that_only_it_reads(name: str, text: str, service: str) -> None:
    reader = reader_of(name, text)
    found = reader.read(Document(name, text.encode())).components if reader is not None else ()
    services = [one for one in found if one.kind is ComponentKind.SERVICE]
    assert [one.name for one in services] == ([service] if service else [])
    assert all(one.evidence and one.role is Role.RUNTIME and one.origins[0].line == 1 for one in services)
    assert all(one.states(BUILDS) == ("yes",) for one in services)


NAMES = (
    *("Dockerfile", "compose.yml", "main.tf", "main.tf.json", ".circleci/config.yml", ".gitlab-ci.yml", "Jenkinsfile"),
    *(
        "workflows/a.yml",
        ".pre-commit-config.yaml",
        "devcontainer.json",
        "flake.nix",
        "requirements.yml",
        "Vagrantfile",
    ),
    *(
        "x.pkr.hcl",
        "dependabot.yml",
        "renovate.json5",
        "fly.toml",
        "Chart.yaml",
        "values.yaml",
        "a.yaml",
        "serverless.yml",
    ),
    *("main.bicep", "kustomization.yaml", "template.json", ".travis.yml", "azure-pipelines.yml"),
)
HOSTILE = (
    *(
        "",
        "\x00",
        "\ufeff",
        "\x1b[31m<script>alert(1)</script>",
        "[" * 20_000,
        "{" * 20_000,
        '"' * 20_001,
        "/*" * 50_000,
    ),
    *(
        "a: &a [*a]\n",
        "&a " * 5000,
        "- " * 3000,
        "registryUrls: [" * 20_000,
        "deb [" * 20_000,
        ",/*" * 50_000,
        "sh '''" * 9999,
    ),
    *("--mount=" * 20_000, "image: " * 20_000, "{{" * 20_000, ": {{\n" * 20_000, "../" * 10_000, 'url = "' * 20_000),
    "apiVersion: v1\nkind: Pod\n"
    + "".join(f"a{i}: &a{i} [*a{i - 1}, *a{i - 1}]\n" if i else "a0: &a0 [x]\n" for i in range(40)),
)


@pytest.mark.parametrize("name", NAMES)
def test_hostile_text_is_read_or_refused_quickly(name: str) -> None:
    for text in HOSTILE:
        for reader in READERS:
            if not reader.accepts(name, b"") and not reader.accepts(name, text.encode()[:4096]):
                continue
            started = time.process_time()
            _read_or_refuse(reader.read, Document(name, text.encode()))
            assert time.process_time() - started < 3, (reader.name, text[:20])


@settings(max_examples=300)
@given(st.sampled_from(NAMES), st.text(alphabet="abimge:-[]{}'\"\n $&*/@.=#<", max_size=120))
def test_any_text_is_read_or_refused(name: str, text: str) -> None:
    for reader in READERS:
        if reader.accepts(name, text.encode()[:4096]):
            _read_or_refuse(reader.read, Document(name, text.encode()))


def _read_or_refuse(read_document: object, document: Document) -> None:
    """Read a document; it may be refused, with a reason, and gives only what can be printed."""
    assert callable(read_document)
    try:
        reading = read_document(document)
    except UnreadableError as error:
        assert error.reason
        return
    assert all(note.reason.isprintable() for note in reading.notes)
    assert all(origin.file == document.path for one in reading.components for origin in one.origins)


@pytest.mark.parametrize("depth", [1, 3])
def test_names_are_cut_or_escaped_in_notes(depth: int) -> None:
    text = f'services: {{a: {{image: "{"x" * 5000}\x07<b>{depth}"}}}}\n'.replace("\x07", "\\a")
    reasons = [reason for _, reason in remarks(read("compose.yml", text))]
    assert reasons
    assert all(len(reason) < 400 and reason.isprintable() for reason in reasons)

"""Shell text: which commands fetch what, on which line, and what is only data."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from freehold.inventory.infrastructure.fetching import FetchKind, fetches
from freehold.inventory.infrastructure.shell import commands_in


def fetched(text: str) -> list[tuple[str, ...]]:
    """Return kind and particulars of everything fetched."""
    return [
        tuple(part for part in (one.kind.value, one.type, one.name, one.version, one.url) if part)
        for one in fetches(text)
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("apt-get -qq install -y -t x-backports curl=1:7-1 libc6:i386 g++", ["deb curl 1:7-1", "deb libc6", "deb g++"]),
        ("sudo -E apt install --yes ./own.deb $MORE", []),
        ("DEBIAN_FRONTEND=noninteractive apt-get install jq", ["deb jq"]),
        ("apk add --no-cache -t .deps gcc~=12 musl-dev=1.2-r0 bar@edge", ["apk gcc", "apk musl-dev 1.2-r0", "apk bar"]),
        ("microdnf install -y nodejs-18.1-2.el9 npm", ["rpm nodejs 18.1-2.el9", "rpm npm"]),
        ("zypper --non-interactive in git", ["rpm git"]),
        ("python3 -m pip install -U pip 'x[a]==1.0' y>=2 -r r.txt -e . https://w.example/a.whl", None),
        ("uv tool install ruff==0.5", ["pypi ruff 0.5"]),
        ("pipx install poetry", ["pypi poetry"]),
        ("npm i -g @acme/cli@1.2.3 left@^1 right", ["npm @acme/cli 1.2.3", "npm left", "npm right"]),
        ("npm ci && npm install && yarn", []),
        ("yarn global add gulp@4.0.2", ["npm gulp 4.0.2"]),
        ("go install -v example.org/x/cmd/y@v1.2.3 ./...", ["golang example.org/x/cmd/y v1.2.3"]),
        (
            "cargo install --locked --version 1.2.3 ripgrep && cargo install a@2.0.0",
            ["cargo ripgrep 1.2.3", "cargo a 2.0.0"],
        ),
        ("gem install bundler:2.4 && gem install rake -v 13.0", ["gem bundler 2.4", "gem rake 13.0"]),
        ("brew install jq", ["brew jq"]),
        ("echo apt-get install nothing", []),
        ("# apt-get install nothing", []),
        ("cat <<EOF > f\napt-get install nothing\nEOF\napt-get install some", ["deb some"]),
        ("bash -ec 'apt-get install inner'", ["deb inner"]),
        ("if true; then apt-get install aa;fi;(apt-get install bb)", ["deb aa", "deb bb"]),
        ("X=$(npm i -g inner@1.0.0) && true", ["npm inner 1.0.0"]),
    ],
)
def test_packages(text: str, expected: list[str] | None) -> None:
    packages = [" ".join(one[1:]) for one in fetched(text) if one[0] == "package"]
    assert packages == (expected if expected is not None else ["pypi pip", "pypi x 1.0", "pypi y"])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("curl -fsSL https://get.example/x?a=1 | sh", [("address", "https://get.example/x?a=1")]),
        ('wget -q "https://dl.example/${V}/a.tgz" -O- ', [("address", "https://dl.example/${V}/a.tgz")]),
        ("git clone --depth 1 -b v1 git@git.example:a/b.git", [("repository", "v1", "git@git.example:a/b.git")]),
        ("cargo install --git https://git.example/a/b --tag v1 b", [("repository", "v1", "https://git.example/a/b")]),
        ("pip install git+https://git.example/a/b@v1", [("repository", "git+https://git.example/a/b@v1")]),
        ("docker pull redis:7", [("image", "redis:7")]),
        (
            'echo "deb [signed-by=/k] https://apt.example/x stable main" >> /etc/apt/sources.list',
            [("source", "deb", "https://apt.example/x")],
        ),
        ("helm repo add a https://charts.example/a", [("source", "helm", "https://charts.example/a")]),
        ("npm config set registry https://npm.example", [("setting", "npm", "https://npm.example")]),
        ("pip config set global.index-url https://idx.example", [("setting", "pypi", "https://idx.example")]),
        (
            "pip install --index-url https://a.example --extra-index-url=https://b.example x",
            [("source", "pypi", "https://b.example"), ("package", "pypi", "x", "https://a.example")],
        ),
        ("echo curl https://no.example", []),
    ],
)
def test_places(text: str, expected: list[tuple[str, ...]]) -> None:
    assert fetched(text) == expected


def test_lines_are_counted_through_continuations_and_here_documents() -> None:
    text = "set -e\napt-get install \\\n  aa\ncat <<X\nb\nX\ncurl https://c.example\n"
    assert [(one.name or one.url, one.line) for one in fetches(text)] == [("aa", 1), ("https://c.example", 6)]


@given(st.text(alphabet="ab'\"$(){}`;&|<>\\ \n=-", max_size=300))
def test_any_text_is_taken_apart(text: str) -> None:
    for command in commands_in(text):
        assert command.words
        assert 0 <= command.line <= text.count("\n")


def test_nothing_is_fetched_from_hostile_text() -> None:
    assert all(one.kind is not FetchKind.IMAGE for one in fetches("docker pull $(rm -rf /) `id`"))

"""The other formats: yarn, Cargo, Go, Composer, Bundler, Gradle, NuGet, Pipenv, PDM, PEP 751."""

from __future__ import annotations

import pytest
from lock_documents import (
    CARGO,
    COMPOSER,
    DIGEST,
    GEMFILE,
    GO_MOD,
    GO_SUM,
    GRADLE,
    NUGET,
    PDM,
    PIPFILE,
    PYLOCK,
    YARN_1,
    YARN_BERRY,
    by_name,
    edges,
    read,
)

from freehold.model.component import Role

KEYS = {
    ("yarn.lock", YARN_1): {
        "pkg:npm/%40s/a@1.2.0",
        "pkg:npm/b@2.0.1",
        "pkg:npm/c@0.0.1?vcs_url=git%2Bhttps://git.example/o/c.git%400123abcd",
    },
    ("yarn.lock", YARN_BERRY): {"pkg:npm/%40s/a@1.2.0", "pkg:npm/b@2.0.1", "pkg:npm/p@1.0.5"},
    ("Cargo.lock", CARGO): {
        "pkg:cargo/a@1.0.0",
        "pkg:cargo/a@2.0.0",
        "pkg:cargo/g@0.3.0?vcs_url=git%2Bhttps://git.example/o/g%400123abcd",
    },
    ("go.mod", GO_MOD): {
        "pkg:golang/go.example/a@v1.2.0",
        "pkg:golang/go.example/b/v2@v2.0.1%2Bincompatible",
        "pkg:golang/go.example/fork@v0.2.0",
    },
    ("go.sum", GO_SUM): {"pkg:golang/go.example/a@v1.2.0"},
    ("composer.lock", COMPOSER): {"pkg:composer/own/pack@v1.0.0", "pkg:composer/other/dep@2.0"},
    ("Gemfile.lock", GEMFILE): {
        "pkg:gem/a@1.0.0",
        "pkg:gem/n@2.0.0?platform=x86_64-linux",
        "pkg:gem/g@0.1.0?vcs_url=git%2Bhttps://git.example/o/g.git%400123abcd",
    },
    ("gradle.lockfile", GRADLE): {"pkg:maven/org.a/run@1.0", "pkg:maven/org.a/tool@2.0", "pkg:maven/org.a/test@3.0"},
    ("packages.lock.json", NUGET): {"pkg:nuget/A.Lib@1.0.0", "pkg:nuget/B.Lib@2.0.0"},
    ("Pipfile.lock", PIPFILE): {
        "pkg:pypi/a-b@1.0",
        "pkg:pypi/t@2.0",
        "pkg:pypi/g?vcs_url=git%2Bhttps://git.example/o/g.git%400123abcd",
    },
    ("pdm.lock", PDM): {"pkg:pypi/alpha@1.0", "pkg:pypi/beta@2.0"},
    ("pylock.toml", PYLOCK): {
        "pkg:pypi/alpha@1.0",
        "pkg:pypi/beta?vcs_url=git%2Bhttps://git.example/o/beta.git%400123abcd",
    },
}
EDGES = {
    ("yarn.lock", YARN_1): {("@s/a", "b")},
    ("yarn.lock", YARN_BERRY): {("@s/a", "b"), ("shop", "@s/a")},
    ("Cargo.lock", CARGO): {("own", "a"), ("own", "g"), ("g", "a")},
    ("composer.lock", COMPOSER): {("Own/Pack", "other/dep")},
    ("Gemfile.lock", GEMFILE): {("g", "a"), ("n", "a")},
    ("packages.lock.json", NUGET): {("A.Lib", "B.Lib"), ("own", "A.Lib")},
    ("pdm.lock", PDM): {("alpha", "beta")},
    ("pylock.toml", PYLOCK): {("alpha", "beta")},
}
REGISTRIES = [
    ("yarn.lock", YARN_1, "@s/a", "https://npm.example"),
    ("yarn.lock", YARN_BERRY, "b", "https://npm.example"),
    ("yarn.lock", YARN_BERRY, "@s/a", ""),
    ("Cargo.lock", CARGO, "g", "https://git.example"),
    ("composer.lock", COMPOSER, "Own/Pack", "https://dist.example"),
    ("Gemfile.lock", GEMFILE, "n", "https://gems.example"),
    ("Pipfile.lock", PIPFILE, "a-b", "https://x.example"),
    ("Pipfile.lock", PIPFILE, "t", "https://index.example/simple"),
    ("pylock.toml", PYLOCK, "alpha", "https://index.example/simple"),
]


@pytest.mark.parametrize(("name", "text"), KEYS, ids=lambda value: value[:18])
def test_packages_have_their_purls(name: str, text: str) -> None:
    found = {component.key for component in read(name, text).components if component.purls}
    assert found == KEYS[name, text]


@pytest.mark.parametrize(("name", "text"), EDGES, ids=lambda value: value[:18])
def test_edges_are_those_of_the_file(name: str, text: str) -> None:
    assert edges(read(name, text)) == EDGES[name, text]


@pytest.mark.parametrize(("name", "text", "package", "registry"), REGISTRIES, ids=lambda value: value[:18])
def test_registries_are_those_that_the_file_names(name: str, text: str, package: str, registry: str) -> None:
    assert by_name(read(name, text))[package].registry == registry


def test_cargo_default_registry_is_not_an_address() -> None:
    registries = {str(component.key): component.registry for component in read("Cargo.lock", CARGO).components}
    assert registries["pkg:cargo/a@1.0.0"] == ""
    assert registries["pkg:cargo/a@2.0.0"] == "https://crates.example/index"


def test_own_code_is_root_and_has_no_purl() -> None:
    for name, text in (
        ("Cargo.lock", CARGO),
        ("Gemfile.lock", GEMFILE),
        ("pylock.toml", PYLOCK),
        ("packages.lock.json", NUGET),
    ):
        own = by_name(read(name, text))["own"]
        assert own.is_root
        assert own.purls == ()


def test_gradle_configurations_give_roles() -> None:
    roles = {component.version: component.role for component in read("gradle.lockfile", GRADLE).components}
    assert roles == {"1.0": Role.RUNTIME, "2.0": Role.BUILD, "3.0": Role.DEVELOPMENT}
    assert {c.role for c in read("buildscript-gradle.lockfile", GRADLE).components} == {Role.BUILD}


def test_hashes_and_licences() -> None:
    assert by_name(read("Gemfile.lock", GEMFILE))["a"].hashes == (f"sha256:{DIGEST}",)
    assert by_name(read("packages.lock.json", NUGET))["A.Lib"].hashes == ("sha512:" + "ab" * 64,)
    assert [one.value for one in by_name(read("composer.lock", COMPOSER))["Own/Pack"].licences] == [
        "MIT",
        "GPL-2.0-only",
    ]
    assert by_name(read("go.sum", GO_SUM))["go.example/a"].hashes == ("h1:AAAA=",)


def test_local_go_replacement_is_noted() -> None:
    (note,) = read("go.mod", GO_MOD).notes
    assert "go.example/d" in note.reason


def test_berry_in_every_kind_of_source() -> None:
    text = (
        "__metadata:\n  version: 8\n\n"
        '"alias@npm:@s/real@^4":\n  version: 4.0.0\n  resolution: "@s/real@npm:4.0.0"\n'
        f"  checksum: 10c0/{'ab' * 64}\n\n"
        '"port@portal:../port::locator=shop%40workspace%3A.":\n  version: 0.0.0-use.local\n'
        '  resolution: "port@portal:../port::locator=shop%40workspace%3A."\n\n'
        '"tool@workspace:^, tool@workspace:packages/tool":\n  version: 0.0.0-use.local\n'
        '  resolution: "tool@workspace:packages/tool"\n  dependencies:\n    alias: "npm:@s/real@^4"\n\n'
        '"g@https://git.example/o/g.git#commit=0123abcd":\n  version: 1.0.0\n'
        '  resolution: "g@https://git.example/o/g.git#commit=0123abcd"\n'
    )
    reading = read("yarn.lock", text)
    found = by_name(reading)
    assert found["@s/real"].hashes == ("yarn-zip-sha512:" + "ab" * 64,)
    assert found["port"].is_root
    assert str(found["g"].key).endswith("vcs_url=git%2Bhttps://git.example/o/g.git%400123abcd")
    assert edges(reading) == {("tool", "@s/real")}
    assert reading.lock is not None
    assert reading.lock.own == {"packages/tool": found["tool"].key}


def test_what_resolutions_put_in_place_is_needed_where_it_is_the_only_one_of_its_name() -> None:
    def block(name: str, limits: str, needs: str = "") -> str:
        return f'"{name}@npm:{limits}":\n  version: {limits}\n  resolution: "{name}@npm:{limits}"\n{needs}\n'

    needs = '  dependencies:\n    uuid: "npm:^9.0.0"\n    twice: "npm:^3.0.0"\n'
    text = "__metadata:\n  version: 8\n\n" + block("server", "1.0.0", needs)
    text += block("uuid", "11.1.1") + block("twice", "1.0.0") + block("twice", "2.0.0")
    reading = read("yarn.lock", text)
    assert {(edge.parent, edge.child) for edge in reading.dependencies} == {
        ("pkg:npm/server@1.0.0", "pkg:npm/uuid@11.1.1")
    }

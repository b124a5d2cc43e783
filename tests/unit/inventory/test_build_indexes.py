"""Repositories that take the place of the default one, as build files and client settings name them."""

from __future__ import annotations

import json

import pytest

from freehold.inventory.indexes import names_indexes, read_indexes
from freehold.inventory.reader import Document


def indexes(name: str, text: str) -> list[tuple[str, str, str, int]]:
    assert names_indexes(name)
    found = read_indexes(Document(name, text.encode()))
    return [(one.kind, one.scope, one.url, one.origin.line) for one in found]


def repository(name: str, url: str, more: str = "") -> str:
    return f"<repository><id>{name}</id><url>{url}</url>{more}</repository>\n"


def pom(*repositories: str) -> str:
    return f"<project>\n<repositories>\n{''.join(repositories)}</repositories></project>"


def test_maven_by_name_and_by_a_public_mirror_asked_first() -> None:
    own = repository("own", "https://own.example/releases")
    assert indexes("pom.xml", pom(own)) == [], "what is named beside the default one does not replace it"
    central = repository("central", "https://u:p@repo.example/x")
    assert indexes("pom.xml", pom(own, central)) == [("maven", "", "https://repo.example/x", 4)]
    mirror = repository("any", "https://mirror.example/repository/public/")
    assert indexes("pom.xml", pom(mirror, own)) == [("maven", "", "https://mirror.example/repository/public", 3)]
    assert indexes("pom.xml", pom(own, mirror)) == []
    snapshots = repository("central", "https://snap.example/x", "<releases><enabled>false</enabled></releases>")
    assert indexes("pom.xml", pom(snapshots)) == []


@pytest.mark.parametrize(
    ("mirror_of", "is_named"), [("*", True), ("central", True), ("external:*,!own", True), ("own", False)]
)
def test_mirrors_in_maven_settings(mirror_of: str, is_named: bool) -> None:
    text = f"<settings><mirrors><mirror><mirrorOf>{mirror_of}</mirrorOf><url>https://m.example/x</url></mirror></mirrors></settings>"
    assert bool(indexes("settings.xml", text)) is is_named


@pytest.mark.parametrize(
    ("name", "text", "url"),
    [
        ("build.gradle", "repositories { maven { url 'https://only.example/x' } }", "https://only.example/x"),
        ("build.gradle.kts", 'repositories {\n  maven("https://only.example/x")\n}', "https://only.example/x"),
        (
            "build.gradle.kts",
            'repositories {\n maven { url = uri("https://only.example/x") }\n}',
            "https://only.example/x",
        ),
        ("build.gradle", "repositories {\n mavenCentral()\n maven { url 'https://x.example' }\n}", ""),
        ("build.gradle", "repositories {\n maven { url 'https://x.example' }\n mavenCentral()\n}", ""),
        (
            "build.gradle",
            "repositories {\n maven { url 'https://m.example/public' }\n mavenCentral()\n}",
            "https://m.example/public",
        ),
        ("settings.gradle", "pluginManagement {\n repositories {\n maven { url 'https://p.example' }\n }\n}", ""),
        ("build.gradle", "publishing { url 'https://x.example' }", ""),
        ("build.gradle", "// repositories { maven { url 'https://x.example' } }", ""),
        ("build.gradle", 'repositories { maven { url "https://$host/x" } }', ""),
    ],
)
def test_gradle(name: str, text: str, url: str) -> None:
    assert [one[2] for one in indexes(name, text)] == ([url] if url else [])


def test_nuget_only_where_a_single_source_is_left() -> None:
    own = '<add key="own" value="https://u:p@nuget.example/v3/index.json" />'
    text = "<configuration>\n<packageSources>{}</packageSources></configuration>"
    assert indexes("NuGet.config", text.format("<clear />\n" + own)) == [
        ("nuget", "", "https://nuget.example/v3/index.json", 3)
    ]
    assert indexes("nuget.config", text.format(own)) == []
    assert indexes("nuget.config", text.format("<clear />" + own + own.replace("own", "b").replace("v3", "v2"))) == []


def test_composer_by_name_and_where_packagist_is_off() -> None:
    own = {"type": "composer", "url": "https://composer.example"}
    assert (
        indexes("composer.json", json.dumps({"repositories": {"packagist": own}}))[0][2] == "https://composer.example"
    )
    assert indexes("composer.json", json.dumps({"repositories": [own, {"packagist.org": False}]}))
    assert indexes("composer.json", json.dumps({"repositories": {"packagist.org": False, "x": own}}))
    assert indexes("composer.json", json.dumps({"repositories": [own]})) == []
    assert indexes("composer.json", json.dumps({"repositories": 5})) == []


def test_cargo_source_replacement_is_followed() -> None:
    text = (
        '[source.crates-io]\nreplace-with = "first"\n[source.first]\nreplace-with = "second"\n'
        '[source.second]\nregistry = "sparse+https://crates.example/index/"\n'
    )
    assert indexes("config.toml", text) == [("cargo", "", "https://crates.example/index", 6)]
    assert indexes("config.toml", '[source.crates-io]\nreplace-with = "crates-io"\n') == []
    assert indexes("config.toml", 'title = "a site"\n') == []


def test_pipenv_and_the_scopes_of_yarn() -> None:
    assert (
        indexes("Pipfile", '[[source]]\nurl = "https://u:p@index.example/simple"\n')[0][2]
        == "https://index.example/simple"
    )
    text = (
        'npmRegistryServer: "https://npm.example"\nnpmScopes:\n  own:\n    npmRegistryServer: "https://own.example"\n'
    )
    assert indexes(".yarnrc.yml", text) == [
        ("npm", "", "https://npm.example", 1),
        ("npm", "@own", "https://own.example", 4),
    ]


@pytest.mark.parametrize("name", ["pom.xml", "settings.xml", "nuget.config", "composer.json", "config.toml", "Pipfile"])
@pytest.mark.parametrize("text", ["", "<", "{", "[", "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", "null", "a = 1"])
def test_broken_settings_name_nothing(name: str, text: str) -> None:
    assert indexes(name, text) == []

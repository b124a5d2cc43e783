"""Every manifest format: what is asked for, in which role, with which limits, and from where."""

from __future__ import annotations

import pytest
from manifest_documents import (
    CARGO,
    CATALOG,
    COMPOSER,
    CSPROJ,
    DENO_JSON,
    ENVIRONMENT,
    GEMFILE,
    GRADLE,
    MANIFESTS,
    MAVEN_WRAPPER,
    NUGET_CONFIG,
    PACKAGE_JSON,
    PACKAGES_CONFIG,
    PIPFILE,
    PIXI,
    PNPM_WORKSPACE,
    POETRY,
    POM,
    PUBSPEC,
    PYPROJECT,
    REQUIREMENTS_IN,
    SBT,
    SETUP_CFG,
    VCPKG,
    WRAPPER,
    parts,
    read,
)

from freehold.inventory.manifests import READERS
from freehold.inventory.reader import UnreadableError

R, B, D = "runtime", "build", "development"
KEYS = {
    ("package.json", PACKAGE_JSON): {
        "pkg:npm/exact@1.2.3": R,
        "pkg:npm/range": R,
        "pkg:npm/%40s/real@4.0.0": R,
        "pkg:npm/tag": R,
        "pkg:npm/hub?vcs_url=git%2Bhttps://github.com/o/hub%40v1": R,
        "pkg:npm/git?vcs_url=git%2Bssh://git.example/o/git.git%400123abcd": R,
        "pkg:npm/tarball": R,
        "pkg:npm/peer": R,
        "pkg:npm/t": D,
        "pkg:npm/pnpm@9.1.0": B,
    },
    ("pyproject.toml", PYPROJECT): {
        "pkg:pypi/flask?vcs_url=git%2Bhttps://git.example/o/flask%40v3": R,
        "pkg:pypi/pinned@1.0.0": R,
        "pkg:pypi/direct?download_url=https://files.example/direct.zip": R,
        "pkg:pypi/ruff": D,
        "pkg:pypi/pytest": D,
        "pkg:pypi/mypy": D,
        "pkg:pypi/ipython": D,
        "pkg:pypi/hatchling": B,
        "pkg:pypi/own-hook@2.0": B,
    },
    ("pyproject.toml", POETRY): {
        "pkg:pypi/exact@1.2.3": R,
        "pkg:pypi/caret": R,
        "pkg:pypi/star": R,
        "pkg:pypi/gitty?vcs_url=git%2Bhttps://git.example/o/gitty.git%400123abcd": R,
        "pkg:pypi/several": R,
        "pkg:pypi/pytest": D,
    },
    ("Pipfile", PIPFILE): {"pkg:pypi/flask": R, "pkg:pypi/pinned@1.0.0": R, "pkg:pypi/pytest": D},
    ("setup.cfg", SETUP_CFG): {
        "pkg:pypi/flask": R,
        "pkg:pypi/pinned@1.0.0": R,
        "pkg:pypi/wheel": B,
        "pkg:pypi/boto3": R,
    },
    ("requirements.in", REQUIREMENTS_IN): {"pkg:pypi/flask": R, "pkg:pypi/pinned@1.0.0": R},
    ("environment.yml", ENVIRONMENT): {
        "pkg:conda/python?channel=forge": R,
        "pkg:conda/numpy@1.26.0?channel=forge": R,
        "pkg:conda/scipy?channel=other": R,
        "pkg:conda/built@1.0?channel=forge": R,
        "pkg:pypi/flask@3.0": R,
        "pkg:pypi/edit?vcs_url=git%2Bhttps://git.example/o/edit.git%40main": R,
    },
    ("pixi.toml", PIXI): {
        "pkg:conda/python?channel=conda-forge": R,
        "pkg:conda/numpy@1.26.0?channel=conda-forge": R,
        "pkg:pypi/flask@3.0": R,
        "pkg:conda/pytest?channel=conda-forge": D,
    },
    ("Cargo.toml", CARGO): {
        "pkg:cargo/serde": R,
        "pkg:cargo/exact@1.2.3": R,
        "pkg:cargo/real": R,
        "pkg:cargo/gitty?vcs_url=git%2Bhttps://git.example/o/gitty%400123abcd": R,
        "pkg:cargo/private": R,
        "pkg:cargo/shared": R,
        "pkg:cargo/libc": R,
        "pkg:cargo/cc": B,
        "pkg:cargo/proptest": D,
    },
    ("composer.json", COMPOSER): {
        "pkg:composer/a/exact@1.2.3": R,
        "pkg:composer/a/range": R,
        "pkg:composer/a/test": D,
    },
    ("Gemfile", GEMFILE): {
        "pkg:gem/rails": R,
        "pkg:gem/pinned@1.2.3": R,
        "pkg:gem/hub?vcs_url=git%2Bhttps://github.com/o/hub%40main": R,
        "pkg:gem/several": R,
        "pkg:gem/inside": R,
        "pkg:gem/rspec": D,
        "pkg:gem/debug": D,
        "pkg:gem/late": D,
        "pkg:gem/maybe": R,
        "pkg:gem/last@2.0": R,
    },
    ("pom.xml", POM): {
        "pkg:maven/org.example/parent@7": B,
        "pkg:maven/org.a/bom@3.0": B,
        "pkg:maven/org.a/run@1.0": R,
        "pkg:maven/org.a/managed": R,
        "pkg:maven/org.example/by-property": R,
        "pkg:maven/org.a/range": R,
        "pkg:maven/org.a/given@2.0": B,
        "pkg:maven/org.a/test@4.0": D,
        "pkg:maven/org.apache.maven.plugins/maven-compiler-plugin@3.13.0": B,
    },
    ("libs.versions.toml", CATALOG): {
        "pkg:maven/org.a/plain@1.0": R,
        "pkg:maven/org.a/run@1.2.3": R,
        "pkg:maven/org.a/split@2.0": R,
        "pkg:maven/org.a/loose": R,
        "pkg:maven/org.junit.jupiter/junit-jupiter-api@5.10.0": D,
        "pkg:maven/org.p.shadow/org.p.shadow.gradle.plugin@8.0.0": B,
    },
    ("build.gradle", GRADLE): {
        "pkg:maven/org.p.kotlin/org.p.kotlin.gradle.plugin@2.0.0": B,
        "pkg:maven/org.a/run@1.0": R,
        "pkg:maven/org.a/kt@2.0": R,
        "pkg:maven/org.a/bom@3.0": R,
        "pkg:maven/org.a/parts@4.0": B,
        "pkg:maven/org.a/test": D,
        "pkg:maven/org.a/processor@6.0": B,
        "pkg:maven/org.a/variable": R,
    },
    ("gradle-wrapper.properties", WRAPPER): {
        "pkg:generic/gradle@8.5?download_url=https://services.example/distributions/gradle-8.5-bin.zip": B
    },
    ("maven-wrapper.properties", MAVEN_WRAPPER): {
        "pkg:maven/org.apache.maven/apache-maven@3.9.6": B,
        "pkg:maven/org.apache.maven.wrapper/maven-wrapper@3.2.0": B,
    },
    ("Shop.csproj", CSPROJ): {
        "pkg:nuget/A.Run@1.0.0": R,
        "pkg:nuget/A.Property": R,
        "pkg:nuget/A.Child@3.0.0": R,
        "pkg:nuget/A.Float": R,
        "pkg:nuget/A.Central": R,
        "pkg:nuget/A.Analyzer@4.0.0": B,
    },
    ("build.sbt", SBT): {
        "pkg:maven/org.a/run@1.0": R,
        "pkg:maven/org.a/java@2.6.20": R,
        "pkg:maven/org.a/test@3.0": D,
        "pkg:maven/org.a/unknown": R,
        "pkg:maven/org.p/sbt-plugin@4.0": B,
    },
    ("pnpm-workspace.yaml", PNPM_WORKSPACE): {},
    ("deno.json", DENO_JSON): {"pkg:jsr/%40std/path": R, "pkg:npm/chalk@5.3.0": R},
    ("pubspec.yaml", PUBSPEC): {
        "pkg:pub/alpha": R,
        "pkg:pub/exact@1.0.0": R,
        "pkg:pub/free": R,
        "pkg:pub/gitty?vcs_url=git%2Bhttps://git.example/o/gitty.git%400123abcd": R,
        "pkg:pub/private": R,
        "pkg:pub/test": D,
    },
    ("vcpkg.json", VCPKG): {"pkg:vcpkg/zlib@1.2.11": R, "pkg:vcpkg/fmt": R, "pkg:vcpkg/tool": B},
    ("packages.config", PACKAGES_CONFIG): {"pkg:nuget/A.Run@1.0.0": R, "pkg:nuget/A.Tool@2.0.0": D},
}
PLACES = [
    ("package.json", PACKAGE_JSON, "pkg:npm/tarball", "https://files.example", '"tarball":'),
    ("pyproject.toml", PYPROJECT, "pkg:pypi/pinned@1.0.0", "", '"pinned==1.0.0"'),
    ("pyproject.toml", POETRY, "pkg:pypi/pytest", "", "pytest ="),
    ("Cargo.toml", CARGO, "pkg:cargo/private", "https://crates.example/index", "private ="),
    ("Cargo.toml", CARGO, "pkg:cargo/shared", "", "shared = { workspace"),
    ("environment.yml", ENVIRONMENT, "pkg:conda/numpy@1.26.0?channel=forge", "https://conda.example/forge", "numpy"),
    ("environment.yml", ENVIRONMENT, "pkg:conda/scipy?channel=other", "", "other::scipy"),
    ("Gemfile", GEMFILE, "pkg:gem/several", "https://gems.example", 'gem "several"'),
    ("Gemfile", GEMFILE, "pkg:gem/inside", "https://private.example", 'gem "inside"'),
    ("pom.xml", POM, "pkg:maven/org.a/run@1.0", "", ">run<"),
    ("Shop.csproj", CSPROJ, "pkg:nuget/A.Float", "", "A.Float"),
    (
        "maven-wrapper.properties",
        MAVEN_WRAPPER,
        "pkg:maven/org.apache.maven/apache-maven@3.9.6",
        "https://repo.example/maven2",
        "dist",
    ),
]
NOTES = [
    ("pom.xml", POM, "org.a:file is a file of the project"),
    ("pom.xml", POM, "${nobody}:lost is named by a property"),
    ("pom.xml", POM, "https://repo.example/maven is named: which packages come from it is not known"),
    ("build.gradle", GRADLE, "https://repo.example/maven is named"),
    ("environment.yml", ENVIRONMENT, "'-r more.txt'"),
    ("nuget.config", NUGET_CONFIG, "https://nuget.example/v3/index.json is named beside others"),
    ("Gemfile", "gemspec\n", "is code, and is not read"),
    ("setup.cfg", "[options]\ninstall_requires = file: requirements.txt\n", "'requirements.txt'"),
    ("pyproject.toml", '[project]\ndependencies = ["!!! nonsense"]\n', "not a requirement"),
]


@pytest.mark.parametrize(("name", "text"), KEYS, ids=lambda value: value[:18])
def test_what_is_asked_for_and_in_which_role(name: str, text: str) -> None:
    assert {key: one.role.value for key, one in parts(read(name, text)).items()} == KEYS[name, text]


@pytest.mark.parametrize(("name", "text", "key", "registry", "line"), PLACES, ids=lambda value: value[:24])
def test_registries_and_lines(name: str, text: str, key: str, registry: str, line: str) -> None:
    found = parts(read(name, text))[key]
    assert found.registry == registry
    assert line in text.splitlines()[found.origins[0].line - 1]


@pytest.mark.parametrize(("name", "text", "reason"), NOTES, ids=lambda value: value[:24])
def test_what_cannot_be_known_is_noted(name: str, text: str, reason: str) -> None:
    assert any(reason in note.reason for note in read(name, text).notes)


def test_limits_stay_as_written_and_ranges_are_no_versions() -> None:
    manifest = read("package.json", PACKAGE_JSON).manifest
    assert manifest is not None
    limits = {str(ask.key): ask.limits for ask in manifest.asks}
    assert limits["pkg:npm/range"] == "^1.0.0"
    assert limits["pkg:npm/tag"] == "latest"
    assert manifest.members == ("packages/*", "!packages/old")
    workspace = read("pnpm-workspace.yaml", PNPM_WORKSPACE).manifest
    assert workspace is not None
    assert workspace.members == manifest.members
    assert workspace.offers == {"pkg:npm/exact": "==1.2.3", "pkg:npm/range": "^2.0.0"}


def test_the_root_needs_everything_asked_for() -> None:
    for name, texts in MANIFESTS.items():
        for text in texts:
            reading = read(name, text)
            if reading.manifest is not None and reading.manifest.asks:
                asked = {ask.key for ask in reading.manifest.asks}
                assert {edge.child for edge in reading.dependencies} == asked
                assert {edge.parent for edge in reading.dependencies} == {reading.manifest.root}


def test_packages_of_a_named_index_come_from_it() -> None:
    uv = """\
[project]
dependencies = ["torch==2.0.0", "other"]
[[tool.uv.index]]
name = "wheels"
url = "https://u:p@wheels.example/cpu"
explicit = true
[tool.uv.sources]
torch = { index = "wheels" }
"""
    assert parts(read("pyproject.toml", uv))["pkg:pypi/torch@2.0.0"].registry == "https://wheels.example/cpu"
    assert parts(read("pyproject.toml", uv))["pkg:pypi/other"].registry == ""
    poetry = """\
[[tool.poetry.source]]
name = "own"
url = "https://own.example/simple"
[tool.poetry.dependencies]
lib = { version = "1.0", source = "own" }
"""
    assert parts(read("pyproject.toml", poetry))["pkg:pypi/lib@1.0"].registry == "https://own.example/simple"


def test_a_longer_name_is_not_the_one_looked_for() -> None:
    text = '[project]\ndependencies = [\n "pytest-cov",\n "my-pytest",\n "pytest",\n]\n'
    found = parts(read("pyproject.toml", text))
    assert found["pkg:pypi/pytest"].origins[0].line == 5
    assert found["pkg:pypi/my-pytest"].origins[0].line == 4


def test_notes_quote_no_sign_in() -> None:
    text = ENVIRONMENT.replace("-r more.txt", "--extra-index-url https://u:p@second.example")
    (note,) = read("environment.yml", text).notes
    assert "https://second.example" in note.reason
    assert "u:p" not in note.reason


def test_code_that_was_recognised_by_its_form_says_so() -> None:
    assert all("is code" in one.evidence for one in parts(read("build.gradle", GRADLE)).values())


def test_setup_py_is_found_and_not_run() -> None:
    with pytest.raises(UnreadableError, match="never run") as caught:
        read("setup.py", "from setuptools import setup\nsetup(install_requires=['a'])\n")
    assert "pyproject.toml" in caught.value.remedy
    bare = b"from setuptools import setup\n\nsetup( )\n"
    assert not any(one.accepts("setup.py", bare) for one in READERS), "it states nothing that is not in other files"


def test_a_manifest_that_asks_for_nothing_lists_nothing() -> None:
    for name, text in (("pyproject.toml", "[tool.ruff]\nline-length = 100\n"), ("package.json", '{"type": "module"}')):
        assert read(name, text).components == ()


BOMB = '<!DOCTYPE p [<!ENTITY a "aaaa">]><project>&a;</project>'


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("pom.xml", BOMB, "document type"),
        ("pom.xml", '<!DOCTYPE p SYSTEM "file:///etc/passwd"><project/>', "document type"),
        ("pom.xml", "<project><a>", "broken XML"),
        ("pom.xml", "<a>" * 200 + "</a>" * 200, "levels deep"),
        ("pom.xml", "<html/>", "root element is 'html'"),
        ("Shop.csproj", "<x/>", "root element is 'x'"),
        ("packages.config", "", "broken XML|no element"),
        ("package.json", "[]", "no object"),
        ("package.json", '{"a": ', "too early"),
        ("pyproject.toml", "a = = 1", "broken TOML"),
        ("Cargo.toml", "[" * 500, "broken TOML|cannot be read"),
        ("setup.cfg", "no section = 1\n", "broken configuration"),
        ("environment.yml", "dependencies: x\n", "dependencies are missing"),
    ],
)
def test_broken_and_hostile_files_are_refused_with_a_reason(name: str, text: str, reason: str) -> None:
    with pytest.raises(UnreadableError, match=reason):
        read(name, text)


def test_properties_that_name_themselves_end() -> None:
    text = POM.replace("<lib.version>1.2.3", "<lib.version>${lib.version}").replace("${nobody}", "${lib.version}")
    assert "pkg:maven/org.a/run@1.0" in parts(read("pom.xml", text))

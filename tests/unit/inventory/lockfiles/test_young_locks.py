"""pnpm, Bun, Deno, conda, pixi, Terraform, Swift, Dart, Elixir, CocoaPods, Nix, Helm, R, Julia, Conan, opam."""

from __future__ import annotations

import pytest
from lock_documents import by_name, edges, read
from young_lock_documents import (
    BUN,
    CARTHAGE,
    CONAN_4,
    CONAN_5,
    CONDA_EXPLICIT,
    CONDA_LOCK,
    DENO_3,
    DENO_5,
    FLAKE,
    HELM,
    JULIA,
    MIX,
    OPAM,
    PIXI_5,
    PIXI_6,
    PIXI_7,
    PNPM_5,
    PNPM_6,
    PNPM_9,
    PODS,
    PUB,
    RENV,
    SWIFT_1,
    SWIFT_3,
    TERRAFORM,
    YOUNG,
)

from freehold.inventory.reader import UnreadableError
from freehold.model.component import Role

KEYS = {
    ("pnpm-lock.yaml", PNPM_5): {
        "pkg:npm/%40s/real@4.0.0",
        "pkg:npm/a@1.2.0",
        "pkg:npm/b@2.0.0",
        "pkg:npm/t@3.0.0",
        "pkg:npm/m@1.0.0",
        "pkg:npm/g@0.3.0?vcs_url=git%2Bhttps://git.example/o/g.git%400123abcd",
    },
    ("pnpm-lock.yaml", PNPM_6): {
        "pkg:npm/a@1.2.0",
        "pkg:npm/b@2.0.0",
        "pkg:npm/t@3.0.0",
        "pkg:npm/r@1.0.0?vcs_url=git%2Bhttps://github.com/o/r.git%400123abcd",
    },
    ("pnpm-lock.yaml", PNPM_9): {
        "pkg:npm/%40s/real@4.0.0",
        "pkg:npm/a@1.2.0",
        "pkg:npm/b@2.0.0",
        "pkg:npm/o@5.0.0",
        "pkg:npm/t@3.0.0",
        "pkg:generic/node@22.1.0",
        "pkg:npm/r@1.0.0?vcs_url=git%2Bhttps://github.com/o/r.git%400123abcd",
    },
    ("bun.lock", BUN): {
        "pkg:npm/%40s/c@3.0.0",
        "pkg:npm/a@1.2.3",
        "pkg:npm/b@2.0.0",
        "pkg:npm/b@1.0.0",
        "pkg:npm/g?vcs_url=git%2Bhttps://github.com/o/g%400123abc",
        "pkg:npm/h?vcs_url=git%2Bhttps://git.example/o/h.git%404567def",
        "pkg:npm/t@2.0.0",
        "pkg:npm/w",
    },
    ("deno.lock", DENO_5): {
        "pkg:npm/a@1.2.0",
        "pkg:npm/b@2.0.0",
        "pkg:npm/c@1.0.0",
        "pkg:jsr/%40std/path@1.0.2",
        "pkg:jsr/%40std/internal@1.0.0",
        "pkg:generic/std@0.200.0?download_url=https://mods.example/std%400.200.0",
        "pkg:generic/loose.example?download_url=https://loose.example",
    },
    ("deno.lock", DENO_3): {"pkg:npm/a@1.2.0", "pkg:npm/b@2.0.0"},
    ("conda-lock.yml", CONDA_LOCK): {
        "pkg:conda/alpha@1.0?build=h1_0&channel=forge&subdir=linux-64&type=conda",
        "pkg:conda/alpha@1.0?build=h2_0&channel=forge&subdir=osx-64&type=conda",
        "pkg:conda/beta@2.0?build=py_0&channel=forge&subdir=noarch&type=tar.bz2",
        "pkg:pypi/gamma-x@3.0.0",
    },
    ("conda-linux-64.lock", CONDA_EXPLICIT): {
        "pkg:conda/alpha@1.0?build=h1_0&channel=forge&subdir=linux-64&type=conda",
        "pkg:conda/beta-x@2.0?build=py_0&channel=forge&subdir=noarch&type=tar.bz2",
    },
    ("pixi.lock", PIXI_6): {
        "pkg:conda/python@3.12.0?build=h1_0&channel=forge&subdir=linux-64&type=conda",
        "pkg:conda/beta@2.0?build=py_0&channel=forge&subdir=noarch&type=conda",
        "pkg:pypi/gamma@3.0.0",
    },
    ("pixi.lock", PIXI_5): {"pkg:conda/a@1.0?build=h_0&channel=forge&subdir=linux-64&type=conda"},
    ("pixi.lock", PIXI_7): {
        "pkg:conda/a@1.0?build=h_0&channel=forge&subdir=linux-64&type=conda",
        "pkg:conda/theirs@2.0.0",
    },
    (".terraform.lock.hcl", TERRAFORM): {"pkg:terraform/hashicorp/aws@5.31.0", "pkg:terraform/own/thing@1.0.0"},
    ("Package.resolved", SWIFT_1): {"pkg:swift/git.example/o/Alpha@1.2.0"},
    ("Package.resolved", SWIFT_3): {
        "pkg:swift/git.example/o/Alpha@1.2.0",
        "pkg:swift/git.example/o/beta@4567abcd",
        "pkg:swift/acme/gamma@3.0.0",
    },
    ("Cartfile.resolved", CARTHAGE): {
        "pkg:github/o/alpha@v1.2.0",
        "pkg:generic/beta@0123abcd?vcs_url=git%2Bhttps://git.example/o/beta.git%400123abcd",
        "pkg:generic/gamma@3.0.0?download_url=https://files.example/gamma.json",
    },
    ("pubspec.lock", PUB): {
        "pkg:pub/alpha@1.2.0",
        "pkg:pub/flutter@0.0.0",
        "pkg:pub/g@0.3.0?vcs_url=git%2Bhttps://git.example/o/g.git%400123abcd",
        "pkg:pub/t@2.0.0",
    },
    ("mix.lock", MIX): {
        "pkg:hex/alpha@1.2.0",
        "pkg:hex/beta_real@2.0.0",
        "pkg:hex/acme/own@1.0.0",
        "pkg:hex/g@0123abcd?vcs_url=git%2Bhttps://git.example/o/g.git%400123abcd",
    },
    ("Podfile.lock", PODS): {
        "pkg:cocoapods/Alpha@1.2.0",
        "pkg:cocoapods/Beta@2.0.0",
        "pkg:cocoapods/G@0.3.0?vcs_url=git%2Bhttps://git.example/o/G.git%400123abcd",
    },
    ("flake.lock", FLAKE): {
        "pkg:github/o/nixpkgs@0123abcd",
        "pkg:generic/tool@4567abcd?vcs_url=git%2Bhttps://git.example/o/tool%404567abcd",
        "pkg:generic/deep?download_url=https://files.example/deep.tar.xz",
    },
    ("Chart.lock", HELM): {
        "pkg:helm/redis@1.2.0?repository_url=https://charts.example/stable",
        "pkg:helm/db@3.0.0?repository_url=oci://images.example/charts",
        "pkg:helm/odd@4.0.0",
    },
    ("renv.lock", RENV): {"pkg:cran/alpha@1.2.0", "pkg:github/o/beta@0123abcd", "pkg:bioconductor/bio@3.0.0"},
    ("JuliaManifest.toml", JULIA): {
        "pkg:julia/Alpha@1.2.0?uuid=11111111-1111-1111-1111-111111111111",
        "pkg:julia/Beta@2.0.0?uuid=22222222-2222-2222-2222-222222222222"
        "&vcs_url=git%2Bhttps://git.example/o/Beta.jl%40main",
        "pkg:julia/Std?uuid=33333333-3333-3333-3333-333333333333",
    },
    ("conan.lock", CONAN_5): {
        "pkg:conan/zlib@1.2.11?rrev=0123abcd",
        "pkg:conan/acme/own@1.0?channel=stable",
        "pkg:conan/cmake@3.22.6?rrev=4567abcd",
    },
    ("conan.lock", CONAN_4): {"pkg:conan/zlib@1.2.11?rrev=0123", "pkg:conan/cmake@3.22.6"},
    ("shop.opam.locked", OPAM): {"pkg:opam/alpha@1.2.0", "pkg:opam/tool@2.0", "pkg:opam/check@3.0"},
}
EDGES = {
    ("pnpm-lock.yaml", PNPM_5): {
        ("pnpm-lock.yaml", "a"),
        ("pnpm-lock.yaml", "packages/kit"),
        ("pnpm-lock.yaml", "t"),
        ("packages/kit", "@s/real"),
        ("a", "b"),
        ("a", "g"),
        ("t", "b"),
    },
    ("pnpm-lock.yaml", PNPM_6): {("pnpm-lock.yaml", "a"), ("pnpm-lock.yaml", "t"), ("a", "b")},
    ("pnpm-lock.yaml", PNPM_9): {
        ("pnpm-lock.yaml", "a"),
        ("pnpm-lock.yaml", "@s/real"),
        ("pnpm-lock.yaml", "packages/kit"),
        ("pnpm-lock.yaml", "t"),
        ("packages/kit", "o"),
        ("a", "b"),
        ("t", "b"),
        ("t", "r"),
    },
    ("bun.lock", BUN): {
        ("shop", "a"),
        ("shop", "kit"),
        ("shop", "t"),
        ("kit", "b"),
        ("a", "b"),
        ("a", "@s/c"),
        ("g", "b"),
        ("t", "g"),
    },
    ("deno.lock", DENO_5): {
        ("deno.lock", "@std/path"),
        ("deno.lock", "a"),
        ("deno.lock", "std"),
        ("deno.lock", "loose.example"),
        ("@std/path", "@std/internal"),
        ("a", "b"),
        ("a", "c"),
    },
    ("deno.lock", DENO_3): {("deno.lock", "a"), ("a", "b")},
    ("conda-lock.yml", CONDA_LOCK): {("alpha", "beta"), ("gamma-x", "beta")},
    ("pixi.lock", PIXI_6): {("python", "beta"), ("gamma", "own")},
    ("pixi.lock", PIXI_7): {("a", "theirs"), ("mine", "a")},
    ("mix.lock", MIX): {("alpha", "beta_real")},
    ("Podfile.lock", PODS): {("Alpha", "Beta")},
    ("flake.lock", FLAKE): {
        ("flake.lock", "nixpkgs"),
        ("flake.lock", "tool"),
        ("tool", "nixpkgs"),
        ("tool", "deep"),
    },
    ("renv.lock", RENV): {("alpha", "beta"), ("bio", "alpha")},
    ("JuliaManifest.toml", JULIA): {("Alpha", "Beta"), ("Alpha", "Std"), ("Beta", "Std")},
    ("conan.lock", CONAN_4): {("shop", "zlib"), ("zlib", "cmake")},
}
REGISTRIES = [
    ("pnpm-lock.yaml", PNPM_5, "b", "https://npm.example/repo"),
    ("pnpm-lock.yaml", PNPM_5, "m", "https://mirror.example"),
    ("pnpm-lock.yaml", PNPM_5, "a", ""),
    ("pnpm-lock.yaml", PNPM_9, "r", "https://github.com"),
    ("bun.lock", BUN, "@s/c", "https://own.example/npm"),
    ("bun.lock", BUN, "w", "https://files.example"),
    ("deno.lock", DENO_5, "c", "https://files.example"),
    ("deno.lock", DENO_5, "std", "https://mods.example"),
    ("conda-lock.yml", CONDA_LOCK, "beta", "https://conda.example/forge"),
    ("pixi.lock", PIXI_6, "gamma", "https://index.example/simple"),
    ("pixi.lock", PIXI_7, "theirs", "https://git.example"),
    (".terraform.lock.hcl", TERRAFORM, "hashicorp/aws", "https://registry.terraform.example"),
    (".terraform.lock.hcl", TERRAFORM, "own/thing", "https://registry.opentofu.example"),
    ("Package.resolved", SWIFT_3, "beta", "https://git.example"),
    ("pubspec.lock", PUB, "alpha", "https://pub.example"),
    ("Podfile.lock", PODS, "Alpha", "https://pods.example/specs.git"),
    ("Podfile.lock", PODS, "Beta", ""),
    ("Chart.lock", HELM, "db", "oci://images.example"),
    ("renv.lock", RENV, "alpha", "https://cran.example"),
]
ROLES = [
    ("pnpm-lock.yaml", PNPM_9, {"t": "development", "r": "development", "b": "runtime", "o": "runtime"}),
    ("pnpm-lock.yaml", PNPM_6, {"t": "development", "a": "runtime"}),
    ("bun.lock", BUN, {"t": "development", "g": "development", "a": "runtime"}),
    ("pubspec.lock", PUB, {"t": "development", "alpha": "runtime"}),
    (".terraform.lock.hcl", TERRAFORM, {"hashicorp/aws": "build"}),
    ("flake.lock", FLAKE, {"nixpkgs": "build", "deep": "build"}),
    ("conan.lock", CONAN_5, {"zlib": "runtime", "cmake": "build"}),
    ("shop.opam.locked", OPAM, {"alpha": "runtime", "tool": "build", "check": "development"}),
]
NOTES = [
    ("pnpm-lock.yaml", PNPM_9, "b@2.0.0 is patched on installing"),
    ("conda-linux-64.lock", CONDA_EXPLICIT, "no conda archive"),
    ("Package.resolved", SWIFT_3, "'own' is a local repository"),
    ("mix.lock", MIX, "'odd' has no known source"),
    ("Chart.lock", HELM, "'@corp', a name that only the machine knows"),
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


@pytest.mark.parametrize(("name", "text", "roles"), ROLES, ids=lambda value: str(value)[:18])
def test_roles_follow_the_file(name: str, text: str, roles: dict[str, str]) -> None:
    found = by_name(read(name, text))
    assert {one: found[one].role.value for one in roles} == roles


@pytest.mark.parametrize(("name", "text", "reason"), NOTES, ids=lambda value: value[:18])
def test_what_is_left_out_is_noted(name: str, text: str, reason: str) -> None:
    assert any(reason in note.reason for note in read(name, text).notes)


@pytest.mark.parametrize("name", YOUNG)
def test_every_component_has_a_place_and_own_code_a_key_of_its_own(name: str) -> None:
    for text in YOUNG[name]:
        components = read(name, text).components
        assert components
        assert all(one.origins[0].line or one.origins[0].pointer for one in components)
        own = [one for one in components if one.is_root]
        assert all(not one.purls and not str(one.key).endswith("#") for one in own)


def test_hashes_licences_and_lines() -> None:
    pnpm = by_name(read("pnpm-lock.yaml", PNPM_9))
    assert pnpm["a"].hashes == ("sha512:" + "ab" * 64,)
    assert PNPM_9.splitlines()[pnpm["a"].origins[0].line - 1].strip() == "a@1.2.0:"
    pixi = by_name(read("pixi.lock", PIXI_6))
    assert [one.value for one in pixi["python"].licences] == ["Python-2.0"]
    assert pixi["beta"].purls[1:] == ("pkg:pypi/beta-x",)
    assert by_name(read("flake.lock", FLAKE))["nixpkgs"].hashes == ("sha512:" + "ab" * 64,)
    mix = by_name(read("mix.lock", MIX))
    assert mix["alpha"].hashes == ("sha256:" + "ba" * 32,)
    assert mix["own"].hashes == ("hex-inner-sha256:" + "ab" * 32,)
    assert by_name(read("Podfile.lock", PODS))["Alpha"].hashes == ("podspec-sha1:" + "ab" * 20,)
    swift = read("Package.resolved", SWIFT_1).components[0]
    assert swift.origins[0].line == 1


def test_channel_tokens_are_never_kept() -> None:
    for name, text in (("conda-lock.yml", CONDA_LOCK), ("conda-linux-64.lock", CONDA_EXPLICIT)):
        assert "s3cret" not in repr(read(name, text))


def test_the_workspace_folders_of_a_lock_are_named() -> None:
    for name, text in (("pnpm-lock.yaml", PNPM_5), ("bun.lock", BUN)):
        lock = read(name, text).lock
        assert lock is not None
        assert set(lock.own) == {"", "packages/kit"}


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("pnpm-lock.yaml", "lockfileVersion: '12.0'\n", "'12.0' is not supported"),
        ("pnpm-lock.yaml", "a: [", "broken YAML"),
        ("pnpm-lock.yaml", "- a\n", "it holds no mapping"),
        ("pnpm-lock.yaml", "a: " + "[" * 300 + "]" * 300, "levels deep"),
        ("bun.lock", '{"lockfileVersion": 9}', "'9' is not supported"),
        ("bun.lock", '{"lockfileVersion": 1', "too early"),
        ("bun.lockb", "#!/usr/bin/env bun\n", "binary"),
        ("deno.lock", '{"version": "1"}', "'1' is not supported"),
        ("conda-lock.yml", "version: 2\n", "'2' is not supported"),
        ("conda-linux-64.lock", "name: x\n", "@EXPLICIT is missing"),
        ("pixi.lock", "version: 3\n", "'3' is not supported"),
        (".terraform.lock.hcl", "x = 1\n", "names no provider"),
        ("Package.resolved", '{"version": 9}', "'9' is not supported"),
        ("pubspec.lock", "a: 1\n", "packages are missing"),
        ("mix.lock", "[1, 2]", "no map"),
        ("mix.lock", "%{", "ends too early"),
        ("mix.lock", "%{" + "[" * 100, "nested too deeply"),
        ("mix.lock", 'System.cmd("rm", [])', "no map"),
        ("Podfile.lock", "a: 1\n", "neither PODS"),
        ("flake.lock", '{"version": 4}', "'4' is not supported"),
        ("Chart.lock", "a: 1\n", "dependencies are missing"),
        ("renv.lock", "{}", "Packages are missing"),
        ("conan.lock", '{"version": "9"}', "'9' is not supported"),
        ("x.opam.locked", "a: 1\n", "depends are missing"),
    ],
)
def test_other_files_are_refused_with_a_reason(name: str, text: str, reason: str) -> None:
    with pytest.raises(UnreadableError, match=reason):
        read(name, text)


def test_a_circle_of_followed_inputs_ends() -> None:
    text = '{"nodes": {"root": {"inputs": {"a": ["a"]}}}, "root": "root", "version": 7}'
    assert read("flake.lock", text).dependencies == ()


def test_nothing_settles_a_role_that_the_file_does_not_know() -> None:
    assert {one.role for one in read("mix.lock", MIX).components} == {Role.RUNTIME}

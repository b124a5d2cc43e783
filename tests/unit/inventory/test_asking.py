"""Manifests beside, above and without lockfiles: one component each, roles settled, and what stays open said."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from freehold.inventory.folder import read_paths
from freehold.model.component import Inventory, Role

NPM_LOCK = json.dumps(
    {
        "name": "shop",
        "lockfileVersion": 3,
        "packages": {
            "": {"name": "shop", "dependencies": {"a": "^1"}, "devDependencies": {"t": "*"}},
            "packages/kit": {"name": "kit", "version": "0.0.1", "dependencies": {"a": "^2"}},
            "node_modules/kit": {"resolved": "packages/kit", "link": True},
            "node_modules/a": {"version": "1.0.0", "dependencies": {"b": "*"}},
            "node_modules/b": {"version": "3.0.0"},
            "node_modules/t": {"version": "4.0.0", "dev": True},
            "packages/kit/node_modules/a": {"version": "2.0.0"},
        },
    }
)
YARN_LOCK = """\
# yarn lockfile v1


a@^1.0.0:
  version "1.0.0"
  dependencies:
    b "^3.0.0"

b@^3.0.0:
  version "3.0.0"

t@^4.0.0:
  version "4.0.0"
  dependencies:
    u "^5.0.0"

u@^5.0.0:
  version "5.0.0"
"""
CARGO_LOCK = """\
version = 4

[[package]]
name = "shop"
version = "0.1.0"
dependencies = ["run", "tool", "check"]

[[package]]
name = "run"
version = "1.0.0"
source = "registry+https://crates.example/index"
dependencies = ["deep"]

[[package]]
name = "tool"
version = "2.0.0"
source = "registry+https://crates.example/index"

[[package]]
name = "check"
version = "3.0.0"
source = "registry+https://crates.example/index"
dependencies = ["deep", "only-checked"]

[[package]]
name = "deep"
version = "4.0.0"
source = "registry+https://crates.example/index"

[[package]]
name = "only-checked"
version = "5.0.0"
source = "registry+https://crates.example/index"
"""


def read(root: Path, files: Mapping[str, str]) -> Inventory:
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    return read_paths([root])


def keys(inventory: Inventory) -> set[str]:
    return {str(one.key) for one in inventory.components if one.purls}


def roles(inventory: Inventory) -> dict[str, Role]:
    return {one.name: one.role for one in inventory.components if one.purls}


def roots(inventory: Inventory) -> set[str]:
    return {str(one.key) for one in inventory.components if one.is_root}


def reasons(inventory: Inventory) -> str:
    return "\n".join(f"{note.where}: {note.reason}" for note in inventory.notes)


def package_json(name: str, **fields: object) -> str:
    return json.dumps({"name": name, **fields}, indent=1)


def test_a_manifest_beside_its_lockfile_adds_no_component_and_no_root(tmp_path: Path) -> None:
    lock = {"package-lock.json": NPM_LOCK}
    alone = read(tmp_path / "x", lock)
    manifest = package_json("shop", dependencies={"a": "^1"}, devDependencies={"t": "*"})
    together = read(tmp_path / "y", {**lock, "package.json": manifest})
    assert keys(together) == keys(alone)
    assert roots(together) == roots(alone)
    assert together.dependencies == alone.dependencies
    assert roles(together) == roles(alone)
    (found,) = [one for one in together.components if one.key == "pkg:npm/a@1.0.0"]
    assert [origin.file for origin in found.origins] == ["package-lock.json", "package.json"]
    assert not [note for note in together.notes if "asked for" in note.reason or "lockfile" in note.reason]


def test_a_member_of_the_workspace_means_its_own_locked_version(tmp_path: Path) -> None:
    files = {
        "package-lock.json": NPM_LOCK,
        "package.json": package_json("shop", workspaces=["packages/*"], dependencies={"a": "^1"}),
        "packages/kit/package.json": package_json("kit", dependencies={"a": "^2"}),
    }
    inventory = read(tmp_path, files)
    assert keys(inventory) == {f"pkg:npm/{one}" for one in ("a@1.0.0", "a@2.0.0", "b@3.0.0", "t@4.0.0")}
    (found,) = [one for one in inventory.components if one.key == "pkg:npm/a@2.0.0"]
    assert "packages/kit/package.json" in {origin.file for origin in found.origins}
    assert len(roots(inventory)) == 2


def test_a_folder_that_is_no_member_is_not_covered_by_the_lockfile_above(tmp_path: Path) -> None:
    files = {
        "package-lock.json": NPM_LOCK,
        "package.json": package_json("shop", dependencies={"a": "^1"}),
        "extra/package.json": package_json("extra", dependencies={"a": "^9", "exact": "1.0.0"}),
    }
    inventory = read(tmp_path, files)
    assert {"pkg:npm/a", "pkg:npm/exact@1.0.0"} <= keys(inventory)
    assert "extra/package.json: 2 direct dependencies without a lockfile" in reasons(inventory)
    assert "a is asked for as '^9', which is not one version" in reasons(inventory)


def test_yarn_workspaces_are_known_by_their_globs_and_roles_are_settled(tmp_path: Path) -> None:
    files = {
        "yarn.lock": YARN_LOCK,
        "package.json": package_json("shop", workspaces={"packages": ["apps/**", "!apps/old"]}),
        "apps/x/web/package.json": package_json(
            "web", dependencies={"a": "^1.0.0", "lib": "*"}, devDependencies={"t": "^4.0.0"}
        ),
        "apps/lib/package.json": package_json("lib", dependencies={"b": "^3.0.0"}),
        "apps/old/package.json": package_json("old", dependencies={"a": "^1.0.0"}),
    }
    inventory = read(tmp_path, files)
    settled = {str(one.key): one.role for one in inventory.components if one.purls}
    assert settled["pkg:npm/a@1.0.0"] is settled["pkg:npm/b@3.0.0"] is Role.RUNTIME
    assert settled["pkg:npm/t@4.0.0"] is settled["pkg:npm/u@5.0.0"] is Role.DEVELOPMENT
    assert "pkg:npm/lib" not in settled, "a member of the workspace is the project's own code"
    assert "does not say what is needed for development only" not in reasons(inventory)
    assert "pkg:npm/a" in settled, "the folder that the globs take out is not covered"
    pairs = {(edge.parent, edge.child) for edge in inventory.dependencies}
    assert ("apps/x/web/package.json#/npm", "apps/lib/package.json#/npm") in pairs


def test_yarn_says_which_version_is_meant(tmp_path: Path) -> None:
    lock = (
        "# yarn lockfile v1\n\n\n"
        'a@^1.0.0:\n  version "1.0.0"\n\na@^2.0.0:\n  version "2.0.0"\n\n'
        't@^4.0.0:\n  version "4.0.0"\n  dependencies:\n    a "^1.0.0"\n'
    )
    manifest = package_json("shop", dependencies={"a": "^2.0.0"}, devDependencies={"t": "^4.0.0"})
    inventory = read(tmp_path, {"yarn.lock": lock, "package.json": manifest})
    settled = {str(one.key): one.role for one in inventory.components if one.purls}
    assert settled == {
        "pkg:npm/a@2.0.0": Role.RUNTIME,
        "pkg:npm/a@1.0.0": Role.DEVELOPMENT,
        "pkg:npm/t@4.0.0": Role.DEVELOPMENT,
    }


def test_without_a_manifest_open_roles_stay_open_and_are_noted(tmp_path: Path) -> None:
    inventory = read(tmp_path, {"yarn.lock": YARN_LOCK, "Cargo.lock": CARGO_LOCK})
    assert set(roles(inventory).values()) == {Role.RUNTIME}
    assert reasons(inventory).count("counts as needed at runtime") == 2


def test_roles_of_cargo_follow_the_manifest(tmp_path: Path) -> None:
    manifest = """\
[package]
name = "shop"
[dependencies]
run = "1"
[build-dependencies]
tool = "2"
[dev-dependencies]
check = "3"
"""
    inventory = read(tmp_path, {"Cargo.lock": CARGO_LOCK, "Cargo.toml": manifest})
    assert roles(inventory) == {
        "run": Role.RUNTIME,
        "deep": Role.RUNTIME,
        "tool": Role.BUILD,
        "check": Role.DEVELOPMENT,
        "only-checked": Role.DEVELOPMENT,
    }
    assert roots(inventory) == {"Cargo.lock#/package/0"}


def test_a_crate_below_is_known_by_its_name(tmp_path: Path) -> None:
    inventory = read(
        tmp_path,
        {
            "Cargo.lock": CARGO_LOCK,
            "Cargo.toml": '[workspace]\nmembers = ["other"]\n',
            "crates/shop/Cargo.toml": '[package]\nname = "shop"\n[dependencies]\nrun = "1"\n[dev-dependencies]\ncheck = "3"\n',
        },
    )
    assert "pkg:cargo/run" not in keys(inventory)
    assert roles(inventory)["only-checked"] is Role.DEVELOPMENT


def test_a_gemfile_settles_the_roles_of_its_lockfile(tmp_path: Path) -> None:
    lock = "GEM\n  remote: https://gems.example/\n  specs:\n"
    lock += "    a (1.0)\n      b\n    b (2.0)\n    t (3.0)\n      u\n    u (4.0)\n"
    inventory = read(tmp_path, {"Gemfile.lock": lock, "Gemfile": 'gem "a"\ngroup :test do\n  gem "t"\nend\n'})
    assert roles(inventory) == {"a": Role.RUNTIME, "b": Role.RUNTIME, "t": Role.DEVELOPMENT, "u": Role.DEVELOPMENT}


def test_python_manifests_and_their_locks(tmp_path: Path) -> None:
    poetry = (
        '[[package]]\nname = "flask"\nversion = "3.0"\n[package.dependencies]\njinja = "*"\n'
        '[[package]]\nname = "jinja"\nversion = "3.1"\n[[package]]\nname = "pytest"\nversion = "8.0"\n'
        '[metadata]\nlock-version = "2.0"\n'
    )
    manifest = """\
[tool.poetry.dependencies]
Flask = ">2"
[tool.poetry.group.dev.dependencies]
pytest = "*"
[build-system]
requires = ["poetry-core"]
"""
    inventory = read(tmp_path, {"poetry.lock": poetry, "pyproject.toml": manifest})
    assert keys(inventory) == {
        "pkg:pypi/flask@3.0",
        "pkg:pypi/jinja@3.1",
        "pkg:pypi/pytest@8.0",
        "pkg:pypi/poetry-core",
    }
    assert roles(inventory) == {
        "flask": Role.RUNTIME,
        "jinja": Role.RUNTIME,
        "pytest": Role.DEVELOPMENT,
        "poetry-core": Role.BUILD,
    }
    assert "poetry-core is asked for without a version" in reasons(inventory)
    assert "states no groups" not in reasons(inventory)


def test_pinned_requirements_are_a_lock_and_unpinned_ones_are_none(tmp_path: Path) -> None:
    manifest = '[project]\nname = "shop"\ndependencies = ["flask", "extra"]\n'
    pinned = read(tmp_path / "a", {"pyproject.toml": manifest, "requirements.txt": "flask==3.0\n"})
    assert "extra is asked for, but the lockfile does not hold it" in reasons(pinned)
    loose = read(tmp_path / "b", {"pyproject.toml": manifest, "requirements.txt": "flask==3.0\nother\n"})
    assert "2 direct dependencies without a lockfile" in reasons(loose)
    assert "pkg:pypi/flask" not in keys(loose), "the one pinned version in the folder is meant"
    development = read(tmp_path / "c", {"pyproject.toml": manifest, "requirements-dev.txt": "ruff==1.0\n"})
    assert "2 direct dependencies without a lockfile" in reasons(development)
    compiled = read(tmp_path / "d", {"requirements-dev.in": "ruff\n", "requirements-dev.txt": "ruff==1.0\n"})
    assert keys(compiled) == {"pkg:pypi/ruff@1.0"}
    assert "lockfile" not in reasons(compiled)


def test_conda_lock_answers_for_every_platform(tmp_path: Path) -> None:
    entry = (
        "- name: numpy\n  version: '1.0'\n  manager: conda\n  platform: {0}\n  dependencies: {{}}\n"
        "  url: https://conda.example/forge/{0}/numpy-1.0-h_0.conda\n  hash: {{md5: x}}\n  category: main\n"
    )
    lock = "version: 1\npackage:\n" + entry.format("linux-64") + entry.format("osx-64")
    environment = "channels: [forge]\ndependencies:\n- numpy\n"
    inventory = read(tmp_path, {"conda-lock.yml": lock, "environment.yml": environment})
    assert len(keys(inventory)) == 2
    assert sum(edge.parent == ".#" for edge in inventory.dependencies) == 2
    assert "asked for" not in reasons(inventory)


def pom(artifact: str, body: str, parent: str = "parent") -> str:
    above = f"<parent><groupId>g</groupId><artifactId>{parent}</artifactId><version>1</version></parent>"
    own = f"<groupId>g</groupId><artifactId>{artifact}</artifactId><version>1</version>"
    return f"<project>{above if artifact != parent else ''}{own}{body}</project>"


def dependency(artifact: str, version: str = "", group: str = "org.a") -> str:
    stated = f"<version>{version}</version>" if version else ""
    return f"<dependency><groupId>{group}</groupId><artifactId>{artifact}</artifactId>{stated}</dependency>"


def test_versions_of_maven_come_from_the_poms_above_and_those_taken_in(tmp_path: Path) -> None:
    bom = dependency("listed", "${listed.version}")
    top = (
        "<properties><a.version>1.2.3</a.version></properties><dependencyManagement><dependencies>"
        + dependency("managed", "${a.version}")
        + "<dependency><groupId>g</groupId><artifactId>bom</artifactId><version>1</version><scope>import</scope></dependency>"
        + "</dependencies></dependencyManagement>"
    )
    parts = dependency("managed") + dependency("listed") + dependency("direct", "${a.version}")
    parts += dependency("lib", "${project.version}", "g") + dependency("nobody")
    files = {
        "pom.xml": pom("parent", top),
        "bom/pom.xml": pom(
            "bom",
            "<properties><listed.version>4.5</listed.version></properties>"
            f"<dependencyManagement><dependencies>{bom}</dependencies></dependencyManagement>",
            "other",
        ),
        "lib/pom.xml": pom("lib", f"<dependencies>{dependency('run', '2.0')}</dependencies>"),
        "app/pom.xml": pom("app", f"<dependencies>{parts}</dependencies>"),
    }
    inventory = read(tmp_path, files)
    assert {
        "pkg:maven/org.a/managed@1.2.3",
        "pkg:maven/org.a/listed@4.5",
        "pkg:maven/org.a/direct@1.2.3",
        "pkg:maven/org.a/nobody",
    } <= keys(inventory)
    assert "pkg:maven/g/lib@1" not in keys(inventory)
    assert ("app/pom.xml#/maven", "lib/pom.xml#/maven") in {(one.parent, one.child) for one in inventory.dependencies}
    assert "org.a:nobody is asked for without a version" in reasons(inventory)


def test_central_versions_of_nuget_and_names_without_case(tmp_path: Path) -> None:
    project = '<Project><ItemGroup><PackageReference Include="A.Lib" /></ItemGroup></Project>'
    central = '<Project><ItemGroup><PackageVersion Include="A.Lib" Version="2.0.0" /></ItemGroup></Project>'
    inventory = read(tmp_path / "a", {"Directory.Packages.props": central, "src/X.csproj": project})
    assert keys(inventory) == {"pkg:nuget/A.Lib@2.0.0"}
    lock = json.dumps({"version": 1, "dependencies": {"net9.0": {"a.lib": {"type": "Direct", "resolved": "2.1.0"}}}})
    locked = read(tmp_path / "b", {"X.csproj": project, "packages.lock.json": lock})
    assert keys(locked) == {"pkg:nuget/a.lib@2.1.0"}


def test_catalogs_of_pnpm_give_versions_where_there_is_no_lockfile(tmp_path: Path) -> None:
    workspace = "packages: ['apps/*']\ncatalog:\n  a: 1.2.3\n  b: ^2.0.0\n"
    manifest = package_json("web", dependencies={"a": "catalog:", "b": "catalog:"})
    inventory = read(tmp_path, {"pnpm-workspace.yaml": workspace, "apps/web/package.json": manifest})
    assert keys(inventory) == {"pkg:npm/a@1.2.3", "pkg:npm/b"}
    assert "b is asked for as '^2.0.0'" in reasons(inventory)


def test_gradle_values_come_from_properties_above(tmp_path: Path) -> None:
    build = 'def own = "3.0"\ndependencies {\n implementation "o:a:$libVersion"\n implementation "o:b:${own}"\n}\n'
    inventory = read(tmp_path, {"gradle.properties": "libVersion=1.2.3\ntoken=s3cret\n", "app/build.gradle": build})
    assert keys(inventory) == {"pkg:maven/o/a@1.2.3", "pkg:maven/o/b@3.0"}
    assert "s3cret" not in repr(inventory)


def test_what_is_not_in_the_lockfile_is_said_and_kept(tmp_path: Path) -> None:
    manifest = package_json("shop", dependencies={"a": "^1", "new": "^1"})
    inventory = read(tmp_path, {"package-lock.json": NPM_LOCK, "package.json": manifest})
    assert "pkg:npm/new" in keys(inventory)
    assert "package.json:5: new is asked for, but the lockfile does not hold it" in reasons(inventory)


def test_an_address_with_a_secret_is_never_quoted(tmp_path: Path) -> None:
    manifest = package_json(
        "shop", dependencies={"x": "https://u:s3cret@files.example/x.tgz", "y": "git+https://u:s3cret@g.example/y"}
    )
    assert "s3cret" not in repr(read(tmp_path, {"package.json": manifest}))


@pytest.mark.parametrize(
    "glob", ["*" * 300, "[", "(" * 50, "**/" * 100, "**" * 60 + "!", "*x" * 60, "a**b**c**d**e**f**g**h"]
)
def test_odd_globs_do_no_harm(tmp_path: Path, glob: str) -> None:
    files = {
        "package-lock.json": NPM_LOCK,
        "package.json": package_json("shop", workspaces=[glob]),
        "x/" * 20 + "package.json": package_json("deep", dependencies={"a": "^1"}),
    }
    assert read(tmp_path, files).components


def test_project_code_is_found_and_skipped(tmp_path: Path) -> None:
    marker = tmp_path / "ran"
    inventory = read(
        tmp_path / "p",
        {
            "setup.py": f"import pathlib; pathlib.Path({str(marker)!r}).touch()\nfrom setuptools import setup\nsetup(name=1)\n",
            "build.gradle": f"new File({str(marker)!r}).createNewFile()\ndependencies {{ implementation 'o:a:1' }}\n",
            "Gemfile": f"File.write({str(marker)!r}, '')\ngem 'a'\n",
        },
    )
    assert not marker.exists()
    assert any("never run" in skip.reason for skip in inventory.skips)


def test_manifests_that_name_no_project_stand_for_their_folder(tmp_path: Path) -> None:
    files = {"Gemfile": "gem 'a'\n", "app/Pipfile": '[packages]\nb = "*"\n', "app/requirements.in": "b\n"}
    inventory = read(tmp_path / "shop", files)
    assert {(str(one.key), one.name) for one in inventory.components if one.is_root} == {
        (".#", "shop"),
        ("app#", "app"),
    }
    assert ("app#", "pkg:pypi/b") in {(str(edge.parent), str(edge.child)) for edge in inventory.dependencies}

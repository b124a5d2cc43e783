"""npm's lockfiles: every kind of entry, edges by node's resolution, and what breaks a naive reader."""

from __future__ import annotations

import json

import pytest
from lock_documents import NPM_1, NPM_3, by_name, edges, read

from freehold.inventory.reader import UnreadableError
from freehold.model.component import Licence, LicenceForm, Role


def test_version_3_gives_every_package_with_its_purl() -> None:
    keys = {component.key for component in read("package-lock.json", NPM_3).components}
    assert keys == {
        "package-lock.json#/packages/",
        "package-lock.json#/packages/packages~1kit",
        "package-lock.json#/packages/node_modules~1l",
        "pkg:npm/a@1.2.3",
        "pkg:npm/b@2.0.0",
        "pkg:npm/b@1.0.0",
        "pkg:npm/%40s/c@3.0.0",
        "pkg:npm/g@0.1.0?vcs_url=git%2Bssh://git.example/o/g.git%400123abc",
        "pkg:npm/t@2.0.0",
    }


def test_registry_is_the_base_of_resolved_without_credentials() -> None:
    found = by_name(read("package-lock.json", NPM_3))
    assert found["a"].registry == "https://npm.example/repo"
    assert found["@s/c"].registry == "", "nothing is named: the lockfile omits registry addresses"
    assert found["g"].registry == "ssh://git.example"
    assert "secret" not in repr(found)


def test_integrity_and_licences_in_every_form() -> None:
    components = {str(component.key): component for component in read("package-lock.json", NPM_3).components}
    assert components["pkg:npm/a@1.2.3"].hashes == ("sha512:" + "ab" * 64,)
    assert components["pkg:npm/a@1.2.3"].licences == (Licence(LicenceForm.ID, "MIT"),)
    assert components["pkg:npm/b@2.0.0"].licences == (Licence(LicenceForm.ID, "ISC"),)
    assert {one.value for one in components["pkg:npm/b@1.0.0"].licences} == {"MIT", "BSD"}
    assert components["pkg:npm/%40s/c@3.0.0"].licences[0].form is LicenceForm.NAME


def test_edges_follow_the_nearest_folder_and_links() -> None:
    reading = read("package-lock.json", NPM_3)
    pairs = {(edge.parent, edge.child) for edge in reading.dependencies}
    assert ("pkg:npm/a@1.2.3", "pkg:npm/b@1.0.0") in pairs
    assert ("pkg:npm/%40s/c@3.0.0", "pkg:npm/b@2.0.0") in pairs
    assert edges(reading) == {("shop", "a"), ("shop", "kit"), ("shop", "t"), ("a", "b"), ("kit", "@s/c"), ("@s/c", "b")}


def test_bundled_packages_are_contained_and_dev_ones_marked() -> None:
    components = {str(component.key): component for component in read("package-lock.json", NPM_3).components}
    assert components["pkg:npm/b@1.0.0"].contained_in == "pkg:npm/a@1.2.3"
    assert components["pkg:npm/b@2.0.0"].contained_in is None
    assert components["pkg:npm/t@2.0.0"].role is Role.DEVELOPMENT
    assert components["package-lock.json#/packages/packages~1kit"].is_root


def test_origin_has_line_and_pointer() -> None:
    origin = by_name(read("package-lock.json", NPM_3))["a"].origins[0]
    assert NPM_3.splitlines()[origin.line - 1].strip().startswith('"node_modules/a"')
    assert origin.pointer == "/packages/node_modules~1a"


def test_same_package_in_two_folders_is_one_component_with_two_origins() -> None:
    packages = {
        "": {},
        "node_modules/x": {"version": "1"},
        "node_modules/y/node_modules/x": {"version": "1", "dev": True},
    }
    reading = read("package-lock.json", json.dumps({"lockfileVersion": 3, "packages": packages}))
    (found,) = [component for component in reading.components if component.name == "x"]
    assert len(found.origins) == 2
    assert found.role is Role.RUNTIME


def test_version_1_tree() -> None:
    reading = read("package-lock.json", NPM_1)
    assert {component.key for component in reading.components if component.purls} == {
        "pkg:npm/a@1.0.0",
        "pkg:npm/b@1.5.0",
        "pkg:npm/b@2.0.0",
        "pkg:npm/g?vcs_url=git%2Bhttps://git.example/o/g.git%40abc123",
        "pkg:npm/%40s/real@4.0.0",
    }
    pairs = {(edge.parent, edge.child) for edge in reading.dependencies}
    assert ("pkg:npm/a@1.0.0", "pkg:npm/b@1.5.0") in pairs
    assert "does not say what the project itself asks for" in reading.notes[0].reason


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{", "ends too early"),
        ("[]", "no object"),
        ('{"lockfileVersion": 9}', "'9' is not supported"),
        ("{}", "no npm lockfile"),
        ('{"lockfileVersion": 3} x', "follows the end"),
        ('{"a":' * 5000 + "1" + "}" * 5000, "nested too deeply"),
    ],
)
def test_broken_files_are_refused_with_a_reason(text: str, reason: str) -> None:
    with pytest.raises(UnreadableError, match=reason):
        read("package-lock.json", text)


def test_wrong_types_are_left_out_and_noted() -> None:
    packages = {"": [], "node_modules/a": {"version": 1, "dependencies": ["b"], "license": 5}, "node_modules/b": "x"}
    reading = read("package-lock.json", json.dumps({"lockfileVersion": 3, "packages": packages}))
    assert [component.key for component in reading.components] == ["pkg:npm/a@1"]
    assert {note.where.pointer for note in reading.notes} >= {"/packages/", "/packages/node_modules/b"}


def test_names_with_escapes_and_markup_stay_data() -> None:
    packages = {"node_modules/<b>\u001b[31mx": {"version": "1"}}
    (found,) = read("package-lock.json", json.dumps({"lockfileVersion": 3, "packages": packages})).components
    assert "\x1b" not in found.key
    assert found.name == "<b>\x1b[31mx"

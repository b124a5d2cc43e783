"""uv.lock, poetry.lock and requirements files."""

from __future__ import annotations

import pytest
from lock_documents import DIGEST, POETRY, REQUIREMENTS, UV, by_name, edges, read

from freehold.inventory.lockfiles import READERS
from freehold.inventory.lockfiles.requirements import role_of_name
from freehold.inventory.reader import UnreadableError
from freehold.model.component import Role


def test_uv_packages_sources_and_roles() -> None:
    reading = read("uv.lock", UV)
    found = {str(component.key): component for component in reading.components}
    assert set(found) == {
        "uv.lock#/package/0",
        "pkg:pypi/alpha@1.0",
        "pkg:pypi/beta@1.0",
        "pkg:pypi/beta@2.0",
        "pkg:pypi/gitty@3.0?vcs_url=git%2Bhttps://git.example/o/gitty%400123abcd",
        "pkg:pypi/tester@4.0",
    }
    assert found["pkg:pypi/alpha@1.0"].registry == "https://index.example/simple"
    assert found["pkg:pypi/alpha@1.0"].hashes == (f"sha256:{DIGEST}",)
    assert found["pkg:pypi/tester@4.0"].role is Role.DEVELOPMENT
    assert found["uv.lock#/package/0"].is_root
    assert "token" not in repr(reading)


def test_uv_edges_pick_the_stated_version() -> None:
    reading = read("uv.lock", UV)
    pairs = {(edge.parent, edge.child) for edge in reading.dependencies}
    assert ("pkg:pypi/alpha@1.0", "pkg:pypi/beta@2.0") in pairs
    assert ("pkg:pypi/alpha@1.0", "pkg:pypi/beta@1.0") not in pairs
    assert len(pairs) == 4


def test_uv_lines_point_to_the_package() -> None:
    for component in read("uv.lock", UV).components:
        assert UV.splitlines()[component.origins[0].line - 1] == "[[package]]"


def test_poetry_groups_sources_and_needs() -> None:
    reading = read("poetry.lock", POETRY)
    found = by_name(reading)
    assert {name: component.role for name, component in found.items()} == {
        "alpha": Role.RUNTIME,
        "beta-x": Role.DEVELOPMENT,
        "extra": Role.RUNTIME,
    }
    assert found["beta-x"].registry == "https://index.example/simple"
    assert found["extra"].key.endswith("?vcs_url=git%2Bhttps://git.example/o/extra.git%400123abcd")
    assert edges(reading) == {("alpha", "beta-x")}, "an optional need belongs to an extra nobody may have asked for"
    assert reading.format == "poetry-lock 2.1"


def test_old_poetry_without_groups_says_so() -> None:
    reading = read("poetry.lock", '[[package]]\nname = "a"\nversion = "1"\n[metadata]\nlock-version = "2.0"\n')
    assert reading.lock is not None
    assert reading.lock.open_roles is not None
    assert "states no groups" in reading.lock.open_roles.reason


def test_requirements() -> None:
    reading = read("requirements.txt", REQUIREMENTS)
    found = by_name(reading)
    assert set(found) == {"flask-thing", "other", "direct", "wheelie", "egged"}
    assert found["flask-thing"].version == "3.0.1"
    assert found["flask-thing"].hashes == (f"sha256:{DIGEST}", f"sha256:{DIGEST[::-1]}")
    assert found["flask-thing"].registry == "https://index.example/simple"
    assert found["direct"].registry == "https://files.example"
    assert found["wheelie"].key == "pkg:pypi/wheelie?vcs_url=git%2Bssh://git.example/o/wheelie.git%40v1"
    assert found["egged"].registry == "https://git.example"
    assert found["other"].version == ""
    assert edges(reading) == {("other", "flask-thing")}
    assert "pw" not in repr(found)


def test_requirements_notes_name_every_line_that_gave_nothing() -> None:
    reasons = [note.reason for note in read("requirements.txt", REQUIREMENTS).notes]
    for part in ("second index", "base.txt", "not pinned", "your own code", "not a requirement"):
        assert any(part in reason for reason in reasons), part


def test_requirement_lines_are_those_of_the_file() -> None:
    found = by_name(read("requirements.txt", REQUIREMENTS))
    assert REQUIREMENTS.splitlines()[found["flask-thing"].origins[0].line - 1].startswith("Flask_Thing")
    assert REQUIREMENTS.splitlines()[found["other"].origins[0].line - 1].startswith("other")


def test_constraints_add_nothing_and_say_so() -> None:
    reading = read("constraints.txt", "a==1\n")
    assert reading.components == ()
    assert "constraints" in reading.notes[0].reason


@pytest.mark.parametrize(
    ("path", "role"),
    [
        ("requirements.txt", Role.RUNTIME),
        ("requirements-dev.txt", Role.DEVELOPMENT),
        ("requirements_for_test.txt", Role.DEVELOPMENT),
        ("requirements/dev.txt", Role.DEVELOPMENT),
        ("requirements/prod.txt", Role.RUNTIME),
        ("build-requirements.txt", Role.BUILD),
        ("latest/requirements.txt", Role.RUNTIME),
    ],
)
def test_role_by_file_name(path: str, role: Role) -> None:
    assert role_of_name(path) is role


@pytest.mark.parametrize(
    ("name", "head", "accepted"),
    [
        ("requirements.txt", b"", True),
        ("deps.txt", b"flask==3.0\n-r more.txt\n", True),
        ("notes.txt", b"flask==3.0 is what we use\n", False),
        ("robots.txt", b"User-agent: *\n", False),
        ("requirements/prod.txt", b"", True),
        ("requirements.md", b"", False),
    ],
)
def test_requirements_are_recognised(name: str, head: bytes, accepted: bool) -> None:
    assert any(one.name == "pip-requirements" and one.accepts(name, head) for one in READERS) is accepted


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("uv.lock", "version = ", "broken TOML"),
        ("uv.lock", "version = 7\n", "'7' is not supported"),
        ("uv.lock", "x = " + "[" * 3000 + "]" * 3000, "cannot be read safely"),
        ("poetry.lock", "x = 1\n", "no poetry.lock"),
    ],
)
def test_broken_files_are_refused_with_a_reason(name: str, text: str, reason: str) -> None:
    with pytest.raises(UnreadableError, match=reason):
        read(name, text)


def test_broken_toml_names_its_line() -> None:
    with pytest.raises(UnreadableError) as caught:
        read("uv.lock", "version = 1\n\nname = = 2\n")
    assert caught.value.line == 3

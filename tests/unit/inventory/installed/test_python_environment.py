"""Python environments: metadata, needs with extras and markers, direct addresses, and what is never read or run."""

from __future__ import annotations

import json
from pathlib import Path

from installed_trees import needs, only, read, remarks

from freehold.model.component import ComponentKind, Licence, LicenceForm, Origin, Reference

PLACE = "lib/python3.11/site-packages"
FLASK = """\
Metadata-Version: 2.1
Name: Flask
Version: 3.0
License-Expression: BSD-3-Clause
Author: Ada Person
Author-email: Ada Person <ada@person.example>
Maintainer-email: Pallets Team <contact@pallets.example>
Home-page: https://user:secret@flask.example/
Project-URL: Source, https://forge.example/pallets/flask
Project-URL: Issue Tracker, https://forge.example/pallets/flask/issues
Requires-Dist: Jinja2>=3.1
Requires-Dist: tool[cli] ; python_version < "4"
Requires-Dist: absent; sys_platform == "win32"
Requires-Dist: dotenv; extra == "dotenv"

Requires-Dist: body-is-no-header
"""


def metadata(name: str, *lines: str) -> str:
    """Return the metadata of a distribution."""
    return "\n".join(["Metadata-Version: 2.1", f"Name: {name}", "Version: 1.0", *lines, ""])


def environment(**distributions: str) -> dict[str, str | bytes]:
    """Return the files of a virtual environment."""
    files: dict[str, str | bytes] = {"pyvenv.cfg": "home = /usr\n"}
    return files | {f"{PLACE}/{name}-1.0.dist-info/METADATA": text for name, text in distributions.items()}


def test_an_environment_gives_licences_addresses_suppliers_and_places(tmp_path: Path) -> None:
    inventory = read(tmp_path, environment(flask=FLASK))
    flask = only(inventory, "Flask")
    assert flask.key == "pkg:pypi/flask@3.0"
    assert flask.licences == (Licence(LicenceForm.ID, "BSD-3-Clause"),)
    assert flask.supplier == "Pallets Team", "an organisation's name without its address; persons are never kept"
    assert flask.references == (
        Reference("website", "https://flask.example"),
        Reference("vcs", "https://forge.example/pallets/flask"),
        Reference("issue-tracker", "https://forge.example/pallets/flask/issues"),
    )
    assert flask.origins == (Origin(f"{PLACE}/flask-1.0.dist-info/METADATA", 2),)


def test_a_person_is_no_supplier(tmp_path: Path) -> None:
    lines = ("Author: Ada Person", "Author-email: Ada <ada@person.example>")
    inventory = read(tmp_path, environment(one=metadata("one", *lines)))
    assert only(inventory, "one").supplier == ""
    assert "Ada" not in repr(inventory)
    assert "ada@" not in repr(inventory)


def test_needs_follow_extras_that_are_asked_for_and_nothing_else(tmp_path: Path) -> None:
    inventory = read(
        tmp_path,
        environment(
            flask=FLASK,
            jinja2=metadata("Jinja2"),
            tool=metadata(
                "tool",
                "Provides-Extra: cli",
                "Requires-Dist: click; extra == 'cli'",
                'Requires-Dist: rich; extra == "all"',
            ),
            click=metadata("click", "Requires-Dist: tool[cli]"),
            rich=metadata("rich"),
            dotenv=metadata("dotenv"),
        ),
    )
    assert needs(inventory) == {("Flask", "Jinja2"), ("Flask", "tool"), ("tool", "click"), ("click", "tool")}
    assert "needs of what is not installed here: 1" in remarks(inventory)
    assert "needs of extras that no installed distribution asks for: 2" in remarks(inventory)


def test_where_a_distribution_was_got_from_is_kept_but_never_a_path_of_the_machine(tmp_path: Path) -> None:
    def direct(name: str, **said: object) -> dict[str, str | bytes]:
        return {f"{PLACE}/{name}-1.0.dist-info/direct_url.json": json.dumps(said)}

    commit = "0123456789abcdef0123456789abcdef01234567"
    files = environment(**{name: metadata(name) for name in ("git", "web", "wheel", "own", "copy")})
    files |= direct("git", url="https://t0ken@forge.example/a/git.git", vcs_info={"vcs": "git", "commit_id": commit})
    files |= direct("web", url="https://files.example/web.whl", archive_info={"hashes": {"sha256": "ab" * 32}})
    files |= direct("wheel", url="file:///elsewhere/wheel.whl", archive_info={"hash": f"sha256={'cd' * 32}"})
    files |= direct("own", url="file:///elsewhere/own", dir_info={"editable": True})
    files |= direct("copy", url="file:///elsewhere/copy", dir_info={})
    inventory = read(tmp_path, files)
    vcs = f"git+https://forge.example/a/git.git@{commit}"
    assert only(inventory, "git").references == (Reference("vcs", vcs),)
    assert only(inventory, "git").registry == "https://forge.example"
    assert only(inventory, "web").hashes == (f"sha256:{'ab' * 32}",)
    assert only(inventory, "wheel").key == "pkg:pypi/wheel@1.0"
    assert only(inventory, "wheel").hashes == (f"sha256:{'cd' * 32}",)
    assert only(inventory, "own").is_root
    assert only(inventory, "own").kind is ComponentKind.APPLICATION
    assert only(inventory, "copy").purls == (), "a folder's name on a registry may be someone else's"
    assert "elsewhere" not in repr(inventory)
    assert "t0ken" not in repr(inventory)


def test_licences_in_their_older_forms(tmp_path: Path) -> None:
    mit = "Classifier: License :: OSI Approved :: MIT License"
    zlib = "Classifier: License :: OSI Approved :: zlib/libpng License"
    bsd = "Classifier: License :: OSI Approved :: BSD License"
    inventory = read(
        tmp_path,
        environment(
            short=metadata("short", "License: MIT", bsd),
            prose=metadata(
                "prose", "License: Permission is hereby granted,", "        ", "        free of charge", mit
            ),
            vague=metadata("vague", "License: zlib, mostly", mit, zlib),
            both=metadata("both", "License: PSFL", mit),
            loose=metadata("loose", "License: BSD", bsd),
            text=metadata("text", "License: Permission is hereby granted,", "        free of charge"),
            unknown=metadata("unknown", "License: UNKNOWN"),
        ),
    )
    found = {one.name: one.licences for one in inventory.components if one.purls}
    assert found["short"] == (Licence(LicenceForm.ID, "MIT"),)
    assert found["prose"] == (Licence(LicenceForm.ID, "MIT"),)
    assert found["vague"] == (Licence(LicenceForm.ID, "MIT"), Licence(LicenceForm.ID, "Zlib"))
    assert found["both"] == (Licence(LicenceForm.ID, "PSFL"), Licence(LicenceForm.ID, "MIT"))
    assert found["loose"] == (Licence(LicenceForm.ID, "BSD"),)
    assert [one.form for one in found["text"]] == [LicenceForm.TEXT]
    assert found["unknown"] == ()


def test_what_installed_the_distributions_is_said(tmp_path: Path) -> None:
    files = environment(**{name: metadata(name) for name in ("a", "b", "c")})
    files |= {
        f"{PLACE}/{name}-1.0.dist-info/INSTALLER": f"{tool}\n"
        for name, tool in (("a", "pip"), ("b", "pip"), ("c", "uv"))
    }
    assert f"{PLACE}: installed by pip (2), uv (1), which record no index" in remarks(read(tmp_path, files))


def test_eggs_and_folders_that_hold_no_metadata(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "pyvenv.cfg": "",
        f"{PLACE}/old.egg-info/PKG-INFO": metadata("old"),
        f"{PLACE}/old.egg-info/requires.txt": "plain>=1\n\n[extra:python_version < '3']\nmore\n",
        f"{PLACE}/plain.egg-info": metadata("plain"),
        f"{PLACE}/more-1.egg/EGG-INFO/PKG-INFO": metadata("more"),
        f"{PLACE}/broken.dist-info/METADATA": "no fields at all\n",
        f"{PLACE}/~lftover.dist-info/METADATA": metadata("leftover"),
    }
    inventory = read(tmp_path, files)
    assert {one.name for one in inventory.components if one.purls} == {"old", "plain", "more"}
    assert needs(inventory) == {("old", "plain")}
    assert "broken.dist-info: no metadata with a name in it" in remarks(inventory)
    assert "~lftover.dist-info: left out" in remarks(inventory)


def test_nothing_of_an_environment_is_run(tmp_path: Path) -> None:
    mark = tmp_path / "was-run"
    code = f"open({str(mark)!r}, 'w')\n"
    files = environment(one=metadata("one"))
    files |= {f"{PLACE}/one.py": code, f"{PLACE}/evil.pth": f"import os; {code}", f"{PLACE}/sitecustomize.py": code}
    read(tmp_path / "env", files)
    assert not mark.exists()


def test_an_environment_inside_a_project_is_left_out(tmp_path: Path) -> None:
    inside = {f"env/{name}": text for name, text in environment(one=metadata("one")).items()}
    inventory = read(tmp_path, {"requirements.txt": "flask==3.0\n", **inside})
    assert {one.name for one in inventory.components if one.purls} == {"flask"}
    assert "virtual environments (1)" in remarks(inventory)


def test_links_out_of_an_environment_are_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text(metadata("secret"))
    root = tmp_path / "env"
    inventory_files = environment(one=metadata("one"))
    read(root, inventory_files)
    place = root / PLACE
    (place / "evil-1.0.dist-info").mkdir()
    (place / "evil-1.0.dist-info" / "METADATA").symlink_to(tmp_path / "secret")
    (place / "loop-1.0.dist-info").mkdir()
    (place / "loop-1.0.dist-info" / "METADATA").symlink_to("METADATA")
    assert {one.name for one in read(root).components if one.purls} == {"one"}


def test_distributions_vendored_in_another_are_contained_in_it(tmp_path: Path) -> None:
    files = environment(Set_Tools=metadata("Set-Tools"), wheel=metadata("wheel"), other=metadata("other"))
    for name in ("wheel", "inner"):
        files[f"{PLACE}/set_tools/_vendor/{name}-1.0.dist-info/METADATA"] = metadata(name)
    inventory = read(tmp_path, files)
    holder = only(inventory, "Set-Tools").key
    assert only(inventory, "inner").contained_in == holder
    assert only(inventory, "wheel").contained_in is None, "it is installed by itself as well"
    assert needs(inventory) == {("Set-Tools", "inner"), ("Set-Tools", "wheel")}

"""What packages of Debian say of themselves goes before a copyright file that tells something else."""

from __future__ import annotations

from pathlib import Path

import pytest

from freehold.model.package_row import PackageRow
from survey import amended, debian, own_metadata


def row(licence: str, seen: str = "1.2-1", name: str = "debian/r-cran-leaf") -> PackageRow:
    return PackageRow(name, licence, "", "*", seen, "copyrights")


@pytest.mark.parametrize(
    ("stated", "licence"),
    [
        ("MIT + file LICENSE", "MIT"),
        ("GPL-2 | GPL-3", "GPL-2.0-only OR GPL-3.0-only"),
        ("GPL (>= 2)", "GPL-2.0-or-later"),
        ("MPL-2.0 | file LICENSE", "MPL-2.0"),
        ("MIT + file LICENSE | Unlimited", ""),
        ("file LICENSE", ""),
    ],
)
def test_the_licence_field_of_an_r_package_is_an_expression(stated: str, licence: str) -> None:
    assert own_metadata.r_licence(stated) == licence


def test_an_r_package_a_crate_and_a_gem_speak_for_debians_packages_of_them(tmp_path: Path) -> None:
    files = {
        "usr/lib/R/site-library/Leaf/DESCRIPTION": "Package: Leaf\nVersion: 1.2\nLicense: MIT + file\n  LICENSE\n",
        "usr/share/cargo/registry/leaf_x-1.2.3/Cargo.toml": '[package]\nname = "leaf_x"\nversion = "1.2.3"\nlicense = "MIT"\n',
        "usr/share/rubygems-integration/all/specifications/leaf-1.gemspec": (
            's.name = "leaf"\ns.version = "1"\ns.licenses = ["MIT".freeze]\n'
        ),
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    found = {statement.purl.rpartition("/")[2]: statement for statement in own_metadata.own_metadata(tmp_path)}
    assert {"r-cran-leaf", "librust-leaf-x-dev", "librust-leaf-x-1.2-dev", "rust-leaf-x", "ruby-leaf"} <= set(found)
    assert found["r-cran-leaf"].version == "1.2"
    assert {licence.value for statement in found.values() for licence in statement.licences} == {"MIT"}


@pytest.mark.parametrize(
    ("told", "own", "kept"),
    [
        ("GPL-3.0-only", "MIT", "MIT"),
        ("MIT", "Apache-2.0 OR MIT", "Apache-2.0 OR MIT"),
        ("BSD-3-Clause AND MIT", "MIT", "BSD-3-Clause AND MIT"),
        ("(Apache-2.0 AND ISC) OR (ISC AND MIT)", "Apache-2.0 OR MIT", "(Apache-2.0 AND ISC) OR (ISC AND MIT)"),
        ("(Apache-2.0 AND MIT) OR MIT", "Apache-2.0 OR MIT", "Apache-2.0 OR MIT"),
        ("GPL-2.0-only AND GPL-2.0-or-later", "GPL-2.0-or-later", "GPL-2.0-or-later"),
        ("LicenseRef-DFSG", "MIT", "LicenseRef-DFSG"),
    ],
)
def test_a_copyright_file_that_tells_more_is_kept_and_one_that_tells_other_is_not(
    told: str, own: str, kept: str
) -> None:
    (found,) = own_metadata.by_own_metadata([row(told)], [row(own, "1.2")])
    assert found.licence == kept


def test_metadata_of_another_version_says_nothing() -> None:
    (found,) = own_metadata.by_own_metadata([row("GPL-3.0-only", "1:1.20+dfsg-1")], [row("MIT", "1.2")])
    assert found.licence == "GPL-3.0-only"


GRANT = (
    " you can redistribute it under the terms of the GNU General Public License as published by the Free Software"
    " Foundation; either version 2 of the License"
)
RELATIVE = (
    " Permission to use, copy, modify, distribute, and sell this software and its documentation is hereby granted"
)


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("GPL-2", f"{GRANT}, or (at your option) any later version.", "GPL"),
        ("GPL-2+", f"{GRANT}, or (at your option) any later version.", "GPL-2+"),
        ("GPL-2+", f"{GRANT}.", "GPL"),
        ("GPL-3+", f"{GRANT}, or (at your option) any later version.", "GPL"),
        ("GPL-2", f"{GRANT}.", "GPL-2"),
        ("GPL-2.0-only", f"{GRANT}, or (at your option) any later version.", "GPL-2.0-only"),
        ("GPL-2", " see /usr/share/common-licenses/GPL-2", "GPL-2"),
        ("GPL-2", f"{GRANT} or any later version approved by the membership.", "GPL-2"),
        ("GPL-2", f"{GRANT}.".replace("General", "Lesser General"), "like GPL-2"),
        ("LGPL-2", f"{GRANT}.", "like LGPL-2"),
        ("MIT", RELATIVE, "like MIT"),
        ("MIT/X11", RELATIVE, "like MIT/X11"),
        ("Expat", " Redistribution and use in source and binary forms is permitted", "like Expat"),
        ("MIT", " Except as contained in this notice, the name shall not be used in advertising", "like MIT"),
    ],
)
def test_a_text_that_says_other_than_its_name_is_not_taken_for_it(
    tmp_path: Path, name: str, text: str, expected: str
) -> None:
    file = tmp_path / "copyright"
    head = "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n\n"
    file.write_text(f"{head}Files: *\nLicense: {name}\n{text}\n")
    assert [licence.value for licence in debian.stated_in(file)] == [expected]


def test_what_poms_state_in_short_is_read_as_what_it_may_mean() -> None:
    licences = {
        "org.hibernate/leaf": ("LGPL-2.1-only", ["LicenseRef-LGPL"]),
        "org.leaf/choice": ("AGPL-3.0-only OR GPL-2.0-only", ["AGPL-3.0-only OR LicenseRef-GPL"]),
        "org.jboss.metadata/leaf": ("LicenseRef-Public-Domain", []),
        "org.jboss/jboss-parent": ("LicenseRef-Public-Domain", ["LicenseRef-Public-Domain"]),
        "aopalliance/aopalliance": ("LicenseRef-Public-Domain", ["LicenseRef-Public-Domain"]),
        "asm/asm": ("BSD-4-Clause", []),
    }
    for name, (stated, expected) in licences.items():
        assert [found.licence for found in amended.of_maven([row(stated, name=name)])] == expected

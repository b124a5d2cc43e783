"""Package databases of Debian, Alpine and RPM systems, and of conda: licences, edges, source packages, repositories."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from installed_trees import RELEASE, needs, only, read, remarks
from rpm_fixtures import berkeley, header, ndb, sqlite

from freehold.model.component import ComponentKind, Licence, LicenceForm, Reference

STATUS = """\
Package: libc6
Status: install ok installed
Maintainer: GNU Libc Maintainers <debian-glibc@lists.os.example>
Architecture: amd64
Source: glibc
Version: 2.36-9
Homepage: https://libc.example/
Description: a library
 Package: not-a-field

Package: mta-a
Status: install ok installed
Maintainer: Ada Person <ada@person.example>
Architecture: amd64
Version: 1.0
Provides: mail-agent (= 1.5), plain-agent
Pre-Depends: libc6 (>= 2.30), awk-a | awk-b
Depends: python3:any

Package: python3
Status: install ok installed
Architecture: amd64
Version: 3.11
Depends: libc6 (>= 99) | libc6 (<< 3), plain-agent (>= 1), mail-agent (>= 1.2), absent | libc6

Package: awk-b
Status: install ok installed
Architecture: all
Version: 1
Source: awk-src (1.0-1)

Package: awk-a
Status: install ok installed
Architecture: all
Version: 1

Package: removed
Status: deinstall ok config-files
Architecture: all
Version: 1

Package: no-version
Status: install ok installed
"""
COPYRIGHT = """\
Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: glibc

Files: *
Copyright: 2020 Ada Person
License: LGPL-2.1+
 text of the licence

Files: debian/*
License: Expat

Files: odd/*
License: GPL-2 or Artistic

Files: other/*
License: special with exception

License: only-the-text
 of a licence
"""
DEBIAN: dict[str, str | bytes] = {
    "etc/os-release": RELEASE,
    "var/lib/dpkg/status": STATUS,
    "usr/share/doc/libc6/copyright": COPYRIGHT,
    "usr/share/doc/awk-a/copyright": "Licensed under the GPL, see /usr/share/common-licenses/GPL-3.\n",
}


def test_a_debian_root(tmp_path: Path) -> None:
    inventory = read(tmp_path, DEBIAN)
    system = only(inventory, "debian")
    assert (system.kind, system.version) == (ComponentKind.OPERATING_SYSTEM, "12")
    assert system.references == (Reference("website", "https://os.example"),)
    libc = only(inventory, "libc6")
    assert libc.purls == (
        "pkg:deb/debian/libc6@2.36-9?arch=amd64&distro=debian-12",
        "pkg:deb/debian/libc6@2.36-9?arch=amd64&distro=debian-12&upstream=glibc",
    )
    assert libc.supplier == "GNU Libc Maintainers"
    assert libc.references == (Reference("website", "https://libc.example"),)
    assert libc.origins[0].line == 1
    assert only(inventory, "mta-a").origins[0].line == 11
    assert only(inventory, "mta-a").supplier == ""
    assert only(inventory, "awk-b").purls[1].endswith("upstream=awk-src%401.0-1")
    assert {one.name for one in inventory.components if one.purls} == {"libc6", "mta-a", "python3", "awk-b", "awk-a"}
    assert "Ada" not in repr(inventory)
    assert "removed: config-files" in remarks(inventory)


def test_debian_needs_lead_to_what_is_installed(tmp_path: Path) -> None:
    inventory = read(tmp_path, DEBIAN)
    assert needs(inventory) == {
        ("mta-a", "libc6"),
        ("mta-a", "awk-a"),
        ("mta-a", "python3"),
        ("python3", "libc6"),
        ("python3", "mta-a"),
    }
    assert "python3 needs 'plain-agent (>= 1)', not installed" in remarks(inventory), "Debian Policy 7.5"
    assert "needs that several installed packages meet: 1" in remarks(inventory)


def test_a_value_of_a_million_lines_takes_no_time(tmp_path: Path) -> None:
    status = "Package: long\nVersion: 1\nArchitecture: all\nDescription: x\n" + " y\n" * 1_000_000
    begun = time.process_time()
    inventory = read(tmp_path, {"etc/os-release": RELEASE, "var/lib/dpkg/status": status})
    assert only(inventory, "long")
    assert time.process_time() - begun < 15


def test_packages_of_two_architectures_need_their_own(tmp_path: Path) -> None:
    stanza = "Package: {}\nStatus: install ok installed\nVersion: 1\nArchitecture: {}\n"
    status = "\n".join(
        [
            stanza.format("libc6", "amd64"),
            stanza.format("libc6", "i386"),
            stanza.format("old", "i386") + "Depends: libc6\n",
        ]
    )
    inventory = read(tmp_path, {"etc/os-release": RELEASE, "var/lib/dpkg/status": status})
    edges = {(edge.parent, edge.child) for edge in inventory.dependencies if edge.parent.startswith("pkg:")}
    distro = "distro=debian-12"
    assert edges == {(f"pkg:deb/debian/old@1?arch=i386&{distro}", f"pkg:deb/debian/libc6@1?arch=i386&{distro}")}
    assert "several installed packages meet" not in remarks(inventory)


def test_debian_licences_are_machine_readable_or_named_by_prose(tmp_path: Path) -> None:
    inventory = read(tmp_path, DEBIAN)
    assert only(inventory, "libc6").licences == (
        Licence(LicenceForm.ID, "LGPL-2.1-or-later"),
        Licence(LicenceForm.ID, "MIT"),
        Licence(LicenceForm.EXPRESSION, "GPL-2.0-only OR Artistic-1.0-Perl"),
        Licence(LicenceForm.NAME, "special with exception"),
    )
    assert only(inventory, "awk-a").licences == (Licence(LicenceForm.NAME, "GPL-3"),)
    assert only(inventory, "awk-b").licences == ()


def test_a_documentation_folder_may_be_a_link_to_anothers(tmp_path: Path) -> None:
    read(tmp_path, DEBIAN)
    (tmp_path / "usr/share/doc/awk-b").symlink_to("awk-a")
    assert only(read(tmp_path), "awk-b").licences == (Licence(LicenceForm.NAME, "GPL-3"),)


def test_distroless_status_files_and_what_a_package_installed(tmp_path: Path) -> None:
    metadata = "Metadata-Version: 2.1\nName: yaml\nVersion: 6\n"
    place = "usr/lib/python3/dist-packages"
    inventory = read(
        tmp_path,
        {
            "etc/os-release": RELEASE,
            "var/lib/dpkg/status.d/base": "Package: base-files\nVersion: 12\nArchitecture: amd64\n",
            "var/lib/dpkg/status.d/base.md5sums": "0  usr/x\n",
            "var/lib/dpkg/status.d/yaml": "Package: python3-yaml\nVersion: 6-1\nArchitecture: amd64\n",
            "var/lib/dpkg/info/python3-yaml:amd64.list": f"/.\n/{place}/yaml.dist-info/METADATA\n",
            f"{place}/yaml.dist-info/METADATA": metadata,
            "usr/local/lib/python3.11/site-packages/own.dist-info/METADATA": metadata.replace("yaml", "own"),
        },
    )
    deb = only(inventory, "python3-yaml").key
    assert only(inventory, "yaml").contained_in == deb
    assert only(inventory, "own").contained_in is None
    assert ("python3-yaml", "yaml") in needs(inventory)
    assert {one.name for one in inventory.components if one.key.startswith("pkg:deb/")} == {
        "base-files",
        "python3-yaml",
    }


def test_apt_repositories_are_the_channel_and_several_are_noted(tmp_path: Path) -> None:
    inventory = read(
        tmp_path,
        DEBIAN
        | {
            "etc/apt/sources.list": (
                "# deb http://off.example/ x main\ndeb [arch=amd64] https://user:pw@mirror.example/debian bookworm main\n"
                "deb cdrom:[Debian]/ bookworm main\n"
            ),
            "etc/apt/sources.list.d/more.sources": (
                "Types: deb\n# a remark\nURIs: https://security.example/debian-security\nSuites: x\n\n"
                "Enabled: no\nURIs: https://off.example/\n"
            ),
            "etc/apt/sources.list.d/ignored.save": "deb https://off.example/ x main\n",
        },
    )
    assert only(inventory, "libc6").registry == "https://mirror.example/debian"
    assert "etc/apt/sources.list:2: packages name no repository" in remarks(inventory)
    assert "also configured: https://security.example/debian-security" in remarks(inventory)
    assert "off.example" not in repr(inventory)
    assert "pw" not in repr(inventory)


APK = """\
P:musl
V:1.2.4-r2
A:x86_64
L:MIT
U:https://musl.example/
m:Ada Person <ada@person.example>
p:so:libc.musl-x86_64.so.1=1
F:lib
R:libc.so

P:busybox
V:1.36-r1
A:x86_64
L:GPL-2.0-only
o:busybox-src
D:so:libc.musl-x86_64.so.1 musl>=1.2 !rival absent
F:usr/lib/python3.12/site-packages/x.dist-info
R:METADATA

V:1
"""


@pytest.mark.parametrize("place", ["lib/apk/db/installed", "usr/lib/apk/db/installed"])
def test_an_alpine_root(tmp_path: Path, place: str) -> None:
    inventory = read(
        tmp_path,
        {
            "etc/os-release": "ID=alpine\nVERSION_ID=3.20.1\n",
            place: APK,
            "etc/apk/repositories": "# x\nhttps://apk.example/alpine/v3.20/main\n@edge https://edge.example/main\n",
            "usr/lib/python3.12/site-packages/x.dist-info/METADATA": "Metadata-Version: 2.1\nName: x\nVersion: 1\n",
        },
    )
    musl = only(inventory, "musl")
    assert musl.key == "pkg:apk/alpine/musl@1.2.4-r2?arch=x86_64&distro=alpine-3.20.1"
    assert musl.licences == (Licence(LicenceForm.ID, "MIT"),)
    assert musl.registry == "https://apk.example/alpine/v3.20/main"
    assert needs(inventory) == {("busybox", "musl"), ("busybox", "x")}
    assert only(inventory, "x").contained_in == only(inventory, "busybox").key
    assert only(inventory, "busybox").purls[1].endswith("upstream=busybox-src")
    assert "'absent', which nothing installed provides" in remarks(inventory)
    assert "Ada" not in repr(inventory)


HEADERS = (
    header("alpha", requires=["/usr/bin/beta-tool", "rpmlib(X)", "(a if b)"], provides=["lib(alpha)"], epoch=2),
    header(
        "beta",
        requires=["lib(alpha)"],
        files=["/usr/bin/beta-tool", "/usr/lib/python3/site-packages/x.dist-info/METADATA"],
    ),
    header("gpg-pubkey"),
)


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("var/lib/rpm/rpmdb.sqlite", sqlite(HEADERS)),
        ("usr/lib/sysimage/rpm/Packages.db", ndb(HEADERS)),
        ("var/lib/rpm/Packages", berkeley(HEADERS, "<")),
        ("var/lib/rpm/Packages", berkeley(HEADERS, ">")),
    ],
    ids=["sqlite", "ndb", "berkeley", "berkeley-big-endian"],
)
def test_an_rpm_root_in_each_form(tmp_path: Path, path: str, data: bytes) -> None:
    inventory = read(
        tmp_path,
        {
            "etc/os-release": 'ID="fedora"\nVERSION_ID=39\n',
            path: data,
            "etc/yum.repos.d/main.repo": (
                "[main]\nname=x\nbaseurl=https://rpm.example/linux/$releasever/\n[off]\nenabled=0\nbaseurl=https://off.example/\n"
            ),
            "usr/lib/python3/site-packages/x.dist-info/METADATA": "Metadata-Version: 2.1\nName: x\nVersion: 1\n",
        },
    )
    alpha = only(inventory, "alpha")
    assert alpha.key == "pkg:rpm/fedora/alpha@1.2-3?arch=x86_64&distro=fedora-39&epoch=2"
    assert alpha.licences == (Licence(LicenceForm.EXPRESSION, "MIT AND GPL-2.0-or-later"),)
    assert alpha.supplier == "Example Project"
    assert alpha.registry == "https://rpm.example/linux"
    assert alpha.purls[1].endswith("upstream=alpha-1.2-3.src.rpm")
    assert needs(inventory) == {("alpha", "beta"), ("beta", "alpha"), ("beta", "x")}
    assert only(inventory, "x").contained_in == only(inventory, "beta").key
    assert {one.name for one in inventory.components if one.key.startswith("pkg:rpm/")} == {"alpha", "beta"}


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"noise" * 300,
        sqlite(HEADERS)[:5000],
        ndb(HEADERS)[:4200],
        ndb(HEADERS).replace(b"BlbS", b"XXXX"),
        berkeley(HEADERS, "<")[:9000],
        sqlite(
            (),
            "CREATE VIEW Packages AS WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x FROM c) SELECT x hnum, x blob FROM c",
        ),
        sqlite((), "CREATE TABLE other (x)"),
    ],
)
def test_a_broken_or_hostile_rpm_database_is_a_counted_skip(tmp_path: Path, data: bytes) -> None:
    inventory = read(tmp_path, {"etc/os-release": "ID=fedora\n", "var/lib/rpm/rpmdb.sqlite": data, "var/lib/rpm/x": ""})
    assert only(inventory, "fedora")
    assert bool(inventory.skips) == bool(data)


@pytest.mark.parametrize(
    "blob",
    [b"", b"\xff" * 8, b"\xff" * 64, header("x")[:-200], header("x").replace(b"x86_64\0", b"x86_64x")],
)
def test_a_broken_rpm_header_is_noted_and_the_others_read(tmp_path: Path, blob: bytes) -> None:
    inventory = read(
        tmp_path, {"etc/os-release": "ID=fedora\n", "var/lib/rpm/rpmdb.sqlite": sqlite((blob, header("good")))}
    )
    assert only(inventory, "good")


def test_a_conda_environment(tmp_path: Path) -> None:
    def record(name: str, **more: object) -> str:
        said = {"name": name, "version": "1.0", "build": "py_0", "subdir": "noarch", **more}
        return json.dumps(said)

    url = "https://t0ken@conda.example/t/forge/noarch/a-1.0-py_0.conda"
    inventory = read(
        tmp_path,
        {
            "conda-meta/a-1.0-py_0.json": record(
                "a",
                url=url,
                channel="https://conda.example/t/forge/noarch",
                license="BSD-3-Clause",
                depends=["b >=1", "__unix", "absent"],
                sha256="ab" * 32,
                files=["lib/python3.12/site-packages/a.dist-info/METADATA"],
            ),
            "conda-meta/b-1.0-py_0.json": record("b", channel="forge"),
            "conda-meta/history": "==> x <==\n",
            "conda-meta/broken.json": "{",
            "conda-meta/nameless.json": "{}",
            "lib/python3.12/site-packages/a.dist-info/METADATA": "Metadata-Version: 2.1\nName: a\nVersion: 1.0\n",
        },
    )
    conda = next(one for one in inventory.components if one.key.startswith("pkg:conda/a"))
    assert conda.key == "pkg:conda/a@1.0?build=py_0&channel=forge&subdir=noarch"
    assert conda.registry == "https://conda.example/t/forge"
    assert conda.hashes == ("sha256:" + "ab" * 32,)
    assert conda.licences == (Licence(LicenceForm.ID, "BSD-3-Clause"),)
    assert needs(inventory) == {("a", "b"), ("a", "a")}
    assert next(one for one in inventory.components if one.key == "pkg:pypi/a@1.0").contained_in == conda.key
    assert [skip.where.file for skip in inventory.skips] == ["conda-meta/broken.json"]
    assert "t0ken" not in repr(inventory)

"""What packages state of themselves is read from their own files, and only what is surely stated."""

from __future__ import annotations

import csv
import gzip
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from packageurl import PackageURL

from freehold.catalog.query import open_catalog
from freehold.model.component import Licence, LicenceForm
from survey import debian, debian_go, debian_maven, guix, licence_files, licences_read, poms, readers
from survey.statement import Statement, owner_of

Reader = Callable[[Path], Iterator[Statement]]

FILES: dict[str, tuple[Reader, str]] = {
    "node_modules/@acme/leaf/package.json": (
        readers.package_json,
        '{"name": "@acme/leaf", "version": "2.1.0", "license": "MIT", "repository": "acme/leaf"}',
    ),
    "node_modules/old/package.json": (
        readers.package_json,
        '{"name": "old", "version": "0.1.0", "licenses": [{"type": "MIT"}, {"type": "BSD"}]}',
    ),
    "work/package.json": (readers.package_json, '{"name": "root", "version": "1.0.0", "private": true}'),
    "part/package.json": (readers.package_json, '{"name": "@acme/leaf/part", "version": "1.0.0", "license": "MIT"}'),
    "a.dist-info/METADATA": (
        readers.distributions,
        "Name: Acme.Sdk\nVersion: 3.0\nLicense: UNKNOWN\nClassifier: License :: OSI Approved :: MIT License\n"
        "Project-URL: Source, https://github.com/acme/sdk\n",
    ),
    "b.dist-info/METADATA": (
        readers.distributions,
        "Name: two\nVersion: 1\nClassifier: License :: OSI Approved :: MIT License\n"
        "Classifier: License :: OSI Approved :: BSD License\n",
    ),
    "report.json": (
        readers.install_reports,
        '{"install": [{"metadata": {"name": "leaf", "version": "1", "license_expression": "MIT", "license": "text\\nof it",'
        ' "project_url": ["Source, https://github.com/acme/leaf"]}}, {"metadata": {"name": "text", "version": "2",'
        ' "license": "A text\\nof lines", "classifier": ["License :: OSI Approved :: BSD License"]}}]}',
    ),
    "specifications/leaf.gemspec": (
        readers.gemspecs,
        's.name = "leaf".freeze\ns.version = "1.2"\ns.licenses = ["MIT".freeze]\ns.homepage = "https://acme.example"\n',
    ),
    "vendor/leaf/Cargo.toml": (
        readers.crates,
        '[package]\nname = "leaf"\nversion = "0.3.0"\nlicense = "MIT/Apache-2.0"\nrepository = "https://github.com/acme/l"\n',
    ),
    "reviewed.csv": (
        licences_read.reviewed,
        "purl,version,licence,file,sha256\npkg:npm/%40acme/leaf,1.0.0,ISC AND MIT,LICENSE,00\n",
    ),
    "THIRD_PARTY": (readers.notices, "** leaf@1.0.0 - https://acme.example | ISC\ntext\n"),
    "bundle.json": (
        readers.bundle_licences,
        '{"packages": [{"name": "leaf", "versionInfo": "1.0.0", "licenseId": "MIT"}]}',
    ),
    "list.tsv": (
        readers.nuget_list,
        "Acme.Leaf\t1.0\tMIT\nAcme.Own\t1.0\twww.acme.example/licence\nAcme.Odd\tall-failed\tMIT\n"
        "Acme.Tool\tdotnet-tool\tMIT\ta tool\t1.0 2.1 (dotnet tool install passed)\n"
        "Acme.Pack\tuntested\tMIT\ta pack\t10.0.1 10.0.2 (11.0.0 is for .NET 11)\nAcme.Gone\tnot-to-use\tMIT\tx\tnone: gone\n"
        'Acme.Sold\t8.5 web-project-only\tMIT\tfrom "us" [a]\t8.4 8.5 (name the version; skip 9 and newer: a paid licence)\n',
    ),
    "packages/leaf.scm": (
        guix.guix,
        '(define-public python-leaf (package (version "1.0") (source (origin (uri (pypi-uri "Leaf" version))))\n'
        ' (home-page "https://github.com/acme/leaf") (license license:expat)))\n'
        '(define-public python-odd (package (version "1.0") (source (origin (uri (pypi-uri "odd" version))))\n'
        " (license (license:non-copyleft #f))))\n",
    ),
}


def read(tmp_path: Path, name: str) -> list[tuple[str, str, list[str], str]]:
    """Write one of the files and return what is read from it."""
    reader, text = FILES[name]
    path = tmp_path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    files = (readers.notices, readers.bundle_licences, readers.nuget_list, licences_read.reviewed)
    whole = path if reader in files else tmp_path
    whole = path.parent if reader is guix.guix else whole
    found = reader(whole)
    return [(s.purl, s.version, [licence.value for licence in s.licences], owner_of(s.urls)) for s in found]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("node_modules/@acme/leaf/package.json", [("pkg:npm/%40acme/leaf", "2.1.0", ["MIT"], "github.com/acme")]),
        ("node_modules/old/package.json", [("pkg:npm/old", "0.1.0", ["MIT OR BSD"], "")]),
        ("work/package.json", []),
        ("part/package.json", []),
        (
            "a.dist-info/METADATA",
            [("pkg:pypi/acme-sdk", "3.0", ["License :: OSI Approved :: MIT License"], "github.com/acme")],
        ),
        ("b.dist-info/METADATA", [("pkg:pypi/two", "1", [], "")]),
        (
            "report.json",
            [
                ("pkg:pypi/leaf", "1", ["MIT"], "github.com/acme"),
                ("pkg:pypi/text", "2", ["License :: OSI Approved :: BSD License"], ""),
            ],
        ),
        ("specifications/leaf.gemspec", [("pkg:gem/leaf", "1.2", ["MIT"], "")]),
        ("vendor/leaf/Cargo.toml", [("pkg:cargo/leaf", "0.3.0", ["MIT OR Apache-2.0"], "github.com/acme")]),
        ("reviewed.csv", [("pkg:npm/%40acme/leaf", "1.0.0", ["ISC AND MIT"], "")]),
        ("THIRD_PARTY", [("pkg:npm/leaf", "1.0.0", ["ISC"], "")]),
        ("bundle.json", [("pkg:npm/leaf", "1.0.0", ["MIT"], "")]),
        (
            "list.tsv",
            [
                ("pkg:nuget/Acme.Leaf", "1.0", ["MIT"], ""),
                ("pkg:nuget/Acme.Own", "1.0", ["https://www.acme.example/licence"], ""),
                ("pkg:nuget/Acme.Odd", "", ["MIT"], ""),
                ("pkg:nuget/Acme.Tool", "2.1", ["MIT"], ""),
                ("pkg:nuget/Acme.Pack", "", ["MIT"], ""),
                ("pkg:nuget/Acme.Gone", "", ["MIT"], ""),
                ("pkg:nuget/Acme.Sold", "8.5", ["MIT"], ""),
            ],
        ),
        ("packages/leaf.scm", [("pkg:pypi/leaf", "1.0", ["MIT"], "github.com/acme")]),
    ],
)
def test_metadata_is_read(tmp_path: Path, name: str, expected: list[tuple[str, str, list[str], str]]) -> None:
    found = read(tmp_path, name)
    assert [(purl.replace("acme.sdk", "acme-sdk"), *rest) for purl, *rest in found] == expected


@pytest.mark.parametrize(
    ("fields", "clear", "otherwise"),
    [
        ("License: New BSD\nClassifier: License :: OSI Approved :: BSD License\n", ["New BSD"], ["BSD License"]),
        ("License-Expression: MIT\nLicense: text\n", ["MIT"], []),
        ("License: Leaf Limited Use\nClassifier: License :: OSI Approved :: MIT License\n", ["Leaf Limited Use"], []),
        (
            "Classifier: License :: OSI Approved\nClassifier: License :: OSI Approved :: MIT License\n",
            ["MIT License"],
            [],
        ),
        (
            "Classifier: License :: OSI Approved :: MIT License\nClassifier: License :: OSI Approved :: BSD License\n",
            [],
            ["MIT License", "BSD License"],
        ),
    ],
)
def test_classifiers_say_otherwise_what_a_name_leaves_open(
    tmp_path: Path, fields: str, clear: list[str], otherwise: list[str]
) -> None:
    (tmp_path / "METADATA").write_text(f"Name: leaf\nVersion: 1\n{fields}")
    (found,) = readers.distributions(tmp_path)
    assert [licence.value.rpartition(" :: ")[2] for licence in found.licences] == clear
    assert [licence.value.rpartition(" :: ")[2] for licence in found.otherwise] == otherwise


@pytest.mark.parametrize(
    ("texts", "licences"),
    [
        ({"LICENSE": "MIT"}, ["MIT"]),
        ({"licenses/LICENSE.txt": "MIT", "licenses/COPYING": "MIT"}, ["MIT"]),
        ({"LICENSE": "MIT", "licenses/LICENSE-own": "own"}, []),
        ({"LICENSED.py": "MIT"}, []),
    ],
)
def test_licence_files_count_where_the_metadata_names_none(
    tmp_path: Path, texts: dict[str, str], licences: list[str]
) -> None:
    (tmp_path / "METADATA").write_text("Name: leaf\nVersion: 1\n")
    for name, text in texts.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(MIT if text == "MIT" else "All rights reserved")
    (found,) = readers.distributions(tmp_path)
    assert [licence.value for licence in found.licences] == licences


def test_a_pom_inherits_from_its_parent(tmp_path: Path) -> None:
    head = '<project xmlns="http://maven.apache.org/POM/4.0.0">'
    parent = tmp_path / "org/acme/above/1/above-1.pom"
    parent.parent.mkdir(parents=True)
    parent.write_text(
        f"{head}<groupId>org.acme</groupId><artifactId>above</artifactId><version>1</version>"
        "<licenses><license><name>Apache License 2.0</name></license></licenses>"
        "<scm><url>https://github.com/acme/all</url></scm></project>"
    )
    child = tmp_path / "org/acme/leaf/2/leaf-2.pom"
    child.parent.mkdir(parents=True)
    child.write_text(
        f"{head}<parent><groupId>org.acme</groupId><artifactId>above</artifactId><version>1</version></parent>"
        "<artifactId>leaf</artifactId><version>2</version></project>"
    )
    found = {statement.purl: statement for statement in poms.poms(tmp_path)}
    leaf = found["pkg:maven/org.acme/leaf"]
    assert [licence.value for licence in leaf.licences] == ["Apache License 2.0"]
    assert (leaf.version, owner_of(leaf.urls)) == ("2", "github.com/acme")


BSD = "Redistribution and use in source and binary forms, with or without\n// modification, are permitted provided that:\n"
ANY_PURPOSE = (
    "Permission to use, copy, modify, and/or distribute this software for any purpose with or without fee is hereby "
)
MIT = (
    "Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated files"
)


@pytest.mark.parametrize(
    ("text", "licence"),
    [
        (MIT, "MIT"),
        (BSD, "BSD-2-Clause"),
        (BSD + "Neither the name of Acme nor the names of others may be used to endorse or promote", "BSD-3-Clause"),
        (BSD + "The names of its contributors may not be used to endorse or promote products", "BSD-3-Clause"),
        (BSD + "All advertising materials must say so", ""),
        (BSD + "1. a must retain 2. b must reproduce\nTHIS SOFTWARE IS PROVIDED and must", "BSD-2-Clause"),
        (BSD + "1. a must retain 2. b must reproduce 3. c must be marked\nTHIS SOFTWARE IS PROVIDED", ""),
        (ANY_PURPOSE + "granted, provided that the above copyright notice", "ISC"),
        (ANY_PURPOSE + "granted.\n\nTHE SOFTWARE IS PROVIDED", "0BSD"),
        (MIT + "\nThe Software shall be used for Good, not Evil.", ""),
        ("Apache License Version 2.0, January 2004 ... Licensed under the Apache License, Version 2.0", "Apache-2.0"),
        (MIT + "\nLicensed under the Apache License, Version 2.0 (the License)", ""),
        (MIT + BSD, ""),
        (MIT + "\nExcept as contained in this notice, the name of Acme shall not be used", ""),
        (MIT + "\nprovided that the above notices appear in all copies", ""),
        (BSD + "1. Redistributions of source code must retain the above copyright notice", ""),
        (BSD + "Redistributions of source code must retain it, those in binary form must too", "BSD-2-Clause"),
        (BSD + "The views and conclusions contained in the software are those of the authors", ""),
        (BSD + "each contributor grants a licence of its patents", ""),
        ("All rights reserved", ""),
    ],
)
def test_a_licence_file_is_recognised_by_what_only_it_says(text: str, licence: str) -> None:
    assert licence_files.licence_of_text(text) == licence


def test_a_copyright_file_of_debian_covers_the_modules_of_its_package(tmp_path: Path) -> None:
    copyright_file = tmp_path / "golang-leaf-dev/usr/share/doc/golang-leaf-dev/copyright"
    copyright_file.parent.mkdir(parents=True)
    copyright_file.write_text(
        "Format: x\n\nFiles: *\nLicense: Expat\n\nFiles: third/*\nLicense: BSD-3-clause\n\nFiles: debian/*\nLicense: GPL-3\n"
    )
    module = tmp_path / "golang-leaf-dev/usr/share/gocode/src/acme.example/leaf/go.mod"
    module.parent.mkdir(parents=True)
    module.write_text("module acme.example/leaf/v2\n")
    (found,) = debian_go.debian_go(tmp_path)
    assert found.purl == "pkg:golang/acme.example/leaf/v2"
    module.unlink()
    for name in ("leaf.go", "vein/vein.go"):
        (module.parent / name).parent.mkdir(exist_ok=True)
        (module.parent / name).write_text("package leaf\n")
    assert [statement.purl for statement in debian_go.debian_go(tmp_path)] == ["pkg:golang/acme.example/leaf"]
    assert [licence.value for licence in found.licences] == ["BSD-3-clause", "Expat"]


@pytest.mark.parametrize(
    ("module", "packaged", "version"),
    [
        ("acme.example/leaf", "1.2.3-4", "v1.2.3"),
        ("acme.example/leaf", "1:0.4.0+ds1-1~exp1", "v0.4.0"),
        ("acme.example/leaf/v2", "2.0.1-1", "v2.0.1"),
        ("gopkg.in/leaf.v3", "3.1.0-1", "v3.1.0"),
        ("acme.example/leaf/v2", "1.9.0-1", ""),
        ("acme.example/leaf", "26.1.5+dfsg1-9", ""),
        ("acme.example/leaf", "1.0.0~rc1-1", ""),
        ("acme.example/leaf", "1.5.0+really1.3.0-1", ""),
        ("acme.example/leaf", "0.0~git20161101.0.858c9cb-2.1", "0.0~git20161101.0.858c9cb"),
        ("acme.example/leaf", "", ""),
    ],
)
def test_a_debian_version_stands_for_the_version_of_a_module_where_it_is_surely_told(
    module: str, packaged: str, version: str
) -> None:
    assert debian_go.version_of(module, packaged) == version


def test_the_module_at_the_root_of_a_package_has_its_version_and_those_below_have_none(tmp_path: Path) -> None:
    folder = tmp_path / "golang-leaf-dev/usr/share/doc/golang-leaf-dev"
    folder.mkdir(parents=True)
    (folder / "copyright").write_text("Files: *\nLicense: Expat\n")
    with gzip.open(folder / "changelog.Debian.gz", "wt") as file:
        file.write("golang-leaf (1.4.0-2) unstable; urgency=medium\n")
    for name in ("github.com/acme/leaf", "github.com/acme/leaf/vein"):
        code = tmp_path / "golang-leaf-dev/usr/share/gocode/src" / name
        code.mkdir(parents=True)
        (code / "go.mod").write_text(f"module {name}\n")
        (code / "a.go").write_text("package a\n")
    found = {s.purl: s.version for s in debian_go.debian_go(tmp_path)}
    assert found == {"pkg:golang/github.com/acme/leaf": "v1.4.0", "pkg:golang/github.com/acme/leaf/vein": ""}
    with gzip.open(folder / "changelog.Debian.gz", "wt") as file:
        file.write("golang-leaf (0.0~git20200102.abcdef0-1) unstable; urgency=medium\n")
    (first, _) = debian_go.debian_go(tmp_path)
    assert (first.version, first.commit) == ("", "0.0~git20200102.abcdef0")


def test_a_module_has_the_licences_of_the_files_in_its_own_folder(tmp_path: Path) -> None:
    folder = tmp_path / "golang-leaf-dev/usr/share/doc/golang-leaf-dev"
    folder.mkdir(parents=True)
    (folder / "copyright").write_text(
        "Files: *\nLicense: Expat\n\nFiles: third/* vein/odd.go\nLicense: BSD-3-clause\n\nFiles: twig/*\nLicense: ISC\n"
    )
    code = tmp_path / "golang-leaf-dev/usr/share/gocode/src/acme.example/leaf"
    modules = ("", "vein", "twig", "bud", "twig/testdata/made-up", "_gen")
    for name in modules:
        (code / name).mkdir(parents=True, exist_ok=True)
        (code / name / "go.mod").write_text(f"module acme.example/leaf/{name}\n".replace("/\n", "\n"))
        (code / name / "a.go").write_text("package a\n")
    found = {s.purl: [licence.value for licence in s.licences] for s in debian_go.debian_go(tmp_path)}
    assert found == {
        "pkg:golang/acme.example/leaf": ["BSD-3-clause", "Expat", "ISC"],
        "pkg:golang/acme.example/leaf/vein": ["BSD-3-clause", "Expat"],
        "pkg:golang/acme.example/leaf/twig": ["ISC"],
        "pkg:golang/acme.example/leaf/bud": ["Expat"],
    }


def test_a_go_package_speaks_for_the_repository_on_a_forge_that_it_was_made_of(tmp_path: Path) -> None:
    folder = tmp_path / "golang-leaf-dev/usr/share/doc/golang-leaf-dev"
    folder.mkdir(parents=True)
    (folder / "copyright").write_text("Files: *\nLicense: Expat\n")
    for name in ("github.com/acme/leaf/vein/go.mod", "github.com/acme/leaf/vein/vein.go"):
        file = tmp_path / "golang-leaf-dev/usr/share/gocode/src" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("module github.com/acme/leaf/vein\n")
    assert [statement.purl for statement in debian_go.debian_go(tmp_path)] == [
        "pkg:golang/github.com/acme/leaf/vein",
        "pkg:golang/github.com/acme/leaf",
    ]


COPYRIGHT = f"""Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/

Files: *
License: GPL-2+ with OpenSSL exception

Files: lib/leaf.c
License: Acme-own
 {MIT}

Files: m4/own.m4 debian/* src/tests/a.c
License: odd
"""


def test_a_copyright_file_of_debian_covers_what_is_installed(tmp_path: Path) -> None:
    folder = tmp_path / "usr/share/doc/libleaf1"
    folder.mkdir(parents=True)
    (folder / "copyright").write_text(COPYRIGHT)
    (folder / "changelog.Debian.gz").write_bytes(gzip.compress(b"leaf (1:2.0-1) unstable; urgency=low\n"))
    found = list(debian.debian_copyrights(tmp_path))
    assert [(s.purl, s.version) for s in found] == [
        ("pkg:deb/debian/leaf", "1:2.0-1"),
        ("pkg:deb/debian/libleaf1", "1:2.0-1"),
    ]
    assert [licence.value for licence in found[0].licences] == ["GPL-2+", "MIT"]


def test_a_package_of_debians_main_area_is_free_by_its_guidelines(tmp_path: Path) -> None:
    folder = tmp_path / "usr/share/doc/libleaf1"
    folder.mkdir(parents=True)
    (folder / "copyright").write_text("Prose about a licence.\n")
    (folder / "changelog.gz").write_bytes(gzip.compress(b"leaf (2.0-1) unstable; urgency=low\n"))
    found = [(s.purl, [licence.value for licence in s.licences]) for s in debian.debian_main(tmp_path)]
    assert found == [("pkg:deb/debian/leaf", ["LicenseRef-DFSG"]), ("pkg:deb/debian/libleaf1", ["LicenseRef-DFSG"])]


def test_a_package_of_another_distribution_is_paired_by_hand(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pairs = tmp_path / "pairs.csv"
    pairs.write_text("rpm,debian\nvendor/leaf-libs,libleaf1\nvendor/prose,prose\nvendor/absent,absent\n")
    monkeypatch.setattr(debian, "PAIRS", pairs)
    for name, text in (("libleaf1", COPYRIGHT), ("prose", "Prose.\n"), ("other", COPYRIGHT)):
        (tmp_path / "usr/share/doc" / name).mkdir(parents=True)
        (tmp_path / "usr/share/doc" / name / "copyright").write_text(text)
    found = [(s.purl, [licence.value for licence in s.licences]) for s in debian.same_upstream(tmp_path)]
    assert found == [("pkg:rpm/vendor/leaf-libs", ["GPL-2+", "MIT"])]


def test_every_pair_is_named_once() -> None:
    names = [line.partition(",")[0] for line in debian.PAIRS.read_text("utf-8").splitlines()]
    assert len(set(names)) == len(names) > 1


def test_an_sbom_states_the_headers_of_rpm_packages_and_no_scan_beside_them(tmp_path: Path) -> None:
    def package(name: str, purl: str, declared: str, concluded: str = "NOASSERTION") -> dict[str, object]:
        references = [{"referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl", "referenceLocator": purl}]
        licences = {"licenseDeclared": declared, "licenseConcluded": concluded}
        return {"SPDXID": f"SPDXRef-{name}", "name": name, "versionInfo": "1", "externalRefs": references, **licences}

    packages = [
        package("leaf", "pkg:rpm/vendor/leaf@1?arch=x86_64", "GPLv2+", "MIT AND FREE-UNKNOWN"),
        package("leaf-src", "pkg:rpm/vendor/leaf@1?arch=src", "MIT"),
        package("other", "pkg:rpm/vendor/other@1?arch=src", "MIT"),
        package("scanned", "pkg:rpm/vendor/scanned@1?arch=noarch", "NOASSERTION", "MIT AND FREE-UNKNOWN"),
    ]
    document = {"spdxVersion": "SPDX-2.3", "SPDXID": "SPDXRef-DOCUMENT", "packages": packages}
    (tmp_path / "some.spdx.json").write_text(json.dumps(document))
    found = {
        s.purl: [licence.value for licence in s.licences] for s in readers.inventories(tmp_path / "some.spdx.json")
    }
    assert found == {
        "pkg:rpm/vendor/leaf": ["GPLv2+"],
        "pkg:rpm/vendor/other": ["MIT"],
        "pkg:rpm/vendor/scanned": ["MIT AND FREE-UNKNOWN"],
    }


def test_a_copyright_file_in_free_text_states_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "usr/share/doc/leaf"
    folder.mkdir(parents=True)
    (folder / "copyright").write_text("This is leaf.\n\nLicense: MIT\n")
    assert list(debian.debian_copyrights(tmp_path)) == []


@pytest.mark.parametrize(
    ("name", "text", "licence"),
    [
        ("Acme-own", f" {MIT}\n", "MIT"),
        ("GPL-2+ or Acme-own", f" {MIT}\n", "GPL-2+ or Acme-own"),
        ("odd", " All rights reserved\n", "odd"),
        ("BSD-4-clause", " All advertising materials must\n", "BSD-4-clause"),
        ("BSD-4-clause", " Products must not be called so\n", "like BSD-4-clause"),
        (
            "Expat",
            f" {ANY_PURPOSE.replace('and/or', 'and')}granted, provided that the above copyright notice\n",
            "like Expat",
        ),
        ("CDDL-1.1 or GPL-2 with Classpath exception", "", "CDDL-1.1 or GPL-2.0-with-classpath-exception"),
    ],
)
def test_a_text_tells_the_licence_only_where_it_is_the_only_one(name: str, text: str, licence: str) -> None:
    (found,) = debian.licences_of(f"Files: *\nLicense: {name}\n{text}")
    assert found.value == licence


@pytest.mark.parametrize(
    ("url", "owner"),
    [
        ("git+https://github.com/Acme/leaf.git", "github.com/acme"),
        ("git@gitlab.com:acme/leaf.git", "gitlab.com/acme"),
        ("scm:git:https://github.com/acme/leaf", "github.com/acme"),
        ("git://github.com/acme/leaf.git", "github.com/acme"),
        ("scm:git:git://github.com/acme/leaf.git", "github.com/acme"),
        ("gitlab:acme/leaf", "gitlab.com/acme"),
        ("https://github.com/sponsors/acme", ""),
        ("https://acme.example/leaf", ""),
        ("http://[", ""),
    ],
)
def test_the_account_of_a_repository_is_found_in_any_spelling(url: str, owner: str) -> None:
    assert owner_of((url,)) == owner


@pytest.mark.parametrize(
    ("stated", "classifiers", "expected"),
    [
        ("License: LGPLv3\n", "Lesser General Public License v3 (LGPLv3)", ["LicenseRef-LGPL"]),
        ("License: GPL-2.0\n", "General Public License v2 (GPLv2)", ["LicenseRef-GPL"]),
        ("License: GPLv3\n", "General Public License v3 or later (GPLv3+)", ["or later"]),
        ("License: LGPLv3\n", "General Public License v3 or later (GPLv3+)", ["LicenseRef-LGPL"]),
        ("License: GPL version 2\n", "General Public License v2 (GPLv2)", ["GPL version 2"]),
        ("License: GPL-3.0-only\n", "General Public License v3 (GPLv3)", ["GPL-3.0-only"]),
        ("License-Expression: GPL-3.0\n", "General Public License v3 (GPLv3)", ["GPL-3.0"]),
        ("", "General Public License v3 (GPLv3)", ["LicenseRef-GPL"]),
    ],
)
def test_a_name_with_a_version_does_not_say_only(
    tmp_path: Path, stated: str, classifiers: str, expected: list[str]
) -> None:
    kind = f"Classifier: License :: OSI Approved :: GNU {classifiers}\n"
    (tmp_path / "METADATA").write_text(f"Name: leaf\nVersion: 1\n{stated}{kind}")
    (found,) = readers.distributions(tmp_path)
    values = ["or later" if "or later" in licence.value else licence.value for licence in found.licences]
    assert values == expected


def test_each_denied_licence_names_the_text_that_was_read() -> None:
    path = Path(__file__).resolve().parents[3] / "tools/denied.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert rows and len({(row["purl"], row["licence"]) for row in rows}) == len(rows)
    assert all(row["file"] and re.fullmatch(r"[0-9a-f]{64}", row["sha256"]) for row in rows)


def test_each_licence_in_doubt_is_told_why() -> None:
    path = Path(__file__).resolve().parents[3] / "tools/doubtful.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert rows and len({(row["purl"], row["licence"]) for row in rows}) == len(rows)
    assert all(row["purl"] and row["licence"] and row["why"] for row in rows)


def test_each_reviewed_licence_file_is_named_with_its_checksum_and_known_terms() -> None:
    path = Path(__file__).resolve().parents[3] / "tools/reviewed.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len({(row["purl"], row["version"]) for row in rows}) == len(rows) > 200
    catalog = open_catalog(env={})
    for row in rows:
        assert PackageURL.from_string(row["purl"]).version is None
        assert re.match(r"v?\d", row["version"]) and row["file"] and re.fullmatch(r"[0-9a-f]{64}", row["sha256"])
        assert not catalog.terms_of(Licence(LicenceForm.EXPRESSION, row["licence"])).unknown


def test_a_licence_with_a_name_of_its_own_is_told_by_its_text(tmp_path: Path) -> None:
    text = f"Files: *\nLicense: Expat and Acme-own\n\nLicense: Acme-own\n {MIT}\n\nFiles: debian/*\nLicense: odd\n"
    assert [licence.value for licence in debian.licences_of(text, re.compile("debian/.*"))] == ["Expat and MIT"]
    free = f"Files: *\nLicense: MIT-0\n {MIT}\n"
    assert [licence.value for licence in debian.licences_of(free)] == ["MIT-0"]


def test_an_artifact_in_debian_has_the_licence_of_its_package(tmp_path: Path) -> None:
    pom = tmp_path / "usr/share/maven-repo/org/acme/leaf/debian/leaf-debian.pom"
    pom.parent.mkdir(parents=True)
    pom.write_text(
        '<project xmlns="http://maven.apache.org/POM/4.0.0"><groupId>org.acme</groupId><artifactId>leaf</artifactId>'
        "<version>debian</version><properties><debian.originalVersion>1.2</debian.originalVersion>"
        "<debian.package>libleaf-java</debian.package></properties></project>"
    )
    second = tmp_path / "usr/share/maven-repo/org/acme/leaf/1.x/leaf-1.x.pom"
    second.parent.mkdir()
    second.write_text(pom.read_text().replace("<version>debian", "<version>1.x"))
    assert [poms.coordinates(file) for file in (pom, second)] == [("org.acme", "leaf", "1.2")] * 2
    second.unlink()
    assert list(debian_maven.debian_maven(tmp_path)) == []
    folder = tmp_path / "usr/share/doc/libleaf-java"
    folder.mkdir(parents=True)
    (folder / "copyright").write_text(COPYRIGHT)
    (found,) = debian_maven.debian_maven(tmp_path)
    assert (found.purl, found.version, found.versions) == ("pkg:maven/org.acme/leaf", "1.2", "<=1.2")
    assert [licence.value for licence in found.licences] == ["GPL-2+"]


def test_a_licence_that_was_read_speaks_for_the_packages_of_its_row(tmp_path: Path) -> None:
    file = tmp_path / "licences_read.csv"
    url = "https://forge.example/Acme/leaf/blob/0123/LICENSE"
    file.write_text(
        f"url,licence,packages,read_on\n{url},MIT,pkg:cargo/leaf pkg:golang/acme.example/leaf@v1,2026-01-02\n"
    )
    ((name, address, day, statements),) = licences_read.read_licences(file)
    assert (name, address, day) == ("read-acme-leaf", url, "2026-01-02")
    assert [(s.purl, s.version) for s in statements] == [("pkg:cargo/leaf", ""), ("pkg:golang/acme.example/leaf", "v1")]


def test_a_vendored_module_has_the_licence_of_the_one_file_beside_it(tmp_path: Path) -> None:
    listed = "# acme.example/leaf v1.0.0\n## explicit\n# acme.example/two v1.1.0\n# acme.example/twig v2.0.0\n"
    for name, text in {
        "vendor/modules.txt": listed,
        "vendor/acme.example/leaf/LICENSE.md": MIT,
        "vendor/acme.example/two/LICENSE": MIT,
        "vendor/acme.example/two/LICENSE-other": "other",
        "LICENSES/vendor/acme.example/twig/LICENSE": MIT,
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    found = [(s.purl, s.version) for s in licence_files.vendored_modules(tmp_path)]
    assert found == [("pkg:golang/acme.example/leaf", "v1.0.0"), ("pkg:golang/acme.example/twig", "v2.0.0")]


def test_a_crate_that_lists_mit_and_apache_offers_them_as_crates_do(tmp_path: Path) -> None:
    crate = (
        '(define-public rust-{0} (package (version "1.0") (source (origin (uri (crate-uri "{0}" version))))\n'
        " (license (list {1}))))\n"
    )
    pair = "license:expat license:asl2.0"
    python = crate.format("third", pair).replace("crate-uri", "pypi-uri")
    text = crate.format("leaf", pair) + crate.format("other", f"{pair} license:bsd-3") + python
    (tmp_path / "crates.scm").write_text(text, "utf-8")
    (found,) = guix.usual_choices(tmp_path)
    assert (found.purl, found.versions, found.listed) == ("pkg:cargo/leaf", "<=1.0", False)
    assert [licence.value for licence in found.licences] == ["Apache-2.0 OR MIT"]


def test_a_licence_that_adds_whose_views_are_the_authors_is_told_apart(tmp_path: Path) -> None:
    bsd = "Redistribution and use in source and binary forms, with or without modification, are permitted."
    views = "The views and conclusions contained in the software and documentation are those of the authors."
    assert licence_files.licence_of_text(bsd) == "BSD-2-Clause"
    assert licence_files.licence_of_text(f"{bsd} {views}") == "BSD-2-Clause-Views"
    assert licence_files.licence_of_text(f"{bsd} Not used to endorse or promote. {views}") == ""
    text = f"Files: *\nLicense: BSD-2-clause\n\nLicense: BSD-2-clause\n {bsd}\n {views}\n"
    assert [licence.value for licence in debian.licences_of(text)] == ["BSD-2-Clause-Views"]


def test_a_list_of_a_scan_states_nothing_but_for_rpm() -> None:
    def stated(purl: str, licence: str) -> Statement:
        return Statement(purl, "1", (Licence(LicenceForm.EXPRESSION, licence),))

    scan = [
        stated("pkg:golang/example.org/leaf", "MIT AND X11"),
        stated("pkg:golang/example.org/agreed", "MIT AND GENERIC-CLA"),
        stated("pkg:golang/example.org/one", "MIT"),
        stated("pkg:rpm/vendor/leaf", "MIT AND X11"),
    ]
    found = [[licence.value for licence in s.licences] for s in readers.without_lists_of_scans(scan)]
    assert found == [[], ["MIT AND GENERIC-CLA"], ["MIT"], ["MIT AND X11"]]


def test_files_that_no_importing_program_is_built_of_do_not_count_for_a_go_module(tmp_path: Path) -> None:
    folder = tmp_path / "golang-leaf-dev/usr/share/doc/golang-leaf-dev"
    folder.mkdir(parents=True)
    others = "archive/test-fixtures/a.sample _example/b.h leaf_test.go docs/c.txt"
    text = f"Files: *\nLicense: Expat\n\nFiles: config/vein.go\nLicense: ISC\n\nFiles: {others}\nLicense: GPL-2\n"
    (folder / "copyright").write_text(text)
    code = tmp_path / "golang-leaf-dev/usr/share/gocode/src/github.com/acme/leaf/leaf.go"
    code.parent.mkdir(parents=True)
    code.write_text("package leaf\n")
    (found,) = debian_go.debian_go(tmp_path)
    assert [licence.value for licence in found.licences] == ["Expat", "ISC"]

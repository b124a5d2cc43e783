"""What packages state of themselves is read from their own files, and only what is surely stated."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from survey import debian, guix, licence_files, poms, readers
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
    "THIRD_PARTY": (readers.notices, "** leaf@1.0.0 - https://acme.example | ISC\ntext\n"),
    "bundle.json": (
        readers.bundle_licences,
        '{"packages": [{"name": "leaf", "versionInfo": "1.0.0", "licenseId": "MIT"}]}',
    ),
    "list.tsv": (readers.nuget_list, "Acme.Leaf\t1.0\tMIT\nAcme.Own\t1.0\twww.acme.example/licence\n"),
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
    whole = path if reader in (readers.notices, readers.bundle_licences, readers.nuget_list) else tmp_path
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
        ("THIRD_PARTY", [("pkg:npm/leaf", "1.0.0", ["ISC"], "")]),
        ("bundle.json", [("pkg:npm/leaf", "1.0.0", ["MIT"], "")]),
        (
            "list.tsv",
            [
                ("pkg:nuget/Acme.Leaf", "1.0", ["MIT"], ""),
                ("pkg:nuget/Acme.Own", "1.0", ["https://www.acme.example/licence"], ""),
            ],
        ),
        ("packages/leaf.scm", [("pkg:pypi/leaf", "1.0", ["MIT"], "github.com/acme")]),
    ],
)
def test_metadata_is_read(tmp_path: Path, name: str, expected: list[tuple[str, str, list[str], str]]) -> None:
    found = read(tmp_path, name)
    assert [(purl.replace("acme.sdk", "acme-sdk"), *rest) for purl, *rest in found] == expected


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
MIT = (
    "Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated files"
)


@pytest.mark.parametrize(
    ("text", "licence"),
    [
        (MIT, "MIT"),
        (BSD, "BSD-2-Clause"),
        (BSD + "Neither the name of Acme nor the names of others may be used to endorse or promote", "BSD-3-Clause"),
        (BSD + "All advertising materials must say so", ""),
        (MIT + BSD, ""),
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
    (found,) = licence_files.debian_go(tmp_path)
    assert found.purl == "pkg:golang/acme.example/leaf/v2"
    module.unlink()
    for name in ("leaf.go", "vein/vein.go"):
        (module.parent / name).parent.mkdir(exist_ok=True)
        (module.parent / name).write_text("package leaf\n")
    assert [statement.purl for statement in licence_files.debian_go(tmp_path)] == ["pkg:golang/acme.example/leaf"]
    assert [licence.value for licence in found.licences] == ["BSD-3-clause", "Expat"]


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
        ("gitlab:acme/leaf", "gitlab.com/acme"),
        ("https://github.com/sponsors/acme", ""),
        ("https://acme.example/leaf", ""),
        ("http://[", ""),
    ],
)
def test_the_account_of_a_repository_is_found_in_any_spelling(url: str, owner: str) -> None:
    assert owner_of((url,)) == owner

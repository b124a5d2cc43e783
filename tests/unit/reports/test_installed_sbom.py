"""Installed trees and images written as CycloneDX: valid by the official schema, nothing lost, the same when read back."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest
from cyclonedx_checks import STAMP, expected, faults, parts, read_back

from freehold.inventory.folder import read_paths
from freehold.reports.cyclonedx import cyclonedx_report

PLACE = "opt/app/lib/python3.11/site-packages"
FILES = {
    "etc/os-release": 'ID=debian\nVERSION_ID="12"\nHOME_URL="https://os.example/"\nCPE_NAME="cpe:/o:debian:debian_linux:12"\n',
    "etc/apt/sources.list": "deb https://deb.example/debian bookworm main\n",
    "var/lib/dpkg/status": (
        "Package: libc6\nStatus: install ok installed\nVersion: 2.36\nArchitecture: amd64\nSource: glibc\n"
        "Maintainer: GNU Libc Maintainers <x@os.example>\nHomepage: https://libc.example\n\n"
        "Package: bash\nStatus: install ok installed\nVersion: 5.2\nArchitecture: amd64\nDepends: libc6\n"
    ),
    "usr/share/doc/bash/copyright": "Format: 1.0\n\nFiles: *\nLicense: GPL-3+\n\nFiles: x\nLicense: Expat or GPL-2\n",
    f"{PLACE}/flask-3.0.dist-info/METADATA": (
        "Metadata-Version: 2.4\nName: Flask\nVersion: 3.0\nLicense-Expression: BSD-3-Clause AND MIT\n"
        "Project-URL: Source, https://forge.example/flask\nRequires-Dist: web\n"
    ),
    f"{PLACE}/web-1.dist-info/METADATA": "Metadata-Version: 2.1\nName: web\nVersion: 1\nLicense: some\n words\n of a licence\n",
    f"{PLACE}/web-1.dist-info/direct_url.json": json.dumps(
        {"url": "https://files.example/web.whl", "archive_info": {"hashes": {"sha256": "ab" * 32}}}
    ),
    "srv/node_modules/a/package.json": json.dumps(
        {"name": "a", "version": "1", "license": "(MIT OR X11)", "repository": "owner/a", "bundleDependencies": ["b"]}
    ),
    "srv/node_modules/a/node_modules/b/package.json": json.dumps({"name": "b", "version": "1"}),
    "lib/apk/db/installed": "P:musl\nV:1.2\nA:x86_64\nL:MIT AND BSD-2-Clause\n",
}


def written(root: Path) -> Any:
    """Write the tree, report it, and return the document, which must be valid and read back the same."""
    for name, text in FILES.items():
        path = root / "tree" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return checked(root / "tree", root)


def checked(path: Path, scratch: Path) -> Any:
    """Report a path and return the document, which must be valid and read back the same."""
    inventory = read_paths([path])
    report = cyclonedx_report(inventory, STAMP)
    assert faults(report) == []
    assert read_back(report, scratch) == expected(inventory)
    return json.loads(report)


def test_an_installed_system_is_a_complete_sbom(tmp_path: Path) -> None:
    document = written(tmp_path)
    found = {part["name"]: part for part in parts(document)}
    system = found["debian"]
    assert (system["type"], system["version"], system["cpe"]) == (
        "operating-system",
        "12",
        "cpe:/o:debian:debian_linux:12",
    )
    libc = found["libc6"]
    assert libc["purl"] == "pkg:deb/debian/libc6@2.36?arch=amd64&distro=debian-12"
    assert libc["supplier"] == {"name": "GNU Libc Maintainers"}
    assert [one["type"] for one in libc["externalReferences"]] == ["distribution", "website"]
    assert found["bash"]["licenses"][0] == {"license": {"id": "GPL-3.0-or-later"}}
    assert found["Flask"]["licenses"] == [{"expression": "BSD-3-Clause AND MIT"}]
    assert found["web"]["hashes"] == [{"alg": "SHA-256", "content": "ab" * 32}]
    assert found["web"]["licenses"][0]["license"]["text"]["content"].endswith("of a licence")
    assert found["a"]["components"][0]["name"] == "b"
    edges = {item["ref"]: item.get("dependsOn", []) for item in document["dependencies"]}
    assert edges[found["bash"]["bom-ref"]] == [libc["bom-ref"]]


def test_this_very_environment_is_a_valid_sbom(tmp_path: Path) -> None:
    if not (Path(sys.prefix) / "pyvenv.cfg").is_file():
        pytest.skip("the tests do not run in a virtual environment")
    document = checked(Path(sys.prefix), tmp_path)
    names = {part["name"] for part in parts(document)}
    assert {"pytest", "msgspec"} <= names
    assert sum(bool(part.get("licenses")) for part in parts(document)) > 20

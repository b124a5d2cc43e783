"""An identity that is told by something beside a purl: only from what a tool found, never from a name, and always said."""

from __future__ import annotations

import pytest
from sbom_cases import by_name, cyclonedx, read_bytes, read_json, remarks

from freehold.inventory.joining import join_components
from freehold.inventory.reader import Reading
from freehold.model.component import IDENTITY, SOURCE_PACKAGE, Component, ComponentKind

TRIVY = "aquasecurity:trivy:"


def package(name: str, version: str = "", **more: object) -> dict[str, object]:
    found = {"SPDXID": f"SPDXRef-{name}".replace(":", "-"), "name": name, "downloadLocation": "NOASSERTION", **more}
    return {**found, "versionInfo": version} if version else found


def spdx(tool: str, packages: list[dict[str, object]], *links: tuple[str, str, str]) -> Reading:
    relationships = [
        {"spdxElementId": f"SPDXRef-{a}", "relationshipType": kind, "relatedSpdxElement": f"SPDXRef-{b}"}
        for a, kind, b in links
    ]
    head = {"spdxVersion": "SPDX-2.3", "SPDXID": "SPDXRef-DOCUMENT", "creationInfo": {"creators": [f"Tool: {tool}"]}}
    return read_json({**head, "packages": packages, "relationships": relationships}, "some.spdx.json")


def system(name: str) -> dict[str, object]:
    references = [{"referenceCategory": "OTHER", "referenceType": "did", "referenceLocator": name}]
    return package("system", "8", primaryPackagePurpose="OPERATING-SYSTEM", externalRefs=references)


def inferred(component: Component) -> tuple[tuple[str, ...], bool]:
    """Return the purls, and whether the file is said to tell the identity by something else."""
    return component.purls, bool(component.states(IDENTITY))


def claircore(tool: str = "Claircore-v1.5.35", vendor: str = "rhel") -> dict[str, Component]:
    database = {"packageFileName": "bdb:var/lib/rpm"}
    listed = [
        system(vendor),
        package("acl-libs", "1:2.2-1.el8", **database),
        package("acl", "2.2-1.el8"),
        package("astray", "1", **database),
        package("com.acme:leaf", "1.0", packageFileName="maven:app/leaf.jar"),
        package("com.acme:guess", "1.0", packageFileName="jar:app/guess.jar"),
        package("leaf", "1.0", packageFileName="maven:app/leaf.jar"),
    ]
    found = spdx(tool, listed, ("acl-libs", "CONTAINED_BY", "system"), ("acl-libs", "GENERATED_FROM", "acl"))
    return by_name(found)


def test_claircore_names_the_database_the_system_and_the_source_package() -> None:
    found = claircore()
    assert inferred(found["acl-libs"]) == (("pkg:rpm/redhat/acl-libs@2.2-1.el8?epoch=1",), True)
    assert found["acl-libs"].states(SOURCE_PACKAGE) == ("acl",)
    assert inferred(found["acl"]) == (("pkg:rpm/redhat/acl@2.2-1.el8?arch=src",), True)
    assert found["system"].states("offering") == ("rhel",)


def test_claircore_marks_coordinates_that_it_read_and_a_name_is_none() -> None:
    found = claircore()
    assert inferred(found["com.acme:leaf"]) == (("pkg:maven/com.acme/leaf@1.0",), True)
    assert not any(found[name].purls for name in ("com.acme:guess", "leaf", "astray", "system"))


def test_the_same_fields_of_another_tool_tell_nothing() -> None:
    assert not any(component.purls for component in claircore("Other-1.0").values())


@pytest.mark.parametrize(
    ("comment", "purl"),
    [
        (
            "Layer 1:\n\tinfo: Found 'VMware Photon OS/Linux' in /etc/os-release.\n"
            "\tinfo: Retrieved package metadata using tdnf default method. \n",
            ("pkg:rpm/photon/curl@7.8-1.ph3",),
        ),
        (
            "info: Found 'Debian GNU/Linux 12 (bookworm)' in /etc/os-release.\n"
            "info: Retrieved package metadata using dpkg default method.",
            ("pkg:deb/debian/curl@7.8-1.ph3",),
        ),
        ("info: Found 'Own Linux' in /etc/os-release. Retrieved package metadata using tdnf default method.", ()),
        ("info: Found 'Ubuntu 24.04' in /etc/os-release.", ()),
    ],
)
def test_tern_names_the_system_of_a_layer_and_its_package_manager(comment: str, purl: tuple[str, ...]) -> None:
    listed = [package("layer", comment=comment), package("curl", "7.8-1.ph3"), package("other", "1")]
    found = by_name(spdx("tern-1", listed, ("layer", "CONTAINS", "curl")))
    assert (found["curl"].purls, found["other"].purls) == (purl, ())


def test_tag_value_tells_the_same() -> None:
    text = (
        "SPDXVersion: SPDX-2.2\nSPDXID: SPDXRef-DOCUMENT\nCreator: Tool: tern-1\nPackageName: layer\nSPDXID: SPDXRef-layer\n"
        "PackageComment: <text>Found 'Alpine Linux v3.20' in /etc/os-release.\n"
        "Retrieved package metadata using apk default method.</text>\n"
        "PackageName: musl\nSPDXID: SPDXRef-musl\nPackageVersion: 1.2-r0\nPackageSourceInfo: built package from: musl 1.2-r0\n"
        "Relationship: SPDXRef-layer CONTAINS SPDXRef-musl\n"
    )
    found = by_name(read_bytes(text.encode(), "some.spdx"))["musl"]
    assert (found.purls, found.states(SOURCE_PACKAGE)) == (("pkg:apk/alpine/musl@1.2-r0",), ("musl",))


@pytest.mark.parametrize(
    ("name", "reference", "purls"),
    [
        ("acme.example/leaf", "pkg:golang/acme.example/leaf@v1?package-id=77", ("pkg:golang/acme.example/leaf@v1",)),
        (
            "acme.example/leaf/v4",
            "pkg:golang/acme.example/leaf@v1?package-id=77#v4",
            ("pkg:golang/acme.example/leaf@v1#v4",),
        ),
        ("other", "pkg:golang/acme.example/leaf@v1", ()),
        ("acme.example/leaf", "pkg:golang/acme.example/leaf@v2", ()),
        ("neu", "pkg:own/neu@v1", ()),
        ("leaf", "pkg:", ()),
        ("leaf", "leaf@v1", ()),
    ],
)
def test_a_reference_that_is_a_purl_counts_where_name_and_version_agree(
    name: str, reference: str, purls: tuple[str, ...]
) -> None:
    part = {"type": "library", "name": name, "version": "v1", "bom-ref": reference}
    found = by_name(read_json(cyclonedx(components=[part])))[name]
    assert found.purls[:1] == purls
    assert bool(found.states(IDENTITY)) == bool(purls)


def listed(name: str, version: str, **properties: str) -> dict[str, object]:
    named = [{"name": TRIVY + key, "value": value} for key, value in properties.items()]
    return {"type": "library", "name": name, "version": version, "properties": named}


@pytest.mark.parametrize(
    ("release", "purl"),
    [("13.8+deb13u2", ("pkg:deb/debian/libc6@2.41-12",)), ("13ubuntu10", ()), ("13.8", ())],
)
def test_packages_of_a_system_without_release_file_are_debians_if_its_base_files_are(
    release: str, purl: tuple[str, ...]
) -> None:
    parts = [
        listed("base-files", release, SrcName="base-files", PkgType="none"),
        listed("libc6", "2.41-12", SrcName="glibc", PkgType="none"),
        listed("own", "1.0", PkgType="none"),
    ]
    found = by_name(read_json(cyclonedx(components=parts)))
    assert (found["libc6"].purls, found["own"].purls) == (purl, ())
    assert found["libc6"].states(SOURCE_PACKAGE) == ("glibc",)


def test_a_purl_that_is_written_stands() -> None:
    part = {"type": "library", "name": "leaf", "version": "1", "purl": "pkg:npm/leaf@1", "bom-ref": "pkg:npm/leaf@1"}
    found = by_name(read_json(cyclonedx(components=[part])))["leaf"]
    assert inferred(found) == (("pkg:npm/leaf@1",), False)


def test_an_identity_that_another_file_states_is_not_inferred() -> None:
    part = {"type": "library", "name": "leaf", "version": "1", "bom-ref": "pkg:npm/leaf@1"}
    told = read_json(cyclonedx(components=[part])).components
    written = read_json(cyclonedx(components=[{**part, "purl": "pkg:npm/leaf@1"}]), "other.json").components
    found = join_components((*told, *written))
    assert inferred(next(one for one in found.values() if one.purls)) == (("pkg:npm/leaf@1",), False)


@pytest.mark.parametrize("properties", [{"Class": "os-pkgs", "Type": "alpine"}, {"Class": "os-pkgs", "Type": "own"}])
def test_an_operating_system_is_known_by_its_release_file(properties: dict[str, str]) -> None:
    part = {**listed("alpine", "3.20", **properties), "type": "operating-system"}
    found = by_name(read_json(cyclonedx(components=[part])))["alpine"]
    assert found.states("offering") == (("alpine",) if properties["Type"] == "alpine" else ())


def test_places_where_packages_were_found_are_files() -> None:
    binary = {**listed("bin/tool", "", Class="lang-pkgs", Type="gobinary"), "version": None, "bom-ref": "b"}
    lock = {"type": "application", "name": "app/go.mod", "bom-ref": "l"}
    named = {"type": "application", "name": "go.mod", "version": "1.0", "bom-ref": "n"}
    needs = [{"ref": ref, "dependsOn": ["n"]} for ref in ("b", "l")]
    found = by_name(read_json(cyclonedx(components=[binary, lock, named], dependencies=needs)))
    kinds = {name: found[name].kind for name in ("bin/tool", "app/go.mod", "go.mod")}
    assert kinds == {
        "bin/tool": ComponentKind.FILE,
        "app/go.mod": ComponentKind.FILE,
        "go.mod": ComponentKind.APPLICATION,
    }


@pytest.mark.parametrize(("author", "supplier"), [("AcmeMakers", "Acme Makers"), ("A. Person", ""), (None, "")])
def test_what_the_maker_of_the_whole_wrote_is_its_own(author: str | None, supplier: str) -> None:
    root = {"type": "application", "name": "board", "supplier": {"name": "Acme Makers"}}
    part = {"type": "library", "name": "driver", "version": "1", "author": author}
    document = cyclonedx(metadata={"component": root}, components=[part])
    assert by_name(read_json(document))["driver"].supplier == supplier


def test_cryptographic_assets_are_said_to_be_no_software() -> None:
    parts = [{"type": "cryptographic-asset", "name": name} for name in ("AES-256", "server.example")]
    assert "2 entries are cryptographic assets" in remarks(read_json(cyclonedx(components=parts)))

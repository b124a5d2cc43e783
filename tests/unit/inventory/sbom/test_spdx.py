"""SPDX 2 in JSON and tag-value and SPDX 3: the same image in three forms, and each rule."""

from __future__ import annotations

import pytest
from sbom_cases import DATA, by_name, edges, read_bytes, read_file, read_json, remarks

from freehold.inventory.reader import Reading, UnreadableError
from freehold.model.component import ComponentKind, Licence, LicenceForm, Origin, Role

FORMS = ["image.spdx.json", "image.spdx", "image.spdx3.json"]
COMMON = {"image", "ssl", "ssl-src", "core", "tester", "compiler"}


@pytest.fixture(params=FORMS)
def image(request: pytest.FixtureRequest) -> Reading:
    """Return the image, read from each form in turn."""
    return read_file(str(request.param))


def test_format_names_its_version() -> None:
    assert [read_file(name).format for name in FORMS] == ["spdx-json 2.3", "spdx-tag-value 2.3", "spdx-json-ld 3.0.1"]


def test_packages_are_components_and_files_are_counted(image: Reading) -> None:
    assert set(by_name(image)) - {"chat-7b", "talks"} == COMMON
    assert "2 file entries are not components" in remarks(image)


def test_the_described_package_is_the_root(image: Reading) -> None:
    assert [component.name for component in image.components if component.is_root] == ["image"]
    assert by_name(image)["image"].kind is ComponentKind.CONTAINER


def test_several_purls_are_kept_and_the_first_is_the_identity(image: Reading) -> None:
    ssl = by_name(image)["ssl"]
    assert ssl.key == "pkg:deb/fern/ssl@3.0-1?arch=amd64&distro=fern-1"
    assert ssl.purls == (
        "pkg:deb/fern/ssl@3.0-1?arch=amd64&distro=fern-1",
        "pkg:deb/fern/ssl@3.0-1?arch=amd64&distro=fern-1&upstream=ssl-src",
        "pkg:deb/fern/ssl@3.0-1?arch=arm64",
    )


def test_only_organisations_are_suppliers(image: Reading) -> None:
    suppliers = {name: component.supplier for name, component in by_name(image).items() if component.supplier}
    assert suppliers == {"ssl": "Fern Linux", "core": "Core Project"}
    for person in ("Jane", "Not Kept", "roe.example"):
        assert person not in str(image)


def test_places_checksums_and_what_is_not_stated(image: Reading) -> None:
    found = by_name(image)
    assert found["ssl"].registry == "https://archive.example/ssl_3.0-1.pkg"
    assert found["ssl"].hashes == ("sha256:bb22",)
    assert {(one.kind, one.url) for one in found["ssl"].references} == {
        ("website", "https://ssl.example"),
        ("cpe", "cpe:2.3:a:ssl:ssl:3.0:*:*:*:*:*:*:*"),
    }
    source = found["ssl-src"]
    assert source.registry == ""
    assert [(one.kind, one.url) for one in source.references] == [("vcs", "git+https://forge.example/ssl.git@3.0")]
    assert source.licences == ()
    assert found["image"].registry == ""


def test_relationships_read_both_ways_with_roles(image: Reading) -> None:
    assert {edge for edge in edges(image) if {edge[0], edge[1]} <= COMMON} == {
        ("image", "ssl", Role.RUNTIME),
        ("image", "core", Role.RUNTIME),
        ("ssl", "core", Role.RUNTIME),
        ("ssl", "ssl-src", Role.BUILD),
        ("ssl", "tester", Role.DEVELOPMENT),
        ("ssl", "compiler", Role.BUILD),
    }
    found = by_name(image)
    assert {found[name].contained_in for name in ("ssl", "core")} == {found["image"].key}
    assert (found["ssl-src"].role, found["tester"].role, found["core"].role) == (
        Role.BUILD,
        Role.DEVELOPMENT,
        Role.RUNTIME,
    )


@pytest.mark.parametrize("name", FORMS[:2])
def test_licences_and_what_the_document_explains(name: str) -> None:
    assert by_name(read_file(name))["ssl"].licences == (
        Licence(LicenceForm.NAME, "(Old Terms) AND MIT"),
        Licence(LicenceForm.ID, "MIT"),
    )


@pytest.mark.parametrize(
    ("declared", "extracted", "expected"),
    [
        ("LicenseRef-0", {"name": "ASL 2.0", "extractedText": "The license info is: ASL 2.0."}, [("name", "ASL 2.0")]),
        ("LicenseRef-0", {"extractedText": "GPLv2+ or LGPLv3+"}, [("name", "GPLv2+ or LGPLv3+")]),
        ("MIT AND LicenseRef-0", {"extractedText": "GPLv2+ or X"}, [("name", "MIT AND (GPLv2+ or X)")]),
        (
            "LicenseRef-0",
            {"name": "LicenseRef-0", "extractedText": "One\nTwo"},
            [("id", "LicenseRef-0"), ("text", "One\nTwo")],
        ),
        (
            "LicenseRef-0",
            {"name": "NOASSERTION", "extractedText": "x" * 200},
            [("id", "LicenseRef-0"), ("text", "x" * 200)],
        ),
        ("LicenseRef-1", {"name": "ASL 2.0"}, [("id", "LicenseRef-1")]),
        ("LicenseRef-00", {"name": "ASL 2.0"}, [("id", "LicenseRef-00")]),
    ],
)
def test_a_documents_own_name_stands_for_the_licence_that_it_names(
    declared: str, extracted: dict[str, str], expected: list[tuple[str, str]]
) -> None:
    package = {"SPDXID": "SPDXRef-a", "name": "a", "licenseDeclared": declared}
    document = {
        "spdxVersion": "SPDX-2.3",
        "SPDXID": "SPDXRef-DOCUMENT",
        "packages": [package],
        "hasExtractedLicensingInfos": [{"licenseId": "LicenseRef-0", **extracted}],
    }
    found = by_name(read_json(document, "some.spdx.json"))["a"].licences
    assert [(licence.form.value, licence.value) for licence in found] == expected


@pytest.mark.parametrize("name", FORMS[:2])
def test_what_leads_nowhere_or_states_no_need_is_noted(name: str) -> None:
    told = remarks(read_file(name))
    assert "'DocumentRef-other:SPDXRef-x' is not in this document" in told
    assert "1 relationships state no need and give no edge: VARIANT_OF 1" in told


def test_origins_are_pointers_or_lines() -> None:
    assert by_name(read_file(FORMS[0]))["core"].origins == (Origin(FORMS[0], 0, "/packages/3"),)
    assert by_name(read_file(FORMS[1]))["core"].origins == (Origin(FORMS[1], 45, ""),)
    assert by_name(read_file(FORMS[1]))["core"].key == "image.spdx#line=45"
    assert by_name(read_file(FORMS[2]))["core"].origins == (Origin(FORMS[2], 0, "/@graph/9"),)


def test_spdx_3_licences_models_and_data() -> None:
    found = by_name(read_file(FORMS[2]))
    assert found["ssl"].licences == (Licence(LicenceForm.EXPRESSION, "MIT OR Zlib"), Licence(LicenceForm.ID, "MIT"))
    assert found["chat-7b"].kind is ComponentKind.MODEL
    assert found["talks"].kind is ComponentKind.DATASET
    assert ("chat-7b", "talks", Role.BUILD) in edges(read_file(FORMS[2]))


def test_spdx_3_accepts_what_tools_write_instead() -> None:
    graph = [
        {"type": "SpdxDocument", "@id": "d", "rootElement": "p", "creationInfo": {"specVersion": "3.0.1"}},
        {"type": "software_Package", "@id": "p", "name": "p", "packageUrl": "pkg:npm/p@1", "suppliedBy": "o"},
        {"type": "Organization", "@id": "o", "name": "Organization: Fern"},
        {"type": "software_Package", "@id": "q", "name": "q", "externalIdentifier": ["i"]},
        {"type": "ExternalIdentifier", "@id": "i", "externalIdentifierType": "purl", "identifier": "pkg:npm/q@1"},
        {"type": "Relationship", "@id": "r", "from": "p", "to": "q", "relationshipType": "DEPENDS_ON"},
    ]
    reading = read_json({"@context": "https://spdx.org/rdf/3.0.1/spdx-context.jsonld", "@graph": graph})
    found = by_name(reading)
    assert (found["p"].key, found["p"].supplier, found["p"].is_root) == ("pkg:npm/p@1", "Fern", True)
    assert found["q"].key == "pkg:npm/q@1"
    assert edges(reading) == {("p", "q", Role.RUNTIME)}


def test_several_described_packages_are_no_root() -> None:
    packages = [{"SPDXID": f"SPDXRef-{name}", "name": name} for name in "ab"]
    document = {"spdxVersion": "SPDX-2.2", "packages": packages, "documentDescribes": ["SPDXRef-a", "SPDXRef-b"]}
    reading = read_json(document, "x.json")
    assert [component.key for component in reading.components if component.is_root] == ["x.json#"]
    assert {edge[:2] for edge in edges(reading)} == {("x.json", "a"), ("x.json", "b")}


def test_duplicate_identifiers_and_cycles_do_no_harm() -> None:
    packages = [
        {"SPDXID": "SPDXRef-a", "name": "a"},
        {"SPDXID": "SPDXRef-a", "name": "b"},
        {"SPDXID": "SPDXRef-c", "name": "c"},
    ]
    relations = [
        {"spdxElementId": "SPDXRef-a", "relationshipType": "CONTAINS", "relatedSpdxElement": "SPDXRef-c"},
        {"spdxElementId": "SPDXRef-c", "relationshipType": "CONTAINS", "relatedSpdxElement": "SPDXRef-a"},
    ]
    reading = read_json({"spdxVersion": "SPDX-2.3", "packages": packages, "relationships": relations})
    assert "names two things" in remarks(reading)
    assert "contains itself through others" in remarks(reading)
    found = by_name(reading)
    assert (found["a"].contained_in is None) != (found["c"].contained_in is None)


def test_a_forge_export_is_unwrapped_with_true_pointers() -> None:
    document = {"sbom": {"spdxVersion": "SPDX-2.3", "SPDXID": "SPDXRef-DOCUMENT", "packages": [{"name": "a"}]}}
    assert by_name(read_json(document))["a"].origins[0].pointer == "/sbom/packages/0"


def test_tag_value_faults_are_noted_and_unclosed_text_is_refused() -> None:
    text = (DATA / "image.spdx").read_text() + "what is this\nRelationship: SPDXRef-core\n"
    told = remarks(read_bytes(text.encode(), "x.spdx"))
    assert "image.spdx" not in told
    assert "the line is not 'Tag: value'" in told
    assert "is not 'source TYPE target'" in told
    with pytest.raises(UnreadableError, match="never closed") as caught:
        read_bytes((text + "PackageComment: <text>no end\n").encode(), "x.spdx")
    assert caught.value.line == text.count("\n") + 1


@pytest.mark.parametrize("version", ["SPDX-1.2", "SPDX-3.0", "eleven", "SPDX-²3.0"])
def test_versions_that_are_not_supported_are_refused(version: str) -> None:
    with pytest.raises(UnreadableError, match="not supported") as caught:
        read_json({"spdxVersion": version, "packages": []})
    assert caught.value.remedy


def test_version_2_1_is_read_with_a_note() -> None:
    reading = read_bytes(b"SPDXVersion: SPDX-2.1\nPackageName: a\n", "x.spdx")
    assert "read as 2.3" in remarks(reading)
    assert "a" in by_name(reading)

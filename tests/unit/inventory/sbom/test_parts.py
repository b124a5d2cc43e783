"""The small shared modules: purls, licences, suppliers, places, notes, and what a head claims."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packageurl import PackageURL
from sbom_cases import reader_for

from freehold.inventory.notes import SHOWN_PER_TOPIC, Notes
from freehold.inventory.reader import Document
from freehold.inventory.sbom import READERS
from freehold.inventory.sbom.licences import expression_licence, text_licence
from freehold.inventory.sbom.places import checksum, download_place, host_of, reference
from freehold.inventory.sbom.purls import read_purls
from freehold.inventory.sbom.suppliers import organisation_if_sure, organisation_name, spdx_supplier
from freehold.model.component import ComponentKind, LicenceForm

_TYPES = ["npm", "pypi", "maven", "golang", "nuget", "gem", "cargo", "composer", "deb", "rpm", "apk", "github", "oci"]
_WORD = st.text("abcXYZ019.-_~+ %@", min_size=1, max_size=6)


@given(st.sampled_from(_TYPES), st.lists(_WORD, max_size=2), _WORD, _WORD)
def test_every_purl_comes_out_as_the_reference_library_writes_it(
    kind: str, namespace: list[str], name: str, version: str
) -> None:
    text = f"pkg:{kind}/{'/'.join([*namespace, name])}@{version}"
    try:
        expected = PackageURL.from_string(text.strip())
    except ValueError:
        assert read_purls((text,), "").identity == ""
        return
    found = read_purls((text,), "")
    assert found.identity == expected.to_string()
    assert (found.type, found.version) == (expected.type, expected.version or "")
    assert found.name == "/".join(part for part in (expected.namespace, expected.name) if part)


@pytest.mark.parametrize(
    ("text", "identity"),
    [
        ("pkg:maven/org.fern/web@1?type=jar", "pkg:maven/org.fern/web@1"),
        ("pkg:maven/org.fern/web@1?classifier=linux&type=zip", "pkg:maven/org.fern/web@1?classifier=linux&type=zip"),
        ("pkg:rpm/fern/ssl@3?arch=s390x&epoch=1&upstream=x", "pkg:rpm/fern/ssl@3?arch=s390x&epoch=1"),
        ("pkg:oci/web@sha256:aa?repository_url=images.example&tag=1", "pkg:oci/web@sha256:aa?repository_url=images.example"),
        ("pkg:oci/web?tag=1", "pkg:oci/web@2?tag=1"),
        ("pkg:npm/web", "pkg:npm/web@2"),
        ("pkg:pypi/Fern_Web@1", "pkg:pypi/fern-web@1"),
    ],
)  # fmt: skip
def test_identity_keeps_what_names_the_bytes(text: str, identity: str) -> None:
    found = read_purls((text,), "2")
    assert found.identity == identity
    assert found.written[0] == identity


def test_registries_and_invalid_purls() -> None:
    assert (
        read_purls(("pkg:npm/a@1?repository_url=https://registry.example",), "").registry == "https://registry.example"
    )
    found = read_purls(("nonsense", "pkg:npm/a@1"), "")
    assert found.identity == "pkg:npm/a@1"
    assert [text for text, _ in found.invalid] == ["nonsense"]
    assert all(reason for _, reason in found.invalid)


@pytest.mark.parametrize(
    ("text", "form"),
    [("MIT", LicenceForm.ID), ("MIT OR Zlib", LicenceForm.EXPRESSION), ("(MIT)", LicenceForm.EXPRESSION)],
)
def test_an_expression_of_one_word_is_an_identifier(text: str, form: LicenceForm) -> None:
    assert [licence.form for licence in expression_licence(text)] == [form]


@pytest.mark.parametrize("text", ["NOASSERTION", "NONE", " ", None])
def test_what_is_not_stated_is_no_licence(text: str | None) -> None:
    assert expression_licence(text) == ()


@pytest.mark.parametrize("content", ["!", "////", "AAA"])
def test_texts_that_are_no_base64_are_kept_as_written(content: str) -> None:
    found = text_licence(content, "base64")
    assert found == () or found[0].value


def test_base64_texts_are_decoded() -> None:
    assert text_licence("QmUgZmFpci4=", "base64")[0].value == "Be fair."
    assert text_licence("not base64 at all", "base64")[0].value == "not base64 at all"


def test_organisations_lose_their_addresses() -> None:
    assert organisation_name("Fern Linux <security@fern.example>") == "Fern Linux"
    assert organisation_name("Fern") == "Fern"
    assert organisation_name("security@fern.example") == ""
    assert organisation_name("Jane Roe <jane@roe.example>") == "", "with an address it may be a person"
    assert organisation_name("NOASSERTION") == ""


@pytest.mark.parametrize("name", ["Jane Roe", "jane@roe.example", "Dr. J. Roe <j@roe.example>", "", None])
def test_names_that_may_be_persons_give_nothing(name: str | None) -> None:
    assert organisation_if_sure(name) == ""


@pytest.mark.parametrize("name", ["Fern, Inc.", "Fern GmbH", "Fern SSL Team", "The Fern Foundation", "Fern Developers"])
def test_names_that_say_so_are_organisations(name: str) -> None:
    assert organisation_if_sure(name) == name


def test_spdx_suppliers() -> None:
    assert spdx_supplier("Person: Jane Roe", "Organization: Fern ()") == "Fern"
    assert spdx_supplier("Tool: scribe", "NOASSERTION") == ""
    assert spdx_supplier("Jane Roe", None) == ""
    assert spdx_supplier("Fern GmbH", None) == "Fern GmbH"


@pytest.mark.parametrize(
    ("endpoint", "host"),
    [
        ("https://api.example/v1", "api.example"),
        ("api.example:443", "api.example"),
        ("https://user:secret@api.example", "api.example"),
        ("http://[::1]:80/x", "::1"),
        ("http://[broken", ""),
        ("/just/a/path", ""),
        ("two words", ""),
    ],
)
def test_hosts_of_endpoints(endpoint: str, host: str) -> None:
    assert host_of(endpoint) == host


def test_download_places_and_references() -> None:
    assert download_place("https://archive.example/a.tgz") == ("https://archive.example/a.tgz", ())
    assert [one.kind for one in download_place("git+https://forge.example/a")[1]] == ["vcs"]
    assert [one.kind for one in download_place("https://forge.example/a.git@v1")[1]] == ["vcs"]
    assert [one.kind for one in download_place("ask us")[1]] == ["download"]
    assert download_place("NONE") == ("", ())
    assert reference("support", "mailto:jane@roe.example") == ()
    assert reference(None, "https://x.example")[0].kind == "other"


@pytest.mark.parametrize("algorithm", ["SHA-256", "SHA256", "sha256", "sha_256"])
def test_checksums_have_one_spelling(algorithm: str) -> None:
    assert checksum(algorithm, "AB") == ("sha256:ab",)
    assert checksum(algorithm, "") == ()


def test_other_algorithms_keep_their_names() -> None:
    assert checksum("SHA3-512", "a") == ("sha3-512:a",)
    assert checksum("BLAKE2b-256", "a") == ("blake2b-256:a",)


def test_notes_show_a_few_of_each_topic_and_count_the_rest() -> None:
    notes = Notes("x")
    for number in range(SHOWN_PER_TOPIC + 3):
        notes.add("odd things", f"odd thing {number}")
    listed = [note.reason for note in notes.listed()]
    assert len(listed) == SHOWN_PER_TOPIC + 1
    assert listed[-1] == f"3 more odd things (of {SHOWN_PER_TOPIC + 3})"


@pytest.mark.parametrize(
    ("name", "head", "format"),
    [
        ("x.json", b'{"specVersion": "1.5", "components": [', "cyclonedx-json"),
        ("x.json", b'\xef\xbb\xbf{"components": [{"bom-ref": "a"', "cyclonedx-json"),
        ("bom.json", b'{"version": 1', "cyclonedx-json"),
        ("sbom.cdx.json.xz", b'{"version": 1', "cyclonedx-json"),
        ("x.xml", b"<?xml version='1.0'?><!-- x --><bom xmlns='http://cyclonedx.org/schema/bom/1.4'>", "cyclonedx-xml"),
        ("x.json", '{"SPDXID": "SPDXRef-DOCUMENT"'.encode("utf-16"), "spdx-json"),
        ("x.spdx.json", b'{"files": [', "spdx-json"),
        ("x.txt", "# made\nSPDXVersion: SPDX-2.3".encode("utf-16-le"), "spdx-tag-value"),
        ("x.json", b'{"@context": "https://spdx.org/rdf/3.0.1/spdx-context.jsonld"', "spdx-json-ld"),
        ("x.rdf", b'<rdf:RDF xmlns:spdx="http://spdx.org/rdf/terms#">', "spdx-rdf"),
        ("x.yaml", b'SPDXID: "SPDXRef-DOCUMENT"\nspdxVersion: "SPDX-2.2"', "spdx-yaml"),
        ("x.yaml", b"bomFormat: CycloneDX\n", "cyclonedx-yaml"),
    ],
)
def test_heads_that_claim_a_format(name: str, head: bytes, format: str) -> None:
    reader = reader_for(name, head)
    assert reader is not None
    assert reader.name == format


@pytest.mark.parametrize(
    ("name", "head"),
    [
        ("package-lock.json", b'{"name": "shop", "version": "1.0.0", "lockfileVersion": 3, "packages": {'),
        ("package.json", b'{"name": "shop", "dependencies": {"spdx": "1"}}'),
        ("openapi.json", b'{"openapi": "3.1.0", "components": {"schemas": {}}}'),
        ("pom.xml", b'<?xml version="1.0"?><project xmlns="http://maven.example/POM/4.0.0">'),
        ("README.md", b"# SPDXVersion of things\nSee SPDXVersion: above"),
        ("x.json", b"[1, 2]"),
        ("x", b""),
    ],
)
def test_heads_that_claim_nothing(name: str, head: bytes) -> None:
    assert reader_for(name, head) is None


ML_BOM = """{"bomFormat": "CycloneDX", "specVersion": "1.6", "components": [
 {"type": "machine-learning-model", "name": "tuned", "licenses": [{"license": {"id": "MIT"}}],
  "modelCard": {"modelParameters": {"task": "x"}},
  "pedigree": {"ancestors": [{"type": "machine-learning-model", "name": "Base-7B", "purl": "pkg:huggingface/acme/Base-7B"},
   null]}},
 {"type": "library", "name": "patched", "pedigree": {"ancestors": [{"type": "library", "name": "original"}]}}]}"""
ML_BOM_XML = """<bom xmlns="http://cyclonedx.org/schema/bom/1.6"><components><component type="machine-learning-model">
<name>tuned</name><pedigree><ancestors><component type="machine-learning-model"><name>Base-7B</name>
<purl>pkg:huggingface/acme/Base-7B</purl></component></ancestors></pedigree></component></components></bom>"""


@pytest.mark.parametrize(("name", "text"), [("ml.cdx.json", ML_BOM), ("ml.cdx.xml", ML_BOM_XML)])
def test_a_model_needs_the_models_that_it_was_made_from(name: str, text: str) -> None:
    data = text.encode()
    reader = next(one for one in READERS if one.accepts(name, data))
    reading = reader.read(Document(name, data))
    names = {component.key: component.name for component in reading.components}
    assert {one.name for one in reading.components if one.kind is ComponentKind.MODEL} == {"tuned", "Base-7B"}
    assert ("tuned", "Base-7B") in {(names[edge.parent], names[edge.child]) for edge in reading.dependencies}
    assert "original" not in names.values()

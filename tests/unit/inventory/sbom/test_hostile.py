"""Broken and hostile documents: each is read or refused with a reason and a remedy, and nothing else is ever raised."""

from __future__ import annotations

import copy
import json
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sbom_cases import DATA, by_name, cyclonedx, edges, read_bytes, read_json, remarks

from freehold.inventory.reader import Document, Reader, Reading, UnreadableError
from freehold.inventory.sbom import READERS
from freehold.inventory.sbom.cyclonedx_elements import MAX_DEPTH

FIXTURES = sorted(path.name for path in DATA.iterdir())
JSON_FIXTURES = [name for name in FIXTURES if name.endswith(".json")]
BYTES = {name: (DATA / name).read_bytes() for name in FIXTURES}
MEANT_FOR = dict(
    zip(
        ["shop.cdx.json", "shop.cdx.xml", "image.spdx3.json", "image.spdx.json", "image.spdx"], READERS[:5], strict=True
    )
)


def refusal(data: bytes, name: str = "some.json") -> UnreadableError:
    """Return the refusal of a document, which must have a reason and a remedy."""
    with pytest.raises(UnreadableError) as caught:
        read_bytes(data, name)
    assert caught.value.reason
    assert caught.value.remedy
    return caught.value


def read_or_refuse(reader: Reader, data: bytes) -> Reading | None:
    """Read with a reader; a refusal must say why. Whatever is read must hold together."""
    try:
        reading = reader.read(Document("dir/some file", data))
    except UnreadableError as error:
        assert error.reason
        assert error.reason.isprintable()
        assert error.remedy
        return None
    assert reading.format.isprintable()
    assert all(note.reason.isprintable() for note in reading.notes)
    keys = [component.key for component in reading.components]
    assert len(set(keys)) == len(keys)
    known = set(keys)
    reached = {component.key for component in reading.components if component.is_root}
    assert bool(reached) == bool(keys)
    for component in reading.components:
        assert component.contained_in is None or component.contained_in in known
        assert component.key.isprintable()
    for edge in reading.dependencies:
        assert {edge.parent, edge.child} <= known
        assert edge.parent != edge.child
    for _ in range(len(keys)):
        more = {edge.child for edge in reading.dependencies if edge.parent in reached} - reached
        if not more:
            break
        reached |= more
    assert reached == known, "every component is reached from a root"
    return reading


@pytest.mark.parametrize("name", FIXTURES)
def test_each_fixture_is_whole(name: str) -> None:
    assert read_or_refuse(MEANT_FOR[name], BYTES[name]) is not None


@pytest.mark.parametrize("name", [name for name in FIXTURES if name != "image.spdx"])
def test_truncated_documents_are_refused(name: str) -> None:
    for length in (200, len(BYTES[name]) // 2, len(BYTES[name].rstrip()) - 1):
        assert refusal(BYTES[name][:length] + b"", name).remedy


def test_trailing_data_is_refused_with_its_line() -> None:
    error = refusal(BYTES["shop.cdx.json"] + b"{}")
    assert "follows the end" in error.reason
    assert error.line == BYTES["shop.cdx.json"].count(b"\n") + 1


@settings(deadline=None, max_examples=150)
@given(st.sampled_from(FIXTURES), st.data())
def test_mutated_bytes_are_read_or_refused(name: str, data: st.DataObject) -> None:
    text = bytearray(BYTES[name])
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(text)))
        end = min(len(text), start + data.draw(st.integers(0, 40)))
        text[start:end] = data.draw(st.one_of(st.binary(max_size=12), st.sampled_from(_BAD_BYTES)))
    read_or_refuse(MEANT_FOR[name], bytes(text))


_BAD_BYTES = [
    b"\x00",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    b"{",
    b"]",
    b'"',
    b"\\ud800",
    b"&x;",
    b"<!DOCTYPE a>",
    b"<text>",
    b"]]>",
]

_NAMES = st.sampled_from(["name", "ref", "type", "x"])
_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8)
    | st.sampled_from(["pkg:npm/a@1", "pkg:", "web", "ssl", "SPDXRef-ssl", "urn:x:ssl", "LicenseRef-old", "NONE", "1.4"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_NAMES, inner, max_size=2),
    max_leaves=4,
)  # fmt: skip


@settings(deadline=None, max_examples=250)
@given(st.sampled_from(JSON_FIXTURES), st.data())
def test_mutated_values_are_read_or_refused(name: str, data: st.DataObject) -> None:
    document = copy.deepcopy(_PARSED[name])
    for _ in range(data.draw(st.integers(1, 5))):
        place: object = document
        while True:
            keys = (
                list(place) if isinstance(place, dict) else list(range(len(place))) if isinstance(place, list) else []
            )
            if not keys:
                break
            key = data.draw(st.sampled_from(keys))
            inner = place[key]  # type: ignore[index]
            if not isinstance(inner, dict | list) or not inner or data.draw(st.integers(0, 5)) == 0:
                place[key] = data.draw(_VALUES)  # type: ignore[index]
                break
            place = inner
    read_or_refuse(MEANT_FOR[name], json.dumps(document).encode())


_PARSED: dict[str, object] = {name: json.loads(BYTES[name]) for name in JSON_FIXTURES}


@settings(deadline=None, max_examples=150)
@given(st.sampled_from(READERS), st.one_of(st.binary(max_size=60), st.text(max_size=60).map(str.encode)))
def test_any_bytes_are_read_or_refused_by_every_reader(reader: Reader, data: bytes) -> None:
    reader.accepts("x.json", data)
    read_or_refuse(reader, data)


@pytest.mark.parametrize("levels", [10, 200])
def test_two_hundred_nested_components_are_read(levels: int) -> None:
    text = (
        '{"bomFormat": "CycloneDX", "specVersion": "1.6"'
        + ', "components": [{"name": "a"' * levels
        + "}]" * levels
        + "}"
    )
    assert len(read_bytes(text.encode()).components) == levels + 1
    xml = '<bom xmlns="http://cyclonedx.org/schema/bom/1.6">' + "<components><component><name>a</name>" * levels
    xml += "</component></components>" * levels + "</bom>"
    assert len(read_bytes(xml.encode(), "bom.xml").components) == levels + 1


@pytest.mark.parametrize("opening", ["[", '{"a":', '{"components":[', '[{"components":['])
def test_a_hundred_thousand_levels_of_json_are_refused(opening: str) -> None:
    closing = opening[::-1].translate(str.maketrans("[{", "]}", '":acomponents'))
    text = '{"bomFormat": "CycloneDX", "x": ' + opening * 100_000 + "1" + closing * 100_000 + "}"
    refusal(text.encode())
    refusal(text.replace('"x"', '"components"').encode())


def test_a_hundred_thousand_levels_of_xml_are_refused() -> None:
    for element in ("component", "unknown", "dependency"):
        text = (
            '<bom xmlns="http://cyclonedx.org/schema/bom/1.6">' + f"<{element}>" * 100_000 + f"</{element}>" * 100_000
        )
        assert f"deeper than {MAX_DEPTH}" in refusal((text + "</bom>").encode(), "bom.xml").reason


def test_long_chains_and_circles_cost_linear_time() -> None:
    count = 20_000
    packages = [{"SPDXID": f"SPDXRef-{i}", "name": f"p{i}"} for i in range(count)]
    relations = [
        {"spdxElementId": f"SPDXRef-{i}", "relationshipType": kind, "relatedSpdxElement": f"SPDXRef-{(i + 1) % count}"}
        for i in range(count)
        for kind in ("CONTAINS", "DEPENDS_ON")
    ]
    data = json.dumps({"spdxVersion": "SPDX-2.3", "packages": packages, "relationships": relations}).encode()
    before = time.process_time()
    reading = read_bytes(data)
    assert time.process_time() - before < 20, "quadratic work would take minutes"
    assert len(reading.components) == count + 1
    assert sum(component.contained_in is None for component in reading.components) == 2


_LAUGHS = '<!DOCTYPE bom [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'
_OUTSIDE = '<!DOCTYPE bom [<!ENTITY x SYSTEM "file:///etc/hostname">]>'


@pytest.mark.parametrize("declaration", [_LAUGHS, _OUTSIDE])
def test_entities_are_refused(declaration: str) -> None:
    text = f'<?xml version="1.0"?>{declaration}<bom xmlns="http://cyclonedx.org/schema/bom/1.6"><x>&b;</x></bom>'
    assert "entities" in refusal(text.encode(), "bom.xml").reason


def test_a_plain_document_type_is_harmless() -> None:
    text = '<!DOCTYPE bom><bom xmlns="http://cyclonedx.org/schema/bom/1.6"><components><component><name>a</name>'
    assert "a" in by_name(read_bytes(f"{text}</component></components></bom>".encode(), "bom.xml"))


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-8-sig", "utf-32"])
@pytest.mark.parametrize("name", ["shop.cdx.json", "image.spdx", "image.spdx.json"])
def test_encodings_make_no_difference(name: str, encoding: str) -> None:
    data = BYTES[name].decode().encode(encoding)
    assert read_bytes(data, name) == read_bytes(BYTES[name], name)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig", "iso-8859-1"])
def test_encodings_of_xml(encoding: str) -> None:
    text = BYTES["shop.cdx.xml"].decode().replace('encoding="UTF-8"', f'encoding="{encoding.removesuffix("-sig")}"')
    assert read_bytes(text.encode(encoding), "shop.cdx.xml") == read_bytes(BYTES["shop.cdx.xml"], "shop.cdx.xml")


def test_unknown_encodings_are_refused() -> None:
    text = b'<?xml version="1.0" encoding="klingon"?><bom xmlns="http://cyclonedx.org/schema/bom/1.6"/>'
    assert refusal(text, "bom.xml").remedy


def test_carriage_returns_make_no_difference() -> None:
    for name in ("image.spdx", "shop.cdx.json"):
        assert read_bytes(BYTES[name].replace(b"\n", b"\r\n"), name) == read_bytes(BYTES[name], name)


def test_escapes_and_markup_are_kept_as_data_and_keys_stay_printable() -> None:
    name = "\x1b[31mred\x1b]8;;x\x07<script>alert(1)</script>\u202e\x00"
    listed = [{"name": name, "purl": f"pkg:generic/{name}@1"}, {"name": name, "bom-ref": name}]
    reading = read_json(cyclonedx(components=listed))
    assert [component.name for component in reading.components[:2]] == [name, name]
    assert all(component.key.isprintable() for component in reading.components)


def test_notes_hold_no_control_characters() -> None:
    evil = "\x1b[2J\x07\n\r"
    listed = [{"name": "a", "bom-ref": evil, "purl": f"{evil}pkg:{evil}"}, {"name": "b", "bom-ref": evil}]
    needs = [{"ref": evil, "dependsOn": [evil + "x"]}]
    for document in (
        cyclonedx(components=listed, dependencies=needs),
        cyclonedx(components=listed) | {"specVersion": f"1.{evil}"},
        {
            "spdxVersion": "SPDX-2.3",
            "packages": [],
            "relationships": [{"spdxElementId": "a", "relationshipType": evil}],
        },
    ):
        assert all(note.reason.isprintable() and str(note.where).isprintable() for note in read_json(document).notes)


def test_refusals_hold_no_control_characters() -> None:
    evil = "\x1b[2J"
    with pytest.raises(UnreadableError) as caught:
        read_json(cyclonedx() | {"specVersion": evil})
    assert caught.value.reason.isprintable()


@pytest.mark.parametrize(
    "text",
    ['{"bomFormat": "CycloneDX", "components": "none"}', '{"bomFormat": "CycloneDX"}', '{"spdxVersion": "SPDX-2.3"}'],
)
def test_documents_without_components_are_read_and_say_so(text: str) -> None:
    reading = read_bytes(text.encode())
    assert reading.components == ()
    assert "lists no components" in remarks(reading)


def test_documents_that_only_look_like_one_are_refused() -> None:
    assert "no CycloneDX" in refusal(b'{"a": {"bomFormat": "CycloneDX"}}').reason
    assert "no SPDX" in refusal(b'{"a": {"spdxVersion": "SPDX-2.3"}}').reason
    assert "no SPDX 3" in refusal(b'{"a": {"spdxId": "x"}}').reason


def test_self_dependencies_are_no_edges() -> None:
    listed = [{"name": "a", "bom-ref": "a"}]
    needs = [{"ref": "a", "dependsOn": ["a"]}]
    assert {edge[:2] for edge in edges(read_json(cyclonedx(components=listed, dependencies=needs)))} == {
        ("some.json", "a")
    }

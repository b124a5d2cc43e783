"""CycloneDX XML as a stream of elements that close into the same structs that JSON decodes to.

Entities and external references are refused (defusedxml); depth is bounded; whatever is not read is skipped as it
streams past, so memory follows what is kept. The reader itself is in ``cyclonedx_xml``.
"""

from __future__ import annotations

from xml.sax import SAXException, SAXParseException
from xml.sax.handler import ContentHandler
from xml.sax.xmlreader import AttributesImpl, Locator

from defusedxml.common import DefusedXmlException
from defusedxml.expatreader import create_parser

from freehold.inventory.reader import UnreadableError
from freehold.inventory.sbom.cyclonedx_values import (
    Contact,
    ExternalReference,
    Hash,
    LicenceBody,
    LicenceChoice,
    LicenceText,
    LinedPart,
    Organisation,
    Pedigree,
    Property,
)

MAX_DEPTH = 1000
"""Elements within one another; real documents stay under 30."""

_READ = frozenset(
    {
        "bom",
        "contact",
        "metadata",
        "component",
        "components",
        "service",
        "services",
        "supplier",
        "manufacturer",
        "provider",
        "author",
        "publisher",
        "group",
        "name",
        "version",
        "scope",
        "purl",
        "cpe",
        "hashes",
        "hash",
        "licenses",
        "license",
        "expression",
        "id",
        "url",
        "text",
        "externalReferences",
        "reference",
        "properties",
        "property",
        "endpoints",
        "endpoint",
        "dependencies",
        "dependency",
        "provides",
        "pedigree",
        "ancestors",
    }
)


_PARTS = frozenset({"component", "service"})
_NO_ATTRIBUTES: dict[str, str] = {}
_NO_CHILDREN: dict[str, list[Element]] = {}
_NO_PARTS: list[LinedPart] = []
_NO_PIECES: list[str] = []
"""Shared by the many elements that are empty; replaced, never filled."""


class Element:
    """One open or closed element: local name, attributes, line, text, child elements by name, and closed parts."""

    __slots__ = ("attributes", "children", "line", "name", "parts", "pieces")

    def __init__(self, name: str, attributes: dict[str, str], line: int) -> None:
        self.name = name
        self.attributes = attributes
        self.line = line
        self.pieces: list[str] = _NO_PIECES
        self.children: dict[str, list[Element]] = _NO_CHILDREN
        self.parts: list[LinedPart] = _NO_PARTS

    @property
    def text(self) -> str:
        """Return the text directly within."""
        return "".join(self.pieces).strip()

    def all(self, name: str) -> list[Element]:
        """Return the child elements of a name."""
        return self.children.get(name, [])

    def first(self, name: str) -> Element | None:
        """Return the first child element of a name."""
        found = self.children.get(name)
        return found[0] if found else None

    def said(self, name: str) -> str | None:
        """Return the text of the first child of a name."""
        found = self.children.get(name)
        return found[0].text if found else None

    def inside(self, name: str) -> list[Element]:
        """Return all elements within the first child of a name."""
        found = self.first(name)
        return [child for group in found.children.values() for child in group] if found else []

    def parts_of(self, name: str) -> list[LinedPart]:
        """Return the components or services within the first child of a name."""
        found = self.first(name)
        return found.parts if found else []

    def close(self, child: Element) -> None:
        """Take in a child that has ended; a component or service becomes a part at once."""
        if child.name in _PARTS:
            self.parts = self.parts or []
            self.parts.append(_part(child))
        else:
            self.children = self.children or {}
            self.children.setdefault(child.name, []).append(child)


def parse_elements(data: bytes) -> tuple[Element, str]:
    """Return the root element and its namespace.

    Raises ``UnreadableError`` for broken XML, entity declarations, external references, unknown encodings and elements
    nested deeper than ``MAX_DEPTH``.
    """
    parser = create_parser(forbid_dtd=False, forbid_entities=True, forbid_external=True)
    handler = _Handler(parser)
    parser.setContentHandler(handler)
    try:
        parser.feed(data)
        parser.close()
    except DefusedXmlException as error:
        remedy = "remove the document type declaration from the file"
        raise UnreadableError(
            f"the XML declares entities or external parts ({type(error).__name__})", remedy=remedy
        ) from error
    except SAXParseException as error:
        remedy = "get a complete copy of the file, or have its tool write it again"
        raise UnreadableError(
            f"broken XML: {error.getMessage()}", line=error.getLineNumber() or 0, remedy=remedy
        ) from error
    except (SAXException, LookupError, ValueError) as error:
        raise UnreadableError(
            f"the XML cannot be decoded: {str(error)[:100]!r}", remedy="save the file as UTF-8"
        ) from error
    if handler.root is None:
        raise UnreadableError("the XML holds no element", remedy="get a complete copy of the file")
    return handler.root, handler.namespace


class _Handler(ContentHandler):
    """Keeps a stack of open elements; a component or service becomes a part as soon as it closes."""

    def __init__(self, locator: Locator) -> None:
        super().__init__()
        self.root: Element | None = None
        self.namespace = ""
        self._open: list[Element] = []
        self._skipped_levels = 0
        self._locator = locator

    def startElement(self, name: str, attrs: AttributesImpl) -> None:  # noqa: N802  (named by xml.sax)
        if len(self._open) + self._skipped_levels >= MAX_DEPTH:
            raise UnreadableError(
                f"elements nest deeper than {MAX_DEPTH}", line=self._line(), remedy="flatten the file"
            )
        prefix, _, local = name.rpartition(":")
        if self._skipped_levels or (self._open and local not in _READ):
            self._skipped_levels += 1
            return
        element = Element(local, dict(attrs.items()) if len(attrs) else _NO_ATTRIBUTES, 0)
        if local in _PARTS or self.root is None:
            element.line = self._line()
        if self.root is None:
            self.root = element
            self.namespace = element.attributes.get(f"xmlns:{prefix}" if prefix else "xmlns", "")
        self._open.append(element)

    def endElement(self, name: str) -> None:  # noqa: N802
        if self._skipped_levels:
            self._skipped_levels -= 1
            return
        element = self._open.pop()
        if self._open:
            self._open[-1].close(element)

    def characters(self, content: str) -> None:
        if self._open and not self._skipped_levels:
            element = self._open[-1]
            element.pieces = element.pieces or []
            element.pieces.append(content)

    def _line(self) -> int:
        """Return the line the parser is at."""
        return self._locator.getLineNumber() or 0


def _part(element: Element) -> LinedPart:
    """Close a component or service element into a part."""
    kind = element.attributes.get("type")
    return LinedPart(
        type=kind,
        ref=element.attributes.get("bom-ref"),
        group=element.said("group"),
        name=element.said("name"),
        version=element.said("version"),
        scope=element.said("scope"),
        purl=element.said("purl"),
        cpe=element.said("cpe"),
        author=element.said("author"),
        publisher=element.said("publisher"),
        supplier=organisation(element.first("supplier")),
        manufacturer=organisation(element.first("manufacturer")),
        provider=organisation(element.first("provider")),
        hashes=[Hash(h.attributes.get("alg"), h.text) for h in element.inside("hashes")],
        licenses=[_licence(choice) for choice in element.inside("licenses")],
        references=[
            ExternalReference(ref.attributes.get("type"), ref.said("url"))
            for ref in element.inside("externalReferences")
        ],
        properties=[Property(p.attributes.get("name"), p.text) for p in element.inside("properties")],
        endpoints=[endpoint.text for endpoint in element.inside("endpoints")],
        components=list(element.parts_of("components")),
        services=list(element.parts_of("services")),
        pedigree=_pedigree(element.first("pedigree")),
        line=element.line,
    )


def _pedigree(element: Element | None) -> Pedigree | None:
    """Return what a part was made from."""
    return Pedigree(list(element.parts_of("ancestors"))) if element is not None else None


def organisation(element: Element | None) -> Organisation | None:
    """Return an organisation element, with as many contacts as it has."""
    if element is None:
        return None
    return Organisation(element.said("name"), [Contact() for _ in element.all("contact")])


def _licence(choice: Element) -> LicenceChoice:
    """Return a licence or an expression."""
    if choice.name == "expression":
        return LicenceChoice(expression=choice.text)
    text = choice.first("text")
    attached = LicenceText(text.text, text.attributes.get("encoding")) if text else None
    return LicenceChoice(LicenceBody(choice.said("id"), choice.said("name"), choice.said("url"), attached))

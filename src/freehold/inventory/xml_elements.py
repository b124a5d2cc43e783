"""Reading XML as a plain tree with lines: for manifests, which are small. SBOMs are streamed, by readers of their own.

Entities, external references and document types are refused (defusedxml); depth and number of elements are bounded.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from xml.sax import SAXException, SAXParseException
from xml.sax.handler import ContentHandler
from xml.sax.xmlreader import AttributesImpl, Locator

from defusedxml.common import DefusedXmlException
from defusedxml.expatreader import create_parser

from freehold.inventory.reader import UnreadableError

DEEPEST: Final = 100
MOST_ELEMENTS: Final = 500_000
_NEW_COPY = "restore the file from version control, or have its tool write it again"


class Element:
    """One element: name without prefix, attributes, line, text directly within, and child elements in order."""

    __slots__ = ("attributes", "children", "line", "name", "pieces")

    def __init__(self, name: str, attributes: dict[str, str], line: int) -> None:
        self.name = name
        self.attributes = attributes
        self.line = line
        self.pieces: list[str] = []
        self.children: list[Element] = []

    @property
    def text(self) -> str:
        """Return the text directly within, trimmed."""
        return "".join(self.pieces).strip()

    def all(self, *path: str) -> Iterator[Element]:
        """Yield every element that a path of names leads to."""
        if not path:
            yield self
            return
        for child in self.children:
            if child.name == path[0]:
                yield from child.all(*path[1:])

    def said(self, *path: str) -> str:
        """Return the text of the first element that a path leads to; empty if there is none."""
        return next((element.text for element in self.all(*path)), "")

    def every(self, name: str) -> Iterator[Element]:
        """Yield the elements of a name at any depth, in order."""
        waiting = [self]
        while waiting:
            element = waiting.pop()
            if element.name == name:
                yield element
            waiting.extend(reversed(element.children))


def read_xml(data: bytes) -> Element:
    """Return the root element. Raises ``UnreadableError`` with the line for broken, hostile or oversized XML."""
    parser = create_parser(forbid_dtd=True, forbid_entities=True, forbid_external=True)
    handler = _Handler(parser)
    parser.setContentHandler(handler)
    try:
        parser.feed(data)
        parser.close()
    except DefusedXmlException as error:
        reason = f"the XML declares a document type, entities or external parts ({type(error).__name__})"
        raise UnreadableError(reason, remedy="remove the document type declaration from the file") from error
    except SAXParseException as error:
        line = error.getLineNumber() or 0
        raise UnreadableError(f"broken XML: {error.getMessage()}", line=line, remedy=_NEW_COPY) from error
    except (SAXException, LookupError, ValueError) as error:
        reason = f"the XML cannot be decoded: {str(error)[:100]!r}"
        raise UnreadableError(reason, remedy="save the file as UTF-8") from error
    if handler.root is None:
        raise UnreadableError("the XML holds no element", remedy=_NEW_COPY)
    return handler.root


class _Handler(ContentHandler):
    """Builds the tree on a stack of open elements."""

    def __init__(self, locator: Locator) -> None:
        super().__init__()
        self.root: Element | None = None
        self._open: list[Element] = []
        self._count = 0
        self._locator = locator

    def startElement(self, name: str, attrs: AttributesImpl) -> None:  # noqa: N802  (named by xml.sax)
        self._count += 1
        line = self._locator.getLineNumber() or 0
        if len(self._open) >= DEEPEST or self._count > MOST_ELEMENTS:
            reason = f"more than {DEEPEST} levels deep, or more than {MOST_ELEMENTS:,} elements"
            raise UnreadableError(reason, line=line, remedy=_NEW_COPY)
        element = Element(name.rpartition(":")[2], dict(attrs.items()), line)
        if self._open:
            self._open[-1].children.append(element)
        elif self.root is None:
            self.root = element
        self._open.append(element)

    def endElement(self, name: str) -> None:  # noqa: N802
        self._open.pop()

    def characters(self, content: str) -> None:
        if self._open:
            self._open[-1].pieces.append(content)

"""XML bytes to a plain element tree with line numbers, hostile input refused.

Entities, external references and document types are refused by defusedxml; depth and number of elements are capped.
What the elements mean is left to :mod:`freehold.graph.formats.openpsa`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final
from xml.sax import SAXParseException
from xml.sax.handler import ContentHandler

import defusedxml.sax
from defusedxml import DefusedXmlException

from freehold.errors import InputError

MAX_DEPTH: Final = 200
MAX_ELEMENTS: Final = 5_000_000


@dataclass(slots=True)
class Element:
    """One XML element; text content is dropped, since Open-PSA keeps no values in it."""

    tag: str
    attributes: dict[str, str]
    line: int
    children: list[Element] = field(default_factory=list)


class _Collector(ContentHandler):
    """Collect elements on a stack; the bottom of the stack holds the root."""

    def __init__(self, file: str) -> None:
        super().__init__()
        self.file = file
        self.stack = [Element("", {}, 0)]
        self.elements = 0
        self.locator: Any = None

    def setDocumentLocator(self, locator: Any) -> None:  # noqa: N802 - the name is SAX's
        self.locator = locator

    def startElement(self, name: str, attrs: Any) -> None:  # noqa: N802 - the name is SAX's
        element = Element(name, dict(attrs.items()), self.locator.getLineNumber())
        self.elements += 1
        if len(self.stack) > MAX_DEPTH or self.elements > MAX_ELEMENTS:
            raise InputError(
                f"more than {MAX_DEPTH} nested or {MAX_ELEMENTS} elements in all",
                where=f"{self.file}:{element.line}",
                remedy="give nested formulas names as gates of their own, or split the model",
            )
        self.stack[-1].children.append(element)
        self.stack.append(element)

    def endElement(self, name: str) -> None:  # noqa: N802 - the name is SAX's
        self.stack.pop()


def parse_elements(file: str, content: bytes) -> Element:
    """Return the root element of an XML document.

    ``file`` only names the document in errors. Raises ``InputError`` with file and line for anything malformed or hostile.
    """
    collector = _Collector(file)
    try:
        defusedxml.sax.parseString(content, collector, forbid_dtd=True)
    except SAXParseException as error:
        raise InputError(
            f"not well-formed XML: {error.getMessage()}",
            where=f"{file}:{error.getLineNumber()}",
            remedy="give an Open-PSA MEF document",
        ) from error
    except DefusedXmlException as error:
        raise InputError(
            f"document types, entities and external references are refused ({type(error).__name__})",
            where=file,
            remedy="remove the DOCTYPE",
        ) from error
    except (ValueError, LookupError) as error:
        raise InputError(f"not readable as XML: {error}", where=file, remedy="give an Open-PSA MEF document") from error
    return collector.stack[0].children[0]

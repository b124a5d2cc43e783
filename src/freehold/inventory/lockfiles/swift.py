"""Package.resolved (Swift Package Manager, versions 1 to 3) and Cartfile.resolved (Carthage): repositories by commit.

Format: https://github.com/swiftlang/swift-package-manager (PinsStore). Neither file holds edges, hashes or roles.
"""

from __future__ import annotations

import re

from freehold.inventory.addresses import base_of, clean_url, git_url
from freehold.inventory.lockfiles.lines import field_lines
from freehold.inventory.notes import Notes
from freehold.inventory.packages import Draft, git_purl, package, purl_of
from freehold.inventory.reader import Document, Reading, UnreadableError, text_of
from freehold.inventory.values import Table, read_json
from freehold.model.component import Component, Origin, Reference

_CARTHAGE = re.compile(r'^(github|git|binary)\s+"([^"]+)"\s+"([^"]+)"')


class SwiftResolved:
    """The reader of Package.resolved."""

    name = "swift-package-resolved"

    def accepts(self, name: str, head: bytes) -> bool:
        """Tell whether the name is SwiftPM's."""
        return name.lower() == "package.resolved"

    def read(self, document: Document) -> Reading:
        """Read the document; raises ``UnreadableError`` if it is broken or of a version that is not known."""
        notes = Notes(document.path)
        lock = read_json(document, notes)
        version = lock.text("version")
        if version not in {"1", "2", "3"}:
            raise UnreadableError(f"Package.resolved version {version[:20]!r} is not supported")
        draft = Draft(document, notes)
        pins = lock.table("object").tables("pins") if version == "1" else lock.tables("pins")
        field = "repositoryURL" if version == "1" else "location"
        lines = field_lines(document.data, field, len(pins))
        for pin, line in zip(pins, lines, strict=True):
            location = pin.text("repositoryURL") or pin.text("location")
            if pin.text("kind") == "localSourceControl" or location.startswith((".", "/", "file:")):
                notes.add("local packages", f"{pin.text('identity')[:80]!r} is a local repository: your own code")
                continue
            draft.add(pin.pointer, _pinned(pin, location, Origin(document.path, line, pin.pointer)))
        return draft.reading(f"{self.name} {version}")


class CarthageResolved:
    """The reader of Cartfile.resolved."""

    name = "carthage-resolved"

    def accepts(self, name: str, head: bytes) -> bool:
        """Tell whether the name is Carthage's."""
        return name.lower() == "cartfile.resolved"

    def read(self, document: Document) -> Reading:
        """Read the document; lines that are none of its form are noted."""
        notes = Notes(document.path)
        draft = Draft(document, notes)
        for number, raw in enumerate(text_of(document.data).splitlines(), 1):
            line, origin = raw.strip(), Origin(document.path, number)
            found = _CARTHAGE.match(line)
            if found:
                draft.add(line, _built(found[1], found[2], found[3], origin))
            elif line and not line.startswith("#"):
                notes.add("lines that cannot be read", f"not a Cartfile.resolved line: {line[:80]!r}", origin)
        return draft.reading(self.name)


def _pinned(pin: Table, location: str, origin: Origin) -> Component:
    """Return one pin; without a release its commit is the version. A registry's package has no repository."""
    state = pin.table("state")
    commit = state.text("revision")
    version = state.text("version") or commit
    name = pin.text("package") or pin.text("identity")
    address = git_url(f"{location}#{commit}") if location else ""
    if not address:
        scope, _, short = name.partition(".")
        purl = purl_of("swift", short or scope, version, namespace=scope if short else "")
        return package(purl, name, version, origin, fallback=pin.pointer)
    path = address.removeprefix("git+").partition("://")[2].rpartition("@")[0] or address.partition("://")[2]
    namespace, _, short = path.removesuffix(".git").rpartition("/")
    return package(
        purl_of("swift", short, version, namespace=namespace),
        name or short,
        version,
        origin,
        fallback=pin.pointer,
        registry=base_of(address.removeprefix("git+")),
        references=(Reference("vcs", address),),
    )


def _built(kind: str, place: str, version: str, origin: Origin) -> Component:
    """Return one line of Carthage: a repository, or the address of a binary's version list."""
    if kind == "binary":
        url = clean_url(place)
        name = url.rpartition("/")[2].removesuffix(".json") or place
        purl = purl_of("generic", name, version, download_url=url)
        references = (Reference("distribution", url),) if url else ()
        return package(purl, name, version, origin, registry=base_of(url), references=references)
    is_short = kind == "github" and "://" not in place
    address = git_url(f"github:{place}#{version}" if is_short else f"{place}#{version}")
    name = place.rpartition("/")[2].removesuffix(".git")
    return package(
        git_purl(address, name, version) if address else "",
        name,
        version,
        origin,
        registry=base_of(address.removeprefix("git+")),
        references=(Reference("vcs", address),) if address else (),
    )

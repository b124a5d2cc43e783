"""What a document says beside a missing purl that still tells which package an entry is, with the words that say why.

Only what the tool that wrote the document found in a package manager or in package metadata counts; a name alone never
does. Each rule names its tool:

- syft writes a purl into ``bom-ref``; it counts where name and version agree.
- Claircore names the database a package was found in: an RPM database, together with the distribution that the package is
  said to lie in; or ``maven:``, its mark for coordinates out of ``pom.properties`` or found by the hash of the archive.
- Tern names the distribution of a layer and the package manager that it asked.
- Trivy names the source package of what a system's package manager lists, but no system where the release file is missing;
  that Debian made it is told by ``base-files``, the package that is the release, in a version only Debian's updates carry.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

import msgspec
from packageurl import PackageURL

from freehold.inventory.sbom.cyclonedx_values import Bom, Part
from freehold.inventory.sbom.decoding import present
from freehold.inventory.sbom.entries import Entry
from freehold.inventory.sbom.spdx_relations import type_name
from freehold.inventory.sbom.spdx_values import Package, SpdxDocument
from freehold.model.component import IDENTITY, SOURCE_PACKAGE, ComponentKind, Named

_TRIVY = "aquasecurity:trivy:"
_DEBIAN_UPDATE = re.compile(r".*\+deb\d+u\d+")
_RPM_DATABASES = ("bdb:", "sqlite:", "ndb:")
_COORDINATE = re.compile(r"([A-Za-z0-9_.-]+):([A-Za-z0-9_.-]+)")
_BUILT_FROM = re.compile(r"built package from: (\S+) \S+")
_LAYER = re.compile(r"Found '([^']+)' in /etc/os-release\..*?package metadata using (\w+) default method", re.DOTALL)
_TYPE = re.compile(
    "alpm|apk|bitbucket|cargo|cocoapods|composer|conan|conda|cpan|cran|deb|docker|gem|generic|github|golang|hackage|hex"
    "|huggingface|luarocks|maven|npm|nuget|oci|pub|pypi|rpm|swift"
)
"""purl types in use; a tool may number its entries in the same form with types of its own."""
_VENDORS = {"rhel": "redhat", "opensuse-leap": "opensuse", "opensuse-tumbleweed": "opensuse"}
"""Where purls use another word for the vendor than the release file's ``ID``."""
_SYSTEMS = {
    "Alpine Linux": "alpine",
    "CentOS": "centos",
    "Debian GNU/Linux": "debian",
    "Fedora": "fedora",
    "Ubuntu": "ubuntu",
    "VMware Photon": "photon",
}
"""How the names in release files begin, and the vendor that purls name for them."""
_OFFERINGS = {
    "almalinux": "almalinux",
    "alpine": "alpine",
    "amzn": "amazon-linux",
    "centos": "centos",
    "debian": "debian-os",
    "fedora": "fedora",
    "ol": "oracle-linux",
    "opensuse-leap": "opensuse",
    "photon": "photon",
    "rhel": "rhel",
    "rocky": "rocky-linux",
    "ubuntu": "ubuntu",
    "wolfi": "wolfi",
}
"""The offerings of operating systems by the ``ID`` in their release files."""
_LOCKFILES = frozenset(
    {
        "Cargo.lock",
        "Gemfile.lock",
        "Pipfile.lock",
        "composer.lock",
        "go.mod",
        "go.sum",
        "package-lock.json",
        "pnpm-lock.yaml",
        "poetry.lock",
        "requirements.txt",
        "uv.lock",
        "yarn.lock",
    }
)
_MANAGERS = {"apk": "apk", "dnf": "rpm", "dpkg": "deb", "rpm": "rpm", "tdnf": "rpm", "yum": "rpm"}


class Told(msgspec.Struct, frozen=True):
    """A purl and the reason for it (both empty: none), the source package and the operating system (empty: not named)."""

    purl: str = ""
    why: str = ""
    source: str = ""
    system: str = ""


def with_evidence(entry: Entry, told: Told) -> Entry:
    """Return an entry with what its document tells; a purl that is written for it stands."""
    stated = [Named(SOURCE_PACKAGE, told.source, entry.origin)] if told.source else []
    if told.system in _OFFERINGS and entry.kind is ComponentKind.OPERATING_SYSTEM:
        stated.append(Named("offering", _OFFERINGS[told.system], entry.origin))
    if told.purl and not entry.purls:
        stated.append(Named(IDENTITY, told.why, entry.origin))
        entry = msgspec.structs.replace(entry, purls=(told.purl,))
    return msgspec.structs.replace(entry, statements=tuple(stated)) if stated else entry


class CycloneDxEvidence:
    """What one CycloneDX document tells."""

    def __init__(self, bom: Bom) -> None:
        self._debian = any(_is_debian_release(part) for part in present(bom.components))

    def of(self, part: Part) -> Told:
        """Return what the document tells about a part."""
        properties = _trivy(part)
        source = properties.get("SrcName", "")
        if (part.purl or "").strip():
            return Told(source=source)
        if system := _system_of(part):
            return Told(system=system)
        if purl := _purl_in_reference(part):
            return Told(purl, "a bom-ref that is a package URL of this name and version", source)
        if self._debian and source and part.version and properties.get("PkgType") == "none":
            why = "the package manager of a system whose base-files are Debian's"
            return Told(_purl("deb", part.name or "", str(part.version), namespace="debian"), why, source)
        return Told(source=source)


def lists_packages(part: Part) -> bool:
    """Tell whether a part is only a place where Trivy found packages (a binary, ``Node.js``), or a lockfile by its name."""
    found = _trivy(part).get("Class") == "lang-pkgs" or is_lockfile(part.name)
    return found and not part.version and not part.purl


def is_lockfile(name: str | None) -> bool:
    """Tell whether a name is that of a file in which package managers list packages; no package has such a name."""
    return (name or "").rpartition("/")[2] in _LOCKFILES


class SpdxEvidence:
    """What one SPDX 2.x document tells."""

    def __init__(self, spdx: SpdxDocument) -> None:
        tools = " ".join(present(spdx.creation.creators if spdx.creation else None))
        self._claircore = "Tool: Claircore" in tools
        self._vendors: dict[str, str] = {}
        self._layers: dict[str, tuple[str, str, str]] = {}
        self._sources: dict[str, str] = {}
        self._source_of: dict[str, str] = {}
        is_tern = "Tool: tern" in tools
        if not (self._claircore or is_tern):
            return
        packages = {package.id or "": package for package in present(spdx.packages)}
        links = [(r.source or "", type_name(r.type), r.target or "") for r in present(spdx.relationships)]
        if self._claircore:
            self._read_claircore(packages, links)
        if is_tern:
            self._read_tern(packages, links)

    def of(self, package: Package) -> Told:
        """Return what the document tells about a package."""
        built = _BUILT_FROM.match(package.source_info or "")
        name, version, ref = package.name or "", str(package.version or ""), package.id or ""
        source = self._source_of.get(ref, "") or (built[1] if built else "")
        if self._claircore and (system := _system_id(package)):
            return Told(system=system)
        if ref in self._vendors and (package.file_name or "").startswith(_RPM_DATABASES):
            return Told(
                _rpm(self._vendors[ref], name, version),
                "the RPM database it was found in, and its system",
                source,
            )
        if ref in self._sources:
            why = "a package of an RPM database that was generated from it"
            return Told(_rpm(self._sources[ref], name, version, arch="src"), why)
        if ref in self._layers and version:
            kind, vendor, why = self._layers[ref]
            return Told(_purl(kind, name, version, namespace=vendor), why, source)
        coordinate = _COORDINATE.fullmatch(name)
        if self._claircore and coordinate and version and (package.file_name or "").startswith("maven:"):
            why = "Maven coordinates from the properties or the hash of the archive"
            return Told(_purl("maven", coordinate[2], version, namespace=coordinate[1]), why, source)
        return Told(source=source)

    def _read_claircore(self, packages: Mapping[str, Package], links: Iterable[tuple[str, str, str]]) -> None:
        """Note in which distribution a package lies, and of what a package of an RPM database was generated."""
        systems = {ref: vendor for ref, package in packages.items() if (vendor := _vendor(package))}
        held = [link for link in links if link[1] == "CONTAINED_BY" and link[2] in systems]
        self._vendors = {child: systems[holder] for child, _, holder in held}
        for child, kind, origin in links:
            binary = packages.get(child)
            in_database = binary is not None and (binary.file_name or "").startswith(_RPM_DATABASES)
            if kind == "GENERATED_FROM" and in_database and child in self._vendors and origin in packages:
                self._sources[origin] = self._vendors[child]
                self._source_of[child] = packages[origin].name or ""

    def _read_tern(self, packages: Mapping[str, Package], links: Iterable[tuple[str, str, str]]) -> None:
        """Note for what lies in a layer which system the layer is said to hold, and which package manager was asked."""
        layers = {ref: told for ref, package in packages.items() if (told := _layer(package.comment or ""))}
        self._layers = {
            child: layers[holder] for holder, kind, child in links if kind == "CONTAINS" and holder in layers
        }


def _layer(comment: str) -> tuple[str, str, str] | None:
    """Return purl type, vendor and reason for what lies in a layer that Tern describes."""
    found = _LAYER.search(comment)
    vendor = next((id for name, id in _SYSTEMS.items() if found and found[1].startswith(name)), "")
    kind = _MANAGERS.get(found[2]) if found else None
    return (kind, vendor, f"the list of {found[2]} in a layer of {found[1]}") if found and kind and vendor else None


def _purl(kind: str, name: str, version: str, *, namespace: str, **qualifiers: str) -> str:
    """Return the purl of these parts; empty where they do not make one."""
    given = {key: value for key, value in qualifiers.items() if value}
    try:
        return PackageURL(kind, namespace, name, version, qualifiers=given).to_string()
    except ValueError:
        return ""


def _rpm(vendor: str, name: str, version: str, **qualifiers: str) -> str:
    """Return the purl of a package of RPM; an epoch before the version is a qualifier."""
    epoch, _, rest = version.rpartition(":")
    return _purl("rpm", name, rest, namespace=vendor, epoch=epoch, **qualifiers)


def _vendor(package: Package) -> str:
    """Return the vendor of a distribution that Claircore lists, by the identifier in its release file."""
    system = _system_id(package)
    return _VENDORS.get(system, system)


def _system_id(package: Package) -> str:
    """Return the identifier in the release file of a distribution that Claircore lists; empty for any other package."""
    if (package.purpose or "").replace("_", "-").upper() != "OPERATING-SYSTEM":
        return ""
    return next((one.locator or "" for one in present(package.references) if one.type == "did"), "")


def _system_of(part: Part) -> str:
    """Return the identifier in the release file that syft or Trivy read for an operating system."""
    trivy = _trivy(part)
    stated = next((one.value for one in present(part.properties) if one.name == "syft:distro:id"), None)
    return stated or (trivy.get("Type", "") if trivy.get("Class") == "os-pkgs" else "")


def _is_debian_release(part: Part) -> bool:
    """Tell whether a part is Debian's ``base-files``, as a package manager lists it."""
    return (
        part.name == "base-files" and "SrcName" in _trivy(part) and bool(_DEBIAN_UPDATE.match(str(part.version or "")))
    )


def _trivy(part: Part) -> dict[str, str]:
    """Return Trivy's properties of a part."""
    named = ((one.name or "", one.value or "") for one in present(part.properties))
    return {name.removeprefix(_TRIVY): value for name, value in named if name.startswith(_TRIVY)}


def _purl_in_reference(part: Part) -> str:
    """Return the purl that a ``bom-ref`` is, if it is one of the part's own name and version."""
    if not (part.ref or "").startswith("pkg:"):
        return ""
    try:
        purl = PackageURL.from_string(part.ref or "")
    except ValueError:
        return ""
    own = "/".join(word for word in ((part.group or "").strip(), (part.name or "").strip()) if word)
    below = purl.subpath if purl.type == "golang" else None
    named = "/".join(word for word in (purl.namespace, purl.name, below) if word)
    same = named.casefold() == own.casefold() and (purl.version or "") == str(part.version or "").strip()
    return purl.to_string() if same and own and _TYPE.fullmatch(purl.type) else ""

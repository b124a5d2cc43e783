"""Readers of package metadata as it lies on a disk, one for each form; each takes a folder or file and gives statements.

SBOMs and lockfiles are read by ``freehold.inventory``; this holds what inventories do not read: the packages' own files.
"""

from __future__ import annotations

import csv
import json
import re
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from email.parser import HeaderParser
from pathlib import Path
from typing import Any

from packageurl import PackageURL

from freehold.catalog.purls import key_of, qualifier, type_of
from freehold.catalog.scanned import is_scan, takes_nothing
from freehold.errors import FreeholdError
from freehold.inventory.folder import read_paths
from freehold.model.component import IDENTITY, Component, Licence, LicenceForm
from survey.licence_files import licence_of_text
from survey.statement import Statement

_NPM_NAME = re.compile(r"(@[\w.~-]+/)?[\w.~-]+")
_FIELDS = {
    "name": "Name",
    "version": "Version",
    "license": "License",
    "license_expression": "License-Expression",
    "home_page": "Home-page",
}
_TEXT = re.compile(r"^(licen[cs]e|copying)(\W|$)", re.IGNORECASE)
_NOTHING = frozenset({"UNKNOWN", "LICENSE", "LICENSE.TXT", "LICENSE.MD", "LICENCE.TXT"})
_RESTRICTS = re.compile(r"commercial|proprietary|commons clause|limited|-NC\b|\band\b|\bwith\b", re.IGNORECASE)
_GNU = re.compile(
    r"(?:License :: OSI Approved :: )?(?:the )?(?:GNU[ -]*)?(?P<lesser>L|Lesser |Library )?G(?:PL|eneral Public Licen[cs]e)"
    r"[ ,-]*v?[ .]*[1-3](?:\.[01])?(?: \(L?GPLv[1-3](?:\.[01])?\))?",
    re.IGNORECASE,
)
"""A name of GNU's licences with a version and no word on whether later ones apply."""
_LATER = re.compile(
    r"License :: OSI Approved :: GNU (?P<lesser>Lesser |Library )?General Public License v.* or later .*"
)
_CLOSED_FROM = re.compile(r"skip ([0-9.]+) and newer: (?:a paid|a non-commercial|not an open-source) licence")
LISTED = frozenset({"cargo", "composer", "gem", "maven", "npm", "pypi"})
"""Purl types whose packages list licences in their own metadata, which SBOMs and lockfiles quote."""
_REPOSITORY = frozenset({"vcs", "source-distribution", "SOURCE-REPOSITORY"})


def inventories(path: Path) -> Iterator[Statement]:
    """Yield what SBOMs and lockfiles state."""
    try:
        inventory = read_paths([path])
    except FreeholdError:
        return
    components = [one for one in inventory.components if one.purls and not one.is_root and not one.states(IDENTITY)]
    built = {key_of(one.purls[0]) for one in components if not _is_source(one)}
    for component in components:
        urls = tuple(r.url for r in component.references if r.kind in _REPOSITORY)
        for purl in component.purls:
            parts = PackageURL.from_string(purl)
            if parts.qualifiers and parts.type != "rpm":
                continue
            if _is_source(component) and key_of(purl) in built:
                continue
            bare = parts._replace(version=None, qualifiers=None, subpath=None).to_string()
            licences = _own(component.licences)
            yield Statement(bare, parts.version or "", licences, urls, listed=parts.type in LISTED)


def _is_source(component: Component) -> bool:
    """Tell whether a component is a source package of RPM: its licence covers all that is built of it, so it comes second."""
    return type_of(component.purls[0]) == "rpm" and qualifier(component.purls[0], "arch") == "src"


def _own(licences: tuple[Licence, ...]) -> tuple[Licence, ...]:
    """Leave out what a scanner found in single files where the package states a licence of its own."""
    stated = tuple(licence for licence in licences if not is_scan(licence))
    return stated or licences


def without_lists_of_scans(statements: Iterable[Statement]) -> Iterator[Statement]:
    """Leave out of a scan's statements the licences that it joins by AND: tests, examples and mere mentions are among them.

    Of 246 such lists about Go modules whose licence files or copyright files were read, 7 say the same as they do. An RPM
    package states such lists itself. What takes nothing from a user makes no list of one licence.
    """
    for statement in statements:
        kept = tuple(
            licence
            for licence in statement.licences
            if sum(not takes_nothing(key) for key in licence.value.split(" AND ")) < 2
        )
        yield statement if statement.purl.startswith("pkg:rpm/") else replace(statement, licences=kept)


def package_json(path: Path) -> Iterator[Statement]:
    """Yield what ``package.json`` files state (``npm help package.json``)."""
    for file in _files(path, "package.json"):
        data = _json(file)
        name, version = data.get("name"), data.get("version")
        if not isinstance(name, str) or not isinstance(version, str) or not _NPM_NAME.fullmatch(name):
            continue
        if data.get("private") and not file.parent.as_posix().endswith(f"/{name}"):  # the root of a workspace
            continue
        stated = data.get("license") or data.get("licenses") or ()
        names = [_member(item, "type") for item in (stated if isinstance(stated, list) else [stated])]
        if len(names) > 1:  # the old list form means a choice
            names = [" OR ".join(names)] if all(names) else []
        urls = (_member(data.get("repository"), "url"), _member(data.get("homepage"), "url"))
        yield Statement(_purl("npm", name), version, _licences(names), tuple(filter(None, urls)))


def distributions(path: Path) -> Iterator[Statement]:
    """Yield what Python's core metadata states (https://packaging.python.org/specifications/core-metadata/)."""
    for file in (*_files(path, "METADATA"), *_files(path, "PKG-INFO")):
        head = HeaderParser().parsestr(file.read_text("utf-8", "replace"))
        fields = {name: head[field] or "" for name, field in _FIELDS.items()}
        lists = head.get_all("Classifier", []), head.get_all("Project-URL", [])
        for statement in _distribution(fields, *lists):
            yield statement if statement.licences else replace(statement, licences=_by_its_files(file.parent))


def _by_its_files(folder: Path) -> tuple[Licence, ...]:
    """Return the licence that every licence file beside the metadata is; nothing where one of them is not surely known."""
    files = [file for place in (folder, folder / "licenses") for file in place.glob("*") if _TEXT.search(file.name)]
    found = {licence_of_text(file.read_text("utf-8", "replace")) for file in files if file.is_file()}
    return (Licence(LicenceForm.ID, found.pop()),) if len(found) == 1 and "" not in found else ()


def install_reports(path: Path) -> Iterator[Statement]:
    """Yield what the metadata in pip's installation reports states.

    Format: https://pip.pypa.io/en/stable/reference/installation-report/.
    """
    for file in _files(path, "*.json"):
        for item in _json(file).get("install", ()):
            metadata = item["metadata"]
            fields = {name: metadata.get(name) or "" for name in _FIELDS}
            yield from _distribution(fields, metadata.get("classifier", ()), metadata.get("project_url", ()))


def _distribution(fields: dict[str, str], classifiers: Sequence[str], links: Sequence[str]) -> Iterator[Statement]:
    """Yield a statement: expression, else name or text of the licence, else the one classifier.

    Several classifiers may mean any or all of them: they state something only where a list does. The classifier counts
    otherwise where there is a name, which may be nobody's, unless the name restricts.
    """
    kinds = [text for text in classifiers if text.startswith("License :: ") and text != "License :: OSI Approved"]
    named = fields["license"].strip()
    named = licence_of_text(named) if "\n" in named else named
    named = "" if named.upper() in _NOTHING else named
    only = kinds if len(kinds) == 1 else []
    stated = [fields["license_expression"]] if fields["license_expression"] else [named] if named else only
    otherwise = [] if stated == kinds or _RESTRICTS.search(" ".join(stated)) else kinds
    if not fields["license_expression"]:
        stated, otherwise = ([_of_family(text, kinds) for text in texts] for texts in (stated, otherwise))
    urls = (*(link.partition(",")[2].strip() for link in links), fields["home_page"])
    if fields["name"]:
        purl, licences = _purl("pypi", fields["name"]), _licences(stated)
        known = tuple(filter(None, urls))
        yield Statement(purl, fields["version"], licences, known, otherwise=_licences(otherwise), listed=True)


def _of_family(name: str, classifiers: Sequence[str]) -> str:
    """Return a name of GNU's licences without its version, which does not say "only", or the one classifier that says more.

    Of thirteen such packages whose sources say it, nine permit later versions. A version spelt out (Plone's "GPL version 2") is
    meant: so say the four of its packages that were read.
    """
    found = _GNU.fullmatch(name.strip())
    if not found:
        return name
    later = [text for text in classifiers if (more := _LATER.fullmatch(text)) and bool(more[1]) == bool(found[1])]
    return later[0] if len(later) == 1 else f"LicenseRef-{'L' if found['lesser'] else ''}GPL"


def gemspecs(path: Path) -> Iterator[Statement]:
    """Yield what gem specifications, as ``gem`` writes them, state."""
    for file in _files(path, "*.gemspec"):
        text = file.read_text("utf-8", "replace")
        name, version = (_first(rf's\.{field} = "([^"]+)"', text) for field in ("name", "version"))
        listed = re.findall(r'"([^"]+)"', _first(r"s\.licenses = \[([^\]]*)\]", text))
        urls = (_first(r'"source_code_uri" => "([^"]+)"', text), _first(r's\.homepage = "([^"]+)"', text))
        if name:
            yield Statement(_purl("gem", name), version, _licences(listed), tuple(filter(None, urls)), listed=True)


def crates(path: Path) -> Iterator[Statement]:
    """Yield what ``Cargo.toml`` of published crates states (https://doc.rust-lang.org/cargo/reference/manifest.html)."""
    for file in _files(path, "Cargo.toml"):
        try:
            package = tomllib.loads(file.read_text("utf-8")).get("package", {})
        except (tomllib.TOMLDecodeError, UnicodeDecodeError):
            continue
        name, version, licence = (package.get(field, "") for field in ("name", "version", "license"))
        if name and isinstance(version, str) and isinstance(licence, str) and package.get("publish", True) is not False:
            urls = tuple(package[field] for field in ("repository", "homepage") if isinstance(package.get(field), str))
            licence = licence.replace("/", " OR ")
            yield Statement(_purl("cargo", name), version, _licences([licence] if licence else []), urls)


def bundle_licences(path: Path) -> Iterator[Statement]:
    """Yield what ``third-party-licenses.json`` of webpack's licence plug-in states."""
    for package in _json(path).get("packages", ()):
        stated = [package["licenseId"]] if package.get("licenseId") else []
        yield Statement(_purl("npm", package["name"]), package.get("versionInfo", ""), _licences(stated))


def notices(path: Path) -> Iterator[Statement]:
    """Yield the headings ``** NAME@VERSION - ADDRESS | LICENCE`` of a notices file."""
    for name, version, licence in re.findall(
        r"^\*\* (\S+)@(\S+) - \S+ \| (.+)$", path.read_text("utf-8"), re.MULTILINE
    ):
        yield Statement(_purl("npm", name), version, _licences([licence.strip()]))


def nuget_list(path: Path) -> Iterator[Statement]:
    """Yield the rows of a list of packages with name, version and the licence that the package states.

    Its last column says from which version on a package is no longer open source: the licence holds below it. Which licence
    it then has, the list does not say. A word after a version is none of it; where a word stands for it, the licence is that of
    the newest version, the last of those in the last column.
    """
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            name, version, stated = (*row, "", "", "")[:3]
            version = version.partition(" ")[0] if version[:1].isdigit() else _newest(row[-1] if row else "")
            closed = _CLOSED_FROM.search(row[-1] if row else "")
            versions = f"<{closed[1]}" if closed else ""
            if re.fullmatch(r"[A-Za-z0-9.+ -]+", stated):
                yield Statement(_purl("nuget", name), version, _licences([stated]), versions=versions)
            elif re.fullmatch(r"[a-z.]+\.[a-z]+/\S+", stated):
                licences = (Licence(LicenceForm.URL, f"https://{stated}"),)
                yield Statement(_purl("nuget", name), version, licences, versions=versions)


def _newest(served: str) -> str:
    """Return the last of some versions in order; empty where that is a pre-release beside others, a remark names a newer one,
    or none is a version.
    """
    text, _, remark = served.partition("(")
    versions = text.split()
    plain = all(re.fullmatch(r"\d[\w.+-]*", version) for version in versions)
    if not versions or not plain or re.search(r"\b11\.(x|\d)", remark):
        return ""
    return versions[-1] if "-" not in versions[-1] or len(versions) == 1 else ""


def _files(path: Path, pattern: str) -> Iterable[Path]:
    return (path,) if path.is_file() else sorted(file for file in path.rglob(pattern) if file.is_file())


def _json(file: Path) -> dict[str, Any]:
    try:
        data = json.loads(file.read_text("utf-8-sig"))
    except (ValueError, OSError):
        return {}
    return data if isinstance(data, dict) else {}


def _member(value: object, name: str) -> str:
    """Return a text, or a member of an object that stands in its place."""
    found = value.get(name) if isinstance(value, dict) else value
    return found if isinstance(found, str) else ""


def _first(pattern: str, text: str) -> str:
    found = re.search(pattern, text.replace(".freeze", ""))
    return found[1] if found else ""


def _licences(stated: Iterable[str]) -> tuple[Licence, ...]:
    return tuple(Licence(LicenceForm.EXPRESSION, text.strip()) for text in stated if text and text.strip())


def _purl(kind: str, name: str) -> str:
    namespace, _, rest = name.rpartition("/")
    return PackageURL(kind, namespace or None, rest).to_string()

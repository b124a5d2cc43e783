"""Kubernetes manifests: images of pods wherever they are described, and what Argo CD, Flux and Kustomize fetch from elsewhere.

Images are taken from the fields that the API gives them; of kinds that nobody here knows only pods inside are seen.
Format: https://kubernetes.io/docs/reference/kubernetes-api/ and https://kubectl.docs.kubernetes.io/references/kustomize/
"""

from __future__ import annotations

import re

from freehold.inventory.addresses import base_of, clean_url
from freehold.inventory.infrastructure.images import add_image
from freehold.inventory.infrastructure.parts import add_host, add_repository, repository_of
from freehold.inventory.infrastructure.templates import is_template, read_template
from freehold.inventory.notes import Notes
from freehold.inventory.packages import Draft, package, purl_of
from freehold.inventory.reader import Document, Reading, text_of
from freehold.inventory.values import Table
from freehold.inventory.yaml_values import read_yaml_documents
from freehold.model.component import Origin, Role

_API = re.compile(rb"^[\"']?apiVersion[\"']?\s*:", re.MULTILINE)
_KIND = re.compile(rb"^[\"']?kind[\"']?\s*:", re.MULTILINE)
_CONTAINERS = frozenset({"containers", "initContainers", "ephemeralContainers", "steps", "sidecars"})
"""Lists of containers: those of pods, and those of Tekton's tasks."""
_REPOSITORY = re.compile(r"^(?:(?:https?|ssh|git)://|git@|git::)|^(?:github|gitlab)\.com/|^bitbucket\.org/")
_WORDS = re.compile(r"\bimage\b|repoURL|\.toolkit\.fluxcd\.io/|\bKustomization\b")
_SCHEMA = re.compile(r"^kind\s*:\s*[\"']?CustomResourceDefinition\b", re.MULTILINE)
_LISTS = ("resources", "bases", "components")


class Manifest:
    """The reader of manifests, of Kustomize's own file, and of the templates of charts."""

    name = "kubernetes"

    def accepts(self, name: str, head: bytes) -> bool:
        """Tell whether the file is YAML with ``apiVersion`` and ``kind``, or a Kustomize file."""
        plain = name.rpartition("/")[2].lower()
        if _is_kustomization(plain):
            return True
        return plain.endswith((".yaml", ".yml")) and bool(_API.search(head) and _KIND.search(head))

    def read(self, document: Document) -> Reading:
        """Read the document; raises ``UnreadableError`` for YAML that is broken and no template."""
        if is_template(document.data):
            return read_template(document)
        notes = Notes(document.path)
        draft = Draft(document, notes)
        for table in read_yaml_documents(_relevant(document), notes):
            _object(table, draft)
        return draft.reading(self.name)


def _relevant(document: Document) -> Document:
    """Return a document in which objects that name nothing are blank lines: schemas and settings can be large."""
    if _is_kustomization(document.name):
        return document
    parts = re.split(r"^(?=---)", text_of(document.data), flags=re.MULTILINE)
    kept = (part if _WORDS.search(part) and not _SCHEMA.search(part) else "\n" * part.count("\n") for part in parts)
    return Document(document.path, "".join(kept).encode())


def _is_kustomization(name: str) -> bool:
    return name.lower() in ("kustomization.yaml", "kustomization.yml")


def _object(table: Table, draft: Draft) -> None:
    """Add what one object names; a list holds objects."""
    if _is_kustomization(draft.path.rpartition("/")[2]) or table.text_or("kind") == "Kustomization":
        _kustomization(table, draft)
    api = table.text_or("apiVersion")
    spec = table.maybe_table("spec")
    if spec is not None and api.startswith("argoproj.io/"):
        _argo(spec, draft)
    if spec is not None and ".toolkit.fluxcd.io/" in api:
        _flux(table.text_or("kind"), spec, draft)
    _pods(table, draft)


def _pods(table: Table, draft: Draft) -> None:
    """Add the images of every pod described in a table."""
    for key in table:
        if key in _CONTAINERS and table.is_list(key):
            for container in table.tables_only(key):
                _image(container, draft)
        elif table.is_table(key):
            if key == "image" and "reference" in table.table(key):
                inner = table.table(key)
                add_image(draft, inner.text_or("reference"), inner.origin("reference"))
            elif key == "container" and "image" in table.table(key):
                _image(table.table(key), draft)
            _pods(table.table(key), draft)
        elif table.is_list(key):
            for inner in table.tables_only(key):
                _pods(inner, draft)


def _image(container: Table, draft: Draft) -> None:
    if text := container.text_or("image"):
        add_image(draft, text, container.origin("image"))


def _kustomization(table: Table, draft: Draft) -> None:
    """Add what Kustomize takes from elsewhere: remote resources, replaced images, charts."""
    for key in _LISTS:
        for text, origin in table.text_items(key):
            if _REPOSITORY.search(text):
                _remote(text, origin, draft)
    for one in table.tables_only("images") if table.is_list("images") else ():
        name = one.text_or("newName") or one.text_or("name")
        digest, tag = one.text_or("digest"), one.text("newTag")
        if name and (digest or tag or "newName" in one):
            add_image(draft, name + (f"@{digest}" if digest else f":{tag}" if tag else ""), one.origin())
    for chart in table.tables_only("helmCharts") if table.is_list("helmCharts") else ():
        add_chart(draft, chart.text_or("name"), chart.text("version"), chart.text_or("repo"), chart.origin())


def _remote(text: str, origin: Origin, draft: Draft) -> None:
    """Add a remote resource: a file from a host, or a repository with ``?ref=`` and ``//path``."""
    if text.partition("?")[0].endswith((".yaml", ".yml")):
        add_host(draft, text, origin, "a resource is taken from")
    else:
        add_repository(draft, *repository_of(text), origin, Role.RUNTIME)


def _argo(spec: Table, draft: Draft) -> None:
    """Add the repositories and charts that Argo CD deploys from."""
    sources = [spec.table("source")] if spec.is_table("source") else []
    sources += spec.tables_only("sources") if spec.is_list("sources") else []
    template = spec.maybe_table("template")
    if template is not None and template.is_table("spec"):
        _argo(template.table("spec"), draft)
    for source in sources:
        url, revision = source.text_or("repoURL"), source.text("targetRevision")
        if "{{" in url or not url:
            continue
        if "chart" in source:
            add_chart(draft, source.text_or("chart"), revision, url, source.origin("repoURL"))
        else:
            add_repository(draft, url, revision, source.origin("repoURL"), Role.RUNTIME)


def _flux(kind: str, spec: Table, draft: Draft) -> None:
    """Add the sources that Flux deploys from."""
    url, origin = spec.text_or("url"), spec.origin("url")
    ref = spec.maybe_table("ref")
    match kind:
        case "GitRepository":
            keys = ("commit", "tag", "semver", "branch")
            revision = next((text for key in keys if ref is not None and (text := ref.text_or(key))), "")
            add_repository(draft, url, revision, origin, Role.RUNTIME)
        case "OCIRepository":
            tag, digest = (ref.text("tag"), ref.text("digest")) if ref is not None else ("", "")
            marks = (f":{tag}" if tag else "") + (f"@{digest}" if digest else "")
            add_image(draft, url.removeprefix("oci://") + marks, origin)
        case "HelmRepository" | "Bucket":
            add_host(draft, url or spec.text_or("endpoint"), origin, "Flux deploys from", role=Role.RUNTIME)
        case "HelmRelease" if spec.is_table("chart") and spec.table("chart").is_table("spec"):
            chart = spec.table("chart").table("spec")
            add_chart(draft, chart.text_or("chart"), chart.text("version"), "", chart.origin("chart"))
        case _:
            pass


def add_chart(draft: Draft, name: str, version: str, repository: str, origin: Origin) -> None:
    """Add a chart from a repository; one without a repository lies beside the file, or its source does."""
    if not name or name.startswith((".", "/")) or repository.startswith(("file://", "@", "alias:")):
        return
    address = clean_url(repository)
    registry = base_of(address) if address.startswith("oci:") else address
    fixed = re.fullmatch(r"v?\d+\.\d+\.\d+[\w.+-]*", version)
    purl = purl_of("helm", name, version if fixed else "", repository_url=address)
    draft.add(purl, package(purl, name, version if fixed else "", origin, registry=registry))
    if not fixed:
        draft.notes.add("charts without a fixed version", f"chart {name} can change: {version or 'no version'}", origin)


READERS = (Manifest(),)

"""Terraform, OpenTofu and Terragrunt: providers, modules, where state is kept, and the cloud services behind resources.

A resource tells its service by its type (``aws_s3_bucket``); which record that is, is the catalog's matter. Providers and
modules are needed to build and deploy. Files ending in ``.tofu`` ask OpenTofu's registry, others the default of the tool.
Format: https://developer.hashicorp.com/terraform/language and https://opentofu.org/docs/language/
"""

from __future__ import annotations

import re

from freehold.inventory.infrastructure.hcl import Block, Value, read_hcl
from freehold.inventory.infrastructure.images import add_image
from freehold.inventory.infrastructure.kubernetes import add_chart
from freehold.inventory.infrastructure.parts import add_host, add_repository, repository_of, service
from freehold.inventory.infrastructure.terraform_json import from_json
from freehold.inventory.notes import Notes
from freehold.inventory.packages import Draft, package, purl_of
from freehold.inventory.reader import Document, Reading, text_of
from freehold.inventory.values import read_json
from freehold.model.component import Origin, Role

OPENTOFU = "https://registry.opentofu.org"
TERRAFORM = "registry.terraform.io"
_BUILT_IN = "terraform.io"
"""The host of providers that come with the tool itself."""
_FIXED = re.compile(r"=?\s*(\d+\.\d+\.\d+[\w.+-]*)")
_PROVIDER = re.compile(r"(?:([\w.-]+\.[\w.-]+(?::\d+)?)/)?([\w-]+)/([\w-]+)")
_MODULE = re.compile(r"(?:([\w.-]+\.[\w.-]+(?::\d+)?)/)?([\w-]+)/([\w-]+)/([\w-]+)(?://.*)?")
_GIT = re.compile(r"^git::|^git@|^(?:github|gitlab)\.com/|^bitbucket\.org/|^ssh://|\.git(?:$|[/?])")
_OFFICIAL = re.compile(
    r"aws|awscc|azurerm|azuread|google|google-beta|kubernetes|helm|random|null|local|tls|template|archive|http"
    r"|time|vault|consul|nomad|external|dns|tfe|hcp|cloudinit"
)
"""Providers that a configuration may use without naming their source, since they are the tool maker's own."""
_LOCAL = re.compile(
    r"null|random|local|tls|template|archive|http|time|external|terraform|cloudinit|dns|kubernetes|helm"
    r"|kubectl|docker|kustomization|sops|assert|utils|ansible|restapi|shell"
)
"""Providers whose resources are no service of anybody."""
_MANY = re.compile(
    r"aws|awscc|azurerm|azuread|azapi|google|alicloud|tencentcloud|huaweicloud|volcengine|cloudflare|oci|ibm"
    r"|yandex|ovh|scaleway|digitalocean"
)
"""Providers that stand for many services: the whole type of a resource counts; of others only whose it is."""
_BACKENDS = {
    "s3": "aws_s3_bucket",
    "gcs": "google_storage_bucket",
    "azurerm": "azurerm_storage_account",
    "oss": "alicloud_oss_bucket",
    "cos": "tencentcloud_cos_bucket",
    "oci": "oci_objectstorage_bucket",
}


class Configuration:
    """The reader of configurations in HCL and in JSON."""

    name = "terraform"

    def accepts(self, name: str, head: bytes) -> bool:
        """Tell whether the name is a configuration's; files of variables and of tests name nothing."""
        plain = name.lower()
        return plain.endswith((".tf", ".tofu", ".tf.json", ".tofu.json")) or plain == "terragrunt.hcl"

    def read(self, document: Document) -> Reading:
        """Read the document; raises ``UnreadableError`` for broken HCL or JSON."""
        notes = Notes(document.path)
        is_json = document.name.lower().endswith(".json")
        root = from_json(read_json(document, notes)) if is_json else read_hcl(text_of(document.data))
        draft = Draft(document, notes)
        _File(draft, is_tofu=".tofu" in document.name.lower()).read(root)
        return draft.reading(self.name)


def add_resource(draft: Draft, kind: str, origin: Origin, evidence: str, role: Role = Role.RUNTIME) -> None:
    """Add the service behind a type of resource, one for every type in every file."""
    key = f"resource:{kind}"
    draft.add(key, service(key, kind, origin, evidence, role=role))


class _File:
    """One configuration being read."""

    def __init__(self, draft: Draft, *, is_tofu: bool) -> None:
        self._draft = draft
        self._registry = OPENTOFU if is_tofu else ""

    def read(self, root: Block) -> None:
        """Read the blocks of a file."""
        for block in root.blocks:
            origin = self._place(block.line)
            match block.type:
                case "terraform":
                    self._settings(block)
                case "provider" if block.labels:
                    self._implied(block.labels[0], origin, f'provider "{block.labels[0]}"', block.text("version"))
                case "resource" | "data" | "ephemeral" if block.labels:
                    self._resource(block, origin)
                case "module":
                    self._source(block.text("source"), block.text("version"), origin, block.values.get("source"))
                case "remote_state":
                    self._backend(block.text("backend"), block, origin)
                case _:
                    pass

    def _place(self, line: int) -> Origin:
        return Origin(self._draft.path, line)

    def _settings(self, block: Block) -> None:
        """Read ``terraform``: providers, backend, and Terragrunt's source."""
        if "source" in block.values:
            self._source(block.text("source"), "", self._place(block.line), block.values["source"])
        for inner in block.of("required_providers"):
            for name, value in inner.values.items():
                self._required(name, value)
        for inner in block.of("backend"):
            self._backend(inner.labels[0] if inner.labels else "", inner, self._place(inner.line))
        for inner in block.of("cloud"):
            host = inner.text("hostname") or "app.terraform.io"
            add_host(self._draft, host, self._place(inner.line), "state is kept, and runs are started, at")

    def _required(self, name: str, value: Value) -> None:
        """Add a provider that is required, with the registry its source names."""
        source = value.table.get("source")
        version = value.table["version"].text if "version" in value.table else value.text
        written = source.text if source is not None and source.text else f"hashicorp/{name}"
        found = _PROVIDER.fullmatch(written)
        origin = self._place(value.line)
        if found is None:
            self._draft.notes.add("unreadable providers", f"provider {written[:100]!r} is not understood", origin)
        elif found[1] != _BUILT_IN:
            self._provider(found[1] or "", found[2], found[3], version, origin, "")

    def _implied(self, name: str, origin: Origin, evidence: str, version: str = "") -> None:
        """Add a provider that is used without saying where it comes from."""
        if _OFFICIAL.fullmatch(name):
            self._provider("", "hashicorp", name, version, origin, evidence)

    def _provider(self, host: str, namespace: str, name: str, version: str, origin: Origin, evidence: str) -> None:
        fixed = _FIXED.fullmatch(version.strip())
        number = fixed[1] if fixed else ""
        purl = purl_of("terraform", name, number, namespace=namespace)
        registry = f"https://{host}" if host else self._registry
        made = package(
            purl, f"{namespace}/{name}", number, origin, role=Role.BUILD, registry=registry, evidence=evidence
        )
        self._draft.add(purl, made)

    def _backend(self, kind: str, block: Block, origin: Origin) -> None:
        """Add the service that keeps the state."""
        endpoint = next((text for key in ("endpoint", "address", "hostname") if (text := block.text(key))), "")
        if endpoint:
            add_host(self._draft, endpoint, origin, "state is kept at")
        elif kind == "remote":
            add_host(self._draft, "app.terraform.io", origin, "state is kept at")
        elif kind in _BACKENDS:
            add_resource(self._draft, _BACKENDS[kind], origin, f'backend "{kind}"', Role.BUILD)

    def _resource(self, block: Block, origin: Origin) -> None:
        """Add the service behind a resource, the provider it implies, and the images and charts it names."""
        kind = block.labels[0]
        provider = kind.partition("_")[0]
        evidence = f'{block.type} "{kind}"'[:160]
        self._implied(provider, origin, evidence)
        if re.fullmatch(r"[a-z][\w-]*", kind) and not _LOCAL.fullmatch(provider):
            named = kind if _MANY.fullmatch(provider) else f"{provider}_*"
            add_resource(self._draft, named, origin, evidence, Role.RUNTIME if block.type == "resource" else Role.BUILD)
        if kind == "helm_release":
            version = block.text("version")
            add_chart(self._draft, block.text("chart"), version, block.text("repository"), origin)
        if kind == "docker_image" and block.text("name"):
            add_image(self._draft, block.text("name"), self._place(block.values["name"].line))
        self._images(block)

    def _images(self, block: Block) -> None:
        """Add the images of containers in a resource."""
        for inner in block.blocks:
            if "container" in inner.type and inner.text("image"):
                add_image(self._draft, inner.text("image"), self._place(inner.values["image"].line))
            self._images(inner)

    def _source(self, source: str, version: str, origin: Origin, value: Value | None) -> None:
        """Add where a module comes from; one that lies here is read where it lies."""
        source = source.removeprefix("tfr:///").removeprefix("tfr://")
        if not source:
            if value is not None:
                self._draft.notes.add(
                    "modules with a computed source", "the source of a module must be computed", origin
                )
        elif source.startswith((".", "/")):
            return
        elif _GIT.search(source):
            add_repository(self._draft, *repository_of(source), origin)
        elif source.startswith(("s3::", "gcs::")):
            kind = "aws_s3_bucket" if source.startswith("s3") else "google_storage_bucket"
            add_resource(self._draft, kind, origin, f"a module comes from {source.partition('?')[0][:120]}", Role.BUILD)
        elif "://" in source:
            add_host(self._draft, source, origin, "a module comes from")
        elif found := _MODULE.fullmatch(source.partition("?")[0]):
            self._module(found, version or source.partition("version=")[2], origin)
        else:
            self._draft.notes.add("unreadable modules", f"source {source[:100]!r} is not understood", origin)

    def _module(self, found: re.Match[str], version: str, origin: Origin) -> None:
        """Add a module of a registry."""
        fixed = _FIXED.fullmatch(version.strip())
        number = fixed[1] if fixed else ""
        host = "" if found[1] == TERRAFORM else found[1] or ""
        name = f"{found[2]}/{found[3]}/{found[4]}"
        purl = purl_of("terraform", found[4], number, namespace=f"{found[2]}/{found[3]}", repository_url=host)
        registry = f"https://{found[1]}" if found[1] else self._registry
        self._draft.add(purl, package(purl, name, number, origin, role=Role.BUILD, registry=registry))
        if not fixed:
            reason = f"module {name} can change: {version or 'no version'} is no fixed version"
            self._draft.notes.add("modules without a fixed version", reason, origin, "pin its version")


READERS = (Configuration(),)

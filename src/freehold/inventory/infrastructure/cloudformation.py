"""CloudFormation, SAM and the Serverless Framework: the cloud services behind resources, the provider that is deployed to.

A resource tells its service by its type (``AWS::S3::Bucket``), one component for each part of the provider.
Format: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/ and https://www.serverless.com/framework/docs
"""

from __future__ import annotations

import re

from freehold.inventory.infrastructure.terraform import add_resource
from freehold.inventory.notes import Notes
from freehold.inventory.packages import Draft
from freehold.inventory.reader import Document, Reading
from freehold.inventory.values import Table, read_json
from freehold.inventory.yaml_values import read_yaml
from freehold.model.component import Role

_HEAD = re.compile(rb"AWSTemplateFormatVersion|\bAWS::Serverless-|[\"']?Type[\"']?\s*:\s*[\"']?AWS::")
_SERVERLESS = re.compile(r"serverless(?:[-.][\w-]+)?\.ya?ml", re.IGNORECASE)
_PROVIDERS = {
    "aws": "AWS::*",
    "azure": "azurerm_*",
    "google": "google_*",
    "cloudflare": "cloudflare_*",
    "tencent": "tencentcloud_*",
}
_TYPE = re.compile(r"(AWS::\w+)::\w[\w:]*")


class CloudTemplate:
    """The reader of CloudFormation and SAM templates and of serverless files."""

    name = "cloudformation"

    def accepts(self, name: str, head: bytes) -> bool:
        """Tell whether name and beginning are a template's."""
        plain = name.lower()
        if _SERVERLESS.fullmatch(name):
            return True
        return plain.endswith((".yaml", ".yml", ".json", ".template")) and _HEAD.search(head) is not None

    def read(self, document: Document) -> Reading:
        """Read the document; raises ``UnreadableError`` for broken YAML or JSON."""
        notes = Notes(document.path)
        is_json = document.data.lstrip()[:1] == b"{"
        root = read_json(document, notes) if is_json else read_yaml(document, notes)
        draft = Draft(document, notes)
        if _SERVERLESS.fullmatch(document.name):
            _serverless(root, draft)
        _resources(root, draft)
        return draft.reading("serverless" if _SERVERLESS.fullmatch(document.name) else self.name)


def _serverless(root: Table, draft: Draft) -> None:
    """Add the provider, and the resources that a serverless file holds."""
    provider = root.table("provider") if root.is_table("provider") else root
    key = "name" if provider is not root else "provider"
    name = provider.text_or(key)
    if name in _PROVIDERS:
        add_resource(draft, _PROVIDERS[name], provider.origin(key), f"serverless provider {name}")
        if name == "aws" and root.is_table("functions"):
            add_resource(draft, "AWS::Lambda", root.origin("functions"), "functions of a serverless file")
    if root.is_table("resources"):
        _resources(root.table("resources"), draft)


def _resources(root: Table, draft: Draft) -> None:
    """Add the services behind resources."""
    if not root.is_table("Resources"):
        return
    resources = root.table("Resources")
    for name in resources:
        if not resources.is_table(name):
            continue
        one = resources.table(name)
        found = _TYPE.fullmatch(one.text_or("Type"))
        if found and not found[1].startswith("AWS::CloudFormation"):
            origin = one.origin("Type")
            add_resource(draft, found[1], origin, f"a resource of type {found[0]}", Role.RUNTIME)


READERS = (CloudTemplate(),)

"""Small formats of which only names are taken: inputs of Nix flakes, Ansible roles and collections, Vagrant boxes,
images in Packer files, registries that update bots ask.

Formats: https://nix.dev/manual/nix/latest/command-ref/new-cli/nix3-flake, https://docs.ansible.com/ansible/latest/galaxy,
https://developer.hashicorp.com/vagrant/docs, https://docs.github.com/en/code-security/dependabot
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from freehold.inventory.infrastructure.hcl import Block, read_hcl
from freehold.inventory.infrastructure.images import add_image
from freehold.inventory.infrastructure.parts import COMMIT, Lines, add_host, add_repository, repository, service
from freehold.inventory.notes import Notes
from freehold.inventory.packages import Draft, package, purl_of
from freehold.inventory.reader import Document, Reader, Reading, text_of
from freehold.inventory.values import Table
from freehold.inventory.yaml_values import decode_yaml, read_yaml
from freehold.model.component import Origin, Role

_FLAKE_URL = re.compile(r"\burl\s*=\s*\"([^\"\n$]+)\"")
_NIX_COMMENT = re.compile(r"#[^\n]*|/\*(?:.*?\*/|.*)", re.DOTALL)
_FLAKE_FORGE = re.compile(r"(github|gitlab):([\w.~%-]+/[\w.~%-]+)(?:/([^?]+))?(?:\?.*)?")
_BOX = re.compile(r"\.vm\.box\s*=\s*['\"]([\w./-]+)['\"]")
_BOX_URL = re.compile(r"\.vm\.box_url\s*=\s*['\"](https?://[^'\"]+)['\"]")
_RENOVATE = r"\.?renovate(?:rc)?(?:\.json5?)?"
_REGISTRY_URLS = re.compile(r"\b(?:registryUrls|defaultRegistryUrls)[\"']?\s*:\s*\[([^\]]{0,5000})\]")
_GALAXY_HEAD = re.compile(rb"^(?:-\s+(?:name|src)\s*:|roles\s*:|collections\s*:)", re.MULTILINE)


class Flake:
    """The reader of what a Nix flake takes in; exact revisions stand in its lock."""

    name = "nix-flake"

    def accepts(self, name: str, head: bytes) -> bool:
        """Tell whether the name is a flake's."""
        return name == "flake.nix"

    def read(self, document: Document) -> Reading:
        """Read the document; raises ``UnreadableError`` if it is no text."""
        blanked = _NIX_COMMENT.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), _safe(text_of(document.data)))
        lines, draft = Lines(document.path, blanked), Draft(document, Notes(document.path))
        for found in _FLAKE_URL.finditer(blanked):
            _input(found[1], lines.origin(found.start()), draft)
        return draft.reading(self.name)


def _safe(text: str) -> str:
    """Return Nix text in which ``#`` within quotes begins no comment."""
    return re.sub(r"\"[^\"\n]*\"", lambda found: found[0].replace("#", "?"), text)


def _input(url: str, origin: Origin, draft: Draft) -> None:
    """Add one input: a repository, an archive on a host, or a name of the flake registry."""
    if found := _FLAKE_FORGE.fullmatch(url):
        _pinned(draft, f"https://{found[1]}.com/{found[2]}", found[3] or "", origin)
    elif url.startswith(("git+", "ssh://")):
        address, _, query = url.partition("?")
        ref = re.search(r"(?:^|&)(?:rev|ref)=([^&]*)", query)
        if "://" in address and not address.startswith("git+file"):
            _pinned(draft, address, ref[1] if ref else "", origin)
    elif "://" in url and not url.startswith(("path:", "file:")):
        add_host(draft, url.removeprefix("tarball+").removeprefix("file+"), origin, "a flake takes an archive from")
    elif re.fullmatch(r"(?:flake:)?[\w-]+(?:/[\w.-]+)?", url):
        draft.notes.add("inputs by a short name", f"{url}: the flake registry decides where it lies", origin)


def _pinned(draft: Draft, address: str, revision: str, origin: Origin) -> None:
    """Add an input; a branch or tag is not its version, which only the lock knows."""
    if revision and not COMMIT.fullmatch(revision):
        draft.notes.add("inputs without a commit", f"{address} is followed at {revision[:100]}: see flake.lock", origin)
        component = repository(address, "", origin, Role.BUILD)
        if component is not None:
            draft.add(component.key, component)
    else:
        add_repository(draft, address, revision, origin, Role.BUILD)


class Galaxy:
    """The reader of Ansible's roles and collections."""

    name = "ansible-galaxy"

    def accepts(self, name: str, head: bytes) -> bool:
        """Tell whether name and beginning are Ansible's."""
        plain = name.rpartition("/")[2].lower()
        return plain in ("requirements.yml", "requirements.yaml") and _GALAXY_HEAD.search(head) is not None

    def read(self, document: Document) -> Reading:
        """Read the document; raises ``UnreadableError`` for broken YAML."""
        notes = Notes(document.path)
        draft = Draft(document, notes)
        value = next(decode_yaml(text_of(document.data)), None)
        root = Table(value if isinstance(value, dict) else {"roles": value}, "", document.path, notes)
        for key in ("roles", "collections"):
            for text, origin in root.text_items(key):
                name, _, version = text.partition(":" if key == "collections" else ",")
                _galaxy(name, version.partition(",")[0], "", origin, draft)
            for one in root.tables_only(key) if root.is_list(key) else ():
                source = one.text_or("source") if key == "collections" else one.text_or("src")
                name = one.text_or("name") or one.text_or("role") or source
                if "git" in (one.text_or("type"), one.text_or("scm")) or re.search(
                    r"^git[+@]|\.git$|github\.com/", source or name
                ):
                    address = source if "://" in source or "@" in source else name
                    add_repository(draft, address, one.text("version"), one.origin(), Role.BUILD)
                else:
                    named = name if "://" in source or not source or key == "collections" else source
                    _galaxy(named, one.text("version"), source if "://" in source else "", one.origin(), draft)
        return draft.reading(self.name)


def _galaxy(name: str, version: str, source: str, origin: Origin, draft: Draft) -> None:
    """Add a role or collection of a Galaxy server, the public one if none is named."""
    found = re.fullmatch(r"([\w-]+)\.([\w-]+)", name.strip())
    if found is None:
        if "://" in name:
            add_host(draft, name, origin, "a role or collection comes from")
        elif name:
            draft.notes.add("unreadable roles", f"role or collection {name[:100]!r} is not understood", origin)
        return
    fixed = version if re.fullmatch(r"v?\d[\w.+-]*", version) else ""
    purl = purl_of("generic", found[2], fixed, namespace=f"ansible/{found[1]}")
    registry = source or "https://galaxy.ansible.com"
    draft.add(purl, package(purl, found[0], fixed, origin, role=Role.BUILD, registry=registry))


class Vagrant:
    """The reader of Vagrant's boxes. All for development."""

    name = "vagrantfile"

    def accepts(self, name: str, head: bytes) -> bool:
        """Tell whether the name is Vagrant's."""
        return name.lower() == "vagrantfile"

    def read(self, document: Document) -> Reading:
        """Read the document; raises ``UnreadableError`` if it is no text."""
        text = text_of(document.data)
        lines, draft = Lines(document.path, text), Draft(document, Notes(document.path))
        own = [found[1] for found in _BOX_URL.finditer(text)]
        for found in _BOX_URL.finditer(text):
            add_host(draft, found[1], lines.origin(found.start()), "a box comes from", role=Role.DEVELOPMENT)
        for found in _BOX.finditer(text):
            registry = "" if own else "https://vagrantcloud.com"
            namespace, _, name = found[1].rpartition("/")
            purl = purl_of("generic", name, namespace=f"vagrant/{namespace}".rstrip("/"))
            origin = lines.origin(found.start())
            draft.add(purl, package(purl, found[1], "", origin, role=Role.DEVELOPMENT, registry=registry))
        return draft.reading(self.name)


class Packer:
    """The reader of Packer files: images they build on and the plugins they need."""

    name = "packer"

    def accepts(self, name: str, head: bytes) -> bool:
        """Tell whether the name is Packer's."""
        return name.lower().endswith(".pkr.hcl")

    def read(self, document: Document) -> Reading:
        """Read the document; raises ``UnreadableError`` for broken HCL."""
        draft = Draft(document, Notes(document.path))
        for block in read_hcl(text_of(document.data)).blocks:
            if block.type == "source" and block.labels[:1] == ("docker",) and block.text("image"):
                add_image(draft, block.text("image"), Origin(document.path, block.values["image"].line), Role.BUILD)
            for required in block.of("required_plugins"):
                _plugins(required, document, draft)
        return draft.reading(self.name)


def _plugins(required: Block, document: Document, draft: Draft) -> None:
    for value in required.values.values():
        source = value.table["source"].text if "source" in value.table else ""
        version = value.table["version"].text.strip(" =") if "version" in value.table else ""
        fixed = version if re.fullmatch(r"\d+\.\d+\.\d+", version) else ""
        parts = source.split("/")
        if len(parts) >= 3:
            address = f"https://{parts[0]}/{parts[1]}/packer-plugin-{parts[2]}"
            add_repository(draft, address, f"v{fixed}" if fixed else "", Origin(document.path, value.line), Role.BUILD)


class UpdateBot:
    """The reader of Dependabot's and Renovate's settings: the bot, and the registries it is told to ask. For development."""

    name = "update-bot"

    def accepts(self, name: str, head: bytes) -> bool:
        """Tell whether the name is a bot's."""
        plain = name.lower()
        return plain in ("dependabot.yml", "dependabot.yaml") or re.fullmatch(_RENOVATE, plain) is not None

    def read(self, document: Document) -> Reading:
        """Read the document; raises ``UnreadableError`` for broken YAML."""
        notes = Notes(document.path)
        draft = Draft(document, notes)
        name = "Dependabot" if document.name.lower().startswith("dependabot") else "Renovate"
        evidence = f"settings of {name}"
        bot = service(f"bot:{name.lower()}", name, Origin(document.path, 1), evidence, role=Role.DEVELOPMENT)
        draft.add(bot.key, bot)
        for url, origin in _dependabot(document, notes) if name == "Dependabot" else _renovate(document):
            add_host(draft, url, origin, "packages are looked up at", role=Role.DEVELOPMENT)
        return draft.reading(self.name)


def _dependabot(document: Document, notes: Notes) -> Iterator[tuple[str, Origin]]:
    for _, one in read_yaml(document, notes).table("registries").inner_tables():
        yield one.text_or("url"), one.origin("url")


def _renovate(document: Document) -> Iterator[tuple[str, Origin]]:
    text = text_of(document.data)
    lines = Lines(document.path, text)
    for listed in _REGISTRY_URLS.finditer(text):
        for found in re.finditer(r"https?://[^\"'\s]+", listed[1]):
            yield found[0], lines.origin(listed.start(1) + found.start())


READERS: tuple[Reader, ...] = (Flake(), Galaxy(), Vagrant(), Packer(), UpdateBot())

"""Pointers to weights and data that lie elsewhere: Git LFS pointer files and DVC files.

What they point to is fetched from a storage of your own, which other settings name; here stand its name and its hash.
Formats: https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md, https://dvc.org/doc/user-guide/project-structure/dvc-files
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from freehold.inventory.notes import Notes, printable
from freehold.inventory.packages import Draft, used_host
from freehold.inventory.reader import Document, Reading
from freehold.inventory.sbom.places import host_of
from freehold.inventory.services.hosts import public_host
from freehold.inventory.values import Table
from freehold.inventory.yaml_values import read_yaml
from freehold.model.component import Component, ComponentKey, ComponentKind, Origin, Role

_LFS = re.compile(rb"^version https://git-lfs\.github\.com/spec/v1\r?\n")
_OID = re.compile(rb"^oid sha256:([0-9a-f]{64})\r?$", re.MULTILINE)
WEIGHTS = re.compile(
    r"\.(?:pth?|onnx|safetensors|gguf|ggml|ckpt|h5|keras|bin|pkl|joblib|tflite|mlmodel|pb|npz)$", re.IGNORECASE
)
DATA = re.compile(r"\.(?:csv|tsv|jsonl?|parquet|arrow|feather|txt|npy|tfrecord|zip|tar|tgz|gz|xz|zst)$", re.IGNORECASE)


class LfsPointers:
    """The reader of Git LFS pointers to weights and data."""

    name = "git-lfs-pointer"

    def accepts(self, name: str, head: bytes) -> bool:
        """Tell whether a file is a pointer, and what it stands for is weights or data by its name."""
        return bool(_LFS.match(head)) and _kind(name) is not None

    def read(self, document: Document) -> Reading:
        """Read the pointer."""
        draft = Draft(document, Notes(document.path))
        found = _OID.search(document.data[:1024])
        draft.add(
            "own", _stored(document.name, Origin(document.path, 1), f"sha256:{found[1].decode()}" if found else "")
        )
        return draft.reading(self.name)


class DvcFiles:
    """The reader of DVC files."""

    name = "dvc"

    def accepts(self, name: str, head: bytes) -> bool:
        """Tell whether a file says what DVC tracks."""
        return name.lower().endswith(".dvc") and (b"outs:" in head or b"deps:" in head)

    def read(self, document: Document) -> Reading:
        """Read the document; raises ``UnreadableError`` for broken YAML."""
        notes = Notes(document.path)
        draft = Draft(document, notes)
        table = read_yaml(document, notes)
        for place, out in enumerate(table.tables("outs")):
            component = _stored(out.text("path"), out.origin("path"), _md5(out))
            draft.add(f"out {place}", component)
            for name, source in _sources(table):
                draft.add(name, source)
                draft.need(f"out {place}", name, Role.BUILD)
        return draft.reading(self.name)


def _sources(table: Table) -> Iterator[tuple[str, Component]]:
    """Yield the hosts that imported data comes from."""
    for dependency in table.tables("deps"):
        host = public_host(host_of(dependency.text("path"))) if "://" in dependency.text("path") else ""
        if host:
            origin = dependency.origin("path")
            key = used_host(host, Role.BUILD)
            yield (
                host,
                Component(
                    key=key,
                    name=host,
                    kind=ComponentKind.SERVICE,
                    hosts=(host,),
                    role=Role.BUILD,
                    origins=(origin,),
                    evidence="DVC imports data from it",
                ),
            )


def _md5(out: Table) -> str:
    """Return the hash of a file; DVC's hash of a folder (``.dir``) is that of a list, not of bytes."""
    digest = out.text("md5") if "md5" in out else ""
    return f"md5:{digest}" if re.fullmatch(r"[0-9a-f]{32}", digest) else ""


def _kind(name: str) -> ComponentKind | None:
    """Return what a name's suffix says a file is."""
    if WEIGHTS.search(name):
        return ComponentKind.MODEL
    return ComponentKind.DATASET if DATA.search(name) else None


def _stored(path: str, origin: Origin, digest: str) -> Component:
    """Return weights or data that are stored elsewhere; what is neither by its name counts as data."""
    name = printable(path) or "data"
    return Component(
        key=ComponentKey(f"{origin.file}#stored={name}"),
        name=name,
        kind=_kind(path) or ComponentKind.DATASET,
        hashes=(digest,) if digest else (),
        origins=(origin,),
    )


READERS = (LfsPointers(), DvcFiles())

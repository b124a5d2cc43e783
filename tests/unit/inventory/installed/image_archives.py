"""Making image archives in memory for tests: layers as tar, in docker's old and new form and as OCI layouts."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import tarfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from installed_trees import RELEASE

Files = Mapping[str, str | bytes | None]
"""Members by name: text of a file, ``None`` for a folder; a name that ends in ``->TARGET`` is a link."""

STATUS = """\
Package: base-files
Status: install ok installed
Version: 12.4
Architecture: amd64
Maintainer: Example Developers <list@os.example>
"""


def debian(**packages: str) -> str:
    """Return dpkg's status with a stanza a package: name and version."""
    stanzas = (
        f"Package: {name.replace('_', '-')}\nStatus: install ok installed\nVersion: {version}\nArchitecture: amd64\n"
        for name, version in packages.items()
    )
    return "\n".join((STATUS, *stanzas))


BASE: Files = {"etc/os-release": RELEASE, "var/lib/dpkg/status": debian(libc6="2.36")}


def member(name: str, kind: bytes, target: str = "", size: int = 0) -> tarfile.TarInfo:
    """Return a member without content."""
    info = tarfile.TarInfo(name)
    info.type, info.linkname, info.size = kind, target, size
    return info


def layer(files: Files, extra: Sequence[tarfile.TarInfo] = ()) -> bytes:
    """Return a layer's archive."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for name, content in files.items():
            path, arrow, target = name.partition("->")
            if arrow:
                archive.addfile(member(path, tarfile.SYMTYPE, target))
            elif content is None:
                archive.addfile(member(path, tarfile.DIRTYPE))
            else:
                data = content.encode() if isinstance(content, str) else content
                archive.addfile(member(path, tarfile.REGTYPE, size=len(data)), io.BytesIO(data))
        for info in extra:
            archive.addfile(info)
    return buffer.getvalue()


def digest(data: bytes) -> str:
    """Return a digest as OCI writes it."""
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def config(labels: Mapping[str, str] | None = None, architecture: str = "amd64") -> bytes:
    """Return an image's configuration."""
    settings = {"Labels": dict(labels or {})}
    return json.dumps({"architecture": architecture, "os": "linux", "config": settings}).encode()


def docker_save(layers: Sequence[bytes], tags: Sequence[str] = ("shop/web:1.0",), settings: bytes = b"") -> bytes:
    """Return what ``docker save`` wrote before OCI: configuration and layers by identifier, layers first."""
    settings = settings or config()
    name = f"{digest(settings)[7:]}.json"
    names = [f"{number:02}{'ab' * 31}/layer.tar" for number, _ in enumerate(layers)]
    manifest = [{"Config": name, "RepoTags": list(tags) or None, "Layers": names}]
    parts = dict(zip(names, layers, strict=True)) | {name: settings, "manifest.json": json.dumps(manifest).encode()}
    return layer(parts)


class Layout:
    """An OCI layout being filled; ``parts`` are its files."""

    def __init__(self) -> None:
        self.parts: dict[str, str | bytes | None] = {"oci-layout": '{"imageLayoutVersion": "1.0.0"}'}

    def blob(self, data: bytes, kind: str = "application/octet-stream", **more: object) -> dict[str, object]:
        """Add a blob and return its descriptor."""
        self.parts[f"blobs/sha256/{digest(data)[7:]}"] = data
        return {"mediaType": kind, "digest": digest(data), "size": len(data), **more}

    def image(
        self,
        layers: Sequence[bytes],
        settings: bytes = b"",
        annotations: Mapping[str, str] | None = None,
        architecture: str = "amd64",
    ) -> dict[str, object]:
        """Add an image and return its descriptor."""
        manifest = {
            "schemaVersion": 2,
            "config": self.blob(settings or config(architecture=architecture)),
            "layers": [self.blob(data) for data in layers],
            "annotations": dict(annotations or {}),
        }
        about = {"platform": {"os": "linux", "architecture": architecture}}
        return self.blob(json.dumps(manifest).encode(), "application/vnd.oci.image.manifest.v1+json", **about)

    def index(self, *entries: dict[str, object]) -> Layout:
        """Set the entries of the index."""
        self.parts["index.json"] = json.dumps({"schemaVersion": 2, "manifests": entries})
        return self

    def archive(self) -> bytes:
        """Return the layout as one archive."""
        return layer(self.parts)

    def folder(self, root: Path) -> Path:
        """Write the layout to a folder."""
        for name, data in self.parts.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data.encode() if isinstance(data, str) else data or b"")
        return root


def packed(data: bytes) -> bytes:
    """Return data as gzip."""
    return gzip.compress(data, 1)


def saved(folder: Path, data: bytes, name: str = "image.tar") -> Path:
    """Write an archive."""
    path = folder / name
    path.write_bytes(data)
    return path

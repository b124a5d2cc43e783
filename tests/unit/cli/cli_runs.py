"""Runs of the command line in this process, and small projects to run it on."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from freehold.cli import main


@dataclass(frozen=True)
class Run:
    """What a run printed and returned."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Return stdout as JSON."""
        return json.loads(self.out)


def freehold(*words: str | Path) -> Run:
    """Run the command line."""
    stdout, stderr = io.StringIO(), io.StringIO()
    code = main([str(word) for word in words], io.StringIO(), stdout, stderr)
    return Run(code, stdout.getvalue(), stderr.getvalue())


def bom(*components: Mapping[str, object], **more: object) -> str:
    """Return a CycloneDX document."""
    return json.dumps({"bomFormat": "CycloneDX", "specVersion": "1.6", "components": list(components), **more})


def package(name: str, kind: str = "pypi", licence: str = "MIT") -> dict[str, object]:
    """Return a component of a CycloneDX document."""
    return {
        "bom-ref": name,
        "type": "library",
        "name": name,
        "version": "1.0",
        "purl": f"pkg:{kind}/{name}@1.0",
        "licenses": [{"license": {"id": licence}}],
    }


def project(
    folder: Path, files: Mapping[str, str | bytes] | None = None, toml: str = '[subject]\nseat = "DE"\n'
) -> Path:
    """Write a small project: one library from npm, one from the Python index, and a subject in Germany."""
    wanted: dict[str, str | bytes] = {
        "bom.cdx.json": bom(package("left-pad", "npm"), package("some-library")),
        **(files or {}),
    }
    if toml:
        wanted["freehold.toml"] = toml
    for name, content in wanted.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return folder

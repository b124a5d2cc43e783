"""A registry for this example: a Python index and an npm registry on this machine, with packages made on the spot.

    python3 registry.py COMMAND...      # runs COMMAND with its package clients pointed at the registry
    python3 registry.py --locks FOLDER  # writes the lockfiles of the example

The packages are the same bytes wherever this runs: archives are stored, not compressed. Standard library only.
"""

from __future__ import annotations

import base64
import hashlib
import io
import json
import os
import struct
import subprocess
import sys
import tarfile
import threading
import zipfile
import zlib
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote

INDEX = "https://index.example/simple"
REGISTRY = "https://packages.example"
WHEELS = {"bell-rope": ("3.0.1", []), "bell-tower": ("1.2.0", ["bell-rope>=3"])}
"""Python packages: version and what they require."""
ARCHIVES = {"@ringing/rounds": ("2.1.0", {"change-order": "^1.0.0"}), "change-order": ("1.4.2", {})}
"""npm packages: version and dependencies."""

Answer = tuple[int, str, bytes]


def stored_gzip(data: bytes) -> bytes:
    """Return data as a gzip file of stored blocks, which every library writes alike (RFC 1951, 3.2.4)."""
    blocks = [data[at : at + 65535] for at in range(0, len(data), 65535)] or [b""]
    body = b"".join(
        struct.pack("<BHH", number == len(blocks) - 1, len(block), len(block) ^ 0xFFFF) + block
        for number, block in enumerate(blocks)
    )
    return b"\x1f\x8b\x08\0\0\0\0\0\0\xff" + body + struct.pack("<II", zlib.crc32(data), len(data) & 0xFFFFFFFF)


def tar_of(files: dict[str, bytes]) -> bytes:
    """Return a tar file of files without dates and owners."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    return out.getvalue()


def zip_of(files: dict[str, bytes]) -> bytes:
    """Return a ZIP file of files, stored and without dates."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name)
            entry.create_system = 3
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content)
    return out.getvalue()


def wheel(name: str, version: str, requires: list[str], body: str = "") -> tuple[str, bytes]:
    """Return file name and content of a wheel with one module."""
    module = name.replace("-", "_")
    info = f"{module}-{version}.dist-info"
    needs = "".join(f"Requires-Dist: {need}\n" for need in requires)
    head = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\nRequires-Python: >=3.9\nLicense: MIT\n{needs}"
    files = {
        f"{module}.py": (body or f'"""{name}."""\n\nVERSION = "{version}"\n').encode(),
        f"{info}/METADATA": f"{head}\n".encode(),
        f"{info}/WHEEL": b"Wheel-Version: 1.0\nGenerator: example\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = "".join(f"{path},sha256={_urlsafe(content)},{len(content)}\n" for path, content in files.items())
    files[f"{info}/RECORD"] = f"{record}{info}/RECORD,,\n".encode()
    return f"{module}-{version}-py3-none-any.whl", zip_of(files)


def source_archive(name: str, version: str) -> tuple[str, bytes]:
    """Return file name and content of a Python source archive."""
    top = f"{name.replace('-', '_')}-{version}"
    files = {
        f"{top}/PKG-INFO": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n".encode(),
        f"{top}/{name.replace('-', '_')}.py": f'VERSION = "{version}"\n'.encode(),
    }
    return f"{top}.tar.gz", stored_gzip(tar_of(files))


def npm_archive(name: str, version: str, dependencies: dict[str, str], body: str = "") -> tuple[str, bytes]:
    """Return file name and content of an npm package with one module."""
    document = {"name": name, "version": version, "license": "MIT", "main": "index.js", "dependencies": dependencies}
    files = {
        "package/package.json": json.dumps(document, indent=2).encode(),
        "package/index.js": (body or f"module.exports = {json.dumps(f'{name} {version}')};\n").encode(),
    }
    return f"{name.rpartition('/')[2]}-{version}.tgz", stored_gzip(tar_of(files))


def integrity(data: bytes) -> str:
    """Return what npm's lockfiles compare."""
    return "sha512-" + base64.b64encode(hashlib.sha512(data).digest()).decode()


def python_files() -> dict[str, dict[str, bytes]]:
    """Return the files of every Python project, by project and file name."""
    found: dict[str, dict[str, bytes]] = {}
    for name, (version, requires) in WHEELS.items():
        found[name] = dict([wheel(name, version, requires), source_archive(name, version)])
    return found


def npm_files() -> dict[str, tuple[str, dict[str, str], str, bytes]]:
    """Return version, dependencies, file name and content of every npm package."""
    found = {}
    for name, (version, dependencies) in ARCHIVES.items():
        found[name] = (version, dependencies, *npm_archive(name, version, dependencies))
    return found


def answer(path: str, base: str) -> Answer:
    """Return status, media type and body for a path of the registry."""
    parts = [part for part in unquote(path).split("/") if part]
    if parts[:1] == ["simple"] and len(parts) == 2:
        return _project(parts[1], base)
    if parts[:1] == ["files"] and len(parts) == 3:
        data = python_files().get(parts[1], {}).get(parts[2])
        return (200, "application/octet-stream", data) if data is not None else _missing()
    return _npm(parts, base)


def _project(name: str, base: str) -> Answer:
    files = python_files().get(name)
    if files is None:
        return _missing()
    listed = [
        {"filename": file, "url": f"{base}/files/{name}/{file}", "hashes": {"sha256": hashlib.sha256(data).hexdigest()}}
        for file, data in files.items()
    ]
    document = {"meta": {"api-version": "1.0"}, "name": name, "files": listed}
    return 200, "application/vnd.pypi.simple.v1+json", json.dumps(document).encode()


def _npm(parts: list[str], base: str) -> Answer:
    name = next((known for known in ARCHIVES if parts[: known.count("/") + 1] == known.split("/")), "")
    if not name:
        return _missing()
    version, dependencies, file, data = npm_files()[name]
    dist = {"tarball": f"{base}/{name}/-/{file}", "integrity": integrity(data)}
    document = {"name": name, "version": version, "dependencies": dependencies, "dist": dist}
    match parts[name.count("/") + 1 :]:
        case []:
            whole = {"name": name, "dist-tags": {"latest": version}, "versions": {version: document}}
            return 200, "application/json", json.dumps(whole).encode()
        case [only] if only == version:
            return 200, "application/json", json.dumps(document).encode()
        case ["-", asked] if asked == file:
            return 200, "application/octet-stream", data
    return _missing()


def _missing() -> Answer:
    return 404, "text/plain", b"no such package\n"


def _urlsafe(data: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()


def server(answering: Callable[[str, str], Answer] = answer) -> ThreadingHTTPServer:
    """Return a server on a free port of this machine."""

    class Handler(BaseHTTPRequestHandler):
        """Answers GET."""

        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            """Answer one request."""
            status, kind, body = answering(self.path.partition("?")[0], f"http://{self.headers['Host']}")
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Keep quiet."""

    return ThreadingHTTPServer(("127.0.0.1", 0), Handler)


def environment(base: str) -> dict[str, str]:
    """Return the variables that point package clients at the registry."""
    return {"PIP_INDEX_URL": f"{base}/simple", "UV_DEFAULT_INDEX": f"{base}/simple", "npm_config_registry": base}


def write_locks(folder: Path) -> None:
    """Write the lockfiles of the example."""
    lines = ['version = 1\nrequires-python = ">=3.11"\n']
    for name, (version, requires) in WHEELS.items():
        wheel_file, source_file = python_files()[name]
        files = {file: hashlib.sha256(data).hexdigest() for file, data in python_files()[name].items()}
        needs = "".join(f'    {{ name = "{need.partition(">")[0]}" }},\n' for need in requires)
        lines.append(
            f'[[package]]\nname = "{name}"\nversion = "{version}"\nsource = {{ registry = "{INDEX}" }}\n'
            + (f"dependencies = [\n{needs}]\n" if needs else "")
            + f'sdist = {{ url = "https://files.example/{source_file}", hash = "sha256:{files[source_file]}" }}\n'
            + f'wheels = [\n    {{ url = "https://files.example/{wheel_file}", hash = "sha256:{files[wheel_file]}" }},\n]\n'
        )
    own = '[[package]]\nname = "ringing"\nversion = "0.1.0"\nsource = { virtual = "." }\n'
    lines.append(
        own
        + 'dependencies = [\n    { name = "bell-tower" },\n]\n\n'
        + '[package.metadata]\nrequires-dist = [{ name = "bell-tower", specifier = ">=1.2" }]\n'
    )
    (folder / "ringing" / "uv.lock").write_text("\n".join(lines), encoding="utf-8")
    pins = [
        f"{name}=={WHEELS[name][0]} \\\n"
        + " \\\n".join(f"    --hash=sha256:{hashlib.sha256(d).hexdigest()}" for d in f.values())
        for name, f in python_files().items()
    ]
    (folder / "ringing" / "requirements.txt").write_text("\n".join([*pins, ""]), encoding="utf-8")
    packages: dict[str, object] = {"": json.loads((folder / "ringing" / "web" / "package.json").read_text("utf-8"))}
    for name, (version, dependencies, file, data) in npm_files().items():
        entry = {"version": version, "resolved": f"{REGISTRY}/{name}/-/{file}", "integrity": integrity(data)}
        entry["license"] = "MIT"
        packages[f"node_modules/{name}"] = {**entry, **({"dependencies": dependencies} if dependencies else {})}
    lock = {"name": "ringing-web", "version": "0.1.0", "lockfileVersion": 3, "requires": True, "packages": packages}
    (folder / "ringing" / "web" / "package-lock.json").write_text(json.dumps(lock, indent=2) + "\n", encoding="utf-8")


def main(words: list[str]) -> int:
    """Run a command beside the registry, or write the lockfiles."""
    if words[:1] == ["--locks"]:
        write_locks(Path(words[1]))
        return 0
    with server() as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        env = {**os.environ, **environment(f"http://127.0.0.1:{running.server_address[1]}")}
        code = subprocess.run(words, env=env, check=False).returncode  # noqa: S603
        running.shutdown()
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

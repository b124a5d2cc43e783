"""The far side of a drill: a web server outside on loopback that keeps a log, so that it can say who was never here."""

from __future__ import annotations

import hashlib
import http.server
import json
import ssl
import threading
from pathlib import Path
from types import TracebackType
from urllib.parse import unquote

from freehold.drill.authority import Authority

Page = tuple[str, bytes]
"""A content type and what it is the type of."""


class FarSide:
    """Serves ``pages`` by path, whatever the host is called; ``asked`` holds (host, path) of every request."""

    def __init__(self, pages: dict[str, Page] | None = None) -> None:
        self.pages = pages or {}
        self.asked: list[tuple[str, str]] = []
        self.connections = 0
        far = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                far.asked.append((self.headers.get("Host", ""), self.path))
                kind, body = far.pages.get(unquote(self.path), ("", b""))
                self.send_response(200 if kind else 404)
                self.send_header("Content-Type", kind or "text/plain")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:
                """Keep quiet."""

        class Server(http.server.ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 512

            def verify_request(self, request: object, client_address: object) -> bool:
                far.connections += 1
                return True

            def handle_error(self, request: object, client_address: object) -> None:
                """Clients that break off are expected here."""

        self._server = Server(("127.0.0.1", 0), Handler)

    def __enter__(self) -> FarSide:
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def port(self) -> int:
        """The port on 127.0.0.1."""
        return int(self._server.server_address[1])

    @property
    def place(self) -> str:
        """The address as routes and offers are written."""
        return f"127.0.0.1:{self.port}"

    def speak_tls(self, folder: Path, name: str) -> Path:
        """Speak TLS as ``name`` from now on; return the file of the authority to trust."""
        authority = Authority(folder)
        context: ssl.SSLContext = authority.context(name)
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        return authority.certificate


def wheel(name: str, version: str = "1.0") -> tuple[str, bytes]:
    """Return the file name and bytes of a wheel that installs one empty module."""
    import io
    import zipfile

    module = name.replace("-", "_")
    info = f"{module}-{version}.dist-info"
    files = {
        f"{module}.py": "",
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: simulator\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = "".join(f"{path},,\n" for path in [*files, f"{info}/RECORD"])
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for path, text in {**files, f"{info}/RECORD": record}.items():
            archive.writestr(zipfile.ZipInfo(path), text)
    return f"{module}-{version}-py3-none-any.whl", data.getvalue()


def simple_index(names: list[str], base: str = "") -> dict[str, Page]:
    """Return the pages of a PEP 691 index under ``/simple/``, with the wheels under ``base`` + ``/files/``."""
    pages: dict[str, Page] = {}
    for name in names:
        file, data = wheel(name)
        entry = {
            "filename": file,
            "url": f"{base}/files/{file}",
            "hashes": {"sha256": hashlib.sha256(data).hexdigest()},
        }
        page = {"meta": {"api-version": "1.0"}, "name": name, "files": [entry]}
        pages[f"/simple/{name}/"] = "application/vnd.pypi.simple.v1+json", json.dumps(page).encode()
        pages[f"/files/{file}"] = "application/zip", data
    return pages

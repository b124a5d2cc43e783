"""The served vault over real HTTP: it reads and never writes, no path leaves it, ranges work, damage is not served."""

from __future__ import annotations

import http.client
import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from example_registry import registry
from loopback import Loopback
from npm_registry import add_package
from python_index import add_project
from vault_cases import body, pull, served, sha256, wanted

from freehold.model.vault import Holds
from freehold.system.serving import Server
from freehold.vault.client_settings import settings_text, variables
from freehold.vault.digests import from_sri
from freehold.vault.manifest import Vault
from freehold.vault.shelves import answering

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

WHEEL_NAME, WHEEL = registry.wheel("bell", "1.0", ["rope>=2"])
NPM_NAME, NPM = registry.npm_archive("@ringing/rounds", "2.0.0", {"change-order": "^1.0.0"})


@pytest.fixture
def vault(tmp_path: Path) -> Path:
    with Loopback() as server:
        add_project(server, "bell", {WHEEL_NAME: WHEEL, "bell-1.0.tar.gz": b"source"})
        integrity = add_package(server, "@ringing/rounds", "2.0.0", NPM)
        _, older = registry.npm_archive("@ringing/rounds", "1.9.0", {})
        before = add_package(server, "@ringing/rounds", "1.9.0", older)
        items = (
            wanted("pkg:pypi/bell@1.0", sha256(WHEEL), sha256(b"source")),
            wanted("pkg:npm/%40ringing/rounds@2.0.0", *from_sri(integrity)),
            wanted("pkg:npm/%40ringing/rounds@1.9.0", *from_sri(before)),
        )
        report = pull(tmp_path / "v", server, *items)
        assert report.count("fetched") == 4  # type: ignore[arg-type]
    return tmp_path / "v"


@pytest.fixture
def connection(vault: Path) -> Iterator[http.client.HTTPConnection]:
    with Server("127.0.0.1", 0, answering(Vault(vault))) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=10)
        yield connection
        connection.close()
        server.shutdown()


def test_the_python_index_in_both_forms_with_metadata(vault: Path) -> None:
    page = json.loads(body(served(vault, "/pypi/simple/bell/", "application/vnd.pypi.simple.v1+json")))
    wheel = next(file for file in page["files"] if file["filename"] == WHEEL_NAME)
    assert (page["name"], page["versions"], wheel["requires-python"]) == ("bell", ["1.0"], ">=3.9")
    html = body(served(vault, "/pypi/simple/bell/")).decode()
    assert f"#sha256={wheel['hashes']['sha256']}" in html
    assert 'data-requires-python="&gt;=3.9"' in html
    place = f"/pypi/files/{wheel['hashes']['sha256']}/{WHEEL_NAME}"
    assert body(served(vault, place)) == WHEEL
    metadata = body(served(vault, f"{place}.metadata"))
    assert b"Requires-Dist: rope>=2" in metadata
    assert sha256(metadata) == f"sha256:{wheel['core-metadata']['sha256']}"
    assert served(vault, f"/pypi/files/{wheel['hashes']['sha256']}/other.whl").status == 404
    assert served(vault, "/pypi/simple/rope/").status == 404
    assert "bell" in body(served(vault, "/pypi/simple/")).decode()


def test_the_npm_registry_makes_documents_of_what_the_archives_say(vault: Path) -> None:
    document = json.loads(body(served(vault, "/npm/@ringing/rounds")))
    assert document["dist-tags"] == {"latest": "2.0.0"}
    latest = document["versions"]["2.0.0"]
    assert latest["dependencies"] == {"change-order": "^1.0.0"}
    assert latest["dist"]["integrity"] == registry.integrity(NPM)
    path = latest["dist"]["tarball"].removeprefix("http://vault.example")
    assert body(served(vault, path)) == NPM
    assert json.loads(body(served(vault, "/npm/@ringing/rounds/1.9.0")))["version"] == "1.9.0"
    assert served(vault, "/npm/@ringing/rounds/3.0.0").status == 404
    assert served(vault, "/npm/@ringing").status == 404


@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE", "PATCH", "OPTIONS", "MKCOL", "TRACE", "CONNECT"])
def test_every_method_that_writes_is_refused(connection: http.client.HTTPConnection, vault: Path, method: str) -> None:
    before = sorted((path, path.stat().st_mtime_ns) for path in vault.rglob("*"))
    connection.request(method, "/npm/@ringing/rounds", body=b"evil")
    answer = connection.getresponse()
    assert (answer.status, answer.getheader("Allow")) == (405, "GET, HEAD")
    assert sorted((path, path.stat().st_mtime_ns) for path in vault.rglob("*")) == before


@pytest.mark.parametrize(
    "path",
    [
        "/../manifest.jsonl",
        "/pypi/files/../../vault.json",
        "/pypi/files/%2e%2e/%2e%2e/vault.json",
        "/npm/..%2f..%2fvault.json",
        "/files/" + "a" * 64 + "/..%2fvault.json",
        "/maven//etc/passwd",
        "/hf/a/resolve/main/..%2f..%2fvault.json",
        "/v2/..%2f/manifests/latest",
        "/%00",
        "/" + "a" * 5000,
        "/..\\vault.json",
        "//etc/passwd",
        "/manifest.jsonl",
    ],
)
def test_no_path_leaves_the_vault(connection: http.client.HTTPConnection, path: str) -> None:
    connection.putrequest("GET", path, skip_host=False)
    connection.endheaders()
    answer = connection.getresponse()
    data = answer.read()
    assert answer.status in (400, 404)
    assert b"freehold_vault" not in data
    assert b"root:" not in data


def test_ranges_and_heads(connection: http.client.HTTPConnection) -> None:
    place = f"/pypi/files/{sha256(WHEEL).partition(':')[2]}/{WHEEL_NAME}"
    for asked, status, data in (
        ("bytes=0-3", 206, WHEEL[:4]),
        ("bytes=10-", 206, WHEEL[10:]),
        ("bytes=-5", 206, WHEEL[-5:]),
        ("bytes=999999-", 416, b""),
        ("nonsense", 200, WHEEL),
    ):
        connection.request("GET", place, headers={"Range": asked})
        answer = connection.getresponse()
        assert (answer.status, answer.read()) == (status, data), asked
    connection.request("HEAD", place)
    answer = connection.getresponse()
    assert (answer.status, answer.getheader("Content-Length"), answer.read()) == (200, str(len(WHEEL)), b"")


def test_a_host_header_that_could_do_harm_does_not_come_back(connection: http.client.HTTPConnection) -> None:
    connection.putrequest("GET", "/npm/@ringing/rounds/2.0.0", skip_host=True)
    connection.putheader("Host", 'x"><script>')
    connection.endheaders()
    answer = connection.getresponse()
    assert b"script" not in answer.read()


def test_what_is_pulled_while_serving_is_served(vault: Path) -> None:
    answer = answering(Vault(vault))
    from freehold.system.serving import Asked

    assert answer(Asked("/pypi/simple/rope/")).status == 404
    with Loopback() as server:
        add_project(server, "rope", {"rope-2.0.tar.gz": b"rope"})
        pull(vault, server, wanted("pkg:pypi/rope@2.0", sha256(b"rope")))
    assert answer(Asked("/pypi/simple/rope/")).status == 200


def test_a_manifest_that_was_tampered_with_serves_nothing_it_should_not(vault: Path) -> None:
    one = next(entry for entry in Vault(vault).entries().values() if entry.file == WHEEL_NAME)
    import msgspec

    Vault(vault).add(msgspec.structs.replace(one, file="evil", sha256="../../vault.json", holds=(Holds.ARTIFACTS,)))
    assert served(vault, "/pypi/simple/bell/").status == 200
    assert served(vault, "/files/../../vault.json/evil").status in (404, 500)


def test_settings_for_every_client() -> None:
    text = settings_text("http://127.0.0.1:8418")
    for part in (
        "PIP_INDEX_URL=",
        "UV_DEFAULT_INDEX=",
        "npm_config_registry=",
        "GOPROXY=",
        "source.crates-io",
        "mirrorOf",
        "deb [",
    ):
        assert part in text
    assert "PIP_TRUSTED_HOST" not in variables("http://127.0.0.1:8418")
    assert variables("http://vault.example:80")["PIP_TRUSTED_HOST"] == "vault.example"

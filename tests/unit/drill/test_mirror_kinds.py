"""The honesty test for images and Debian packages: whole and true is served, a missing or changed part is found out."""

from __future__ import annotations

import hashlib
import platform
from pathlib import Path

import apt_archive
import image_registry
import pytest
from cli_runs import freehold
from drill_runs import needs_namespaces
from loopback import Loopback

from freehold.drill.mirror_debian import _list, debian_package
from freehold.drill.mirror_images import image
from freehold.drill.mirror_reading import NotServedError, Wanted

pytestmark = [pytest.mark.enable_socket]

MACHINE = {"x86_64": "amd64", "aarch64": "arm64"}.get(platform.machine(), platform.machine())
LAYERS = [b"layer one", b"layer two"]
BELLS = apt_archive.package("bells", "1.0-1")
PURL = "pkg:deb/debian/bells@1.0-1?arch=all&distro=debian-12"


@pytest.fixture(autouse=True)
def _no_lists_held() -> None:
    _list.cache_clear()


def bells(digest: str) -> Wanted:
    return Wanted("pkg:docker/library/bells", "docker", "library/bells", digest, (digest,))


def test_an_image_is_served_when_its_manifest_and_every_blob_are() -> None:
    with Loopback() as server:
        digest = image_registry.add_image(server, "library/bells", "1.0", MACHINE, LAYERS)
        assert image(server.url, bells(digest)) == "same bytes (manifest and 3 blobs)"


def test_an_image_behind_a_proxy_project_has_the_project_in_its_address() -> None:
    with Loopback() as server:
        digest = image_registry.add_image(server, "proxy/library/bells", "1.0", MACHINE, LAYERS)
        assert image(f"{server.url}/proxy", bells(digest)).startswith("same bytes")


@pytest.mark.parametrize("fault", ["missing", "changed"])
def test_a_layer_that_a_proxy_promised_and_does_not_hold_is_found_out(fault: str) -> None:
    with Loopback() as server:
        digest = image_registry.add_image(server, "library/bells", "1.0", MACHINE, LAYERS)
        layer = f"/v2/library/bells/blobs/{image_registry.digest_of(LAYERS[1])}"
        del server.routes[layer]
        if fault == "changed":
            server.routes[layer] = b"layer tow"
        with pytest.raises(NotServedError, match="404" if fault == "missing" else "other bytes"):
            image(server.url, bells(digest))


def test_a_manifest_of_other_bytes_is_found_out() -> None:
    with Loopback() as server:
        digest = image_registry.add_image(server, "library/bells", "1.0", MACHINE, LAYERS)
        server.routes[f"/v2/library/bells/manifests/{digest}"] = b"{}"
        with pytest.raises(NotServedError, match="other bytes"):
            image(server.url, bells(digest))


def debian(server: Loopback, data: bytes = BELLS, *hashes: str) -> str:
    """Ask an archive that lists the package and serves ``data`` for it."""
    apt_archive.add_suite(server, "bookworm", [apt_archive.stanza("bells", "1.0-1", BELLS)])
    apt_archive.add_package(server, "bells", "1.0-1", data)
    return debian_package(f"{server.url}/debian", Wanted(PURL, "deb", "debian/bells", "1.0-1", hashes))


def test_a_debian_package_is_compared_with_the_projects_hash_else_with_the_list() -> None:
    own = f"sha256:{hashlib.sha256(BELLS).hexdigest()}"
    with Loopback() as server:
        assert debian(server, BELLS, own) == "same bytes"
        assert "the project names no hash" in debian(server)
        with pytest.raises(NotServedError, match="other bytes"):
            debian(server, BELLS, f"sha256:{'0' * 64}")


def test_a_debian_package_of_other_bytes_or_unlisted_or_of_no_suite_is_found_out() -> None:
    with Loopback() as server:
        with pytest.raises(NotServedError, match="other bytes"):
            debian(server, BELLS + b"x")
        with pytest.raises(NotServedError, match="no list of bookworm"):
            debian_package(f"{server.url}/debian", Wanted(PURL, "deb", "debian/bells", "2.0-1"))
        with pytest.raises(NotServedError, match="names no suite"):
            debian_package(f"{server.url}/debian", Wanted("pkg:deb/debian/bells@1.0-1", "deb", "debian/bells", "1.0-1"))


@needs_namespaces
def test_the_command_asks_a_registry_for_the_images_of_a_container_file(tmp_path: Path) -> None:
    with Loopback() as server:
        digest = image_registry.add_image(server, "library/bells", "1.0", MACHINE, LAYERS)
        (tmp_path / "app").mkdir()
        (tmp_path / "app" / "Dockerfile").write_text(f"FROM bells:1.0@{digest}\n")
        run = freehold("drill", "--mirror", f"docker={server.url}", tmp_path / "app", "-f", "json")
    assert run.code == 0, run
    assert [(check["served"], check["met"]) for check in run.json["checks"]] == [
        (True, "same bytes (manifest and 3 blobs)")
    ]

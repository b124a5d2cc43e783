"""Every other protocol: pulled from a simulator that speaks it, checked, and served again in the same protocol."""

from __future__ import annotations

import gzip
import hashlib
import json
import platform
import shutil
from pathlib import Path

import apt_archive
import crate_registry
import git_forge
import image_registry
import maven_repository
import model_hub
import module_proxy
import pytest
from loopback import Loopback
from vault_cases import BASE, body, held, only, outcomes, pull, served, sha256, wanted

from freehold.model.vault import Holds, Outcome
from freehold.system.serving import Reply
from freehold.vault.manifest import Vault, in_use

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

MODULE, VERSION = "example.org/Ringing/Bells", "v1.2.0"
MODULE_PURL = "pkg:golang/example.org/ringing/bells@v1.2.0"
SOURCES = {"go.mod": f"module {MODULE}\n", "bells.go": "package bells\n"}
GIT = shutil.which("git") is not None


def test_cargo_from_the_sparse_index_and_back(tmp_path: Path) -> None:
    with Loopback() as server:
        first = crate_registry.add_crate(server, "bells", "1.0.0", b"crate one")
        crate_registry.add_crate(server, "bells", "2.0.0", b"crate two")
        items = wanted("pkg:cargo/bells@1.0.0", f"sha256:{first}"), wanted("pkg:cargo/bells@2.0.0")
        report = pull(tmp_path / "v", server, *items)
    assert set(outcomes(report).values()) == {Outcome.FETCHED}
    files = held(tmp_path / "v")
    assert (files["bells-1.0.0.crate"].checked, files["bells-2.0.0.crate"].checked) == ("project", "registry")
    config = json.loads(body(served(tmp_path / "v", "/cargo/config.json")))
    assert config["dl"] == f"{BASE}/cargo/crates"
    lines = [json.loads(line) for line in body(served(tmp_path / "v", "/cargo/be/ll/bells")).splitlines()]
    assert (lines[0]["vers"], lines[0]["cksum"], lines[0]["yanked"]) == ("1.0.0", first, False)
    assert body(served(tmp_path / "v", "/cargo/crates/bells/1.0.0/download")) == b"crate one"
    assert served(tmp_path / "v", "/cargo/xx/ll/bells").status == 404


def test_a_go_module_is_checked_by_the_hash_of_its_tree(tmp_path: Path) -> None:
    data = module_proxy.module_archive(MODULE, VERSION, SOURCES)
    right = module_proxy.tree_hash(MODULE, VERSION, SOURCES)
    with Loopback() as server:
        module_proxy.add_module(server, MODULE, VERSION, data)
        wrong = pull(tmp_path / "w", server, wanted(MODULE_PURL, "h1:" + "A" * 43 + "=", name=MODULE, version=VERSION))
        report = pull(tmp_path / "v", server, wanted(MODULE_PURL, right, name=MODULE, version=VERSION))
    assert only(wrong).outcome is Outcome.REFUSED
    assert only(report).outcome is Outcome.FETCHED
    place = "/go/example.org/!ringing/!bells"
    assert body(served(tmp_path / "v", f"{place}/@v/{VERSION}.zip")) == data
    assert body(served(tmp_path / "v", f"{place}/@v/{VERSION}.mod")) == SOURCES["go.mod"].encode()
    assert json.loads(body(served(tmp_path / "v", f"{place}/@v/{VERSION}.info"))) == {"Version": VERSION}
    assert body(served(tmp_path / "v", f"{place}/@v/list")) == f"{VERSION}\n".encode()
    assert json.loads(body(served(tmp_path / "v", f"{place}/@latest")))["Version"] == VERSION
    assert served(tmp_path / "v", "/go/example.org/ringing/bells/@v/list").status == 404, "a path's capitals count"


def test_maven_brings_the_poms_above_and_believes_no_wrong_checksum(tmp_path: Path) -> None:
    folder = "org/example/bells/1.0"
    parent = "<parent><groupId>org.example</groupId><artifactId>belfry</artifactId><version>7</version></parent>"
    with Loopback() as server:
        maven_repository.add_file(server, f"{folder}/bells-1.0.jar", b"jar", sidecar="sha256")
        pom = maven_repository.pom("org.example", "bells", "1.0", parent).encode()
        maven_repository.add_file(server, f"{folder}/bells-1.0.pom", pom)
        above = maven_repository.pom("org.example", "belfry", "7", "<packaging>pom</packaging>").encode()
        maven_repository.add_file(server, "org/example/belfry/7/belfry-7.pom", above)
        report = pull(tmp_path / "v", server, wanted("pkg:maven/org.example/bells@1.0"))
        server.routes[f"/maven/{folder}/bells-1.0.jar.sha256"] = b"0" * 64
        wrong = pull(tmp_path / "w", server, wanted("pkg:maven/org.example/bells@1.0"))
    assert set(outcomes(report).values()) == {Outcome.FETCHED}
    assert len(report.items) == 3
    assert outcomes(wrong)[f"{folder}/bells-1.0.jar"] is Outcome.REFUSED
    assert body(served(tmp_path / "v", f"/maven/{folder}/bells-1.0.jar")) == b"jar"
    assert (
        body(served(tmp_path / "v", f"/maven/{folder}/bells-1.0.jar.sha1")) == hashlib.sha1(b"jar").hexdigest().encode()
    )
    assert b"<packaging>pom" in body(served(tmp_path / "v", "/maven/org/example/belfry/7/belfry-7.pom"))
    assert b"<version>1.0</version>" in body(served(tmp_path / "v", "/maven/org/example/bells/maven-metadata.xml"))


def test_a_pom_that_expands_entities_is_refused(tmp_path: Path) -> None:
    bomb = b'<!DOCTYPE p [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><project><packaging>&b;</packaging></project>'
    with Loopback() as server:
        maven_repository.add_file(server, "org/example/bells/1.0/bells-1.0.pom", bomb)
        report = pull(tmp_path / "v", server, wanted("pkg:maven/org.example/bells@1.0"))
    assert only(report).outcome is Outcome.FAILED
    assert "no POM" in only(report).reason


def test_debian_through_release_and_list_and_back_as_a_flat_archive(tmp_path: Path) -> None:
    data = apt_archive.package("bells", "1.0-1")
    purl = "pkg:deb/debian/bells@1.0-1?arch=all&distro=debian-12"
    with Loopback() as server:
        apt_archive.add_suite(server, "bookworm", [apt_archive.stanza("bells", "1.0-1", data)])
        apt_archive.add_package(server, "bells", "1.0-1", data)
        report = pull(tmp_path / "v", server, wanted(purl, version="1.0-1"))
    assert only(report).outcome is Outcome.FETCHED
    packages = body(served(tmp_path / "v", "/deb/debian/Packages"))
    assert gzip.decompress(body(served(tmp_path / "v", "/deb/debian/Packages.gz"))) == packages
    assert hashlib.sha256(packages).hexdigest() in body(served(tmp_path / "v", "/deb/debian/Release")).decode()
    fields = dict(line.split(": ", 1) for line in packages.decode().splitlines() if ": " in line)
    assert (fields["Package"], fields["SHA256"]) == ("bells", hashlib.sha256(data).hexdigest())
    assert body(served(tmp_path / "v", f"/deb/debian/{fields['Filename']}")) == data


def test_a_debian_list_that_the_release_does_not_name_is_refused(tmp_path: Path) -> None:
    data = apt_archive.package("bells", "1.0-1")
    with Loopback() as server:
        apt_archive.add_suite(server, "bookworm", [apt_archive.stanza("bells", "1.0-1", data)], honest=False)
        apt_archive.add_package(server, "bells", "1.0-1", data)
        item = wanted("pkg:deb/debian/bells@1.0-1?arch=all&distro=debian-12", version="1.0-1")
        report = pull(tmp_path / "v", server, item)
    assert only(report).outcome is Outcome.FAILED
    assert "not the list" in only(report).reason


@pytest.mark.parametrize("by_digest", [True, False])
def test_an_image_with_an_anonymous_token_and_back(tmp_path: Path, by_digest: bool) -> None:
    machine = {"x86_64": "amd64", "aarch64": "arm64"}.get(platform.machine(), platform.machine())
    with Loopback() as server:
        digest = image_registry.add_image(server, "library/bells", "1.0", machine, [b"layer one", b"layer two"])
        version = digest if by_digest else "1.0"
        purl = f"pkg:docker/library/bells@{version.replace(':', '%3A')}"
        item = wanted(purl, *([digest] if by_digest else []), version=version)
        report = pull(tmp_path / "v", server, item)
    assert set(outcomes(report).values()) == {Outcome.FETCHED}
    assert {one.checked for one in held(tmp_path / "v").values()} == {"project" if by_digest else "registry"}
    assert body(served(tmp_path / "v", "/v2/")) == b"{}"
    reply = served(tmp_path / "v", f"/v2/library/bells/manifests/{version}")
    assert (reply.media_type, reply.headers["Docker-Content-Digest"]) == (image_registry.INDEX, digest)
    chosen = next(m for m in json.loads(body(reply))["manifests"] if m["platform"]["architecture"] == machine)
    manifest = json.loads(body(served(tmp_path / "v", f"/v2/library/bells/manifests/{chosen['digest']}")))
    layers = [body(served(tmp_path / "v", f"/v2/library/bells/blobs/{one['digest']}")) for one in manifest["layers"]]
    assert layers == [b"layer one", b"layer two"]
    assert served(tmp_path / "v", "/v2/library/other/manifests/1.0").status == 404


def test_an_image_of_a_named_registry_is_asked_for_nowhere_else(tmp_path: Path) -> None:
    digest = "sha256:" + "0" * 64
    with Loopback() as server, Loopback() as own:
        item = wanted("pkg:docker/shop/bells@" + digest.replace(":", "%3A"), digest, version=digest, registry=own.url)
        assert only(pull(tmp_path / "v", server, item)).outcome is Outcome.FAILED
        assert (server.asked, own.asked) == ([], [f"/v2/shop/bells/manifests/{digest}"])


def test_an_image_or_weights_that_came_only_in_part_do_not_count_and_are_completed(tmp_path: Path) -> None:
    machine = {"x86_64": "amd64", "aarch64": "arm64"}.get(platform.machine(), platform.machine())
    with Loopback() as server:
        digest = image_registry.add_image(server, "library/bells", "1.0", machine, [b"layer one", b"layer two"])
        model_hub.add_model(server, "ringing/bells-1b", "main", {"model.safetensors": b"weights", "config.json": b"{}"})
        layer = f"/v2/library/bells/blobs/{image_registry.digest_of(b'layer two')}"
        weights = f"/hub/ringing/bells-1b/resolve/{model_hub.COMMIT}/model.safetensors"
        aside = {path: server.routes.pop(path) for path in (layer, weights)}
        items = (
            wanted(f"pkg:docker/library/bells@{digest.replace(':', '%3A')}", digest, version=digest),
            wanted("pkg:huggingface/ringing/bells-1b", name="ringing/bells-1b"),
        )
        first = pull(tmp_path / "v", server, *items)
        assert first.count(Outcome.FAILED) == 2
        vault = Vault(tmp_path / "v")
        assert in_use(vault, vault.entries().values()) == []
        server.routes |= aside
        second = pull(tmp_path / "v", server, *items)
        assert second.count(Outcome.FETCHED) == 2
    assert len(in_use(vault, vault.entries().values())) == len(first.items)


def test_a_manifest_of_another_digest_is_refused(tmp_path: Path) -> None:
    with Loopback() as server:
        digest = image_registry.add_image(server, "library/bells", "1.0", "amd64", [b"layer"])
        server.flipped.add(f"/v2/library/bells/manifests/{digest}")
        item = wanted(f"pkg:docker/library/bells@{digest.replace(':', '%3A')}", digest, version=digest)
        report = pull(tmp_path / "v", server, item)
    assert only(report).outcome is Outcome.FAILED
    assert "another digest" in only(report).reason


def test_weights_from_a_hub_and_back(tmp_path: Path) -> None:
    files = {"model.safetensors": b"weights" * 1000, "config.json": b"{}", "sub/tokenizer.json": b"[]"}
    with Loopback() as server:
        model_hub.add_model(server, "ringing/bells-1b", "main", files, more=("../../etc/passwd", "/absolute"))
        report = pull(tmp_path / "v", server, wanted("pkg:huggingface/ringing/bells-1b", name="ringing/bells-1b"))
    found = outcomes(report)
    assert {file: found[file] for file in files} == dict.fromkeys(files, Outcome.FETCHED)
    assert sum("could do harm" in item.reason for item in report.items) == 2
    listing = json.loads(body(served(tmp_path / "v", "/hf/api/models/ringing/bells-1b/revision/main")))
    assert (listing["sha"], {one["rfilename"] for one in listing["siblings"]}) == (model_hub.COMMIT, set(files))
    reply: Reply = served(tmp_path / "v", f"/hf/ringing/bells-1b/resolve/{model_hub.COMMIT}/model.safetensors")
    assert body(reply) == files["model.safetensors"]
    assert reply.headers["X-Repo-Commit"] == model_hub.COMMIT


def test_weights_that_are_not_what_the_hub_says_are_refused(tmp_path: Path) -> None:
    with Loopback() as server:
        model_hub.add_model(server, "ringing/bells-1b", "main", {"model.safetensors": b"weights", "config.json": b"{}"})
        folder = f"/hub/ringing/bells-1b/resolve/{model_hub.COMMIT}"
        server.flipped |= {f"{folder}/model.safetensors", f"{folder}/config.json"}
        report = pull(tmp_path / "v", server, wanted("pkg:huggingface/ringing/bells-1b", name="ringing/bells-1b"))
    assert set(outcomes(report).values()) == {Outcome.REFUSED}
    assert held(tmp_path / "v") == {}


@pytest.mark.skipif(not GIT, reason="git is not installed")
def test_a_commit_becomes_a_bundle_with_its_software_heritage_identifiers(tmp_path: Path) -> None:
    with Loopback() as server:
        first = git_forge.add_repository(server, tmp_path / "r", "/ringing/bells.git", {"a": "ding\n", "b": "dong\n"})
        item = wanted(
            f"pkg:generic/bells@{first}?vcs_url=git%2B{server.url}/ringing/bells.git%40{first}", version=first
        )
        report = pull(tmp_path / "v", server, item)
        again = pull(tmp_path / "v", server, item)
    assert only(report).outcome is Outcome.FETCHED, only(report)
    assert only(again).outcome is Outcome.HELD
    one = held(tmp_path / "v")[f"{first}.bundle"]
    tree = git_forge.git(tmp_path / "r", "rev-parse", f"{first}^{{tree}}")
    assert one.swhids == (f"swh:1:rev:{first}", f"swh:1:dir:{tree}")
    assert (one.checked, one.holds) == ("project", (Holds.SOURCE,))
    (tmp_path / "b.bundle").write_bytes(body(served(tmp_path / "v", f"/files/{one.sha256}/{one.file}")))
    git_forge.git(tmp_path, "clone", "-q", "-b", "freehold", "b.bundle", "clone")
    assert sorted(path.name for path in (tmp_path / "clone").iterdir()) == [".git", "a"], "the commit, not the branch"
    assert not list((tmp_path / "v").glob("scratch-*"))


@pytest.mark.skipif(not GIT, reason="git is not installed")
@pytest.mark.parametrize("url", ["ext::sh -c touch% /tmp/x", "file:///etc", "--upload-pack=x", "/etc"])
def test_addresses_that_could_run_or_read_something_here_are_refused(tmp_path: Path, url: str) -> None:
    commit = "1" * 40
    with Loopback() as server:
        item = wanted(f"pkg:generic/bells@{commit}?vcs_url={url}@{commit}", version=commit)
        report = pull(tmp_path / "v", server, item)
    assert only(report).outcome is Outcome.FAILED
    assert "no address of a repository" in only(report).reason


def test_what_a_file_is_compared_with_is_recorded(tmp_path: Path) -> None:
    with Loopback() as server:
        server.routes["/x.bin"] = b"x"
        pull(tmp_path / "v", server, wanted("pkg:generic/x@1", url=f"{server.url}/x.bin"))
    assert held(tmp_path / "v")["x.bin"].checked == "nothing"
    assert f"sha256:{held(tmp_path / 'v')['x.bin'].sha256}" == sha256(b"x")

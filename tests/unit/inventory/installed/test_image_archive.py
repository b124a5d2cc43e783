"""Image archives and layouts: names, digests, platforms, layers with whiteouts, and everything contained in the image."""

from __future__ import annotations

import gzip
import lzma
import platform
import tarfile
from pathlib import Path

import pytest
from image_archives import BASE, Files, Layout, config, debian, digest, docker_save, layer, member, packed, saved
from installed_trees import RELEASE, only, remarks

from freehold.errors import InputError
from freehold.inventory.folder import read_paths
from freehold.inventory.installed import streams
from freehold.model.component import ComponentKind, Inventory, Reference, Role

IMAGE = "pkg:docker/shop/web@1.0"
NAMED = {"annotations": {"io.containerd.image.name": "registry.example/shop/web:1.0"}}


def of_layers(folder: Path, *layers: Files) -> Inventory:
    """Read an image of these layers."""
    return read_paths([saved(folder, docker_save([layer(files) for files in layers]))])


def names(inventory: Inventory) -> set[str]:
    """Return the names of everything in the image."""
    return {one.name for one in inventory.components if not one.is_root}


def test_a_saved_image_holds_its_packages(tmp_path: Path) -> None:
    data = docker_save([layer(BASE)])
    inventory = read_paths([saved(tmp_path, data)])
    image = only(inventory, "shop/web")
    assert image.key == IMAGE
    assert image.kind is ComponentKind.CONTAINER
    assert image.is_root
    assert image.hashes == (digest(config()),)
    assert names(inventory) == {"debian", "base-files", "libc6"}
    assert {one.contained_in for one in inventory.components if not one.is_root} == {IMAGE}
    assert {edge.parent for edge in inventory.dependencies} == {IMAGE}
    assert len(inventory.dependencies) == 3
    assert only(inventory, "libc6").key == "pkg:deb/debian/libc6@2.36?arch=amd64&distro=debian-12"
    assert str(only(inventory, "libc6").origins[0]) == "image.tar/var/lib/dpkg/status:7"
    assert "identified by its configuration" in remarks(inventory)


def test_compressed_archives_and_layers_give_the_same(tmp_path: Path) -> None:
    plain = read_paths([saved(tmp_path, docker_save([layer(BASE)]), "image.tar")])
    for data in (
        gzip.compress(docker_save([layer(BASE)])),
        lzma.compress(docker_save([layer(BASE)])),
        docker_save([packed(layer(BASE))]),
        docker_save([packed(layer(BASE)[:1024]) + packed(layer(BASE)[1024:])]),
    ):
        assert read_paths([saved(tmp_path, data, "image.tar")]).components == plain.components


def test_a_layout_as_folder_or_archive_gives_the_manifests_digest(tmp_path: Path) -> None:
    layout = Layout()
    image = layout.image([packed(layer(BASE))])
    layout.index(image | NAMED)
    for path in (layout.folder(tmp_path / "layout"), saved(tmp_path, layout.archive())):
        inventory = read_paths([path])
        found = only(inventory, "registry.example/shop/web")
        assert found.hashes == (image["digest"],)
        assert found.registry == "https://registry.example"
        assert found.key == "pkg:docker/shop/web@1.0?repository_url=registry.example"
        exact = (
            f"pkg:oci/web@{str(image['digest']).replace(':', '%3A')}?repository_url=registry.example/shop/web&tag=1.0"
        )
        assert exact in found.purls or exact.replace("%3A", ":") in found.purls
        assert names(inventory) == {"debian", "base-files", "libc6"}


def test_of_several_platforms_this_machines_is_read_and_attestations_never(tmp_path: Path) -> None:
    own = {"x86_64": "amd64", "aarch64": "arm64"}.get(platform.machine(), platform.machine())
    layout = Layout()
    other = layout.image([layer({**BASE, "var/lib/dpkg/status": debian(other="1")})], architecture="s390x")
    mine = layout.image([layer(BASE)], architecture=own)
    proof = layout.blob(b"{}", annotations={"vnd.docker.reference.type": "attestation-manifest"})
    inner = layout.blob(f'{{"manifests": {[other, mine, proof]!r}}}'.replace("'", '"').encode())
    inventory = read_paths([saved(tmp_path, layout.index(inner | NAMED).archive())])
    assert "libc6" in names(inventory)
    assert "other" not in names(inventory)
    assert f"of 2 platforms (linux/s390x, linux/{own}) linux/{own} was read, that of this machine" in remarks(inventory)


def test_without_this_machines_platform_the_first_is_read(tmp_path: Path) -> None:
    layout = Layout()
    entries = [layout.image([layer(BASE)], architecture=name) for name in ("s390x", "riscv64")]
    inventory = read_paths([saved(tmp_path, layout.index(*entries).archive())])
    assert "linux/s390x was read, the first" in remarks(inventory)


def test_an_image_without_a_name_is_its_archive_and_digest(tmp_path: Path) -> None:
    layout = Layout()
    image = layout.image([layer(BASE)])
    inventory = read_paths([saved(tmp_path, layout.index(image).archive())])
    (found,) = [one for one in inventory.components if one.is_root]
    assert found.key == f"image.tar#{image['digest']}"
    assert found.purls == ()


def test_labels_name_source_licence_vendor_and_base_image(tmp_path: Path) -> None:
    label = "org.opencontainers.image."
    labels = {
        f"{label}source": "https://forge.example/shop/web",
        f"{label}url": "https://shop.example",
        f"{label}licenses": "MIT",
        f"{label}vendor": "Shop GmbH",
        f"{label}base.name": "registry.example/base:12",
        f"{label}base.digest": "sha256:" + "ab" * 32,
    }
    inventory = read_paths([saved(tmp_path, docker_save([layer(BASE)], settings=config(labels)))])
    image = only(inventory, "shop/web")
    assert Reference("website", "https://shop.example") in image.references
    assert image.references[0].kind == "vcs"
    assert [one.value for one in image.licences] == ["MIT"]
    assert image.supplier == "Shop GmbH"
    base = only(inventory, "registry.example/base")
    assert base.version == "sha256:" + "ab" * 32
    assert base.contained_in is None
    assert (IMAGE, base.key, Role.BUILD) in {(edge.parent, edge.child, edge.role) for edge in inventory.dependencies}


def test_several_images_in_one_archive_stay_apart(tmp_path: Path) -> None:
    layout = Layout()
    one = layout.image([layer(BASE)], annotations={"n": "1"})
    two = layout.image([layer({**BASE, "var/lib/dpkg/status": debian(other="1")})], annotations={"n": "2"})
    entries = [
        image | {"annotations": {"io.containerd.image.name": f"registry.example/{name}:1"}}
        for image, name in ((one, "one"), (two, "two"))
    ]
    inventory = read_paths([saved(tmp_path, layout.index(*entries).archive())])
    first, second = only(inventory, "registry.example/one").key, only(inventory, "registry.example/two").key
    assert only(inventory, "libc6").contained_in == first
    assert only(inventory, "other").contained_in == second


def test_later_layers_hide_and_replace(tmp_path: Path) -> None:
    module = "srv/node_modules/{}/package.json"
    base = {
        **BASE,
        module.format("kept"): '{"name": "kept", "version": "1"}',
        module.format("gone"): '{"name": "gone", "version": "1"}',
        module.format("newer"): '{"name": "newer", "version": "1"}',
        "opt/node_modules/below/package.json": '{"name": "below", "version": "1"}',
        "old/node_modules/swept/package.json": '{"name": "swept", "version": "1"}',
        "was/node_modules/folder/package.json": '{"name": "folder", "version": "1"}',
    }
    inventory = of_layers(
        tmp_path,
        base,
        {
            "srv/node_modules/.wh.gone": "",
            module.format("newer"): '{"name": "newer", "version": "2"}',
            "opt/node_modules/above/package.json": '{"name": "above", "version": "1"}',
            "opt/node_modules/.wh..wh..opq": "",
            ".wh.old": "",
            "was": "a file now, that no reader is for",
            ".wh.absent": "",
        },
    )
    assert names(inventory) == {"debian", "base-files", "libc6", "kept", "newer", "above"}
    assert only(inventory, "newer").version == "2"


def test_a_hidden_name_comes_back_with_its_own_layer(tmp_path: Path) -> None:
    status = {"var/lib/dpkg/.wh.status": "", "var/lib/dpkg/status": debian(only="3")}
    assert "libc6" not in names(of_layers(tmp_path, BASE, status))
    assert "only" in names(of_layers(tmp_path, BASE, dict(reversed(status.items()))))


def test_links_in_an_image_lead_inside_it(tmp_path: Path) -> None:
    inventory = of_layers(
        tmp_path,
        {
            "usr/lib/os-release": RELEASE,
            "etc/os-release->../usr/lib/os-release": None,
            "var/lib/dpkg->/usr/state/dpkg": None,
            "usr/state/dpkg/status": debian(),
        },
        {"var/lib/dpkg/status.d/more": debian(more="1")},
    )
    assert {"debian", "base-files"} <= names(inventory)


def test_a_folder_that_a_layer_passes_through_may_be_a_link_below(tmp_path: Path) -> None:
    apk = "P:musl\nV:1.2\nA:x86_64\nL:MIT\n"
    inventory = of_layers(
        tmp_path,
        {"lib->usr/lib": None, "usr/lib/os-release": "ID=alpine\nVERSION_ID=3.20\n"},
        {"lib/apk/db/installed": apk},
    )
    assert names(inventory) == {"alpine", "musl"}
    assert only(inventory, "musl").key == "pkg:apk/alpine/musl@1.2?arch=x86_64&distro=alpine-3.20"


def test_an_archive_of_a_root_filesystem_is_read_as_one(tmp_path: Path) -> None:
    inventory = read_paths([saved(tmp_path, packed(layer(BASE)), "rootfs.tar.gz")])
    assert {"debian", "base-files", "libc6"} <= {one.name for one in inventory.components}
    assert only(inventory, "libc6").contained_in is None


def test_any_other_archive_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="archives are not looked into, but for those of images"):
        read_paths([saved(tmp_path, layer({"src/setup.py": "import os\n"}))])


def test_a_layer_that_docker_wrote_as_a_link_to_another_is_that_one(tmp_path: Path) -> None:
    data = docker_save([layer({}), layer(BASE)])
    name = "01" + "ab" * 31
    with tarfile.open(saved(tmp_path, data)) as archive:
        inner = {one.name: archive.extractfile(one) for one in archive.getmembers()}
        parts: dict[str, str | bytes | None] = {key: file.read() for key, file in inner.items() if file is not None}
    whole = parts.pop(f"{name}/layer.tar")
    parts["99/layer.tar"] = whole
    moved = layer(parts, [member(f"{name}/layer.tar", tarfile.SYMTYPE, "../99/layer.tar")])
    assert "libc6" in names(read_paths([saved(tmp_path, moved)]))


def test_a_zstd_layer_that_this_python_cannot_unpack_is_a_counted_skip(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams, "_zstd", lambda: None)
    path = saved(tmp_path, docker_save([layer(BASE), b"\x28\xb5\x2f\xfd" + bytes(60)]))
    inventory = read_paths([path])
    assert "libc6" in names(inventory)
    (skip,) = inventory.skips
    assert skip.reason == "layer 2 of 2: zstd compression is not read by this Python"
    assert "backports.zstd" in skip.remedy

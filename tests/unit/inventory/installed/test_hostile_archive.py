"""Archives and trees made to do harm: none reads or writes outside, none takes memory or time without bound."""

from __future__ import annotations

import gzip
import io
import os
import struct
import tarfile
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest
from image_archives import BASE, Layout, debian, docker_save, layer, member, packed, saved
from installed_trees import RELEASE, grow, only, remarks

from freehold.errors import InputError
from freehold.inventory.folder import read_paths
from freehold.inventory.installed.archives import MOST_PARTS
from freehold.inventory.installed.image import MOST_IMAGES
from freehold.inventory.installed.layers import LayeredTree, LayerLimits
from freehold.inventory.installed.streams import Plain, StreamLimits, opened
from freehold.inventory.installed.tar import TarReader
from freehold.inventory.installed.trees import TreeLimits, TreeView
from freehold.inventory.reader import UnreadableError
from freehold.model.component import Inventory

SECRET = "Package: secret\nVersion: 1\nArchitecture: all\n"


def read(folder: Path, *layers: bytes) -> Inventory:
    """Read an image of these layers."""
    return read_paths([saved(folder, docker_save(layers))])


def names(inventory: Inventory) -> set[str]:
    """Return the names of everything in an image."""
    return {one.name for one in inventory.components if not one.is_root}


def refused(folder: Path, data: bytes) -> str:
    """Return why an archive is refused."""
    with pytest.raises(InputError) as caught:
        read_paths([saved(folder, data)])
    assert caught.value.remedy
    return caught.value.reason


@pytest.mark.parametrize(
    "name", ["../var/lib/dpkg/status.d/evil", "var/../../etc/x", "/../var/lib/dpkg/status.d/evil", "a/" * 200 + "evil"]
)
def test_names_that_climb_out_are_passed_over_and_counted(tmp_path: Path, name: str) -> None:
    inventory = read(tmp_path, layer({**BASE, name: SECRET}))
    assert "secret" not in names(inventory)
    assert "1 names that climb out of the image" in remarks(inventory)


def test_absolute_names_are_names_in_the_image(tmp_path: Path) -> None:
    inventory = read(tmp_path, layer(BASE), layer({"//var/lib/dpkg/./status.d/more": SECRET}))
    assert "secret" in names(inventory)
    assert only(inventory, "secret").origins[0].file == "image.tar/var/lib/dpkg/status.d/more"


@pytest.mark.parametrize("target", ["{outside}", "../../../../../../../../../..{outside}", "status", "loop"])
def test_links_never_lead_out_of_an_image_or_in_circles(tmp_path: Path, target: str) -> None:
    (tmp_path / "outside").write_text(SECRET)
    target = target.format(outside=tmp_path / "outside")
    inventory = read(
        tmp_path,
        layer({"etc/os-release": RELEASE, "var/lib/dpkg/loop->status": None, f"var/lib/dpkg/status->{target}": None}),
    )
    assert names(inventory) == {"debian"}


def test_links_never_lead_out_of_a_root_folder_or_in_circles(tmp_path: Path) -> None:
    (tmp_path / "outside").write_text(SECRET)
    root = grow(tmp_path / "root", {"etc/os-release": RELEASE, "usr/x": ""})
    (root / "var/lib/dpkg").mkdir(parents=True)
    (root / "var/lib/dpkg/status").symlink_to(tmp_path / "outside")
    (root / "usr/a").symlink_to("b")
    (root / "usr/b").symlink_to("a")
    (root / "usr/up").symlink_to("..")
    (root / "usr/lib").symlink_to("/usr/lib")
    (root / "var/pipe").symlink_to("/dev/zero")
    inventory = read_paths([root])
    assert "secret" not in {one.name for one in inventory.components}
    assert "debian" in {one.name for one in inventory.components}


def test_a_pipe_or_device_in_the_place_of_a_database_is_not_opened(tmp_path: Path) -> None:
    root = grow(tmp_path / "root", {"etc/os-release": RELEASE, "var/lib/dpkg/status.d/x": SECRET})
    os.mkfifo(root / "var/lib/dpkg/status")
    assert "secret" in {one.name for one in read_paths([root]).components}
    device = member("var/lib/dpkg/status", tarfile.CHRTYPE)
    inventory = read(tmp_path, layer({"etc/os-release": RELEASE}, [device]))
    assert names(inventory) == {"debian"}
    assert "devices and pipes in the place of package data" in remarks(inventory)


def test_hard_links_are_files_of_the_image_only(tmp_path: Path) -> None:
    (tmp_path / "outside").write_text(SECRET)
    links = [
        member("var/lib/dpkg/status.d/out", tarfile.LNKTYPE, str(tmp_path / "outside")),
        member("var/lib/dpkg/status.d/up", tarfile.LNKTYPE, "../../../outside"),
        member("var/lib/dpkg/status.d/self", tarfile.LNKTYPE, "var/lib/dpkg/status.d/self"),
        member("var/lib/dpkg/status.d/kept", tarfile.LNKTYPE, "var/lib/dpkg/status"),
    ]
    inventory = read(tmp_path, layer(BASE, links))
    assert names(inventory) == {"debian", "base-files", "libc6"}
    assert len(only(inventory, "libc6").origins) == 2
    assert "3 hard links to files that are not in the image" in remarks(inventory)


def test_of_members_with_one_name_the_last_counts(tmp_path: Path) -> None:
    first = layer({"etc/os-release": RELEASE, "var/lib/dpkg/status": debian(first="1")})
    last = layer({"var/lib/dpkg/status": debian(last="1")})
    without_end = first.rstrip(b"\0")
    without_end += bytes(-len(without_end) % 512)
    inventory = read(tmp_path, without_end + last)
    assert "first" not in names(inventory)


@pytest.mark.parametrize("cut", [100, 700, 1024, 2000])
def test_truncated_archives_are_refused(tmp_path: Path, cut: int) -> None:
    whole = layer({"big": bytes(4000), **BASE})
    assert "truncated" in refused(tmp_path, docker_save([whole[:cut]])) or cut == 1024
    data = docker_save([whole])
    assert refused(tmp_path, data[: len(data) // 2])
    zipped = gzip.compress(data)
    assert "truncated gzip data" in refused(tmp_path, zipped[: len(zipped) // 2])


def test_a_wrong_checksum_or_a_number_that_is_none_is_refused(tmp_path: Path) -> None:
    whole = bytearray(layer(BASE))
    whole[0] ^= 1
    assert "checksum is wrong" in refused(tmp_path, docker_save([bytes(whole)]))


def with_size(size: bytes, name: str = "var/lib/dpkg/status") -> bytes:
    """Return a layer whose one member claims a size in its header."""
    header = bytearray(layer({name: ""})[:512])
    header[124:136] = size.ljust(12, b"\0")
    header[148:156] = b" " * 8
    header[148:156] = f"{sum(header):06o}\0 ".encode()
    return bytes(header) + bytes(2048)


@pytest.mark.parametrize(
    "size",
    [
        b"77777777777",
        b"\x80" + (1 << 60).to_bytes(11, "big"),
        b"\x80" + b"\xff" * 11,
        b"\xff" * 12,
        b"not-octal",
    ],
)
@pytest.mark.parametrize("name", ["var/lib/dpkg/status", "anything"])
def test_a_size_in_a_header_is_never_believed(tmp_path: Path, size: bytes, name: str) -> None:
    tracemalloc.start()
    data = docker_save([layer(BASE), with_size(size, name)])
    if size == b"\xff" * 12:
        assert "libc6" in names(read_paths([saved(tmp_path, data)])) or name != "anything"
    else:
        assert refused(tmp_path, data)
    assert tracemalloc.get_traced_memory()[1] < 20_000_000
    tracemalloc.stop()


def test_a_long_name_or_pax_header_that_claims_gigabytes_is_refused(tmp_path: Path) -> None:
    for kind in (b"L", b"x", b"g"):
        header = bytearray(with_size(b"77777777777")[:512])
        header[156:157] = kind
        header[148:156] = b" " * 8
        header[148:156] = f"{sum(header):06o}\0 ".encode()
        assert "bytes about one name" in refused(tmp_path, docker_save([bytes(header) + bytes(2048)]))


@pytest.mark.parametrize("record", [b"999999999 path=x\n", b"0 path=x\n", b"path=x\n", b"12 size=1x2\n", b"-5 a=b\n"])
def test_a_broken_pax_header_is_refused(tmp_path: Path, record: bytes) -> None:
    info = member("PaxHeader", b"x", size=len(record))
    header = info.tobuf(tarfile.USTAR_FORMAT)
    whole = header + record.ljust(512, b"\0") + layer(BASE)
    assert "broken tar archive" in refused(tmp_path, docker_save([whole]))


def test_a_layer_that_unpacks_to_far_more_than_it_is_made_of_is_refused() -> None:
    bomb = gzip.compress(bytes(8 << 20))
    limits = StreamLimits(ratio=100, ratio_from_bytes=1 << 20)
    source = opened(Plain(io.BytesIO(bomb)), limits)
    with pytest.raises(UnreadableError, match="zip bomb"):
        source.skip(1 << 40)
    with pytest.raises(UnreadableError, match="unpacks to more than 1,000,000 bytes"):
        opened(Plain(io.BytesIO(bomb)), StreamLimits(unpacked_bytes=1_000_000)).skip(1 << 40)


def test_a_bomb_of_300_megabytes_takes_little_memory(tmp_path: Path) -> None:
    block = gzip.compress(bytes(300 << 20), 9)
    tracemalloc.start()
    assert "zip bomb" in refused(tmp_path, docker_save([layer(BASE), block_of_zeros(block)]))
    assert tracemalloc.get_traced_memory()[1] < 30_000_000
    tracemalloc.stop()


def block_of_zeros(packed_zeros: bytes) -> bytes:
    """Return a gzip layer with one member that is nothing but zeros."""
    header = member("zeros", tarfile.REGTYPE, size=300 << 20).tobuf(tarfile.USTAR_FORMAT)
    return packed(header) + packed_zeros


def test_millions_of_members_end_at_the_limit() -> None:
    one = member("x", tarfile.REGTYPE).tobuf(tarfile.USTAR_FORMAT)
    tree = LayeredTree(LayerLimits(members=1000))
    with pytest.raises(UnreadableError, match="more than 1,000 members"):
        tree.add_layer(Plain(io.BytesIO(one * 1001)))
    with pytest.raises(UnreadableError, match="more than 0 members"):
        tree.add_layer(Plain(io.BytesIO(one)))


def test_a_hundred_thousand_members_are_passed_over_quickly() -> None:
    one = member("usr/share/some/file/or/other", tarfile.REGTYPE).tobuf(tarfile.USTAR_FORMAT)
    begun = time.process_time()
    LayeredTree().add_layer(Plain(io.BytesIO(one * 100_000)))
    assert time.process_time() - begun < 20


def test_kept_names_and_bytes_have_limits() -> None:
    folders = layer({f"d{number}": None for number in range(20)})
    with pytest.raises(UnreadableError, match="more than 10 folders"):
        LayeredTree(LayerLimits(kept_names=10)).add_layer(Plain(io.BytesIO(folders)))
    with pytest.raises(UnreadableError, match="more than 100 bytes of package data"):
        LayeredTree(LayerLimits(kept_bytes=100)).add_layer(Plain(io.BytesIO(layer(BASE))))


def test_a_file_larger_than_its_limit_is_passed_over_and_counted() -> None:
    tree = LayeredTree(file_limits=TreeLimits(list_bytes=10))
    tree.add_layer(Plain(io.BytesIO(layer(BASE))))
    assert tree.passed["files with package data of more than 10 bytes"] == 1
    assert TreeView(tree).read("var/lib/dpkg/status") is None


def test_sparse_files_are_passed_over(tmp_path: Path) -> None:
    sparse = member("var/lib/dpkg/status", tarfile.REGTYPE)
    sparse.pax_headers = {"GNU.sparse.major": "1", "GNU.sparse.realsize": str(1 << 50)}
    inventory = read(tmp_path, layer({"etc/os-release": RELEASE}, [sparse]))
    assert "1 sparse files" in remarks(inventory)
    old = bytearray(member("var/lib/dpkg/status", b"S").tobuf(tarfile.GNU_FORMAT))
    old[482] = 1
    old[148:156] = b" " * 8
    old[148:156] = f"{sum(old):06o}\0 ".encode()
    endless = (bytes(504) + b"\x01" + bytes(7)) * 5000
    with pytest.raises(UnreadableError, match="a sparse file of too many parts"):
        list(TarReader(Plain(io.BytesIO(bytes(old) + endless)), 10))


def manifest(document: str) -> bytes:
    """Return an archive with this manifest."""
    return layer({"manifest.json": document})


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (manifest("[]"), "lists no image"),
        (manifest("{"), "JSON"),
        (manifest("[" * 100_000), "nested too deeply"),
        (manifest('[{"Config": "../../etc/passwd", "Layers": []}]'), "not there"),
        (manifest('[{"Config": "manifest.json", "Layers": ["../../../etc/passwd"]}]'), "not there"),
        (Layout().index({"digest": "sha256:../../../etc/passwd"}).archive(), "no digest"),
        (Layout().index({"digest": "sha256:" + "ab" * 32}).archive(), "not there"),
        (Layout().index().archive(), "lists no image"),
    ],
)
def test_broken_manifests_are_refused(tmp_path: Path, data: bytes, why: str) -> None:
    assert why in refused(tmp_path, data)


def test_a_blob_that_is_not_what_its_digest_says_is_refused(tmp_path: Path) -> None:
    layout = Layout()
    image = layout.image([layer(BASE)])
    layout.parts[f"blobs/sha256/{str(image['digest'])[7:]}"] = '{"layers": []}'
    assert "is not what its digest says" in refused(tmp_path, layout.index(image).archive())
    with pytest.raises(InputError, match="is not what its digest says"):
        read_paths([layout.folder(tmp_path / "layout")])


def test_an_index_that_holds_itself_over_and_over_ends(tmp_path: Path) -> None:
    layout = Layout()
    inner = layout.image([layer(BASE)])
    for _ in range(8):
        inner = layout.blob(f'{{"manifests": [{{"digest": "{inner["digest"]}"}}]}}'.encode())
    assert "too deep" in refused(tmp_path, layout.index(inner).archive())


@pytest.mark.parametrize("make", [lambda one: one, gzip.compress], ids=["plain", "gzip"])
def test_noise_in_the_place_of_a_layer_is_refused(tmp_path: Path, make: Callable[[bytes], bytes]) -> None:
    noise = b"".join(struct.pack("<I", number * 2654435761 % (1 << 32)) for number in range(4096))
    assert refused(tmp_path, make(docker_save([layer(BASE), noise])))
    assert "broken gzip data" in refused(tmp_path, docker_save([packed(layer(BASE))[:40] + noise]))


def test_names_with_control_characters_or_no_text_are_escaped(tmp_path: Path) -> None:
    path = "x\x1b[2J\n\udcff<script>/node_modules/a/package.json"
    inventory = read(tmp_path, layer({**BASE, path: '{"name": "a", "version": "1"}'}))
    assert "\x1b" not in only(inventory, "a").origins[0].file
    assert only(inventory, "a").origins[0].file.isprintable()


def test_a_root_filesystem_may_have_more_members_than_an_image_has_parts(tmp_path: Path) -> None:
    one = member("usr/share/x", tarfile.REGTYPE).tobuf(tarfile.USTAR_FORMAT)
    data = one * (MOST_PARTS + 1) + layer(BASE)
    assert "libc6" in {found.name for found in read_paths([saved(tmp_path, data)]).components}


def test_of_very_many_images_the_first_are_read_and_the_rest_counted(tmp_path: Path) -> None:
    layout = Layout()
    images = [layout.image([layer(BASE)], annotations={"n": str(number)}) for number in range(MOST_IMAGES + 2)]
    named = [one | {"annotations": {"io.containerd.image.name": f"i.example/{at}:1"}} for at, one in enumerate(images)]
    inventory = read_paths([saved(tmp_path, layout.index(*named).archive())])
    assert sum(one.is_root for one in inventory.components) == MOST_IMAGES
    assert "of 52 images the first 50 were read" in remarks(inventory)

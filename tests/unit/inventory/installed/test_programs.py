"""Go programs and Java archives in installed trees and images: what was built into them, and hostile ones."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest
from image_archives import docker_save, member, saved
from installed_trees import RELEASE, needs, only, read, remarks

from freehold.inventory.folder import read_paths
from freehold.inventory.installed import java
from freehold.model.component import ComponentKind

MODULES = (
    "path\tforge.example/shop/cmd\nmod\tforge.example/shop\tv1.2.0\th1:x=\n"
    "dep\tforge.example/lib/a\tv1.0.0\th1:y=\ndep\tforge.example/lib/b\tv1.0.0\n=>\tforge.example/fork/b\tv1.0.1\th1:z=\n"
    "dep\tforge.example/own\tv0.0.0\n=>\t../own\t(devel)\nbuild\t-compiler=gc\n"
)


def information(modules: str = MODULES, flags: int = 2) -> bytes:
    """Return Go's build information with strings inline."""

    def string(data: bytes) -> bytes:
        length, digits = len(data), b""
        while length >= 0x80:
            digits += bytes([length & 0x7F | 0x80])
            length >>= 7
        return digits + bytes([length]) + data

    head = (b"\xff Go buildinf:" + bytes([8, flags])).ljust(32, b"\0")
    return head + string(b"go1.22.3 X:some") + string(bytes(16) + modules.encode() + bytes(16))


def program(info: bytes, order: str = "<", size: int = 300_000) -> bytes:
    """Return an ELF program with that section."""
    names = b"\0.go.buildinfo\0.shstrtab\0"
    text = bytes(size)
    at = 64 + len(text)
    at += -at % 16
    end = at + len(info)
    table = end + len(names)

    def section(name: int, offset: int, length: int) -> bytes:
        return struct.pack(f"{order}IIQQQQIIQQ", name, 1, 0, 0, offset, length, 0, 0, 1, 0)

    head = b"\x7fELF" + bytes([2, 1 if order == "<" else 2, 1]) + bytes(9)
    head += struct.pack(f"{order}HHIQQQIHHHHHH", 2, 62, 1, 0, 0, table, 0, 64, 0, 0, 64, 3, 2)
    sections = bytes(64) + section(1, at, len(info)) + section(15, end, len(names))
    return (head + text).ljust(at, b"\0") + info + names + sections


@pytest.mark.parametrize("order", ["<", ">"])
def test_a_go_program_names_its_modules(tmp_path: Path, order: str) -> None:
    inventory = read(tmp_path, {"etc/os-release": RELEASE, "usr/bin/shop": program(information(), order)})
    own = only(inventory, "forge.example/shop")
    assert (own.kind, own.version, own.purls) == (ComponentKind.APPLICATION, "v1.2.0", ())
    assert {one.key for one in inventory.components if one.contained_in == own.key} == {
        "pkg:golang/forge.example/lib/a@v1.0.0",
        "pkg:golang/forge.example/fork/b@v1.0.1",
        "pkg:golang/stdlib@1.22.3",
        "usr/bin/shop#/../own",
    }
    assert {parent for parent, _ in needs(inventory)} == {"forge.example/shop"}


def test_a_go_program_in_an_image_without_anything_else(tmp_path: Path) -> None:
    info = member("app", b"0", size=len(program(information())))
    info.mode = 0o755
    archive = info.tobuf() + program(information())
    archive += bytes(-len(archive) % 512) + bytes(1024)
    inventory = read_paths([saved(tmp_path, docker_save([archive]))])
    assert only(inventory, "forge.example/lib/a").key == "pkg:golang/forge.example/lib/a@v1.0.0"
    assert only(inventory, "forge.example/shop").contained_in == "pkg:docker/shop/web@1.0"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x7fELF",
        b"\x7fELF" + b"\xff" * 400,
        program(b""),
        program(information()[:20]),
        program(information()[:40]),
        program(b"\xff Go buildinf:" + bytes([8, 2]) + bytes(16) + b"\xff" * 100),
        program(information())[:-100],
    ],
)
def test_broken_programs_do_no_harm(tmp_path: Path, data: bytes) -> None:
    inventory = read(tmp_path, {"etc/os-release": RELEASE, "usr/bin/x": data})
    assert only(inventory, "debian")
    assert not [one for one in inventory.components if one.key.startswith("pkg:golang/forge")]


def test_an_older_go_program_is_noted(tmp_path: Path) -> None:
    inventory = read(tmp_path, {"etc/os-release": RELEASE, "usr/bin/old": program(information(flags=0))})
    assert "usr/bin/old: built by Go before 1.18" in remarks(inventory)


def jar(files: Mapping[str, str | bytes]) -> bytes:
    """Return a Java archive."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def coordinates(group: str, artifact: str, version: str) -> dict[str, str | bytes]:
    """Return a pom.properties."""
    text = f"#Generated\r\ngroupId={group}\r\nartifactId={artifact}\r\nversion={version}\r\n"
    return {f"META-INF/maven/{group}/{artifact}/pom.properties": text}


def test_a_jar_names_itself_what_is_shaded_and_what_lies_in_it(tmp_path: Path) -> None:
    inner = jar(coordinates("org.inner", "inner", "3"))
    fat = coordinates("com.shop", "app", "1.0") | coordinates("org.shaded", "util", "2")
    bare = jar(
        {
            "META-INF/MANIFEST.MF": "Manifest-Version: 1.0\r\nImplementation-Version: 7\r\nBundle-SymbolicName: org.bare;x\r\n"
        }
    )
    inventory = read(
        tmp_path,
        {
            "etc/os-release": RELEASE,
            "opt/app-1.0.jar": jar({**fat, "BOOT-INF/lib/inner-3.jar": inner, "Main.class": b"\xca\xfe"}),
            "opt/bare.jar": bare,
        },
    )
    app = only(inventory, "com.shop/app")
    assert app.key == "pkg:maven/com.shop/app@1.0"
    assert only(inventory, "org.shaded/util").contained_in == app.key
    assert only(inventory, "org.inner/inner").contained_in == app.key
    assert only(inventory, "org.inner/inner").origins[0].file == "opt/app-1.0.jar/BOOT-INF/lib/inner-3.jar"
    assert (only(inventory, "org.bare").version, only(inventory, "org.bare").purls) == ("7", ())
    assert needs(inventory) == {("com.shop/app", "org.shaded/util"), ("com.shop/app", "org.inner/inner")}


def test_a_jar_of_many_bombs_stops_at_a_budget(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(java, "_BUDGET_BYTES", 3 << 20)
    bombs: dict[str, str | bytes] = {f"META-INF/maven/g/a{at}/pom.properties": bytes(1 << 20) for at in range(5)}
    inventory = read(tmp_path, {"etc/os-release": RELEASE, "opt/x.jar": jar(bombs)})
    assert "its package data unpacks to more than 3,145,728 bytes" in inventory.skips[0].reason


def test_hostile_jars_are_counted_skips(tmp_path: Path) -> None:
    bomb = jar({"META-INF/maven/g/a/pom.properties": bytes(50 << 20)})
    inventory = read(
        tmp_path,
        {
            "etc/os-release": RELEASE,
            "opt/noise.jar": b"PK\x03\x04" + bytes(100),
            "opt/cut.jar": jar(coordinates("g", "cut", "1"))[:-30],
            "opt/bomb.jar": bomb,
            "opt/up.jar": jar({"../../etc/passwd": "x", **coordinates("g", "../up", "1")}),
            "opt/bad.jar": jar(coordinates("g", "bad", "1")).replace(b"Generated", b"Generbted"),
        },
    )
    assert {skip.where.file for skip in inventory.skips} == {"opt/noise.jar", "opt/cut.jar"}
    assert "is larger than 1,048,576 bytes" in remarks(inventory)

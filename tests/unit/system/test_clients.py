"""The clients' configured registries: in the clients' order, without user data, whatever the files look like."""

from __future__ import annotations

from pathlib import Path

import pytest

from freehold.system.clients import effective_network, effective_registries, without_user


def write(root: Path, name: str, text: str) -> None:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


PIP = """
[global]
index-url = https://u:p@pip.example/simple
extra-index-url =
  https://one.example
  https://two.example
"""
UV = """
[[index]]
name = "a"
url = "https://uv.example/simple"
[pip]
index-url = "https://uvpip.example"
"""
APT_LIST = """
# deb https://no.example x main
deb [arch=amd64] https://deb.example/distro stable main
"""
APT_MORE = "deb-src http://src.example/distro stable main\ndeb cdrom:[x]/ stable main\n"
APT_DEB822 = """
Types: deb
URIs: https://one.example/distro
 https://two.example/distro
Suites: stable
"""


def test_nothing_configured(tmp_path: Path) -> None:
    assert effective_registries({}, tmp_path / "home", tmp_path) == {}


def test_python_clients(tmp_path: Path) -> None:
    home = tmp_path / "home"
    write(home, ".config/pip/pip.conf", PIP)
    write(tmp_path, "etc/pip.conf", "[install]\nindex-url = https://machine.example/simple\n")
    write(home, ".config/uv/uv.toml", UV)
    env = {"PIP_INDEX_URL": "https://env.example/simple", "UV_INDEX": "house=https://named.example/simple"}
    assert effective_registries(env, home, tmp_path)["pypi"] == [
        "https://named.example/simple",
        "https://uv.example/simple",
        "https://uvpip.example",
        "https://env.example/simple",
        "https://pip.example/simple",
        "https://one.example",
        "https://two.example",
        "https://machine.example/simple",
    ]


def test_pip_can_be_told_to_read_no_file(tmp_path: Path) -> None:
    write(tmp_path / "home", ".config/pip/pip.conf", "[global]\nindex-url = https://pip.example/simple\n")
    assert effective_registries({"PIP_CONFIG_FILE": "/dev/null"}, tmp_path / "home", tmp_path) == {}


def test_npm_with_scopes_and_variables(tmp_path: Path) -> None:
    home = tmp_path / "home"
    write(
        home,
        ".npmrc",
        "; a comment\nregistry=https://npm.example/\n@acme:registry = https://${HOST}/npm/\n//npm.example/:_authToken=secret\n",
    )
    found = effective_registries({"HOST": "acme.example"}, home, tmp_path)
    assert found == {"npm": ["https://npm.example/"], "npm/@acme": ["https://acme.example/npm/"]}
    env = {"NPM_CONFIG_REGISTRY": "https://env.example/"}
    assert effective_registries(env, home, tmp_path)["npm"] == ["https://env.example/", "https://npm.example/"]


def test_apt_lists_and_deb822(tmp_path: Path) -> None:
    write(tmp_path, "etc/os-release", 'NAME="Distro"\nID=distro\n')
    write(tmp_path, "etc/apt/sources.list", APT_LIST)
    write(tmp_path, "etc/apt/sources.list.d/b.list", APT_MORE)
    write(tmp_path, "etc/apt/sources.list.d/a.sources", APT_DEB822)
    assert effective_registries({}, tmp_path / "home", tmp_path) == {
        "deb/distro": [
            "https://deb.example/distro",
            "http://src.example/distro",
            "https://one.example/distro",
            "https://two.example/distro",
        ]
    }


def test_go_hub_and_docker(tmp_path: Path) -> None:
    write(tmp_path, "etc/docker/daemon.json", '{"registry-mirrors": ["https://mirror.example"]}')
    env = {"GOPROXY": "https://go.example,https://second.example|direct", "HF_ENDPOINT": "https://models.example"}
    assert effective_registries(env, tmp_path / "home", tmp_path) == {
        "golang": ["https://go.example", "https://second.example"],
        "huggingface": ["https://models.example"],
        "docker": ["https://mirror.example"],
    }


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("home/.config/pip/pip.conf", "no section\n"),
        ("home/.config/uv/uv.toml", "[["),
        ("home/.config/uv/uv.toml", 'pip = "x"\nindex = 3\n'),
        ("etc/docker/daemon.json", "[" * 100_000),
        ("etc/docker/daemon.json", "[]"),
        ("home/.npmrc", "registry=\x00\nregistry=javascript:alert(1)\n"),
        ("etc/apt/sources.list", "deb http://[::1 x y\n"),
    ],
)
def test_broken_files_count_as_absent(tmp_path: Path, name: str, text: str) -> None:
    write(tmp_path, name, text)
    assert effective_registries({}, tmp_path / "home", tmp_path) == {}


@pytest.mark.parametrize(
    ("url", "clean"),
    [
        ("https://user:secret@x.example:8443/simple?token=1#f", "https://x.example:8443/simple"),
        ("https://u@[::1]/s", "https://[::1]/s"),
        ("direct", ""),
        ("ftp://x.example", ""),
        ("https://x.example:port/", ""),
    ],
)
def test_user_data_is_removed(url: str, clean: str) -> None:
    assert without_user(url) == clean


def test_cargo_go_and_maven_files(tmp_path: Path) -> None:
    write(
        tmp_path,
        ".cargo/config.toml",
        '[source.crates-io]\nreplace-with = "m"\n[source.m]\nregistry = "sparse+https://c.example/i/"\n',
    )
    write(tmp_path, ".config/go/env", "GOFLAGS=-x\nGOPROXY=https://g.example,direct\n")
    mirror = (
        "<settings><mirrors><mirror><id>m</id><url> https://u:p@m.example/maven </url></mirror></mirrors></settings>"
    )
    write(tmp_path, ".m2/settings.xml", mirror)
    found = effective_registries({}, tmp_path, tmp_path)
    assert found["cargo"] == ["https://c.example/i/"]
    assert found["golang"] == ["https://g.example"]
    assert found["maven"] == ["https://m.example/maven"]


def test_proxies_and_certificates_of_the_clients(tmp_path: Path) -> None:
    (tmp_path / "a.pem").write_text("x", "utf-8")
    write(tmp_path, ".config/pip/pip.conf", f"[global]\nproxy = http://p.example:3128\ncert = {tmp_path}/a.pem\n")
    write(tmp_path, ".npmrc", f"https-proxy=http://n.example:1\ncafile={tmp_path}/none.pem\n")
    found = effective_network({"PIP_CERT": str(tmp_path / "a.pem")}, tmp_path, tmp_path)
    assert found.proxies == {"http": "http://p.example:3128", "https": "http://p.example:3128"}
    assert found.certificates == (str(tmp_path / "a.pem"),), "once, and only what is there"
    assert effective_network({"PIP_CONFIG_FILE": "/dev/null"}, tmp_path, tmp_path).proxies == {
        "https": "http://n.example:1"
    }

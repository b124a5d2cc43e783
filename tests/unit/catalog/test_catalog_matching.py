"""Components are recognised by what the records say, with the right evidence and grade, and never by likeness."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_catalog import open_small

from freehold.catalog.derived import derived_hosts
from freehold.catalog.matching import How, Match, host_of
from freehold.catalog.purls import PrefixTable, image_key, image_of_purl, key_of, type_of
from freehold.catalog.query import Catalog
from freehold.model.component import Component, ComponentKey, ComponentKind
from freehold.model.fact import Grade


@pytest.fixture(scope="module")
def catalog(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    return open_small(tmp_path_factory.mktemp("catalog"))


def of_purl(*purls: str, kind: ComponentKind = ComponentKind.LIBRARY) -> Component:
    return Component(ComponentKey(purls[0]), "", kind=kind, purls=purls)


def named(name: str, kind: ComponentKind, *hosts: str) -> Component:
    return Component(ComponentKey(f"file#/{name}"), name, kind=kind, hosts=hosts)


@pytest.mark.parametrize(
    ("component", "expected"),
    [
        (of_purl("pkg:npm/keyval@7.2.0"), [("keyval", How.PURL, Grade.RECORDED, False)]),
        (of_purl("pkg:npm/keyval@7.2.0?x=y#sub"), [("keyval", How.PURL, Grade.RECORDED, False)]),
        (of_purl("pkg:pypi/Key_Val@1"), [("keyval", How.PURL, Grade.RECORDED, False)]),
        (of_purl("pkg:npm/keyvalue@1"), []),
        (of_purl("pkg:npm/other", "pkg:npm/keyval"), [("keyval", How.PURL, Grade.RECORDED, False)]),
        (of_purl("pkg:maven/com.acme.keyval/core@1"), [("keyval", How.PURL_PREFIX, Grade.INFERRED, False)]),
        (of_purl("pkg:npm/%40acme/login@1"), [("sign-in", How.IMPLIED, Grade.INFERRED, True)]),
        (of_purl("pkg:npm/%40acme/login-react@1"), [("sign-in", How.IMPLIED, Grade.INFERRED, True)]),
        (of_purl("pkg:npm/%40acme/logins@1"), []),
        (of_purl("pkg:docker/keyval@7"), [("keyval", How.IMAGE, Grade.RECORDED, False)]),
        (
            of_purl("pkg:oci/keyval@sha256:1?repository_url=docker.io/library/keyval"),
            [("keyval", How.IMAGE, Grade.RECORDED, False)],
        ),
        (of_purl("pkg:oci/keyval@sha256:1"), []),
        (
            of_purl("pkg:oci/a?repository_url=registry.example/acme"),
            [("keyval", How.IMAGE_PREFIX, Grade.INFERRED, False)],
        ),
        (named("keyval:7-alpine", ComponentKind.CONTAINER), [("keyval", How.IMAGE, Grade.RECORDED, False)]),
        *(
            (component, [("keyval-plus", How.IMAGE, Grade.RECORDED, False)])
            for component in (
                of_purl("pkg:docker/keyval@7.2-plus-alpine"),
                of_purl("pkg:docker/keyval@PLUS"),
                of_purl("pkg:docker/library/keyval@sha256:1?tag=7-cluster"),
                named("docker.io/library/keyval:plus@sha256:1", ComponentKind.CONTAINER),
                named("registry.example:5000/keyval", ComponentKind.CONTAINER),
            )
        ),
        (of_purl("pkg:docker/keyval@7-surplus"), [("keyval", How.IMAGE, Grade.RECORDED, False)]),
        (named("keyval-plus:7", ComponentKind.CONTAINER), []),
        (
            named("registry.example/acme/x@sha256:1", ComponentKind.CONTAINER),
            [("keyval", How.IMAGE_PREFIX, Grade.INFERRED, False)],
        ),
        (named("acme_sign_in_user", ComponentKind.SERVICE), [("sign-in", How.RESOURCE, Grade.INFERRED, False)]),
        (named("Acme::SignIn", ComponentKind.SERVICE), [("sign-in", How.RESOURCE, Grade.INFERRED, False)]),
        (named("acme_sign_in_user", ComponentKind.APPLICATION), []),
        (named("acme_other", ComponentKind.SERVICE), []),
        (of_purl("pkg:huggingface/Acme/Talker-7B@abc"), [("talker", How.MODEL, Grade.RECORDED, False)]),
        (of_purl("pkg:huggingface/acme/talker-70b"), [("talker", How.MODEL_PREFIX, Grade.INFERRED, False)]),
        (named("talk-4-mini", ComponentKind.MODEL), [("talker", How.MODEL_PREFIX, Grade.INFERRED, False)]),
        (named("talk-4-mini", ComponentKind.LIBRARY), []),
        (named("signin  cloud", ComponentKind.SERVICE), [("sign-in", How.NAME, Grade.INFERRED, False)]),
        (named("Sign-In", ComponentKind.SERVICE), [("sign-in", How.NAME, Grade.INFERRED, False)]),
        (named("Sign In", ComponentKind.LIBRARY), []),
        (named("Keyval", ComponentKind.SERVICE), []),
        (named("Keyval", ComponentKind.APPLICATION), [("keyval", How.NAME, Grade.INFERRED, False)]),
        (
            named("x", ComponentKind.SERVICE, "https://API.sign-in.example:443/v1"),
            [("sign-in", How.HOST, Grade.RECORDED, False)],
        ),
        (named("x", ComponentKind.SERVICE, "a.b.tenants.example"), [("sign-in", How.HOST, Grade.RECORDED, False)]),
        (named("x", ComponentKind.SERVICE, "evil-sign-in.example", "tenants.example"), []),
        (named("x", ComponentKind.APPLICATION, "api.sign-in.example"), [("sign-in", How.HOST, Grade.INFERRED, True)]),
    ],
)
def test_offerings(catalog: Catalog, component: Component, expected: list[tuple[str, How, Grade, bool]]) -> None:
    found = [(match.id, match.how, match.grade, match.uses) for match in catalog.match(component)]
    assert found == expected


@pytest.mark.parametrize(
    ("purl", "supplier"),
    [
        ("pkg:npm/%40acme/core@1", "acme"),
        ("pkg:npm/@acme/core@1", "acme"),
        ("pkg:npm/%40acme/tools-x@1", "acme-tools"),
        ("pkg:npm/%40acmes/core@1", None),
        ("pkg:maven/com.acme.deep/x@1", "acme"),
        ("pkg:maven/com.acme/x@1", "acme"),
        ("pkg:maven/com.acmex/x@1", None),
        ("pkg:maven/org.tools/x@1", "acme-tools"),
        ("pkg:maven/org.tools.deep/x@1", "acme-tools"),
        ("pkg:maven/org.toolset/x@1", None),
        ("pkg:maven/net.tools/x@1", "acme-tools"),
        ("pkg:maven/net.tools.deep/x@1", None),
        ("pkg:pypi/acme-sdk@1", "acme"),
        ("pkg:conda/x@1?channel=forge", "acme"),
        ("pkg:conda/x@1", None),
        ("pkg:pypi/acme-sdk-extras@1", None),
        ("pkg:github/acme/repo@v1", "acme"),
    ],
)
def test_supplier_by_namespace(catalog: Catalog, purl: str, supplier: str | None) -> None:
    found = catalog.supplier_of_purl(purl)
    assert (found.id if found else None) == supplier
    assert found is None or found.grade is Grade.INFERRED


def test_supplier_by_name_and_address(catalog: Catalog) -> None:
    by_name = catalog.supplier_named("ACME corporation")
    assert by_name is not None and by_name.id == "acme"
    assert catalog.supplier_named("Acme Corp") is None
    for url in ("https://www.acme.example/x", "git+https://github.com/Acme/repo.git"):
        by_url = catalog.supplier_of_url(url)
        assert by_url is not None and by_url.id == "acme"
    assert catalog.supplier_of_url("https://notacme.example") is None
    assert catalog.supplier_of_url("") is None


@pytest.mark.parametrize(
    ("purl", "channel"),
    [
        ("pkg:docker/keyval@1", "hub"),
        ("pkg:cargo/serde@1", "crates"),
        ("pkg:deb/distro/zlib@1", "distro"),
        ("pkg:deb/other/zlib@1", None),
        ("pkg:oci/x?repository_url=eu.hub.example/y", "hub"),
        ("pkg:docker/x?repository_url=https:%2F%2Funknown.example%2Fy", None),
        ("pkg:hex/x@1", None),
        ("pkg:conda/x@1", "conda-main"),
        ("pkg:conda/x@1?channel=main", "conda-main"),
        ("pkg:conda/x@1?build=0&channel=forge", "forge"),
        ("pkg:conda/x@1?channel=https:%2F%2Fconda.example%2Fforge%2F", "forge"),
        ("pkg:conda/x@1?channel=elsewhere", None),
    ],
)
def test_channel_of_purl(catalog: Catalog, purl: str, channel: str | None) -> None:
    found = catalog.channel_of_purl(purl)
    assert (found.id if found else None) == channel


def test_channel_by_derived_host(catalog: Catalog) -> None:
    host = derived_hosts("cargo")[0]
    assert catalog.channel_of_url(f"https://{host}/x") == Match("crates", How.HOST, Grade.RECORDED, host)
    assert catalog.channel_of_url("https://mirror.example/x") is None


def test_standards_by_implementer(catalog: Catalog) -> None:
    assert catalog.standards_of_purl("pkg:npm/wire-core@1") == ("wire",)
    assert catalog.standards_of_purl("pkg:npm/wired@1") == ("wire",)
    assert catalog.standards_of_purl("pkg:npm/wirex@1") == ()


@given(st.dictionaries(st.text("ab", max_size=5), st.integers(), max_size=12), st.text("ab", max_size=8))
def test_longest_prefix_is_that_of_trying_all(table: dict[str, int], key: str) -> None:
    fitting = [prefix for prefix in table if key.startswith(prefix)]
    expected = max(fitting, key=len) if fitting else None
    found = PrefixTable(table).longest(key)
    assert found == (None if expected is None else (expected, table[expected]))


@pytest.mark.parametrize(
    ("image", "key"),
    [
        ("redis", "docker.io/library/redis"),
        ("redis:7@sha256:abc", "docker.io/library/redis"),
        ("docker.io/redis", "docker.io/library/redis"),
        ("acme/web:1", "docker.io/acme/web"),
        ("localhost:5000/web", "localhost:5000/web"),
        ("GHCR.example/Acme/Web:1", "ghcr.example/acme/web"),
        ("registry.example/acme/", "registry.example/acme/"),
    ],
)
def test_image_keys(image: str, key: str) -> None:
    assert image_key(image) == key


def test_purl_keys() -> None:
    assert key_of("pkg:golang/github.com/Acme/x@v1.2.3#sub") == "pkg:golang/github.com/acme/x"
    assert key_of("pkg:pypi/zope.interface@5") == "pkg:pypi/zope-interface"
    assert type_of("pkg:NPM/x") == "npm"
    assert image_of_purl("pkg:npm/x") == ""


@pytest.mark.parametrize("address", ["", "http://[", "not a host/..", "::::"])
def test_hosts_of_nonsense_do_not_raise(address: str) -> None:
    assert isinstance(host_of(address), str)


@given(st.text(max_size=60))
def test_no_purl_raises(text: str) -> None:
    assert isinstance(key_of(f"pkg:{text}"), str)
    assert isinstance(image_of_purl(f"pkg:docker/{text}"), str)
    assert isinstance(image_key(text), str)


def test_one_catalog_for_all(tmp_path: Path) -> None:
    """Two offerings that claim one purl are both returned: the choice is a conflict, not ours."""
    twin = 'id = "twin"\nname = "Twin"\nkind = "library"\n[match]\npurls = ["pkg:npm/keyval"]\n'
    both = open_small(tmp_path, {"offerings/twin.toml": twin})
    assert [match.id for match in both.match(of_purl("pkg:npm/keyval@1"))] == ["keyval", "twin"]

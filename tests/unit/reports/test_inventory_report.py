"""What the cells of the inventory table say."""

from __future__ import annotations

import pytest

from freehold.model.component import Component, ComponentKey, ComponentKind, Licence, LicenceForm
from freehold.reports.inventory import group_of, licence_text, registry_host


def component(key: str, registry: str = "", hosts: tuple[str, ...] = ()) -> Component:
    """Return a component with what the table looks at."""
    return Component(ComponentKey(key), "left", kind=ComponentKind.SERVICE, registry=registry, hosts=hosts)


@pytest.mark.parametrize(
    ("registry", "hosts", "shown"),
    [
        ("https://packages.example/simple", (), "packages.example"),
        ("registry.example/team/image", (), "registry.example"),
        ("https://[broken/", (), "https://[broken/"),
        ("", ("a.example", "b.example", "c.example"), "a.example, b.example and 1 more"),
        ("", (), ""),
    ],
)
def test_the_host_is_that_of_the_registry_else_those_it_talks_to(
    registry: str, hosts: tuple[str, ...], shown: str
) -> None:
    assert registry_host(component("app.py#x", registry, hosts)) == shown


def test_the_group_is_the_purl_type_else_the_kind() -> None:
    assert group_of(component("pkg:npm/left@1")) == "npm"
    assert group_of(component("app.py#maps")) == "service"


def test_licence_texts_are_named_and_not_shown() -> None:
    stated = (Licence(LicenceForm.TEXT, "a long text\n" * 50), Licence(LicenceForm.ID, "MIT"))
    assert licence_text(Component(ComponentKey("a#"), "a", licences=stated)) == "(a text), MIT"

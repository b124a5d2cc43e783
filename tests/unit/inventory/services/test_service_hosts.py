"""Which names are public hosts of somebody else's service."""

from __future__ import annotations

import pytest

from freehold.inventory.services.hosts import is_link, public_host


@pytest.mark.parametrize(
    ("written", "host"),
    [
        ("API.Stripe.com", "api.stripe.com"),
        ("rates.partner-bank.eu.", "rates.partner-bank.eu"),
        ("{tenant}.eu.auth0.com", "*.eu.auth0.com"),
        ("${PROJECT}.supabase.co", "*.supabase.co"),
        ("<your-domain>.okta.com", "*.okta.com"),
        ("smtp.mail.ru", "smtp.mail.ru"),
        ("xn--e1afmkfd.xn--p1ai", "xn--e1afmkfd.xn--p1ai"),
    ],
)
def test_public(written: str, host: str) -> None:
    assert public_host(written) == host


@pytest.mark.parametrize(
    "written",
    [
        *("localhost", "127.0.0.1", "10.0.0.3", "192.168.1.2", "8.8.8.8", "[::1]", "db", "redis.svc.cluster.local"),
        *("app.example", "www.example.com", "example.org", "api.yourdomain.com", "mysite.com", "your-tenant.auth0.com"),
        *(
            "printer.lan",
            "x.internal",
            "host.docker",
            "a..b.com",
            "<script>.com",
            "a b.com",
            "-a.com",
            "",
            ".",
            "{{host}}",
        ),
        *("service.foo.com", "changeme.sentry.io", "a" * 64 + ".com", "x.{y}.com", ".".join(["a"] * 40) + ".com"),
    ],
)
def test_not_public(written: str) -> None:
    assert public_host(written) == ""


@pytest.mark.parametrize("host", ["github.com", "docs.stripe.com", "www.w3.org", "me.github.io", "en.wikipedia.org"])
def test_what_people_read_is_a_link(host: str) -> None:
    assert is_link(host)


@pytest.mark.parametrize("host", ["api.github.com", "api.stripe.com", "docs-api.partner.eu", "hub.sso.corp-idp.fr"])
def test_what_programs_call_is_none(host: str) -> None:
    assert not is_link(host)

"""What pages load from other hosts."""

from __future__ import annotations

import pytest
from service_cases import hosts, read

PAGE = """<!doctype html>
<html><head>
<link rel="preconnect" href="https://fonts.gstatic.com" crossorigin>
<link href="https://fonts.googleapis.com/css2?family=Inter" rel="stylesheet">
<link rel="canonical" href="https://shop.partner.eu/">
<link rel="icon" href="https://icons.partner.eu/x.png">
<script src="//cdn.jsdelivr.net/npm/vue@3"
  integrity="sha384-abc" crossorigin></script>
<script src="/own.js"></script>
<script>let s = "https://quoted.partner.eu/x.js"</script>
</head><body><a href="https://link.partner.eu">x</a><img src="https://img.partner.eu/a.png">
<iframe src="https://www.openstreetmap.org/export/embed.html"></iframe>
<style>@import url("https://use.typekit.net/abc.css"); @font-face { src: url(https://fonts.bunny.net/a.woff2) }</style>
</body></html>
"""


def test_what_a_page_loads() -> None:
    found = {component.name: component for component in read(PAGE, "index.html").components}
    assert set(found) == {
        *("fonts.gstatic.com", "fonts.googleapis.com", "cdn.jsdelivr.net", "www.openstreetmap.org"),
        *("use.typekit.net", "fonts.bunny.net"),
    }
    script = found["cdn.jsdelivr.net"]
    assert script.evidence == "a page loads a script (held to a hash) from it"
    assert script.origins[0].line == 7
    assert "no integrity hash" in found["fonts.googleapis.com"].evidence


@pytest.mark.parametrize(
    "name", ["a.html.erb", "a.blade.php", "a.twig", "a.jinja2", "app.vue", "_layout.cshtml", "a.tmpl"]
)
def test_templates(name: str) -> None:
    assert hosts('<script src="https://js.stripe.com/v3/"></script>', name) == {"js.stripe.com"}


def test_html_in_a_host_is_none() -> None:
    assert hosts('<script src="https://<img src=x onerror=alert(1)>.partner.eu/a.js">', "a.html") == set()
    assert hosts("<script src=https://a.partner.eu\x1b[31m/x></script>", "a.html") == set()

"""Which Linux distribution an image is built on, as far as its name tells: where its package manager gets packages from.

Only names that leave no choice count; the distribution of any other image is not known.
"""

from __future__ import annotations

import re

from freehold.inventory.infrastructure.images import Image

_BY_NAME = (
    ("apk", "alpine", re.compile(r"^library/alpine$|(?:^|/)alpine(?:-|$)")),
    ("apk", "wolfi", re.compile(r"(?:^|/)wolfi-base$")),
    (
        "deb",
        "ubuntu",
        re.compile(
            r"(?:^|/)ubuntu[\d.]*(?:-|$)|^library/(?:eclipse-temurin|mongo|swift|mariadb|sonarqube|maven|gradle)$"
        ),
    ),
    ("deb", "debian", re.compile(r"^library/debian$|(?:^|/)debian[\d.]*(?:-|$)|^bitnami/")),
    ("rpm", "fedora", re.compile(r"(?:^|/)fedora(?:-|$)")),
    ("rpm", "rocky", re.compile(r"(?:^|/)rockylinux(?:-|$)")),
    ("rpm", "almalinux", re.compile(r"(?:^|/)almalinux(?:-|$)")),
    ("rpm", "centos", re.compile(r"(?:^|/)centos(?:-|$)")),
    ("rpm", "amazon", re.compile(r"(?:^|/)amazonlinux$|^library/amazoncorretto$|^lambda/")),
    ("rpm", "redhat", re.compile(r"(?:^|/)(?:ubi\d|rhel\d)(?:$|[/-])")),
    ("rpm", "opensuse", re.compile(r"^opensuse/")),
    ("rpm", "openeuler", re.compile(r"(?:^|/)openeuler$")),
    ("rpm", "anolis", re.compile(r"(?:^|/)anolisos$")),
)
_BY_TAG = (
    ("apk", "alpine", re.compile(r"(?:^|-)alpine")),
    ("deb", "ubuntu", re.compile(r"(?:^|-)(?:ubuntu|jammy|noble|focal|bionic)")),
    ("deb", "debian", re.compile(r"(?:^|-)(?:debian|trixie|bookworm|bullseye|buster|slim)")),
)
_DEBIAN = re.compile(
    r"^library/(?:python|node|golang|ruby|rust|php|perl|gcc|buildpack-deps|nginx|httpd|postgres|redis|openjdk|haskell|elixir"
    r"|erlang|julia|pypy|r-base|rails|django|tomcat|drupal|wordpress|ghost|memcached|rabbitmq|neurodebian)$"
)
"""Docker's own images that are Debian unless their tag says otherwise."""


def distribution_of(image: Image | None, kind: str) -> str:
    """Return the purl namespace (``debian``, ``alpine``...) of the packages of a purl type in an image; empty if unknown."""
    if image is None:
        return ""
    for own, distribution, pattern in _BY_TAG:
        if own == kind and pattern.search(image.tag) and not _other(image, own, distribution):
            return distribution
    for own, distribution, pattern in _BY_NAME:
        if own == kind and pattern.search(image.path):
            return distribution
    return "debian" if kind == "deb" and not image.host and _DEBIAN.match(image.path) else ""


def _other(image: Image, kind: str, distribution: str) -> bool:
    """Tell whether the image's own name says another distribution than its tag."""
    return any(own == kind and name != distribution and p.search(image.path) for own, name, p in _BY_NAME)

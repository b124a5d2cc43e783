"""Components for what commands fetch: packages under their purl, repositories, images, and hosts as services.

A container file's packages are contained in the image that it builds; a pipeline's are not. The registry is the one that
the command, an earlier command or a variable of the file names.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from freehold.inventory.addresses import clean_url
from freehold.inventory.infrastructure.distributions import distribution_of
from freehold.inventory.infrastructure.fetching import Fetch, FetchKind, fetches
from freehold.inventory.infrastructure.images import Image, add_image
from freehold.inventory.infrastructure.parts import add_host, add_repository, repository
from freehold.inventory.infrastructure.variables import filled
from freehold.inventory.packages import Draft, npm_purl, package, purl_of, pypi_purl
from freehold.inventory.sbom.places import host_of
from freehold.model.component import ComponentKey, Origin, Role

_SYSTEM: Final = frozenset({"deb", "apk", "rpm"})
_VARIABLES: Final = (
    ("pypi", ("PIP_INDEX_URL", "UV_INDEX_URL", "UV_DEFAULT_INDEX")),
    ("npm", ("npm_config_registry", "NPM_CONFIG_REGISTRY", "YARN_NPM_REGISTRY_SERVER")),
    ("golang", ("GOPROXY",)),
)
REGISTRY_VARIABLES: Final = tuple(name for _, names in _VARIABLES for name in names)
"""Variables from which package clients take their registry."""


class Fetched:
    """Adds what the commands of one file fetch to its draft, keeping in mind which registries it sets."""

    def __init__(self, draft: Draft, *, holder: ComponentKey | None = None) -> None:
        self._draft = draft
        self._holder = holder
        self.base: Image | None = None
        """The image in which the commands run, as far as the file names it."""
        self._set: dict[str, str] = {}
        self._unknown: set[str] = set()

    def add(
        self,
        text: str,
        line: int,
        role: Role,
        values: Mapping[str, str] | None = None,
    ) -> None:
        """Add what the commands in ``text`` fetch; ``line`` is that of its first line."""
        values = values or {}
        for fetch in fetches(filled(text, values)):
            origin = Origin(self._draft.path, line + fetch.line)
            match fetch.kind:
                case FetchKind.PACKAGE:
                    self._package(fetch, origin, role, values)
                case FetchKind.REPOSITORY:
                    if repository(fetch.url, fetch.version, origin) is not None and "$" not in fetch.url:
                        add_repository(self._draft, fetch.url, fetch.version, origin, Role.BUILD)
                case FetchKind.IMAGE:
                    add_image(self._draft, fetch.name, origin, Role.BUILD)
                case FetchKind.ADDRESS if "$" not in host_of(fetch.url):
                    add_host(self._draft, fetch.url, origin, "a build step downloads from")
                case FetchKind.SETTING if "$" not in fetch.url:
                    self._set[fetch.type] = fetch.url
                    add_host(self._draft, fetch.url, origin, f"{fetch.type} packages are taken from")
                case FetchKind.SOURCE if "$" not in fetch.url:
                    add_host(self._draft, fetch.url, origin, f"a source of {fetch.type} packages is added:")
                case _:
                    pass

    def _package(
        self,
        fetch: Fetch,
        origin: Origin,
        role: Role,
        values: Mapping[str, str],
    ) -> None:
        """Add one package."""
        namespace = ""
        if fetch.type in _SYSTEM:
            namespace = distribution_of(self.base, fetch.type)
            if not namespace:
                self._note_unknown(fetch, origin)
        purl = _purl(fetch, namespace)
        registry = clean_url(fetch.url or self._registry(fetch.type, values))
        self._draft.add(
            purl,
            package(
                purl,
                fetch.name,
                fetch.version,
                origin,
                fallback=f"{fetch.type}={fetch.name}",
                role=role,
                registry="" if "$" in registry else registry,
                contained_in=self._holder,
            ),
        )

    def _registry(self, kind: str, values: Mapping[str, str]) -> str:
        """Return the registry that the file sets for a client; system packages may come from any of their sources."""
        if kind in _SYSTEM:
            return ""
        names = next((names for own, names in _VARIABLES if own == kind), ())
        named = next((values[name] for name in names if values.get(name)), "")
        return self._set.get(kind, "") or named.split(",")[0].split("|")[0]

    def _note_unknown(self, fetch: Fetch, origin: Origin) -> None:
        """Say once a manager that the distribution is not known."""
        if fetch.program not in self._unknown:
            self._unknown.add(fetch.program)
            reason = f"packages of {fetch.program}: their distribution is not known, so their purls name none"
            self._draft.notes.add("package managers of unknown distributions", reason, origin)


def _purl(fetch: Fetch, namespace: str) -> str:
    """Return the purl of a package."""
    match fetch.type:
        case "npm":
            return npm_purl(fetch.name, fetch.version)
        case "pypi":
            return pypi_purl(fetch.name, fetch.version)
        case "golang":
            above, _, name = fetch.name.rpartition("/")
            return purl_of("golang", name, fetch.version, namespace=above)
        case kind:
            return purl_of(kind, fetch.name, fetch.version, namespace=namespace)

"""Where a project is deployed to, as told by the settings that only one hosting service reads: Vercel, Netlify, fly.io...

The service is inferred with the file as evidence; it runs the project, and a build that is to be deployed needs it. What
settings hold beyond images, builders and addresses is not looked at.
"""

from __future__ import annotations

import re

import msgspec

from freehold.inventory.infrastructure.images import add_image
from freehold.inventory.infrastructure.parts import service
from freehold.inventory.notes import Notes
from freehold.inventory.packages import Draft
from freehold.inventory.reader import Document, Reader, Reading, text_of
from freehold.model.component import BUILDS, Named, Origin, Role

_IMAGE = re.compile(r"^\s*[\"']?image[\"']?\s*[:=]\s*[\"']([^\"'\s]+)[\"']", re.MULTILINE)


class Host(msgspec.Struct, frozen=True):
    """One hosting service: key, name and host, what its file is called, and what must stand in its beginning."""

    key: str
    name: str
    host: str
    files: str
    head: bytes = b""


HOSTS = (
    Host(
        "fly-io",
        "Fly.io",
        "fly.io",
        r"fly(?:\.[\w-]+)?\.toml",
        rb"^\s*(?:app|primary_region|\[(?:build|http_service|env|mounts|deploy|\[services)\])",
    ),
    Host("vercel", "Vercel", "vercel.com", r"vercel\.json|now\.json"),
    Host("netlify", "Netlify", "netlify.com", r"netlify\.toml|_netlify\.toml"),
    Host(
        "render",
        "Render",
        "render.com",
        r"render\.ya?ml",
        rb"^\s*(?:services|databases|envVarGroups|projects|previews)\s*:",
    ),
    Host("heroku", "Heroku", "heroku.com", r"procfile|heroku\.yml", rb"^[\w-]+\s*:"),
    Host(
        "google-app-engine",
        "Google App Engine",
        "appspot.com",
        r"(?:.*[-_.])?app(?:[-_.][\w-]+)?\.ya?ml",
        rb"^(?:runtime|service)\s*:\s*[\"']?(?:python|nodejs|go|java|php|ruby|custom)",
    ),
    Host("cloudflare-workers", "Cloudflare Workers", "workers.dev", r"wrangler\.(?:toml|jsonc?)"),
    Host("railway", "Railway", "railway.com", r"railway\.(?:toml|json)"),
    Host("firebase-hosting", "Firebase", "firebaseapp.com", r"firebase\.json|\.firebaserc"),
    Host("aws-elastic-beanstalk", "AWS Elastic Beanstalk", "elasticbeanstalk.com", r"dockerrun\.aws\.json"),
    Host("aws-amplify", "AWS Amplify", "amplifyapp.com", r"amplify\.ya?ml", rb"^(?:frontend|backend|applications)\s*:"),
    Host("aws-app-runner", "AWS App Runner", "awsapprunner.com", r"apprunner\.ya?ml"),
    Host("deno-deploy", "Deno Deploy", "deno.dev", r"deployctl\.json"),
    Host("read-the-docs", "Read the Docs", "readthedocs.org", r"\.?readthedocs\.ya?ml"),
    Host("cloud-foundry", "Cloud Foundry", "", r"manifest[\w.-]*\.ya?ml", rb"^\s*(?:-\s+)?applications\s*:"),
    Host("codecov", "Codecov", "codecov.io", r"\.?codecov\.ya?ml"),
)
_FOR_DEVELOPMENT = frozenset({"codecov", "read-the-docs"})


class HostingSettings:
    """The reader of one hosting service's file."""

    def __init__(self, host: Host) -> None:
        self.name = host.key
        self._host = host

    def accepts(self, name: str, head: bytes) -> bool:
        """Tell whether name and beginning are those of this service's file."""
        is_named = re.fullmatch(self._host.files, name, re.IGNORECASE) is not None
        return is_named and (not self._host.head or re.search(self._host.head, head, re.MULTILINE) is not None)

    def read(self, document: Document) -> Reading:
        """Read the document; raises ``UnreadableError`` if it is no text."""
        text = text_of(document.data)
        draft = Draft(document, Notes(document.path))
        host = self._host
        role = Role.DEVELOPMENT if host.key in _FOR_DEVELOPMENT else Role.RUNTIME
        evidence = f"{document.name} holds settings of {host.name}{'' if host.host else '; which server is not said'}"
        component = service(
            f"hosting:{host.key}", host.name, Origin(document.path, 1), evidence, role=role, host=host.host
        )
        if role is Role.RUNTIME:
            built = (Named(BUILDS, "yes", Origin(document.path, 1)),)
            component = msgspec.structs.replace(component, statements=built)
        draft.add(component.key, component)
        if host.key in ("fly-io", "render"):
            for found in _IMAGE.finditer(text):
                add_image(draft, found[1], Origin(document.path, text.count("\n", 0, found.start(1)) + 1))
        return draft.reading(self.name)


READERS: tuple[Reader, ...] = tuple(HostingSettings(host) for host in HOSTS)

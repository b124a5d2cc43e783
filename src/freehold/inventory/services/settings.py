"""Services that settings and environment templates name: by their hosts, and by variables that only their users have.

Looked at are environment templates, YAML, TOML, INI, properties, and JSON files that by name hold settings; not lockfiles,
package manifests, schemas, interface descriptions or translations. Values are never kept.
"""

from __future__ import annotations

import re

from freehold.inventory.reader import Document, Reading
from freehold.inventory.services.assignments import addresses_in
from freehold.inventory.services.findings import LONGEST_LINE, Findings, searchable
from freehold.model.component import ClueKind

_ENVIRONMENT = re.compile(r"^\.?env(?:[.-][\w.-]+)?$|\.env(?:\.[\w-]+)?$|^\.env", re.IGNORECASE)
_SETTINGS = re.compile(
    r"\.(?:ya?ml|toml|ini|cfg|conf|properties)(?:[.-](?:example|sample|dist|template|default))?$", re.IGNORECASE
)
_JSON = re.compile(
    r"^(?:app)?settings[\w.-]*\.json$|^(?:[\w-]+[.-])?config(?:uration)?[\w.-]*\.json$|^[\w-]+\.(?:config|settings)\.json$|^environment[\w.-]*\.json$",
    re.IGNORECASE,
)
_OTHER = re.compile(
    r"(?:^|[-_.])lock\.|^pylock\.|^(?:freehold|cargo|pyproject|pipfile|poetry|uv|pdm|netlify|rustfmt|clippy|deny|libs\.versions|rust-toolchain|taplo|cliff|typos|book)\.toml$"
    r"|^(?:pnpm-.*|mkdocs|_config|codecov|renovate|dependabot|\.?pre-commit-config|\.gitlab-ci|docker-compose.*|compose.*|chart|helmfile|action"
    r"|environment|conda.*|\.readthedocs|antora.*|citation|crowdin|labeler|mergify|stale|funding|openapi.*|swagger.*|asyncapi.*|(?:[a-z]{2}|[a-z]{2}[-_][a-z]{2}))\.ya?ml$"
    r"|^(?:tsconfig|jsconfig|package|composer|tslint|eslint|babel|jest|lerna|nx|turbo|angular|renovate|commitlint|prettier|vercel|deno|biome|typedoc|cspell)[\w.-]*\.json$"
    r"|\.config\.(?:schema|lock)\b|\.schema\.|^(?:setup|tox|mypy|flake8|pytest|\.?coveragerc|\.?pylintrc|pylint|gradle-wrapper|maven-wrapper|gradle)[\w.-]*\.(?:cfg|ini|properties)$"
    r"|^messages[\w.-]*\.properties$|^[\w-]+_[a-z]{2}(?:_[A-Z]{2})?\.properties$",
    re.IGNORECASE,
)
_NO_SETTINGS_HEAD = re.compile(
    rb"^\s*[\"']?(?:openapi|swagger|asyncapi|apiVersion:\s*apiextensions)[\"']?\s*:", re.MULTILINE
)
_VARIABLE = re.compile(
    r"^\s*(?:export\s+|-\s+)?(?:name:\s*)?[\"']?([A-Z][A-Z0-9]{1,40}_[A-Z0-9_]{1,60})[\"']?\s{0,4}(?:[=:]|$)"
)
_CHOSEN = re.compile(
    r"^\s*(?:export\s+)?(?:MAIL_MAILER|MAIL_DRIVER|MAIL_PROVIDER|EMAIL_PROVIDER)\s{0,4}[=:]\s{0,4}[\"']?([a-z]{2,20})[\"']?\s*$"
)
_REGISTERED = re.compile(
    r"oauth2\.client\.registration\.([a-z][a-z0-9-]{1,30})\.|^\s*\[auth\.external\.([a-z_]{2,20})\]"
)


class ServiceSettings:
    """The reader of settings and environment templates."""

    name = "service-settings"

    def accepts(self, name: str, head: bytes) -> bool:
        """Tell whether a file of this name holds settings of the project's own programs."""
        plain = name.rpartition("/")[2]
        if _ENVIRONMENT.search(plain):
            return True
        if _OTHER.search(plain) or _NO_SETTINGS_HEAD.search(head):
            return False
        return bool(_SETTINGS.search(plain) or _JSON.search(plain))

    def read(self, document: Document) -> Reading:
        """Read the document; text that cannot be decoded gives a note."""
        findings = Findings(document, self.name)
        text = searchable(document, findings.notes)
        take_hosts(text, findings)
        take_variables(text, findings)
        _take_choices(text, findings)
        return findings.reading()


def take_hosts(text: str, findings: Findings, *, quoted: bool = False) -> None:
    """Add the hosts that a text sets; ``quoted`` if it is code."""
    for address in addresses_in(text, quoted=quoted):
        if address.reach == "used":
            findings.service(address.host, address.line, f"set by {address.key}")
        else:
            findings.host(address.host, address.line)


def take_variables(text: str, findings: Findings) -> None:
    """Add the names of variables that a text sets."""
    for number, line in enumerate(text.splitlines(), 1):
        if len(line) <= LONGEST_LINE and (found := _VARIABLE.match(line)):
            findings.clue(ClueKind.VARIABLE, found[1], number)


def _take_choices(text: str, findings: Findings) -> None:
    """Add the mail service and the sign-in providers that settings choose by name."""
    for number, line in enumerate(text.splitlines(), 1):
        if len(line) > LONGEST_LINE or line.lstrip().startswith("#"):
            continue
        if chosen := _CHOSEN.match(line):
            findings.clue(ClueKind.CALL, f"mail:{chosen[1]}", number)
        elif registered := _REGISTERED.search(line):
            findings.clue(ClueKind.CALL, f"sign-in:{registered[1] or registered[2]}", number)


READERS = (ServiceSettings(),)

"""Services that source code names: cloud services asked of a vendor's kit, sign-in providers, addresses that are called,
and variables that are read.

Only well-defined places count, outside comments: the first argument of calls that fetch, constants and options whose name
speaks of an interface or an issuer, imports and factories of cloud kits, providers of sign-in libraries.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

import msgspec

from freehold.inventory.models import is_code
from freehold.inventory.reader import Document, Reading
from freehold.inventory.services.assignments import addresses_in
from freehold.inventory.services.findings import LONGEST_LINE, Findings, searchable
from freehold.inventory.services.settings import take_hosts
from freehold.model.component import ClueKind

_COMMENT = re.compile(r"^\s*(?:#(?!\[)|>>>|\.\.\.|//|\*|/\*|--|<!--|;|\"\"\"|''')")
_FETCH = re.compile(
    r"\b(?:fetch|axios(?:\.\w{2,8})?|requests\.\w{3,8}|session\.(?:get|post|put|patch|delete|request)|httpx\.\w{3,9}|urlopen|Request|http\.(?:Get|Post|NewRequest)"
    r"|curl_init|file_get_contents|Faraday\.new|HTTParty\.\w{3,6}|Net::HTTP\.\w{3,8}|URI\.parse|ky(?:\.\w{3,6})?|got(?:\.\w{3,6})?|superagent\.\w{3,6}|useSWR|useFetch"
    r"|\$http\.\w{3,6}|Http::\w{3,10}|URI\.create|HttpRequest\.newBuilder|new\s+URL|reqwest::get|EventSource|WebSocket|importScripts|sendBeacon)"
    r"\s{0,4}[(<]?\s{0,4}\(?\s{0,4}(?:[\"'](?:GET|POST|PUT|PATCH|DELETE)[\"']\s{0,4},\s{0,4})?[fbru]?[\"'`]((?:https?|wss?)://([^\s/:?#\"'`,;<>|\\)]{3,253}))",
)
_READ = re.compile(
    r"(?:process\.env\.|import\.meta\.env\.|process\.env\[[\"']|environ(?:\.get)?[(\[]\s{0,4}[\"']|getenv\(\s{0,4}[\"']|\benv(?:\.\w{2,5})?\(\s{0,4}[\"']|ENV(?:\.fetch)?[(\[]\s{0,4}[\"']"
    r"|Getenv\(\s{0,4}\"|Environment\.GetEnvironmentVariable\(\s{0,4}\"|Deno\.env\.get\(\s{0,4}[\"']|config\(\s{0,4}[\"'])([A-Z][A-Z0-9]{1,40}_[A-Z0-9_]{1,60})\b"
)
_AWS = re.compile(
    r"\.(?:client|resource|create_client)\(\s{0,8}(?:service_name\s{0,2}=\s{0,2})?[\"']([a-z][a-z0-9-]{1,30})[\"']"
    r"|aws-sdk-go(?:-v2)?/service/([a-z0-9]{2,30})\"|software\.amazon\.awssdk\.services\.([a-z0-9]{2,30})\b|com\.amazonaws\.services\.([a-z0-9]{2,30})\b"
    r"|@aws-sdk/client-([a-z0-9-]{2,40})[\"']|\bnew\s+AWS\.([A-Z]\w{1,30})\(|\bAws::([A-Z]\w{1,30})::(?:Client|Resource)\b|\bAws\\([A-Z]\w{1,30})\\\w+Client\b"
)
_GOOGLE = re.compile(
    r"^\s*from\s+google\.cloud\s+import\s+([\w, ]{2,120})|^\s*(?:from|import)\s+google\.cloud\.(\w{2,40})"
    r"|cloud\.google\.com/go/([a-z]\w{1,40})"
    r"|@google-cloud/([a-z][\w-]{1,40})[\"']|com\.google\.cloud\.([a-z]\w{1,40})\b|Google\.Cloud\.([A-Z]\w{1,40})\b"
)
_AZURE = re.compile(
    r"^\s*(?:from|import)\s+azure\.([a-z]+(?:\.[a-z]+){0,2})|@azure/([a-z][\w-]{1,40})[\"']|azure-sdk-for-go/sdk/([\w/]{3,60})\"|com\.azure\.([a-z]+(?:\.[a-z]+){0,2})\b|\busing\s+Azure\.([A-Z]\w+(?:\.[A-Z]\w+){0,2});"
)
_MAIL = re.compile(
    r"\banymail\.backends\.(\w{2,20})\.|\b(django_ses)\.SESBackend|\.delivery_method\s{0,2}=\s{0,2}:(\w{2,20})"
    r"|\bservice:\s{0,2}[\"']((?i:gmail|sendgrid|mailgun|postmark|mailjet|ses|sendinblue|hotmail|outlook365|zoho|yandex))[\"']"
    r"|\bMAIL_MAILER[\"']?,\s{0,2}[\"'](ses|mailgun|postmark|resend|mailersend|sendmail)[\"']"
)
_FONTS = re.compile(r"[\"']next/font/(google)[\"']")
_SIGN_IN = re.compile(
    r"(?:next-auth|@auth/[a-z-]{2,20})/providers/([a-z0-9-]{2,40})[\"']|allauth\.socialaccount\.providers\.(\w{2,40})[\"']|social_core\.backends\.(\w{2,40})\."
    r"|Socialite::driver\(\s{0,4}[\"']([\w-]{2,40})[\"']|\bpassport-([a-z0-9-]{2,40})[\"']|^\s*provider\s+:([a-z_0-9]{2,40})\s*,|config\.omniauth\s+:([a-z_0-9]{2,40})"
    r"|\.Add(Google|MicrosoftAccount|Facebook|Twitter|GitHub|GitLab|Apple|Discord|LinkedIn|Okta|Auth0|Amazon|Slack|Yandex|Line|KakaoTalk)\("
    r"|oauth2\.client\.registration\.([a-z][a-z0-9-]{1,30})\.|^\[auth\.external\.([a-z_]{2,20})\]"
    r"|\bsocialProviders\b.{0,40}\b([a-z]{3,20})\s{0,2}:\s{0,2}\{"
)


class _Kit(msgspec.Struct, frozen=True):
    """A vendor's kit, or what sign-in libraries have in common: how code asks it for something.

    ``words``: code without any of them does not; ``calls``: a line of such code that asks holds one of them or of these;
    ``other``: what it names that is no service.
    """

    name: str
    pattern: re.Pattern[str]
    words: tuple[str, ...]
    other: re.Pattern[str] | None = None
    calls: tuple[str, ...] = ()


_KITS: Final = (
    _Kit("aws", _AWS, ("boto", "aws", "Aws", "AWS"), calls=("client(", "resource(")),
    _Kit(
        "google-cloud",
        _GOOGLE,
        ("google.cloud", "cloud.google", "google-cloud/", "Google.Cloud"),
        re.compile(r"^(?:common|core|client|exceptions|obsolete|environment-vars)$"),
    ),
    _Kit(
        "azure",
        _AZURE,
        ("azure.", "@azure/", "azure-sdk", "Azure."),
        re.compile(r"^(?:core|common|identity|mgmt|abort-controller|logger|core-(?:auth|http|util|rest-pipeline))$"),
    ),
    _Kit(
        "sign-in",
        _SIGN_IN,
        (
            "/providers/",
            "socialaccount",
            "social_core",
            "Socialite",
            "passport-",
            "provider",
            "omniauth",
            ".Add",
            "external",
        ),
        re.compile(
            r"^(?:credentials|email|local|jwt|base|http|http-bearer|oauth|oauth1|oauth2|openid|openid-connect|index|custom"
            r"|developer|saml|core|common|strategy|magic-link|nodemailer|dummy|webauthn|passkey)$"
        ),
    ),
    _Kit("mail", _MAIL, ("anymail", "django_ses", "delivery_method", "MAILER", "mailer", "service:")),
    _Kit("fonts", _FONTS, ("next/font/",)),
)
_PLACES: Final = ("://", "env", "ENV", "Env", "config(")
"""Code without any of these calls no address and reads no variable."""
_SETTINGS_NAME = re.compile(
    r"^(?:[\w-]+[-_.])?(?:settings?|config(?:uration)?|constants?|environment|production|services|application|env|initializers?|next\.config|nuxt\.config)(?:[-_.][\w-]+)*\.\w+$|^application\.(?:java|kt)$",
    re.IGNORECASE,
)
_SURE = re.compile(
    r"(?<![a-z])api|Api|(?<![A-Z])API|API(?:[_.-]|$)|api(?:[_.-]|$)"
    r"|(?i:endpoint|webhook|issuer|authority|metadata_?ur|jwks|token_?ur|authori[sz]ation_?ur|smtp|dsn|ingest)"
)
_HINTS: Final = tuple(word.encode() for word in (*_PLACES, *(word for kit in _KITS for word in kit.words)))


class ServiceCode:
    """The reader of source code that may name services."""

    name = "service-code"

    def accepts(self, name: str, head: bytes) -> bool:
        """Tell whether a file of this name is source code."""
        return is_code(name) and not name.lower().endswith((".min.js", ".d.ts", ".pyi", ".bundle.js"))

    def read(self, document: Document) -> Reading:
        """Read the document; text that cannot be decoded gives a note."""
        data = document.data if b"\0" not in document.data[:64] else document.data.replace(b"\0", b"")
        if not any(hint in data for hint in _HINTS):
            return Reading(self.name)
        findings = Findings(document, self.name)
        text = searchable(document, findings.notes)
        if _is_settings(document):
            take_hosts(text, findings, quoted=True)
        else:
            _take_sure_hosts(text, findings)
        kits = [kit for kit in _KITS if any(word in text for word in kit.words)]
        if kits or any(word in text for word in _PLACES):
            for number, line in enumerate(text.splitlines(), 1):
                if len(line) <= LONGEST_LINE:
                    _take_line(line, number, findings, kits)
        return findings.reading()


def _is_settings(document: Document) -> bool:
    """Tell whether code sets a program up: by its name, or by a folder ``config`` above it."""
    return bool(_SETTINGS_NAME.match(document.name)) or "config" in document.path.lower().split("/")[:-1]


def _take_sure_hosts(text: str, findings: Findings) -> None:
    """Add addresses under names that speak of an interface or an issuer; in code other names say too little."""
    for address in addresses_in(text, quoted=True):
        if _SURE.search(address.key) and address.reach == "used":
            findings.service(address.host, address.line, f"set by {address.key}")


def _take_line(line: str, number: int, findings: Findings, kits: Sequence[_Kit]) -> None:
    """Add what one line calls, asks for and reads, unless it is a comment."""
    calls = list(_FETCH.finditer(line)) if "://" in line else []
    clues = list(_clues(line, kits))
    if not (calls or clues) or _COMMENT.match(line):
        return
    for found in calls:
        call = " ".join(re.split(r"[(<\"'`]", found[0], maxsplit=1)[0].split())
        findings.service(found[2], number, f"called by {call}")
    for kind, name in clues:
        findings.clue(kind, name, number)


def _clues(line: str, kits: Sequence[_Kit]) -> Iterator[tuple[ClueKind, str]]:
    """Yield the variables that a line reads, and what it asks kits for."""
    if "nv" in line or "NV" in line or "config(" in line:
        for found in _READ.finditer(line):
            yield ClueKind.VARIABLE, found[1]
    for kit in kits:
        if any(word in line for word in (*kit.words, *kit.calls)):
            for name in _names(kit.pattern, line):
                if kit.other is None or not kit.other.match(name.partition(".")[0]):
                    yield ClueKind.CALL, f"{kit.name}:{name}"


def _names(pattern: re.Pattern[str], line: str) -> Iterator[str]:
    """Yield the names in a line, in lower case, parts of a path joined by dots; several imports one by one."""
    for found in pattern.finditer(line):
        written = found[found.lastindex or 0]
        for name in written.split(","):
            plain = name.strip().partition(" ")[0].lower().replace("/", ".").replace("_", "-")
            if plain:
                yield plain


READERS = (ServiceCode(),)

"""Where a line of settings names a host: ``key = address`` in any of the usual spellings, and what the key says of it.

A key that speaks of an interface, a webhook, an issuer or a mail server points at a service. One that speaks of your own
address does not, unless a record knows the host (a hosting company's). Keys of documentation, licences and pictures are
passed over. Works line by line on lines of limited length: linear.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

import msgspec

from freehold.inventory.services.findings import LONGEST_LINE

Reach = Literal["used", "known"]
_ASSIGNED = re.compile(
    r"^\s*(?:export\s+|set\s+|-\s+|ENV\s+|(?:public|private|static|final|const|let|var|readonly|self\.|this\.|(?:String|string|URI|URL|Uri|str)\s)\s*)*"
    r"[\"']?([A-Za-z_$][\w.$-]{0,90})[\"']?\s{0,8}(?::\s{0,8}[A-Za-z][\w.]{0,20}\s{0,8}=|=>|:=|\?=|\|\|=|[:=])\s{0,8}(\S.*)$"
)
_WRAPPER = re.compile(
    r"^[\"'`(\[]{0,3}(?:\$\{[\w.]{1,80}:-?|[\w.>:-]{0,40}(?:env|getenv|fetch|get|config|String|str|url|URL|Uri)\w{0,12}[(\[]\s{0,4}[\"'][\w.]{1,80}[\"']"
    r"\s{0,4}(?:,|\)\s{0,4}(?:\|\||\?\?|or)|\]\s{0,4}(?:\|\||\?\?|or))\s{0,4}(?:default\s{0,4}=\s{0,4})?"
    r"|process\.env\.\w{1,80}\s{0,4}(?:\|\||\?\?)\s{0,4}|[a-z]?(?=[\"'`]))?[\"'`]{0,3}$"
)
"""What may stand between a key and its address: quotes, and a look-up with the address as its default."""
_ADDRESS = re.compile(
    r"([a-z][a-z0-9+.]{1,20})://(?:[^\s/@\"'`<>|]{0,200}@)?([^\s/:?#\"'`,;<>|\\)\]]{3,253})", re.IGNORECASE
)
_BARE = re.compile(
    r"^[\"'`]?((?:[\w{}$*-]{1,63}\.){1,8}[A-Za-z]{2,24})(?::\d{2,5})?[\"'`]?\s{0,4}[,;]?\s{0,4}(?:#.*)?$"
)
_QUOTED = re.compile(r"[\"'`][^\"'`]*\.")
_COMMENT = re.compile(r"^\s*(?:#|//|\*|/\*|--|<!--|;|rem\s)", re.IGNORECASE)
_SCHEMES = frozenset(
    {
        *("http", "https", "ws", "wss", "smtp", "smtps", "imap", "imaps", "ldaps", "amqp", "amqps", "grpc", "grpcs"),
        *(
            "mongodb",
            "mongodb+srv",
            "postgres",
            "postgresql",
            "mysql",
            "redis",
            "rediss",
            "kafka",
            "nats",
            "mqtt",
            "mqtts",
        ),
        *("sftp", "ftp", "ftps", "sentry", "syslog", "udp", "tcp", "tls", "stun", "turn", "turns"),
    }
)
_NO_SERVICE = re.compile(
    r"^(?:[$@]?(?:schema|ref|id)|xmlns.*)$|(?:^|[._-])(?:docs?|documentation|home_?page|website|help|licen[cs]es?|\$?schemas?|repo(?:sitory)?|git|bugs"
    r"|issues?|authors?|maintainers?|change_?log|privacy|policy|terms|tos|examples?|descriptions?|summary|title|comments?|contact|readme|badges?|icons?|logos?"
    r"|images?|avatars?|favicon|screenshots?|downloads?|links?|href|donate|funding|twitter|facebook|instagram|linkedin|youtube|discord|credits?|upstream|namespace"
    r"|project_?urls?|about|info|legal|imprint|vendor|checksum|sha\d+|tarball|archive|artifact|chart|mirror|registry|index_?url|hint|placeholder|tooltip|learn_?more)"
    r"(?:$|[._-]|_?ur[il]s?$)",
    re.IGNORECASE,
)
_OWN = re.compile(
    r"(?:^|[._-])(?:app|site|public|own|self|server|frontend|front_end|backend|web|my|external|root|canonical|allowed|cors|origins?|domains?|trusted|base"
    r"|host|hosts|hostname|virtual_host|server_name|alias|redirect(?:_?ur[il])?|callback|return|success|cancel|logout|login|admin|dashboard|cookie|csrf|next_?auth|instance|local|dev)"
    r"(?:[._-]?(?:ur[il]s?|hosts?|domains?|names?|origins?|address|base))*$",
    re.IGNORECASE,
)
_SERVICE = re.compile(
    r"api|endpoint|webhook|issuer|authority|metadata|discovery|jwks|token|oidc|oauth|saml|sso|idp|smtp|imap|mail|dsn|broker|ingest|collector|telemetry"
    r"|analytics|matomo|gateway|upstream|remote|service|client|tiles?|geocod|sentry|push|sms|captcha|search|cdn|storage|bucket|s3|database|redis|mongo"
    r"|amqp|kafka|elastic|otel|trace|metrics|stun|turn|translate|payment",
    re.IGNORECASE,
)
_FILE_LIKE = re.compile(
    r"\.(?:py|sh|rs|md|js|ts|rb|go|pl|ps|cc|so|in|mk|st|java|php|html?|css|json|ya?ml|toml|xml|txt|conf|cfg|log|png|svg|lock|sql|db)$",
    re.I,
)


_NAME_OF_CODE = re.compile(
    r"^(?:com|org|net|io|edu|gov|javax?)\.(?!.*\.(?:com|org|net|io|[a-z]{2})$)|(?:^|\.)[a-z]\w*_\w*\.", re.IGNORECASE
)
"""What no host without a scheme looks like: a package written from the top (``org.acme.endpoint``), an underscore."""


class Address(msgspec.Struct, frozen=True):
    """A host as written, its line and key; ``used``: it is a service, ``known``: only if a record knows the host."""

    host: str
    line: int
    key: str
    reach: Reach


def addresses_in(text: str, *, quoted: bool = False) -> Iterator[Address]:
    """Yield the hosts that lines of settings name, comments and over-long lines left out.

    With ``quoted``, for code, a name without a scheme counts only in quotes: ``self.host`` is no host.
    """
    for number, line in enumerate(text.splitlines(), 1):
        if len(line) > LONGEST_LINE or "." not in line or (quoted and not _QUOTED.search(line)):
            continue
        assigned = _ASSIGNED.match(line)
        if assigned is None or _COMMENT.match(line) or _NO_SERVICE.search(assigned[1]):
            continue
        key, value = assigned[1], assigned[2]
        bare = _BARE.match(value)
        if bare is not None:
            if quoted and value[0] not in "\"'`":
                continue
            if not _FILE_LIKE.search(bare[1]) and not _NAME_OF_CODE.search(bare[1]):
                yield Address(bare[1], number, key, _reach_of_bare(key))
            continue
        found = _ADDRESS.search(value)
        if found is not None and found[1].lower() in _SCHEMES and _WRAPPER.match(value[: found.start()]):
            yield Address(found[2], number, key, _reach(key))


def _reach(key: str) -> Reach:
    """Tell what the key says of an address."""
    if _OWN.search(key) and not re.search(r"api|webhook|issuer|smtp|mail|oidc|saml", key, re.IGNORECASE):
        return "known"
    return "used" if _SERVICE.search(key) else "known"


def _reach_of_bare(key: str) -> Reach:
    """Tell what the key says of a host without a scheme: only mail servers and interfaces are written so surely."""
    return (
        "used"
        if re.search(r"smtp|imap|mail[._]?(?:host|server)|api_?(?:host|domain)|endpoint", key, re.IGNORECASE)
        else "known"
    )

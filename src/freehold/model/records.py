"""Catalog records: the one model that validates the TOML files, makes their JSON Schema and fills the index.

A record is one small file. Every claim in it is a table with its ``value`` and the name of a source in the record's own
``[sources]``; a claim whose source was not read (no ``checked_on``), or that names none, counts as ``assumed``.
Unknown keys are errors. Matching and cross-record rules live in ``freehold.catalog``.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from freehold.model.package_row import PackageRow

Identifier = Annotated[
    str, Meta(pattern=r"^[a-z0-9][a-z0-9.+-]*$", max_length=80, description="lower case, the file's name")
]
TermsId = Annotated[
    str, Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9.+-]*$", max_length=100, description="SPDX id or LicenseRef-")
]
Jurisdiction = Annotated[str, Meta(pattern=r"^[A-Z]{2}$", description="ISO 3166-1 alpha-2")]
Territory = Annotated[
    str, Meta(pattern=r"^([A-Z]{2}|[A-Z][A-Z0-9-]{2,15})$", description="ISO 3166-1 alpha-2, or a bloc")
]
Days = Annotated[tuple[float, float, float], Meta(description="low, likely, high, in days")]
PersonDays = Annotated[tuple[float, float, float], Meta(description="low, likely, high, in person-days")]
SourceGrade = Literal["A", "B", "C"]
Answer = Literal["yes", "no", "conditional", "unknown"]


class Record(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Base of every table in a record file: frozen, and unknown keys are refused."""


class Source(Record, frozen=True):
    """Where a claim was read. ``grade``: A primary, B press, C aggregator. Without ``checked_on`` it was not read."""

    url: str
    grade: SourceGrade
    checked_on: date | None = None
    title: str = ""


class Claim(Record, frozen=True, kw_only=True):
    """What every claim carries: its source, the date it speaks of, and from when to when it held."""

    source: str = ""
    as_of: str = ""
    since: str = ""
    until: str = ""
    disputed: bool = False
    note: str = ""


class Text(Claim, frozen=True):
    """A claim whose value is a text."""

    value: str


class Place(Claim, frozen=True):
    """A claim whose value is a jurisdiction."""

    value: Jurisdiction


class Parent(Claim, frozen=True):
    """A claim that another supplier owns this one; ``announced`` deals are not yet in force."""

    value: Identifier
    percent: tuple[float, float] | None = None
    announced: bool = False


class Supplier(Record, frozen=True, kw_only=True):
    """An organisation or community that components come from (never a person)."""

    id: Identifier
    name: str
    kind: Literal["company", "foundation", "government", "community", "university"]
    homepage: str = ""
    aliases: tuple[str, ...] = ()
    seat: tuple[Place, ...] = ()
    parent: tuple[Parent, ...] = ()
    establishment: tuple[Place, ...] = ()
    listing: tuple[Place, ...] = ()
    namespaces: tuple[str, ...] = ()
    """purl prefixes that this supplier publishes under: ``pkg:npm/%40angular/``, ``pkg:golang/github.com/hashicorp/``,
    ``pkg:maven/org.apache.``, ``pkg:huggingface/qwen/``, ``pkg:github/``, ``pkg:docker/library/``."""
    domains: tuple[str, ...] = ()
    note: str = ""
    sources: dict[str, Source] = {}


class Granted(Claim, frozen=True):
    """A claim that versions in a VERS range (``vers:npm/>=7.4``; ``*`` for all) stand under certain terms."""

    value: TermsId
    versions: str = "*"
    part: Literal["all", "weights", "code", "service"] = "all"


class Related(Claim, frozen=True):
    """A claim that points to another record."""

    value: Identifier


class YesNo(Claim, frozen=True):
    """A claim that is answered yes, no, conditional or unknown."""

    value: Answer


class Match(Record, frozen=True):
    """How a component is recognised as this offering. Patterns end in ``*`` for a prefix; versions are ignored."""

    purls: tuple[str, ...] = ()
    """The component is the offering: ``pkg:pypi/django``, ``pkg:npm/%40stripe/stripe-js``."""
    implied_by: tuple[str, ...] = ()
    """The component is a client library that implies the offering is used (graded inferred)."""
    hosts: tuple[str, ...] = ()
    """Host names; a leading dot takes sub-domains: ``api.openai.com``, ``.amazonaws.com``."""
    images: tuple[str, ...] = ()
    """Container images without tag: ``docker.io/library/redis``."""
    models: tuple[str, ...] = ()
    """Model identifiers as written in code or on a hub: ``Qwen/Qwen3-*``, ``gpt-4o*``."""
    names: tuple[str, ...] = ()
    """Plain names used in service registers and SBOMs without purl: ``Stripe``, ``Auth0``."""


class Offering(Record, frozen=True, kw_only=True):
    """Something you can depend on: a library, application, operating system, image, AI model, service or tool."""

    id: Identifier
    name: str
    kind: Literal[
        "library",
        "application",
        "operating-system",
        "image",
        "model",
        "dataset",
        "service",
        "runtime",
        "tool",
        "client",
    ]
    homepage: str = ""
    supplier: tuple[Related, ...] = ()
    terms: tuple[Granted, ...] = ()
    functions: tuple[Identifier, ...] = ()
    standards: tuple[Identifier, ...] = ()
    channels: tuple[Related, ...] = ()
    """Channels that serve its copies, beside the registry that its purl type implies."""
    hosting: tuple[Place, ...] = ()
    origin: tuple[Place, ...] = ()
    """Jurisdictions whose export law reaches the content itself; published open source has none."""
    stateful: tuple[YesNo, ...] = ()
    export: tuple[YesNo, ...] = ()
    """Whether the operator lets you take your data out."""
    self_hosted: tuple[YesNo, ...] = ()
    base_model: tuple[Related, ...] = ()
    bans: tuple[Place, ...] = ()
    """Jurisdictions that forbid their own people to use it (home bans)."""
    retired: str = ""
    match: Match = Match()
    note: str = ""
    sources: dict[str, Source] = {}


class Packages(Record, frozen=True, kw_only=True):
    """What registries and packages state of themselves, for many packages of one purl type (the id), a row each.

    The rows stand in ``ID.csv`` beside the record, in order of name and versions; the sources that they name stand here.
    """

    id: Identifier
    name: str
    note: str = ""
    sources: dict[str, Source] = {}
    rows: tuple[PackageRow, ...] = ()


class Grant(Claim, frozen=True):
    """One right: granted or not, and irrevocable or not while the terms are kept."""

    value: Answer
    irrevocable: Answer = "unknown"


class Territories(Claim, frozen=True):
    """Territories that the terms exclude. ``basis``: where it is used, where the subject sits, or where owners sit."""

    value: tuple[Territory, ...]
    basis: Literal["use", "seat", "owner"] = "use"


class Cap(Claim, frozen=True):
    """A limit on users above which another licence is needed (``monthly-users`` or ``yearly-revenue-usd``)."""

    value: Annotated[int, Meta(gt=0)]
    unit: Literal["monthly-users", "yearly-revenue-usd"] = "monthly-users"


class Conversion(Claim, frozen=True):
    """The terms turn into others after a time (BUSL change date)."""

    value: TermsId
    after_years: float


class Terms(Record, frozen=True, kw_only=True):
    """What users are granted: run, copy, modify, redistribute; what limits it and what ends it."""

    id: TermsId
    name: str
    category: Literal[
        "permissive",
        "weak-copyleft",
        "copyleft",
        "network-copyleft",
        "public-domain",
        "source-available",
        "open-weights",
        "proprietary",
        "service",
        "data",
    ]
    aliases: tuple[str, ...] = ()
    spdx: bool = False
    osi_approved: bool = False
    url: str = ""
    run: tuple[Grant, ...] = ()
    copy: tuple[Grant, ...] = ()
    modify: tuple[Grant, ...] = ()
    redistribute: tuple[Grant, ...] = ()
    source_available: tuple[YesNo, ...] = ()
    patent_grant: tuple[YesNo, ...] = ()
    patent_retaliation: tuple[YesNo, ...] = ()
    ends_by: tuple[Text, ...] = ()
    """What ends them: ``breach``, ``patent-litigation``, ``term``, ``notice``, ``export-law``, ``change-of-policy``."""
    territory_excluded: tuple[Territories, ...] = ()
    field_excluded: tuple[Text, ...] = ()
    user_cap: tuple[Cap, ...] = ()
    sanctions_clause: tuple[YesNo, ...] = ()
    key: tuple[YesNo, ...] = ()
    """Whether running needs a key, subscription or heartbeat that the supplier can withhold."""
    fee: tuple[YesNo, ...] = ()
    conversion: tuple[Conversion, ...] = ()
    note: str = ""
    sources: dict[str, Source] = {}


class Switch(Record, frozen=True, kw_only=True):
    """How a client is pointed at another channel, and what that takes."""

    how: str
    lead_days: Days = (0.0, 1.0, 3.0)
    effort_person_days: PersonDays = (0.25, 1.0, 3.0)


class Channel(Record, frozen=True, kw_only=True):
    """Where copies and updates come from: registry, forge, mirror, model hub, archive, vendor portal."""

    id: Identifier
    name: str
    kind: Literal["registry", "forge", "mirror", "model-hub", "container-registry", "archive", "vendor-portal", "cdn"]
    operator: tuple[Related, ...] = ()
    hosting: tuple[Place, ...] = ()
    serves: tuple[str, ...] = ()
    """purl types: ``pypi``, ``npm``, ``oci``, ``huggingface``..."""
    default_for: tuple[str, ...] = ()
    """purl types whose clients use it when nothing else is configured."""
    hosts: tuple[str, ...] = ()
    """Host names. Hosts of a default registry that ``packageurl.contrib.purl2url`` knows are derived, not written."""
    derived: bool = False
    """The hosts of the ``default_for`` types are derived from the clients' configuration or from purl2url."""
    mirror_of: tuple[Related, ...] = ()
    mode: Literal["", "full-copy", "partial-copy", "pull-through"] = ""
    same_bytes: tuple[YesNo, ...] = ()
    """Whether it serves the same bytes as what it mirrors (same hash)."""
    blocks: tuple[Place, ...] = ()
    """Jurisdictions that it refuses, or that block it."""
    switch: Switch | None = None
    note: str = ""
    sources: dict[str, Source] = {}


class Alternative(Claim, frozen=True, kw_only=True):
    """An offering that can take over the function, and what moving to it takes."""

    value: Identifier
    closeness: Literal["drop-in", "same-standard", "same-function"]
    effort_person_days: PersonDays
    lead_days: Days


class Function(Record, frozen=True, kw_only=True):
    """What a component does for you. Offerings that name the function, and these alternatives, can stand in for it."""

    id: Identifier
    name: str
    description: str
    stateful: bool = False
    alternatives: tuple[Alternative, ...] = ()
    note: str = ""
    sources: dict[str, Source] = {}


class Holder(Claim, frozen=True):
    """Who holds patents on a standard, or controls it; ``pool`` names the licence pool."""

    value: Identifier
    pool: str = ""


class Promise(Claim, frozen=True):
    """A royalty-free promise and whom it binds."""

    value: str
    binds: tuple[Identifier, ...] = ()


class Standard(Record, frozen=True, kw_only=True):
    """A codec, container, font, document format, protocol or interface, and who could assert rights over it."""

    id: Identifier
    name: str
    kind: Literal["codec", "container", "font", "document", "protocol", "interface", "query-language", "file-format"]
    controller: tuple[Related, ...] = ()
    holders: tuple[Holder, ...] = ()
    promises: tuple[Promise, ...] = ()
    royalty: tuple[Text, ...] = ()
    implemented_by: tuple[str, ...] = ()
    """purl patterns of implementers, beside offerings that name the standard."""
    note: str = ""
    sources: dict[str, Source] = {}


class Incident(Record, frozen=True, kw_only=True):
    """A dated cut-off or squeeze that happened."""

    id: Identifier
    date: str
    title: str
    kind: str
    supplier: str = ""
    trigger: tuple[Territory, ...] = ()
    denied: tuple[Territory, ...] = ()
    denied_party: str = ""
    nexus: str = ""
    notice_days: float | None = None
    lost: tuple[str, ...] = ()
    still_worked: str = ""
    outcome: str = ""
    disputed: bool = False
    source: str = ""
    sources: dict[str, Source] = {}


class Bloc(Record, frozen=True, kw_only=True):
    """A bloc of jurisdictions with dated membership."""

    id: Annotated[str, Meta(pattern=r"^[A-Z][A-Z0-9-]{1,15}$")]
    name: str
    members: tuple[Place, ...]
    note: str = ""
    sources: dict[str, Source] = {}


AnyRecord = Supplier | Offering | Terms | Channel | Function | Standard | Incident | Bloc

FOLDERS: dict[str, type[Record]] = {
    "suppliers": Supplier,
    "offerings": Offering,
    "packages": Packages,
    "terms": Terms,
    "channels": Channel,
    "functions": Function,
    "standards": Standard,
    "incidents": Incident,
    "blocs": Bloc,
}
"""Folder of each record kind under ``catalog/``."""


def folder_of(kind: type[Record]) -> str:
    """Return the folder of a record kind (``suppliers``)."""
    return next(folder for folder, known in FOLDERS.items() if known is kind)

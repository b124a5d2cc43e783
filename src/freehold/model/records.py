"""Catalog records: the one model that validates the TOML files, makes their JSON Schema and fills the index.

A record is one small file. Every claim in it is a table with its ``value`` and the name of a source in the record's own
``[sources]``; a claim whose source was not read (no ``checked_on``), or that names none, counts as ``assumed``.
Unknown keys are errors. Matching and cross-record rules live in ``freehold.catalog``.
"""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from freehold.model.claim import (
    Alternative,
    Cap,
    Claim,
    Conversion,
    Grant,
    Granted,
    Holder,
    Identifier,
    Parent,
    Place,
    Promise,
    Record,
    Related,
    Source,
    Switch,
    TermsId,
    Territories,
    Territory,
    Text,
    YesNo,
)
from freehold.model.migration import Migration, Money, Scale
from freehold.model.package_row import PackageRow


class Supplier(Record, frozen=True, kw_only=True):
    """An organisation or community that components come from (never a person)."""

    id: Identifier
    """the file's name without `.toml`"""
    name: str
    kind: Literal["company", "foundation", "government", "community", "university"]
    homepage: str = ""
    aliases: tuple[str, ...] = ()
    """other names, as registers and SBOMs write them"""
    seat: tuple[Place, ...] = ()
    """where it sits in law"""
    parent: tuple[Parent, ...] = ()
    """who owns it, the nearest owner"""
    establishment: tuple[Place, ...] = ()
    """where else it has establishments whose law reaches it"""
    listing: tuple[Place, ...] = ()
    """where its shares are listed"""
    namespaces: tuple[str, ...] = ()
    """purl prefixes that this supplier publishes under: ``pkg:npm/%40angular/``, ``pkg:golang/github.com/hashicorp/``,
    ``pkg:maven/org.apache.``, ``pkg:huggingface/qwen/``, ``pkg:github/``, ``pkg:docker/library/``."""
    domains: tuple[str, ...] = ()
    """host names that it owns"""
    note: str = ""
    sources: dict[str, Source] = {}


class Match(Record, frozen=True):
    """How a component is recognised as this offering. Patterns end in ``*`` for a prefix; versions are ignored."""

    purls: tuple[str, ...] = ()
    """The component is the offering: ``pkg:pypi/django``, ``pkg:npm/%40stripe/stripe-js``."""
    implied_by: tuple[str, ...] = ()
    """The component is a client library that implies the offering is used (graded inferred)."""
    hosts: tuple[str, ...] = ()
    """Host names; a leading dot takes sub-domains: ``api.openai.com``, ``.amazonaws.com``."""
    images: tuple[str, ...] = ()
    """Container images: ``docker.io/library/redis``. A word after ``:`` stands for the tags that hold it between dashes, which
    are another product: ``docker.io/library/neo4j:enterprise`` takes ``5.26-enterprise``."""
    variables: tuple[str, ...] = ()
    """Names of environment variables and settings that only users of the offering set (graded inferred): ``STRIPE_*``."""
    calls: tuple[str, ...] = ()
    """What code asks a vendor's kit or a sign-in library for, which means the offering is used (graded inferred):
    ``aws:s3``, ``google-cloud:storage``, ``azure:storage.blob``, ``sign-in:github``."""
    models: tuple[str, ...] = ()
    """Model identifiers as written in code or on a hub: ``Qwen/Qwen3-*``, ``gpt-4o*``."""
    names: tuple[str, ...] = ()
    """Plain names used in service registers and SBOMs without purl: ``Stripe``, ``Auth0``."""
    resources: tuple[str, ...] = ()
    """Types of resources in infrastructure code that stand for the service: ``aws_s3_*``, ``AWS::S3*``, ``datadog_*``."""


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
    """who offers it"""
    terms: tuple[Granted, ...] = ()
    """under which terms, by version and part"""
    functions: tuple[Identifier, ...] = ()
    """records in `functions/`"""
    standards: tuple[Identifier, ...] = ()
    """records in `standards/`"""
    channels: tuple[Related, ...] = ()
    """Channels that serve its copies, beside the registry that its purl type implies."""
    hosting: tuple[Place, ...] = ()
    """where it runs, for a service"""
    origin: tuple[Place, ...] = ()
    """Jurisdictions whose export law reaches the content itself; published open source has none."""
    stateful: tuple[YesNo, ...] = ()
    """whether it holds data of yours"""
    export: tuple[YesNo, ...] = ()
    """Whether the operator lets you take your data out."""
    self_hosted: tuple[YesNo, ...] = ()
    """whether you can run it yourself"""
    base_model: tuple[Related, ...] = ()
    """the model it was made from, whose terms hold too"""
    bans: tuple[Place, ...] = ()
    """Jurisdictions that forbid their own people to use it (home bans)."""
    retired: str = ""
    """the day from which nobody gets it any more"""
    match: Match = Match()
    """how a component is recognised as it"""
    note: str = ""
    sources: dict[str, Source] = {}


class Packages(Record, frozen=True, kw_only=True):
    """What registries and packages state of themselves, for many packages of one purl type (the id), a row each.

    The rows stand in ``ID.csv`` beside the record, in order of name and versions; the sources that they name stand here.
    """

    id: Identifier
    """the purl type"""
    name: str
    note: str = ""
    sources: dict[str, Source] = {}
    rows: tuple[PackageRow, ...] = ()
    """read from the table beside"""


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
    """what kind of terms"""
    aliases: tuple[str, ...] = ()
    """other ways in which it is written"""
    spdx: bool = False
    """the id is in the SPDX licence list"""
    osi_approved: bool = False
    url: str = ""
    run: tuple[Grant, ...] = ()
    """the right to run"""
    copy: tuple[Grant, ...] = ()
    """the right to copy"""
    modify: tuple[Grant, ...] = ()
    """the right to modify"""
    redistribute: tuple[Grant, ...] = ()
    """the right to pass copies on"""
    source_available: tuple[YesNo, ...] = ()
    """whether the source is there to be read"""
    patent_grant: tuple[YesNo, ...] = ()
    """whether contributors grant their patents"""
    patent_retaliation: tuple[YesNo, ...] = ()
    """whether suing over patents ends it"""
    ends_by: tuple[Text, ...] = ()
    """What ends them: ``breach``, ``patent-litigation``, ``term``, ``notice``, ``export-law``, ``change-of-policy``."""
    territory_excluded: tuple[Territories, ...] = ()
    """territories where it grants nothing"""
    field_excluded: tuple[Text, ...] = ()
    """uses that it excludes, in words"""
    user_cap: tuple[Cap, ...] = ()
    """size above which another licence is needed"""
    sanctions_clause: tuple[YesNo, ...] = ()
    """whether it names sanctions or export law"""
    key: tuple[YesNo, ...] = ()
    """Whether running needs a key, subscription or heartbeat that the supplier can withhold."""
    fee: tuple[YesNo, ...] = ()
    """whether it costs"""
    conversion: tuple[Conversion, ...] = ()
    """terms that it turns into"""
    note: str = ""
    sources: dict[str, Source] = {}


class Channel(Record, frozen=True, kw_only=True):
    """Where copies and updates come from: registry, forge, mirror, model hub, archive, vendor portal."""

    id: Identifier
    name: str
    kind: Literal["registry", "forge", "mirror", "model-hub", "container-registry", "archive", "vendor-portal", "cdn"]
    operator: tuple[Related, ...] = ()
    """who runs it"""
    hosting: tuple[Place, ...] = ()
    """where it runs"""
    serves: tuple[str, ...] = ()
    """purl types: ``pypi``, ``npm``, ``oci``, ``huggingface``..."""
    default_for: tuple[str, ...] = ()
    """purl types whose clients use it when nothing else is configured."""
    hosts: tuple[str, ...] = ()
    """Host names. Hosts of a default registry that ``packageurl.contrib.purl2url`` knows are derived, not written."""
    derived: bool = False
    """The hosts of the ``default_for`` types are derived from the clients' configuration or from purl2url."""
    mirror_of: tuple[Related, ...] = ()
    """channels whose content it copies"""
    mode: Literal["", "full-copy", "partial-copy", "pull-through"] = ""
    """how it copies"""
    same_bytes: tuple[YesNo, ...] = ()
    """Whether it serves the same bytes as what it mirrors (same hash)."""
    blocks: tuple[Place, ...] = ()
    """Jurisdictions that it refuses, or that block it."""
    switch: Switch | None = None
    """how a client is pointed at it"""
    note: str = ""
    sources: dict[str, Source] = {}


class Function(Record, frozen=True, kw_only=True):
    """What a component does for you. Offerings that name the function, and these alternatives, can stand in for it."""

    id: Identifier
    name: str
    description: str
    """what it does for you"""
    stateful: bool = False
    """whether what fulfils it holds data"""
    alternatives: tuple[Alternative, ...] = ()
    """offerings that can take over"""
    migrations: tuple[Migration, ...] = ()
    """documented moves from one offering to another: evidence beside the estimates"""
    note: str = ""
    sources: dict[str, Source] = {}


class Standard(Record, frozen=True, kw_only=True):
    """A codec, container, font, document format, protocol or interface, and who could assert rights over it."""

    id: Identifier
    name: str
    kind: Literal["codec", "container", "font", "document", "protocol", "interface", "query-language", "file-format"]
    controller: tuple[Related, ...] = ()
    """who decides what it says"""
    holders: tuple[Holder, ...] = ()
    """who holds patents on it"""
    promises: tuple[Promise, ...] = ()
    """royalty-free promises and whom they bind"""
    royalty: tuple[Text, ...] = ()
    """what use costs, in words"""
    implemented_by: tuple[str, ...] = ()
    """purl patterns of implementers, beside offerings that name the standard."""
    note: str = ""
    sources: dict[str, Source] = {}


class Incident(Record, frozen=True, kw_only=True):
    """A dated cut-off or squeeze that happened."""

    id: Identifier
    date: str
    """when the effect began or, where the title says so, when it was announced or became known; to the day, the
    month or the year that the sources bear out"""
    title: str
    kind: str
    """what kind of cut-off or squeeze"""
    supplier: str = ""
    """who cut off"""
    trigger: tuple[Territory, ...] = ()
    """whose law or act brought it about"""
    denied: tuple[Territory, ...] = ()
    """territories cut off"""
    denied_party: str = ""
    """who was cut off, in words"""
    nexus: str = ""
    """why that law reached the supplier"""
    notice_days: float | None = None
    """days of notice"""
    lost: tuple[str, ...] = ()
    """what was lost"""
    still_worked: str = ""
    """what went on working"""
    outcome: str = ""
    """how it ended"""
    disputed: bool = False
    """accounts differ"""
    source: str = ""
    sources: dict[str, Source] = {}


class Bloc(Record, frozen=True, kw_only=True):
    """A bloc of jurisdictions with dated membership."""

    id: Annotated[str, Meta(pattern=r"^[A-Z][A-Z0-9-]{1,15}$")]
    name: str
    members: tuple[Place, ...]
    """its members, with dates"""
    note: str = ""
    sources: dict[str, Source] = {}


__all__ = [
    "FOLDERS",
    "Alternative",
    "AnyRecord",
    "Bloc",
    "Cap",
    "Channel",
    "Claim",
    "Conversion",
    "Function",
    "Grant",
    "Granted",
    "Holder",
    "Incident",
    "Match",
    "Migration",
    "Money",
    "Offering",
    "Parent",
    "Place",
    "Promise",
    "Record",
    "Related",
    "Scale",
    "Source",
    "Standard",
    "Supplier",
    "Switch",
    "Terms",
    "Territories",
    "Text",
    "YesNo",
    "folder_of",
]

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

"""Services are recognised by what projects hold: client libraries in lockfiles, hosts, variables, calls of vendor kits."""

from __future__ import annotations

from pathlib import Path

import pytest

from freehold.catalog.index import Index, compile_index
from freehold.catalog.loading import load_folder
from freehold.catalog.query import Catalog
from freehold.inventory.folder import read_paths
from freehold.model.component import Clue, ClueKind, Origin
from freehold.model.records import Offering

RECORDS, _ = load_folder(Path(__file__).parents[2] / "catalog")
CATALOG = Catalog(Index(compile_index(RECORDS)))
HERE = Origin("a")

REQUIREMENTS = {
    "stripe==9.0": "stripe",
    "sentry-sdk==2.0": "sentry",
    "twilio==9.0": "twilio",
    "auth0-python==4.7": "auth0",
    "openai==1.0": "openai-api",
    "anthropic==0.30": "anthropic-api",
    "algoliasearch==3.0": "algolia",
    "mailjet-rest==1.3": "mailjet",
    "dashscope==1.20": "qwen-api",
    "google-cloud-bigquery==3.0": "google-bigquery",
    "azure-storage-blob==12.0": "azure-blob-storage",
}
CLUES = {
    (ClueKind.VARIABLE, "STRIPE_SECRET_KEY"): "stripe",
    (ClueKind.VARIABLE, "NEXT_PUBLIC_SUPABASE_URL"): "supabase",
    (ClueKind.VARIABLE, "DD_API_KEY"): "datadog",
    (ClueKind.VARIABLE, "AWS_ACCESS_KEY_ID"): "aws",
    (ClueKind.VARIABLE, "AWS_S3_BUCKET"): "aws-s3",
    (ClueKind.VARIABLE, "DASHSCOPE_API_KEY"): "qwen-api",
    (ClueKind.CALL, "aws:s3"): "aws-s3",
    (ClueKind.CALL, "aws:textract"): "aws",
    (ClueKind.CALL, "google-cloud:storage"): "google-cloud-storage",
    (ClueKind.CALL, "azure:storage.blob"): "azure-blob-storage",
    (ClueKind.CALL, "sign-in:azure-ad-b2c"): "entra-external-id",
    (ClueKind.CALL, "sign-in:google"): "google-sign-in",
    (ClueKind.HOST, "o1.ingest.sentry.io"): "sentry",
    (ClueKind.HOST, "*.eu.auth0.com"): "auth0",
    (ClueKind.HOST, "smtp.mailgun.org"): "mailgun",
}
OWN_NAMES = [
    *(
        "JWT_SECRET",
        "DATABASE_URL",
        "SECRET_KEY",
        "REDIS_URL",
        "APP_KEY",
        "DB_PASSWORD",
        "MAIL_HOST",
        "NODE_ENV",
        "LOG_LEVEL",
    ),
    *("API_KEY", "SMTP_HOST", "S3_BUCKET", "GITHUB_SHA", "CI_COMMIT_SHA", "ADMIN_EMAIL", "SESSION_SECRET", "PORT_HTTP"),
]


def test_client_libraries_of_a_lockfile_imply_services(tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_text("\n".join(REQUIREMENTS))
    components = [one for one in read_paths([tmp_path]).components if one.purls]
    assert len(components) == len(REQUIREMENTS)
    used = {match.id for component in components for match in CATALOG.match(component) if match.uses}
    assert set(REQUIREMENTS.values()) <= used


@pytest.mark.parametrize(("clue", "offering"), CLUES.items(), ids=str)
def test_clues(clue: tuple[ClueKind, str], offering: str) -> None:
    assert [match.id for match in CATALOG.match_clue(Clue(*clue, HERE))] == [offering]


@pytest.mark.parametrize("name", OWN_NAMES)
def test_names_that_any_project_has_tell_nothing(name: str) -> None:
    assert CATALOG.match_clue(Clue(ClueKind.VARIABLE, name, HERE)) == ()


def test_many_services_are_known_by_host_or_variable() -> None:
    services = [one for one in CATALOG.all(Offering) if one.kind == "service"]
    by_host = {one.id for one in services if one.match.hosts}
    by_variable = {one.id for one in services if one.match.variables}
    assert len(by_host | by_variable) >= 150
    assert len(by_variable) >= 150


def test_every_variable_and_host_finds_its_service_alone() -> None:
    for service in CATALOG.all(Offering):
        samples = [(ClueKind.VARIABLE, name.replace("*", "X")) for name in service.match.variables]
        if service.kind == "service":
            samples += [(ClueKind.HOST, f"a{host}" if host.startswith(".") else host) for host in service.match.hosts]
        for kind, name in samples:
            found = [match.id for match in CATALOG.match_clue(Clue(kind, name, HERE))]
            assert len(found) == 1, (name, found)
            assert kind is ClueKind.HOST or found == [service.id], (name, found)

"""Services in settings and environment templates: hosts, names of variables, never values."""

from __future__ import annotations

import pytest
from service_cases import clues, hosts, read

from freehold.inventory.services.settings import ServiceSettings
from freehold.model.component import ClueKind, Role

ENVIRONMENT = """
# STRIPE_COMMENTED=sk_live_0
STRIPE_SECRET_KEY=sk_live_51HsupersecretA
export SENTRY_DSN="https://0a1b2c3d4e5f@o77.ingest.sentry.io/4242"
AUTH0_DOMAIN=shop.eu.auth0.com
MAIL_HOST=smtp.mailgun.org
DATABASE_URL=postgres://shop:hunter2@db.prj.eu-west-1.rds.amazonaws.com:5432/shop
APP_URL=https://shop.partner-bank.eu
RATES_API_URL=https://user:hunter3@rates.partner-bank.eu/v1?token=hunter4#hunter5
LOCAL_API_URL=http://localhost:8080
DOCS_URL=https://manual.partner-bank.eu
"""


def test_hosts_and_variables_of_an_environment_template() -> None:
    reading = read(ENVIRONMENT, ".env.example")
    assert {component.name for component in reading.components} == {
        "o77.ingest.sentry.io",
        "smtp.mailgun.org",
        "db.prj.eu-west-1.rds.amazonaws.com",
        "rates.partner-bank.eu",
    }
    variables = clues(ENVIRONMENT, ".env.example", ClueKind.VARIABLE)
    assert {"STRIPE_SECRET_KEY", "SENTRY_DSN", "AUTH0_DOMAIN"} <= variables
    assert "STRIPE_COMMENTED" not in variables
    assert clues(ENVIRONMENT, ".env.example", ClueKind.HOST) == {"shop.eu.auth0.com", "shop.partner-bank.eu"}
    rates = next(component for component in reading.components if component.name.startswith("rates"))
    assert (rates.evidence, rates.origins[0].line) == ("set by RATES_API_URL", 9)


def test_no_secret_is_kept() -> None:
    kept = repr(read(ENVIRONMENT, ".env.example"))
    for secret in ("sk_live", "0a1b2c3d4e5f", "hunter", "4242", "token"):
        assert secret not in kept


@pytest.mark.parametrize(
    ("name", "text", "host"),
    [
        (
            "application.yml",
            "spring:\n  security:\n    issuer-uri: https://login.partner-idp.eu/realms/a\n",
            "login.partner-idp.eu",
        ),
        ("application.yml", "api:\n  base: x\n  endpoint: ${RATES:https://rates.partner.eu/v1}\n", "rates.partner.eu"),
        ("application.properties", "spring.mail.host=smtp.partner.eu\n", "smtp.partner.eu"),
        ("appsettings.json", '{\n "RatesApi": "https://rates.partner.eu",\n}', "rates.partner.eu"),
        ("app.ini", "[mailer]\nSMTP_ADDR = smtp.partner.eu\n", "smtp.partner.eu"),
        ("config.toml", 'api_url = "https://rates.partner.eu/v2"\n', "rates.partner.eu"),
        ("sso.yaml", "saml:\n  idp_metadata_url: https://sso.partner.eu/metadata.xml\n", "sso.partner.eu"),
        ("values.yaml", "  - webhookUrl: 'https://hooks.partner.eu/x'\n", "hooks.partner.eu"),
        ("config/services.php", "'endpoint' => env('X_ENDPOINT', 'https://rates.partner.eu'),", "rates.partner.eu"),
        ("config/initializers/x.rb", "api_url = ENV.fetch('X_API', 'https://rates.partner.eu')", "rates.partner.eu"),
        ("settings.py", 'RATES_API = os.environ.get("RATES_API", "https://rates.partner.eu")', "rates.partner.eu"),
        ("config/default.ts", "  apiUrl: process.env.RATES || 'https://rates.partner.eu',", "rates.partner.eu"),
    ],
)
def test_settings_of_many_kinds(name: str, text: str, host: str) -> None:
    assert hosts(text, name) == {host}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.yaml", "$schema: https://api.partner.eu/schema.json\n"),
        ("a.yaml", "license_api: https://opensource.org/licenses/MIT\n"),
        ("a.yaml", "docs_api_url: https://api.partner.eu\n"),
        ("a.yaml", "text: see https://api.partner.eu for the API\n"),
        ("a.yaml", "api_note: read https://api.partner.eu first\n"),
        ("a.yaml", "# api_url: https://api.partner.eu\n"),
        ("a.yaml", "smtp_module: mailer.py\n"),
        ("a.yaml", "api_url: https://api.your-company.com\n"),
        ("a.yaml", "api_url: " + "x" * 3000 + "https://api.partner.eu\n"),
        ("package.json", '{"api": "https://api.partner.eu"}'),
        ("openapi.yaml", "api_url: https://api.partner.eu\n"),
        ("spec.yaml", "openapi: 3.0.0\napi_url: https://api.partner.eu\n"),
        ("pylock.toml", 'api_url = "https://api.partner.eu"\n'),
        ("de.yml", "api_url: https://api.partner.eu\n"),
    ],
)
def test_what_names_no_service(name: str, text: str) -> None:
    assert hosts(text, name) == set()


@pytest.mark.parametrize("name", [".env.test", "application-test.yml", "appsettings.testing.json"])
def test_settings_of_tests_count_as_development(name: str) -> None:
    assert {one.role for one in read("api_url: https://api.partner.eu", name).components} == {Role.DEVELOPMENT}


def test_text_that_is_none_and_large_files_are_noted() -> None:
    from freehold.inventory.reader import Document

    reader = ServiceSettings()
    assert "not searched" in reader.read(Document("a.env", b"API_URL=\xff\xfe\xfa")).notes[0].reason
    large = b"API_URL=https://api.partner.eu\n" * 90_000
    assert "larger than" in reader.read(Document("a.env", large)).notes[0].reason


@pytest.mark.parametrize(
    ("name", "text", "call"),
    [
        (".env", "MAIL_MAILER=postmark\n", "mail:postmark"),
        ("application.properties", "spring.security.oauth2.client.registration.google.client-id=x\n", "sign-in:google"),
        ("config.toml", "[auth.external.github]\nenabled = true\n", "sign-in:github"),
    ],
)
def test_what_settings_choose_by_name(name: str, text: str, call: str) -> None:
    assert clues(text, name, ClueKind.CALL) == {call}


@pytest.mark.parametrize(
    "text", ["# MAIL_MAILER=ses", "MAIL_MAILER=sk_live_1234", "MAIL_MAILER=", "X=[auth.external.a]"]
)
def test_what_chooses_nothing(text: str) -> None:
    assert clues(text, ".env", ClueKind.CALL) == set()


def test_settings_of_pipelines_count_as_build() -> None:
    reading = read("env:\n  VERCEL_TOKEN: x\n  api_url: https://deploy.partner.eu\n", ".github/workflows/deploy.yml")
    assert {component.role for component in reading.components} == {Role.BUILD}
    assert {clue.role for clue in reading.clues} == {Role.BUILD}

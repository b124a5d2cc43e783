"""Services that source code names: kits, sign-in providers, addresses called, variables read."""

from __future__ import annotations

import pytest
from service_cases import clues, hosts, read

from freehold.model.component import ClueKind, Role


@pytest.mark.parametrize(
    ("name", "text", "call"),
    [
        ("a.py", 'import boto3\ns3 = boto3.client("s3")', "aws:s3"),
        ("a.py", "import boto3\nq = session.resource(service_name='sqs')", "aws:sqs"),
        ("a.go", 'import "github.com/aws/aws-sdk-go-v2/service/dynamodb"', "aws:dynamodb"),
        ("A.java", "import software.amazon.awssdk.services.kms.KmsClient;", "aws:kms"),
        ("a.ts", "import { S3Client } from '@aws-sdk/client-s3'", "aws:s3"),
        ("a.js", "const s = new AWS.SES({})", "aws:ses"),
        ("a.rb", "Aws::S3::Client.new", "aws:s3"),
        ("a.py", "from google.cloud import storage, bigquery as bq", "google-cloud:bigquery"),
        ("a.py", "import google.cloud.pubsub_v1", "google-cloud:pubsub-v1"),
        ("a.go", 'import "cloud.google.com/go/firestore"', "google-cloud:firestore"),
        ("a.ts", 'import { Storage } from "@google-cloud/storage"', "google-cloud:storage"),
        ("a.py", "from azure.storage.blob import BlobServiceClient", "azure:storage.blob"),
        ("A.cs", "using Azure.Storage.Blobs;", "azure:storage.blobs"),
        ("a.ts", "import Google from 'next-auth/providers/google'", "sign-in:google"),
        ("settings.py", "    'allauth.socialaccount.providers.github',", "sign-in:github"),
        ("a.js", "const S = require('passport-facebook')", "sign-in:facebook"),
        ("a.rb", "  provider :google_oauth2, ENV['X'], ENV['Y']", "sign-in:google-oauth2"),
        ("Startup.cs", "services.AddAuthentication().AddMicrosoftAccount(o => {})", "sign-in:microsoftaccount"),
        ("settings.py", 'EMAIL_BACKEND = "anymail.backends.sendgrid.EmailBackend"', "mail:sendgrid"),
        ("production.rb", "config.action_mailer.delivery_method = :mailgun", "mail:mailgun"),
        ("a.js", "nodemailer.createTransport({ service: 'gmail' })", "mail:gmail"),
        ("layout.tsx", "import { Inter } from 'next/font/google'", "fonts:google"),
        ("a.php", "return Socialite::driver('linkedin')->redirect();", "sign-in:linkedin"),
    ],
)
def test_kits_and_providers(name: str, text: str, call: str) -> None:
    assert call in clues(text, name, ClueKind.CALL)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.py", 'x = pool.client("s3")'),
        ("a.py", '# boto3.client("s3")'),
        ("a.ts", "import C from 'next-auth/providers/credentials'"),
        ("a.js", "require('passport-local')"),
        ("a.py", "from azure_thing import x"),
    ],
)
def test_what_asks_for_nothing(name: str, text: str) -> None:
    assert clues(text, name, ClueKind.CALL) == set()


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.js", "const r = await fetch('https://rates.partner.eu/v1/x')"),
        ("a.js", "axios.get(`https://rates.partner.eu/${id}`)"),
        ("a.py", 'requests.post("https://rates.partner.eu", json=x)'),
        ("a.py", 'r = httpx.request("GET", "https://rates.partner.eu")'),
        ("a.go", 'resp, err := http.Get("https://rates.partner.eu/x")'),
        ("a.php", '$c = curl_init("https://rates.partner.eu");'),
        ("a.ts", "const API_URL = 'https://rates.partner.eu/v1'"),
        ("a.ts", "  issuer: 'https://rates.partner.eu',"),
        ("A.java", 'private static final String API_URL = "https://rates.partner.eu";'),
        ("a.ts", "const ratesApi = 'https://rates.partner.eu/v1'"),
        ("a.py", 'import environ\napi_host = "rates.partner.eu"'),
    ],
)
def test_addresses_that_are_called(name: str, text: str) -> None:
    assert hosts(text, name) == {"rates.partner.eu"}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.js", "// fetch('https://rates.partner.eu')"),
        ("a.py", ">>> requests.get('https://rates.partner.eu')"),
        ("a.js", "const u = 'https://rates.partner.eu'"),
        ("a.js", "console.log('see https://rates.partner.eu')"),
        ("a.js", "fetch('/api/x')"),
        ("a.min.js", "fetch('https://rates.partner.eu')"),
        ("a.js", "fetch('https://docs.partner.eu/x')"),
        ("a.php", "'Chapitre' => 'https://rates.partner.eu',"),
        ("a.py", 'import environ\nendpoint = "org.partner.rates.endpoint"'),
        ("a.py", 'import environ\nendpoint = "partner_rates.uploads"'),
    ],
)
def test_addresses_that_are_not(name: str, text: str) -> None:
    assert hosts(text, name) == set()


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.ts", "const k = process.env.STRIPE_SECRET_KEY"),
        ("a.ts", "const k = import.meta.env.STRIPE_SECRET_KEY"),
        ("a.py", 'k = os.environ["STRIPE_SECRET_KEY"]'),
        ("a.py", "k = os.getenv('STRIPE_SECRET_KEY')"),
        ("a.rb", "ENV.fetch('STRIPE_SECRET_KEY')"),
        ("a.php", "env('STRIPE_SECRET_KEY', 'sk_live_secret')"),
        ("a.go", 'os.Getenv("STRIPE_SECRET_KEY")'),
        ("A.java", 'System.getenv("STRIPE_SECRET_KEY")'),
    ],
)
def test_variables_that_are_read(name: str, text: str) -> None:
    assert clues(text, name, ClueKind.VARIABLE) == {"STRIPE_SECRET_KEY"}
    assert "sk_live" not in repr(read(text, name))


def test_test_files_count_as_development() -> None:
    reading = read("fetch('https://rates.partner.eu'); process.env.STRIPE_KEY", "a.test.js")
    assert {component.role for component in reading.components} == {Role.DEVELOPMENT}
    assert {clue.role for clue in reading.clues} == {Role.DEVELOPMENT}

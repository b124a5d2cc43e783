"""Secrets that stand in settings and code appear in no output of any command."""

from __future__ import annotations

from pathlib import Path

import pytest
from cli_runs import freehold

SECRETS = (
    "sk_live_AAAA1111",
    "hunter2BBBB",
    "tokenCCCC3333",
    "dsnDDDD4444",
    "AKIAEEEE5555",
    "pwFFFF6666",
    "ghp_GGGG7777",
)
FILES = {
    ".env.example": "STRIPE_SECRET_KEY=sk_live_AAAA1111\nSENTRY_DSN=https://dsnDDDD4444@o1.ingest.sentry.io/7\n"
    "DATABASE_URL=postgres://shop:hunter2BBBB@db.a.eu-west-1.rds.amazonaws.com/shop\nAWS_ACCESS_KEY_ID=AKIAEEEE5555\n"
    "RATES_API_URL=https://rates.partner.eu/v1?key=tokenCCCC3333\nsk_live_AAAA1111_X=1\n",
    "config/application.yml": "mail:\n  smtp_host: smtp://user:pwFFFF6666@smtp.mailgun.org\n  api_token: tokenCCCC3333\n"
    "  api_url: https://tokenCCCC3333:x@api.partner.eu/ghp_GGGG7777\n",
    "app/main.py": 'import os, requests\nk = os.getenv("STRIPE_SECRET_KEY", "sk_live_AAAA1111")\n'
    'requests.get("https://user:hunter2BBBB@api.partner.eu/ghp_GGGG7777?token=tokenCCCC3333")\n'
    'API_URL = "https://api.partner.eu/ghp_GGGG7777"\nclient = OpenAI(api_key="sk_live_AAAA1111", model="gpt-4o")\n'
    'c = OpenAI(base_url="https://pwFFFF6666@api.llm-host.eu/v1/tokenCCCC3333", model="gpt-4o")\n',
    "app/index.html": '<script src="https://tokenCCCC3333@cdn.partner.eu/ghp_GGGG7777.js?k=AKIAEEEE5555"></script>\n',
    "requirements.txt": "stripe==9.0\n",
    "data.csv.dvc": "deps:\n- path: https://user:pwFFFF6666@data.partner.eu/tokenCCCC3333\nouts:\n- path: data.csv\n",
    "freehold.toml": '[subject]\nseat = "DE"\n',
}


@pytest.mark.parametrize(
    "command",
    [
        ("inventory", "--all"),
        ("inventory", "-f", "json"),
        ("inventory", "-f", "cyclonedx", "--as-of", "2026-01-01"),
        ("assess", "-f", "json"),
        ("assess",),
    ],
    ids=" ".join,
)
def test_no_secret_is_printed(tmp_path: Path, command: tuple[str, ...]) -> None:
    for name, text in FILES.items():
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(text)
    run = freehold(command[0], tmp_path, *command[1:])
    assert run.code in (0, 1), run.err
    assert "partner.eu" in run.out
    for secret in SECRETS:
        assert secret.lower() not in (run.out + run.err).lower()

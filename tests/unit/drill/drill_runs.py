"""Builders of drills for tests: an order with two hosts, one denied and one allowed, whose far side is on loopback."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from freehold.drill.running import Order, available, run_once
from freehold.model.evidence import Decision, DeniedHost, DrillPlan, Run

ALLOWED, DENIED = "allowed.example", "denied.example"
PLAN = DrillPlan(
    "test", "a test", (DeniedHost(DENIED, "Denied Inc.", "a test"), DeniedHost(f".{DENIED}", "Denied Inc.", "a test"))
)
_REASON = available()
needs_namespaces = pytest.mark.skipif(bool(_REASON), reason=f"namespaces: {_REASON}")

GET = """
import http.client, sys
for host in sys.argv[1:]:
    try:
        connection = http.client.HTTPConnection(host, timeout=3)
        connection.request("GET", "/hello")
        answer = connection.getresponse()
        print(host, answer.status, answer.read()[:40].decode(), flush=True, file=sys.stderr)
    except Exception as error:
        print(host, type(error).__name__, flush=True, file=sys.stderr)
"""


def python(script: str, *arguments: str) -> tuple[str, ...]:
    """Return a command that runs a Python script."""
    return (sys.executable, "-c", script, *arguments)


def drill(folder: Path, command: Sequence[str], port: int = 1, **more: Any) -> Run:
    """Run a command with ``denied.example`` denied; both names lead to ``port`` on loopback outside."""
    project, scratch = folder / "project", folder / "scratch"
    project.mkdir(exist_ok=True)
    scratch.mkdir()
    here = ("127.0.0.1", port)
    order: dict[str, Any] = {
        "plan": PLAN,
        "command": tuple(command),
        "folder": project,
        "environment": {**os.environ, "HOME": str(folder / "home")},
        "timeout_seconds": 30.0,
        "routes": {ALLOWED: here, DENIED: here},
    }
    return run_once(Order(**{**order, **more}), scratch)


def decisions(run: Run) -> dict[tuple[str, int], Decision]:
    """Return what became of each host and port."""
    return {(contact.host, contact.port): contact.decision for contact in run.contacts}

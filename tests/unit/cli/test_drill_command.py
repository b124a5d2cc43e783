"""``freehold drill`` from the command line: exit codes, evidence, matrix, mirror, rejoining, learning, signing."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import signal
import subprocess
import sys
import time
import tomllib
from pathlib import Path

import jsonschema_rs
import pytest
from cli_runs import freehold, project
from drill_runs import ALLOWED, DENIED, GET, needs_namespaces
from far_side import FarSide, simple_index, wheel

import freehold as freehold_package
from freehold.model.evidence import MODES
from freehold.reports.attestation import signed_bytes
from freehold.reports.json import evidence_schema
from freehold.settings.project import load_project

pytestmark = [pytest.mark.enable_socket]

HELLO = {"/hello": ("text/plain", b"hello")}


@pytest.fixture(autouse=True)
def _somewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work in an empty folder, with a home of our own."""
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))


def routes(far: FarSide) -> list[str]:
    """Return the arguments that lead both hosts to the far side."""
    return [word for host in (ALLOWED, DENIED) for word in ("--route", f"{host}={far.place}")]


@needs_namespaces
def test_the_exit_code_is_the_answer() -> None:
    assert freehold("drill", "--deny", DENIED, "--", "true").code == 0
    assert freehold("drill", "--deny", DENIED, "--", "false").code == 1
    assert freehold("drill", "--deny", DENIED, "--timeout", "0.5", "--", "sleep", "60").code == 1
    void = freehold("drill", "--deny", DENIED, "--allow", "nobody.invalid", "--", "touch", "ran")
    assert void.code == 3
    assert "void" in void.out
    assert not Path("ran").exists()


@needs_namespaces
def test_a_scenario_denies_the_hosts_of_its_parties_and_the_report_names_whose(tmp_path: Path) -> None:
    shop = project(tmp_path / "shop")
    script = GET + "sys.exit(1)"
    run = freehold(
        "drill", "--scenario", "channel-down:npm", shop, "-o", "e.json", "--", sys.executable, "-c", script, ALLOWED
    )
    assert run.code == 1
    evidence = json.loads(Path("e.json").read_text())
    jsonschema_rs.validator_for(evidence_schema()).validate(evidence)
    patterns = [entry["pattern"] for entry in evidence["plan"]["denied"]]
    assert patterns
    assert evidence["runs"][0]["proof"][0]["held"]
    assert evidence["environment"]["user"] in ("root", "unprivileged")
    assert {clause["clause"] for clause in evidence["clauses"]} == {"SOV-4-09", "Article 28(8)"}
    again = freehold("drill", "--scenario", "channel-down:npm", shop, "--", sys.executable, "-c", script, patterns[0])
    assert "Whose absence broke it: npm registry (GitHub)" in " ".join(again.out.split())


@needs_namespaces
def test_every_mode_in_turn_and_each_in_its_own_copy() -> None:
    Path("state").write_text("")
    ask = f"echo x >> state; test $(wc -l < state) = 1 && {sys.executable} -c '{GET}' {DENIED}"
    modes = "reset,nxdomain,http-503,blackhole"
    run = freehold("drill", "--deny", DENIED, f"--matrix={modes}", "-f", "json", "--", "sh", "-c", ask)
    assert run.code == 0, run
    assert [(r["mode"], r["ending"]) for r in run.json["runs"]] == [
        (mode, "succeeded") for mode in MODES if mode in modes.split(",")
    ]
    assert Path("state").read_text() == ""


@needs_namespaces
def test_a_command_that_waits_for_ever_is_told_apart_in_the_matrix() -> None:
    script = f"import socket; s = socket.create_connection(('{DENIED}', 80)); s.send(b'GET /'); s.recv(9)"
    words = ["--matrix=reset,blackhole", "--timeout", "2", "--", sys.executable, "-c", script]
    run = freehold("drill", "--deny", DENIED, *words)
    assert run.code == 1
    lines = [line.split()[:2] for line in run.out.splitlines()]
    assert ["reset", "failed"] in lines
    assert ["blackhole", "hung"] in lines


@needs_namespaces
def test_what_nobody_declared_becomes_a_service_of_the_register() -> None:
    Path("freehold.toml").write_text('[subject]\nseat = "DE"\n')
    with FarSide(HELLO) as far:
        words = ["drill", "--observe", *routes(far), "--route", f"api.stripe.com={far.place}"]
        command = ["--", sys.executable, "-c", GET, ALLOWED, "api.stripe.com"]
        shown = freehold(*words, "--learn", "show", *command)
        assert "[[service]]" in shown.err
        assert "service" not in Path("freehold.toml").read_text()
        freehold(*words, "--learn", "write", *command)
        stated = tomllib.loads(Path("freehold.toml").read_text())
        again = freehold(*words, "--learn", "write", *command)
    assert stated["subject"] == {"seat": "DE"}
    assert [(s["name"], s.get("offering"), s["role"]) for s in stated["service"]] == [
        (ALLOWED, None, "build"),
        ("api.stripe.com", "stripe", "build"),
    ]
    assert "nothing to learn" in again.err
    assert len(load_project(Path("freehold.toml"))[0].project.service) == 2


@needs_namespaces
@pytest.mark.parametrize("kind", ["ed25519", "ec", "rsa"])
def test_the_evidence_is_signed_and_the_signature_holds(kind: str) -> None:
    more = {"ec": ["-pkeyopt", "ec_paramgen_curve:prime256v1"], "rsa": ["-pkeyopt", "rsa_keygen_bits:2048"]}.get(
        kind, []
    )
    _openssl("genpkey", "-algorithm", kind, *more, "-out", "key.pem")
    _openssl("pkey", "-in", "key.pem", "-pubout", "-out", "public.pem")
    words = ["--attest", "e.dsse", "--sign-key", "key.pem", "-o", "e.json", "--", "sh", "-c", "printf built > app"]
    assert freehold("drill", "--deny", DENIED, *words).code == 0
    envelope = json.loads(Path("e.dsse").read_text())
    payload = base64.b64decode(envelope["payload"])
    statement = json.loads(payload)
    assert statement["subject"] == [{"name": "app", "digest": {"sha256": hashlib.sha256(b"built").hexdigest()}}]
    assert statement["predicate"] == json.loads(Path("e.json").read_text())
    Path("sig").write_bytes(base64.b64decode(envelope["signatures"][0]["sig"]))
    Path("pae").write_bytes(signed_bytes(payload))
    if kind == "ed25519":
        check = ["pkeyutl", "-verify", "-pubin", "-inkey", "public.pem", "-rawin", "-in", "pae", "-sigfile", "sig"]
    else:
        check = ["dgst", "-sha256", "-verify", "public.pem", "-signature", "sig", "pae"]
    _openssl(*check)
    Path("pae").write_bytes(signed_bytes(payload + b" "))
    with pytest.raises(subprocess.CalledProcessError):
        _openssl(*check)


def _openssl(*words: str) -> None:
    subprocess.run(["openssl", *words], check=True, capture_output=True)


LOCKED = ("alpha", "beta")


def locked(folder: Path) -> Path:
    """Write a project that pins two packages by hash."""
    lines = [f"{name}==1.0 --hash=sha256:{hashlib.sha256(wheel(name)[1]).hexdigest()}" for name in LOCKED]
    folder.mkdir()
    (folder / "requirements.txt").write_text("\n".join(lines) + "\n")
    return folder


@needs_namespaces
def test_an_honest_mirror_outside_serves_everything_but_its_upstream_is_not_proved(tmp_path: Path) -> None:
    with FarSide(simple_index([*LOCKED])) as far:
        url = f"http://127.0.0.1:{far.port}/simple/"
        run = freehold("drill", "--mirror", url, locked(tmp_path / "app"), "-f", "json")
    assert run.code == 0, run
    assert [check["served"] for check in run.json["checks"]] == [True, True]
    assert run.json["runs"][0]["standing"] == "partial"
    assert "upstream" in run.json["runs"][0]["reasons"][0]


@needs_namespaces
@pytest.mark.parametrize("fault", ["missing", "flipped", "upstream"])
def test_a_mirror_that_does_not_hold_what_it_claims_is_found_out(fault: str, tmp_path: Path) -> None:
    pages = simple_index([*LOCKED], base="http://upstream.example" if fault == "upstream" else "")
    file = f"/files/{wheel('beta')[0]}"
    if fault == "missing":
        del pages[file]
    if fault == "flipped":
        data = bytearray(pages[file][1])
        data[40] ^= 1
        pages[file] = ("application/zip", bytes(data))
    with FarSide(pages) as far:
        run = freehold(
            "drill", "--mirror", f"http://127.0.0.1:{far.port}/simple/", locked(tmp_path / "app"), "-f", "json"
        )
    assert run.code == 1, run
    met = {check["purl"]: check["met"] for check in run.json["checks"] if not check["served"]}
    wanted = {
        "missing": "127.0.0.1 answered 404",
        "flipped": "other bytes than the lockfile names",
        "upstream": "upstream.example did not answer: ",
    }[fault]
    assert met["pkg:pypi/beta@1.0"].startswith(wanted)
    assert ("pkg:pypi/alpha@1.0" in met) is (fault == "upstream")


PULL_THROUGH = """
import http.server, pathlib, sys, urllib.request
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        held = pathlib.Path(sys.argv[1]) / self.path.strip("/").replace("/", "_")
        try:
            body = held.read_bytes() if held.exists() else urllib.request.urlopen("http://upstream.example" + self.path).read()
            self.send_response(200)
        except OSError:
            body = b""
            self.send_response(502)
        self.end_headers()
        self.wfile.write(body)
http.server.ThreadingHTTPServer(("127.0.0.1", 8099), Handler).serve_forever()
"""


@needs_namespaces
def test_a_pull_through_mirror_that_is_started_inside_has_no_upstream(tmp_path: Path) -> None:
    held = tmp_path / "held"
    held.mkdir()
    for path, (_, body) in simple_index([*LOCKED]).items():
        if "beta" not in path or path.startswith("/simple"):
            (held / path.strip("/").replace("/", "_")).write_bytes(body)
    words: list[str | Path] = [
        "drill",
        "--mirror",
        "pypi=http://127.0.0.1:8099/simple/",
        locked(tmp_path / "app"),
        "-f",
        "json",
        "--",
    ]
    run = freehold(*words, sys.executable, "-c", PULL_THROUGH, held)
    assert run.code == 1, run
    assert {check["purl"]: check["met"] for check in run.json["checks"]} == {
        "pkg:pypi/alpha@1.0": "same bytes (sha256)",
        "pkg:pypi/beta@1.0": "127.0.0.1 answered 502",
    }
    assert run.json["runs"][0]["standing"] == "proved"
    assert ("upstream.example", "denied") in {(c["host"], c["decision"]) for c in run.json["runs"][0]["contacts"]}


@needs_namespaces
def test_partial_evidence_is_incomplete_when_that_is_asked(tmp_path: Path) -> None:
    with FarSide(simple_index([*LOCKED])) as far:
        url = f"http://127.0.0.1:{far.port}/simple/"
        assert freehold("drill", "--mirror", url, locked(tmp_path / "app"), "--strict").code == 4


@needs_namespaces
def test_an_allowed_host_answers_in_the_clear_too(tmp_path: Path) -> None:
    with FarSide(HELLO) as far:
        run = freehold("drill", "--deny", DENIED, "--allow", ALLOWED, *routes(far), "-f", "json", "--", "true")
    assert run.code == 0
    assert [p["held"] for p in run.json["runs"][0]["proof"] if p["subject"] == ALLOWED] == [True]


@needs_namespaces
def test_an_npm_mirror_is_asked_for_the_tarballs_of_the_lockfile(tmp_path: Path) -> None:
    tarball = b"a tarball"
    digest = base64.b64encode(hashlib.sha512(tarball).digest()).decode()
    entry = {"version": "1.0.0", "resolved": "https://upstream.example/a.tgz", "integrity": f"sha512-{digest}"}
    lock = {"name": "app", "lockfileVersion": 3, "packages": {"": {"name": "app"}, "node_modules/@s/a": entry}}
    (tmp_path / "app").mkdir()
    (tmp_path / "app/package-lock.json").write_text(json.dumps(lock))
    packument = {"versions": {"1.0.0": {"dist": {"tarball": "/@s/a/-/a-1.0.0.tgz"}}}}
    pages = {
        "/@s/a": ("application/json", json.dumps(packument).encode()),
        "/@s/a/-/a-1.0.0.tgz": ("application/gzip", tarball),
    }
    with FarSide(pages) as far:
        run = freehold("drill", "--mirror", f"npm=http://127.0.0.1:{far.port}", tmp_path / "app", "-f", "json")
    assert run.code == 0, run
    assert run.json["checks"] == [{"purl": "pkg:npm/%40s/a@1.0.0", "served": True, "met": "same bytes (sha512)"}]


@needs_namespaces
def test_rejoining_updates_the_state_of_then(tmp_path: Path) -> None:
    app = tmp_path / "app"
    app.mkdir()
    _git(app, "init", "--quiet")
    for days, text in ((200, "old"), (10, "new")):
        (app / "version").write_text(text)
        _git(app, "add", ".")
        _git(app, "commit", "--quiet", "-m", text, days=days)
    fetch = f"import urllib.request as u; open('version', 'ab').write(u.urlopen('http://{ALLOWED}/hello', timeout=5).read())"
    update = ["sh", "-c", f'{sys.executable} -c "{fetch}" && cat version >&2 && touch ~/used']
    (tmp_path / "state").mkdir()
    words: list[str | Path] = [
        "drill",
        "--rejoin",
        "90",
        app,
        "--state",
        tmp_path / "state",
        "-f",
        "json",
        "--",
        *update,
    ]
    with FarSide(HELLO) as far:
        run = freehold(*words[:2], "90", *routes(far), *words[3:])
    assert run.code == 0, run
    assert [(r["name"], r["ending"], r["standing"]) for r in run.json["runs"]] == [
        ("cut off", "failed", "proved"),
        ("rejoined", "succeeded", "proved"),
    ]
    assert [a["sha256"] for a in run.json["runs"][1]["artefacts"]] == [hashlib.sha256(b"oldhello").hexdigest()]
    assert (app / "version").read_text() == "new"
    assert list((tmp_path / "state").iterdir()) == []
    assert "SOV-4-10" in {clause["clause"] for clause in run.json["clauses"]}


@needs_namespaces
def test_what_stands_in_for_the_state_of_then_makes_rejoining_partial() -> None:
    run = freehold("drill", "--rejoin", "-f", "json", "--", "true")
    assert run.code == 0
    assert {r["standing"] for r in run.json["runs"]} == {"partial"}
    assert "today's files stand in" in run.json["runs"][1]["reasons"][0]


def _git(folder: Path, *words: str, days: int = 0) -> None:
    date = subprocess.run(
        ["date", "-d", f"{days} days ago", "-Is"], capture_output=True, text=True, check=True
    ).stdout.strip()
    who = {f"GIT_{role}_{what}": f"{value}" for role in ("AUTHOR", "COMMITTER") for what, value in
           (("NAME", "n"), ("EMAIL", "n@example.org"), ("DATE", date))}  # fmt: skip
    subprocess.run(["git", "-C", folder, *words], env={**os.environ, **who}, check=True, capture_output=True)


def test_the_dry_run_says_who_and_runs_nothing(tmp_path: Path) -> None:
    shop = project(tmp_path / "shop")
    run = freehold("drill", "--scenario", "us-denies", shop, "--dry-run", "--", "touch", "ran")
    assert run.code == 0
    assert "would be denied" in run.out
    assert "npm registry (GitHub)" in run.out.replace("\n", " ")
    assert not Path("ran").exists()
    plan = freehold("drill", "--deny", ".denied.example", "--dry-run", "-f", "json").json
    assert [entry["pattern"] for entry in plan["denied"]] == [".denied.example"]
    assert plan["schema_version"] == "1.0"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--", "true"], "nobody would be denied"),
        (["--deny", "x.example"], "no command given"),
        (["--deny", "a b", "--", "true"], "is no host"),
        (["--deny", "x.example", "--timeout", "0", "--", "true"], "a timeout lies after the start"),
        (["--deny", "x.example", "--matrix", "reset,nonsense", "--", "true"], "there is no mode 'nonsense'"),
        (["--deny", "x.example", "--offer", "vault", "--", "true"], "is no NAME=ADDR:PORT"),
        (["--deny", "x.example", "--port", "70000", "--", "true"], "cannot be relayed"),
        (["--deny", "x.example", "--state", ".", "--", "true"], "is for --rejoin"),
        (["--deny", "x.example", "--attest", "a", "--", "true"], "go together"),
        (["--scenario", "account-blocked:github", "--", "true"], "nobody would be denied"),
        (["--mirror", "ftp://x", "--", "true"], "is no address of a mirror"),
        (["--mirror", "https://x.example", "--", "true"], "no lockfile names a package"),
        (["--rejoin", "-3", "--", "true"], "cannot be negative"),
    ],
)
def test_arguments_that_make_no_drill_are_refused(words: list[str], said: str) -> None:
    run = freehold("drill", *words)
    assert run.code == 2, run
    assert said in run.err


@needs_namespaces
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_drill_that_is_told_to_end_leaves_nothing_behind(number: signal.Signals, tmp_path: Path) -> None:
    scratch, begun = tmp_path / "scratch", tmp_path / "begun"
    scratch.mkdir()
    source = str(Path(freehold_package.__file__).parents[1])
    with subprocess.Popen(
        [sys.executable, "-m", "freehold", "drill", "--deny", DENIED, "--", "sh", "-c", f"touch '{begun}'; sleep 60"],
        env={**os.environ, "TMPDIR": str(scratch), "PYTHONPATH": source},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as drill:
        deadline = time.monotonic() + 30
        while not begun.exists() and time.monotonic() < deadline:
            time.sleep(0.05)
        drill.send_signal(number)
        assert drill.wait(20) == 128 + number
    assert list(scratch.iterdir()) == []

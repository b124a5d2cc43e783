"""Real drills: what is denied is never reached, what is allowed works, and everything that was tried is named."""

from __future__ import annotations

import hashlib
import os
import shutil
import socket
from pathlib import Path

import pytest
from drill_runs import ALLOWED, DENIED, GET, PLAN, decisions, drill, needs_namespaces, python
from far_side import FarSide

from freehold.drill import failing
from freehold.drill.policy import RESOLVERS
from freehold.drill.proving import MOST_PROBED
from freehold.drill.tap import NOT_SERVED
from freehold.model.evidence import MODES, Decision, DeniedHost, DrillPlan, Ending, Mode, NotEnforceable, Standing

pytestmark = [pytest.mark.enable_socket, needs_namespaces]

HELLO = {"/hello": ("text/plain", b"hello from outside")}


def test_a_denied_host_is_never_reached_and_an_allowed_one_is(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with FarSide(HELLO) as far:
        run = drill(tmp_path, python(GET, DENIED, f"www.{DENIED}", ALLOWED), far.port)
    assert (run.standing, run.ending, run.exit_code) == (Standing.PROVED, Ending.SUCCEEDED, 0)
    assert far.asked == [(ALLOWED, "/hello")]
    assert far.connections == 1
    assert decisions(run) == {
        (DENIED, 80): Decision.DENIED,
        (f"www.{DENIED}", 80): Decision.DENIED,
        (ALLOWED, 80): Decision.ALLOWED,
    }
    assert run.culprits == ("Denied Inc.",)
    allowed = run.contacts[-1]
    assert allowed.tool.startswith("python")
    assert allowed.received_bytes > len(b"hello from outside")
    assert f"{ALLOWED} 200 hello from outside" in capfd.readouterr().err


MET: dict[Mode, str] = {
    "reset": "ConnectionResetError",
    "nxdomain": "gaierror",
    "blackhole": "TimeoutError",
    "slow": "TimeoutError",
    "expired-tls": "ConnectionResetError",
    "http-401": "401",
    "http-403": "403",
    "http-451": "451",
    "http-500": "500",
    "http-503": "503",
}
TOTAL_SECONDS = "import signal\nsignal.alarm(12)\n"


@pytest.mark.parametrize("mode", MODES)
def test_every_mode_fails_the_denied_in_its_own_way(
    mode: Mode, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    slow = GET.replace(
        "answer.read()[:40]", "(_ for _ in ()).throw(TimeoutError()) if answer.length > 999 else answer.read()"
    )
    with FarSide(HELLO) as far:
        run = drill(
            tmp_path, python(TOTAL_SECONDS + (slow if mode == "slow" else GET), DENIED, ALLOWED), far.port, mode=mode
        )
    assert (run.standing, run.exit_code) == (Standing.PROVED, 0), run
    said = capfd.readouterr().err
    assert f"{DENIED} {MET[mode]}" in said
    assert f"{ALLOWED} 200" in said
    assert far.asked == [(ALLOWED, "/hello")]
    assert decisions(run)[(DENIED, 53 if mode in ("nxdomain", "blackhole") else 80)] is Decision.DENIED


HTTPS = """
import http.client, ssl, sys
host, trusted = sys.argv[1:]
context = ssl.create_default_context(cafile=trusted or None)
try:
    connection = http.client.HTTPSConnection(host, timeout=3, context=context)
    connection.request("GET", "/hello")
    print(host, connection.getresponse().status, flush=True, file=sys.stderr)
except Exception as error:
    print(host, type(error).__name__, getattr(error, "verify_message", ""), flush=True, file=sys.stderr)
"""


@pytest.mark.parametrize(
    ("mode", "met"), [("http-451", "451"), ("expired-tls", "SSLCertVerificationError certificate has")]
)
def test_clients_trust_the_throw_away_authority_by_their_own_settings(
    mode: Mode, met: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    run = drill(tmp_path, python(HTTPS, DENIED, ""), mode=mode)
    assert run.standing is Standing.PROVED
    assert f"{DENIED} {met}" in capfd.readouterr().err
    if mode == "expired-tls":
        assert run.contacts[0].notes == (failing.REFUSED_EXPIRED,)


def test_a_client_that_does_not_trust_the_authority_is_recorded(tmp_path: Path) -> None:
    with FarSide() as other:
        trusted = other.speak_tls(tmp_path / "other", "other.example")
    run = drill(tmp_path, python(HTTPS, DENIED, str(trusted)), mode="http-403")
    assert run.contacts[0].notes == (failing.UNTRUSTED,)


def test_tls_is_relayed_by_the_name_in_the_handshake(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    with FarSide(HELLO) as far:
        trusted = far.speak_tls(tmp_path / "far", ALLOWED)
        run = drill(tmp_path, python(HTTPS, ALLOWED, str(trusted)), far.port)
    assert f"{ALLOWED} 200" in capfd.readouterr().err
    assert [(c.host, c.port, c.protocol) for c in run.contacts] == [(ALLOWED, 443, "tls")]
    assert far.asked == [(ALLOWED, "/hello")]


JAVA = """
import java.net.URI;
import java.net.http.*;
public class Ask {
    public static void main(String[] hosts) throws Exception {
        for (String host : hosts) {
            try {
                var request = HttpRequest.newBuilder(URI.create("http://" + host + "/hello")).build();
                var answer = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
                System.err.println(host + " " + answer.statusCode());
            } catch (java.io.IOException error) { System.err.println(host + " failed"); }
        }
    }
}
"""
NODE = """
const ask = async () => { for (const host of process.argv.slice(1)) {
  try { console.error(host, (await fetch(`http://${host}/hello`)).status) } catch { console.error(host, 'failed') } } }
ask()
"""


@pytest.mark.parametrize("tool", ["node", "java"])
def test_tools_that_ignore_proxy_settings_are_caught(
    tool: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    if shutil.which(tool) is None:
        pytest.skip(f"{tool} is not installed")
    (tmp_path / "Ask.java").write_text(JAVA)
    command = ["node", "-e", NODE] if tool == "node" else ["java", str(tmp_path / "Ask.java")]
    with FarSide(HELLO) as far:
        run = drill(tmp_path, [*command, DENIED, ALLOWED], far.port)
    said = capfd.readouterr().err
    assert f"{DENIED} failed" in said
    assert f"{ALLOWED} 200" in said
    assert {host for host, _ in far.asked} == {ALLOWED}
    assert {c.host: c.tool.split()[0] for c in run.contacts} == {DENIED: tool, ALLOWED: tool}


AROUND = """
import contextlib, socket, sys
def tcp(host, port):
    with contextlib.suppress(OSError):
        socket.create_connection((host, port), 2).close()
tcp("203.0.113.7", 443); tcp("2001:db8::7", 443); tcp("203.0.113.7", 4444); tcp("203.0.113.8", 22); tcp("203.0.113.9", 9418)
tcp(sys.argv[1], 8443); tcp(sys.argv[2], 443); tcp("203.0.113.7", 853)
datagrams = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
datagrams.sendto(b"quic", ("203.0.113.7", 443)); datagrams.sendto(b"x", (sys.argv[1], 443))
"""


def test_ways_around_names_are_refused_and_named(tmp_path: Path) -> None:
    with FarSide(HELLO) as far:
        run = drill(tmp_path, python(AROUND, ALLOWED, RESOLVERS[0]), far.port)
    seen = {(c.host, c.port, c.protocol): c.decision for c in run.contacts}
    direct, unserved = Decision.DIRECT, Decision.UNSERVED
    assert seen == {
        ("203.0.113.7", 443, "tcp"): direct,
        ("2001:db8::7", 443, "tcp"): direct,
        ("203.0.113.7", 4444, "tcp"): direct,
        ("203.0.113.8", 22, "ssh"): direct,
        ("203.0.113.9", 9418, "git"): direct,
        ("203.0.113.7", 853, "dns over tls"): direct,
        ("203.0.113.7", 443, "quic"): direct,
        (ALLOWED, 8443, "tcp"): Decision.ALLOWED,
        (ALLOWED, 443, "quic"): unserved,
        (RESOLVERS[0], 443, "tcp"): Decision.RESOLVER,
    }
    assert far.connections <= 1


ON_OTHER_PORTS = """
import socket, sys
family = {"4": socket.AF_INET, "6": socket.AF_INET6}
for word in sys.argv[1:]:
    kind, host, port = word.split(",")
    try:
        found = socket.getaddrinfo(host, int(port), family.get(kind, 0), socket.SOCK_STREAM)[0][4]
        stream = socket.create_connection((found[0] if kind in family else host, int(port)), 3)
        stream.send(b"GET /hello HTTP/1.0\\r\\n\\r\\n")
        print(word, stream.recv(12)[9:12].decode(), file=sys.stderr, flush=True)
    except OSError as error:
        print(word, type(error).__name__, file=sys.stderr, flush=True)
"""


@pytest.mark.parametrize("ports", [(8443,), ()])
def test_another_port_is_relayed(tmp_path: Path, ports: tuple[int, ...], capfd: pytest.CaptureFixture[str]) -> None:
    with FarSide(HELLO) as far:
        run = drill(tmp_path, python(ON_OTHER_PORTS, f"any,{ALLOWED},8443"), far.port, ports=ports)
    assert f"any,{ALLOWED},8443 200" in capfd.readouterr().err
    assert [path for _, path in far.asked] == ["/hello"]
    assert decisions(run) == {(ALLOWED, 8443): Decision.ALLOWED}


def test_what_is_denied_is_denied_on_every_port_in_its_own_way(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    words = [f"any,{DENIED},8080", f"any,{ALLOWED},8080", f"any,{DENIED},9000", "4,203.0.113.7,8080"]
    with FarSide(HELLO) as far:
        run = drill(tmp_path, python(ON_OTHER_PORTS, *words), far.port, mode="http-451")
    said = capfd.readouterr().err
    assert [f"{words[0]} 451" in said, f"{words[1]} 200" in said, f"{words[2]} 451" in said] == [True] * 3
    assert decisions(run) == {
        (DENIED, 8080): Decision.DENIED,
        (ALLOWED, 8080): Decision.ALLOWED,
        (DENIED, 9000): Decision.DENIED,
        ("203.0.113.7", 8080): Decision.DIRECT,
    }
    assert far.connections == 1


def test_a_port_that_a_server_inside_has_is_not_taken_for_the_host_outside(tmp_path: Path) -> None:
    taken = f"import socket; own = socket.create_server(('', 8443)); {ON_OTHER_PORTS}"
    with FarSide(HELLO) as far:
        run = drill(tmp_path, python(taken, f"4,{ALLOWED},8443", f"6,{ALLOWED},8444"), far.port)
    assert decisions(run) == {(ALLOWED, 8443): Decision.UNSERVED, (ALLOWED, 8444): Decision.UNSERVED}
    assert all(NOT_SERVED in contact.notes for contact in run.contacts)
    assert far.connections == 0


FRONTED = """
import socket, ssl, sys
context = ssl.create_default_context(); context.check_hostname = False; context.verify_mode = ssl.CERT_NONE
try:
    context.wrap_socket(socket.create_connection((sys.argv[1], 443)), server_hostname=sys.argv[2])
except OSError as error:
    sys.exit(7)
"""


def test_a_denied_name_behind_an_allowed_one_is_denied(tmp_path: Path) -> None:
    with FarSide(HELLO) as far:
        run = drill(tmp_path, python(FRONTED, ALLOWED, DENIED), far.port)
    assert run.exit_code == 7
    assert decisions(run) == {(DENIED, 443): Decision.DENIED}
    assert far.connections == 0


PROXIED = """
import socket, sys
def ask(line):
    proxy = socket.create_connection((sys.argv[1], 3128), 3)
    proxy.sendall(line.encode() + b"\\r\\nHost: x\\r\\n\\r\\n")
    try:
        print(line, proxy.recv(12), file=sys.stderr, flush=True)
    except OSError as error:
        print(line, "failed", file=sys.stderr, flush=True)
for line in ("CONNECT denied.example:443", "GET http://denied.example/a", "GET http://allowed.example/hello"):
    ask(f"{line} HTTP/1.1")
"""


def test_what_a_proxy_is_asked_for_decides(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    with FarSide({"http://allowed.example/hello": ("text/plain", b"")}) as far:
        run = drill(tmp_path, python(PROXIED, ALLOWED), far.port, ports=(3128,))
    said = capfd.readouterr().err
    assert "CONNECT denied.example:443 HTTP/1.1 failed" in said
    assert "GET http://denied.example/a HTTP/1.1 failed" in said
    assert "GET http://allowed.example/hello HTTP/1.1 b'HTTP/1.1 200" in said
    assert [path for _, path in far.asked] == ["http://allowed.example/hello"]
    assert run.standing is Standing.PARTIAL, "later requests of that connection are not looked at"


def test_a_proxy_that_hides_whom_it_is_asked_for_is_refused(tmp_path: Path) -> None:
    script = f"import socket; s = socket.create_connection(('{ALLOWED}', 1080)); s.send(bytes([5, 1, 0])); s.recv(2)"
    with FarSide() as far:
        environment = {**os.environ, "ALL_PROXY": f"socks5://{ALLOWED}:1080"}
        run = drill(tmp_path, python(script), far.port, environment=environment)
    assert run.exit_code == 1
    assert {(c.protocol, c.decision) for c in run.contacts} == {("socks", Decision.UNSERVED)}
    assert far.connections == 0


def test_a_proxy_of_the_caller_is_relayed_on_its_port(tmp_path: Path) -> None:
    with FarSide({"http://allowed.example/hello": ("text/plain", b"")}) as far:
        environment = {**os.environ, "http_proxy": f"http://{ALLOWED}:3129"}
        script = f"import urllib.request as u; u.urlopen('http://{ALLOWED}/hello')"
        drill(tmp_path, python(script), far.port, environment=environment)
    assert [path for _, path in far.asked] == [f"http://{ALLOWED}/hello"]


def test_a_server_of_ours_is_offered_by_name_and_on_loopback(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    with FarSide(HELLO) as far:
        here = ("127.0.0.1", far.port)
        offered = {"vault.example": here, f"localhost:{far.port}": here}
        command = python(GET, f"vault.example:{far.port}", f"127.0.0.1:{far.port}", "127.0.0.1:81")
        run = drill(tmp_path, command, offered=offered, only_allowed=True)
    said = capfd.readouterr().err
    assert f"vault.example:{far.port} 200" in said
    assert f"127.0.0.1:{far.port} 200" in said
    assert "127.0.0.1:81 ConnectionRefusedError" in said
    assert run.standing is Standing.PROVED
    outside = {c.host for c in run.contacts if c.decision is not Decision.INSIDE}
    assert outside == {"vault.example", f"localhost:{far.port}"}
    assert decisions(run)["127.0.0.1", 81] is Decision.INSIDE


def test_a_service_that_the_command_starts_inside_works(tmp_path: Path) -> None:
    script = """
import http.server, threading, urllib.request
server = http.server.HTTPServer(("0.0.0.0", 8080), http.server.SimpleHTTPRequestHandler)
threading.Thread(target=server.serve_forever, daemon=True).start()
for host in ("127.0.0.1", "localhost"):
    assert urllib.request.urlopen(f"http://{host}:8080/").status == 200
"""
    assert drill(tmp_path, python(script)).ending is Ending.SUCCEEDED


RESOLVE = """
import socket, struct
question = struct.pack("!6H", 7, 0x100, 1, 0, 0, 0) + b"\\x07allowed\\x07example\\0" + struct.pack("!2H", 28, 1)
for family, server in ((socket.AF_INET, "203.0.113.53"), (socket.AF_INET6, "2001:db8::53")):
    datagrams = socket.socket(family, socket.SOCK_DGRAM)
    datagrams.settimeout(3)
    datagrams.connect((server, 53))
    datagrams.send(question)
    assert datagrams.recv(512)[6:8] == b"\\0\\1", "one address"
    stream = socket.create_connection((server, 53), 3)
    stream.sendall(len(question).to_bytes(2) + question)
    assert stream.recv(512)[8:10] == b"\\0\\1"
"""


def test_every_resolver_is_ours_whatever_its_address(tmp_path: Path) -> None:
    assert drill(tmp_path, python(RESOLVE)).ending is Ending.SUCCEEDED


def test_much_is_relayed_unchanged(tmp_path: Path) -> None:
    body = os.urandom(1 << 20) * 8
    script = f"""
import hashlib, sys, urllib.request
data = urllib.request.urlopen("http://{ALLOWED}/big").read()
sys.exit(hashlib.sha256(data).hexdigest() != "{hashlib.sha256(body).hexdigest()}")
"""
    with FarSide({"/big": ("application/octet-stream", body)}) as far:
        run = drill(tmp_path, python(script), far.port)
    assert run.ending is Ending.SUCCEEDED
    assert run.contacts[0].received_bytes > len(body)


def test_a_command_that_hangs_is_ended_with_everything_it_started(tmp_path: Path) -> None:
    mark = f"4711.{os.getpid()}"
    run = drill(tmp_path, ["sh", "-c", f"sleep {mark} & setsid sleep {mark} & sleep {mark}"], timeout_seconds=1.0)
    assert (run.ending, run.exit_code) == (Ending.HUNG, None)
    assert run.standing is Standing.PROVED
    assert not [p for p in Path("/proc").glob("[0-9]*/cmdline") if mark in p.read_text(errors="replace")]


def test_sockets_of_others_are_covered(tmp_path: Path) -> None:
    script = f"import socket; socket.socket(socket.AF_UNIX).connect('{tmp_path}/agent')"
    with socket.socket(socket.AF_UNIX) as agent, socket.socket(socket.AF_UNIX) as outside:
        agent.bind(str(tmp_path / "agent"))
        agent.listen()
        run = drill(tmp_path, python(script))
        assert run.exit_code == 1
        outside.connect(str(tmp_path / "agent"))


def test_home_is_clean_but_keeps_the_settings_of_clients(tmp_path: Path) -> None:
    home = tmp_path / "home"
    (home / ".cache/pip").mkdir(parents=True)
    (home / ".config/uv").mkdir(parents=True)
    (home / ".npmrc").write_text("registry=https://npm.example/\n")
    (home / ".config/uv/uv.toml").write_text('index-url = "https://py.example/simple"\n')
    command = [
        "sh",
        "-c",
        "test -f ~/.npmrc && test -f ~/.config/uv/uv.toml && ! test -e ~/.cache/pip && test -z $PIP_CACHE_DIR",
    ]
    environment = {**os.environ, "HOME": str(home), "PIP_CACHE_DIR": str(home / ".cache/pip")}
    assert drill(tmp_path, command, environment=environment).ending is Ending.SUCCEEDED
    shutil.rmtree(tmp_path / "scratch")
    assert drill(tmp_path, ["test", "-d", str(home / ".cache/pip")], environment=environment, warm=True).exit_code == 0


def test_what_is_made_is_hashed(tmp_path: Path) -> None:
    (tmp_path / "project").mkdir()
    (tmp_path / "project/old").write_text("old")
    command = ["sh", "-c", "mkdir dist; printf new > dist/new; ln -s /etc/passwd link"]
    run = drill(tmp_path, command)
    assert [(a.path, a.sha256) for a in run.artefacts] == [("dist/new", hashlib.sha256(b"new").hexdigest())]


def test_without_proof_the_command_is_not_run(tmp_path: Path) -> None:
    run = drill(tmp_path, ["touch", "ran"], allowed=("nobody.example",), routes={"nobody.example": ("127.0.0.1", 1)})
    assert (run.standing, run.ending) == (Standing.VOID, Ending.NOT_STARTED)
    assert any(not proof.held and proof.subject == "nobody.example" for proof in run.proof)
    assert not (tmp_path / "project/ran").exists()


def test_a_party_that_cannot_be_blocked_makes_the_evidence_partial(tmp_path: Path) -> None:
    plan = DrillPlan(
        denied=PLAN.denied, not_enforceable=(NotEnforceable("Somebody", "its host is shared with others"),)
    )
    run = drill(tmp_path, ["true"], plan=plan)
    assert run.standing is Standing.PARTIAL
    assert run.reasons == ("Somebody is not enforceable: its host is shared with others",)


def test_many_denied_hosts_are_proved_behind_tls_too(tmp_path: Path) -> None:
    plan = DrillPlan(denied=tuple(DeniedHost(f".{n}.example", "Denied Inc.", "a test") for n in range(100)))
    run = drill(tmp_path, ["true"], plan=plan, mode="http-451")
    assert run.standing is Standing.PROVED
    assert sum(proof.met == "status 451" for proof in run.proof) == MOST_PROBED


def test_learn_mode_denies_nobody(tmp_path: Path) -> None:
    with FarSide(HELLO) as far:
        run = drill(tmp_path, python(GET, DENIED, ALLOWED), far.port, mode=None)
    assert [host for host, _ in far.asked] == [DENIED, ALLOWED]
    assert set(decisions(run).values()) == {Decision.ALLOWED}


def test_without_openssl_failures_behind_tls_are_void(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    run = drill(tmp_path, ["/bin/true"], mode="http-403")
    assert run.standing is Standing.VOID
    assert "openssl command is not installed" in run.reasons[0]


def test_a_command_that_is_not_there_fails(tmp_path: Path) -> None:
    assert drill(tmp_path, ["no-such-command-anywhere"]).exit_code == 127


def test_a_name_that_is_missing_outside_is_missing_inside(tmp_path: Path) -> None:
    run = drill(tmp_path, python(GET, "nobody.invalid"))
    (contact,) = run.contacts
    assert (contact.host, contact.decision, contact.reached) == ("nobody.invalid", Decision.ALLOWED, False)
    assert run.elsewhere == ("nobody.invalid",)

"""The vault on the command line: every command on the example, its exit codes, its report in both forms."""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from cli_runs import bom, freehold
from example_registry import EXAMPLE, registry

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

REGISTRIES_DOWN = "channel-down:index.example+channel-down:packages.example"
CLIENTS = (
    "PIP_INDEX_URL",
    "PIP_EXTRA_INDEX_URL",
    "UV_DEFAULT_INDEX",
    "UV_INDEX_URL",
    "UV_INDEX",
    "npm_config_registry",
)


@pytest.fixture
def clients(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[str]:
    """Run the example's registry, and point the clients of this process at it."""
    for name in (*CLIENTS, "http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("UV_CONFIG_FILE", str(tmp_path / "no-uv.toml"))
    monkeypatch.chdir(tmp_path)
    with registry.server() as server:
        url = f"http://127.0.0.1:{server.server_address[1]}"
        for name, value in registry.environment(url).items():
            monkeypatch.setenv(name, value)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        yield url
        server.shutdown()


def verdict(run: object, ability: str) -> str:
    """Return the verdict of a cell of the example."""
    results = run.json["scenarios"][0]["results"]  # type: ignore[attr-defined]
    found: str = next(cell["verdict"] for cell in results if cell["ability"] == ability)
    return found


def test_assess_then_pull_then_assess_turns_build_from_lost_to_safe(clients: str) -> None:
    question = ("assess", EXAMPLE, "--scenario", REGISTRIES_DOWN)
    before = freehold(*question, "-f", "json")
    assert verdict(before, "build") in ("exposed", "no known way back")
    assert before.json["vault"] is None
    pulled = freehold("vault", "pull", EXAMPLE)
    assert (pulled.code, pulled.err) == (0, "")
    assert "4 components wanted: 6 files fetched" in pulled.out
    after = freehold(*question, "-f", "json")
    assert verdict(after, "build") == "safe"
    use = after.json["vault"]
    assert (use["vault"], use["components"]) == (".freehold-vault", 4)
    assert "copies of 4 of them count as your own" in " ".join(freehold(*question).out.split())


def test_explain_says_where_the_copy_is(clients: str) -> None:
    freehold("vault", "pull", EXAMPLE)
    run = freehold("explain", EXAMPLE, "--scenario", REGISTRIES_DOWN, "--ability", "build")
    assert "stated: copies of 4 of its components lie in .freehold-vault - vault manifest" in " ".join(run.out.split())


def test_a_missing_blob_no_longer_counts(clients: str, tmp_path: Path) -> None:
    freehold("vault", "pull", EXAMPLE)
    lines = [
        json.loads(line) for line in (tmp_path / ".freehold-vault" / "manifest.jsonl").read_text("utf-8").splitlines()
    ]
    for line in lines:
        if line["purl"] == "pkg:pypi/bell-rope@3.0.1":
            (tmp_path / ".freehold-vault" / "blobs" / line["sha256"][:2] / line["sha256"]).unlink()
    assert freehold("assess", EXAMPLE, "--scenario", "us-denies", "-f", "json").json["vault"]["components"] == 3
    gap = freehold("vault", "gap", EXAMPLE)
    assert gap.code == 1
    assert "holds 3 of 4 components" in gap.out
    assert "missing or damaged" in " ".join(gap.out.split())
    verified = freehold("vault", "verify")
    assert verified.code == 1
    assert "2 missing or damaged" in verified.out
    assert freehold("vault", "pull", EXAMPLE).code == 0
    assert freehold("vault", "verify").code == 0
    assert freehold("vault", "gap", EXAMPLE, "-f", "json").json["report"]["lacking"] == []


def test_one_installable_file_is_enough_and_an_index_line_is_not(clients: str, tmp_path: Path) -> None:
    freehold("vault", "pull", EXAMPLE)
    manifest = tmp_path / ".freehold-vault" / "manifest.jsonl"
    lines = manifest.read_text("utf-8").splitlines()
    manifest.write_text("".join(f"{line}\n" for line in lines if not line.count(".whl")), "utf-8")
    assert freehold("vault", "gap", EXAMPLE).code == 0
    changed = [line.replace('["artifacts","source"]', '["index"]') for line in lines if not line.count(".whl")]
    manifest.write_text("".join(f"{line}\n" for line in changed), "utf-8")
    assert "only what an index says about it is held" in freehold("vault", "gap", EXAMPLE).out


def test_a_copy_with_another_hash_does_not_count(clients: str, tmp_path: Path) -> None:
    freehold("vault", "pull", EXAMPLE)
    other = tmp_path / "other"
    shutil.copytree(EXAMPLE, other)
    lock = (other / "ringing" / "requirements.txt").read_text("utf-8")
    (other / "ringing" / "requirements.txt").write_text(lock.replace("sha256:8", "sha256:9"), "utf-8")
    (other / "ringing" / "uv.lock").unlink()
    text = " ".join(freehold("vault", "gap", other).out.split())
    assert "holds 4 of 4" in text, "the source archive's hash is still named"
    spoiled = "\n".join(_spoiled(line) for line in lock.splitlines())
    (other / "ringing" / "requirements.txt").write_text(spoiled, "utf-8")
    assert "none of the hashes that the project names" in " ".join(freehold("vault", "gap", other).out.split())


def _spoiled(line: str) -> str:
    before, mark, digest = line.partition("--hash=sha256:")
    return f"{before}{mark}{'0' * 64}{digest[65:]}" if mark else line


def test_what_locks_brought_counts_for_an_sbom_that_writes_its_purls_otherwise(clients: str, tmp_path: Path) -> None:
    freehold("vault", "pull", EXAMPLE)
    purls = ("pkg:pypi/bell-rope@3.0.1?file_name=bell_rope-3.0.1.tar.gz", "pkg:pypi/bell-rope@3.0.2")
    bought = "pkg:pypi/bell-tower@1.2.0?repository_url=https://bought.example/simple"
    parts = [{"type": "library", "bom-ref": p, "name": "bell", "version": "1", "purl": p} for p in (*purls, bought)]
    (tmp_path / "bom.cdx.json").write_text(bom(*parts), "utf-8")
    run = freehold("vault", "gap", tmp_path / "bom.cdx.json", "-f", "json")
    assert {one["purl"] for one in run.json["report"]["lacking"]} == {purls[1], bought}


def test_what_the_terms_say_goes_into_the_manifest(clients: str, tmp_path: Path) -> None:
    freehold("vault", "pull", EXAMPLE)
    lines = [
        json.loads(line) for line in (tmp_path / ".freehold-vault" / "manifest.jsonl").read_text("utf-8").splitlines()
    ]
    npm = next(line for line in lines if line["purl"].startswith("pkg:npm/change-order"))
    assert (npm["licence"], npm["keep"]["answer"], npm["pass_on"]["answer"]) == ("MIT", "yes", "yes")
    assert npm["url"].startswith("http://127.0.0.1:")
    python = next(line for line in lines if line["purl"].startswith("pkg:pypi/bell-rope"))
    assert python["keep"]["answer"] == "unknown"
    assert "licence" in python["keep"]["reason"]


def test_a_plan_names_purls(clients: str, tmp_path: Path) -> None:
    (tmp_path / "plan.txt").write_text(
        "# two\npkg:pypi/bell-rope@3.0.1\npkg:npm/change-order@1.4.2 # rounds\n", "utf-8"
    )
    run = freehold("vault", "pull", "--plan", tmp_path / "plan.txt", "-f", "json")
    assert run.code == 0
    assert {item["purl"] for item in run.json["report"]["items"]} == {
        "pkg:pypi/bell-rope@3.0.1",
        "pkg:npm/change-order@1.4.2",
    }
    for text, reason in (("pkg:pypi/x\n", "has no version"), ("nonsense\n", "is no purl")):
        (tmp_path / "plan.txt").write_text(text, "utf-8")
        refused = freehold("vault", "pull", "--plan", tmp_path / "plan.txt")
        assert refused.code == 3
        assert reason in refused.err
        assert "plan.txt:1" in refused.err


def test_dry_runs_leave_no_trace(clients: str, tmp_path: Path) -> None:
    run = freehold("vault", "pull", EXAMPLE, "--dry-run")
    assert run.code == 0
    assert "6 files would be fetched" in run.out
    assert not (tmp_path / ".freehold-vault").exists()


def test_exit_codes_of_a_pull(clients: str, tmp_path: Path) -> None:
    project = tmp_path / "p"
    project.mkdir()
    (project / "requirements.txt").write_text("gone==1.0\nbell-rope==3.0.1\n", "utf-8")
    run = freehold("vault", "pull", project)
    assert run.code == 1
    assert "1 refused or not got" in run.out
    (project / "requirements.txt").write_text("bell-rope==3.0.1\n", "utf-8")
    (project / "Gemfile.lock").write_text(
        "GEM\n  remote: https://gems.example/\n  specs:\n    rake (13.0.6)\n", "utf-8"
    )
    assert freehold("vault", "pull", project).code == 0
    assert freehold("vault", "pull", project, "--strict").code == 4
    assert freehold("vault", "pull", project, "--offline").code == 2
    assert freehold("vault", "pull", project, "--workload", "nothing").code == 2
    assert freehold("vault", "pull", EXAMPLE, "--workload", "ringing").code == 0


def test_where_there_is_no_vault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for words in (("verify",), ("gap", EXAMPLE), ("keep", "5"), ("export", "a.tar"), ("serve",)):
        run = freehold("vault", *words)
        assert run.code == 3, words
        assert "there is no vault" in run.err
    assert freehold("assess", EXAMPLE, "--vault", tmp_path / "none").code == 3
    assert freehold("assess", EXAMPLE, "-f", "json").json["vault"] is None
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "thing").write_text("x", "utf-8")
    run = freehold("vault", "import", "a.tar", "--vault", tmp_path / "full")
    assert run.code == 2
    assert "other things in it" in run.err


def test_the_vault_of_the_settings(clients: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FREEHOLD_VAULT", str(tmp_path / "elsewhere"))
    assert freehold("vault", "pull", EXAMPLE).code == 0
    assert (tmp_path / "elsewhere" / "vault.json").is_file()
    assert freehold("vault", "verify").code == 0
    (tmp_path / "freehold.toml").write_text('[settings]\nvault = "elsewhere"\n', "utf-8")
    monkeypatch.delenv("FREEHOLD_VAULT")
    assert freehold("vault", "verify").code == 0


def test_export_import_keep_and_point(clients: str, tmp_path: Path) -> None:
    freehold("vault", "pull", EXAMPLE)
    assert freehold("vault", "export", "vault.tar").code == 0
    run = freehold("vault", "import", "vault.tar", "--vault", "other", "-f", "json")
    assert (run.code, run.json["report"]["files"]) == (0, 6)
    assert freehold("vault", "keep", "5", "--named-by", EXAMPLE).code == 0
    assert freehold("vault", "keep", "2").code == 2
    run = freehold("vault", "point", EXAMPLE, "copy", "--url", "http://127.0.0.1:9")
    assert run.code == 0
    assert "http://127.0.0.1:9/npm/change-order" in (tmp_path / "copy/ringing/web/package-lock.json").read_text("utf-8")
    others = freehold("vault", "export", "others.tar", "--to-others", "-o", "report.txt")
    assert (others.code, others.out) == (0, "")
    assert "left out" in (tmp_path / "report.txt").read_text("utf-8")


def test_serve_prints_settings_or_runs_a_command(clients: str, capfd: pytest.CaptureFixture[str]) -> None:
    freehold("vault", "pull", EXAMPLE)
    settings = freehold("vault", "serve", "--settings", "--port", "9999")
    assert "export PIP_INDEX_URL=http://127.0.0.1:9999/pypi/simple/" in settings.out
    script = "import os, urllib.request as u; print(u.urlopen(os.environ['PIP_INDEX_URL'] + 'bell-rope/').status)"
    run = freehold("vault", "serve", "--port", "0", "--", shutil.which("python3") or "python3", "-c", script)
    assert (run.code, capfd.readouterr().out) == (0, "200\n")
    assert freehold("vault", "serve", "--port", "0", "--", "sh", "-c", "exit 7").code == 7
    assert freehold("vault", "serve", "--port", "0", "--", "no-such-program").code == 2

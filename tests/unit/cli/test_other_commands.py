"""``explain``, ``scenarios`` and ``config``, the version, and what is no command."""

from __future__ import annotations

from pathlib import Path

import pytest
from cli_runs import freehold, project

from freehold import __version__
from freehold.cli import COMMANDS
from freehold.model.subject import Ability
from freehold.settings.options import Options


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    return project(tmp_path / "shop")


@pytest.mark.parametrize("ability", list(Ability))
def test_every_ability_is_explained(shop: Path, ability: Ability) -> None:
    run = freehold("explain", shop, "--ability", ability, "--scenario", "us-denies")
    assert (run.code, run.err) == (0, "")
    assert f"project / {ability}: The United States denies you" in " ".join(run.out.split())
    assert "verdict: " in run.out


def test_an_explanation_names_the_component_its_file_and_its_facts(shop: Path) -> None:
    run = freehold("explain", shop, "--ability", "build", "--scenario", "channel-down:npm", "-f", "json")
    (found,) = run.json
    (chain,) = found["chains"]
    assert chain["component"] == "left-pad 1.0"
    assert chain["origin"].startswith("bom.cdx.json")
    assert chain["day_lost"] == 0.0
    assert any("obtained from" in fact["statement"] for fact in chain["evidence"])
    assert all(fact["grade"] for fact in chain["evidence"])
    assert found["result"]["id"] == "channel-down:npm/project/build"


def test_an_explanation_names_who_moved_from_the_same_first(tmp_path: Path) -> None:
    table = tmp_path / "register.csv"
    table.write_text("name,supplier,offering\nOffice,Microsoft,microsoft-365\n")
    words = ("explain", table, "--subject", "DE", "--ability", "run", "--scenario", "jurisdiction-denies:US")
    (found,) = freehold(*words, "-f", "json").json
    documented = {choice["title"]: choice["documented"] for choice in found["choices"] if choice["documented"]}
    moved = next(facts for title, facts in documented.items() if title.endswith("by LibreOffice"))
    assert any("16,000 workplaces" in fact["statement"] for fact in moved)
    assert {fact["grade"] for fact in moved} == {"recorded"}
    text = freehold(*words).out
    assert "Who moved to these alternatives, 10 of " in text
    assert text.count("recorded: ", text.index("Who moved")) == 10


def test_what_can_be_started_and_does_not_suffice_is_not_called_unneeded(tmp_path: Path) -> None:
    table = tmp_path / "register.csv"
    table.write_text("name,supplier,offering\nCache,Redis,redis\n")
    run = freehold("explain", table, "--subject", "DE", "--ability", "run", "--scenario", "supplier-gone:redis-ltd")
    text = " ".join(run.out.split())
    assert "verdict: stranded" in text
    assert "replace Redis by Valkey (same standard)" in text
    assert "not enough" in text
    assert "not needed" not in text


def test_an_explanation_of_a_safe_ability_has_no_chain(shop: Path) -> None:
    (found,) = freehold("explain", shop, "--ability", "run", "--scenario", "channel-down:npm", "-f", "json").json
    assert found["result"]["verdict"] == "safe"
    assert found["chains"] == []


def test_the_workload_must_be_named_where_there_are_several(shop: Path) -> None:
    (shop / "freehold.toml").write_text('[workload.a]\nabilities = ["run"]\n[workload.b]\nabilities = ["run"]\n')
    words = ("explain", shop, "--ability", "run", "--scenario", "us-denies")
    assert freehold(*words).code == 2
    assert freehold(*words, "--workload", "a").code == 0
    unknown = freehold(*words, "--workload", "c")
    assert unknown.code == 2
    assert "a/run, b/run" in unknown.err
    other = freehold("explain", shop, "--ability", "build", "--workload", "a", "--scenario", "us-denies")
    assert other.code == 2


@pytest.mark.parametrize("words", [["--ability", "fly"], ["--scenario", "us-denies"], ["--ability"]])
def test_an_explanation_needs_an_ability(shop: Path, words: list[str]) -> None:
    assert freehold("explain", shop, *words).code == 2


def test_scenarios_are_listed_once_each() -> None:
    run = freehold("scenarios", "list")
    assert run.code == 0
    listed = freehold("scenarios", "list", "-f", "json").json
    assert listed["schema_version"] == "1.0"
    ids = [scenario["id"] for scenario in listed["scenarios"]]
    assert len(ids) >= 12
    assert len(set(ids)) == len(ids)
    assert all(one in run.out for one in ids)


def test_a_scenario_is_shown_with_and_without_its_value() -> None:
    assert "{jurisdiction}" in freehold("scenarios", "show", "jurisdiction-denies").out
    filled = freehold("scenarios", "show", "jurisdiction-denies:US", "-f", "json").json["scenarios"]
    assert [(one["id"], one["disruption"][0]["by"]) for one in filled] == [("jurisdiction-denies:US", "US")]
    plain = freehold("scenarios", "show", "us-denies")
    assert "denial by US" in plain.out
    assert "https://" in plain.out


@pytest.mark.parametrize("words", [["show", "us-denie"], ["show"], [], ["dance"]])
def test_what_is_no_scenario_is_refused(words: list[str]) -> None:
    run = freehold("scenarios", *words)
    assert (run.code, run.out) == (2, "")


def test_a_scenario_of_your_own_stands_beside_ours(tmp_path: Path) -> None:
    folder = tmp_path / "own" / "scenarios"
    folder.mkdir(parents=True)
    (folder / "flood.toml").write_text(
        'id = "flood"\ntitle = "A flood"\ndescription = "Water."\n[[disruption]]\nkind = "channel-down"\nby = "npm"\n'
    )
    assert "flood" in freehold("scenarios", "list", "--catalog", folder.parent).out


def test_the_settings_in_force_are_shown_with_their_layers(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (shop / "freehold.toml").write_text("[settings]\nhorizon_days = 10\nstrict = true\n")
    monkeypatch.setenv("FREEHOLD_STRICT", "no")
    settings = freehold("config", "show", shop, "-f", "json").json["settings"]
    assert set(settings) == set(Options.__struct_fields__)
    assert settings["horizon_days"] == {"value": 10.0, "from": str(shop / "freehold.toml")}
    assert settings["strict"] == {"value": False, "from": "FREEHOLD_STRICT"}
    assert settings["color"] == {"value": "auto", "from": "default"}
    text = freehold("config", "show", shop)
    assert text.code == 0
    assert all(name in text.out for name in settings)


def test_the_version_is_an_option_of_the_command_itself() -> None:
    run = freehold("--version")
    assert (run.code, run.out) == (0, f"freehold {__version__}\n")


@pytest.mark.parametrize("words", [["dance"], ["asess", "."], [], ["--nonsense"]])
def test_what_is_no_command_is_refused(words: list[str]) -> None:
    run = freehold(*words)
    assert (run.code, run.out) == (2, "")
    assert run.err.startswith("freehold: ")
    assert "remedy:" in run.err


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_help_leaves_with_0(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    try:
        assert freehold(*filter(None, (command, "--help"))).code == 0
    except SystemExit as left:
        assert left.code in (0, None)
    assert "usage: freehold" in capsys.readouterr().out

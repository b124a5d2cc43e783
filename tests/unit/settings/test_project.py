"""``freehold.toml``: what it says is read, what it cannot mean is refused with file, line and remedy."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from freehold.errors import UsageError
from freehold.model.subject import Ability, Project, Workload
from freehold.settings.options import Options
from freehold.settings.project import DEFAULT_WORKLOAD, find_project_file, load_project

WHOLE = """
[subject]
name = "Shop"
seat = "DE"
users = ["AT", "DE"]
monthly_users = 60000
owners = [{ jurisdiction = "FR", percent = 60.0 }]

[workload.shop]
paths = ["shop/*"]
abilities = ["run", "data"]
tolerated_downtime_days = [0.5, 1, 2]

[team]
persons = 2

[[service]]
name = "Sign In"
offering = "sign-in"
workloads = ["shop"]
data_copy_age_days = 1

[[contract]]
supplier = "vendor"
yearly_spend_eur = [1, 2, 3]
term_end = 2027-04-30

[[copy]]
purls = ["pkg:npm/*"]
holds = ["artifacts", "source"]

[[fact]]
about = "pkg:npm/a"
field = "licence"
value = "MIT"

[grace]
cached_copy = [0, 7, 30]

[settings]
horizon_days = 90
scenario = ["us-denies"]
"""


def load(folder: Path, text: str) -> tuple[Project, Options]:
    """Return the project that a text says."""
    file = folder / "freehold.toml"
    file.write_text(text, "utf-8")
    loaded, options = load_project(file)
    assert loaded.file == str(file)
    return loaded.project, options


def refused(folder: Path, text: str) -> UsageError:
    """Return the error that a text gives, which must name the file."""
    with pytest.raises(UsageError) as caught:
        load(folder, text)
    assert caught.value.where.startswith(str(folder / "freehold.toml"))
    assert caught.value.remedy
    return caught.value


def line_of(error: UsageError) -> int:
    """Return the line that an error names."""
    return int(error.where.rpartition(":")[2])


def test_everything_it_can_say_is_read(tmp_path: Path) -> None:
    project, options = load(tmp_path, WHOLE)
    assert project.subject.seat == "DE"
    assert project.subject.owners[0].percent == 60.0
    assert project.workload["shop"].abilities == (Ability.RUN, Ability.DATA)
    assert project.workload["shop"].tolerated_downtime_days == (0.5, 1.0, 2.0)
    assert project.team is not None and project.team.persons == 2.0
    assert project.service[0].data_copy_age_days == 1.0
    assert project.contract[0].term_end == date(2027, 4, 30)
    assert project.copy[0].holds == ("artifacts", "source")
    assert project.fact[0].value == "MIT"
    assert project.grace.cached_copy == (0.0, 7.0, 30.0)
    assert (options.horizon_days, options.scenario) == (90.0, ("us-denies",))


def test_without_a_file_there_is_one_workload_with_all_abilities_and_no_downtime(tmp_path: Path) -> None:
    loaded, options = load_project(None)
    assert loaded.file == ""
    assert loaded.project.workload == {DEFAULT_WORKLOAD: Workload()}
    assert loaded.project.workload[DEFAULT_WORKLOAD].abilities == tuple(Ability)
    assert loaded.project.workload[DEFAULT_WORKLOAD].tolerated_downtime_days == (0.0, 0.0, 0.0)
    assert options == Options()
    empty, _ = load(tmp_path, "")
    assert empty == loaded.project


def test_the_file_is_found_in_the_first_folder_or_beside_the_first_file(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    found = tmp_path / "b" / "freehold.toml"
    found.write_text("")
    (tmp_path / "b" / "bom.json").write_text("{}")
    assert find_project_file((tmp_path / "b",)) == found
    assert find_project_file((tmp_path / "b" / "bom.json",)) == found
    assert find_project_file((tmp_path / "a", tmp_path / "b")) == found
    assert find_project_file((tmp_path / "a",)) is None


@pytest.mark.parametrize(
    ("text", "line", "reason", "remedy"),
    [
        ("[subjet]\nseat = 'DE'\n", 1, "subjet", "did you mean 'subject'?"),
        ("[subject]\nname = 'x'\nseet = 'DE'\n", 3, "seet", "did you mean 'seat'?"),
        ("[workload.shop]\n\nabilites = ['run']\n", 3, "abilites", "did you mean 'abilities'?"),
        ("[team]\npersons = 1\n\n[[service]]\nname = 'a'\n[[service]]\nname = 'b'\nrol = 'x'\n", 8, "rol", "'role'?"),
        ("[settings]\nhorizon = 10\n", 2, "horizon", "did you mean 'horizon_days'?"),
        ("[grace]\ncached_copies = [0, 1, 2]\n", 2, "cached_copies", "did you mean 'cached_copy'?"),
    ],
)
def test_unknown_keys_are_refused_with_a_suggestion(
    tmp_path: Path, text: str, line: int, reason: str, remedy: str
) -> None:
    error = refused(tmp_path, text)
    assert reason in error.reason
    assert remedy in error.remedy
    assert line_of(error) == line


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ('[subject]\n\nseat = "Germany"\n', 3, "'Germany' is no ISO 3166-1"),
        ('[subject]\nseat = "de"\n', 2, "'de' is no ISO 3166-1"),
        ('[subject]\nseat = "EU"\n', 2, "'EU' is no ISO 3166-1"),
        ('[subject]\nseat = "DE"\nusers = ["DE", "XX"]\n', 3, "'XX' is no ISO 3166-1"),
        ('[subject]\nowners = [{ jurisdiction = "ZZ", percent = 1.0 }]\n', 2, "'ZZ' is no ISO 3166-1"),
        ("[workload.shop]\ntolerated_downtime_days = [3, 2, 1]\n", 2, "[3.0, 2.0, 1.0] is no range"),
        ("[workload.shop]\ntolerated_downtime_days = [-1, 2, 3]\n", 2, "is no range"),
        ("[workload.shop]\ntolerated_downtime_days = [0, 1, nan]\n", 2, "is no range"),
        ("[workload.shop]\nabilities = []\n", 2, "needs an ability"),
        ("[grace]\nnext_hole = [9, 1, 2]\n", 2, "is no range"),
        ('[[contract]]\nsupplier = "a"\nyearly_spend_eur = [5, 4, 6]\n', 3, "is no range"),
        ("[team]\npersons = 0\n", 2, "nobody never recovers"),
        ('[workload.shop]\n[[service]]\nname = "a"\nworkloads = ["shop", "sop"]\n', 4, "no workload 'sop'"),
        ('[[service]]\nname = "a"\nworkloads = ["shop"]\n', 3, "no workload 'shop'"),
        ('[[service]]\nname = "a"\nrole = "production"\n', 3, "no role is called 'production'"),
    ],
)
def test_values_that_make_no_sense_are_refused_at_their_line(tmp_path: Path, text: str, line: int, reason: str) -> None:
    error = refused(tmp_path, text)
    assert reason in error.reason
    assert line_of(error) == line


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("[workload.shop]\nabilities = ['run', 'fly']\n", 2),
        ("[workload.shop]\ntolerated_downtime_days = [1, 2]\n", 2),
        ("[team]\npersons = 'two'\n", 2),
        ("[[contract]]\nsupplier = 'a'\nterm_end = 'soon'\n", 3),
        ("[service]\nname = 'a'\n", 1),
        ("[[fact]]\nabout = 'a'\nfield = 'licence'\n", 1),
    ],
)
def test_values_of_the_wrong_kind_are_refused_at_their_line(tmp_path: Path, text: str, line: int) -> None:
    assert line_of(refused(tmp_path, text)) == line


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"[subject\n", "not TOML"),
        (b"a = 1\na = 2\n", "not TOML"),
        (b"\xff\xfe[\x00s\x00", "not UTF-8"),
        (b"a = " + b"[" * 5000 + b"]" * 5000, "not TOML"),
    ],
)
def test_what_is_no_toml_is_refused(tmp_path: Path, data: bytes, reason: str) -> None:
    file = tmp_path / "freehold.toml"
    file.write_bytes(data)
    with pytest.raises(UsageError) as caught:
        load_project(file)
    assert reason in caught.value.reason
    assert str(file) in caught.value.where


def test_a_file_that_cannot_be_opened_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        load_project(tmp_path / "freehold.toml")
    assert caught.value.where == str(tmp_path / "freehold.toml")


def test_windows_line_ends_and_a_byte_order_mark_are_read(tmp_path: Path) -> None:
    file = tmp_path / "freehold.toml"
    file.write_bytes(b'\xef\xbb\xbf[subject]\r\nseat = "DE"\r\n')
    assert load_project(file)[0].project.subject.seat == "DE"


def test_a_fact_about_a_field_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    error = refused(tmp_path, '[[fact]]\nabout = "a"\nfield = "licens"\nvalue = "MIT"\n')
    assert line_of(error) == 3
    assert "licence" in error.remedy


def test_used_is_yes_or_no(tmp_path: Path) -> None:
    error = refused(tmp_path, '[[fact]]\nabout = "stripe"\nfield = "used"\nvalue = "perhaps"\n')
    assert line_of(error) == 4
    assert load(tmp_path, '[[fact]]\nabout = "stripe"\nfield = "used"\nvalue = "no"\n')[0].fact[0].value == "no"

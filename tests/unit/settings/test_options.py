"""Settings in layers: defaults, then freehold.toml, then the environment, then flags."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import msgspec
import pytest

from freehold.errors import UsageError
from freehold.settings.options import HELP, PREFIX, Options, layered

FILE = "freehold.toml"


def layers(
    file: Options | None = None, environment: Mapping[str, str] | None = None, **flags: Any
) -> tuple[Options, dict[str, str]]:
    """Return the options in force and where each comes from."""
    found = layered(file or Options(), FILE, environment or {}, flags)
    return found.options, found.origin


def test_without_any_layer_the_defaults_hold() -> None:
    options, origin = layers()
    assert options == Options()
    assert set(origin.values()) == {"default"}


def test_every_layer_goes_over_the_one_before() -> None:
    file = Options(horizon_days=100.0)
    environment = {"FREEHOLD_HORIZON_DAYS": "200"}
    assert layers(file)[0].horizon_days == 100.0
    assert layers(file, environment)[0].horizon_days == 200.0
    assert layers(file, environment, horizon_days=300.0)[0].horizon_days == 300.0


def test_the_layer_of_each_setting_is_told() -> None:
    file = Options(horizon_days=100.0, strict=True, color="never")
    environment = {"FREEHOLD_STRICT": "no", "FREEHOLD_COLOR": "always"}
    _, origin = layers(file, environment, color="auto")
    assert origin["horizon_days"] == FILE
    assert origin["strict"] == "FREEHOLD_STRICT"
    assert origin["color"] == "--color"
    assert origin["offline"] == "default"


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("horizon_days", "90.5", 90.5),
        ("as_of", "2026-02-03", date(2026, 2, 3)),
        ("strict", "yes", True),
        ("strict", "TRUE", True),
        ("strict", "0", False),
        ("strict", "", False),
        ("scenario", "us-denies, channel-down:npm", ("us-denies", "channel-down:npm")),
        ("catalog", "", ()),
        ("fail_on", "breach", "breach"),
    ],
)
def test_the_environment_is_read_by_kind(name: str, text: str, value: object) -> None:
    options, origin = layers(None, {PREFIX + name.upper(): text})
    assert getattr(options, name) == value
    assert origin[name] == PREFIX + name.upper()


@pytest.mark.parametrize(
    ("name", "text"),
    [("horizon_days", "soon"), ("as_of", "03.02.2026"), ("strict", "perhaps"), ("horizon_days", "")],
)
def test_a_value_of_the_wrong_kind_names_its_variable(name: str, text: str) -> None:
    with pytest.raises(UsageError) as caught:
        layers(None, {PREFIX + name.upper(): text})
    assert caught.value.where == PREFIX + name.upper()
    assert caught.value.remedy == HELP[name]


@pytest.mark.parametrize(
    ("name", "value"), [("fail_on", "doom"), ("color", "green"), ("horizon_days", 0.0), ("horizon_days", -1.0)]
)
def test_a_value_out_of_range_is_refused_in_every_layer(name: str, value: Any) -> None:
    variable = PREFIX + name.upper()
    flag = "--" + name.replace("_", "-")
    for layer, where in (
        ((msgspec.structs.replace(Options(), **{name: value}), {}, {}), FILE),
        ((Options(), {variable: str(value)}, {}), variable),
        ((Options(), {}, {name: value}), flag),
    ):
        with pytest.raises(UsageError) as caught:
            layered(layer[0], FILE, layer[1], layer[2])
        assert caught.value.where == where


def test_a_file_may_say_the_default_over_nothing() -> None:
    options, _ = layers(Options(horizon_days=365.0), {"FREEHOLD_HORIZON_DAYS": "10"})
    assert options.horizon_days == 10.0


def test_a_horizon_that_is_no_number_of_days_is_refused() -> None:
    with pytest.raises(UsageError):
        layers(None, {"FREEHOLD_HORIZON_DAYS": "nan"})


def test_every_setting_is_explained() -> None:
    assert set(HELP) == set(Options.__struct_fields__)

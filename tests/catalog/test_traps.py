"""What a careless catalog gets wrong: each line is a mistake that was seen elsewhere, and must not be made here."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path

import pytest

from freehold.catalog.claims import current, granted
from freehold.catalog.index import Index, compile_index
from freehold.catalog.loading import load_folder
from freehold.catalog.query import Catalog
from freehold.identify.parties import Parties
from freehold.model.component import Component, ComponentKey
from freehold.model.records import Channel, Offering, Standard, Supplier, Terms

ON = date(2026, 11, 25)


@cache
def catalog() -> Catalog:
    records, problems = load_folder(Path(__file__).parents[2] / "catalog")
    assert problems == []
    return Catalog(Index(compile_index(records)))


def offering(purl: str) -> Offering:
    matches = catalog().match(Component(ComponentKey(purl), "", purls=(purl,)))
    found = catalog().get(Offering, next(match.id for match in matches if not match.uses))
    assert found is not None
    return found


def terms_of(purl: str, part: str = "weights", version: str = "") -> set[str]:
    found = offering(purl)
    return {claim.value for claim in granted(found.terms, version, ON, part)}


@pytest.mark.parametrize(
    ("model", "weights"),
    [
        ("qwen/qwen2.5-3b-instruct", "LicenseRef-Qwen-Research"),
        ("qwen/qwen2.5-72b-instruct", "LicenseRef-Qwen"),
        ("qwen/qwen2.5-7b-instruct", "Apache-2.0"),
        ("deepseek-ai/deepseek-r1-distill-llama-70b", "LicenseRef-Llama-3.3-Community"),
        ("black-forest-labs/flux.1-dev", "LicenseRef-FLUX-1-dev-NC"),
        ("black-forest-labs/flux.1-schnell", "Apache-2.0"),
        ("stabilityai/sdxl-turbo", "LicenseRef-Stability-NC-Research"),
        ("facebook/sam3", "LicenseRef-SAM"),
        ("facebook/dinov3-vitl16-pretrain-lvd1689m", "LicenseRef-DINOv3"),
        ("facebook/dinov2-large", "Apache-2.0"),
        ("zai-org/cogvideox-5b", "LicenseRef-CogVideoX"),
        ("minimaxai/minimax-m2.5", "LicenseRef-MiniMax-Model"),
        ("openai/gpt-oss-120b", "Apache-2.0"),
        ("mistralai/pixtral-large-instruct-2411", "LicenseRef-Mistral-Research"),
        ("google/gemma-4-27b-it", "Apache-2.0"),
        ("meta-llama/llama-4-scout-17b-16e", "LicenseRef-Llama-4-Community"),
    ],
)
def test_the_licence_of_weights_is_that_of_the_weights(model: str, weights: str) -> None:
    assert terms_of(f"pkg:huggingface/{model}") == {weights}


@pytest.mark.parametrize("model", ["tencent/hunyuan3d-2", "tencent/hunyuanvideo"])
def test_hunyuan_excludes_the_eu_the_united_kingdom_and_south_korea(model: str) -> None:
    (identifier,) = terms_of(f"pkg:huggingface/{model}")
    record = catalog().get(Terms, identifier)
    assert record is not None
    assert {"EU", "GB", "KR"} <= {code for claim in record.territory_excluded for code in claim.value}


def test_the_caps_of_two_hunyuan_licences_differ() -> None:
    caps = {}
    for model in ("tencent/hunyuan3d-2", "tencent/hunyuanvideo"):
        record = catalog().get(Terms, terms_of(f"pkg:huggingface/{model}").pop())
        assert record is not None
        caps[model] = {cap.value for cap in record.user_cap}
    assert caps == {"tencent/hunyuan3d-2": {1_000_000}, "tencent/hunyuanvideo": {100_000_000}}


@pytest.mark.parametrize(
    ("supplier", "day", "owner"),
    [
        ("hashicorp", date(2025, 2, 1), "hashicorp"),
        ("hashicorp", ON, "ibm"),
        ("confluent", date(2026, 3, 1), "confluent"),
        ("confluent", ON, "ibm"),
        ("aleph-alpha", date(2026, 5, 1), "aleph-alpha"),
        ("red-hat", ON, "ibm"),
        ("github", ON, "microsoft"),
        ("cncf", ON, "linux-foundation"),
        ("mariadb-foundation", ON, "mariadb-foundation"),
    ],
)
def test_owners_are_those_of_the_day(supplier: str, day: date, owner: str) -> None:
    assert Parties(catalog(), day, ()).supplier(supplier).ultimate_parent == owner


@pytest.mark.parametrize(
    ("supplier", "seat"),
    [
        ("black-forest-labs", "US"),
        ("elastic", "NL"),
        ("qt-group", "FI"),
        ("clickhouse-inc", "US"),
        ("stability-ai", "GB"),
        ("riverbank", "GB"),
        ("yandex", "RU"),
        ("eclipse-foundation", "BE"),
    ],
)
def test_seats_are_not_guessed_from_reputation(supplier: str, seat: str) -> None:
    record = catalog().get(Supplier, supplier)
    assert record is not None
    assert {place.value for place in current(record.seat, ON)} == {seat}


@pytest.mark.parametrize(
    ("purl", "operator"),
    [
        ("npm", "github"),
        ("nuget", "microsoft"),
        ("maven", "sonatype"),
        ("gem", "ruby-central"),
        ("huggingface", "hugging-face"),
    ],
)
def test_registries_belong_to_who_runs_them(purl: str, operator: str) -> None:
    match = catalog().channel_of_purl(f"pkg:{purl}/a/b@1" if purl in ("maven", "huggingface") else f"pkg:{purl}/a@1")
    assert match is not None
    record = catalog().get(Channel, match.id)
    assert record is not None
    assert {claim.value for claim in current(record.operator, ON)} == {operator}


@pytest.mark.parametrize(
    ("purl", "licence"),
    [
        ("pkg:pypi/pymongo", "Apache-2.0"),
        ("pkg:pypi/elasticsearch", "Apache-2.0"),
        ("pkg:pypi/hvac", "Apache-2.0"),
        ("pkg:npm/%40faker-js/faker", "MIT"),
    ],
)
def test_a_client_library_has_its_own_licence(purl: str, licence: str) -> None:
    assert terms_of(purl, "all", "99.0.0") == {licence}


def test_the_promise_of_av1_binds_members_only() -> None:
    record = catalog().get(Standard, "av1")
    assert record is not None
    bound = {supplier for promise in record.promises for supplier in promise.binds}
    assert "google" in bound
    assert "dolby" not in bound
    assert "dolby" in {claim.value for claim in record.holders}


def test_versions_before_a_change_of_licence_keep_theirs() -> None:
    assert terms_of("pkg:golang/github.com/hashicorp/terraform", "all", "1.5.7") == {"MPL-2.0"}
    assert terms_of("pkg:golang/github.com/hashicorp/terraform", "all", "1.6.0") == {"BUSL-1.1"}

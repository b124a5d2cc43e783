"""The compiled index gives back every record, always the same bytes, through caches and overlays, whatever happens to them."""

from __future__ import annotations

import threading
from datetime import date
from pathlib import Path

import jsonschema_rs
import msgspec
import pytest
from small_catalog import FILES, open_small, write_catalog

import freehold.catalog.overlay as overlay
from freehold.catalog import open_catalog
from freehold.catalog.cache import KEPT, cache_folder, cached, key_of_folders
from freehold.catalog.index import MAGIC, Index, compile_index
from freehold.catalog.loading import load_folder
from freehold.catalog.schema import kind_named, schema_of
from freehold.errors import CatalogError, UsageError
from freehold.model.records import FOLDERS, Offering, Supplier, Terms


def test_every_record_comes_back(tmp_path: Path) -> None:
    records, _ = load_folder(write_catalog(tmp_path))
    index = Index(compile_index(records))
    for kind in FOLDERS.values():
        assert tuple(records.ids(kind)) == index.ids(kind)
        for identifier in index.ids(kind):
            assert index.get(kind, identifier) == records.get(kind, identifier)
    assert index.get(Supplier, "nobody") is None
    assert compile_index(index.records()) == compile_index(records)


def test_the_same_records_give_the_same_bytes(tmp_path: Path) -> None:
    one, _ = load_folder(write_catalog(tmp_path / "one"))
    two, _ = load_folder(write_catalog(tmp_path / "two"))
    assert compile_index(one) == compile_index(two)


@pytest.mark.parametrize("data", [b"", b"FREEHOLD CATALOG 0\n", MAGIC, MAGIC + b"\x05\0\0\0\0\0\0\0hello", b"PK\3\4"])
def test_damaged_indexes_are_refused(data: bytes) -> None:
    with pytest.raises(CatalogError, match=r"index|damaged"):
        Index(data)


def test_queries(tmp_path: Path) -> None:
    catalog = open_small(tmp_path)
    assert [row.id for row in catalog.search(["acme"])][:1] == ["acme"]
    assert [row.id for row in catalog.search(["KEY"], Offering)] == ["keyval", "keyval-plus"]
    assert catalog.search(["acme", "nowhere"]) == ()
    assert [record.__class__ for record in catalog.find("mit")] == [Terms]
    assert catalog.providers("cache") == ("keyval",)
    assert catalog.members("EU", date(2026, 1, 1)) == ("DE",)
    assert catalog.members("EU", date(2019, 1, 1)) == ("DE", "GB")
    assert catalog.members("XX", date(2019, 1, 1)) == ()
    assert [supplier.id for supplier in catalog.all(Supplier)] == ["acme", "acme-tools", "holding"]


def test_the_cache_keeps_and_forgets(tmp_path: Path) -> None:
    made: list[str] = []

    def make() -> bytes:
        made.append("once")
        return MAGIC + b"x"

    for _ in range(2):
        assert cached(tmp_path, "key", make, lambda data: data.startswith(MAGIC)) == MAGIC + b"x"
    assert made == ["once"]
    (tmp_path / "catalog-key.index").write_bytes(b"damaged")
    cached(tmp_path, "key", make, lambda data: data.startswith(MAGIC))
    assert made == ["once", "once"]
    for number in range(KEPT + 3):
        cached(tmp_path, str(number), make, bool)
    assert len(list(tmp_path.iterdir())) == KEPT


@pytest.mark.parametrize("folder", ["a-file/below", None])
def test_a_cache_that_cannot_be_written_is_no_error(tmp_path: Path, folder: str | None) -> None:
    (tmp_path / "a-file").write_text("in the way")
    assert cached(tmp_path / folder if folder else None, "key", lambda: b"x", bool) == b"x"


def test_concurrent_writers_leave_one_whole_file(tmp_path: Path) -> None:
    data = MAGIC + b"x" * 200_000
    seen: list[bool] = []
    work = [
        threading.Thread(target=lambda: seen.append(cached(tmp_path, "k", lambda: data, bool) == data))
        for _ in range(8)
    ]
    for thread in work:
        thread.start()
    for thread in work:
        thread.join()
    assert seen == [True] * 8
    assert [path.name for path in tmp_path.iterdir()] == ["catalog-k.index"]


def test_the_key_follows_the_content(tmp_path: Path) -> None:
    path = tmp_path / "a.toml"
    path.write_text("a")
    before = key_of_folders([tmp_path])
    assert key_of_folders([tmp_path]) == before
    assert key_of_folders([tmp_path], salt="other") != before
    path.write_text("ab")
    changed = key_of_folders([tmp_path])
    assert changed != before
    path.rename(tmp_path / "b.toml")
    assert key_of_folders([tmp_path]) != changed
    assert key_of_folders([tmp_path / "none"]) == key_of_folders([])


def test_where_the_cache_is(tmp_path: Path) -> None:
    assert cache_folder({"XDG_CACHE_HOME": "/x", "HOME": "/h"}) == Path("/x/freehold")
    assert cache_folder({"XDG_CACHE_HOME": "relative", "HOME": "/h"}) == Path("/h/.cache/freehold")
    assert cache_folder({}) is None


@pytest.fixture(params=["checkout", "packaged"])
def base(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand the small catalog in for ours, as a checkout's folder or as a packaged index."""
    root = write_catalog(tmp_path / "base")
    packaged = tmp_path / "catalog.index"
    if request.param == "packaged":
        packaged.write_bytes(compile_index(load_folder(root)[0]))
    monkeypatch.setattr(overlay, "PACKAGED", packaged)
    monkeypatch.setattr(overlay, "checkout_folder", lambda: root)
    return root


def test_overlays_replace_and_add(base: Path, tmp_path: Path) -> None:
    own = tmp_path / "own" / "suppliers"
    own.mkdir(parents=True)
    (own / "acme.toml").write_text(FILES["suppliers/acme.toml"].replace('"Acme"', '"Acme, as we know it"'))
    (own / "house.toml").write_text('id = "house"\nname = "House"\nkind = "company"\n')
    env = {"XDG_CACHE_HOME": str(tmp_path / "cache")}
    for _ in range(2):
        catalog = open_catalog([own.parent], env)
        assert [supplier.name for supplier in catalog.all(Supplier)] == [
            "Acme, as we know it",
            "Acme Tools",
            "Holding",
            "House",
        ]
        found = catalog.supplier_named("House")
        assert found is not None and found.id == "house"
    assert open_catalog((), env).get(Supplier, "house") is None


def test_changed_overlays_are_compiled_again(base: Path, tmp_path: Path) -> None:
    own = tmp_path / "own" / "suppliers"
    own.mkdir(parents=True)
    env = {"XDG_CACHE_HOME": str(tmp_path / "cache")}
    for name in ("House", "Another house"):
        (own / "house.toml").write_text(f'id = "house"\nname = "{name}"\nkind = "company"\n')
        found = open_catalog([own.parent], env).get(Supplier, "house")
        assert found is not None and found.name == name


@pytest.mark.parametrize(
    ("text", "reason"),
    [('id = "house"\n', "required field"), ('id = "home"\nname = "H"\nkind = "company"\n', "not the file's name")],
)
def test_broken_overlays_are_refused_with_their_line(base: Path, tmp_path: Path, text: str, reason: str) -> None:
    own = tmp_path / "own" / "suppliers"
    own.mkdir(parents=True)
    (own / "house.toml").write_text(text)
    with pytest.raises(CatalogError, match=reason) as caught:
        open_catalog([own.parent], {})
    assert caught.value.where.startswith(str(own / "house.toml"))


def test_an_overlay_that_is_no_folder_is_refused(base: Path, tmp_path: Path) -> None:
    with pytest.raises(CatalogError, match="no folder"):
        open_catalog([tmp_path / "nowhere"], {})


@pytest.mark.parametrize("folder", FOLDERS)
def test_schemas_accept_the_records_and_refuse_unknown_keys(folder: str, tmp_path: Path) -> None:
    kind = kind_named(folder)
    validator = jsonschema_rs.validator_for(schema_of(kind))
    records, _ = load_folder(write_catalog(tmp_path))
    for file in records.files(kind):
        assert validator.is_valid(msgspec.to_builtins(file.record))
        assert not validator.is_valid({**msgspec.to_builtins(file.record), "sorce": "x"})
    assert kind_named(kind.__name__.lower()) is kind


def test_unknown_kinds_are_refused() -> None:
    with pytest.raises(UsageError, match="nope"):
        kind_named("nope")

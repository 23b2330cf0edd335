"""One party found by its code: the same row as in the Parquet files, whatever the register looks like."""

import json
import random
import shutil
import tempfile
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huiqi.registry.lookup import Lookup, find_in_parquet
from huiqi.registry.manifest import manifest_from_json, manifest_to_json
from huiqi.registry.publish import SnapshotWriter
from huiqi.registry.row_blocks import BLOCK_ROWS, DamagedRows
from huiqi.registry.sample import SAMPLE_COLUMNS, sample
from huiqi.registry.snapshot import open_snapshot, verify_snapshot

from .tables import DAY, party, publish
from .test_snapshot import FACTS, REGION

ROWS = 5000


@pytest.fixture(scope="module")
def register(tmp_path_factory):
    """A synthetic province: several cities, a tenth to a third of facts unknown."""
    folder = tmp_path_factory.mktemp("register")
    day = date(2013, 6, 30)
    with SnapshotWriter(folder, columns=SAMPLE_COLUMNS, source="test", as_of=day, synthetic=True) as writer:
        for batch in sample(ROWS, seed=3, region="370000", as_of=day):
            writer.add(batch)
        writer.publish()
    return folder


def without_row_blocks(folder: Path) -> Path:
    """The version as it was published before there were row blocks."""
    version = open_snapshot(folder).folder
    path = version / "_manifest.json"
    text = manifest_to_json(replace(manifest_from_json(path.read_text("utf-8")), lookups=()))
    data = json.loads(text)
    del data["lookups"]
    path.write_text(json.dumps(data, ensure_ascii=False), "utf-8")
    for rows in version.rglob("*.rows"):
        rows.unlink()
    return folder


def every_row(folder: Path) -> list[dict[str, object]]:
    return [row for batch in open_snapshot(folder).batches() for row in batch.to_pylist()]


def as_typed(row: dict[str, object]) -> list[tuple[str, type, str]]:
    return [(name, type(value), str(value)) for name, value in row.items()]


def test_a_row_is_the_one_of_the_parquet_file_to_the_type_and_the_last_zero(register):
    snapshot = open_snapshot(register)
    assert len(snapshot.manifest.files) > 10
    rows = every_row(register)
    assert len(rows) == ROWS
    for row in rows:
        assert as_typed(snapshot.find(row["code"])) == as_typed(row)
    paths = {f.path: f for f in snapshot.manifest.files}
    for row in random.Random(1).sample(rows, 40):
        entry = next(f for f in paths.values() if f.city == row["region"][:4])
        assert as_typed(find_in_parquet(snapshot.folder / entry.path, row["code"])) == as_typed(row)


def test_a_version_published_without_row_blocks_is_searched_in_its_parquet(register, tmp_path):
    old = without_row_blocks(shutil.copytree(register, tmp_path / "old"))
    assert verify_snapshot(old) == []
    snapshot = open_snapshot(old)
    assert snapshot.manifest.lookups == ()
    for row in random.Random(2).sample(every_row(register), 20):
        assert as_typed(snapshot.find(row["code"])) == as_typed(row)
    assert snapshot.find("91370200XX0000000X") is None


@pytest.mark.parametrize("count", [1, 7, BLOCK_ROWS - 1, BLOCK_ROWS, BLOCK_ROWS + 1, 3 * BLOCK_ROWS + 5])
def test_codes_between_before_and_behind_those_of_a_file_are_of_nobody(tmp_path, count):
    publish(tmp_path, [party(f"{2 * n + 10:08d}", employees=n) for n in range(count)], run_bytes=1 << 30)
    snapshot = open_snapshot(tmp_path)
    edges = {0, 1, BLOCK_ROWS - 1, BLOCK_ROWS, count - 2, count - 1} & set(range(count))
    for n in edges:
        assert snapshot.find(f"{2 * n + 10:08d}")["employees"] == n
        assert snapshot.find(f"{2 * n + 9:08d}") is None
        assert snapshot.find(f"{2 * n + 11:08d}") is None
    for absent in ("", "0", "00000009", "1", "zz", "惠企"):
        assert snapshot.find(absent) is None


def test_a_code_that_is_part_of_others_is_not_taken_for_them(tmp_path):
    codes = ["1", "11", "111", "2111", "21112", "3"]
    publish(tmp_path, [party(code, employees=n) for n, code in enumerate(codes)])
    snapshot = open_snapshot(tmp_path)
    assert [snapshot.find(code)["employees"] for code in codes] == list(range(len(codes)))
    assert [snapshot.find(code) for code in ("12", "112", "211", "1112")] == [None] * 4


def test_a_party_is_found_in_whatever_city_it_lies_and_first_where_its_code_says(tmp_path):
    moved, twice = "913702000000000001", "913702000000000002"
    publish(
        tmp_path,
        [party(f"91{n:016d}", "110101") for n in (1, 10**15)]
        + [party(moved, "440305", employees=1), party(twice, "440305", employees=2)]
        + [party(twice, "370202", employees=3), party("913702000000000009", "370202")],
    )
    snapshot = open_snapshot(tmp_path)
    assert snapshot.find(moved)["employees"] == 1
    assert snapshot.find(twice)["employees"] == 3


NAMES = st.none() | st.text(max_size=6)


@settings(max_examples=40, deadline=None)
@given(st.dictionaries(st.text(min_size=1, max_size=4), st.tuples(REGION, NAMES, FACTS), min_size=1))
def test_any_values_and_unknowns_come_back(parties):
    rows = [party(code, region, **facts, name=name) for code, (region, name, facts) in parties.items()]
    with tempfile.TemporaryDirectory() as folder:
        publish(Path(folder), rows)
        snapshot = open_snapshot(Path(folder))
        for row in rows:
            assert snapshot.find(row["code"]) == row


def test_the_indexes_can_be_read_at_once_and_serve_without_the_parquet(register, tmp_path):
    copy = shutil.copytree(register, tmp_path / "copy")
    snapshot = open_snapshot(copy)
    lookup = Lookup(snapshot.folder, snapshot.manifest).load()
    rows = every_row(copy)
    for path in snapshot.files():
        path.unlink()
    assert [lookup.find(row["code"]) for row in rows[::100]] == rows[::100]


def test_changed_missing_and_foreign_row_blocks_are_found_by_verify(tmp_path):
    publish(tmp_path, [party("1", "370202"), party("2", "370102"), party("3", "440305")])
    version = open_snapshot(tmp_path).folder
    changed, missing, foreign = (version / f"city={city}" / "_part-00000.rows" for city in (3702, 3701, 4403))
    shutil.copy(foreign, foreign.with_name("_part-00009.rows"))
    flip(changed, 20)
    missing.unlink()
    found = {p.where: p.message for p in verify_snapshot(tmp_path)}
    assert "checksum differs" in found["city=3702/_part-00000.rows"]
    assert found["city=3701/_part-00000.rows"] == "is missing"
    assert found["city=4403/_part-00009.rows"] == "is not in the manifest"
    assert len(found) == 3


def test_a_damaged_block_is_refused_rather_than_read(tmp_path):
    publish(tmp_path, [party("1", employees=1)])
    path = next(open_snapshot(tmp_path).folder.rglob("*.rows"))
    whole = path.read_bytes()
    flip(path, 30)
    with pytest.raises(DamagedRows, match="block 0 has another checksum"):
        open_snapshot(tmp_path).find("1")
    path.write_bytes(whole[:-3])
    with pytest.raises(DamagedRows, match="cut short"):
        open_snapshot(tmp_path).find("1")
    path.write_bytes(b"")
    with pytest.raises(DamagedRows, match="cut short"):
        open_snapshot(tmp_path).find("1")
    path.write_bytes(whole.replace(b'"version":1', b'"version":9'))
    with pytest.raises(DamagedRows, match="version 9"):
        open_snapshot(tmp_path).find("1")


def test_an_empty_register_knows_nobody(tmp_path):
    publish(tmp_path, [], as_of=DAY)
    assert open_snapshot(tmp_path).find("1") is None


def flip(path: Path, at: int) -> None:
    content = bytearray(path.read_bytes())
    content[at] ^= 1
    path.write_bytes(content)

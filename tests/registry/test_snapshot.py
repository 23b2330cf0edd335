import shutil
import subprocess
import sys
import tempfile
from datetime import date
from decimal import Decimal
from pathlib import Path

import polars as pl
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyarrow.dataset import dataset

from huiqi.registry.manifest import UnreadableManifest
from huiqi.registry.publish import ROW_GROUP_ROWS, SnapshotWriter, UnfitRows
from huiqi.registry.snapshot import NoSnapshot, discard_others, open_snapshot, verify_snapshot

from .tables import COLUMNS, DAY, batch_of, party, publish

MONEY = st.decimals("-9999999999999999.99", "9999999999999999.99", places=2)
RATIO = st.decimals("-999999999999", "999999999999", places=6)
FACTS = st.fixed_dictionaries(
    {
        "employees": st.none() | st.integers(-(2**63), 2**63 - 1),
        "total_assets": st.none() | MONEY,
        "holding": st.none() | RATIO,
        "years": st.none() | RATIO,
        "established": st.none() | st.dates(),
        "industry_code": st.none() | st.text(max_size=5),
        "sector": st.sampled_from([None, "industrial", "other"]),
        "is_hnte": st.none() | st.booleans(),
    }
)
REGION = st.sampled_from(["370202", "370203", "370102", "440305", "110101"])


@settings(max_examples=40, deadline=None)
@given(st.dictionaries(st.from_regex(r"[0-9A-HJ-NP-RTUW-Y]{18}", fullmatch=True), st.tuples(REGION, FACTS)))
def test_what_goes_in_comes_out_sorted_and_can_be_found(parties):
    rows = [party(code, region, **facts) for code, (region, facts) in parties.items()]
    with tempfile.TemporaryDirectory() as folder:
        manifest = publish(Path(folder), rows, run_bytes=1)
        snapshot = open_snapshot(Path(folder))
        assert manifest == snapshot.manifest
        assert verify_snapshot(Path(folder)) == []
        stored = [row for batch in snapshot.batches() for row in batch.to_pylist()]
        assert stored == sorted(rows, key=lambda r: (r["region"][:4], r["code"]))
        for row in rows:
            assert snapshot.find(row["code"]) == row
        assert snapshot.find("not a code") is None


def many(count: int) -> list[dict[str, object]]:
    return [party(f"{n * 7919 % count:018d}", f"37{n % 3 + 1:02d}02", employees=n) for n in range(count)]


def test_many_small_runs_give_the_same_files_as_one(tmp_path):
    rows = many(20_000)
    one = publish(tmp_path / "one", rows, run_bytes=1 << 30)
    several = publish(tmp_path / "several", rows, run_bytes=200_000)
    assert one == several
    assert [f.rows for f in one.files] == [6667, 6667, 6666]


def test_nothing_but_the_version_and_the_pointer_is_left(tmp_path):
    publish(tmp_path, many(5000), run_bytes=10_000)
    assert sorted(p.name[:2] for p in tmp_path.iterdir()) == ["CU", "v-"]


def test_row_groups_are_full_and_cities_have_their_own_folders(tmp_path):
    columns = {"employees": COLUMNS["employees"]}
    rows = [party(f"{n:018d}", "370202" if n else "110101") for n in range(ROW_GROUP_ROWS + 11)]
    with SnapshotWriter(tmp_path, columns=columns, source="test", as_of=DAY, synthetic=True) as writer:
        writer.add(batch_of(rows, columns))
        writer.publish()
    beijing, qingdao = open_snapshot(tmp_path).files()
    assert (beijing.parent.name, qingdao.parent.name) == ("city=1101", "city=3702")
    metadata = pq.read_metadata(qingdao)
    assert [metadata.row_group(i).num_rows for i in range(metadata.num_row_groups)] == [ROW_GROUP_ROWS, 10]


def test_a_region_selects_its_rows(tmp_path):
    publish(
        tmp_path, [party("1", "370202"), party("2", "370203"), party("3", "370102"), party("4", "440305")]
    )
    snapshot = open_snapshot(tmp_path)

    def codes(region):
        return [c for b in snapshot.batches(region=region, columns=["code"]) for c in b["code"].to_pylist()]

    assert codes("37") == ["3", "1", "2"]
    assert codes("3702") == ["1", "2"]
    assert codes("370203") == ["2"]
    assert codes("51") == []
    assert [p.parent.name for p in snapshot.files("370203")] == ["city=3702"]


def test_a_folder_scanned_as_a_hive_keeps_every_column(tmp_path):
    publish(tmp_path, [party("1", "370202", total_assets=Decimal("1.50"))])
    snapshot = open_snapshot(tmp_path)
    by_polars = pl.scan_parquet(snapshot.folder / "**/*.parquet", hive_partitioning=True).collect().to_dicts()
    by_arrow = dataset(snapshot.folder, partitioning="hive").to_table().to_pylist()
    for row in (*by_polars, *by_arrow):
        assert (row["region"], row["city"], row["total_assets"]) == ("370202", 3702, Decimal("1.50"))
    assert len(by_polars) == len(by_arrow) == 1


def test_a_code_that_stands_twice_in_a_city_is_refused_and_the_old_register_stays(tmp_path):
    publish(tmp_path, [party("1")])
    with pytest.raises(UnfitRows, match="code 2 stands twice in city 3702"):
        publish(tmp_path, [party("1"), party("2", "370202"), party("2", "370203")])
    assert open_snapshot(tmp_path).manifest.rows == 1
    assert sorted(p.name[:2] for p in tmp_path.iterdir()) == ["CU", "v-"]


@pytest.mark.parametrize("row", [party("1", "3702"), party(None), party("1", None)])
def test_rows_without_code_or_proper_region_are_refused(tmp_path, row):
    with (
        pytest.raises(UnfitRows),
        SnapshotWriter(tmp_path, columns=COLUMNS, source="test", as_of=DAY, synthetic=True) as writer,
    ):
        writer.add(batch_of([row]))


def test_a_reader_keeps_the_version_it_opened(tmp_path):
    publish(tmp_path, [party("1", employees=1)])
    before = open_snapshot(tmp_path)
    publish(tmp_path, [party("1", employees=2)])
    assert before.find("1")["employees"] == 1
    assert open_snapshot(tmp_path).find("1")["employees"] == 2
    assert [name[:2] for name in discard_others(tmp_path)] == ["v-"]
    assert open_snapshot(tmp_path).find("1")["employees"] == 2


def test_publishing_the_same_rows_again_is_a_version_of_its_own(tmp_path):
    assert publish(tmp_path, [party("1")]) == publish(tmp_path, [party("1")])
    assert len(list(tmp_path.glob("v-*"))) == 2


def test_a_changed_a_missing_and_a_foreign_file_are_found(tmp_path):
    publish(tmp_path, [party("1", "370202"), party("2", "370102"), party("3", "440305")])
    first, second, third = open_snapshot(tmp_path).files()
    content = bytearray(first.read_bytes())
    content[len(content) // 2] ^= 1
    first.write_bytes(content)
    shutil.copy(third, third.with_name("part-00009.parquet"))
    second.unlink()
    found = {p.where: p.message for p in verify_snapshot(tmp_path)}
    assert "checksum differs" in found["city=3701/part-00000.parquet"]
    assert found["city=3702/part-00000.parquet"] == "is missing"
    assert found["city=4403/part-00009.parquet"] == "is not in the manifest"
    assert len(found) == 3


def test_a_folder_without_a_register_and_a_manifest_of_the_future_say_so(tmp_path):
    with pytest.raises(NoSnapshot, match="no file CURRENT"):
        open_snapshot(tmp_path)
    publish(tmp_path, [])
    manifest = open_snapshot(tmp_path).folder / "_manifest.json"
    manifest.write_text(manifest.read_text().replace('"schema_version": 1', '"schema_version": 99'))
    with pytest.raises(UnreadableManifest, match="schema version 99"):
        open_snapshot(tmp_path)


KILLER = """
import os, shutil, signal, sys
from datetime import date
from pathlib import Path
from tests.registry.tables import party, publish

base = Path(sys.argv[1])
seen = 0
fatal = 0

def watch(event, arguments):
    global seen
    if event in ("open", "os.rename", "os.mkdir", "os.remove", "os.rmdir") and str(base) in str(arguments[0]):
        seen += 1
        if seen == fatal:
            os.kill(os.getpid(), signal.SIGKILL)

sys.addaudithook(watch)
step = 0
while True:
    step += 1
    folder = base / f"step-{step:03d}"
    shutil.copytree(base / "old", folder)
    child = os.fork()
    if child == 0:
        seen, fatal = 0, step
        publish(folder, [party(f"{n:018d}", employees=2) for n in range(300)],
                as_of=date(2013, 12, 31), run_bytes=2000)
        os._exit(0)
    if os.waitpid(child, 0)[1] == 0:
        break
"""


def test_a_kill_at_any_step_leaves_the_old_or_the_new_register(tmp_path):
    """A writer is killed before each of its file operations in turn, until it gets through."""
    publish(tmp_path / "old", [party("1", employees=1)])
    subprocess.run([sys.executable, "-c", KILLER, str(tmp_path)], check=True, timeout=120, env=_environment())
    days = []
    for folder in sorted(tmp_path.glob("step-*")):
        assert verify_snapshot(folder) == []
        snapshot = open_snapshot(folder)
        days.append(snapshot.manifest.as_of)
        assert snapshot.manifest.rows == (1 if snapshot.manifest.as_of == DAY else 300)
        publish(folder, [party("9", employees=3)])
        discard_others(folder)
        assert sorted(p.name[:2] for p in folder.iterdir()) == ["CU", "v-"]
    assert len(days) > 10
    assert days == sorted(days)
    assert set(days) == {DAY, date(2013, 12, 31)}


def _environment() -> dict[str, str]:
    root = Path(__file__).resolve().parents[2]
    return {"PYTHONPATH": f"{root}:{root / 'src'}", "PATH": ""}

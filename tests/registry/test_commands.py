import pytest
import typer
from typer.testing import CliRunner

from huiqi.cli.registry import register
from huiqi.registry.snapshot import open_snapshot

MAPPING = """source: 登记数据
duplicates: first
code: {headers: [uscc]}
region: {from_code: true}
roles: {value: enterprise}
columns:
  employees: {headers: [从业人数]}
"""


@pytest.fixture
def huiqi(tmp_path, monkeypatch):
    app = typer.Typer()
    register(app)
    monkeypatch.chdir(tmp_path)
    return lambda *words: CliRunner().invoke(app, words)


def test_a_synthetic_register_is_made_and_verified(huiqi, tmp_path):
    made = huiqi("sample", "--rows", "1200", "--seed", "3", "--as-of", "2013-06-30", "--out", "register")
    assert (made.exit_code, made.stdout.split(" as of")[0]) == (0, "1,200 synthetic parties")
    verified = huiqi("registry", "verify", "register")
    assert verified.exit_code == 0
    assert "1,200 synthetic parties as of 2013-06-30" in verified.stdout
    part = open_snapshot(tmp_path / "register").files()[0]
    part.write_bytes(part.read_bytes()[:-1])
    assert huiqi("registry", "verify", "register").exit_code == 1


def test_the_same_seed_gives_the_same_files(huiqi, tmp_path):
    for folder in ("one", "two"):
        huiqi("sample", "--rows", "300", "--seed", "3", "--as-of", "2013-06-30", "--out", folder)
    one, two = (open_snapshot(tmp_path / folder).manifest for folder in ("one", "two"))
    assert one == two


def test_an_import_says_what_became_of_the_rows(huiqi, tmp_path):
    (tmp_path / "m.yaml").write_text(MAPPING, encoding="utf-8")
    rows = "uscc,从业人数,备注\n91370200MA3C0D1EXF,5,a\n91630000MA75A1B28H,x,b\n91370200MA3C0D1EXF,6,c\n"
    (tmp_path / "t.csv").write_text(rows, encoding="gbk")
    words = ("import", "t.csv", "--mapping", "m.yaml", "--out", "register", "--rejects", "rejects.csv")
    without_day = huiqi(*words)
    assert without_day.exit_code == 2
    assert "for which day" in without_day.stderr
    assert "or give --as-of" in without_day.stderr
    assert not without_day.stderr.endswith("\n\n")
    done = huiqi(*words, "--as-of", "2013-06-30")
    assert done.exit_code == 0
    assert "read 3  taken 1  rejected 1  repeated 1" in done.stdout
    assert "encoding 'gb18030'" in done.stdout
    assert "columns not mapped: 备注" in done.stdout
    assert open_snapshot(tmp_path / "register").find("91370200MA3C0D1EXF")["employees"] == 5


def test_mistakes_are_told_without_a_traceback(huiqi, tmp_path):
    (tmp_path / "m.yaml").write_text("source: 登记数据\n", encoding="utf-8")
    bad_mapping = huiqi("import", "t.csv", "--mapping", "m.yaml", "--out", "r", "--rejects", "x.csv")
    assert bad_mapping.exit_code == 2
    assert "duplicates: Field required" in bad_mapping.stderr
    no_region = huiqi("sample", "--rows", "5", "--as-of", "2013-06-30", "--out", "r", "--region", "999900")
    assert (no_region.exit_code, "no district is known" in no_region.stderr) == (2, True)
    assert huiqi("sample", "--rows", "5", "--as-of", "30.6.2013", "--out", "r").exit_code == 2
    assert huiqi("registry", "verify", "nowhere").exit_code == 1
    assert huiqi("registry", "discard-others", "nowhere").exit_code == 2


def test_a_bound_is_written_plainly_and_lines_stay_whole(huiqi, tmp_path, monkeypatch):
    monkeypatch.setenv("COLUMNS", "40")
    (tmp_path / "m.yaml").write_text(MAPPING, encoding="utf-8")
    (tmp_path / "t.csv").write_text("uscc,从业人数\n91370200MA3C0D1EXF,5\n91630000MA75A1B28H,-4\n", "utf-8")
    words = ("import", "t.csv", "--mapping", "m.yaml", "--out", "r", "--rejects", "x.csv")
    done = huiqi(*words, "--as-of", "2013-06-30")
    assert "first in row 3: -4 is below the least possible value 0\n" in done.stdout
    assert "从业人数: 1 row\n" in done.stdout


def test_a_folder_with_something_else_is_left_alone(huiqi, tmp_path):
    (tmp_path / "m.yaml").write_text(MAPPING.replace("employees", "employes"), encoding="utf-8")
    (tmp_path / "t.csv").write_text("uscc,从业人数\n91370200MA3C0D1EXF,5\n", "utf-8")
    words = ("import", "t.csv", "--mapping", "m.yaml", "--rejects", "x.csv", "--as-of", "2013-06-30")
    assert "did you mean 'employees'?" in huiqi(*words, "--out", "r").stderr
    (tmp_path / "m.yaml").write_text(MAPPING, encoding="utf-8")
    (tmp_path / "run").mkdir()
    (tmp_path / "run/summary.parquet").write_bytes(b"")
    refused = huiqi(*words, "--out", "run", "--quality", "run")
    assert refused.exit_code == 2
    assert "--out run: holds summary.parquet, which is not of a register; name another" in refused.stderr
    assert "--quality run: holds summary.parquet" in refused.stderr
    assert [p.name for p in (tmp_path / "run").iterdir()] == ["summary.parquet"]
    for _ in range(2):  # its own report is written over
        assert huiqi(*words, "--out", "r", "--quality", "q").exit_code == 0
    assert (tmp_path / "q/report.html").is_file()


def test_old_versions_are_deleted_on_request(huiqi, tmp_path):
    for seed in ("1", "2"):
        huiqi("sample", "--rows", "20", "--seed", seed, "--as-of", "2013-06-30", "--out", "r")
    current = open_snapshot(tmp_path / "r").folder
    assert "deleted v-" in huiqi("registry", "discard-others", "r").stdout
    assert list((tmp_path / "r").glob("v-*")) == [current]

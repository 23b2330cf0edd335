"""A firm looks itself up: what can I get, why not that, and what do you still need from me?"""

import json
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from huiqi.cli.app import app
from huiqi.cli.explain import explained_lines
from huiqi.matching.stored import open_run
from huiqi.registry.snapshot import Row, open_snapshot

DAY = "2013-06-30"
PACK = ("--pack", "qingdao-2012-46")


def huiqi(*arguments: str, typed: str | None = None) -> Result:
    return CliRunner().invoke(app, list(arguments), input=typed)


@pytest.fixture(scope="module")
def register(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("register")
    made = huiqi("sample", "--rows", "400", "--out", str(folder), "--as-of", DAY)
    assert made.exit_code == 0
    return folder


def rows(register: Path) -> list[Row]:
    return [row for batch in open_snapshot(register).batches() for row in batch.to_pylist()]


def refused_for_income(register: Path) -> Row:
    """An industrial firm whose income alone is past the limit of the low rate."""
    return next(
        r
        for r in rows(register)
        if r["taxable_income"] and r["taxable_income"] > 300_000  # type: ignore[operator]
        if "enterprise" in str(r["roles"]) and r["employees"] is not None
    )


def test_the_overview_counts_every_measure_once(register):
    code = str(rows(register)[0]["code"])
    result = huiqi("explain", code, "--registry", str(register), "--as-of", DAY, *PACK, "--json")
    found = json.loads(result.stdout)
    assert found["synthetic"] is True
    assert sum(found["counts"].values()) == len(found["measures"]) == 87


def test_explanations_agree_with_the_match_of_the_whole_register(register, tmp_path):
    matched = huiqi(
        "match", "--registry", str(register), "--out", str(tmp_path), "--as-of", DAY, *PACK, "--quiet"
    )
    assert matched.exit_code == 0
    run = open_run(tmp_path)
    for row in rows(register)[::40]:
        result = huiqi(
            "explain", str(row["code"]), "--registry", str(register), "--as-of", DAY, *PACK, "--json"
        )
        said = {
            (m["measure"], m["verdict"])
            for m in json.loads(result.stdout)["measures"]
            if m["verdict"] not in ("ineligible", "out_of_scope")
        }
        found = run.of_party(str(row["code"]))
        assert found is not None
        assert said == {(line["measure"], line["verdict"]) for line in found.to_pylist()}


def test_one_measure_is_explained_clause_by_clause(register):
    row = refused_for_income(register)
    result = huiqi(
        "explain", str(row["code"]), "cit-small-low-profit-20", "--registry", str(register), "--as-of", DAY
    )
    assert result.exit_code == 0
    printed = "".join(result.stdout.split())
    assert "结论：不符合" in printed
    assert "✗年度应纳税所得额不超过30万元" in printed
    assert "超出上限" in printed
    assert "青政发〔2012〕46号（五）" in printed
    assert "行业类别为工业企业且从业人数不超过100人且资产总额不超过3000万元" in printed  # to its end
    assert "…" not in printed


def test_the_same_in_english(register):
    row = refused_for_income(register)
    result = huiqi(
        "explain", str(row["code"]), "cit-small-low-profit-20", "--registry", str(register), "--as-of", DAY,
        "--lang", "en",
    )  # fmt: skip
    printed = " ".join(result.stdout.split())
    assert "answer: not entitled" in printed
    assert "taxable income of the year at most 300,000 yuan" in printed
    assert "over the limit" in printed


def test_an_unknown_code_is_said_clearly(register):
    unknown = huiqi("explain", "91370200MA3C0D1EXF", "--registry", str(register))
    assert unknown.exit_code == 1
    assert "holds no party with the code 91370200MA3C0D1EXF" in unknown.stderr.replace("\n", " ")
    mistyped = huiqi("explain", "91370200MA3C0D1EX1", "--registry", str(register))
    assert mistyped.exit_code == 2
    assert "check character" in mistyped.stderr


def test_unknown_measures_and_registers_are_said_clearly(register, tmp_path):
    code = str(rows(register)[0]["code"])
    near = huiqi("explain", code, "cit-smal-low-profit-20", "--registry", str(register)).stderr
    assert "did you mean 'cit-small-low-profit-20'?" in near
    assert "There is no measure 'moon'" in huiqi("explain", code, "moon", "--registry", str(register)).stderr
    nowhere = huiqi("explain", code, "--registry", str(tmp_path / "none"))
    assert nowhere.exit_code == 1
    assert "holds no register" in nowhere.stderr.replace("\n", " ")


def test_lines_for_a_report_are_plain_text(register):
    row = refused_for_income(register)
    lines = explained_lines(register, str(row["code"]), as_of=date(2013, 6, 30), packs=("qingdao-2012-46",))
    assert str(row["code"]) in lines[0]
    assert any("可以享受" in line for line in lines)
    assert not any("\x1b" in line for line in lines)


def test_the_interview_goes_on_where_the_register_ends(register):
    """What the register knows is not asked again; what is told settles what was open."""
    row = next(r for r in rows(register) if r["is_hnte"] is None and r["roles"] == "enterprise")
    prefilled = ("ask", "--registry", str(register), "--code", str(row["code"]), "--as-of", DAY, *PACK)
    before = json.loads(huiqi(*prefilled, "--json", typed="q\n").stdout)
    assert before["next"]["fact"] not in before["stated"]
    after = json.loads(huiqi(*prefilled, "--json", typed="是否经认定的高新技术企业=否\nq\n").stdout)
    rate = "qingdao-2012-46/cit-hnte-15"
    verdicts = [{m["measure"]: m["verdict"] for m in found["measures"]}[rate] for found in (before, after)]
    assert verdicts[1] == "ineligible"
    assert after["counts"]["unknown"] <= before["counts"]["unknown"]

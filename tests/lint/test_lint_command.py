"""`huiqi lint`: what it prints, what it gives as JSON, and how it ends."""

import json
from pathlib import Path

import typer
from typer.testing import CliRunner

from huiqi.cli import lint
from tests.lint.small import measure, said, write_pack

app = typer.Typer()
app.callback()(lambda: None)
lint.register(app)


def run(*arguments: str):
    return CliRunner().invoke(app, ["lint", *arguments])


def test_it_informs_and_ends_well_unless_asked_to_be_strict(tmp_path: Path):
    write_pack(tmp_path, [measure("relief", "employees <= 80", amount="5万")])
    told = run("--packs", str(tmp_path))
    assert told.exit_code == 0
    assert "从业人数由80人增至81人，损失5万元" in told.output
    assert "employees up from 80 people to 81 people loses 50,000 yuan" in told.output
    assert "1 cliff; 0 not decided, 0 not confirmed" in told.output
    assert run("--packs", str(tmp_path), "--strict").exit_code == 1


def test_places_are_named_once(tmp_path: Path):
    tax = {"id": "tax", "title": said("所得税"), "choose": "best", "compare": "value", "clause": "c1"}
    small = measure("small", "employees <= 10", amount="1万", matter="tax")
    large = measure("large", "employees <= 50", amount="2万", matter="tax")
    write_pack(tmp_path, [small, large], matters=[tax])
    assert "→ demo/small, demo/large, demo/c1\n" in run("--packs", str(tmp_path)).output


def test_a_clean_pack_is_fine_with_strict_too(tmp_path: Path):
    write_pack(tmp_path, [measure("reward", "employees >= 80", amount="5万")])
    told = run("--packs", str(tmp_path), "--strict")
    assert told.exit_code == 0
    assert "nothing found" in told.output


def test_json_has_the_party_before_and_after_the_step(tmp_path: Path):
    write_pack(tmp_path, [measure("relief", "income <= 30万", amount="income * 5%")])
    (finding,) = json.loads(run("--packs", str(tmp_path), "--json").stdout)["findings"]
    assert finding["kind"] == "cliff"
    assert finding["cliff"]["loss"] == "15000"
    assert [party["facts"]["income"] for party in finding["witnesses"]] == ["300000", "300001"]


def test_one_pack_is_reported_and_an_unknown_one_refused(tmp_path: Path):
    for name, limit in (("one", 80), ("two", 90)):
        relief = measure("relief", f"employees <= {limit}", amount=f"{limit}万")
        write_pack(tmp_path, [relief], name=name, matters=[])
    found = json.loads(run("--packs", str(tmp_path), "--pack", "two", "--json").stdout)["findings"]
    assert {f["places"][0] for f in found if f["kind"] == "cliff"} == {"two/relief"}
    assert run("--packs", str(tmp_path), "--pack", "three").exit_code == 2
    assert "no pack 'twos'" in (refused := run("--packs", str(tmp_path), "--pack", "twos").output)
    assert "did you mean 'two'?" in refused


def test_on_a_day_before_the_document_nothing_is_asked(tmp_path: Path):
    write_pack(tmp_path, [measure("relief", "employees <= 80", amount="5万")])
    report = json.loads(run("--packs", str(tmp_path), "--as-of", "2019-12-31", "--json").stdout)
    assert report["findings"] == []
    assert report["questions"] == 0


def test_what_there_was_no_time_for_is_not_decided(tmp_path: Path):
    write_pack(tmp_path, [measure("relief", "employees <= 80", amount="5万")])
    report = json.loads(run("--packs", str(tmp_path), "--seconds", "0", "--json").stdout)
    assert report["findings"] == []
    assert {q["reason"] for q in report["not_decided"]} == {"the time of the run was over"}


def test_the_packs_of_the_repository_raise_no_fault_of_the_lint():
    report = json.loads(run("--pack", "qinghai-2022", "--json").stdout)
    assert report["not_confirmed"] == []
    relief = next(f for f in report["findings"] if f["places"][0] == "qinghai-2022/qh-vat-exempt-small-scale")
    assert (relief["cliff"]["before"], relief["cliff"]["after"]) == ("150000", "150001")

"""The packs of this repository hold together, and what is broken in one does not stop the rest."""

import json
import re
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from huiqi.cli.app import app
from huiqi.cli.show import templates_page
from huiqi.packs.load import load_library
from huiqi.packs.nouns import editor_schemas
from huiqi.packs.yaml_file import read_yaml

ROOT = Path(__file__).parents[1]
PACKS = ROOT / "packs"
LEASING = json.dumps(
    {
        "measure": "qingdao-2012-46/lease-financing-subsidy",
        "facts": {"is_small_micro": True, "lease_review_passed": True, "lease_financed_amount": 1_000_000},
    }
)


@pytest.fixture(scope="module")
def library():
    return load_library(PACKS)[0]


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """The packs a Qingdao measure needs, to be broken."""
    for name in ("cn-common", "cn-size-2011", "qingdao-2012-46"):
        shutil.copytree(PACKS / name, tmp_path / name)
    return tmp_path


def broken(folder: Path, name: str, old: str, new: str) -> None:
    path = folder / name
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def test_no_pack_has_a_problem():
    assert load_library(PACKS)[1] == []


def test_every_system_of_the_first_document_says_what_it_is_made_of(library):
    systems = library.packs["qingdao-2012-46"].systems
    assert len(systems) == 74
    assert [system.id for system in systems.values() if not system.is_declared] == []
    assert {system.id for system in systems.values() if system.is_organisational} == {
        "toll-road-cleanup",
        "bank-guarantor-sharing",
    }


def test_the_page_of_templates_is_up_to_date(library):
    page = (ROOT / "docs" / "templates.md").read_text("utf-8")
    assert page == templates_page(library.packs["cn-common"])


def test_every_noun_file_fits_the_format_editors_are_given():
    models = editor_schemas()
    seen = 0
    for path in sorted(PACKS.glob("*/*.yaml")):
        if path.stem in models:
            file, problems = read_yaml(path, name=path.name)
            assert problems == []
            models[path.stem].model_validate(file.data)
            seen += 1
    assert seen >= 20


def test_the_manual_names_every_key_of_a_shown_pack(library):
    manual = (ROOT / "docs" / "packs.md").read_text("utf-8")
    shown = CliRunner().invoke(app, ["show", "qingdao-2012-46", "--json"], env={"HUIQI_PACKS": str(PACKS)})
    pack = json.loads(shown.output)
    promised = re.search(r"keys\n`([a-z_ ]+)`", manual)
    assert promised is not None
    assert promised[1].split() == list(pack)


def test_a_shown_pack_has_the_figures_of_its_targets_and_time_limits():
    shown = CliRunner().invoke(app, ["show", "qingdao-2012-46", "--json"], env={"HUIQI_PACKS": str(PACKS)})
    pack = json.loads(shown.output)
    targets = {target["id"]: target for target in pack["targets"]}
    assert len(targets) == 19
    assert targets["procurement-sme-share"]["values"] == [{"value": 0.3, "from": "2012-09-01", "until": None}]
    assert targets["incubation-space"]["values"] == [{"value": 12_000_000, "by": "2017-09-01"}]
    limits = {limit["id"]: limit for limit in pack["time_limits"]}
    assert len(limits) == 17
    assert limits["enterprise-registration"]["within"] == {"n": 7, "unit": "working_days"}
    assert limits["complaint-acceptance"]["within"] is None
    pool = next(fund for fund in pack["funds"] if fund["id"] == "loan-risk-compensation")
    assert pool["budgets"][0]["amount"] == 300_000_000
    assert pool["losses"]["ceiling"] == "new_credit_loan_amount * 5%"
    measure = next(m for m in pack["measures"] if m["id"] == "lease-financing-subsidy")
    assert measure["key"] == "qingdao-2012-46/lease-financing-subsidy"
    assert measure["conditions"][0] == {"id": "small_micro", "when": "is_small_micro", "clause": "c30"}


def test_an_unknown_pack_is_told_the_nearest():
    found = CliRunner().invoke(app, ["show", "qingdao-2012-64"], env={"HUIQI_PACKS": str(PACKS)})
    assert found.exit_code == 2
    assert "did you mean 'qingdao-2012-46'?" in found.stderr


def test_a_broken_measure_does_not_stop_the_others(copied):
    broken(copied, "qingdao-2012-46/measures/brand-reward.yaml", "when: is_small_micro", "when: is_smal")
    run = CliRunner().invoke(app, ["evaluate"], input=LEASING, env={"HUIQI_PACKS": str(copied)})
    assert run.exit_code == 0
    assert json.loads(run.stdout)["amount"] == "20000.00"
    assert "brand-reward.yaml" in run.stderr
    asked = json.dumps({"measure": "qingdao-2012-46/brand-reward", "facts": {}})
    run = CliRunner().invoke(app, ["evaluate"], input=asked, env={"HUIQI_PACKS": str(copied)})
    assert "error" in json.loads(run.stdout)


def test_a_broken_system_does_not_stop_a_measure_but_the_check(copied):
    broken(copied, "qingdao-2012-46/systems.yaml", "extends: grants", "extends: grannts")
    run = CliRunner().invoke(app, ["evaluate"], input=LEASING, env={"HUIQI_PACKS": str(copied)})
    assert json.loads(run.stdout)["verdict"] == "eligible"
    check = CliRunner().invoke(app, ["check", "cn-common"], env={"HUIQI_PACKS": str(copied)})
    assert check.exit_code == 0
    check = CliRunner().invoke(app, ["check", "qingdao-2012-46"], env={"HUIQI_PACKS": str(copied)})
    assert check.exit_code == 1
    assert "there is no template 'grannts' of funds; did you mean 'grants'?" in check.stderr


def test_a_file_that_is_no_yaml_costs_only_itself(copied):
    (copied / "qingdao-2012-46" / "duties.yaml").write_text("- id: [", "utf-8")
    run = CliRunner().invoke(app, ["evaluate"], input=LEASING, env={"HUIQI_PACKS": str(copied)})
    assert json.loads(run.stdout)["verdict"] == "eligible"
    assert "duties.yaml:2: not valid YAML" in run.stderr


def test_an_amount_if_known_is_given_but_not_asked_for(library):
    facts = {"is_financial_enterprise": True, "loan_type": "sme", "loan_risk_classified": True}
    lines = [facts, {**facts, "reserve_provided": 1_000_000, "reserve_deductible_limit": 800_000}]
    asked = "\n".join(
        json.dumps({"measure": "qingdao-2012-46/loan-loss-reserve-deduction", "facts": line})
        for line in lines
    )
    run = CliRunner().invoke(app, ["evaluate"], input=asked, env={"HUIQI_PACKS": str(PACKS)})
    without, with_amount = map(json.loads, run.stdout.splitlines())
    assert (without["verdict"], without["amount"], without["missing"]) == ("eligible", None, [])
    assert (with_amount["verdict"], with_amount["amount"]) == ("eligible", "800000.00")


def test_amount_if_known_is_refused_where_the_amount_is_promised(copied):
    broken(
        copied,
        "qingdao-2012-46/measures/lease-financing-subsidy.yaml",
        "  ceiling: true",
        "  amount_if_known: true\n  ceiling: true",
    )
    problems = [str(problem) for problem in load_library(copied)[1]]
    assert problems[0] == (
        "qingdao-2012-46/measures/lease-financing-subsidy.yaml: "
        "amount_if_known is for an award with an amount that is not computed in full"
    )

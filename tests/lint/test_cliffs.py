"""One more yuan or one more person: how much is lost, at which threshold, and what is left."""

from datetime import date
from fractions import Fraction
from pathlib import Path

from huiqi.lint.types import Cliff, Kind
from huiqi.measures.evaluate import evaluate
from tests.lint.small import documents, measure, of_kind, report_of, report_on, said, write_pack

TAX = {"id": "tax", "title": said("所得税"), "choose": "best", "compare": "value", "clause": "c1"}


def cliffs(report) -> list[Cliff]:
    return [finding.cliff for finding in of_kind(report, Kind.CLIFF)]


def test_one_more_yuan_of_income_loses_the_relief(tmp_path: Path):
    report = report_on(tmp_path, measure("relief", "income <= 30万", amount="income * 5%"))
    (cliff,) = cliffs(report)
    assert (cliff.fact, cliff.before, cliff.after, cliff.loss) == ("income", 300_000, 300_001, 15_000)
    assert not cliff.is_endless
    (finding,) = of_kind(report, Kind.CLIFF)
    assert finding.clauses == ("demo/c1",)
    assert "由30万元增至300,001元，损失1.5万元" in finding.text.zh
    assert "loses 15,000 yuan" in finding.text.en


def test_the_limit_excluded_is_one_step_earlier(tmp_path: Path):
    (cliff,) = cliffs(report_on(tmp_path, measure("relief", "income < 30万", amount="1万")))
    assert (cliff.before, cliff.after) == (299_999, 300_000)


def test_each_step_is_a_cliff_of_its_own_where_both_lose(tmp_path: Path):
    """With 3 people one is left out, and so is whoever comes to 5: neither hides the other."""
    report = report_on(
        tmp_path, measure("reward", "employees <> 3", "employees < 5", amount="employees * 1万")
    )
    assert [(c.before, c.loss) for c in cliffs(report)] == [(2, 20_000), (4, 40_000)]


def test_what_another_rule_takes_one_step_before_is_not_said_of_the_limit(tmp_path: Path):
    """Up from 19 to 20 people the other condition may take the award; the limit does so at 20."""
    report = report_on(
        tmp_path,
        measure("reward", "employees <= 20", "income <> employees * 2万元 - 40万元", amount="assets * 1%"),
    )
    assert [(c.before, c.after) for c in cliffs(report)] == [(20, 21)]


def test_two_conditions_that_turn_at_one_step_are_one_cliff(tmp_path: Path):
    conditions = ("employees <= 20", "employees < 21")
    (cliff,) = cliffs(report_on(tmp_path, measure("reward", *conditions, amount="1万")))
    assert (cliff.before, cliff.after, cliff.loss) == (20, 21, 10_000)


def test_a_threshold_from_below_is_no_cliff(tmp_path: Path):
    assert cliffs(report_on(tmp_path, measure("reward", "employees >= 20", amount="5万"))) == []


def test_a_loss_of_less_than_the_yuan_itself_is_no_cliff(tmp_path: Path):
    assert cliffs(report_on(tmp_path, measure("token", "income <= 10", amount="income * 5%"))) == []


def test_one_more_person_loses_what_grows_without_limit(tmp_path: Path):
    (cliff,) = cliffs(report_on(tmp_path, measure("relief", "employees <= 80", amount="assets * 2%")))
    assert cliff.is_endless
    assert dict(cliff.grows_with) == {"assets": Fraction(1, 50)}
    assert cliff.loss == 20_000  # of the typical firm, with assets of one million


def test_what_is_left_to_fall_back_on_is_taken_off(tmp_path: Path):
    report = report_on(
        tmp_path,
        measure("half", "income <= 6万", amount="income * 15%", matter="tax"),
        measure("low", "income <= 30万", amount="income * 5%", matter="tax"),
        matters=[TAX],
    )
    first, second = cliffs(report)
    assert (first.loss, first.fallback) == (Fraction("5999.95"), "demo/low")
    assert (second.loss, second.fallback) == (15_000, None)


def test_measures_that_add_up_are_no_fallback(tmp_path: Path):
    report = report_on(
        tmp_path,
        measure("half", "income <= 6万", amount="income * 15%", matter="tax"),
        measure("low", "income <= 30万", amount="income * 5%", matter="tax"),
        matters=[{**TAX, "choose": "adds_up"}],
    )
    assert [(c.loss, c.fallback) for c in cliffs(report)] == [(9_000, None), (15_000, None)]


def test_a_step_down_between_bands_of_the_amount_is_a_cliff(tmp_path: Path):
    amount = "case when employees <= 10 then 5万 when employees <= 20 then 3万 else 4万 end"
    report = report_on(tmp_path, measure("bands", "is_firm", amount=amount))
    assert [(c.before, c.after, c.loss) for c in cliffs(report)] == [(10, 11, 20_000)]


def test_a_threshold_behind_a_derived_fact_names_the_clause_of_the_formula(tmp_path: Path):
    small = {"type": "bool", "zh": "是否小微企业", "en": "is small", "clause": "c1"}
    small["formula"] = "employees < 300 and within(code, 'C') or employees < 100 and within(code, 'F')"
    write_pack(tmp_path, [measure("relief", "is_small", amount="5万")], facts={"is_small": small})
    (cliff,) = cliffs(report_of(tmp_path))
    assert (cliff.loss, cliff.thresholds) == (50_000, 2)


def test_of_very_many_thresholds_at_least_so_many_are_said(tmp_path: Path):
    odd = {"type": "bool", "zh": "是否逢单", "en": "is odd", "clause": "c1"}
    odd["formula"] = " and ".join(f"employees <> {2 * n}" for n in range(1, 32))
    write_pack(tmp_path, [measure("reward", "is_odd", amount="5万")], facts={"is_odd": odd})
    report = report_of(tmp_path)
    (cliff,) = cliffs(report)
    assert cliff.thresholds == 30
    assert not cliff.is_whole_count
    (finding,) = of_kind(report, Kind.CLIFF)
    assert "至少有30处这样的界限" in finding.text.zh
    assert "at least 30 such thresholds" in finding.text.en


def test_the_step_stays_within_the_declared_range(tmp_path: Path):
    report = report_on(tmp_path, measure("relief", "rate <= 100%", "rate < 40%", amount="1万"))
    (cliff,) = cliffs(report)
    assert cliff.after <= 1


def test_months_and_not_yuan_are_lost_where_the_award_counts_months(tmp_path: Path):
    award = {"kind": "deferral", "unit": "months"}
    report = report_on(tmp_path, measure("delay", "employees <= 50", amount="6", award=award))
    (cliff,) = cliffs(report)
    assert (cliff.loss, cliff.unit) == (6, "months")
    assert "6个月" in of_kind(report, Kind.CLIFF)[0].text.zh


def test_a_tax_payable_without_a_value_is_no_gain_and_its_thresholds_are_only_counted(tmp_path: Path):
    award = {"kind": "tax_rate", "if_not": "none"}
    report = report_on(tmp_path, measure("rate", "income <= 30万", amount="income * 20%", award=award))
    assert cliffs(report) == []
    assert dict(report.unvalued) == {"demo/rate": 1}


def test_the_parties_on_both_sides_show_the_loss_when_they_are_evaluated(tmp_path: Path):
    amount = "case when rate >= 3% then least(assets * 2%, 20万) else 1万 end"
    report = report_on(tmp_path, measure("relief", "employees <= 80", "income < 100万", amount=amount))
    (document,) = documents(tmp_path)
    relief = document.measures["relief"]
    found = of_kind(report, Kind.CLIFF)
    assert {finding.cliff.fact: finding.cliff.loss for finding in found} == {
        "employees": 200_000,
        "income": 200_000,
        "rate": 10_000,  # of a firm without assets, whose R&D passes 3 %
    }
    for finding in found:
        before, after = (
            evaluate(relief, w.facts, rulebook=document.rulebook, as_of=w.as_of) for w in finding.witnesses
        )
        assert before.amount - after.amount == finding.cliff.loss
        assert finding.witnesses[0].as_of >= date(2020, 1, 1)


def test_two_runs_say_the_same(tmp_path: Path):
    write_pack(tmp_path, [measure("relief", "employees <= 80", "income <= 30万", amount="assets * 1%")])
    assert report_of(tmp_path) == report_of(tmp_path)

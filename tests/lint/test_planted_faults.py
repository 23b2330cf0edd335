"""Each fault that is planted in a small document is found, and a clean one raises no alarm."""

from fractions import Fraction
from pathlib import Path

from huiqi.lint.types import Kind
from tests.lint.small import measure, of_kind, report_of, report_on, said, write_pack

MATTER = {"id": "tax", "title": said("所得税"), "choose": "best", "compare": "value", "clause": "c1"}


def kinds(report) -> list[str]:
    return [str(finding.kind) for finding in report.findings]


def test_a_clean_document_raises_no_alarm(tmp_path: Path):
    bands = "case when employees < 20 then 3万 when employees < 300 then 5万 else 8万 end"
    report = report_on(
        tmp_path,
        measure("growing", "is_firm", "employees >= 10 or rate >= 5%", amount=bands),
        measure("share", "is_firm", "within(code, 'C', 'I65')", amount="least(assets * 1%, 10万)"),
        measure("hire", "full_months_between(hired_on, as_of) <= 12", amount="600"),
    )
    assert kinds(report) == []


def test_conditions_that_contradict_each_other_are_named_without_the_innocent_one(tmp_path: Path):
    report = report_on(tmp_path, measure("lost", "employees > 100", "is_firm", "employees * 2 <= 150"))
    (finding,) = of_kind(report, Kind.NEVER_MET)
    assert finding.places == ("demo/lost", "n1", "n3")
    assert finding.clauses == ("demo/c1",)
    assert finding.witnesses[0].facts["employees"] > 100


def test_a_condition_outside_the_declared_range_is_never_met(tmp_path: Path):
    report = report_on(tmp_path, measure("lost", "rate > 100%"))
    assert of_kind(report, Kind.NEVER_MET)[0].places == ("demo/lost", "n1")


def test_never_met_by_the_branches_of_industry(tmp_path: Path):
    report = report_on(tmp_path, measure("lost", "within(code, 'C34')", "not within(code, 'C')"))
    assert kinds(report) == ["never_met"]


def test_never_met_by_the_calendar(tmp_path: Path):
    conditions = ("hired_on = date '2020-01-31'", "add_months(hired_on, 1) > date '2020-02-29'")
    assert kinds(report_on(tmp_path, measure("lost", *conditions))) == ["never_met"]


def test_a_condition_nobody_can_fail(tmp_path: Path):
    report = report_on(tmp_path, measure("idle", "is_firm", "employees >= 0"))
    assert of_kind(report, Kind.ALWAYS_MET)[0].places == ("demo/idle", "n2")


def test_a_condition_that_follows_from_another(tmp_path: Path):
    report = report_on(tmp_path, measure("idle", "is_firm", "income <= 50万", "income <= 30万"))
    assert of_kind(report, Kind.IMPLIED)[0].places == ("demo/idle", "n2", "n3")
    assert "不超过50万元" in of_kind(report, Kind.IMPLIED)[0].text.zh


def test_a_branch_behind_a_wider_one_is_never_reached(tmp_path: Path):
    amount = "case when employees <= 300 then 1万 when employees <= 100 then 2万 else 3万 end"
    report = report_on(tmp_path, measure("bands", "is_firm", amount=amount))
    (finding,) = of_kind(report, Kind.NEVER_REACHED)
    assert "不超过100人" in finding.text.zh


def test_an_else_behind_branches_for_everybody_is_never_reached(tmp_path: Path):
    amount = "case when employees < 10 then 1万 when employees >= 10 then 2万 else 9万 end"
    assert kinds(report_on(tmp_path, measure("bands", "is_firm", amount=amount))) == ["never_reached"]


def test_a_row_of_a_scoring_table_is_looked_at_too(tmp_path: Path):
    bands = [{"when": "rate >= 5% or rate < 5%", "points": 6}, {"when": "rate > 80%", "points": 10}]
    row = {"id": "rd", "label": said("研发"), "max": 10, "bands": bands}
    table = {"id": "score", "title": said("得分"), "clause": "c1", "max": 10, "rows": [row]}
    report = report_on(tmp_path, measure("scored", "score >= 6"), scores=[table])
    assert ("demo/score__rd",) in [finding.places for finding in of_kind(report, Kind.NEVER_REACHED)]


def test_a_figure_between_two_bands_lies_in_neither(tmp_path: Path):
    amount = (
        "case when employees between 1 and 20 then 1万 when employees between 22 and 99 then 2万 else 0 end"
    )
    report = report_on(tmp_path, measure("bands", "is_firm", amount=amount))
    (finding,) = of_kind(report, Kind.GAP)
    assert finding.witnesses[0].facts["employees"] == 21


def test_bands_of_money_that_meet_leave_no_gap(tmp_path: Path):
    bands = "income between 0 and 10万", "income > 10万 and income <= 20万"
    amount = f"case when {bands[0]} then 1万 when {bands[1]} then 2万 else 0 end"
    assert of_kind(report_on(tmp_path, measure("bands", "is_firm", amount=amount)), Kind.GAP) == []


def test_a_gap_of_one_fen_is_found(tmp_path: Path):
    amount = "case when income <= 10万 then 1万 when income >= 100000.02 then 2万 end"
    gaps = of_kind(report_on(tmp_path, measure("bands", "is_firm", amount=amount)), Kind.GAP)
    assert {gap.witnesses[0].facts["income"] for gap in gaps} == {Fraction("100000.01")}


def test_a_figure_in_two_bands_is_an_overlap(tmp_path: Path):
    amount = (
        "case when employees between 1 and 20 then 1万 when employees between 20 and 99 then 2万 else 0 end"
    )
    (finding,) = of_kind(report_on(tmp_path, measure("bands", "is_firm", amount=amount)), Kind.OVERLAP)
    assert finding.witnesses[0].facts["employees"] == 20


def test_a_measure_is_swallowed_by_a_better_one_of_its_matter(tmp_path: Path):
    report = report_on(
        tmp_path,
        measure("narrow", "is_firm", "employees <= 50", amount="assets * 1%", matter="tax"),
        measure("wide", "is_firm", "employees <= 100", amount="assets * 2%", matter="tax"),
        matters=[MATTER],
    )
    assert of_kind(report, Kind.SWALLOWED)[0].places == ("demo/narrow", "demo/wide")


def test_a_narrower_measure_that_gives_more_is_not_swallowed(tmp_path: Path):
    report = report_on(
        tmp_path,
        measure("narrow", "is_firm", "employees <= 50", amount="assets * 2%", matter="tax"),
        measure("wide", "is_firm", "employees <= 100", amount="assets * 1%", matter="tax"),
        matters=[MATTER],
    )
    assert of_kind(report, Kind.SWALLOWED) == []


def test_two_documents_with_two_values_of_a_parameter(tmp_path: Path):
    def standard(value: str) -> dict[str, object]:
        values = [{"from": "2008-01-01", "value": value}]
        return {"vat": {"type": "ratio", "zh": "税率", "en": "rate", "source": "合成", "values": values}}

    for name, value in (("one", "25%"), ("two", "20%"), ("three", "25%")):
        write_pack(tmp_path, [], name=name, parameters=standard(value))
    found = of_kind(report_of(tmp_path), Kind.CONTRADICTION)
    assert {frozenset(finding.places) for finding in found} == {
        frozenset({"one/vat", "two/vat"}),
        frozenset({"three/vat", "two/vat"}),
    }
    assert "25%" in found[0].text.zh
    assert "20%" in found[0].text.zh


def test_two_documents_that_size_the_same_firm_differently(tmp_path: Path):
    for name, limit in (("one", 300), ("two", 400)):
        small = {
            "type": "bool",
            "zh": "是否小微企业",
            "en": "is small",
            "formula": f"employees < {limit}",
            "clause": "c1",
        }
        write_pack(tmp_path, [], name=name, facts={"is_small": small})
    (finding,) = of_kind(report_of(tmp_path), Kind.CONTRADICTION)
    assert 300 <= finding.witnesses[0].facts["employees"] < 400


def test_two_documents_that_settle_a_matter_differently(tmp_path: Path):
    for name, choose in (("one", "best"), ("two", "adds_up")):
        write_pack(tmp_path, [], name=name, matters=[{**MATTER, "choose": choose}])
    assert kinds(report_of(tmp_path)) == ["contradiction"]


def test_two_documents_with_two_rates_and_no_word_on_which_counts(tmp_path: Path):
    for name, rate in (("one", "15%"), ("two", "20%")):
        award = {"kind": "tax_rate", "if_not": "none"}
        write_pack(tmp_path, [measure("rate", "is_firm", amount=f"income * {rate}", award=award)], name=name)
    (finding,) = of_kind(report_of(tmp_path), Kind.CONTRADICTION)
    assert finding.places == ("one/rate", "two/rate")


def test_the_same_measure_in_two_documents_is_told_once(tmp_path: Path):
    for name in ("one", "two"):
        write_pack(tmp_path, [measure("relief", "is_firm", amount="5万")], name=name)
    (finding,) = of_kind(report_of(tmp_path), Kind.SWALLOWED)
    assert "just as much" in finding.text.en

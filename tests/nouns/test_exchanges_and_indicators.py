"""Rules of a match name both sides; an indicator may use what its source knows."""

from tests.nouns.packs import load_trial, problems_of

EXCHANGE = """
    - id: loans
      title: {zh: 融资对接, en: loans}
      clauses: [c1]
      offers: {posted_by: [bank], fields: [{name: largest, type: money, zh: 最高, en: largest}, {name: rate, type: ratio, zh: 利率, en: rate}]}
      needs: {posted_by: [enterprise], fields: [employees, {name: amount, type: money, zh: 金额, en: amount}]}
      fits: [need_amount <= offer_largest, need_employees >= 1]
      rank: 0 - offer_rate
      result: [{name: lent, type: money, zh: 成交, en: lent}]
    """
INDICATOR = """
    - id: lent
      title: {zh: 成交额, en: lent}
      clauses: [c1]
      unit: CNY
      numerator: {take: sum, exchange: loans, what: lent, where: offer_rate <= 5%, during: yearly}
    """


def test_both_sides_and_the_result_can_be_named(tmp_path):
    pack, problems = load_trial(tmp_path, exchanges=EXCHANGE, indicators=INDICATOR)
    assert problems == []
    assert [rule.text for rule in pack.exchanges["loans"].fits] == [
        "need_amount <= offer_largest",
        "need_employees >= 1",
    ]
    assert pack.indicators["lent"].numerator.of == ("loans",)


def test_a_side_that_does_not_know_the_field_is_told(tmp_path):
    wrong = EXCHANGE.replace("need_amount <=", "offer_amount <=")
    (problem,) = problems_of(tmp_path, exchanges=wrong)
    assert problem.startswith("trial/exchanges.yaml:7:1:1: unknown fact 'offer_amount'")


def test_money_against_a_rate_makes_no_sense(tmp_path):
    wrong = EXCHANGE.replace("need_amount <= offer_largest", "need_amount <= offer_rate")
    assert problems_of(tmp_path, exchanges=wrong)[0].startswith("trial/exchanges.yaml:7:1:")


def test_an_indicator_names_what_its_source_has(tmp_path):
    wrong = INDICATOR.replace("what: lent", "what: lend")
    assert problems_of(tmp_path, exchanges=EXCHANGE, indicators=wrong) == [
        "trial/indicators.yaml:6: 'lend' is no field, fact or movement of it; did you mean 'lent'?"
    ]
    missing = INDICATOR.replace("exchange: loans", "exchange: lones")
    assert (
        "trial/indicators.yaml:6: lent: there is no exchange 'lones'; did you mean 'loans'?"
        in problems_of(tmp_path, exchanges=EXCHANGE, indicators=missing)
    )


def test_a_measurement_has_one_source_and_what_it_needs(tmp_path):
    (problem,) = problems_of(
        tmp_path, exchanges=EXCHANGE, indicators=INDICATOR.replace("exchange: loans, ", "")
    )
    assert "is taken over exactly one of register, case, fund" in problem
    (problem,) = problems_of(tmp_path, exchanges=EXCHANGE, indicators=INDICATOR.replace("what: lent, ", ""))
    assert "sum needs `what`" in problem
    (problem,) = problems_of(
        tmp_path,
        exchanges=EXCHANGE,
        indicators=INDICATOR.replace("unit: CNY", "unit: CNY\n      growth: true"),
    )
    assert "growth needs a denominator" in problem

"""A case type is a machine: what is wrong with it is found before anybody opens a case."""

from datetime import date

from huiqi.base.periods import Duration, Unit
from huiqi.cases.types import Effect, Role, Turn
from tests.nouns.packs import load_trial, problems_of

CASE = """
    - id: claim
      title: {zh: 申报, en: claim}
      clauses: [c1]
      purpose: claim
      opened_by: [enterprise]
      measures: [grant]
      fund: pot
      desks: {officer: [市经信委], decider: [市经信委], finance: [市财政局]}
      form: [employees, {name: site, type: text, zh: 地点, en: site}]
      requires: [employees <= 100]
      materials:
        - {id: licence, zh: 执照, en: licence, ways: [data_share, pledge], shared_by: [市工商局]}
      states:
        draft: {zh: 填报, en: draft, turn: applicant}
        sent: {zh: 审核, en: sent, turn: office}
        mend: {zh: 补正, en: to mend, turn: applicant}
        approved: {zh: 待付, en: approved, turn: office}
        paid: {zh: 已付, en: paid, turn: closed, outcome: granted}
        refused: {zh: 不予, en: refused, turn: closed, outcome: refused}
      steps:
        - {id: send, zh: 提交, en: send, by: applicant, from: [draft, mend], to: sent, needs: [form, materials]}
        - {id: give_back, zh: 退回, en: give back, by: officer, from: [sent], to: mend, needs: [mends]}
        - {id: approve, zh: 同意, en: approve, by: decider, from: [sent], to: approved, when: amount_asked <= 50万, effects: [commit], outcome: granted, not_by: [give_back]}
        - {id: refuse, zh: 不予, en: refuse, by: decider, from: [sent], to: refused, needs: [reason], outcome: refused}
        - {id: pay, zh: 拨付, en: pay, by: finance, from: [approved], to: paid, effects: [order_payment], not_by: [approve]}
      clocks:
        - {id: handling, zh: 时间, en: time, starts: [send], stops: [approve, refuse], legal: {n: 20, unit: working_days}, promised: {n: 10, unit: working_days}, extension: {at_most: {n: 10, unit: working_days}}}
    """
POT = """
    - {id: pot, title: {zh: 资金, en: pot}, clauses: [c2], kind: grants, manager: [市经信委], measures: [grant]}
    """


def faults(tmp_path, old: str, new: str) -> list[str]:
    assert old in CASE
    return problems_of(tmp_path, cases=CASE.replace(old, new), funds=POT)


def test_a_sound_case_type_keeps_what_was_declared(tmp_path):
    pack, problems = load_trial(tmp_path, cases=CASE, funds=POT)
    assert problems == []
    case = pack.cases["claim"]
    assert case.first_state == "draft"
    assert [f.name for f in case.form if f.is_fact] == ["employees"]
    assert case.steps["approve"].when.text == "amount_asked <= 50万"
    assert case.steps["pay"].not_by == {"approve"}
    assert case.steps["pay"].effects == (Effect.ORDER_PAYMENT,)
    assert case.desks[Role.FINANCE] == ("市财政局",)
    assert case.states["mend"].turn is Turn.APPLICANT


def test_a_clock_stands_while_it_is_the_applicants_turn(tmp_path):
    pack, _ = load_trial(tmp_path, cases=CASE, funds=POT)
    (clock,) = pack.cases["claim"].clocks
    assert clock.pauses_in == {"draft", "mend"}
    assert clock.promised.last_day(date(2012, 9, 3)) == date(2012, 9, 17)
    assert clock.legal == Duration(20, Unit.WORKING_DAYS)


def test_a_state_must_be_reached_and_left(tmp_path):
    assert faults(tmp_path, "from: [draft, mend]", "from: [draft]") == [
        "trial/cases.yaml:17: from the state 'mend' nothing leads to an end"
    ]
    assert faults(tmp_path, "from: [sent], to: mend", "from: [sent], to: sent") == [
        "trial/cases.yaml:17: no step leads to the state 'mend'"
    ]


def test_unknown_states_steps_and_roles_are_told(tmp_path):
    assert faults(tmp_path, "to: paid,", "to: payed,")[0] == (
        "trial/cases.yaml:26: pay: there is no state 'payed'"
    )
    assert faults(tmp_path, "not_by: [approve]", "not_by: [agree]") == [
        "trial/cases.yaml:26: pay: there is no step 'agree'"
    ]
    assert faults(tmp_path, ", finance: [市财政局]", "") == [
        "trial/cases.yaml:26: pay: desks names no authority for the finance"
    ]
    (problem,) = faults(tmp_path, "by: finance", "by: treasurer")
    assert problem.startswith("trial/cases.yaml:26: claim: steps.4.by: 'treasurer' is none of ")


def test_nothing_follows_a_closed_state(tmp_path):
    assert faults(tmp_path, "from: [approved], to: paid", "from: [approved, refused], to: paid") == [
        "trial/cases.yaml:26: pay: nothing follows 'refused', which is closed"
    ]


def test_money_needs_a_fund_that_knows_the_movement(tmp_path):
    assert faults(tmp_path, "      fund: pot\n", "") == [
        "trial/cases.yaml:23: approve: moves money, but the case names no fund",
        "trial/cases.yaml:25: pay: moves money, but the case names no fund",
    ]
    assert faults(tmp_path, "effects: [commit]", "effects: [commit, lend]") == [
        "trial/cases.yaml:2: claim: a fund of kind grants has no lend"
    ]


def test_guards_are_rules_over_facts_fields_and_the_case(tmp_path):
    assert faults(tmp_path, "amount_asked <= 50万", "amount_askd <= 50万") == [
        "trial/cases.yaml:24:1:1: unknown fact 'amount_askd'; did you mean 'amount_asked'?"
    ]
    assert faults(tmp_path, "employees <= 100", "employees") == [
        "trial/cases.yaml:11: a condition must be a yes-or-no statement; this one is decimal"
    ]


def test_an_overdue_case_is_told_to_somebody(tmp_path):
    pack, _ = load_trial(tmp_path, cases=CASE, funds=POT)
    assert pack.cases["claim"].clocks[0].escalates_to == (Role.DECIDER, Role.SUPERVISOR)
    told = "extension: {at_most: {n: 10, unit: working_days}}, escalates_to: [reviewer]}"
    assert faults(tmp_path, "extension: {at_most: {n: 10, unit: working_days}}}", told) == [
        "trial/cases.yaml:28: clock handling: desks names no authority for the reviewer it escalates to"
    ]


def test_nothing_is_asked_twice(tmp_path):
    assert faults(tmp_path, "      requires:", "      review: [employees]\n      requires:") == [
        "trial/cases.yaml:11: 'employees' is asked in the form and again in the review",
        "trial/cases.yaml:2: the office must fill in employees, but no step needs its findings",
    ]


def test_a_clock_needs_a_time_and_a_publication_its_step(tmp_path):
    time = "legal: {n: 20, unit: working_days}, promised: {n: 10, unit: working_days}, "
    assert faults(tmp_path, time, "") == [
        "trial/cases.yaml:28: clock handling: needs a legal or a promised time, or the time limit that sets it"
    ]
    publication = "      publication: {state: sent, days: {n: 5, unit: working_days}}\n      states:\n"
    assert faults(tmp_path, "      states:\n", publication) == [
        "trial/cases.yaml:2: a publication is declared together with a step that publishes"
    ]


def test_a_time_limit_without_a_length_says_what_is_open(tmp_path):
    limit = """
        - {id: quick, clause: c1, matter: {zh: 办理, en: handling}, within: null, promised_by: [市工商局]}
        """
    assert problems_of(tmp_path, time_limits=limit) == [
        "trial/time-limits.yaml:2: without a length of time a note says what the document leaves open"
    ]
    noted = limit.replace("}\n        ", ", note: {zh: 没有数字, en: no figure}}\n        ")
    pack, problems = load_trial(tmp_path, time_limits=noted)
    assert problems == []
    assert pack.time_limits["quick"].within is None

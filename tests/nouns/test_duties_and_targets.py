"""Who must do what, and what is to be reached when."""

from fractions import Fraction

from tests.nouns.packs import load_trial, problems_of

DUTY = """
    - id: d1
      clause: c1
      task: {zh: 办理, en: handle}
      lead: [市经信委]
      cooperate: [市财政局]
      cadence: quarterly
      due: 2015-12-31
      targets: [t1]
    """
TARGET = """
    - id: t1
      clause: c1
      indicator: {zh: 企业数, en: firms}
      unit: 家
      kind: stock
      cmp: ">="
      values: [{by: 2013-12-31, value: 40}, {from: 2014-01-01, until: 2014-12-31, value: 50}, {year: 2015, value: 60, up_to: 70}]
    """


def test_owners_are_those_who_answer_for_it(tmp_path):
    pack, problems = load_trial(tmp_path, duties=DUTY, targets=TARGET)
    assert problems == []
    assert pack.duties["d1"].owners == ("市经信委",)
    values = pack.targets["t1"].values
    assert [(v.value, v.up_to) for v in values] == [(40, None), (50, None), (60, Fraction(70))]
    assert (values[1].first.year, values[1].last.year, values[2].year) == (2014, 2014, 2015)


def test_names_are_checked_and_nobody_is_named_twice(tmp_path):
    assert problems_of(tmp_path, duties=DUTY, targets=TARGET.replace("id: t1", "id: t2")) == [
        "trial/duties.yaml:9: d1: there is no target 't1'"
    ]
    assert problems_of(tmp_path, duties=DUTY.replace("市财政局", "市经信委"), targets=TARGET) == [
        "trial/duties.yaml:2: d1: 市经信委 is named twice"
    ]
    assert problems_of(tmp_path, targets=TARGET.replace("clause: c1", "clause: c9")) == [
        "trial/targets.yaml:3: t1: there is no clause 'c9'"
    ]


def test_values_are_dated_and_in_order(tmp_path):
    swapped = TARGET.replace("by: 2013-12-31", "by: 2016-12-31")
    assert problems_of(tmp_path, targets=swapped) == [
        "trial/targets.yaml:8: t1: the values are not in the order of their days"
    ]
    undated = TARGET.replace("{by: 2013-12-31, value: 40}", "{value: 40}")
    (problem,) = problems_of(tmp_path, targets=undated)
    assert problem.endswith("a value has by, from or year; `by: null` where the text names no day")
    upside_down = TARGET.replace("up_to: 70", "up_to: 50")
    assert "up_to is the upper end" in problems_of(tmp_path, targets=upside_down)[0]


def test_a_target_without_a_figure_says_so(tmp_path):
    empty = TARGET[: TARGET.index("values:")] + "values: []\n"
    (problem,) = problems_of(tmp_path, targets=empty)
    assert problem.endswith("without values a note says what the text leaves open")
    pack, problems = load_trial(tmp_path, targets=empty + "      note: {zh: 没有数字, en: no figure}\n")
    assert problems == []
    assert pack.targets["t1"].values == ()

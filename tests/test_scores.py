"""Scoring tables: what a file may say, what is refused, and how a score is explained row by row."""

import shutil
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest
import yaml

from huiqi.cli.explain_view import View
from huiqi.cli.score_json import score_as_json
from huiqi.matching.party import Party, Rules, assess, explainers_for
from huiqi.measures.combine import Entitlement, Why, combine
from huiqi.measures.evaluate import evaluate
from huiqi.measures.explain import Explainer
from huiqi.measures.expressions import Value
from huiqi.measures.score_words import Score, ScoredRow
from huiqi.measures.scores import ScoreModel, declare_score
from huiqi.measures.types import Outcome, VerdictKind
from huiqi.measures.words import Language
from huiqi.packs.load import load_library
from huiqi.packs.types import Library
from tests.spec.language import WORDS

PACKS = Path(__file__).parents[1] / "packs"
TABLE = """
id: growth_score
title: {zh: 成长评价得分, en: growth score}
clause: c1
max: 30
groups:
  - {id: staff, label: {zh: 人员, en: staff}, max: 20, minimum: 10}
rows:
  - id: employees
    label: {zh: 从业人数, en: employees}
    group: staff
    max: 20
    of: employees
    bands: [{at_least: 100, points: 20}, {at_least: 50, points: 10}]
  - {id: patent, label: {zh: 专利, en: patent}, max: 10, when: has_patent, points: 10}
"""
FIRM: dict[str, Value] = {
    "is_legal_person": True,
    "is_sme": True,
    "on_abnormal_operation_list": False,
    "on_serious_dishonesty_list": False,
    "had_grave_event_3y": False,
    "makes_banned_or_restricted_product": False,
    "is_directly_innovative": False,
    "ip_class_1_high_value": Fraction(0),
    "ip_class_1_own": Fraction(0),
    "ip_class_1": Fraction(1),
    "rd_intensity_last_year": Fraction("0.025"),
    "debt_ratio_last_year": Fraction("0.76"),
    "makes_strategic_product": False,
    "main_revenue_share_last_year": Fraction("0.7"),
}


@pytest.fixture(scope="module")
def packs() -> Library:
    library, problems = load_library(PACKS, only=("cn-gradient-2026", "cn-tech-sme"))
    assert problems == []
    return library


def problems_of(old: str, new: str) -> list[str]:
    """What is said of the table above with one place changed."""
    assert old in TABLE
    model = ScoreModel.model_validate(yaml.safe_load(TABLE.replace(old, new)))
    _, problems = declare_score(model, vocabulary=WORDS, pack="spec", where="growth-score.yaml")
    return [str(problem) for problem in problems]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("max: 30", "max: 40", "growth-score.yaml:max: the rows add up to 30"),
        (
            "max: 20, minimum",
            "max: 25, minimum",
            "growth-score.yaml:staff: the rows add up to 20, not to max",
        ),
        ("points: 20}", "points: 15}", "growth-score.yaml:employees: gives at most 15 points, less than max"),
        ("points: 20}", "points: 25}", "growth-score.yaml:employees: gives up to 25 points, more than max"),
        ("points: 10}]", "points: -1}]", "growth-score.yaml:employees: points are never less than nothing"),
        (
            "at_least: 50",
            "at_least: 100",
            "growth-score.yaml:employees: a band after a wider one is never reached",
        ),
        ("group: staff", "group: people", "growth-score.yaml:employees: there is no group 'people'"),
        ("id: patent", "id: employees", "growth-score.yaml: row or group 'employees' is declared twice"),
        ("of: employees", "of: employes", "growth-score.yaml:employees:1:1: unknown fact 'employes'"),
        (
            "of: employees",
            "of: has_patent",
            "growth-score.yaml:employees: '>=' cannot put bool beside number",
        ),
    ],
)
def test_a_table_that_does_not_add_up_is_refused_with_its_place(old: str, new: str, told: str):
    assert any(problem.startswith(told) for problem in problems_of(old, new)), problems_of(old, new)


def test_the_table_itself_is_sound():
    assert problems_of("max: 30", "max: 30") == []


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("{at_least: 100, points: 20}", "{points: 20}", "a band has one of"),
        ("of: employees\n", "\n", "'of' says what bands and categories look at"),
        ("bands: [", "categories: {a: 1}\n    bands: [", "a row has one of"),
    ],
)
def test_a_row_says_one_thing(old: str, new: str, told: str):
    assert old in TABLE
    raw = yaml.safe_load(TABLE.replace(old, new))
    with pytest.raises(ValueError, match=told):
        ScoreModel.model_validate(raw)


def score(
    packs: Library, pack: str = "cn-gradient-2022", measure: str = "innovative-sme", **facts: Value
) -> Score:
    """The first scoring table of a measure, explained to the firm above with some facts changed."""
    loaded = packs.packs[pack]
    explanation = Explainer({**FIRM, **facts}, rulebook=loaded.rulebook).explain(loaded.measures[measure])
    return explanation.scores[0]


def row(found: Score, name: str) -> ScoredRow:
    return next(scored for scored in found.rows if scored.row.fact.endswith(f"__{name}"))


def test_a_row_tells_value_band_points_and_what_the_next_band_needs(packs: Library):
    found = row(score(packs), "rd")

    assert found.points.words.zh == "10分"
    assert found.seen.zh == "上年度研发费用占营业收入比重为2.5%"
    assert found.band.zh == "上年度研发费用占营业收入比重不低于2%"
    assert found.next_band.zh == "15分：上年度研发费用占营业收入比重为2.5%，须不低于3%，还差0.5个百分点"
    assert found.next_band.en == (
        "15 points: R&D share of revenue last year: 2.5%, must be at least 3%, 0.5 percentage points short"
    )


def test_the_highest_band_needs_nothing_more(packs: Library):
    found = row(score(packs, rd_intensity_last_year=Fraction("0.05")), "rd")

    assert (found.points.words.en, found.next_band.en) == ("20 points", "")


def test_a_smaller_figure_is_better_where_the_table_says_at_most(packs: Library):
    found = row(score(packs), "debt")

    assert found.points.words.zh == "0分"
    assert found.band.zh == "不在任何一档"
    assert found.next_band.zh == "5分：上年末资产负债率为76%，须不超过75%，超出上限1个百分点"


def test_a_yes_or_no_row_says_what_would_give_more(packs: Library):
    assert row(score(packs), "field").next_band.zh == "10分：主导产品属于战略性新兴产业"


def test_a_row_whose_items_add_up_names_those_that_count(packs: Library):
    items: dict[str, Value] = {"has_iso9001": True, "has_own_brand": False}
    items |= {"has_provincial_quality_award": False, "took_part_in_standards": False}
    found = row(score(packs, measure="specialised-sme", **items), "quality")

    assert (found.points.words.zh, found.band.zh) == ("3分", "通过质量管理体系认证")
    assert found.next_band.zh == "5分：获得省级以上质量奖"


def test_an_unknown_row_says_what_would_settle_it_and_how_far_the_total_can_go(packs: Library):
    found = score(packs)

    assert row(found, "main_growth").points.words.zh == "0至20分"
    assert row(found, "main_growth").missing == ("main_revenue_growth_last_year",)
    assert (found.points.words.zh, found.points.words.en) == ("45至65分", "45 to 65 points")


@pytest.mark.parametrize(
    ("growth", "outcome"),
    [(Fraction("0.10"), Outcome.MET), (Fraction("0.09"), Outcome.NOT_MET), (None, Outcome.UNKNOWN)],
)
def test_a_group_says_whether_its_minimum_is_reached(
    packs: Library, growth: Fraction | None, outcome: Outcome
):
    found = score(packs, **({} if growth is None else {"main_revenue_growth_last_year": growth}))

    assert {g.group.label.zh: g.minimum for g in found.groups} == {
        "创新能力": Outcome.MET,
        "成长性": outcome,
        "专业化": Outcome.MET,
    }


def test_points_stand_in_their_table_and_not_among_the_derivations(packs: Library):
    loaded = packs.packs["cn-gradient-2022"]
    explanation = Explainer(FIRM, rulebook=loaded.rulebook).explain(loaded.measures["innovative-sme"])

    assert [d.fact for d in explanation.derivations] == ["may_apply_for_gradient"]


def test_a_table_whose_bands_were_recalled_says_so(packs: Library):
    found = score(packs, "cn-tech-sme", "technology-sme")

    assert found.table.unverified
    assert packs.packs["cn-tech-sme"].rulebook.kinds["tech_sme_score"].unverified


@pytest.mark.parametrize(
    ("language", "lines"),
    [
        (
            "zh",
            [
                "创新型中小企业评价得分：45至65分（满分100分）",
                "  ? 成长性：0至20分，下限15分",
                "    · 研发费用占营业收入比重：10分（满分20分）",
                "      所见：上年度研发费用占营业收入比重为2.5% → 上年度研发费用占营业收入比重不低于2%",
                "      再上一档15分：上年度研发费用占营业收入比重为2.5%，须不低于3%，还差0.5个百分点",
                "      还缺：上年度主营业务收入增长率",
                "    ✗ 资产负债率：0分（满分10分）",
            ],
        ),
        (
            "en",
            [
                "score of innovative SMEs: 45 to 65 points of 100 points",
                "  ✓ innovation: 20 points, at least 20 points needed",
                "    · R&D share of revenue: 10 points of 20 points",
                "      missing: main revenue growth last year",
            ],
        ),
    ],
)
def test_the_explanation_of_a_party_shows_the_table(packs: Library, language: Language, lines: list[str]):
    rules = Rules.of(packs.measures(), packs.rulebooks())
    party = Party("91370200MA3C0D1EXF", "合成企业", "370203", frozenset({"enterprise"}), FIRM)
    day = date(2024, 5, 1)
    assessment = assess(party, rules, as_of=day, matters=packs.matters(), standings=packs.standings())
    explainers = explainers_for(party.stated, rules, as_of=day, places={})
    view = View(packs, assessment, explainers, language)
    measure = next(e for e in assessment.entitlements if e.measure.key == "cn-gradient-2022/innovative-sme")

    shown = [str(line) for line in view.measure(measure)]

    assert [line for line in lines if line not in shown] == []


def test_the_table_as_json_gives_points_as_text_and_bounds_while_they_are_open(packs: Library):
    found = score_as_json(score(packs))

    assert (found["points"], found["at_least"], found["at_most"], found["max"]) == (None, "45", "65", "100")
    rd = next(r for r in found["rows"] if r["fact"] == "innovative_sme_score__rd")
    assert (rd["points"], rd["max"], rd["group"]) == ("10", "20", "innovative_sme_score__innovation")
    assert found["groups"][0]["outcome"] == "met"


def verdict(packs: Library, key: str, day: str, **facts: Value) -> VerdictKind:
    measure = packs.measure(key)
    assert measure is not None
    rulebook = packs.packs[measure.pack].rulebook
    return evaluate(measure, facts, rulebook=rulebook, as_of=date.fromisoformat(day)).kind


SPECIALISED: dict[str, Value] = {
    **{name: value for name, value in FIRM.items() if name != "is_directly_innovative"},
    "is_directly_specialised": True,
    "niche_years": Fraction(2),
    "operating_revenue": Fraction(12_000_000),
    "rd_expense_last_year": Fraction(1_000_000),
    "rd_expense_year_before": Fraction(900_000),
    "rd_intensity_last_year": Fraction("0.08"),
    "new_equity_financing_2y": Fraction(0),
    "gradient_application": "new",
}


def test_the_same_firm_is_specialised_until_march_2026_and_no_longer_in_april(packs: Library):
    old, new = "cn-gradient-2022/specialised-sme", "cn-gradient-2026/specialised-sme"

    assert verdict(packs, old, "2026-03-31", **SPECIALISED) is VerdictKind.ELIGIBLE
    assert verdict(packs, new, "2026-03-31", **SPECIALISED) is VerdictKind.OUT_OF_SCOPE
    assert verdict(packs, old, "2026-04-01", **SPECIALISED) is VerdictKind.OUT_OF_SCOPE
    assert verdict(packs, new, "2026-04-01", **SPECIALISED) is VerdictKind.INELIGIBLE


@pytest.mark.parametrize(
    ("day", "application", "open_"),
    [
        ("2026-03-31", "new", {"cn-gradient-2022/little-giant"}),
        ("2026-05-01", "new", {"cn-gradient-2026/little-giant"}),
        ("2026-05-01", "review", {"cn-gradient-2022/little-giant-review-2026"}),
        ("2027-05-01", "review", {"cn-gradient-2026/little-giant"}),
    ],
)
def test_one_standard_at_a_time_for_little_giants(
    packs: Library, day: str, application: str, open_: set[str]
):
    """Of a firm of which only the kind of application is known: the standard that may still say yes."""
    keys = {m.key for m in packs.measures() if m.id.startswith("little-giant")}
    found = {
        key
        for key in keys
        if verdict(packs, key, day, gradient_application=application) is VerdictKind.UNKNOWN
    }

    assert found == open_


def test_without_a_day_the_new_standard_takes_the_place_of_the_old(packs: Library):
    facts = {**FIRM, "main_revenue_growth_last_year": Fraction("0.10")}
    entitled = [
        Entitlement(m, evaluate(m, facts, rulebook=packs.packs[m.pack].rulebook))
        for m in packs.measures()
        if m.matter == "innovative-sme-title"
    ]

    found = combine(entitled, matters=packs.matters(), standings=packs.standings())

    assert found.kept == ("cn-gradient-2026/technological-innovative-sme",)
    assert [(b.measure, b.why) for b in found.beaten] == [("cn-gradient-2022/innovative-sme", Why.REPLACED)]


def test_the_first_title_goes_on_by_the_old_table(packs: Library):
    grown = {**FIRM, "main_revenue_growth_last_year": Fraction("0.10")}

    assert verdict(packs, "cn-gradient-2022/innovative-sme", "2026-03-31", **grown) is VerdictKind.ELIGIBLE
    assert (
        verdict(packs, "cn-gradient-2026/technological-innovative-sme", "2026-04-01", **grown)
        is VerdictKind.ELIGIBLE
    )


def loaded_with(folder: Path, old: str, new: str) -> list[str]:
    """The problems of the packs behind the 2022 standard with one place of its first table changed."""
    for name in ("cn-common", "cn-size-2011", "cn-gradient-2022"):
        shutil.copytree(PACKS / name, folder / name)
    path = folder / "cn-gradient-2022" / "scores" / "innovative-sme-score.yaml"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
    return [str(problem) for problem in load_library(folder)[1]]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("clause: annex1-score", "clause: annex9", "clause 'annex9' is not in clauses.yaml"),
        ("id: innovative_sme_score", "id: innovation_score", "id 'innovation_score' is not the file's name"),
        ("of: debt_ratio_last_year", "of: innovative_sme_score", "needs itself"),
        ("at_most: 55%", "from: 55%", "the format has no such key"),
    ],
)
def test_a_broken_table_of_a_pack_is_told_with_its_file(tmp_path: Path, old: str, new: str, told: str):
    problems = loaded_with(tmp_path, old, new)

    assert any(told in problem for problem in problems), problems


def test_a_table_may_not_take_the_name_of_a_fact(tmp_path: Path):
    facts = "is_legal_person: {type: bool, zh: 是否具有独立法人资格, en: is a legal person}"
    for name in ("cn-common", "cn-size-2011", "cn-gradient-2022"):
        shutil.copytree(PACKS / name, tmp_path / name)
    path = tmp_path / "cn-gradient-2022" / "facts.yaml"
    more = "innovative_sme_score: {type: decimal, zh: 得分, en: score}\n"
    path.write_text(path.read_text("utf-8").replace(facts, more + facts), "utf-8")

    problems = [str(problem) for problem in load_library(tmp_path)[1]]

    assert any("'innovative_sme_score' is already a fact of cn-gradient-2022" in p for p in problems), (
        problems
    )

"""Synthetic measures, any number of them: conditions as support policies have them, over the sample register.

No document holds these measures. They are written in the rule language and read by the reader that reads a
pack; the same seed gives the same measures, and the first n are the same for every number of them.

A measure asks three to eight things, drawn from what the documents at hand ask: the branch of industry, the
size of the firm (its class, or limits by sector), figures within limits, the age of the firm, what it is or is
recognised as, one of several of these, and what it must not be. Figures are round, as documents have them.
"""

import random
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any, Final

from huiqi.measures.declare import MeasureModel, declare_measure, vocabulary_of
from huiqi.measures.types import Measure, Period, Rulebook

PACK: Final = "synthetic-measures"
BRANCHES: Final = tuple("ACEFGHIJKLMNOPR")
DIVISIONS: Final = (
    *(f"C{n}" for n in range(13, 44)), "E47", "E48", "E50", "F51", "F52", "G54", "G58", "G59", "H61", "H62",
    "I63", "I64", "I65", "J66", "K70", "L71", "L72", "M73", "M74", "M75", "N77", "O80", "O81", "R85", "R87",
)  # fmt: skip
DISTRICTS: Final = ("370202", "370203", "370211", "370212", "370213", "370214")
SECTORS: Final = ("industrial", "other")
SIZES: Final = (("small", "micro"), ("medium", "small", "micro"), ("micro",), ("medium", "small"))
FIGURES: Final[Mapping[str, tuple[int, ...]]] = {
    "operating_revenue": (10, 100, 1000),
    "total_assets": (10, 100, 1000),
    "registered_capital": (10, 100),
    "taxable_income": (1, 10, 100),
    "rd_expense": (1, 10, 100),
    "monthly_sales": (1, 10),
    "monthly_turnover": (1, 10),
    "rent_paid_this_year": (1, 10),
}
"""Amounts a condition limits, with the powers of ten (in 万) its figures lie in."""
MANTISSAS: Final = (1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8)
STAFF: Final = (5, 8, 10, 20, 30, 50, 80, 100, 150, 200, 250, 300, 400, 500, 800, 1000)
MARKS: Final = (
    "is_hnte", "is_tech_enterprise", "is_zjtx_recognised_this_year", "is_import_export", "is_private_enterprise",
    "in_city_plus_base", "in_incubation_base", "founder_is_graduate", "has_export_credit_insurance",
    "involves_quality_business", "is_domestic_company", "rd_for_new_product_tech_process", "is_small_micro_park",
)  # fmt: skip
BARS: Final = (
    "is_restricted_or_prohibited_industry", "is_financial_enterprise", "is_foreign_invested", "is_guarantor",
    "is_individual_business", "is_microloan_company", "is_one_person_llc", "is_vc_enterprise",
)  # fmt: skip
BASES: Final = ("rd_expense", "rent_paid_this_year", "tech_transfer_income", "rd_intangible_cost")
WITH_AMOUNT: Final = 0.4


def generated_measures(number: int, *, seed: int, rulebook: Rulebook) -> list[Measure]:
    """Synthetic measures of the pack `PACK`. Raises ValueError where the reader refuses one."""
    labels = {name: kind.label.zh for name, kind in rulebook.kinds.items()}
    vocabulary = vocabulary_of({name: kind.reference for name, kind in rulebook.kinds.items()}, labels)
    measures = []
    for place in range(number):
        dice = random.Random(f"{seed}/{place}")
        measure, problems = declare_measure(
            MeasureModel.model_validate(drawn_measure(dice, place)),
            vocabulary=vocabulary,
            pack=PACK,
            region=dice.choice(DISTRICTS) if dice.random() < 0.1 else "",
            in_force=Period(),
            where=f"{PACK}/{place}",
        )
        if problems:
            raise ValueError("\n".join(str(problem) for problem in problems))
        measures.append(measure)
    return measures


def drawn_measure(dice: random.Random, place: int) -> dict[str, Any]:
    """One measure in the form of a pack's file (docs/packs.md)."""
    wanted = dice.randint(3, 8)
    asked: dict[str, str] = {}
    for subject, text in statements(dice):
        asked.setdefault(subject, text)
        if len(asked) == wanted:
            break
    award: dict[str, Any] = {"kind": "subsidy", "unit": "CNY"}
    if has_amount := dice.random() < WITH_AMOUNT:
        share, cap = dice.choice((5, 10, 15, 20, 30, 50)), dice.choice((5, 10, 20, 30, 50, 100, 200))
        award["amount"] = f"least(greatest({dice.choice(BASES)}, 0) * {share}%, {cap}万)"
        award["amount_is"] = {"zh": "补助金额", "en": "subsidy"}
    return {
        "id": f"m{place:05d}",
        "title": {"zh": f"合成措施{place:05d}", "en": f"synthetic measure {place:05d}"},
        "clause": "c1",
        "audience": "enterprise",
        "computable": "full" if has_amount else "eligibility_only",
        "conditions": [
            {"id": f"q{n}", "when": text, "clause": "c1"} for n, text in enumerate(asked.values())
        ],
        "award": award,
    }


def statements(dice: random.Random) -> Iterator[tuple[str, str]]:
    """Conditions without end, each with what it is about; a measure asks once about each."""
    yield dice.choices((of_size, in_industry, limit), (5, 3, 2))[0](dice)
    while True:
        yield dice.choices(tuple(KINDS), tuple(KINDS.values()))[0](dice)


def of_size(dice: random.Random) -> tuple[str, str]:
    """By class, or by limits for each sector."""
    if dice.random() < 0.6:
        return "size", f"size_class in {listed(dice.choice(SIZES))}"
    few, many = sorted(dice.sample(STAFF, 2))
    sector, assets = dice.choice(SECTORS), amount(dice, "total_assets")
    return "size", (
        f"employees <= {few} and total_assets <= {assets}"
        f" or industry_sector = '{sector}' and employees <= {many}"
    )


def in_industry(dice: random.Random) -> tuple[str, str]:
    if dice.random() < 0.2:
        return "industry", f"industry_sector = '{dice.choice(SECTORS)}'"
    some = sorted(dice.sample(BRANCHES if dice.random() < 0.5 else DIVISIONS, dice.randint(1, 3)))
    text = f"within(industry_code, {', '.join(repr(code) for code in some)})"
    return "industry", f"not {text}" if dice.random() < 0.2 else text


def limit(dice: random.Random) -> tuple[str, str]:
    """A figure beside a limit, or between two."""
    if dice.random() < 0.25:
        few, many = sorted(dice.sample(STAFF, 2))
        forms = (f"employees <= {many}", f"employees >= {few}", f"employees between {few} and {many}")
        return "employees", dice.choice(forms)
    fact = dice.choice(tuple(FIGURES))
    if dice.random() < 0.2:
        low, high = sorted((figure(dice, fact), figure(dice, fact)))
        return fact, f"{fact} between {low:g}万 and {high:g}万"
    return fact, f"{fact} {dice.choice(('<=', '<=', '>=', '>'))} {amount(dice, fact)}"


def of_age(dice: random.Random) -> tuple[str, str]:
    day = date(dice.randint(1998, 2012), dice.choice((1, 7)), 1)
    return "age", f"establishment_date {dice.choice(('>=', '<'))} date '{day}'"


def marked(dice: random.Random) -> tuple[str, str]:
    mark = dice.choice(MARKS)
    return mark, mark


def not_barred(dice: random.Random) -> tuple[str, str]:
    bar = dice.choice(BARS)
    return bar, f"not {bar}"


def any_of(dice: random.Random) -> tuple[str, str]:
    """One of two or three, a mark or a limit each; it may well name what another condition names."""
    parts = [dice.choice((marked, marked, limit))(dice)[1] for _ in range(dice.randint(2, 3))]
    text = " or ".join(f"({part})" if " between " in part else part for part in dict.fromkeys(parts))
    return text, text


KINDS: Final[Mapping[Callable[[random.Random], tuple[str, str]], int]] = {
    limit: 8, marked: 4, not_barred: 4, in_industry: 3, any_of: 4, of_age: 2, of_size: 1,
}  # fmt: skip


def figure(dice: random.Random, fact: str) -> float:
    """A round figure in 万."""
    return dice.choice(MANTISSAS) * dice.choice(FIGURES[fact])


def amount(dice: random.Random, fact: str) -> str:
    return f"{figure(dice, fact):g}万"


def listed(values: tuple[str, ...]) -> str:
    return "(" + ", ".join(f"'{value}'" for value in values) + ")"

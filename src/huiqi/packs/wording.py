"""Small words that pages need of what packs declare: levels, lengths of time, rounds, roles, ways."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from huiqi.base.bilingual import Bilingual
from huiqi.base.periods import Cadence, Duration, Unit
from huiqi.cases.types import Role, Way
from huiqi.indicators.types import Target, TargetKind, TargetValue
from huiqi.measures.expressions import Type
from huiqi.measures.words import YI, Language, counted, money_words, quantity

LEVELS: Final[Mapping[str, Bilingual]] = {
    "nation": Bilingual("国家", "national"),
    "province": Bilingual("省级", "provincial"),
    "city": Bilingual("市级", "city"),
    "standard": Bilingual("国家标准", "national standard"),
}
CADENCES: Final[Mapping[Cadence, Bilingual]] = {
    Cadence.ONCE: Bilingual("一次", "once"),
    Cadence.STANDING: Bilingual("长期", "standing"),
    Cadence.WEEKLY: Bilingual("每周", "weekly"),
    Cadence.MONTHLY: Bilingual("每月", "monthly"),
    Cadence.QUARTERLY: Bilingual("每季度", "quarterly"),
    Cadence.HALF_YEARLY: Bilingual("每半年", "half-yearly"),
    Cadence.YEARLY: Bilingual("每年", "yearly"),
    Cadence.EVERY_TWO_YEARS: Bilingual("每两年", "every two years"),
}
ROLES: Final[Mapping[Role, Bilingual]] = {
    Role.APPLICANT: Bilingual("申请人", "applicant"),
    Role.OFFICER: Bilingual("经办人员", "officer"),
    Role.REVIEWER: Bilingual("审核人员", "reviewer"),
    Role.EXPERT: Bilingual("评审专家", "expert"),
    Role.DECIDER: Bilingual("审批人员", "decider"),
    Role.FINANCE: Bilingual("拨付人员", "payer"),
    Role.PROVIDER: Bilingual("服务方", "provider"),
    Role.OTHER_SIDE: Bilingual("相对方", "other side"),
    Role.SUPERVISOR: Bilingual("督查人员", "supervisor"),
    Role.PUBLIC: Bilingual("公众", "public"),
    Role.SYSTEM: Bilingual("系统", "the platform"),
}
WAYS: Final[Mapping[Way, Bilingual]] = {
    Way.UPLOAD: Bilingual("上传", "uploaded"),
    Way.DATA_SHARE: Bilingual("部门共享，免提交", "fetched by the office"),
    Way.PLEDGE: Bilingual("可告知承诺", "may be replaced by a pledge"),
}
UNIT_WORDS: Final[Mapping[Unit, tuple[str, str]]] = {
    Unit.HOURS: ("{}小时", "{} hours"),
    Unit.WORKING_DAYS: ("{}个工作日", "{} working days"),
    Unit.DAYS: ("{}日", "{} days"),
    Unit.MONTHS: ("{}个月", "{} months"),
    Unit.YEARS: ("{}年", "{} years"),
    Unit.SAME_DAY: ("当日", "the same day"),
    Unit.CALENDAR_MONTH: ("当月", "the same month"),
    Unit.HOURS_PER_DAY: ("每日{}小时", "{} hours a day"),
    Unit.DAYS_PER_WEEK: ("每周{}天", "{} days a week"),
}


@dataclass(frozen=True, slots=True)
class Support:
    """Kinds of award that people look for together."""

    title: Bilingual
    what: Bilingual
    kinds: tuple[str, ...]


SUPPORT: Final[Mapping[str, Support]] = {
    "money": Support(
        Bilingual("补助奖励", "Subsidies and rewards"),
        Bilingual("补助、资助、奖励", "subsidies, grants, rewards"),
        ("subsidy", "grant", "reward"),
    ),
    "tax": Support(
        Bilingual("税费减免", "Taxes and charges"),
        Bilingual("免征、优惠税率、缓缴、减免收费", "exemptions, reduced rates, deferral, charges waived"),
        ("exemption", "tax_rate", "tax_base_reduction", "fee_waiver", "deferral"),
    ),
    "finance": Support(
        Bilingual("融资担保", "Finance and guarantees"),
        Bilingual("贴息、担保、贷款额度", "interest subsidies, guarantees, loan limits"),
        ("interest", "guarantee", "loan_limit"),
    ),
    "market": Support(
        Bilingual("采购与优先", "Procurement and priority"),
        Bilingual("评审价格扣除、优先", "price deductions in evaluation, priority"),
        ("price_deduction", "priority"),
    ),
    "service": Support(
        Bilingual("准入与服务", "Access and services"),
        Bilingual("放宽准入、办事时限、公共服务", "easier access, time limits, public services"),
        ("access", "other"),
    ),
}
DONE: Final = ("done", "yes_no")
CHINESE_UNITS: Final = {"platforms": "个", "inspections": "次"}
ENGLISH_UNITS: Final = {
    "工作日": " working days",
    "平方米": " m²",
    "platforms": " platforms",
    "inspections": " inspections",
}
HOW: Final[Mapping[TargetKind, Bilingual]] = {
    TargetKind.YEARLY_ADDITION: Bilingual("每年", "every year "),
    TargetKind.GROWTH: Bilingual("增长", "growth of "),
}
COMPARED: Final[Mapping[str, Bilingual]] = {
    ">=": Bilingual("不低于", "at least "),
    ">": Bilingual("超过", "more than "),
    "<=": Bilingual("不超过", "at most "),
    "<": Bilingual("低于", "less than "),
    "=": Bilingual("", ""),
}


def duration_words(duration: Duration) -> Bilingual:
    """
    >>> duration_words(Duration(7, Unit.WORKING_DAYS))
    Bilingual(zh='7个工作日', en='7 working days')
    >>> duration_words(Duration(1, Unit.MONTHS)).en
    '1 month'
    """
    zh, en = UNIT_WORDS[duration.unit]
    said = en.format(duration.n)
    return Bilingual(zh.format(duration.n), said.removesuffix("s") if duration.n == 1 else said)


def target_words(target: Target) -> Bilingual:
    """The figures of a target with their days; the note where the text names none."""
    if not target.values:
        return target.note or Bilingual("没有数字目标", "no figure is named")
    said = [value_of_target(target, value) for value in target.values]
    return Bilingual("；".join(s.zh for s in said), "; ".join(s.en for s in said))


def value_of_target(target: Target, value: TargetValue) -> Bilingual:
    if target.unit in DONE:
        return Bilingual("完成", "to be done")
    compared = COMPARED.get(target.cmp, COMPARED["="])
    ends = [end for end in (value.value, value.up_to) if end is not None]
    zh = compared.zh + "至".join(figure_words(end, target.unit, "zh") for end in ends)
    en = compared.en + " to ".join(figure_words(end, target.unit, "en") for end in ends)
    day, how = day_of_target(value), HOW.get(target.kind, Bilingual("", ""))
    return Bilingual(day.zh + how.zh + zh, how.en + en + day.en)


def figure_words(figure: Fraction, unit: str, language: Language) -> str:
    """A figure of a target; units are as the documents print them, counting words have no English.

    >>> figure_words(Fraction(60), "家/年", "en"), figure_words(Fraction(3, 10), "ratio", "zh")
    ('60 a year', '30%')
    """
    base, _, each = unit.partition("/")
    yearly = each in ("年", "year")
    per = (
        ""
        if not each
        else (" a year" if yearly else " each")
        if language == "en"
        else f"/{'年' if yearly else each}"
    )
    if base in ("ratio", "growth_ratio"):
        return quantity(figure, Type.RATIO, None, language) + per
    if base == "CNY":
        return money_words(figure, language) + per
    if base == "亿元" and language == "en":
        return money_words(figure * YI, language) + per
    if base == "multiple":
        return f"{counted(figure, None, language)}{'倍' if language == 'zh' else ' times'}"
    if language == "zh":
        return counted(figure, None, language) + CHINESE_UNITS.get(base, base) + per
    return f"{counted(figure, None, language)}{ENGLISH_UNITS.get(base, '')}{per}"


def day_of_target(value: TargetValue) -> Bilingual:
    if value.year is not None:
        return Bilingual(f"{value.year}年", f" in {value.year}")
    if value.by is not None:
        zh = quantity(value.by, Type.DATE, None, "zh")
        return Bilingual(f"到{zh}", f" by {value.by.isoformat()}")
    if value.first is not None:
        zh = quantity(value.first, Type.DATE, None, "zh")
        until = Bilingual("", "")
        if value.last is not None:
            until = Bilingual(
                f"至{quantity(value.last, Type.DATE, None, 'zh')}", f" to {value.last.isoformat()}"
            )
        return Bilingual(f"{zh}{until.zh or '起'}", f" from {value.first.isoformat()}{until.en}")
    return Bilingual("", "")

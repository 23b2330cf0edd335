"""A measure as a whole in words: for whom, what it gives, and what the verdict means."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Final

from huiqi.base.bilingual import Bilingual
from huiqi.measures.expressions import Choice, Constant, Type
from huiqi.measures.sentences import YUAN, Quantity, Speaker
from huiqi.measures.types import Award, Measure, Period, Verdict, VerdictKind
from huiqi.measures.words import Language, quantity

AUDIENCES: Final[Mapping[str, Bilingual]] = {
    "enterprise": Bilingual("企业", "enterprises"),
    "bidder": Bilingual("参加投标的企业", "enterprises that bid"),
    "bank": Bilingual("银行", "banks"),
    "guarantor": Bilingual("担保机构", "guarantee institutions"),
    "microloan_company": Bilingual("小额贷款公司", "microloan companies"),
    "agency": Bilingual("中介服务机构", "service agencies"),
    "service_platform": Bilingual("服务平台", "service platforms"),
    "incubator": Bilingual("孵化器、基地和园区", "incubators, bases and parks"),
    "individual": Bilingual("个人", "individuals"),
    "department": Bilingual("部门", "departments"),
    "other": Bilingual("其他主体", "others"),
}
AWARDS: Final[Mapping[str, Bilingual]] = {
    "subsidy": Bilingual("补助", "subsidy"),
    "grant": Bilingual("资助", "grant"),
    "reward": Bilingual("奖励", "reward"),
    "interest": Bilingual("贴息", "interest subsidy"),
    "exemption": Bilingual("免征", "exemption"),
    "fee_waiver": Bilingual("减免收费", "charge waived or cut"),
    "tax_rate": Bilingual("优惠税率", "reduced tax"),
    "tax_base_reduction": Bilingual("税基减少额", "reduction of the tax base"),
    "price_deduction": Bilingual("评审价格扣除", "price deduction for evaluation"),
    "guarantee": Bilingual("担保支持", "guarantee"),
    "loan_limit": Bilingual("贷款额度", "loan limit"),
    "deferral": Bilingual("延期", "deferral"),
    "priority": Bilingual("优先", "priority"),
    "access": Bilingual("准入或服务", "access or service"),
    "other": Bilingual("支持", "support"),
}


def who_words(measure: Measure, place: Bilingual | None) -> Bilingual:
    """Audience, place and period."""
    audience = AUDIENCES.get(measure.audience, Bilingual(measure.audience, measure.audience))
    where = place if measure.region else None
    zh = (f"{where.zh}的" if where else "") + audience.zh
    en = audience.en + (f" in {where.en}" if where else "")
    return Bilingual(zh + period_words(measure.period, "zh"), en + period_words(measure.period, "en"))


def period_words(period: Period, language: Language) -> str:
    first, last = (
        quantity(day, Type.DATE, None, language) if day is not None else ""
        for day in (period.first, period.last)
    )
    if language == "en":
        said = " ".join(part for part in (first and f"from {first}", last and f"until {last}") if part)
        return f", {said}" if said else ""
    said = f"{first}起" if first and not last else f"至{last}止" if last and not first else f"{first}至{last}"
    return f"（{said}）" if first or last else ""


def award_words(measure: Measure, speaker: Speaker) -> str:
    """What a measure gives, generated from its amount.

    年度应纳税所得额（低于零按零计）的20%, with what the amount is, per what, and whether it is a ceiling.
    """
    award = measure.award
    name = award.amount_is or AWARDS.get(award.kind, AWARDS["other"])
    words = name.in_language(speaker.language)
    per = award.per.in_language(speaker.language) if award.per else ""
    per = speaker.say(f"（每{per.removeprefix('每')}）" if per else "", f" (per {per})" if per else "")
    if award.amount is None:
        return words + per + speaker.say("：", ": ") + undecided(measure, speaker)
    figure = speaker.number(award.amount, unit_of(award))
    if award.ceiling:
        most = "{}，具体由{}核定" if words.startswith("最高") else "最高为{}，具体由{}核定"
        form = speaker.say(most, "at most {}, set by {}")
        by = decided_by(measure, speaker.language)
        figure = form.format(figure, by)
    elif not isinstance(award.amount, Constant | Choice):
        figure = speaker.say("按{}计算", "{}").format(figure)
    return f"{words}{per}{speaker.say('：', ': ')}{figure}"


def unit_of(award: Award) -> Quantity:
    if award.unit == "CNY":
        return YUAN
    return Quantity(Type.RATIO if award.unit == "ratio" else Type.INT, award.unit)


def undecided(measure: Measure, speaker: Speaker) -> str:
    by = decided_by(measure, speaker.language)
    if measure.open:
        left = speaker.say("；", "; ").join(
            text.in_language(speaker.language).rstrip("。.") for text in measure.open
        )
        return speaker.say(
            f"文件未定数额（{left}），由{by}决定", f"left open by the document ({left}); {by} decides"
        )
    return speaker.say(f"由{by}决定", f"{by} decides")


def decided_by(measure: Measure, language: Language) -> str:
    if not measure.decided_by:
        return "主管部门" if language == "zh" else "the authority"
    return ("、" if language == "zh" else ", ").join(measure.decided_by)


def amount_words(measure: Measure, amount: Fraction | None, language: Language) -> str:
    """An amount of a measure in its unit; a ceiling is said as one; empty where there is none."""
    if amount is None:
        return ""
    unit = unit_of(measure.award)
    words = quantity(amount, unit.type, unit.unit, language)
    if not measure.award.ceiling:
        return words
    return f"最高{words}" if language == "zh" else f"at most {words}"


def headline(measure: Measure, verdict: Verdict, missing: Sequence[Bilingual]) -> Bilingual:
    """What the verdict means for the party, in one sentence."""
    return Bilingual(said(measure, verdict, missing, "zh"), said(measure, verdict, missing, "en"))


def said(measure: Measure, verdict: Verdict, missing: Sequence[Bilingual], language: Language) -> str:
    zh = language == "zh"
    names = ("、" if zh else ", ").join(label.in_language(language) for label in missing)
    amount = amount_words(measure, verdict.amount, language)
    by = decided_by(measure, language)
    match verdict.kind:
        case VerdictKind.ELIGIBLE if names:
            return f"符合；算出数额还需：{names}" if zh else f"entitled; the amount still needs: {names}"
        case VerdictKind.ELIGIBLE if amount:
            name = (measure.award.amount_is or AWARDS["other"]).in_language(language)
            if name.startswith("最高"):
                amount = amount.removeprefix("最高")
            return f"符合；{name}：{amount}" if zh else f"entitled; {name}: {amount}"
        case VerdictKind.ELIGIBLE if measure.award.unit != "CNY":
            return f"符合；由{by}办理" if zh else f"entitled; {by} sees to it"
        case VerdictKind.ELIGIBLE:
            return f"符合；数额由{by}决定" if zh else f"entitled; {by} decides how much"
        case VerdictKind.CLAIMABLE:
            return (
                f"主体符合，事情发生并申报后即可认定，届时需要：{names}"
                if zh
                else f"the party fits; once it happens and is claimed this decides: {names}"
            )
        case VerdictKind.REVIEW:
            return (
                f"其余未见不符，须由{by}评判：{names}"
                if zh
                else f"nothing speaks against it; {by} must judge: {names}"
            )
        case VerdictKind.UNKNOWN if names:
            return f"尚不能认定，先要知道：{names}" if zh else f"cannot be said yet; first needed: {names}"
        case VerdictKind.UNKNOWN:
            return "现有信息不能得出结果" if zh else "what is known gives no answer"
        case VerdictKind.INELIGIBLE:
            return "不符合" if zh else "not entitled"
        case VerdictKind.OUT_OF_SCOPE:
            return "不在适用对象、地域或期间内" if zh else "another audience, place or time"

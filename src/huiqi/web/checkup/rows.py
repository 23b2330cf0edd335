"""The running result as the pages show it: a row for each measure, by verdict, and how they combine."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from huiqi.base.bilingual import Bilingual
from huiqi.checkups.outcome import Outcome
from huiqi.measures.combine import Beaten, Entitlement
from huiqi.measures.measure_words import amount_words, decided_by
from huiqi.measures.types import Measure, VerdictKind
from huiqi.measures.types import Outcome as Came
from huiqi.measures.words import LANGUAGES, money_words
from huiqi.packs.findings import WHY

MOST_NAMES: Final = 6
SHOWN: Final = (
    VerdictKind.ELIGIBLE, VerdictKind.CLAIMABLE, VerdictKind.UNKNOWN, VerdictKind.INELIGIBLE, VerdictKind.REVIEW,
)  # fmt: skip
BADGES: Final = {
    VerdictKind.ELIGIBLE: Bilingual("符合", "Entitled"),
    VerdictKind.CLAIMABLE: Bilingual("待申报", "Fits when it happens"),
    VerdictKind.REVIEW: Bilingual("待评审", "To be judged"),
    VerdictKind.UNKNOWN: Bilingual("待补充", "Tell us more"),
    VerdictKind.INELIGIBLE: Bilingual("不符合", "Missed"),
}
TITLES: Final = {
    VerdictKind.ELIGIBLE: Bilingual("可以享受", "Entitled"),
    VerdictKind.CLAIMABLE: Bilingual("事项发生即可申报", "Fits when it happens"),
    VerdictKind.REVIEW: Bilingual("需由部门评审", "For the authority to judge"),
    VerdictKind.UNKNOWN: Bilingual("还需告诉我们", "Tell us more"),
    VerdictKind.INELIGIBLE: Bilingual("差在哪里", "Missed, and by how much"),
}
APART: Final = Bilingual(
    "涉及不同地区的政策，不能相加；选定所在地区重新体检即可得到合计。",
    "Of places that exclude each other, so there is no sum; begin with your place to see one.",
)


@dataclass(frozen=True, slots=True)
class Reason:
    """A line below a measure, with the clause it stands on."""

    words: Bilingual
    clause: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A measure in a list."""

    measure: Measure
    kind: VerdictKind
    said: Bilingual
    clause: str
    reasons: Sequence[Reason] = ()
    open: Sequence[tuple[str, Bilingual]] = ()  # facts that may still be told
    beaten: bool = False

    @property
    def badge(self) -> Bilingual:
        return BADGES[self.kind]


@dataclass(frozen=True, slots=True)
class Group:
    """The measures of one verdict: how many, and as many rows as were asked for."""

    kind: VerdictKind
    count: int
    rows: Sequence[Row]

    @property
    def title(self) -> Bilingual:
        return TITLES[self.kind]

    @property
    def badge(self) -> Bilingual:
        return BADGES[self.kind]

    @property
    def more(self) -> int:
        return self.count - len(self.rows)


@dataclass(frozen=True, slots=True)
class Together:
    """What the entitlements come to together, 从优，不重复享受."""

    value: Fraction  # yuan, of what counts and is known
    valued: int  # measures in it
    unvalued: int  # that count as well, without a known sum of money
    is_apart: bool  # of places that exclude each other, so that there is no sum
    choices: Sequence["Choice"]
    caps: Sequence[Reason]
    staged: Sequence[Reason]

    @property
    def made_of(self) -> Bilingual:
        """What is in the sum, and what is not."""
        n, m = self.valued, self.unvalued
        zh, en = f"{n}项有已知金额", f"{n} with a known sum"
        if m and not n:
            zh, en = f"{m}项可同时享受，金额未定或不以金额计", f"{m} without a known sum"
        elif m:
            zh, en = f"{zh}；另有{m}项可同时享受，金额未定或不以金额计", f"{en}; {m} more count without one"
        if self.staged:
            zh, en = f"{zh}；按先扣除、后计税", f"{en}; deductions taken before rates"
        return Bilingual(zh, en)


@dataclass(frozen=True, slots=True)
class Choice:
    """Measures of one matter of which not all count: the one that does, and why the others do not."""

    best: Row
    others: Sequence[tuple[Row, Bilingual, str]]  # row, why, clause or source
    is_open: bool  # an amount is missing, so it may come out otherwise


def groups_of(outcome: Outcome, *, most: int) -> list[Group]:
    """Every verdict there is, with its first rows."""
    counts = outcome.findings.assessment.counts()
    return [Group(kind, counts[kind], rows_of(outcome, kind, 0, most)) for kind in SHOWN if counts.get(kind)]


def rows_of(outcome: Outcome, kind: VerdictKind, first: int, end: int) -> list[Row]:
    """Some of the rows of one verdict: what is worth most, or was missed by least, first."""
    if kind is VerdictKind.INELIGIBLE:
        return [missed_row(outcome, e) for e in outcome.nearest[first:end]]
    if kind is VerdictKind.ELIGIBLE:
        return [entitled_row(outcome, e) for e in outcome.findings.best_first()[first:end]]
    return [waiting_row(outcome, e) for e in outcome.findings.of_kind(kind)[first:end]]


def entitled_row(outcome: Outcome, entitlement: Entitlement) -> Row:
    found, measure = outcome.findings, entitlement.measure
    beaten = next((b for b in found.assessment.combination.beaten if b.measure == measure.key), None)
    reasons = [Reason(*because(outcome, beaten))] if beaten is not None else []
    return Row(
        measure,
        VerdictKind.ELIGIBLE,
        with_worth(without_verdict(found.explained(entitlement).headline), entitlement),
        clause_of(outcome, measure),
        reasons,
        told(outcome, outcome.open_facts(measure.key)),
        beaten is not None,
    )


def without_verdict(headline: Bilingual) -> Bilingual:
    """The headline beside a badge that says the verdict already."""
    en = headline.en.removeprefix("entitled; ")
    return Bilingual(headline.zh.removeprefix("符合；"), en[:1].upper() + en[1:])


def with_worth(words: Bilingual, entitlement: Entitlement) -> Bilingual:
    """What a tax or a rate is worth to the firm, where that is another sum than the amount."""
    value = entitlement.verdict.value
    if value is None or value == entitlement.verdict.amount:
        return words
    zh, en = (money_words(value, language) for language in LANGUAGES)
    return Bilingual(f"{words.zh}，折合优惠{zh}", f"{words.en}, worth {en}")


def waiting_row(outcome: Outcome, entitlement: Entitlement) -> Row:
    measure, verdict = entitlement.measure, entitlement.verdict
    facts = outcome.open_facts(measure.key)
    names = labels(outcome, facts)
    match verdict.kind:
        case VerdictKind.CLAIMABLE:
            words = Bilingual(
                f"发生后申报即可认定，届时说明：{names.zh}",
                f"Once it happens and is claimed, say: {names.en}",
            )
        case VerdictKind.REVIEW:
            by = [decided_by(measure, language) for language in LANGUAGES]
            words = Bilingual(f"其余未见不符，由{by[0]}评判：{names.zh}", f"{by[1]} must judge: {names.en}")
        case _:
            words = Bilingual("现有信息还不能得出结果", "What is known gives no answer yet")
            if facts:
                words = Bilingual("还需知道", "Still needed")
    return Row(measure, verdict.kind, words, clause_of(outcome, measure), (), told(outcome, facts))


def missed_row(outcome: Outcome, entitlement: Entitlement) -> Row:
    """By how much, in words; each with the clause that sets the limit."""
    x = outcome.findings.explained(entitlement)
    slug = x.measure.pack
    reasons = [
        Reason(c.gap if c.gap.zh else c.sentence, outcome.findings.clause_name(slug, c.clause))
        for c in x.conditions
        if c.outcome is Came.NOT_MET
    ]
    near = Bilingual("", "")
    return Row(x.measure, VerdictKind.INELIGIBLE, near, clause_of(outcome, x.measure), reasons)


def clause_of(outcome: Outcome, measure: Measure) -> str:
    return outcome.findings.clause_name(measure.pack, measure.clause)


def told(outcome: Outcome, facts: Iterable[str]) -> list[tuple[str, Bilingual]]:
    kinds = outcome.state.interview.rules.kinds
    return [(fact, kinds[fact].label) for fact in facts][:MOST_NAMES]


def labels(outcome: Outcome, facts: Sequence[str]) -> Bilingual:
    found = [label for _, label in told(outcome, facts)]
    zh, en = "、".join(label.zh for label in found), ", ".join(label.en for label in found)
    if len(facts) > len(found):
        return Bilingual(f"{zh}等{len(facts)}项", f"{en} and {len(facts) - len(found)} more")
    return Bilingual(zh, en)


# --- together ---


def together(outcome: Outcome) -> Together:
    found = outcome.findings
    combination = found.assessment.combination
    by_key = {e.measure.key: e for e in found.of_kind(VerdictKind.ELIGIBLE)}
    kept = [by_key[key] for key in combination.kept if key in by_key]
    valued = sum(e.verdict.value is not None for e in kept)
    return Together(
        combination.value,
        valued,
        len(kept) - valued,
        are_apart({e.measure.region for e in kept if e.measure.region}),
        [
            *choices(outcome, by_key, combination.beaten),
            *choices(outcome, by_key, combination.undecided, is_open=True),
        ],
        [cap_reason(cap.matter, cap.reading, cap.total) for cap in found.cap_sums()],
        list(staged_reasons(outcome)),
    )


def are_apart(regions: Collection[str]) -> bool:
    """Whether no party can be in all of these places at once.

    >>> are_apart({"37", "3702"}), are_apart({"3702", "63"})
    (False, True)
    """
    longest = max(regions, key=len, default="")
    return not all(longest.startswith(region) for region in regions)


def choices(
    outcome: Outcome, by_key: dict[str, Entitlement], beaten: Iterable[Beaten], *, is_open: bool = False
) -> Iterator[Choice]:
    groups: dict[str, list[Beaten]] = {}
    for one in beaten:
        if one.by in by_key and one.measure in by_key:
            groups.setdefault(one.by, []).append(one)
    for by, lost in groups.items():
        others = [
            (entitled_row(outcome, by_key[b.measure]), WHY[b.why], source(outcome, b.because)) for b in lost
        ]
        yield Choice(entitled_row(outcome, by_key[by]), others, is_open)


def because(outcome: Outcome, beaten: Beaten) -> tuple[Bilingual, str]:
    """Why a measure does not count, and the clause that says so."""
    other = outcome.findings.library.measure(beaten.by)
    title = other.title if other is not None else Bilingual(beaten.by, beaten.by)
    why = WHY[beaten.why]
    return Bilingual(f"{why.zh}：{title.zh}", f"{why.en}: {title.en}"), source(outcome, beaten.because)


def source(outcome: Outcome, text: str) -> str:
    """``pack/clause`` as it is cited; an outside source as it stands."""
    slug, slash, clause = text.partition("/")
    known = slash and slug in outcome.findings.library.packs
    return outcome.findings.clause_name(slug, clause) if known else text


def cap_reason(matter: Bilingual, reading: Bilingual, total: Fraction) -> Reason:
    zh, en = (money_words(total, language) for language in LANGUAGES)
    return Reason(
        Bilingual(f"{matter.zh}（{reading.zh}）：合计{zh}", f"{matter.en} ({reading.en}): {en} in all")
    )


def staged_reasons(outcome: Outcome) -> Iterator[Reason]:
    """What comes out otherwise because deductions are taken before rates."""
    for key, verdict in outcome.findings.assessment.staged.items():
        measure = outcome.findings.library.measure(key)
        if measure is not None:
            zh = amount_words(measure, verdict.amount, "zh") or BADGES[verdict.kind].zh
            en = amount_words(measure, verdict.amount, "en") or BADGES[verdict.kind].en
            yield Reason(
                Bilingual(
                    f"先扣除后计税时，{measure.title.zh}：{zh}",
                    f"With deductions taken first, {measure.title.en}: {en}",
                ),
                clause_of(outcome, measure),
            )

"""One question on the page, and what is typed in reply."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from huiqi.base.bilingual import Bilingual
from huiqi.checkups.outcome import Outcome
from huiqi.matching.answers import Reply, read_reply
from huiqi.matching.ask import Question
from huiqi.measures.expressions import Type, Value
from huiqi.measures.types import FactKind, Measure
from huiqi.measures.words import assertion, value_words
from huiqi.web.shared.controls import choices_of, control_of, typed, unit_of, with_percent

LONGEST_REPLY: Final = 200
MOST_EXAMPLES: Final = 3
YUAN: Final = (
    ("wan", Bilingual("万元", "10,000 yuan")),
    ("", Bilingual("元", "yuan")),
    ("yi", Bilingual("亿元", "100 million yuan")),
)
SIZES: Final[Mapping[str, str]] = {"wan": "万", "yi": "亿"}


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as the page shows it."""

    fact: str
    kind: FactKind
    words: Bilingual
    control: str  # yes_no, choice, day, text, money or number
    unit: Bilingual | None  # what stands behind the field
    choices: Sequence[tuple[str, Bilingual]]
    hint: Bilingual | None
    waiting: int  # measures that wait for it
    settled: int  # of which it settles this many alone
    examples: Sequence[Measure]
    towards: Sequence[tuple[str, Bilingual]]  # what it helps to work out, which may be told instead
    before: str  # what was replied before, as it would be typed; empty for the first time

    @property
    def stake(self) -> Bilingual:
        """How much hangs on it."""
        zh, en = f"关系到{self.waiting}项政策", f"Bears on {measures(self.waiting)}"
        if not self.settled:
            return Bilingual(zh, en)
        zh_all, en_all = (f"，共{zh}", f", {en.lower()} in all") if self.waiting > self.settled else ("", "")
        return Bilingual(
            f"回答后可判定{self.settled}项政策{zh_all}", f"Settles {measures(self.settled)} at once{en_all}"
        )


def measures(count: int) -> str:
    return f"{count} measure" if count == 1 else f"{count} measures"


def asked_now(outcome: Outcome) -> Asked | None:
    """The question that matters most now."""
    question = outcome.question
    return asked_as(question, outcome) if question is not None else None


def asked_about(fact: str, outcome: Outcome) -> Asked:
    """The question about a fact that the firm itself chose to tell or to change."""
    about = outcome.state.interview
    kind = about.rules.kinds[fact]
    keys = tuple(about.rules.measures[place].key for place in about.bearing.get(fact, ()))
    question = Question(fact=fact, kind=kind, bears_on=keys, towards=(), score=Fraction(0))
    return asked_as(question, outcome)


def asked_as(question: Question, outcome: Outcome) -> Asked:
    kind, kinds = question.kind, outcome.state.interview.rules.kinds
    found = [outcome.findings.library.measure(key) for key in question.bears_on[:MOST_EXAMPLES]]
    value = outcome.state.stated.get(question.fact)
    return Asked(
        fact=question.fact,
        kind=kind,
        words=question_words(kind),
        control=control_of(kind),
        unit=unit_of(kind),
        choices=choices_of(kind),
        hint=hint_of(kind),
        waiting=len(question.bears_on),
        settled=outcome.settled_by(question.fact),
        examples=[measure for measure in found if measure is not None],
        towards=[(name, kinds[name].label) for name in question.towards],
        before=typed(value, kind) if value is not None else "",
    )


def question_words(kind: FactKind) -> Bilingual:
    """The label as a question.

    >>> question_words(FactKind("x", Type.BOOL, Bilingual("是否有出口实绩", "has exports"))).en
    'Has exports?'
    """
    zh, en = kind.label.zh.rstrip("？?"), kind.label.en.rstrip("?")
    if kind.type is Type.BOOL and "是否" not in zh:
        zh = f"是否{zh}"
    return Bilingual(f"{zh}？", f"{en[:1].upper()}{en[1:]}?")


def hint_of(kind: FactKind) -> Bilingual | None:
    """Who would know it, where that is not the firm as it stands."""
    if kind.judged:
        return Bilingual(
            "由主管部门评判；已有结论的可以填写，没有的请跳过。",
            "For the authority to judge: tell it if it was decided already, otherwise pass it over.",
        )
    if kind.about == "claim":
        return Bilingual(
            "说的是要申报的事项；事项尚未发生的请跳过。",
            "About what would be claimed: pass it over if it has not happened yet.",
        )
    return None


def read_typed(text: str, kind: FactKind, *, size: str = "") -> Reply:
    """What was typed in the field with the unit beside it.

    >>> revenue = FactKind("x", Type.MONEY, Bilingual("营业收入", "revenue"), unit="CNY")
    >>> [read_typed(t, revenue, size="wan")[0] for t in ("300", "300万", "3,000,000元")]
    [Fraction(3000000, 1), Fraction(3000000, 1), Fraction(3000000, 1)]
    >>> share = FactKind("y", Type.RATIO, Bilingual("占比", "share"))
    >>> read_typed("30", share)[0], read_typed("30%", share)[0]
    (Fraction(3, 10), Fraction(3, 10))
    """
    tidy = unicodedata.normalize("NFKC", text).strip()
    if not tidy:
        return None, nothing_typed(kind)
    if len(tidy) > LONGEST_REPLY:
        return None, Bilingual(
            f"太长，最多{LONGEST_REPLY}个字", f"too long: at most {LONGEST_REPLY} characters"
        )
    tidy = with_percent(tidy, kind)
    if control_of(kind) == "money" and tidy[-1:].isdecimal():
        tidy += SIZES.get(size, "")
    return read_reply(tidy, kind)


def nothing_typed(kind: FactKind) -> Bilingual:
    if kind.type in (Type.BOOL, Type.ENUM):
        return Bilingual(
            "请选择一项；不清楚的可以跳过", "Choose one; pass the question over if you do not know"
        )
    return Bilingual("请填写；不清楚的可以跳过", "Fill it in; pass the question over if you do not know")


def said(kind: FactKind, value: Value) -> Bilingual:
    """A fact that was told, as a statement."""
    if isinstance(value, bool):
        return Bilingual(assertion(kind, value, "zh"), assertion(kind, value, "en"))
    return Bilingual(
        f"{kind.label.zh}：{value_words(value, kind, 'zh')}",
        f"{kind.label.en}: {value_words(value, kind, 'en')}",
    )

"""Ceilings (封顶): over what each adds up, what it comes to for one claim, and how much is left."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from huiqi.base.bilingual import Bilingual
from huiqi.base.money import yuan
from huiqi.forms.types import Rule
from huiqi.funds.figures import Ground, Open
from huiqi.funds.ledger import names
from huiqi.funds.types import Cap, CapPer, Fund, Programme
from huiqi.measures.expressions import Constant, Type

PER_NAMES: Final = {
    CapPer.CASE: Bilingual("每件", "per case"),
    CapPer.PARTY: Bilingual("每个主体", "per party"),
    CapPer.PARTY_YEAR: Bilingual("每个主体每年", "per party and year"),
    CapPer.PERSON: Bilingual("每人", "per person"),
    CapPer.PROGRAMME: Bilingual("每个支出方向", "per programme"),
    CapPer.REGION: Bilingual("每个地区", "per region"),
    CapPer.DOCUMENT: Bilingual("本文件合计", "per document"),
    CapPer.FUND: Bilingual("资金合计", "per fund"),
}


@dataclass(frozen=True, slots=True)
class Drawing:
    """Money somebody is about to be given; amounts in yuan."""

    fund: str  # pack/id
    pack: str
    year: int
    case: str
    party: str
    person: str
    region: str
    measure: str
    programme: str
    amount: Fraction


@dataclass(frozen=True, slots=True)
class Ceiling:
    """A cap as it stands for one claim, before the claim is given anything."""

    cap: Cap
    limit: Fraction | Open
    used: Fraction
    asked: Fraction

    @property
    def left(self) -> Fraction | None:
        """What may still be given; None where the limit is not known."""
        return None if isinstance(self.limit, Open) else max(self.limit - self.used, Fraction(0))

    @property
    def is_in_the_way(self) -> bool:
        """Not where it is only another reading of the text."""
        return not self.cap.reading and (self.left is None or self.asked > self.left)

    def in_words(self) -> Bilingual:
        """Limit, used, left and clause."""
        per, clause = PER_NAMES[self.cap.per], self.cap.clause or self.cap.id
        if isinstance(self.limit, Open):
            unknown = self.limit.in_words(self.cap.limit)
            return Bilingual(
                f"封顶（{per.zh}，{clause}）：{unknown.zh}", f"Cap {per.en}, {clause}: {unknown.en}"
            )
        limit, used, left = yuan(self.limit), yuan(self.used), yuan(self.left or Fraction(0))
        return Bilingual(
            f"超过封顶（{per.zh}，{clause}）：限额 {limit} 元，已用 {used} 元，还剩 {left} 元，"
            f"本次 {yuan(self.asked)} 元",
            f"Over the cap {per.en}, {clause}: limit {limit}, used {used}, left {left}, "
            f"asked for {yuan(self.asked)} yuan",
        )


def caps_for(fund: Fund, drawing: Drawing) -> Iterator[Cap]:
    """The caps of a fund that concern a claim, the limit of its programme among them."""
    own = drawing.fund == f"{fund.pack}/{fund.id}"
    for cap in fund.caps:
        concerned = not cap.measures or names(cap.measures, fund.pack, drawing.measure)
        if concerned and (own or cap.per is CapPer.DOCUMENT):
            yield cap
    for programme in fund.programmes if own else ():
        if programme.id == drawing.programme and programme.limit is not None:
            yield limit_of_programme(programme, programme.limit)


def limit_of_programme(programme: Programme, limit: Fraction) -> Cap:
    """A line of the budget is a cap of its own; see `reach`."""
    rule = Rule(yuan(limit), Constant(limit, Type.MONEY))
    return Cap(f"{PROGRAMME_LIMIT}{programme.id}", CapPer.PROGRAMME, rule, clause=programme.title.zh)


PROGRAMME_LIMIT: Final = "limit of "


def reach(cap: Cap, drawing: Drawing) -> Mapping[str, str | int]:
    """Which grants count towards a cap: those that have all these.

    A cap per person counts the person wherever he is; where the claim names nobody, the case counts as one person.
    The limit of a programme is that of a year's budget.
    """
    match cap.per:
        case CapPer.CASE:
            wanted: dict[str, str | int] = {"case": drawing.case}
        case CapPer.PARTY:
            wanted = {"party": drawing.party}
        case CapPer.PARTY_YEAR:
            wanted = {"party": drawing.party, "year": drawing.year}
        case CapPer.PERSON:
            wanted = {"person": drawing.person} if drawing.person else {"case": drawing.case}
        case CapPer.PROGRAMME:
            wanted = {"programme": drawing.programme}
            if cap.id.startswith(PROGRAMME_LIMIT):
                wanted["year"] = drawing.year
        case CapPer.REGION:
            wanted = {"region": drawing.region}
        case CapPer.DOCUMENT:
            return {"pack": drawing.pack}
        case CapPer.FUND:
            wanted = {}
    return {"fund": drawing.fund, **wanted}


def counted_measures(cap: Cap, pack: str) -> tuple[str, ...]:
    """Full names of the measures that count; empty: all."""
    return tuple(name if "/" in name else f"{pack}/{name}" for name in cap.measures)


def ceiling(cap: Cap, *, ground: Ground, used: Fraction, asked: Fraction) -> Ceiling:
    """What a cap comes to over the facts of the claim."""
    return Ceiling(cap, ground.amount(cap.limit), used, asked)

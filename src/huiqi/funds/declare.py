"""From what a pack declares under `funds` to funds."""

from collections.abc import Iterator
from datetime import date
from fractions import Fraction

from pydantic import Field as Key
from pydantic import model_validator

from huiqi.base.bilingual import Bilingual
from huiqi.base.problem import Problem
from huiqi.forms.declare import At, LengthModel, PartModel, RuleReader, Scope
from huiqi.forms.references import ClauseId, MeasureId, RegisterId, UserName
from huiqi.funds.types import (
    Budget,
    Cap,
    CapPer,
    Fund,
    FundKind,
    Lending,
    Losses,
    LossShare,
    Programme,
    Source,
    Stakes,
    Vouchers,
    YearEnd,
)
from huiqi.measures.declare import FACT_NAME, RuleText, Strict
from huiqi.measures.expressions import Domain, FactRef, Type

FUND_NAMES = {
    ref.name: ref
    for ref in (
        FactRef("loss", Type.MONEY, Domain()),  # of the loan, issue or guarantee concerned
        FactRef("principal", Type.MONEY, Domain()),
        FactRef("days_used", Type.INT, Domain()),
        FactRef("days_overdue", Type.INT, Domain()),
        FactRef("balance", Type.MONEY, Domain()),
        FactRef("expense", Type.MONEY, Domain()),  # what the party spent
    )
}
"""What rules of a fund may name besides facts."""


class SourceModel(Strict):
    by: UserName
    share: RuleText | None = None
    amount: RuleText | None = None


class BudgetModel(Strict):
    amount: RuleText
    from_: date | None = Key(default=None, alias="from")
    year: int | None = Key(default=None, ge=1990, le=2100)
    yearly: bool = False


class ProgrammeModel(Strict):
    id: str = Key(pattern=FACT_NAME)
    zh: str
    en: str
    measures: list[MeasureId] = Key(default_factory=list)
    limit: RuleText | None = None


class CapModel(Strict):
    id: str = Key(pattern=FACT_NAME)
    per: CapPer
    limit: RuleText
    measures: list[MeasureId] = Key(default_factory=list)
    clause: ClauseId | None = None
    reading: bool = False


class LossShareModel(Strict):
    bearer: UserName
    share: RuleText


class LossesModel(Strict):
    shares: list[LossShareModel] = Key(default_factory=list)
    ceiling: RuleText | None = None
    when: RuleText | None = None


class LendingModel(Strict):
    longest: LengthModel | None = None
    fee: RuleText | None = None
    subsidy: RuleText | None = None
    through: RegisterId | None = None


class VouchersModel(Strict):
    face: RuleText | None = None
    valid: LengthModel | None = None
    covers: RuleText | None = None
    providers: RegisterId | None = None


class StakesModel(Strict):
    amount: RuleText | None = None
    largest_share: RuleText | None = None
    exit_after: LengthModel | None = None
    holdings: RegisterId | None = None


NEEDS = {
    FundKind.RISK_POOL: "losses",
    FundKind.GUARANTEES: "losses",
    FundKind.LOANS: "lending",
    FundKind.VOUCHERS: "vouchers",
    FundKind.STAKES: "stakes",
}
"""The section each kind of fund has beyond what all have."""


class FundModel(PartModel):
    """A fund, as funds.yaml and systems.yaml give it."""

    kind: FundKind
    manager: list[UserName] = Key(default_factory=list)
    payer: list[UserName] = Key(default_factory=list)
    sources: list[SourceModel] = Key(default_factory=list)
    budgets: list[BudgetModel] = Key(default_factory=list)
    programmes: list[ProgrammeModel] = Key(default_factory=list)
    measures: list[MeasureId] = Key(default_factory=list)
    caps: list[CapModel] = Key(default_factory=list)
    once: bool = False
    exclusive: list[list[MeasureId]] = Key(default_factory=list)
    four_eyes: bool = True
    year_end: YearEnd = YearEnd.CARRIES_OVER
    refill_below: RuleText | None = None
    vouches_with: list[str] = Key(default_factory=list)
    losses: LossesModel | None = None
    lending: LendingModel | None = None
    vouchers: VouchersModel | None = None
    stakes: StakesModel | None = None

    @model_validator(mode="after")
    def has_the_section_of_its_kind(self) -> "FundModel":
        wanted = NEEDS.get(self.kind)
        for name in sorted(set(NEEDS.values())):
            if getattr(self, name) is not None and name != wanted:
                raise ValueError(f"a fund of kind {self.kind} has no {name}")
        if wanted and getattr(self, wanted) is None:
            raise ValueError(f"a fund of kind {self.kind} needs {wanted}")
        return self


def declare_fund(
    model: FundModel, *, scope: Scope, at: At, template: str | None = None
) -> tuple[Fund, list[Problem]]:
    """A fund with its rules and figures read; each problem names its line."""
    reader = RuleReader(scope.with_names(FUND_NAMES), at)
    fund = Fund(
        id=model.id,
        pack=scope.pack,
        title=model.title.as_value(),
        clauses=tuple(model.clauses),
        kind=model.kind,
        manager=tuple(model.manager),
        payer=tuple(model.payer),
        sources=tuple(declare_sources(model, reader)),
        budgets=tuple(declare_budgets(model, reader)),
        programmes=tuple(declare_programmes(model, reader)),
        measures=tuple(dict.fromkeys([*model.measures, *(m for p in model.programmes for m in p.measures)])),
        caps=tuple(declare_caps(model, reader)),
        once=model.once,
        exclusive=tuple(tuple(group) for group in model.exclusive),
        four_eyes=model.four_eyes,
        year_end=model.year_end,
        refill_below=reader.figure(model.refill_below, "refill_below"),
        vouches_with=tuple(model.vouches_with),
        losses=declare_losses(model.losses, reader),
        lending=declare_lending(model.lending, reader),
        vouchers=declare_vouchers(model.vouchers, reader),
        stakes=declare_stakes(model.stakes, reader),
        template=template,
        note=model.note.as_value() if model.note else None,
    )
    for text, *path in fund_faults(fund):
        reader.refuse(text, *path)
    return fund, reader.problems


def declare_sources(model: FundModel, reader: RuleReader) -> Iterator[Source]:
    for index, source in enumerate(model.sources):
        share = reader.figure(source.share, "sources", index, "share", kind=Type.RATIO)
        yield Source(source.by, share, reader.figure(source.amount, "sources", index, "amount"))


def declare_budgets(model: FundModel, reader: RuleReader) -> Iterator[Budget]:
    for index, budget in enumerate(model.budgets):
        amount = reader.figure(budget.amount, "budgets", index, "amount")
        if amount is not None:
            yield Budget(amount, budget.from_, budget.year, budget.yearly)


def declare_programmes(model: FundModel, reader: RuleReader) -> Iterator[Programme]:
    for index, item in enumerate(model.programmes):
        limit = reader.figure(item.limit, "programmes", index, "limit")
        yield Programme(item.id, Bilingual(item.zh, item.en), tuple(item.measures), limit)


def declare_caps(model: FundModel, reader: RuleReader) -> Iterator[Cap]:
    for index, cap in enumerate(model.caps):
        limit = reader.formula(cap.limit, "caps", index, "limit")
        if limit is not None:
            yield Cap(cap.id, cap.per, limit, tuple(cap.measures), cap.clause, cap.reading)


def declare_losses(model: LossesModel | None, reader: RuleReader) -> Losses | None:
    if model is None:
        return None
    shares = []
    for index, item in enumerate(model.shares):
        share = reader.figure(item.share, "losses", "shares", index, "share", kind=Type.RATIO)
        shares.append(LossShare(item.bearer, share if share is not None else Fraction(0)))
    ceiling = reader.formula(model.ceiling, "losses", "ceiling")
    return Losses(tuple(shares), ceiling, reader.condition(model.when, "losses", "when"))


def declare_lending(model: LendingModel | None, reader: RuleReader) -> Lending | None:
    if model is None:
        return None
    return Lending(
        longest=model.longest.as_value() if model.longest else None,
        fee=reader.formula(model.fee, "lending", "fee"),
        subsidy=reader.formula(model.subsidy, "lending", "subsidy"),
        through=model.through,
    )


def declare_vouchers(model: VouchersModel | None, reader: RuleReader) -> Vouchers | None:
    if model is None:
        return None
    return Vouchers(
        face=reader.formula(model.face, "vouchers", "face"),
        valid=model.valid.as_value() if model.valid else None,
        covers=reader.figure(model.covers, "vouchers", "covers", kind=Type.RATIO),
        providers=model.providers,
    )


def declare_stakes(model: StakesModel | None, reader: RuleReader) -> Stakes | None:
    if model is None:
        return None
    return Stakes(
        amount=reader.formula(model.amount, "stakes", "amount"),
        largest_share=reader.figure(model.largest_share, "stakes", "largest_share", kind=Type.RATIO),
        exit_after=model.exit_after.as_value() if model.exit_after else None,
        holdings=model.holdings,
    )


def fund_faults(fund: Fund) -> Iterator[tuple[str, *tuple[str | int, ...]]]:
    """What does not add up, and where."""
    if fund.losses and fund.losses.shares and sum(s.share for s in fund.losses.shares) != 1:
        yield "the shares of a loss do not add up to 1", "losses", "shares"
    if sum(s.share for s in fund.sources if s.share is not None) > 1:
        yield "the shares of the sources add up to more than 1", "sources"
    paid = set(fund.measures)
    for index, cap in enumerate(fund.caps):
        for name in sorted(set(cap.measures) - paid):
            yield f"cap {cap.id}: the fund does not pay {name!r}", "caps", index
    for index, group in enumerate(fund.exclusive):
        for name in sorted(set(group) - paid):
            yield f"exclusive: the fund does not pay {name!r}", "exclusive", index

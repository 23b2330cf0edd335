"""From what a pack declares under `indicators` and `targets` to indicators and targets."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from pydantic import Field as Key
from pydantic import model_validator

from huiqi.base.periods import Cadence
from huiqi.base.problem import Problem
from huiqi.forms.declare import At, PartModel, RuleReader, Scope
from huiqi.forms.references import (
    AuthorityName,
    CaseId,
    ClauseId,
    EventId,
    ExchangeId,
    FundId,
    IndicatorId,
    PartyKind,
    RegisterId,
    UserName,
)
from huiqi.indicators.types import (
    Base,
    Indicator,
    Measurement,
    Over,
    Take,
    Target,
    TargetKind,
    TargetValue,
)
from huiqi.measures.declare import IDENTIFIER, BilingualModel, RuleText, Strict

NEED_A_FIELD = frozenset({Take.SUM, Take.AVERAGE, Take.MEDIAN, Take.LARGEST, Take.DIFFUSION, Take.INDEX})


class MeasurementModel(Strict):
    """One figure: `take` over exactly one of the sources."""

    take: Take
    register_: RegisterId | None = Key(default=None, alias="register")
    case: CaseId | None = None
    fund: FundId | None = None
    exchange: ExchangeId | None = None
    event: EventId | None = None
    parties: list[PartyKind] | None = None
    return_: CaseId | None = Key(default=None, alias="return")
    authority: list[UserName] | None = None
    what: str | None = None
    formula: RuleText | None = None
    where: RuleText | None = None
    during: Cadence | None = None
    before: bool = False

    @model_validator(mode="after")
    def has_one_source(self) -> "MeasurementModel":
        named = [over for over in Over if self.source(over)]
        if len(named) != 1:
            raise ValueError(f"is taken over exactly one of {', '.join(Over)}")
        if self.take in NEED_A_FIELD and self.what is None:
            raise ValueError(f"{self.take} needs `what`: the field, fact or movement")
        if (self.take is Take.FORMULA) != (self.formula is not None):
            raise ValueError("take: formula and formula go together")
        return self

    def source(self, over: Over) -> tuple[str, ...]:
        name = f"{over}_" if over in (Over.REGISTER, Over.RETURN) else str(over)
        value = getattr(self, name)
        if not value:
            return ()
        return tuple(value) if isinstance(value, list) else (value,)

    def over(self) -> Over:
        return next(over for over in Over if self.source(over))


class IndicatorModel(PartModel):
    """An indicator, as indicators.yaml and systems.yaml give it."""

    unit: str
    numerator: MeasurementModel
    denominator: MeasurementModel | None = None
    growth: bool = False
    cadence: Cadence = Cadence.YEARLY
    stated_by: list[AuthorityName] = Key(default_factory=list)
    breakdown: list[str] = Key(default_factory=list)
    published: bool = False

    @model_validator(mode="after")
    def growth_has_a_base(self) -> "IndicatorModel":
        if self.growth and self.denominator is None:
            raise ValueError("growth needs a denominator: the figure it grows over")
        return self


class TargetValueModel(Strict):
    value: Decimal
    up_to: Decimal | None = None
    by: date | None = None
    from_: date | None = Key(default=None, alias="from")
    until: date | None = None
    year: int | None = Key(default=None, ge=1990, le=2100)

    @model_validator(mode="after")
    def is_dated_once(self) -> "TargetValueModel":
        given = [self.by is not None, self.from_ is not None, self.year is not None]
        if sum(given) > 1 or (self.until is not None and self.from_ is None):
            raise ValueError("a value has by, or from (and until), or year")
        if not any(given) and "by" not in self.model_fields_set:
            raise ValueError("a value has by, from or year; `by: null` where the text names no day")
        if self.up_to is not None and self.up_to <= self.value:
            raise ValueError("up_to is the upper end of a range, above value")
        return self


class GrowthBaseModel(Strict):
    of: str
    value: Decimal | None = None
    day: date | None = None


class TargetModel(Strict):
    """One entry of targets.yaml."""

    id: str = Key(pattern=IDENTIFIER)
    clause: ClauseId
    indicator: BilingualModel
    unit: str
    kind: TargetKind
    cmp: Literal[">=", ">", "=", "<", "<="]
    values: list[TargetValueModel]
    base: GrowthBaseModel | None = None
    measured_by: IndicatorId | None = None
    note: BilingualModel | None = None

    @model_validator(mode="after")
    def says_what_is_open(self) -> "TargetModel":
        if not self.values and self.note is None:
            raise ValueError("without values a note says what the text leaves open")
        return self


def declare_indicator(
    model: IndicatorModel, *, scope: Scope, at: At, template: str | None = None
) -> tuple[Indicator, list[Problem]]:
    """An indicator; `scope` holds the facts and the fields of whatever it is taken over."""
    reader = RuleReader(scope, at)
    indicator = Indicator(
        id=model.id,
        pack=scope.pack,
        title=model.title.as_value(),
        clauses=tuple(model.clauses),
        unit=model.unit,
        numerator=declare_measurement(model.numerator, reader, "numerator"),
        denominator=declare_measurement(model.denominator, reader, "denominator")
        if model.denominator
        else None,
        is_growth=model.growth,
        cadence=model.cadence,
        stated_by=tuple(model.stated_by),
        breakdown=tuple(model.breakdown),
        published=model.published,
        template=template,
        note=model.note.as_value() if model.note else None,
    )
    return indicator, reader.problems


def declare_measurement(model: MeasurementModel, reader: RuleReader, part: str) -> Measurement:
    over = model.over()
    return Measurement(
        take=model.take,
        over=over,
        of=model.source(over),
        what=model.what,
        formula=reader.formula(model.formula, part, "formula"),
        where=reader.condition(model.where, part, "where"),
        during=model.during,
        before=model.before,
    )


def declare_target(model: TargetModel, *, scope: Scope, at: At) -> tuple[Target, list[Problem]]:
    """A target; values must come in the order of their days."""
    base = model.base
    values = tuple(
        TargetValue(
            value=Fraction(v.value),
            up_to=Fraction(v.up_to) if v.up_to is not None else None,
            by=v.by,
            first=v.from_,
            last=v.until,
            year=v.year,
        )
        for v in model.values
    )
    target = Target(
        id=model.id,
        pack=scope.pack,
        clause=model.clause,
        indicator=model.indicator.as_value(),
        unit=model.unit,
        kind=model.kind,
        cmp=model.cmp,
        values=values,
        base=Base(base.of, Fraction(base.value) if base.value is not None else None, base.day)
        if base
        else None,
        measured_by=model.measured_by,
        note=model.note.as_value() if model.note else None,
    )
    days = [value.by or value.first or date(value.year or 1, 1, 1) for value in values]
    if days != sorted(days):
        return target, [
            Problem(at(("values",)), f"{model.id}: the values are not in the order of their days")
        ]
    return target, []

"""From what a pack declares about facts, parameters and measures to checked values.

The pydantic models are the format (docs/packs.md); editors get their JSON Schema. Each `declare_…` function
takes one valid model and gives the value, or the problems found in its expressions.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from huiqi.base.bilingual import Bilingual
from huiqi.base.problem import Problem
from huiqi.measures.expressions import Constant, Domain, FactRef, Node, Type
from huiqi.measures.read import Vocabulary, read_condition, read_expression
from huiqi.measures.types import AS_OF, Award, Condition, FactKind, Measure, Parameter, Period

IDENTIFIER = r"^[a-z0-9]+([.-][a-z0-9]+)*$"
FACT_NAME = r"^[a-z][a-z0-9_]*$"


def as_rule_text(raw: Any) -> Any:
    """YAML may give a figure or a yes where a rule stands: the text of it is the rule."""
    if isinstance(raw, bool):
        return "true" if raw else "false"
    return f"{raw}" if isinstance(raw, int | float | Decimal) else raw


RuleText = Annotated[str, BeforeValidator(as_rule_text)]


class Strict(BaseModel):
    """A mapping without keys the format does not have."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class BilingualModel(Strict):
    zh: str
    en: str

    def as_value(self) -> Bilingual:
        return Bilingual(self.zh, self.en)


class FactModel(Strict):
    type: Literal["bool", "int", "decimal", "money", "ratio", "date", "text", "enum"]
    zh: str
    en: str
    unit: str | None = None
    about: Literal["party", "claim"] = "party"
    judged: bool = False
    values: dict[str, BilingualModel] = Field(default_factory=dict)
    min: RuleText | None = None
    max: RuleText | None = None
    formula: RuleText | None = None
    clause: str | None = None
    clauses: list[str] = Field(default_factory=list)  # further ones the formula carries out
    source: str | None = None
    note: BilingualModel | str | None = None
    unverified: bool = False

    @model_validator(mode="after")
    def enum_has_values(self) -> "FactModel":
        if (self.type == "enum") != bool(self.values):
            raise ValueError("an enum lists its values, and only an enum does")
        return self


class DatedValueModel(Strict):
    from_: date = Field(alias="from")
    value: RuleText


class ParameterModel(Strict):
    type: Literal["int", "decimal", "money", "ratio"]
    zh: str
    en: str
    source: str
    values: list[DatedValueModel] = Field(min_length=1)
    unit: str | None = None
    note: BilingualModel | str | None = None
    unverified: bool = False


class ConditionModel(Strict):
    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    when: RuleText
    clause: str


class PeriodModel(Strict):
    from_: date | None = Field(default=None, alias="from")
    until: date | None = None
    source: str | None = None


class AwardModel(Strict):
    kind: Literal[
        "subsidy", "grant", "reward", "interest", "exemption", "fee_waiver", "tax_rate", "tax_base_reduction",
        "price_deduction", "guarantee", "loan_limit", "deferral", "priority", "access", "other",
    ]  # fmt: skip
    unit: str | None = None
    per: BilingualModel | None = None
    amount: RuleText | None = None
    amount_is: BilingualModel | None = None
    amount_if_known: bool = False
    ceiling: bool = False
    if_not: Literal["zero", "none"] = "none"
    value: RuleText | None = None
    also: dict[str, RuleText] = Field(default_factory=dict)


class MeasureModel(Strict):
    id: str = Field(pattern=IDENTIFIER)
    title: BilingualModel
    clause: str
    audience: str
    computable: Literal["full", "eligibility_only", "not"]
    period: PeriodModel | None = None
    matter: str | None = None
    stage: Literal["deduction", "exempt_income", "rate"] | None = None
    adjusts: dict[str, RuleText] = Field(default_factory=dict)
    conditions: list[ConditionModel] = Field(min_length=1)
    award: AwardModel
    decided_by: list[str] = Field(default_factory=list)
    claim: dict[str, Any] = Field(default_factory=dict)
    open: list[BilingualModel] = Field(default_factory=list)
    note: BilingualModel | None = None


def declare_reference(name: str, model: FactModel, *, where: str) -> tuple[FactRef, list[Problem]]:
    """A fact as rules name it: type and possible values."""
    problems: list[Problem] = []
    bounds: list[Fraction | date | None] = []
    for edge, text in (("min", model.min), ("max", model.max)):
        bound, found = declare_bound(text, Type(model.type), where=f"{where}.{edge}")
        bounds.append(bound)
        problems += found
    domain = Domain(tuple(model.values), bounds[0], bounds[1])
    return FactRef(name, Type(model.type), domain), problems


def declare_bound(
    text: str | None, kind: Type, *, where: str
) -> tuple[Fraction | date | None, list[Problem]]:
    if text is None:
        return None, []
    source = f"date '{text}'" if kind is Type.DATE and not text.startswith("date") else text
    tree, problems = read_expression(source, vocabulary=Vocabulary({}), where=where)
    if isinstance(tree, Constant) and isinstance(tree.value, Fraction | date):
        return tree.value, problems
    return None, problems or [Problem(where, f"{text!r} is not a figure or a day")]


def declare_fact(
    name: str, model: FactModel, *, vocabulary: Vocabulary, pack: str, where: str
) -> tuple[FactKind, list[Problem]]:
    """A fact kind with its formula read; `vocabulary` holds every fact the formula may name."""
    formula: Node | None = None
    problems: list[Problem] = []
    reference = vocabulary.facts[name]
    if model.formula is not None:
        formula, problems = read_expression(model.formula, vocabulary=vocabulary, where=f"{where}.formula")
        if formula is not None:
            problems = formula_problems(formula, reference, where=f"{where}.formula")
    kind = FactKind(
        name=name,
        type=reference.type,
        label=Bilingual(model.zh, model.en),
        about=model.about,
        judged=model.judged,
        unit=model.unit,
        domain=reference.domain,
        values={key: label.as_value() for key, label in model.values.items()},
        formula=None if problems else formula,
        clause=model.clause,
        source=model.source,
        unverified=model.unverified,
        pack=pack,
    )
    return kind, problems


def formula_problems(formula: Node, reference: FactRef, *, where: str) -> list[Problem]:
    """Does the formula give what the fact is?"""
    gives, wanted = formula.type, reference.type
    numeric = {Type.INT, Type.DECIMAL, Type.RATIO, Type.NUMBER}
    fits = (
        gives == wanted
        or (gives in numeric and wanted in numeric)
        or (gives, wanted) == (Type.TEXT, Type.ENUM)
    )
    if wanted is Type.MONEY:
        fits = gives in (Type.MONEY, Type.NUMBER)
    return [] if fits else [Problem(where, f"the formula gives {gives}, the fact is {wanted}")]


def declare_parameter(name: str, model: ParameterModel, *, where: str) -> tuple[Parameter, list[Problem]]:
    problems: list[Problem] = []
    values: list[tuple[date, Fraction]] = []
    for dated in model.values:
        bound, found = declare_bound(dated.value, Type(model.type), where=f"{where}.values")
        problems += found
        if isinstance(bound, Fraction):
            values.append((dated.from_, bound))
    if sorted(values) != values:
        problems.append(Problem(f"{where}.values", "the values are not in the order of their days"))
    label = Bilingual(model.zh, model.en)
    return Parameter(name, Type(model.type), label, model.source, tuple(values), model.unverified), problems


def declare_measure(
    model: MeasureModel, *, vocabulary: Vocabulary, pack: str, region: str, in_force: Period, where: str
) -> tuple[Measure, list[Problem]]:
    """A measure with every expression read; problems name the condition or the part of the award."""
    problems: list[Problem] = []
    conditions: list[Condition] = []
    for item in model.conditions:
        tree, found = read_condition(item.when, vocabulary=vocabulary, where=f"{where}:{item.id}")
        problems += found
        if tree is not None:
            conditions.append(Condition(item.id, tree, item.clause))
    problems += repeated((item.id for item in model.conditions), where=where, what="condition")
    award, found = declare_award(model.award, vocabulary=vocabulary, where=f"{where}:award")
    problems += found
    with_amount = Vocabulary({**vocabulary.facts, **amount_reference(award)}, vocabulary.labels)
    adjusts: dict[str, Node] = {}
    for fact, text in model.adjusts.items():
        tree, found = read_expression(text, vocabulary=with_amount, where=f"{where}:adjusts.{fact}")
        problems += found
        if fact not in vocabulary.facts:
            problems.append(Problem(f"{where}:adjusts", f"unknown fact {fact!r}"))
        if tree is not None:
            adjusts[fact] = tree
    measure = Measure(
        id=model.id,
        pack=pack,
        title=model.title.as_value(),
        clause=model.clause,
        audience=model.audience,
        computable=model.computable,
        conditions=tuple(conditions),
        award=award,
        decided_by=tuple(model.decided_by),
        period=declare_period(model.period, in_force),
        region=region,
        matter=model.matter,
        stage=model.stage,
        adjusts=adjusts,
        open=tuple(text.as_value() for text in model.open),
        note=model.note.as_value() if model.note else None,
        claim=model.claim,
    )
    return measure, problems + computable_problems(model, where=where)


def declare_period(model: PeriodModel | None, in_force: Period) -> Period:
    """The measure's own period; an end it does not name is the document's."""
    if model is None:
        return in_force
    return Period(model.from_ or in_force.first, model.until or in_force.last, model.source)


def amount_reference(award: Award) -> dict[str, FactRef]:
    """`amount` stands for the measure's own award in `adjusts`."""
    kind = Type.MONEY if award.amount is None else award.amount.type
    return {"amount": FactRef("amount", kind, Domain())}


def declare_award(model: AwardModel, *, vocabulary: Vocabulary, where: str) -> tuple[Award, list[Problem]]:
    problems: list[Problem] = []

    def number(text: str | None, part: str) -> Node | None:
        if text is None:
            return None
        tree, found = read_expression(text, vocabulary=vocabulary, where=f"{where}.{part}")
        problems.extend(found)
        return tree

    award = Award(
        kind=model.kind,
        unit=model.unit,
        amount_is=model.amount_is.as_value() if model.amount_is else None,
        amount=number(model.amount, "amount"),
        per=model.per.as_value() if model.per else None,
        ceiling=model.ceiling,
        if_known=model.amount_if_known,
        zero_if_not=model.if_not == "zero",
        value=number(model.value, "value"),
        also={name: tree for name, text in model.also.items() if (tree := number(text, f"also.{name}"))},
    )
    return award, problems


def computable_problems(model: MeasureModel, *, where: str) -> list[Problem]:
    """What a measure claims to compute must be there, and the other way round."""
    if model.computable == "full" and model.award.amount is None:
        return [Problem(where, "computable: full needs an award amount")]
    if model.award.amount_if_known and (model.award.amount is None or model.computable == "full"):
        return [Problem(where, "amount_if_known is for an award with an amount that is not computed in full")]
    if model.computable == "not" and not model.open:
        return [Problem(where, "computable: not needs 'open', what the document leaves open")]
    return []


def repeated(names: Iterable[str], *, where: str, what: str) -> list[Problem]:
    seen: set[str] = set()
    problems = []
    for name in names:
        if name in seen:
            problems.append(Problem(where, f"{what} {name!r} is declared twice"))
        seen.add(name)
    return problems


def vocabulary_of(references: Mapping[str, FactRef], labels: Mapping[str, str]) -> Vocabulary:
    """Facts by name and by Chinese label (name → label in `labels`)."""
    by_label: dict[str, tuple[str, ...]] = {}
    for name, label in labels.items():
        by_label[label] = (*by_label.get(label, ()), name)
    return Vocabulary(dict(references), by_label)


AS_OF_KIND = FactKind(AS_OF, Type.DATE, Bilingual("认定日期", "day of the evaluation"))

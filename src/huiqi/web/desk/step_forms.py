"""The steps of a case as forms: each asks for exactly what it needs, and keeps what was typed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Final

from django.http import HttpRequest

from huiqi.base.bilingual import Bilingual
from huiqi.cases.form import CaseForm
from huiqi.cases.types import CaseType, Effect, Need, Step, Turn
from huiqi.cases.workflow import Hindrance
from huiqi.casework.models import Case, Paper
from huiqi.forms.kept import said
from huiqi.holdings.current import library
from huiqi.matching.answers import read_reply
from huiqi.measures.expressions import Type
from huiqi.measures.types import FactKind
from huiqi.procedures.next_steps import NextStep
from huiqi.procedures.take_step import Given
from huiqi.registers.types import Register
from huiqi.web.desk.fields import replies_in

AMOUNT: Final = FactKind("amount", Type.MONEY, Bilingual("金额", "amount"), unit="CNY")
SCORE: Final = FactKind("score", Type.DECIMAL, Bilingual("分数", "score"))
LONGEST_REASON: Final = 2_000
LONGEST_MEND: Final = 500
FINDING: Final = "review-"
"""Fields of the office are typed under this and their name, whatever the step."""

Problems = Mapping[str, list[Bilingual]]


@dataclass(frozen=True, slots=True)
class Typed:
    """What somebody typed and could not be taken: shown again beside what is wrong."""

    step: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    problems: Problems = field(default_factory=dict)  # by field, of the step or of the findings

    def of(self, step: str, name: str) -> str:
        return self.values.get(f"{step}.{name}", "")

    def wrong(self, step: str, name: str) -> list[Bilingual]:
        return self.problems.get(name, []) if step == self.step else []


def by_field(problems: Iterable[Hindrance]) -> dict[str, list[Bilingual]]:
    """Refusals by the field they belong to; a paper that proves a step belongs to the field of proofs."""
    found: dict[str, list[Bilingual]] = {}
    for problem in problems:
        name = "proof" if problem.field.startswith("proof:") else problem.field
        found.setdefault(name, []).append(problem.words)
    return found


@dataclass(frozen=True, slots=True)
class Mending:
    """A field or material that can be returned, with what it says now."""

    target: str
    label: Bilingual
    words: Bilingual | None
    typed: str


@dataclass(frozen=True, slots=True)
class StepForm:
    """One step as a form."""

    next: NextStep
    typed: Mapping[str, str]  # by short name
    problems: Problems
    needs_reason: bool
    may_have_reason: bool
    needs_amount: bool
    needs_score: bool
    needs_no_conflict: bool
    needs_proof: bool
    proofs: tuple[Paper, ...]  # handed over already
    mends: tuple[Mending, ...]
    needs_provider: bool
    needs_other_side: bool
    grades: tuple[tuple[str, Bilingual], ...]
    exits: tuple[tuple[str, Bilingual], ...]
    is_tried: bool  # the step that was just refused

    @property
    def step(self) -> Step:
        return self.next.step

    @property
    def asks_nothing(self) -> bool:
        return not (
            self.needs_reason or self.may_have_reason or self.needs_amount or self.needs_score
            or self.needs_no_conflict or self.needs_proof or self.mends or self.needs_provider
            or self.needs_other_side or self.grades or self.exits
        )  # fmt: skip

    @property
    def is_hard(self) -> bool:
        """Does it end the matter against the applicant?"""
        return self.step.outcome in ("refused", "dismissed", "lapsed")


@dataclass(frozen=True, slots=True)
class Ground:
    """What the forms of all steps of a case stand on."""

    case: Case
    case_type: CaseType
    form: CaseForm
    by_rule: Decimal | None  # what the rule comes to now, in yuan
    typed: Typed


def step_form(found: NextStep, ground: Ground, proofs: tuple[Paper, ...]) -> StepForm:
    """The form of one step, with what was typed into it before."""
    case, case_type, form, typed = ground.case, ground.case_type, ground.form, ground.typed
    step, needs, effects = found.step, found.step.needs, set(found.step.effects)
    into = (
        register_of(case_type)
        if effects & {Effect.ENTER_REGISTER, Effect.CHANGE_GRADE, Effect.LEAVE_REGISTER}
        else None
    )
    names = ("reason", "amount", "score", "no_conflict", "provider", "other_side", "grade", "exit")
    again = {name: typed.of(step.id, name) for name in names}
    if typed.step != step.id and not again["amount"]:
        again["amount"] = amount_before(case, ground.by_rule)
    is_other_side = case_type.states[step.to_state].turn is Turn.OTHER_SIDE
    return StepForm(
        next=found,
        typed=again,
        problems={name: words for name, words in typed.problems.items() if typed.step == step.id},
        needs_reason=Need.REASON in needs,
        may_have_reason=Need.REASON not in needs and (Effect.NOTIFY_APPLICANT in effects or Need.SCORE in needs),
        needs_amount=Need.AMOUNT in needs,
        needs_score=Need.SCORE in needs,
        needs_no_conflict=Need.NO_CONFLICT in needs,
        needs_proof=Need.PROOF in needs,
        proofs=proofs,
        mends=tuple(mendings(case_type, form, typed, step.id)) if Need.MENDS in needs else (),
        needs_provider=Effect.ASSIGN_PROVIDER in effects,
        needs_other_side=is_other_side and not case.other_side,
        grades=grades_of(into) if effects & {Effect.ENTER_REGISTER, Effect.CHANGE_GRADE} else (),
        exits=exits_of(into) if Effect.LEAVE_REGISTER in effects else (),
        is_tried=typed.step == step.id,
    )  # fmt: skip


def amount_before(case: Case, by_rule: Decimal | None) -> str:
    """What stands in the field of the amount at first: granted so far, else by the rule as things are known now,
    else what was asked for."""
    for amount in (case.amount_granted, by_rule, case.amount_asked):
        if amount is not None:
            return plain_amount(amount)
    return ""


def plain_amount(amount: Decimal) -> str:
    """
    >>> plain_amount(Decimal("50000.00")), plain_amount(Decimal("0.50"))
    ('50000', '0.5')
    """
    return f"{amount.normalize():f}"


def rule_amount(case: Case) -> Decimal | None:
    """What the rule came to when the case was submitted, in yuan."""
    frozen = case.frozen or {}
    if frozen.get("amount") is None or frozen.get("unit") != "CNY":
        return None
    return Decimal(str(frozen["amount"]))


def mendings(case_type: CaseType, form: CaseForm, typed: Typed, step: str) -> Iterable[Mending]:
    """Everything the applicant gave, field by field, then the materials."""
    for asked in form.of():
        if asked.may_be_given:
            words = said(asked.value, asked.kind) if asked.value is not None else None
            yield Mending(asked.name, asked.kind.label, words, typed.of(step, f"mend.{asked.name}"))
    for material in case_type.materials:
        yield Mending(material.id, material.title, None, typed.of(step, f"mend.{material.id}"))


def register_of(case_type: CaseType) -> Register | None:
    slug, _, name = (case_type.register or "").rpartition("/")
    return library().packs[slug or case_type.pack].registers.get(name)


def grades_of(into: Register | None) -> tuple[tuple[str, Bilingual], ...]:
    return tuple((grade.id, grade.title) for grade in into.grades) if into is not None else ()


def exits_of(into: Register | None) -> tuple[tuple[str, Bilingual], ...]:
    return tuple((one.id, one.title) for one in into.exits) if into is not None else ()


def given_in(
    request: HttpRequest, step: Step, findings: Mapping[str, FactKind]
) -> tuple[Given, list[Hindrance]]:
    """What came with a step, and what of it cannot be read; `findings` are the fields of the office."""

    def text(name: str, most: int) -> str:
        return request.POST.get(f"{step.id}.{name}", "").strip()[:most]

    problems: list[Hindrance] = []

    def figure(name: str, kind: FactKind) -> Fraction | None:
        typed = text(name, 40)
        if not typed:
            return None
        value, wrong = read_reply(typed, kind)
        if wrong is not None:
            problems.append(Hindrance(name, wrong))
        return value if isinstance(value, Fraction) else None

    given = Given(
        reason=text("reason", LONGEST_REASON + 1),
        amount=figure("amount", AMOUNT) if Need.AMOUNT in step.needs else None,
        score=figure("score", SCORE) if Need.SCORE in step.needs else None,
        no_conflict=text("no_conflict", 3) == "yes",
        mends=mends_in(request, step) if Need.MENDS in step.needs else {},
        review=replies_in(request.POST, FINDING, findings),
        provider=text("provider", 18).upper(),
        other_side=text("other_side", 100),
        grade=text("grade", 64),
        exit=text("exit", 64),
        version=version_in(request),
    )
    return given, problems


def mends_in(request: HttpRequest, step: Step) -> dict[str, str]:
    start = f"{step.id}.mend."
    found = {
        name.removeprefix(start): value for name, value in request.POST.items() if name.startswith(start)
    }
    return {
        name[:100]: str(value).strip()[:LONGEST_MEND] for name, value in found.items() if str(value).strip()
    }


def version_in(request: HttpRequest) -> int | None:
    text = request.POST.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else None


def typed_in(request: HttpRequest, step: str, problems: Iterable[Hindrance]) -> Typed:
    """Everything that was typed on the page, of this step and of others, so that nothing is lost."""
    values = {
        name: str(value)[:LONGEST_REASON]
        for name, value in request.POST.items()
        if name not in ("csrfmiddlewaretoken", "version")
    }
    return Typed(step, values, by_field(problems))

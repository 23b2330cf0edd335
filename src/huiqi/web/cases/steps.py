"""Steps of a case that are taken without its form: what each needs and no more, read and taken."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from huiqi.access.guard import may
from huiqi.access.permissions import Permission
from huiqi.base.bilingual import Bilingual
from huiqi.cases.types import Effect, Need
from huiqi.cases.workflow import Hindrance
from huiqi.dossiers.actions import Audience
from huiqi.dossiers.evidence import MOST_BYTES
from huiqi.matching.answers import read_reply
from huiqi.measures.expressions import Type
from huiqi.measures.types import FactKind
from huiqi.procedures.case_clocks import Refused
from huiqi.procedures.next_steps import NextStep, next_steps
from huiqi.procedures.share_file import audiences_on
from huiqi.procedures.take_step import Given
from huiqi.procedures.work_at_desk import Upload, do_step, proof_of
from huiqi.web.cases.entering import Here, of_a_case
from huiqi.web.cases.fields import BEFORE, FieldShown, Typed, replies_in
from huiqi.web.cases.fields import shown as field_shown
from huiqi.web.cases.sending import sending_steps, withdraws
from huiqi.web.shared.day import today
from huiqi.web.shared.templatetags.say import here as in_language
from huiqi.web.shared.templatetags.say import say
from huiqi.web.shared.typed import whole_in, words_in

MOST_FILES: Final = 5
AMOUNT: Final = FactKind("amount", Type.MONEY, Bilingual("金额", "amount"), unit="CNY")
NO_AMOUNT: Final = Bilingual("请填写金额", "give the amount")


@dataclass(frozen=True, slots=True)
class StepShown:
    """A step with what it asks of who takes it, as `cases/step_form.html` takes it."""

    of: NextStep
    withdraws: bool
    providers: list[Audience] = field(default_factory=list)
    mendable: list[tuple[str, Bilingual]] = field(default_factory=list)
    findings: list[FieldShown] = field(default_factory=list)  # what whoever serves the case has to find
    typed: Mapping[str, str] = field(default_factory=dict)
    problems: Mapping[str, Bilingual] = field(default_factory=dict)

    @property
    def step_id(self) -> str:
        return self.of.step.id

    def needs(self, need: Need) -> bool:
        return need in self.of.step.needs

    @property
    def asks_reason(self) -> bool:
        return self.needs(Need.REASON)

    @property
    def asks_amount(self) -> bool:
        return self.needs(Need.AMOUNT)

    @property
    def asks_proof(self) -> bool:
        return self.needs(Need.PROOF)

    @property
    def asks_provider(self) -> bool:
        return Effect.ASSIGN_PROVIDER in self.of.step.effects

    @property
    def asks_mends(self) -> bool:
        return self.needs(Need.MENDS)

    @property
    def mend_rows(self) -> list[tuple[str, Bilingual, str]]:
        """What can be returned, with what was typed for it."""
        return [(name, label, self.typed.get(f"m-{name}", "")) for name, label in self.mendable]

    @property
    def problem_of_proof(self) -> Bilingual | None:
        return self.problems.get("proof") or self.problems.get(proof_of(self.step_id))

    @property
    def asks_no_conflict(self) -> bool:
        return self.needs(Need.NO_CONFLICT)


def own_steps(here: Here) -> list[StepShown]:
    """Every step from here that is somebody's on these pages, those by way of the form left out."""
    case_type, log = here.rules.case_type, here.log
    _ = here.readings  # guards may ask whether it is late
    by_form = {s.id for s in sending_steps(here.case, case_type)}
    return [
        shown(step, here)
        for step in next_steps(here.case, here.facts, log, here.acting)
        if step.step.id not in by_form
    ]


def shown(
    step: NextStep, here: Here, typed: Mapping[str, str] | None = None, wrong: Refused | None = None
) -> StepShown:
    choosing = Effect.ASSIGN_PROVIDER in step.step.effects
    returning = Need.MENDS in step.step.needs
    case_type = here.rules.case_type
    fields = [(a.name, a.kind.label) for a in here.form.of() if a.holds is not False] if returning else []
    papers = [(m.id, m.title) for m in case_type.materials] if returning else []
    problems = {p.field: p.words for p in wrong.problems} if wrong is not None else {}
    replies = {
        name.removeprefix(BEFORE): text for name, text in (typed or {}).items() if name.startswith(BEFORE)
    }
    again = Typed(replies, problems)
    finding = (
        [a for a in here.form.of(office=True) if a.may_be_given] if Need.FINDINGS in step.step.needs else []
    )
    return StepShown(
        of=step,
        withdraws=withdraws(step.step, case_type),
        providers=[a for a in audiences_on(today()) if a.code != here.case.party] if choosing else [],
        mendable=[*fields, *papers],
        findings=[field_shown(asked, here.facts, "", again) for asked in finding],
        typed=typed or {},
        problems=problems,
    )


@require_http_methods(["GET", "POST"])
@may(Permission.PUBLIC)
@of_a_case
def case_step(request: HttpRequest, here: Here, step: str) -> HttpResponse:
    """One step on a page of its own: to confirm it, and where something was wrong."""
    found = next((s for s in own_steps(here) if s.step_id == step), None)
    if found is None:
        raise Http404
    if request.method == "POST":
        try:
            take(request, here, found)
        except Refused as refused:
            again = shown(found.of, here, typed_in(request), refused)
            return step_page(request, here.again(), again, status=422)
        messages.success(
            request, say("已办理：{step}", "Done: {step}", step=in_language(found.of.step.title))
        )
        return redirect("case", number=here.case.number)
    return step_page(request, here, found)


def step_page(request: HttpRequest, here: Here, found: StepShown, *, status: int = 200) -> HttpResponse:
    to = here.rules.case_type.states[found.of.step.to_state]
    context = {"case": here.case, "here": here, "shown": found, "to": to}
    return render(request, "cases/step.html", context, status=status)


def typed_in(request: HttpRequest) -> dict[str, str]:
    return {
        name: words_in(request.POST, name, 2001) for name in request.POST if name != "csrfmiddlewaretoken"
    }


def take(request: HttpRequest, here: Here, found: StepShown) -> None:
    """Raises Refused with every reason by field."""
    uploads = [
        Upload(str(file.name or ""), file.read(MOST_BYTES + 1))
        for file in request.FILES.getlist("proof")[:MOST_FILES]
    ]
    given = given_in(request, found)
    do_step(here.case, found.step_id, given, uploads, acting=found.of.acting, at=timezone.now(), on=today())


def given_in(request: HttpRequest, found: StepShown) -> Given:
    """What was typed; Refused where an amount cannot be read or a provider is none of those offered."""
    post, version = request.POST, whole_in(request.POST, "version")
    known = {audience.code for audience in found.providers}
    return Given(
        reason=words_in(post, "reason", 2001),
        amount=amount_in(words_in(post, "amount", 30)) if found.asks_amount else None,
        no_conflict=post.get("no_conflict") == "yes",
        mends={n: t for n, _ in found.mendable if (t := words_in(post, f"m-{n}", 500))},
        review=replies_in(post, {shown.asked.name: shown.asked.kind for shown in found.findings}),
        provider=post.get("provider", "") if post.get("provider", "") in known else "",
        version=version if version is not None else -1,
    )


def amount_in(text: str) -> Fraction | None:
    if not text.strip():
        return None
    value, wrong = read_reply(text, AMOUNT)
    if wrong is not None or not isinstance(value, Fraction):
        raise Refused([Hindrance("amount", wrong or NO_AMOUNT)])
    return value

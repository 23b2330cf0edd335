"""What a step brings about besides the new state: one function for each effect that a declaration may name."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date
from fractions import Fraction
from hashlib import sha256
from typing import Any, Final

from django.db.models import Model

from huiqi.access.models import Membership
from huiqi.access.permissions import Role as AccessRole
from huiqi.base.bilingual import Bilingual
from huiqi.base.money import to_decimal
from huiqi.cases.types import MONEY_EFFECTS, Effect, FollowUpKind, Need, Role
from huiqi.cases.workflow import Hindrance
from huiqi.casework.actions import Late, draw, escalate
from huiqi.casework.models import Case, FollowUpTask, Publication, Rating
from huiqi.forms.kept import plain, said
from huiqi.funds.types import CapPer, Fund, FundKind, Movement
from huiqi.holdings.current import library, register
from huiqi.ledger.actions import move
from huiqi.ledger.types import Claim, Refused
from huiqi.measures.expressions import Value
from huiqi.notices.actions import News, give_notice
from huiqi.notices.types import Kind
from huiqi.procedures.case_clocks import Refused as StepRefused
from huiqi.procedures.case_registers import change_grade, enter_register, leave_register
from huiqi.procedures.case_rules import fund_key
from huiqi.procedures.doing import Doing
from huiqi.procedures.frozen_verdict import frozen_from, words_of_opening
from huiqi.procedures.payee_accounts import ask_for_accounts

EXPERTS_DRAWN: Final = 3


def bring_about(doing: Doing) -> None:
    """All effects of a step, in their order. Raises StepRefused; the caller's transaction undoes the rest."""
    for effect in doing.step.effects:
        if effect in MONEY_EFFECTS:
            move_money(doing, Movement(effect.value))
        elif effect in EFFECTS:
            EFFECTS[effect](doing)


def put_down(doing: Doing, row: Model) -> None:
    """Write a row, or keep it for whoever writes those of many cases together."""
    if doing.rows is None:
        write_rows([row])
    else:
        doing.rows.append(row)


def write_rows(rows: Iterable[Model]) -> None:
    """Rows of one table or of several. What is planned or asked a second time is there already."""
    by_table: dict[type[Model], list[Model]] = {}
    for row in rows:
        by_table.setdefault(type(row), []).append(row)
    for table, found in by_table.items():
        table._default_manager.bulk_create(found, ignore_conflicts=table in ONCE)


ONCE: Final = frozenset({FollowUpTask, Rating})


def move_money(doing: Doing, movement: Movement) -> None:
    fund = fund_of(doing)
    try:
        moved = move(
            fund, movement, claim=claim_of(doing), amount=amount_for(doing, movement), reason=doing.reason,
            by=doing.by, at=doing.at, on=doing.on,
        )  # fmt: skip
    except Refused as refused:
        raise StepRefused(Hindrance("amount", words) for words in refused.problems) from refused
    doing.came_to[movement] = f"{moved:.2f}"
    if movement is Movement.ORDER_PAYMENT:
        who = (doing.case.party, doing.provider, doing.case.provider)
        ask_for_accounts(at=doing.at, on=doing.on, parties=filter(None, who))


def fund_of(doing: Doing) -> Fund:
    pack, name = fund_key(doing.facts.rules.case_type)
    return library().packs[pack].funds[name]


FROM_THE_GRANT: Final = frozenset(
    {
        Movement.COMMIT,
        Movement.COMPENSATE,
        Movement.LEND,
        Movement.INJECT,
        Movement.ISSUE_VOUCHER,
    }
)
"""Movements of what was granted; others move what stands, unless the step names an amount."""


def amount_for(doing: Doing, movement: Movement) -> Fraction | None:
    if doing.amount is not None and Need.AMOUNT in doing.step.needs:
        return doing.amount
    if movement in FROM_THE_GRANT and doing.case.amount_granted is not None:
        return Fraction(doing.case.amount_granted)
    return None


def claim_of(doing: Doing) -> Claim:
    """Who is to get money and for what, as the ledger takes it."""
    return claim_on(doing, doing.facts.stated(doing.facts.rules.pack.id))


SAID_AS: Final[Mapping[str, tuple[str, ...]]] = {
    "loss": ("loss_confirmed", "loss_amount"),
    "principal": ("principal_amount", "loan_amount"),
}
"""What rules of funds read, and the fields of forms that say it: what the office confirmed comes first."""


def claim_on(doing: Doing, facts: Mapping[str, Value]) -> Claim:
    """The same with facts that are given."""
    case, fund = doing.case, fund_of(doing)
    claim = Claim(
        case=case.number,
        party=case.party,
        party_name=case.party_name,
        region=case.region,
        measure=case.measure,
        occasion=case.occasion,
        programme=programme_of(fund, case.measure),
        facts=facts,
        provider=doing.provider or case.provider,
        approved_by=doing.approved_by,
    )
    by_person = any(cap.per is CapPer.PERSON for cap in fund.caps)
    return told_by_form(claim, facts) if by_person or fund.kind is not FundKind.GRANTS else claim


def told_by_form(claim: Claim, facts: Mapping[str, Value]) -> Claim:
    """The claim with what funds of some kinds read from forms: person, day of repayment, stake, loss and principal."""
    said = {
        name: next(facts[field] for field in fields if field in facts)
        for name, fields in SAID_AS.items()
        if name not in facts and any(field in facts for field in fields)
    }
    due, share = facts.get("repay_on"), facts.get("stake_share")
    return replace(
        claim,
        person=str(facts.get("person_number", "")),
        facts={**facts, **said},
        due_on=due if isinstance(due, date) else None,
        share=share if isinstance(share, Fraction) else None,
    )


def programme_of(fund: Fund, measure: str) -> str:
    """The line of the budget that pays a measure; the only one where the fund has but one."""
    name = measure.rpartition("/")[2]
    for programme in fund.programmes:
        if measure in programme.measures or name in programme.measures:
            return programme.id
    return fund.programmes[0].id if len(fund.programmes) == 1 else ""


def freeze_verdict(doing: Doing) -> None:
    """Keep verdict, facts, register and rules as they were: what is decided later is decided on these."""
    case, facts = doing.case, doing.facts
    if case.frozen is not None and case.frozen.get("run"):
        doing.came_to["verdict"] = case.frozen["verdict"]  # opened by a match run: its verdict was kept then
        return
    verdict, measure = facts.verdict(), facts.rules.measure
    if verdict is None or measure is None:
        return
    snapshot = register()
    known_on = snapshot.manifest.as_of if snapshot is not None else None
    case.frozen = frozen_from(facts, verdict, as_of=doing.on, register=known_on)
    if verdict.amount is not None and measure.award.unit == "CNY" and case.amount_asked is None:
        case.amount_asked = to_decimal(verdict.amount, 2)
    doing.came_to["verdict"] = verdict.kind


def issue_receipt(doing: Doing) -> None:
    """The receipt is the number and what happens next; it is shown and can be printed at any time."""
    doing.came_to["receipt"] = doing.case.number


def notify_applicant(doing: Doing) -> None:
    doing.came_to["notify"] = True  # told once the case stands where it came to: see `tell`


def tell(doing: Doing) -> None:
    """Tell the applicant where the case stands now. An anonymous one comes back with the word they were given."""
    news = news_of(doing)
    if news is not None:
        give_notice(doing.case.party, news, by=doing.by, at=doing.at)


def news_of(doing: Doing) -> News | None:
    """What the applicant is told; None where the step tells nothing, or nobody."""
    case = doing.case
    if not doing.came_to.get("notify") or not case.party:
        return None
    state = doing.facts.rules.case_type.states[case.state]
    return News(
        about=f"case:{case.number}",
        kind=Kind.CASE,
        title=Bilingual(f"{case.title_zh}：{state.title.zh}", f"{case.title_en}: {state.title.en}"),
        body=words_of_opening(case) or Bilingual(doing.reason, doing.reason),
        day=doing.on,
        origin=f"case:{case.number}:{case.version}",
    )


def assign_provider(doing: Doing) -> None:
    code = doing.provider or doing.case.provider
    if not code:
        words = Bilingual("请选择服务机构或银行", "choose the agency or bank")
        raise StepRefused([Hindrance("provider", words)])
    doing.case.provider = doing.came_to["provider"] = code


def draw_experts(doing: Doing) -> None:
    """Draw by lot: the order follows from the number of the case, so that it can be checked afterwards."""
    pool = experts_by_lot(doing.case)
    if not pool:
        words = Bilingual(
            "没有可抽取的专家，请先登记专家账号", "there is no expert to draw: add accounts of experts first"
        )
        raise StepRefused([Hindrance("step", words)])
    drawn = pool[:EXPERTS_DRAWN]
    draw(doing.case, drawn, on=doing.on)
    doing.came_to["drawn"] = {"from": len(pool), "experts": drawn}


def experts_by_lot(case: Case) -> list[str]:
    """User names of all experts without an interest in a case, in the order of its lot."""
    barred = set(case.interests.values_list("user", flat=True))
    experts = Membership.objects.filter(role=AccessRole.EXPERT, ended_on=None)
    names = set(experts.values_list("user__username", flat=True))
    return sorted(names - barred, key=lambda name: lot(case.number, name))


def lot(number: str, name: str) -> str:
    return sha256(f"{number}\x1f{name}".encode()).hexdigest()


def publish_case(doing: Doing) -> None:
    """Open to objections for the declared days; names of people are masked."""
    declared = doing.facts.rules.case_type.publication
    until = declared.days.last_day(doing.on) if declared is not None else None
    if declared is None or until is None:
        raise LookupError(f"{doing.case.type} declares no publication")
    shows = dict(shown_in_public(doing, declared.shows))
    put_down(doing, Publication(case=doing.case, began_on=doing.on, until=until, shows=shows))
    doing.came_to["published_until"] = until.isoformat()


def shown_in_public(doing: Doing, names: tuple[str, ...]) -> Mapping[str, Any]:
    kinds, answers = doing.facts.rules.kinds, doing.facts.answers
    masked = {f.name for f in doing.facts.rules.case_type.form if f.masked}
    shown = {}
    for name in names:
        if name in answers and name in kinds:
            words = said(answers[name], kinds[name])
            hidden = words.zh[:1] + "*" * max(len(words.zh) - 1, 1)
            label = kinds[name].label
            shown[name] = {
                "label": [label.zh, label.en],
                "words": [hidden, hidden] if name in masked else [words.zh, words.en],
            }
    return shown


def open_follow_up(doing: Doing) -> None:
    """Everything the case type wants looked after, each on its day."""
    measure = doing.facts.rules.measure
    for place, follow_up in enumerate(doing.facts.rules.case_type.follow_ups):
        if follow_up.kind is FollowUpKind.SATISFACTION:
            put_down(doing, Rating(case=doing.case, asked_on=doing.on))
            continue
        due = follow_up.after.last_day(doing.on)
        end = measure.period.last if measure is not None else None
        if follow_up.kind is FollowUpKind.REMINDER and end is not None and due is not None:
            due = max(doing.on, end - (due - doing.on))  # so long before the scheme ends
        if due is not None:
            task = FollowUpTask(
                case=doing.case, place=place, kind=follow_up.kind, role=follow_up.by, due_on=due
            )
            put_down(doing, task)
            doing.came_to.setdefault("follow_ups", []).append([follow_up.kind, due.isoformat()])


def ask_satisfaction(doing: Doing) -> None:
    if doing.case.party or doing.case.token_seal:
        put_down(doing, Rating(case=doing.case, asked_on=doing.on))


def record_result(doing: Doing) -> None:
    """What the office found goes into the log as it stood, beside the decision."""
    if not doing.facts.rules.has_review:
        doing.came_to["result"] = {}
        return
    found = [field for field in doing.facts.form.of(office=True) if field.answer is not None]
    doing.came_to["result"] = {field.name: plain(field.answer) for field in found if field.answer is not None}


def seen_in_inbox(doing: Doing) -> None:
    """An office is told by its inbox, where the case stands from now on."""


def notify_supervisor(doing: Doing) -> None:
    """The supervision office finds it beside the late ones."""
    told = Late(f"step:{doing.step.id}", doing.on, doing.on, Role.SUPERVISOR)
    escalate(doing.case, told, on=doing.on, at=doing.at)


EFFECTS: Final[Mapping[Effect, Callable[[Doing], None]]] = {
    Effect.ISSUE_RECEIPT: issue_receipt,
    Effect.FREEZE_VERDICT: freeze_verdict,
    Effect.NOTIFY_APPLICANT: notify_applicant,
    Effect.NOTIFY_OFFICE: seen_in_inbox,
    Effect.NOTIFY_SUPERVISOR: notify_supervisor,
    Effect.ASSIGN_PROVIDER: assign_provider,
    Effect.DRAW_EXPERTS: draw_experts,
    Effect.PUBLISH: publish_case,
    Effect.OPEN_FOLLOW_UP: open_follow_up,
    Effect.ASK_SATISFACTION: ask_satisfaction,
    Effect.RECORD_RESULT: record_result,
    Effect.ENTER_REGISTER: enter_register,
    Effect.CHANGE_GRADE: change_grade,
    Effect.LEAVE_REGISTER: leave_register,
}
"""Every effect besides those that move money; a test holds this and the declaration together."""

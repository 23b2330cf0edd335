"""Take one step of many cases: decided for each as `take_step` decides it, written a few hundred at a time.

Whatever a step brings about that cannot be done together, and every case against which something stands, goes
through `take_step` by itself, which does it or says why not. So both ways leave the same log, money and notices.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from fractions import Fraction
from typing import Final

from django.db import IntegrityError, transaction
from django.db.models import Count

from huiqi.cases.history import Standing, Taken, rebuild
from huiqi.cases.types import MONEY_EFFECTS, Effect, Need, Role, Step
from huiqi.cases.workflow import Hindrance, gaps_in, hindrances_for
from huiqi.casework.actions import StepTaken
from huiqi.casework.models import Answer, Case, CaseEvent, Interest, Publication
from huiqi.casework.together import save_together, write_steps
from huiqi.forms.types import Rule
from huiqi.funds.types import Fund, Movement
from huiqi.ledger.together import TOGETHER, Wanted, move_together
from huiqi.measures.expressions import Value, facts_in
from huiqi.notices.actions import tell_many
from huiqi.procedures.case_clocks import Refused, readings_of, what_lists_show
from huiqi.procedures.case_effects import (
    EFFECTS,
    amount_for,
    claim_on,
    fund_of,
    news_of,
    write_rows,
)
from huiqi.procedures.case_rules import (
    CaseFacts,
    CaseRules,
    NoSuchType,
    facts_of,
    occasion_of,
    read_answers,
    rules_of,
)
from huiqi.procedures.doing import Doing
from huiqi.procedures.note_claim import note_claims
from huiqi.procedures.payee_accounts import ask_for_accounts
from huiqi.procedures.take_step import (
    Acting,
    Given,
    approver_in,
    days_left_in_public,
    spelled_out,
    take_amounts,
    take_step,
)

CHUNK: Final = 500
PLAIN_EFFECTS: Final = frozenset(
    {
        Effect.ISSUE_RECEIPT, Effect.FREEZE_VERDICT, Effect.NOTIFY_APPLICANT, Effect.NOTIFY_OFFICE,
        Effect.PUBLISH, Effect.OPEN_FOLLOW_UP, Effect.ASK_SATISFACTION, Effect.RECORD_RESULT,
        *(Effect(movement.value) for movement in TOGETHER),
    }
)  # fmt: skip
"""What can be brought about for many cases at once."""
ASKING: Final = frozenset({Need.FORM, Need.MATERIALS, Need.SCORE, Need.MENDS, Need.PROOF})
OF_THE_CASE: Final = frozenset(
    {
        "verdict", "amount_asked", "amount_granted", "score", "objections_open", "is_anonymous",
        "is_overdue", "working_days_taken", "submitted_on", "decided_on",
    }
)  # fmt: skip
"""What rules may ask of a case without the file of its party."""


@dataclass
class Together:
    """What became of the cases, by number."""

    taken: int = 0
    singly: int = 0  # of those taken: by themselves
    refused: dict[str, tuple[Hindrance, ...]] = field(default_factory=dict)

    def add(self, other: "Together") -> None:
        self.taken += other.taken
        self.singly += other.singly
        self.refused |= other.refused


def take_steps_together(
    numbers: Iterable[str],
    step_id: str,
    given: Callable[[Case], Given],
    *,
    acting: Acting,
    at: datetime,
    on: date,
    chunk: int = CHUNK,
    progress: Callable[[int], None] = lambda cases: None,
) -> Together:
    """Take a step of every case that may take it; each chunk is one transaction.

    Killed in the middle it is begun again with the same cases: those that took the step are refused, the rest follow.
    Args:
        given: what comes with the step, of each case as it stands; what it says of a form or of mends is taken singly.
    """
    wanted, came = list(numbers), Together()
    for start in range(0, len(wanted), chunk):
        came.add(take_chunk(wanted[start : start + chunk], step_id, given, acting=acting, at=at, on=on))
        progress(min(start + chunk, len(wanted)))
    return came


def take_chunk(
    numbers: Sequence[str],
    step_id: str,
    given: Callable[[Case], Given],
    *,
    acting: Acting,
    at: datetime,
    on: date,
) -> Together:
    """As many together as can be, the others one after the other; all of one transaction of the caller's, if any."""
    try:
        with transaction.atomic():
            done = Batch(numbers, step_id, given, acting, at, on).take()
    except IntegrityError:  # one of them clashes with what is there: which one, each says by itself
        done = set()
    came = Together(taken=len(done))
    rest = [number for number in numbers if number not in done]
    for case in Case.objects.filter(number__in=rest).order_by("pk"):
        try:
            take_step(case, step_id, given(case), acting=acting, at=at, on=on)
            came.taken += 1
            came.singly += 1
        except Refused as refused:
            came.refused[case.number] = refused.problems
    return came


class LazyFacts(Mapping[str, Value]):
    """What the file and the case say, read when a rule of a fund asks for it."""

    def __init__(self, case: Case, rules: CaseRules, on: date) -> None:
        self._of = (case, rules, on)
        self._known: dict[str, Value] | None = None

    @property
    def known(self) -> dict[str, Value]:
        if self._known is None:
            case, rules, on = self._of
            self._known = facts_of(case, rules, on=on).stated(rules.pack.id)
        return self._known

    def __getitem__(self, name: str) -> Value:
        return self.known[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.known)

    def __len__(self) -> int:
        return len(self.known)


class Batch:
    """Cases of one chunk, held, with everything that deciding about them reads."""

    def __init__(
        self,
        numbers: Sequence[str],
        step_id: str,
        given: Callable[[Case], Given],
        acting: Acting,
        at: datetime,
        on: date,
    ) -> None:
        self.step_id, self.given, self.acting, self.at, self.on = step_id, given, acting, at, on
        held = Case.objects.select_for_update().filter(number__in=numbers).order_by("pk")
        self.cases = list(held.prefetch_related("extensions"))
        keys = [case.pk for case in self.cases]
        self.logs: dict[int, list[Taken]] = {key: [] for key in keys}
        events = CaseEvent.objects.filter(case__in=keys).order_by("case", "seq")
        names = ("case", "step", "from_state", "to_state", "role", "by", "on")
        for key, step, start, end, role, by, day in events.values_list(*names):
            self.logs[key].append(Taken(step, start, end, Role(role), by, day))
        interests = Interest.objects.filter(case__in=keys, user=acting.by)
        self.interested = set(interests.values_list("case", flat=True))
        open_ones = Case.objects.filter(parent__in=keys, purpose="objection", outcome="")
        self.objections = dict(open_ones.values_list("parent").annotate(n=Count("pk")))
        self.answers: dict[int, dict[str, object]] = {}
        for key, name, value in Answer.objects.filter(case__in=keys).values_list("case", "field", "value"):
            self.answers.setdefault(key, {})[name] = value
        self.rules: dict[tuple[str, str], CaseRules | None] = {}

    def take(self) -> set[str]:
        """The numbers of the cases that took the step; the others are as they were."""
        ready = [doing for case in self.cases if (doing := self.doing(case)) is not None]
        ready = self.with_money(ready)
        if not ready:
            return set()
        written: list[tuple[Case, StepTaken, Standing]] = []
        fresh = []
        for doing in ready:
            for effect in doing.step.effects:
                if effect not in MONEY_EFFECTS and effect in EFFECTS:
                    EFFECTS[effect](doing)
            written.append(self.step_of(doing))
            if doing.case.submitted_on is None and written[-1][2].submitted_on is not None:
                fresh.append(doing.case)
        write_steps(written)
        for doing in ready:
            self.read_clocks(doing)
        self.leave_public(ready)
        cases = [doing.case for doing in ready]
        save_together(cases, self.step_id, by=self.acting.by, at=self.at)
        write_rows(row for doing in ready for row in doing.rows or ())
        note_claims(fresh, at=self.at)
        told = [(doing.case.party, news) for doing in ready if (news := news_of(doing)) is not None]
        tell_many(told, by=self.acting.by, at=self.at)
        if any(Effect.ORDER_PAYMENT in doing.step.effects for doing in ready):
            ask_for_accounts(at=self.at, on=self.on, parties=[case.party for case in cases])
        return {case.number for case in cases}

    def doing(self, case: Case) -> Doing | None:
        """The step of one case, ready to be brought about; None where it is to be taken by itself."""
        rules = self.rules_of(case)
        given = self.given(case)
        if rules is None or not is_plain(given):
            return None
        step = rules.case_type.steps[self.step_id]
        log = self.logs[case.pk]
        if not can_go_together(step, rules, case):
            return None
        facts = self.facts(case, rules)
        facts.take_in(readings_of(facts, log))
        if self.hindrances(step, case, facts, log, given):
            return None
        take_amounts(step, case, given, self.acting)
        if case.submitted_on is None and case.measure:
            case.occasion = occasion_of(facts)
        return Doing(
            case, facts, step, self.acting.by, self.acting.role, self.on, self.at, given.reason, given.amount,
            approved_by=approver_in(rules.case_type, log), rows=[],
        )  # fmt: skip

    def rules_of(self, case: Case) -> CaseRules | None:
        key = (case.type, case.measure)
        if key not in self.rules:
            try:
                found = rules_of(case, on=self.on)
            except NoSuchType:
                self.rules[key] = None
            else:
                self.rules[key] = found if self.step_id in found.case_type.steps else None
        return self.rules[key]

    def facts(self, case: Case, rules: CaseRules) -> CaseFacts:
        """What rules may ask of the case itself; the file of the party is not read."""
        answers = read_answers(self.answers.get(case.pk, {}), rules.kinds)
        return CaseFacts(case, rules, self.on, None, answers, objections=self.objections.get(case.pk, 0))

    def hindrances(
        self, step: Step, case: Case, facts: CaseFacts, log: Sequence[Taken], given: Given
    ) -> list[Hindrance]:
        found = hindrances_for(
            step,
            state=case.state,
            role=self.acting.role,
            by=self.acting.by,
            log=log,
            holds=facts.holds,
            has_interest=case.pk in self.interested,
        )
        return found or gaps_in(step, given.for_the_rules()) or days_left_in_public(step, case, facts)

    def with_money(self, ready: list[Doing]) -> list[Doing]:
        """Move the money of the step, where it moves any; cases whose money did not move are left out."""
        funds: dict[tuple[str, Movement], tuple[Fund, list[Doing]]] = {}
        still: list[Doing] = []
        for doing in ready:
            movement = movement_of(doing.step)
            if movement is None:
                still.append(doing)
                continue
            fund = fund_of(doing)
            funds.setdefault((f"{fund.pack}/{fund.id}", movement), (fund, []))[1].append(doing)
        for (_, movement), (fund, asking) in funds.items():
            wanted = [self.wanted(doing, movement) for doing in asking]
            moved = move_together(fund, movement, wanted, by=self.acting.by, at=self.at, on=self.on)
            for doing in asking:
                if doing.case.number in moved:
                    doing.came_to[movement] = f"{moved[doing.case.number]:.2f}"
                    still.append(doing)
        return still

    def wanted(self, doing: Doing, movement: Movement) -> Wanted:
        facts = LazyFacts(doing.case, doing.facts.rules, self.on)
        amount: Fraction | None = amount_for(doing, movement)
        return Wanted(claim_on(doing, facts), amount, doing.reason)

    def step_of(self, doing: Doing) -> tuple[Case, StepTaken, Standing]:
        case, step, log = doing.case, doing.step, self.logs[doing.case.pk]
        log.append(Taken(step.id, case.state, step.to_state, self.acting.role, self.acting.by, self.on))
        standing = rebuild(doing.facts.rules.case_type, log)
        said = spelled_out(self.given(case))
        taken = StepTaken(
            step.id, self.acting.role, self.acting.by, self.acting.authority, self.on, self.at,
            outcome=step.outcome or "", reason=doing.reason,
            detail=said | {"effects": doing.came_to} if doing.came_to else said,
        )  # fmt: skip
        return case, taken, standing

    def read_clocks(self, doing: Doing) -> None:
        """What the clocks show after the step, for lists to be sorted by."""
        after = self.facts(doing.case, doing.facts.rules)
        shown = what_lists_show(readings_of(after, self.logs[doing.case.pk]))
        doing.case.next_due, doing.case.warns_on, doing.case.colour = shown
        doing.case.read_on = self.on

    def leave_public(self, ready: Sequence[Doing]) -> None:
        left = [
            doing.case.pk
            for doing in ready
            if (declared := doing.facts.rules.case_type.publication) is not None
            and declared.state in doing.step.from_states
            and self.logs[doing.case.pk][-1].from_state == declared.state != doing.step.to_state
        ]
        if left:
            Publication.objects.filter(case__in=left, ended_on=None).update(ended_on=self.on)


def is_plain(given: Given) -> bool:
    """Does nothing come with a step but what stands in its own line of the log?"""
    more = (
        given.mends,
        given.review,
        given.provider,
        given.other_side,
        given.grade,
        given.exit,
        given.proofs,
    )
    return given.version is None and given.score is None and not any(more)


def can_go_together(step: Step, rules: CaseRules, case: Case) -> bool:
    effects = set(step.effects)
    money = [effect for effect in step.effects if effect in MONEY_EFFECTS]
    if not effects <= PLAIN_EFFECTS or len(money) > 1 or step.opens is not None:
        return False
    if step.by is Role.EXPERT or step.needs & ASKING:
        return False
    if Effect.FREEZE_VERDICT in effects and not (case.frozen or {}).get("run"):
        return False
    if (Effect.RECORD_RESULT in effects or Need.FINDINGS in step.needs) and rules.has_review:
        return False
    asked = [step.when, *(clock.when for clock in rules.case_type.clocks)]
    return all(rule is None or asks_the_case_alone(rule) for rule in asked)


def asks_the_case_alone(rule: Rule) -> bool:
    return set(facts_in(rule.node)) <= OF_THE_CASE


def movement_of(step: Step) -> Movement | None:
    money = [effect for effect in step.effects if effect in MONEY_EFFECTS]
    return Movement(money[0].value) if money else None

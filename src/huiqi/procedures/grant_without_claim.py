"""Grant a measure without a claim (免申即享): a list, two persons, a case for each firm, and its ordinary steps."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Final

import polars as pl
from django.db import transaction

from huiqi.access.actor import Actor
from huiqi.base.bilingual import Bilingual
from huiqi.base.calendar import UnknownYear
from huiqi.base.periods import Duration, Unit
from huiqi.base.problem import NotNow
from huiqi.cases.types import CaseType, Lane, Need, Role, Step
from huiqi.cases.workflow import Hindrance, steps_from
from huiqi.casework.actions import Opening
from huiqi.casework.models import Case
from huiqi.casework.together import Found, open_together
from huiqi.documents.authorities import stands_among
from huiqi.grants import actions
from huiqi.grants.actions import Drawn, LeftOut
from huiqi.grants.models import GrantList, ListedFirm, ListStep
from huiqi.grants.queries import drafts_of_the_platform, figures_of, waiting_to_open
from huiqi.grants.types import State, Why
from huiqi.holdings.current import data_folder
from huiqi.ledger.together import foresee
from huiqi.matching.stored import NoRun, StoredRun, open_run
from huiqi.measures.types import VerdictKind
from huiqi.procedures.act_in_case import BY_PERMISSION
from huiqi.procedures.automatic_lane import Offer, against, automatic_offers, offer_named
from huiqi.procedures.case_clocks import Refused
from huiqi.procedures.case_rules import case_type_named
from huiqi.procedures.entitled_firms import expected_occasion, found_by, has_already, in_fen, judged
from huiqi.procedures.take_step import BARRED, NOTHING, SYSTEM, THE_PLATFORM, Acting, Given
from huiqi.procedures.take_steps_together import CHUNK, Together, take_steps_together
from huiqi.pushes.select import Wanted, firms_in, selected
from huiqi.pushes.tables import candidates_of

TIME_TO_REFUSE: Final = Duration(5, Unit.WORKING_DAYS)
"""How long a firm may refuse before it is granted anything, where nothing is published meanwhile."""
MOST_AFTER_A_RUN: Final = 200_000
"""Longer lists are not drawn up by themselves: an officer draws them up, by district."""
TAKEN_FOR_ALL: Final = frozenset({Need.NO_CONFLICT, Need.AMOUNT, Need.FINDINGS})
"""What may be given once for many cases: the amount is that of each."""


def draw_up_list(
    offer: Offer, found: StoredRun, *, authority: str, wanted: Wanted, by: str, at: datetime, on: date
) -> GrantList:
    """The firms of a run that are entitled, in a region, with the reasons why some are left out.

    Raises Refused where the measure cannot be granted without a claim.
    """
    reasons = list(against(offer))
    if reasons:
        raise Refused(Hindrance("measure", words) for words in reasons)
    frame = selected(candidates_of(found, offer.measure.key, VerdictKind.ELIGIBLE), wanted)
    firms = list(firms_in(frame.collect()))
    drawn = Drawn(
        case_type=offer.key,
        measure=offer.measure.key,
        occasion=expected_occasion(offer, on=on),
        run=found.folder.name,
        day=date.fromisoformat(str(found.manifest["as_of"])),
        authority=authority,
        region=wanted.district or wanted.within,
        filters=wanted.as_json(),
        synthetic=bool(found.manifest.get("synthetic", False)),
    )
    return actions.draw_up(drawn, judged(offer, firms, found, at=at, on=on), by=by, at=at)


def draw_up_after_run(found: StoredRun, *, at: datetime, on: date) -> list[GrantList]:
    """A list for every measure that newly entitles somebody, in place of an older draft that nobody touched.

    A draft that names the same firms with the same amounts stays. Run again, it draws up nothing twice.
    """
    made = []
    for offer in automatic_offers(on=on):
        wanted = Wanted(within=offer.pack.region)
        frame = selected(candidates_of(found, offer.measure.key, VerdictKind.ELIGIBLE), wanted)
        if not 0 < int(frame.select(pl.len()).collect().item()) <= MOST_AFTER_A_RUN:
            continue
        drafts = list(drafts_of_the_platform(offer.key, offer.measure.key))
        if any(names_the_same(draft, frame) for draft in drafts):
            continue
        for draft in drafts:
            actions.discard(draft, by=SYSTEM, at=at)
        fresh = draw_up_list(offer, found, authority=offer.authority, wanted=wanted, by=SYSTEM, at=at, on=on)
        if figures_of(fresh).granted:
            made.append(fresh)
        else:
            actions.discard(fresh, by=SYSTEM, at=at)
    return made


def names_the_same(draft: GrantList, frame: pl.LazyFrame) -> bool:
    """Does a draft have the firms of a frame, with their amounts?"""
    found = {firm.code: in_fen(firm.amount) for firm in firms_in(frame.collect())}
    return dict(draft.listed.values_list("party", "amount")) == found


def offer_of(made: GrantList, *, on: date) -> Offer:
    """Raises Refused where it is no longer declared, or does not hold on the day."""
    offer = offer_named(made.case_type, made.measure, on=on)
    if offer is None:
        words = Bilingual(
            "事项或政策措施已不在有效期内", "the case type or the measure does not hold any more"
        )
        raise Refused([Hindrance("measure", words)])
    return offer


def run_of(made: GrantList) -> StoredRun:
    """The run a list was drawn from. Raises Refused where it is not kept any more."""
    try:
        return open_run(data_folder() / "runs" / made.run)
    except NoRun as error:
        words = Bilingual("所依据的比对结果已不在，请重新拟定", "its run is gone: draw it up anew")
        raise Refused([Hindrance("run", words)]) from error


@dataclass(frozen=True, slots=True)
class Cost:
    """What a list needs and what its fund has; both in yuan."""

    total: Decimal
    available: Decimal

    @property
    def is_short(self) -> bool:
        return self.total > self.available


def cost_of(made: GrantList, *, at: datetime, on: date) -> Cost | None:
    """None where no money is paid."""
    offer = offer_named(made.case_type, made.measure, on=on)
    if offer is None or offer.fund is None:
        return None
    return Cost(figures_of(made).total, foresee(offer.fund, [], at=at, on=on).available)


def confirm_list(
    made: GrantList, *, no_conflict: bool, by: str, authority: str, at: datetime, on: date
) -> GrantList:
    """A head confirms: from then on cases may be opened and are granted in the head's name.

    Raises Refused with every reason, and NotNow.
    """
    offer = offer_of(made, on=on)
    problems = []
    if not no_conflict:
        words = Bilingual("请确认没有利害关系", "confirm that you have no interest of your own")
        problems.append(Hindrance("no_conflict", words))
    if expected_occasion(offer, on=on) != made.occasion:
        words = Bilingual("名单是上一年度的，请重新拟定", "the list is of another year: draw it up anew")
        problems.append(Hindrance("list", words))
    cost = cost_of(made, at=at, on=on)
    if cost is not None and cost.is_short:
        words = Bilingual(
            f"合计 {cost.total:,.2f} 元，可用资金只有 {cost.available:,.2f} 元",
            f"{cost.total:,.2f} yuan in all, {cost.available:,.2f} yuan are available",
        )
        problems.append(Hindrance("budget", words))
    if problems:
        raise Refused(problems)
    return actions.confirm(
        made, refuse_until=last_day_to_refuse(offer, on), by=by, authority=authority, at=at, on=on
    )


def last_day_to_refuse(offer: Offer, on: date) -> date:
    """As long as it is published, where it is; the platform's own time elsewhere."""
    declared = offer.case_type.publication
    length = declared.days if declared is not None else TIME_TO_REFUSE
    try:
        return length.last_day(on) or on
    except UnknownYear:
        return on + timedelta(days=7)


def open_cases(
    made: GrantList, *, at: datetime, on: date, progress: Callable[[int], None] = lambda cases: None
) -> None:
    """A case for every firm of a confirmed list. Killed at any point it is begun again: nobody gets two.

    Each chunk is one transaction: its cases, their first step, and the note on the list that they are opened.
    """
    offer, found = offer_of(made, on=on), run_of(made)
    while chunk := list(waiting_to_open(made)[:CHUNK]):
        try:
            open_chunk(made, offer, found, chunk, at=at, on=on)
        except (Refused, NotNow):
            if made.state_now() != State.OPENING:
                raise
            open_one_by_one(made, offer, found, chunk, at=at, on=on)
        progress(made.listed.exclude(case="").count())
    actions.end_opening(made, by=SYSTEM, at=at)


@transaction.atomic
def open_chunk(
    made: GrantList,
    offer: Offer,
    found: StoredRun,
    firms: Sequence[ListedFirm],
    *,
    at: datetime,
    on: date,
) -> None:
    """Raises Refused where one of them cannot be opened: then none is, and each is tried by itself."""
    actions.held_for_opening(made)
    waiting = {firm.pk for firm in waiting_to_open(made).filter(pk__in=[firm.pk for firm in firms])}
    firms = [firm for firm in firms if firm.pk in waiting]  # another worker may have been there first
    ready, left_out = ready_to_open(made, offer, found, firms)
    actions.note_left_out(firms, left_out)
    step = offer.opening
    if not ready or step is None:
        return
    cases = open_together(list(ready.values()), Role.SYSTEM, by=SYSTEM, on=on, at=at)
    numbers = [case.number for case in cases]
    came = take_steps_together(numbers, step.id, lambda case: NOTHING, acting=THE_PLATFORM, at=at, on=on)
    if came.refused:
        raise Refused(next(iter(came.refused.values())))
    actions.note_cases(firms, dict(zip(ready, numbers, strict=True)))


def open_one_by_one(
    made: GrantList,
    offer: Offer,
    found: StoredRun,
    firms: Sequence[ListedFirm],
    *,
    at: datetime,
    on: date,
) -> None:
    for firm in firms:
        try:
            open_chunk(made, offer, found, [firm], at=at, on=on)
        except Refused as refused:
            words = refused.problems[0].words if refused.problems else Bilingual("", "")
            actions.note_left_out([firm], {firm.party: LeftOut(Why.NOT_MET, words)})


def ready_to_open(
    made: GrantList, offer: Offer, found: StoredRun, firms: Sequence[ListedFirm]
) -> tuple[dict[str, Found], dict[str, LeftOut]]:
    """Party → what its case opens with; and why others get none after all."""
    codes = [firm.party for firm in firms]
    left_out = has_already(offer, codes, occasion=made.occasion)
    ready: dict[str, Found] = {}
    known = found_by(offer, [code for code in codes if code not in left_out], found)
    for firm in firms:
        if firm.party in left_out:
            continue
        one = known.get(firm.party)
        if one is None or not one.entitled or one.amount != firm.amount:
            left_out[firm.party] = LeftOut(Why.CHANGED)
        elif not one.fits:
            left_out[firm.party] = LeftOut(Why.NOT_MET)
        else:
            opening = Opening(
                offer.case_type,
                offer.pack.version,
                lane=Lane.AUTOMATIC,
                measure=offer.measure.key,
                party=firm.party,
                party_name=one.dossier.party.name or "",
                region=one.dossier.party.region,
                synthetic=one.dossier.is_synthetic,
            )
            money = one.amount if offer.measure.award.unit == "CNY" else None
            until = made.refuse_until.isoformat() if made.refuse_until is not None else None
            ready[firm.party] = Found(opening, {**one.frozen, "refuse_until": until}, money)
    return ready, left_out


def grant_due(
    made: GrantList, *, at: datetime, on: date, progress: Callable[[int], None] = lambda n: None
) -> Together:
    """Grant, in the name of the head who confirmed, what no firm has refused in its time.

    Where cases are published first they are granted at once: a firm may refuse as long as they are.
    """
    made.refresh_from_db()
    offer = offer_of(made, on=on)
    opening, granting = offer.opening, offer.granting
    if opening is None or granting is None or not made.confirmed_by or made.refuse_until is None:
        return Together()
    if not is_published(offer.case_type, granting) and on <= made.refuse_until:
        return Together()
    acting = Acting(made.confirmed_by, granting.by, authority=made.confirmed_for)
    numbers = numbers_in(made, {opening.to_state})
    return take_steps_together(
        numbers, granting.id, given_for_all, acting=acting, at=at, on=on, progress=progress
    )


def is_published(case_type: CaseType, step: Step) -> bool:
    return case_type.publication is not None and case_type.publication.state == step.to_state


def numbers_in(made: GrantList, states: set[str]) -> list[str]:
    """Numbers of the cases of a list that stand in some states, oldest first."""
    listed = made.listed.exclude(case="").values("case")
    found = Case.objects.filter(number__in=listed, state__in=states).order_by("pk")
    return list(found.values_list("number", flat=True))


def given_for_all(case: Case) -> Given:
    """The amount is that of each case; who acts for all of them has declared to have no interest in any."""
    amount = case.amount_granted if case.amount_granted is not None else case.amount_asked
    return Given(amount=Fraction(amount) if amount is not None else None, no_conflict=True)


def roles_at(made: GrantList, actor: Actor) -> Mapping[Role, Acting]:
    """In which roles of its cases somebody of a desk may act."""
    _, case_type = case_type_named(made.case_type)
    if not made.region.startswith(actor.region):
        return {}
    return {
        role: Acting(actor.name, role, authority=actor.authority)
        for role, permission in BY_PERMISSION.items()
        if actor.may(permission) and stands_among(actor.authority, case_type.desks.get(role, ()))
    }


@dataclass(frozen=True, slots=True)
class Offered:
    """A step that may be taken of all cases of a list that stand before it."""

    step: Step
    acting: Acting
    cases: int


def steps_for_all(made: GrantList, actor: Actor, by_state: Mapping[str, int]) -> Iterator[Offered]:
    """Steps that lead on, ask for nothing of a single case, and are somebody's to take."""
    _, case_type = case_type_named(made.case_type)
    roles = roles_at(made, actor)
    seen: set[str] = set()
    for state in by_state:
        for step in steps_from(case_type, state):
            bars = step.outcome in BARRED or case_type.states[step.to_state].outcome in BARRED
            if step.id in seen or step.by not in roles or bars or not step.needs <= TAKEN_FOR_ALL:
                continue
            seen.add(step.id)
            cases = sum(n for name, n in by_state.items() if name in step.from_states)
            yield Offered(step, roles[step.by], cases)


def take_list_step(asked: ListStep, *, at: datetime, on: date) -> Together:
    """Take a step that was asked for of every case of the list that stands before it; begun again it goes on."""
    made = asked.list
    _, case_type = case_type_named(made.case_type)
    step = case_type.steps[asked.step]
    acting = Acting(asked.by, Role(asked.role), authority=asked.authority)
    came = take_steps_together(
        numbers_in(made, set(step.from_states)), step.id, given_for_all, acting=acting, at=at, on=on,
        progress=lambda cases: actions.note_step(asked, cases),
    )  # fmt: skip
    reasons: dict[tuple[str, str], int] = {}
    for problems in came.refused.values():
        for words in {(p.words.zh, p.words.en) for p in problems}:
            reasons[words] = reasons.get(words, 0) + 1
    most = sorted(reasons.items(), key=lambda found: -found[1])[:20]
    told = [[*words, cases] for words, cases in most]
    actions.end_step(asked, taken=came.taken, refused=len(came.refused), reasons=told, at=at)
    return came


def go_on(made: GrantList, *, at: datetime, on: date) -> None:
    """Open what is confirmed and grant what is due: after confirming, and every night."""
    if made.state_now() == State.OPENING:
        open_cases(made, at=at, on=on)
    grant_due(made, at=at, on=on)

"""What a desk sees of grants without a claim: what can be granted, what a list came to, whom it reaches."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property

from django.db.models import Count, Sum

from huiqi.access.actor import Actor
from huiqi.base.bilingual import Bilingual
from huiqi.cases.types import CaseType, Lane, Outcome, Role, State, Turn
from huiqi.casework.models import ENDED_WITHOUT, Case
from huiqi.documents.authorities import stands_among
from huiqi.grants.models import GrantList
from huiqi.grants.queries import Figures, figures_of, lists_at
from huiqi.grants.types import CONFIRMED, Why
from huiqi.matching.stored import StoredRun
from huiqi.measures.types import VerdictKind
from huiqi.procedures.act_in_case import types_at
from huiqi.procedures.automatic_lane import Offer, against, offers
from huiqi.procedures.case_rules import case_type_named
from huiqi.pushes.select import counts_by_measure
from huiqi.pushes.tables import counts_of


@dataclass(frozen=True, slots=True)
class Line:
    """One measure at a desk: who is entitled by the run that counts, what stands against it, its newest list."""

    offer: Offer
    entitled: int
    against: tuple[Bilingual, ...]
    newest: GrantList | None
    may_draw_up: bool


def lines_for(actor: Actor, found: StoredRun | None, *, on: date) -> list[Line]:
    """Measures of the automatic lane at an authority's desks; those that can be granted come first."""
    counts = counts_by_measure(counts_of(found), actor.region) if found is not None else {}
    types = set(types_at(actor.authority))
    newest: dict[tuple[str, str], GrantList] = {}
    for made in lists_at(types, region=actor.region):
        newest.setdefault((made.case_type, made.measure), made)
    lines = [
        Line(
            offer,
            counts.get((offer.measure.key, str(VerdictKind.ELIGIBLE)), (0, 0.0))[0],
            tuple(against(offer)),
            newest.get((offer.key, offer.measure.key)),
            stands_among(actor.authority, offer.case_type.desks.get(Role.OFFICER, ())),
        )
        for offer in offers(Lane.AUTOMATIC, on=on)
        if offer.key in types
    ]
    return sorted(lines, key=lambda line: (bool(line.against), -line.entitled, line.offer.measure.key))


@dataclass(frozen=True, slots=True)
class InState:
    state: State
    cases: int
    asked: Decimal
    granted: Decimal


@dataclass(frozen=True)
class CameOf:
    """What came of a list: its cases by state, and how many of the entitled have nothing, before and after."""

    made: GrantList
    figures: Figures
    states: tuple[InState, ...]
    by_outcome: Mapping[str, int]

    @property
    def is_confirmed(self) -> bool:
        return self.made.state in CONFIRMED

    @property
    def by_state(self) -> dict[str, int]:
        return {one.state.id: one.cases for one in self.states}

    @cached_property
    def had(self) -> int:
        """Firms that had it before the list."""
        return dict(self.figures.left_out).get(Why.HAS_IT, 0)

    @property
    def granted(self) -> int:
        """Firms that were granted it by the list, and have it still: nothing was recovered or ended."""
        decided = self.by_outcome.get(Outcome.GRANTED, 0) + self.by_outcome.get(Outcome.PARTLY_GRANTED, 0)
        return decided - sum(one.cases for one in self.states if is_taken_back(one.state))

    @property
    def declined(self) -> int:
        return self.by_outcome.get(Outcome.WITHDRAWN, 0)

    @property
    def nothing_before(self) -> float:
        """Of the entitled, 0 to 1."""
        return self.share(self.figures.firms - self.had)

    @property
    def nothing_after(self) -> float:
        return self.share(self.figures.firms - self.had - self.granted)

    def share(self, firms: int) -> float:
        return firms / self.figures.firms if self.figures.firms else 0.0


def is_taken_back(state: State) -> bool:
    """A state in which a case ends after it was granted."""
    return state.turn is Turn.CLOSED and state.outcome is None


def came_of(made: GrantList) -> CameOf:
    _, case_type = case_type_named(made.case_type)
    listed = made.listed.exclude(case="").values("case")
    cases = Case.objects.filter(number__in=listed)
    rows = cases.order_by().values_list("state").annotate(
        n=Count("pk"), asked=Sum("amount_asked"), granted=Sum("amount_granted")
    )  # fmt: skip
    found = {state: (n, asked or Decimal(0), granted or Decimal(0)) for state, n, asked, granted in rows}
    states = tuple(InState(state, *found[state.id]) for state in order_of(case_type) if state.id in found)
    outcomes = dict(cases.order_by().values_list("outcome").annotate(n=Count("pk")))
    return CameOf(made, figures_of(made), states, outcomes)


def order_of(case_type: CaseType) -> list[State]:
    return list(case_type.states.values())


def case_states(made: GrantList, numbers: list[str]) -> dict[str, tuple[State, bool]]:
    """Number → where its case stands, and whether it ended without anything."""
    _, case_type = case_type_named(made.case_type)
    rows = Case.objects.filter(number__in=numbers).values_list("number", "state", "outcome")
    return {number: (case_type.states[state], outcome in ENDED_WITHOUT) for number, state, outcome in rows}

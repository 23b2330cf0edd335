"""Random walks of random cases by random hands: what must hold, holds after every step, taken or refused."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from random import Random
from typing import Any

from django.db import transaction
from django.db.models import Sum
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from huiqi.cases.history import rebuild
from huiqi.cases.types import CaseType, Outcome, Role
from huiqi.cases.workflow import steps_from
from huiqi.casework.actions import Opening, open_case
from huiqi.casework.models import Case
from huiqi.casework.queries import log_of
from huiqi.funds.types import Movement
from huiqi.holdings.current import library
from huiqi.ledger.actions import put_in
from huiqi.ledger.models import Balance, Posting
from huiqi.ledger.types import Refused as MoneyRefused
from huiqi.procedures.act_out import example_reply
from huiqi.procedures.case_clocks import Refused
from huiqi.procedures.case_form import hand_in_file
from huiqi.procedures.case_rules import facts_of, rules_of
from huiqi.procedures.take_step import Acting, Given, take_step
from tests.site.conftest import Site
from tests.site.filling import AT, fill_in

DAY = date(2013, 7, 1)
HANDS = ("one", "two", "three")
PDF = b"%PDF-1.7 synthetic"


ENDINGS = (Outcome.REFUSED, Outcome.WITHDRAWN, Outcome.LAPSED, Outcome.DISMISSED)


def case_types() -> list[CaseType]:
    return [case for pack in library().packs.values() for case in pack.cases.values()]


def begun(case_type: CaseType, site: Site) -> Case:
    """A case of any type, whoever may open it and where, with its form filled in as far as it goes."""
    measures = case_type.measures
    first = measures[0] if measures else ""
    measure = first if "/" in first or not first else f"{case_type.pack}/{first}"
    opening = Opening(case_type, "1.0.0", measure=measure, party=site.firm, region="370202")
    case = open_case(opening, Role.OFFICER, by="one", on=DAY, at=AT)
    try_to_fill_in(case)
    for material in case_type.materials:
        hand_in_file(case, material.id, "proof.pdf", PDF, by="one", at=AT)
    return case


def try_to_fill_in(case: Case) -> None:
    try:
        fill_in(case, on=DAY, by="one")
    except Refused:
        return  # not the applicant's turn


def some_given(chance: Random, case: Case) -> Given:
    office = facts_of(case, rules_of(case, on=DAY), on=DAY).form.of(office=True)
    everything = chance.random() > 0.1
    return Given(
        reason="合成理由" if everything else "",
        amount=Fraction(chance.randrange(5_000_000), 100) if everything else None,
        score=Fraction(80) if everything else None,
        no_conflict=everything,
        proofs=1 if everything else 0,
        mends={"form": "请补充"} if everything else {},
        review={f.name: example_reply(f.kind, DAY) for f in office} if everything else {},
        provider=case.party if everything else "",
        version=case.version if chance.random() < 0.5 else None,
    )


def what_stands(case: Case) -> Any:
    return (
        list(case.events.values_list("seq", "step")),
        Posting.objects.count(),
        Case.objects.filter(pk=case.pk).values_list("state", "version", "amount_granted", "outcome").get(),
        case.publications.count(),
    )


def everything_holds(case: Case, case_type: CaseType) -> None:
    log = log_of(case)
    standing = rebuild(case_type, log)
    assert (case.state, case.turn, case.version) == (standing.state, standing.turn, len(log))
    assert (case.outcome or None) == standing.outcome
    total = Balance.objects.aggregate(all=Sum("amount"))["all"] or Decimal(0)
    assert total == 0
    below = Balance.objects.filter(amount__lt=0).exclude(account="source")
    assert not below.exists()


@settings(
    max_examples=25, deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)  # fmt: skip
@given(seed=st.integers(0, 2**32))
def test_a_case_never_stands_where_its_log_does_not_lead(site: Site, seed: int) -> None:
    chance, types = Random(seed), case_types()
    paying = [t for t in types if t.fund is not None]
    case_type = chance.choice(paying if chance.random() < 0.6 else types)
    with transaction.atomic():
        endow(case_type)
        try:
            case = begun(case_type, site)
        except Refused:
            transaction.set_rollback(True)
            return
        day = DAY
        for _ in range(chance.randint(2, 14)):
            case.refresh_from_db()
            try_to_fill_in(case)
            ways = steps_from(case_type, case.state) or tuple(case_type.steps.values())
            onward = [way for way in ways if way.outcome not in ENDINGS] or ways
            chosen = chance.choice(ways if chance.random() < 0.1 else onward)
            role = Role.PUBLIC if chance.random() < 0.1 else chosen.by
            hand = chance.choice(HANDS) if chance.random() < 0.1 else f"one of {role}"
            acting = Acting(hand, role)
            given_ = some_given(chance, case)
            before = what_stands(case)
            try:
                with transaction.atomic():
                    take_step(case, chosen.id, given_, acting=acting, at=AT, on=day)
            except Refused:
                assert what_stands(case) == before
            case.refresh_from_db()
            everything_holds(case, case_type)
            day += timedelta(days=chance.randint(0, 20))
        transaction.set_rollback(True)


def endow(case_type: CaseType) -> None:
    """Money for the fund of a case type, where it has one."""
    if case_type.fund is None:
        return
    slug, _, name = case_type.fund.rpartition("/")
    fund = library().packs[slug or case_type.pack].funds[name]
    try:
        put_in(
            fund,
            Movement.BUDGET,
            amount=Fraction(10_000_000),
            year=2013,
            source="预算",
            by="one",
            at=AT,
            on=DAY,
        )
    except MoneyRefused as refused:
        raise AssertionError(f"{name}: {refused}") from refused

"""Random sequences of movements in funds of every kind: whatever is tried, the ledger stays whole."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from django.db import transaction
from django.db.models import Sum
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from huiqi.base.bilingual import Bilingual
from huiqi.funds.ledger import PUTTING_IN
from huiqi.funds.types import (
    MOVEMENTS,
    POSTINGS,
    Account,
    CapPer,
    Fund,
    FundKind,
    Movement,
    Programme,
    YearEnd,
)
from huiqi.ledger import actions, runs
from huiqi.ledger.models import Balance, Grant, PaymentOrder, PaymentRun, Posting
from huiqi.ledger.types import Claim, OrderState, Refused, RunState
from huiqi.ledger.verify import verify_balances
from tests.site.accounts import have_accounts
from tests.site.money import NOW, SECTIONS, cap, facts, fund

PARTIES = ("91370200TEST000001", "91370200TEST000002")
MEASURES = ("trial/grant", "trial/reward", "trial/other")
PER_PARTY_YEAR, PER_CASE, PER_PERSON, PER_REGION, PER_FUND, PER_LINE = 900, 600, 700, 1_500, 2_500, 1_200


def whole(kind: FundKind) -> Fund:
    """A fund with every kind of cap that is a figure, one exclusive pair and, of every second kind, once."""
    caps = (
        cap(CapPer.PARTY_YEAR, PER_PARTY_YEAR),
        cap(CapPer.CASE, PER_CASE),
        cap(CapPer.PERSON, PER_PERSON),
        cap(CapPer.REGION, PER_REGION),
        cap(CapPer.FUND, PER_FUND),
    )
    lines = (Programme("line", Bilingual("方向", "line"), ("grant", "reward"), Fraction(PER_LINE)),)
    year_end = YearEnd.LAPSES if kind in (FundKind.GRANTS, FundKind.VOUCHERS) else YearEnd.CARRIES_OVER
    return fund(
        kind,
        caps=caps,
        programmes=lines,
        exclusive=(("grant", "reward"),),
        once=kind in (FundKind.GRANTS, FundKind.STAKES),
        **{**SECTIONS[kind], "year_end": year_end},
    )


OF_A_CASE = {kind: sorted(MOVEMENTS[kind] - PUTTING_IN) for kind in FundKind}
amounts = st.one_of(st.none(), st.integers(1, 1_000).map(Fraction), st.fractions(0, 500, max_denominator=300))
hands = st.sampled_from(["head", "officer", "system"])
days = st.sampled_from([date(2013, 3, 1), date(2013, 12, 31), date(2014, 1, 1), date(2014, 6, 30)])


class Ledger(RuleBasedStateMachine):
    """Each rule tries something; a refusal is an answer, an inconsistency is a failure."""

    of: Fund
    moved: Counter[str] = Counter()

    def __init__(self) -> None:
        super().__init__()
        self.frame = transaction.atomic()
        self.frame.__enter__()

    def teardown(self) -> None:
        type(self).moved.update(Posting.objects.values_list("movement", flat=True))
        transaction.set_rollback(True)
        self.frame.__exit__(None, None, None)

    def attempt(self, action: Any, *args: Any, **kwargs: Any) -> None:
        try:
            action(*args, **kwargs)
        except (Refused, runs.ReceiptsRefused):
            return

    @initialize(amount=st.integers(1_000, 3_000))
    def begin_with_a_budget(self, amount: int) -> None:
        self.put_in_or_lapse(amount, date(2013, 3, 1), False)
        self.give(1, Fraction(300), date(2013, 3, 1))

    def put_in_or_lapse(self, amount: int, on: date, out: bool) -> None:
        movement = Movement.LAPSE if out else Movement.BUDGET
        self.attempt(
            actions.put_in, self.of, movement, amount=Fraction(amount), year=on.year, source="市财政局",
            by="treasurer", at=NOW, on=on,
        )  # fmt: skip

    @rule(amount=st.integers(1, 500), on=days, out=st.booleans())
    def change_the_budget(self, amount: int, on: date, out: bool) -> None:
        self.put_in_or_lapse(amount, on, out)

    @rule(data=st.data(), case=st.integers(1, 12), amount=amounts, by=hands, on=days)
    def move_anything(self, data: Any, case: int, amount: Any, by: str, on: date) -> None:
        self.try_to_move(data.draw(st.sampled_from(OF_A_CASE[self.of.kind])), case, amount, by, on)

    @rule(case=st.integers(1, 12), amount=st.integers(1, 700).map(Fraction), on=days)
    def give(self, case: int, amount: Any, on: date) -> None:
        way = {FundKind.GRANTS: Movement.COMMIT, FundKind.VOUCHERS: Movement.ISSUE_VOUCHER}
        ways = {**way, FundKind.LOANS: Movement.LEND, FundKind.STAKES: Movement.INJECT}
        self.try_to_move(ways.get(self.of.kind, Movement.COMPENSATE), case, amount, "head", on)

    @rule(data=st.data(), amount=amounts, by=hands, on=days)
    def move_on(self, data: Any, amount: Any, by: str, on: date) -> None:
        """Something that the balances would allow."""
        rows = Balance.objects.exclude(holder="").filter(amount__gt=0).order_by("pk")
        stands = [(row.account, Grant.objects.get(number=row.holder).case) for row in rows]
        if stands:
            account, case = data.draw(st.sampled_from(stands))
            ways = [m for m in OF_A_CASE[self.of.kind] if POSTINGS[m][0] == account]
            if ways:
                self.try_to_move(data.draw(st.sampled_from(ways)), int(case), amount, by, on)

    def try_to_move(self, movement: Movement, case: int, amount: Any, by: str, on: date) -> None:
        what = Claim(
            case=str(case), party=PARTIES[case % 2], party_name="合成企业", region="370200",
            measure=MEASURES[case % 3], occasion=str(case % 2), person=f"person {case % 4}",
            provider="91370200AGENCY0001", facts=facts(loss=800, principal=800),
        )  # fmt: skip
        at = NOW + timedelta(seconds=Posting.objects.count())
        self.attempt(actions.move, self.of, movement, claim=what, amount=amount, by=by, at=at, on=on)

    @rule(data=st.data(), on=days)
    def move_on_again(self, data: Any, on: date) -> None:
        self.move_on(data, None, "officer", on)

    @rule(
        reason=st.sampled_from(["", "账号不符"]),
        by=hands,
        wrong=st.integers(0, 5),
        drop=st.integers(0, 5),
        on=days,
    )
    def pay_through_the_bank(self, reason: str, by: str, wrong: int, drop: int, on: date) -> None:
        """Order what is committed, send it, hear from the bank; any of it may be refused."""
        committed = (
            Balance.objects.filter(account=Account.COMMITTED.value, amount__gt=0).order_by("pk").first()
        )
        if committed is not None:
            grant = Grant.objects.get(number=committed.holder)
            self.try_to_move(Movement.ORDER_PAYMENT, int(grant.case), None, "officer", on)
        ordered = PaymentOrder.objects.filter(state=OrderState.ORDERED)
        if wrong != 4:  # else money for payees without an account waits
            have_accounts(ordered.values_list("payee", flat=True))
        waiting = list(ordered.values_list("pk", flat=True))
        self.attempt(runs.prepare_run, waiting, payer="市财政局", by="officer", at=NOW, on=on)
        run = PaymentRun.objects.filter(state=RunState.PREPARED).first()
        if run is not None:
            self.attempt(runs.drop_run if drop == 5 else runs.release_run, run, by=by, at=NOW)
        sent = list(PaymentOrder.objects.filter(state=OrderState.SENT).select_related("grant"))
        lines = [
            runs.Line("row", o.number, f"B-{o.pk}", o.amount + (wrong == 5), not reason, reason, on)
            for o in sent
        ]
        self.attempt(runs.take_receipts, lines, digest="0" * 64, by="officer", at=NOW)
        for order in sent:
            self.try_to_move(Movement.PAY, int(order.grant.case), None, "system", on)
            self.try_to_move(Movement.RETURN, int(order.grant.case), None, "system", on)

    @rule()
    def close_2013(self) -> None:
        self.attempt(actions.close_fund, self.of, year=2013, by="treasurer", at=NOW, on=date(2014, 1, 2))

    @invariant()
    def everything_adds_up_to_nothing(self) -> None:
        assert Balance.objects.aggregate(n=Sum("amount"))["n"] in (None, 0)
        assert not Balance.objects.exclude(account=Account.SOURCE.value).filter(amount__lt=0).exists()
        assert list(verify_balances()) == []

    @invariant()
    def nothing_is_given_twice(self) -> None:
        live = Grant.objects.filter(is_live=True)
        assert_different((g.given_by, g.measure, g.party, g.occasion) for g in live)
        if self.of.once:
            assert_different((g.measure, g.party) for g in live)
        chosen: dict[tuple[str, str], set[str]] = defaultdict(set)
        for grant in live:
            if grant.measure in ("trial/grant", "trial/reward"):
                chosen[grant.fund, grant.party].add(grant.measure)
        assert all(len(measures) == 1 for measures in chosen.values())
        paid = Posting.objects.filter(movement__in=["pay", "return"]).values_list("order", flat=True)
        assert_different(paid)
        for grant in Grant.objects.all():
            out = sum((p.amount for p in grant.postings.filter(movement="pay")), Decimal(0))
            assert out <= grant.amount

    @invariant()
    def no_cap_is_exceeded(self) -> None:
        sums: dict[tuple[object, ...], Decimal] = defaultdict(lambda: Decimal(0))
        for posting in Posting.objects.exclude(grant=None):
            start, end = POSTINGS[Movement(posting.movement)]
            sign = (start is Account.AVAILABLE) - (end is Account.AVAILABLE)
            for key in (
                ("party", posting.fund, posting.party, posting.year),
                ("case", posting.fund, posting.case),
                ("person", posting.fund, posting.person),
                ("region", posting.fund, posting.region),
                ("fund", posting.fund),
                ("line", posting.fund, posting.programme, posting.year)
                if posting.programme
                else ("no line",),
            ):
                sums[key] += sign * posting.amount
        limits = {
            "party": PER_PARTY_YEAR, "case": PER_CASE, "person": PER_PERSON, "region": PER_REGION,
            "fund": PER_FUND, "line": PER_LINE,
        }  # fmt: skip
        assert {key: n for key, n in sums.items() if n > limits.get(str(key[0]), 10**9)} == {}


def assert_different(things: Iterable[object]) -> None:
    listed = list(things)
    assert len(listed) == len(set(listed)), listed


REACHED = {
    FundKind.GRANTS: {"commit", "release", "order_payment", "pay", "return", "lapse"},
    FundKind.RISK_POOL: {"compensate", "recover_loss"},
    FundKind.LOANS: {"lend", "repay", "write_off"},
    FundKind.VOUCHERS: {
        "issue_voucher", "reserve_voucher", "free_voucher", "redeem_voucher", "expire_voucher",
    },
    FundKind.STAKES: {"inject", "exit"},
    FundKind.GUARANTEES: {"compensate", "recover_loss"},
}  # fmt: skip
"""What the random walks must have come to, or they prove nothing."""


@pytest.mark.django_db
@pytest.mark.parametrize("kind", list(FundKind))
def test_random_movements_keep_the_ledger_whole(kind: FundKind) -> None:
    machine = type("OfOneFund", (Ledger,), {"of": whole(kind), "moved": Counter()})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=5, stateful_step_count=25, deadline=None, derandomize=True, phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip
    assert REACHED[kind] <= set(machine.moved), machine.moved

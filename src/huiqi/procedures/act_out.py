"""The cast acts out some cases, so that a demonstration has something to show. All of it is synthetic and marked so."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Final

from huiqi.base.calendar import add_working_days
from huiqi.cases.types import Role, Way
from huiqi.casework.actions import Handed, hand_in
from huiqi.casework.models import Case
from huiqi.funds.types import Fund, Movement
from huiqi.holdings.current import library
from huiqi.ledger.actions import put_in
from huiqi.ledger.models import PaymentOrder
from huiqi.ledger.orders import name_of
from huiqi.ledger.payees import Statement
from huiqi.ledger.runs import prepare_run, release_run
from huiqi.measures.expressions import Type
from huiqi.measures.types import FactKind
from huiqi.procedures.case_clocks import read_all_clocks
from huiqi.procedures.case_form import hand_in_file, save_answers
from huiqi.procedures.case_rules import facts_of, rules_of
from huiqi.procedures.cast import DEPARTMENT, TREASURY
from huiqi.procedures.open_case import Wish, open_case
from huiqi.procedures.payee_accounts import state_own_account
from huiqi.procedures.payment_runs import import_receipts, post_receipts
from huiqi.procedures.rate_case import rate_case
from huiqi.procedures.take_step import Acting, Given, take_step

PACK: Final = "qingdao-2012-46"
FUND: Final = "sme-special-fund"
FIRM: Final = Acting("firm", Role.APPLICANT)
OFFICER: Final = Acting("officer", Role.OFFICER, authority=DEPARTMENT)
REVIEWER: Final = Acting("officer", Role.REVIEWER, authority=DEPARTMENT)
HEAD: Final = Acting("head", Role.DECIDER, authority=DEPARTMENT)
PAYER: Final = Acting("payer", Role.FINANCE, authority=TREASURY)
EXPERT: Final = Acting("expert", Role.EXPERT)
PAPER: Final = b"%PDF-1.7\n% synthetic\n"
YES: Final = Given(no_conflict=True)


@dataclass(frozen=True, slots=True)
class Scene:
    """When and for whom it is acted out."""

    firm: str
    bank: str
    today: date
    at: datetime

    def back(self, days: int) -> date:
        return self.today - timedelta(days=days)


def example_reply(kind: FactKind, day: date) -> str:
    """Something that a field of this kind takes.

    >>> from huiqi.base.bilingual import Bilingual
    >>> example_reply(FactKind("signed_on", Type.DATE, Bilingual("签订日期", "signed")), date(2013, 6, 30))
    '2013-06-15'
    """
    match kind.type:
        case Type.BOOL:
            return "是"
        case Type.ENUM:
            return str(kind.domain.values[0])
        case Type.DATE:
            return (day - timedelta(days=15)).isoformat()
        case Type.TEXT:
            return "合成"
        case _:
            low = kind.domain.low
            return str(max(low, Fraction(1))) if isinstance(low, Fraction) and low.denominator == 1 else "1"


def fill_in(case: Case, own: dict[str, str], *, by: str, on: date, at: datetime) -> None:
    """Answer what is asked and not known, `own` as given; hand in every paper. An answer may open further fields."""
    for _ in range(4):
        form = facts_of(case, rules_of(case, on=on), on=on).form
        asked = {f.name: example_reply(f.kind, on) for f in form.of() if f.may_be_given and f.value is None}
        replies = asked | {name: text for name, text in own.items() if form.field(name) is not None}
        save_answers(case, replies, by=by, on=on, at=at)
        if not asked:
            break
    for paper in facts_of(case, rules_of(case, on=on), on=on).papers:
        if Way.UPLOAD in paper.material.ways:
            hand_in_file(case, paper.material.id, f"{paper.material.title.zh}.pdf", PAPER, by=by, at=at)
        elif Way.PLEDGE in paper.material.ways:
            hand_in(case, Handed(paper.material.id, Way.PLEDGE), by=by, at=at)


def begin(
    scene: Scene,
    case_type: str,
    measure: str = "",
    *,
    party: str = "",
    by: str = "firm",
    on: date,
    **own: str,
) -> Case:
    """A case that was filled in."""
    wish = Wish(f"{PACK}/{case_type}", f"{PACK}/{measure}" if measure else "", party=party or scene.firm)
    case = open_case(wish, by=by, on=on, at=scene.at).case
    fill_in(case, own, by=by, on=on, at=scene.at)
    return case


def act_out(scene: Scene) -> list[str]:
    """Numbers of the cases: one paid and rated, one published, one returned, one fresh, a loss that a pool shares, two orders of services.

    Where they were acted out already nothing is done.
    """
    if Case.objects.filter(party=scene.firm).exists():
        return []
    set_money_aside(scene)
    state_accounts(scene)
    done = [*claims(scene), loss_of_a_bank(scene), *orders(scene)]
    read_all_clocks(on=scene.today, at=scene.at)
    return [case.number for case in done]


def set_money_aside(scene: Scene) -> None:
    """Budgets of the year, made up: the document names them only in part."""
    for name, amount in ((FUND, 50_000_000), ("loan-risk-compensation", 300_000_000)):
        fund: Fund = library().packs[PACK].funds[name]
        put_in(
            fund, Movement.BUDGET, amount=Fraction(amount), year=scene.today.year, source=TREASURY,
            by="payer", at=scene.at, on=scene.back(150), reason="合成数据", key=f"act-out:{name}",
        )  # fmt: skip


def state_accounts(scene: Scene) -> None:
    """Where the firm and the bank of the cast are paid; the numbers are of no bank."""
    for party, by, number in (
        (scene.firm, "firm", "0000201300000017"),
        (scene.bank, "bank", "0000201300000025"),
    ):
        said = Statement(name_of(party) or party, "合成银行市北支行", number, "合成数据")
        state_own_account(party, said, by=by, at=scene.at, on=scene.back(100))


def claims(scene: Scene) -> Iterator[Case]:
    lease, name = "lease-subsidy-claim", "lease-financing-subsidy"
    paid = approved(
        scene, begin(scene, lease, name, on=scene.back(60), lease_financed_amount="1000万"), on=scene.back(58)
    )
    yield pay_out(scene, paid, on=add_working_days(scene.back(58), 8))
    yield approved(
        scene, begin(scene, lease, name, on=scene.back(4), lease_financed_amount="620万"), on=scene.back(3)
    )
    returned = begin(scene, lease, name, on=scene.back(9), lease_financed_amount="380万")
    returned = walk(scene, returned, ("submit", FIRM, Given()), on=scene.back(9))
    mends = Given(mends={"lease_contract": "合同缺少第二页", "lease_financed_amount": "与合同金额不符"})
    yield walk(scene, returned, ("return_to_mend", OFFICER, mends), on=scene.back(6))
    loan = begin(
        scene,
        "upgrade-interest-claim",
        on=scene.back(2),
        loan_contract_number="合成-2013-17",
        interest_paid="18万",
    )
    yield walk(scene, loan, ("submit", FIRM, Given()), on=scene.back(2))
    title = begin(scene, "zjtx-recognition-recognition", on=scene.back(30))
    scored = Given(no_conflict=True, score=Fraction(86), reason="主业突出（合成评语）")
    title = walk(
        scene, title, ("submit", FIRM, Given()), ("accept", OFFICER, Given()), ("review", EXPERT, scored),
        ("approve", HEAD, YES), on=scene.back(28),
    )  # fmt: skip
    yield walk(scene, title, ("enter", HEAD, Given()), on=add_working_days(scene.back(28), 7))


def orders(scene: Scene) -> Iterator[Case]:
    """Services asked for: one was not answered in the promised three working days, one is fresh."""
    for days, need in ((6, "生产管理诊断（合成）"), (2, "产品检测（合成）")):
        order = begin(scene, "online-platform-service-order", on=scene.back(days), need=need)
        yield walk(scene, order, ("request", FIRM, Given()), on=scene.back(days))


def walk(scene: Scene, case: Case, *steps: tuple[str, Acting, Given], on: date) -> Case:
    for name, acting, given in steps:
        case = take_step(case, name, given, acting=acting, at=scene.at, on=on)
    return case


def approved(scene: Scene, case: Case, *, on: date) -> Case:
    """Submitted, reviewed and approved for what the rule gives."""
    case = walk(scene, case, ("submit", FIRM, Given()), ("accept", OFFICER, Given()), on=on)
    granted = Given(amount=Fraction(case.amount_asked or 100_000), no_conflict=True)
    found = replace(granted, review=judged(case, on=on))
    return walk(scene, case, ("review", REVIEWER, found), ("approve", HEAD, granted), on=on)


def judged(case: Case, *, on: date) -> dict[str, str]:
    """What the office has to find or judge, made up in the applicant's favour."""
    form = facts_of(case, rules_of(case, on=on), on=on).form
    return {name: example_reply(f.kind, on) for name in form.missing(office=True) if (f := form.field(name))}


def pay_out(scene: Scene, case: Case, *, on: date) -> Case:
    """Through the days of publication, a payment run of two persons and the bank's receipts; then it is rated."""
    case = walk(scene, case, ("confirm", OFFICER, Given()), ("order_payment", PAYER, Given()), on=on)
    orders = list(PaymentOrder.objects.filter(grant__case=case.number))
    run = prepare_run([o.pk for o in orders], payer=TREASURY, by="payer", at=scene.at, on=on)
    release_run(run, by="paymaster", at=scene.at)
    import_receipts(receipts_for(orders, on), by="payer", at=scene.at)
    post_receipts(at=scene.at, on=on)
    case.refresh_from_db()
    rate_case(case, 5, "材料不用重复提交，很方便（合成评价）", by="firm", at=scene.at)
    return case


def receipts_for(orders: Sequence[PaymentOrder], on: date) -> bytes:
    """The file a bank would send, made up."""
    lines = ["指令号,回单号,结果,金额,日期,原因"]
    lines += [f"{o.number},合成{o.pk},paid,{o.amount},{on.isoformat()}," for o in orders]
    return "\n".join(lines).encode("utf-8-sig")


def loss_of_a_bank(scene: Scene) -> Case:
    """A loan that was lost: checked and approved, it waits to be paid out of the pool."""
    case = begin(
        scene, "loan-risk-compensation-loss-claim", "bank-risk-compensation-5", party=scene.bank, by="bank",
        on=scene.back(20), borrower="合成企业", principal_amount="500万", loss_amount="120万", loan_is_new="是",
        loan_is_credit_loan="是", new_credit_loan_amount="3000万",
    )  # fmt: skip
    bank = Acting("bank", Role.APPLICANT, party=scene.bank)
    checked = Given(amount=Fraction(1_000_000), no_conflict=True, review={"loss_confirmed": "100万"})
    return walk(
        scene,
        case,
        ("submit", bank, Given()),
        ("check", OFFICER, checked),
        ("approve", HEAD, checked),
        on=scene.back(15),
    )

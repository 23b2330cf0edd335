"""What a fund achieved, by the indicators its document declares."""

from datetime import date
from fractions import Fraction

from huiqi.funds.types import Movement
from huiqi.holdings.current import library
from huiqi.ledger.actions import put_in
from huiqi.measures.expressions import Type
from huiqi.procedures.fund_figures import figures_of_fund
from huiqi.rolls.actions import enter
from tests.site.conftest import NOW, Site

DAY = date(2013, 6, 30)


def test_a_pool_draws_so_many_yuan_of_loans_for_each_of_its_own(site: Site) -> None:
    pack = library().packs["guangdong-2012-52"]
    fund, loans = pack.funds["risk-pool-risk-pool"], pack.registers["risk-pool-loans"]
    leverage = next(f for f in figures_of_fund(fund, on=DAY) if f.indicator.template == "leverage")
    assert leverage.value is None  # nothing was put in yet
    put_in(
        fund, Movement.CONTRIBUTE, amount=Fraction(2_000_000), year=2013, source="省财政厅", by="payer", at=NOW, on=DAY
    )  # fmt: skip
    for number in (1, 2):
        fields = {f.name: Fraction(3_000_000) for f in loans.fields if f.kind.type is Type.MONEY}
        enter(
            loans,
            party="",
            name=f"合成贷款{number}",
            region="44",
            fields=fields,
            by="officer",
            at=NOW,
            on=DAY,
        )
    leverage = next(f for f in figures_of_fund(fund, on=DAY) if f.indicator.template == "leverage")
    assert leverage.value == 3
    assert (leverage.since, leverage.until) == (date(2013, 1, 1), DAY)

"""What tests of grants without a claim share: a matched register under the synthetic rewards, money, people, a bank."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from huiqi.cases.types import Role
from huiqi.casework.models import Case
from huiqi.funds.types import Movement
from huiqi.grants.actions import prepare
from huiqi.grants.models import GrantList
from huiqi.holdings import current
from huiqi.ledger import actions as ledger
from huiqi.ledger.models import PaymentOrder
from huiqi.ledger.runs import Line, prepare_run, release_run, take_receipts
from huiqi.matching.run import match_register
from huiqi.matching.stored import StoredRun
from huiqi.procedures.automatic_lane import Offer, offer_named
from huiqi.procedures.grant_without_claim import confirm_list, draw_up_list, open_cases
from huiqi.procedures.take_step import Acting
from huiqi.pushes.select import Wanted
from huiqi.registry.publish import write_snapshot
from huiqi.registry.sample import SAMPLE_COLUMNS, SAMPLE_SOURCE, sample
from huiqi.registry.snapshot import Snapshot, open_snapshot
from tests.site import trial_rewards
from tests.site.accounts import have_accounts
from tests.site.conftest import DAY, NOW
from tests.site.trial_rewards import FUND, PACK, REWARD, SMALL

DEPARTMENT = "市经济和信息化委"
TREASURY = "市财政局"
LATER = date(2013, 7, 15)


@dataclass(frozen=True)
class Rewards:
    """Where the data lies; the number of firms entitled to the small reward is over a thousand."""

    data: Path
    snapshot: Snapshot

    @property
    def run(self) -> StoredRun:
        found = current.run()
        assert found is not None
        return found


def matched_rewards(folder: Path, firms: int, *, columns: Any = SAMPLE_COLUMNS) -> Rewards:
    """A register of synthetic firms matched with the synthetic rewards alone."""
    batches = sample(firms, seed=11, region="370200", as_of=DAY, columns=columns)
    write_snapshot(
        folder / "register", batches, columns=columns, source=SAMPLE_SOURCE, as_of=DAY, synthetic=True
    )
    match_rewards(folder, "2013-06-30")
    return Rewards(folder, open_snapshot(folder / "register"))


def match_rewards(folder: Path, name: str, *, day: date = DAY) -> None:
    """Match the register that counts, and let the run count."""
    library = current.library()
    match_register(
        open_snapshot(folder / "register"),
        list(library.packs[PACK].measures.values()),
        rulebooks=library.rulebooks(),
        versions={slug: pack.version for slug, pack in library.packs.items()},
        as_of=day,
        folder=folder / "runs" / name,
    )
    (folder / "runs" / "CURRENT").write_text(name, "utf-8")


@pytest.fixture(scope="session")
def rewards_once(tmp_path_factory: pytest.TempPathFactory) -> Rewards:
    folder = tmp_path_factory.mktemp("rewards")
    with trial_rewards.in_force(trial_rewards.trial_library(folder / "packs")):
        return matched_rewards(folder / "data", 2_000)


@pytest.fixture
def rewards(rewards_once: Rewards, tmp_path: Path, db: None, settings: Any) -> Iterator[Rewards]:
    """The site under the synthetic rewards, with data of its own."""
    shutil.copytree(rewards_once.data, tmp_path / "data")
    settings.HUIQI_DATA = tmp_path / "data"
    settings.HUIQI_DAY = DAY.isoformat()
    with trial_rewards.in_force(trial_rewards.trial_library(tmp_path / "packs")):
        yield Rewards(tmp_path / "data", open_snapshot(tmp_path / "data" / "register"))


def offer_of(case_type: str = REWARD, measure: str = SMALL) -> Offer:
    found = offer_named(case_type, measure, on=DAY)
    assert found is not None
    return found


def budget(amount: int, *, year: int = DAY.year) -> None:
    """Money of the treasury for the rewards."""
    ledger.put_in(
        current.library().packs[PACK].funds[FUND.partition("/")[2]],
        Movement.BUDGET, amount=Fraction(amount), year=year, source=TREASURY, by="treasurer", at=NOW, on=DAY,
    )  # fmt: skip


def drawn_up(
    rewards: Rewards, case_type: str = REWARD, measure: str = SMALL, *, wanted: Wanted | None = None
) -> GrantList:
    return draw_up_list(
        offer_of(case_type, measure), rewards.run, authority=DEPARTMENT, wanted=wanted or Wanted(within="3702"),
        by="officer", at=NOW, on=DAY,
    )  # fmt: skip


def confirmed(made: GrantList, *, on: date = DAY) -> GrantList:
    prepare(made, by="officer", at=NOW)
    return confirm_list(made, no_conflict=True, by="head", authority=DEPARTMENT, at=NOW, on=on)


def opened(rewards: Rewards, case_type: str = REWARD, measure: str = SMALL, **more: Any) -> GrantList:
    made = confirmed(drawn_up(rewards, case_type, measure, **more))
    open_cases(made, at=NOW, on=DAY)
    made.refresh_from_db()
    return made


def acting(by: str, role: Role, authority: str = DEPARTMENT) -> Acting:
    return Acting(by, role, authority=authority)


def cases_of(made: GrantList) -> list[Case]:
    numbers = made.listed.exclude(case="").values("case")
    return list(Case.objects.filter(number__in=numbers).order_by("pk"))


def send_to_bank(*, at: datetime = NOW, on: date = LATER) -> list[PaymentOrder]:
    """Everything ordered goes out in one run, released by a second person."""
    orders = list(PaymentOrder.objects.filter(state="ordered").order_by("pk"))
    have_accounts(order.payee for order in orders)
    run = prepare_run([order.pk for order in orders], payer=TREASURY, by="payer", at=at, on=on)
    release_run(run, by="paymaster", at=at)
    return orders


def bank_says_paid(orders: list[PaymentOrder], *, at: datetime = NOW, on: date = LATER) -> None:
    lines = [
        Line(f"row {n}", order.number, f"B-{order.number}", order.amount, True, "", on)
        for n, order in enumerate(orders, 1)
    ]
    take_receipts(lines, digest="0" * 64, by="payer", at=at)


def total(orders: list[PaymentOrder]) -> Decimal:
    return sum((order.amount for order in orders), Decimal(0))


def after(day: date, days: int) -> date:
    return day + timedelta(days=days)

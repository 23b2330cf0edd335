"""The nightly run knows what each firm's file knows: verdicts, amounts, missing facts are those of the firm's page."""

import random
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from django.test import Client

from huiqi.audit.models import Deed
from huiqi.dossiers.models import RecordedFact
from huiqi.dossiers.types import Standing
from huiqi.grants.types import Why
from huiqi.holdings.current import library
from huiqi.matching.overlay import FILE, read_overlay
from huiqi.matching.stored import StoredRun, open_run
from huiqi.measures.types import VerdictKind
from huiqi.notices.models import Notice
from huiqi.procedures.lapse_entries import lapse_entries
from huiqi.procedures.match_firm import match_firm
from huiqi.procedures.match_now import match_current_register
from huiqi.procedures.nightly import follow
from huiqi.procedures.told import was_told
from huiqi.pushes.tables import firms_of
from huiqi.rolls.actions import enter
from tests.site.beside import enter_at_random, everybody, record_at_random, recorded
from tests.site.conftest import DAY, NOW, Site
from tests.site.granting import Rewards, drawn_up
from tests.site.granting import rewards as rewards
from tests.site.granting import rewards_once as rewards_once
from tests.site.test_enterprise_file import page_of, visible
from tests.site.trial_rewards import SMALL

Enter = Callable[[str], Client]
THRESHOLD = "qingdao-2012-46/business-tax-threshold"  # a monthly turnover below 20,000 yuan
NEXT = DAY + timedelta(days=1)
SILENT = (VerdictKind.INELIGIBLE, VerdictKind.OUT_OF_SCOPE)
"""What a run does not write down."""


@pytest.fixture
def own_runs(site: Site, tmp_path: Path, settings: Any) -> Path:
    """Runs of the test's own, over the register of the site."""
    (tmp_path / "register").symlink_to(site.data / "register")
    settings.HUIQI_DATA = tmp_path
    return tmp_path


def matched(own_runs: Path, *, on: date = DAY) -> StoredRun:
    name = match_current_register(as_of=on, by="system", at=NOW + (on - DAY))
    assert name is not None
    return open_run(own_runs / "runs" / name)


Answers = dict[str, tuple[str, Decimal | None, Decimal | None, tuple[str, ...]]]


def by_the_run(run: StoredRun, code: str) -> Answers:
    table = run.of_party(code)
    assert table is not None
    return {
        row["measure"]: (
            row["verdict"], row["amount"], row["value"], tuple(filter(None, row["missing"].split(",")))
        )
        for row in table.to_pylist()
    }  # fmt: skip


def by_the_file(code: str, *, on: date = DAY) -> Answers:
    matches = match_firm(code, on=on)
    assert matches is not None
    found = {e.measure.key: e.verdict for e in matches.assessment.entitlements}
    return {
        key: (str(v.kind), v.amount, v.value, v.missing) for key, v in found.items() if v.kind not in SILENT
    }  # type: ignore[misc]  # fractions stand beside decimals: equal figures are equal


@pytest.mark.parametrize("seed", range(2))
def test_the_nightly_run_and_the_page_of_a_firm_say_the_same(seed: int, site: Site, own_runs: Path):
    chance = random.Random(f"beside {seed}")
    codes = everybody(site.snapshot)
    known = chance.sample(codes, 60)
    record_at_random(known[:50], chance)
    assert enter_at_random(known[10:], chance) > 100
    record_at_random(["9" * 18], chance)  # of somebody the register does not have
    lapse_entries(on=DAY, at=NOW)
    run = matched(own_runs)
    without = open_run(site.data / "runs" / "2013-06-30")
    turned = 0
    for code in [*known, *chance.sample(codes, 10)]:
        said = by_the_run(run, code)
        assert said == by_the_file(code), code
        turned += said != by_the_run(without, code)
    assert turned > 30


def test_what_ended_is_not_known_the_next_night(site: Site, own_runs: Path):
    register = library().packs["qingdao-2012-46"].registers["zjtx-recognition-recognised"]
    entry = enter(
        register, party=site.firm, name="合成企业", region="370202", fields={}, by="officer", at=NOW,
        on=DAY - timedelta(days=10),
    )  # fmt: skip
    assert entry.ends_on is not None
    last, after = entry.ends_on, entry.ends_on + timedelta(days=1)
    fact = register.makes_known[0].fact
    facts = [read_overlay(matched(own_runs, on=last).folder / FILE)["fact"].to_pylist()]
    assert facts == [[fact]]
    assert by_the_run(matched(own_runs, on=last), site.firm) == by_the_file(site.firm, on=last)
    gone = matched(own_runs, on=after)
    assert "overlay" not in gone.manifest
    assert by_the_run(gone, site.firm) == by_the_file(site.firm, on=after)


def test_the_run_says_how_much_it_knew(site: Site, own_runs: Path):
    RecordedFact.objects.create(**recorded(site.firm, "monthly_turnover", "15000", Standing.ACCEPTED))
    run = matched(own_runs)
    note = run.manifest["overlay"]
    assert (note["parties"], note["facts"]) == (1, ["monthly_turnover"])
    assert Deed.objects.filter(what="matching.run.published").latest("pk").detail["beside"] == 1


def test_what_a_run_knew_stays_told_after_the_file_changed(site: Site, own_runs: Path, signed_in: Enter):
    fact = RecordedFact.objects.create(**recorded(site.firm, "monthly_turnover", "15000", Standing.ACCEPTED))
    run = matched(own_runs)
    assert by_the_run(run, site.firm)[THRESHOLD][0] != "ineligible"
    fact.withdrawn_by, fact.withdrawn_at, fact.withdrawal = "officer", NOW, "有误"
    fact.save(update_fields=["withdrawn_by", "withdrawn_at", "withdrawal"])
    told = was_told(site.firm, on=DAY, today=NEXT, measure=THRESHOLD)
    assert told is not None
    answer = told.answers[0]
    assert answer.then.verdict in (VerdictKind.ELIGIBLE, VerdictKind.CLAIMABLE)
    assert answer.now is VerdictKind.INELIGIBLE
    assert Fraction(15_000) in [seen.value for reason in answer.reasons for seen in reason.seen]
    changed = {change.label.zh: (change.then, change.now) for change in told.changes}
    assert list(changed) == ["月营业额"]
    before, after = changed["月营业额"]
    assert before is not None
    assert after is not None
    assert (before.zh, after.zh) == ("1.5万元", "46,358.89元")
    page = visible(page_of(signed_in("firm"), f"/my/told/?on={DAY}&measure={THRESHOLD}"))
    assert "月营业额：1.5万元 → 46,358.89元" in page


def test_a_run_that_has_lost_what_it_knew_still_answers(site: Site, own_runs: Path):
    RecordedFact.objects.create(**recorded(site.firm, "monthly_turnover", "15000", Standing.ACCEPTED))
    run = matched(own_runs)
    (run.folder / FILE).unlink()
    told = was_told(site.firm, on=DAY, today=DAY, measure=THRESHOLD)
    assert told is not None
    assert (told.answers[0].differs, told.answers[0].reasons, told.changes) == (False, (), ())


def test_alerts_are_those_of_the_run(site: Site, own_runs: Path):
    matched(own_runs)
    RecordedFact.objects.create(**recorded(site.firm, "monthly_turnover", "15000", Standing.ACCEPTED))
    night = follow(day=NEXT, at=datetime(2013, 7, 1, 2, tzinfo=UTC), by="system")
    assert night.run is not None
    assert THRESHOLD in set(Notice.objects.filter(party=site.firm).values_list("about", flat=True))


def test_lists_sort_a_firm_by_what_its_file_says(site: Site, own_runs: Path):
    held = site.snapshot.find(site.firm)
    assert held is not None
    other = "K70" if str(held["industry_code"])[0] != "K" else "J66"
    RecordedFact.objects.create(**recorded(site.firm, "industry_code", other, Standing.ACCEPTED))
    lines = [
        pl.read_parquet(firms_of(run)).filter(pl.col("code") == site.firm).row(0, named=True)
        for run in (open_run(site.data / "runs" / "2013-06-30"), matched(own_runs))
    ]
    assert lines[0]["industry"] != lines[1]["industry"] == other[0]


def test_what_only_the_firm_itself_said_is_granted_to_nobody_without_a_claim(rewards: Rewards):
    """The run counts it, and the firm is told that it fits; public money needs what somebody has checked."""
    silent = [
        code for code in everybody(rewards.snapshot)
        if (row := rewards.snapshot.find(code)) is not None and row["operating_revenue"] is None
        and "enterprise" in str(row["roles"]).split(",")
    ][:2]  # fmt: skip
    for code, standing in zip(silent, (Standing.DECLARED, Standing.ACCEPTED), strict=True):
        RecordedFact.objects.create(**recorded(code, "operating_revenue", "100000", standing))
    assert match_current_register(as_of=DAY, by="system", at=NOW) is not None
    for code in silent:
        assert by_the_run(rewards.run, code)[SMALL][:2] == ("eligible", Decimal(2_000))
    made = drawn_up(rewards)
    assert [made.listed.get(party=code).why for code in silent] == [Why.STATED, ""]

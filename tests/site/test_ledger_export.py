"""The ledger for others: Beancount's own checker adds it up, the command verifies it, the desk reads it."""

import subprocess
import sys
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from django.db import connection
from typer.testing import CliRunner

from huiqi.cli.app import app
from huiqi.funds.types import CapPer, FundKind, YearEnd
from huiqi.holdings.current import library
from huiqi.ledger.actions import close_fund
from huiqi.ledger.beancount import beancount_lines
from huiqi.ledger.queries import caps_used, grants_of, postings_of, standing_of, standings_by
from huiqi.ledger.verify import recomputed_balances, verify_balances
from huiqi.procedures.close_year import close_year
from tests.site.money import FIRM, NOW, M, approve, cap, claim, facts, fund, move, order, put, receive, send

pytestmark = pytest.mark.django_db
CHECKER = Path(sys.executable).parent / "bean-check"
NEXT = date(2014, 1, 5)


def checked(path: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([str(CHECKER), str(path)], capture_output=True, text=True, check=False)


def busy() -> None:
    """Something of every kind of fund, over a year's end."""
    for kind in FundKind:
        of = fund(kind)
        put(of, 1_000_000)
        what = claim(f"C-{kind}", occasion=kind, provider="91370200AGENCY0001", facts=facts(loss=99_999))
        if kind is FundKind.VOUCHERS:
            move(of, M.ISSUE_VOUCHER, what, 1_000)
        elif kind is FundKind.LOANS:
            move(of, M.LEND, what, Fraction(1, 100))
        elif kind is FundKind.STAKES:
            move(of, M.INJECT, what, 1_000)
            move(of, M.EXIT, what, 1_500)
        elif kind is FundKind.GRANTS:
            approve(of, what, 3_000)
            one = order(of, what)
            send(one)
            receive(one)
            move(of, M.PAY, what, by="system")
        else:
            move(of, M.COMPENSATE, what)
        close_fund(of, year=2013, by='trea"surer\\', at=NOW, on=NEXT)


def test_the_checker_of_beancount_accepts_the_export(tmp_path):
    busy()
    path = tmp_path / "ledger.beancount"
    path.write_text("\n".join(beancount_lines()) + "\n", "utf-8")
    said = checked(path)
    assert (said.returncode, said.stdout, said.stderr) == (0, "", "")
    assert path.read_text("utf-8").count(" balance ") == len(
        {(fund, year, account) for fund, year, account, _ in recomputed_balances()}
    )


def test_the_checker_finds_a_balance_that_is_not_that_of_the_postings(tmp_path):
    busy()
    lines = [
        line.replace(" 3000.00 ~", " 3000.01 ~") if " balance " in line else line
        for line in beancount_lines()
    ]
    path = tmp_path / "ledger.beancount"
    path.write_text("\n".join(lines) + "\n", "utf-8")
    assert "Balance failed" in checked(path).stderr + checked(path).stdout


def test_an_empty_ledger_is_accepted_too(tmp_path):
    path = tmp_path / "ledger.beancount"
    path.write_text("\n".join(beancount_lines()) + "\n", "utf-8")
    assert checked(path).returncode == 0


def test_the_command_verifies_and_exports(tmp_path):
    busy()
    run = CliRunner()
    said = run.invoke(app, ["ledger", "verify"])
    assert (said.exit_code, "all agree" in said.output) == (0, True)
    assert run.invoke(app, ["ledger", "export", "--beancount", str(tmp_path / "out")]).exit_code == 0
    assert checked(tmp_path / "out").returncode == 0
    too_early = run.invoke(app, ["ledger", "close-year", "2013", "--by", "treasurer", "--day", "2013-12-31"])
    assert too_early.exit_code == 1
    closed = run.invoke(app, ["ledger", "close-year", "2013", "--by", "treasurer", "--day", "2014-01-01"])
    assert (closed.exit_code, closed.output.strip()) == (0, "2013: 0 funds")


def test_a_balance_that_was_changed_behind_its_triggers_is_found():
    """As after somebody took the triggers down: only then can a balance be changed at all."""
    put(fund(), 100)
    with connection.cursor() as cursor:
        of_table = "" if connection.vendor == "sqlite" else " ON ledger_balance"
        cursor.execute(f"DROP TRIGGER balance_follows_from_postings{of_table}")
        cursor.execute("UPDATE ledger_balance SET amount = amount + 1 WHERE account = 'available'")
    assert [str(p) for p in verify_balances()] == [
        "trial/test-grants 2013 available: stands at 100.01, its postings come to 100.00"
    ]
    said = CliRunner().invoke(app, ["ledger", "verify"])
    assert (said.exit_code, "1 do not agree" in said.output) == (1, True)


def test_a_year_is_closed_in_all_declared_funds():
    lapsing = next(
        f for f in library().packs["qingdao-2016-2"].funds.values() if f.year_end is YearEnd.LAPSES
    )
    carrying = library().packs["qingdao-2012-46"].funds["brand-fund-grants"]
    put(lapsing, 500)
    put(carrying, 700)
    closed = close_year(2013, by="treasurer", at=NOW, on=NEXT)
    assert {(c.fund, c.year_end, c.amount) for c in closed} == {
        ("qingdao-2016-2/innovation-voucher-voucher-fund", YearEnd.LAPSES, Decimal(500)),
        ("qingdao-2012-46/brand-fund-grants", YearEnd.CARRIES_OVER, Decimal(700)),
    }
    assert close_year(2013, by="treasurer", at=NOW, on=NEXT) == ()


def test_the_desk_sees_how_full_each_cap_is():
    capped = fund(caps=(cap(CapPer.PARTY_YEAR, 500), cap(CapPer.FUND, 900), cap(CapPer.PARTY, 100, "other")))
    put(capped, 1_000)
    approve(capped, claim(), 300)
    approve(capped, claim("C-2", "91370200TEST000002"), 200)
    found = [(u.cap.per, u.of, u.name, u.used, u.left) for u in caps_used(capped)]
    assert found == [
        (CapPer.PARTY_YEAR, f"{FIRM} 2013", "合成企业", 300, 200),
        (CapPer.PARTY_YEAR, "91370200TEST000002 2013", "合成企业", 200, 300),
        (CapPer.FUND, "", "", 500, 400),
    ]
    assert [u.used for u in caps_used(capped, party=FIRM)] == [300, 300]


def test_a_party_reads_its_statement():
    grants = fund()
    put(grants, 1_000)
    approve(grants, claim(), 300)
    approve(grants, claim("C-2", "91370200TEST000002"), 200)
    assert [(p.movement, p.amount) for p in postings_of(party=FIRM)] == [("commit", 300)]
    assert [g.taken for g in grants_of(party=FIRM)] == [300]
    assert [s.of for s in standings_by("party", "trial/test-grants")] == [FIRM, "91370200TEST000002"]
    assert standing_of("trial/test-grants").taken == 500

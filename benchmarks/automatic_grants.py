"""A reward for 100,000 firms without a claim: from the run of the match to the receipt of the bank, on both databases.

    .venv/bin/python benchmarks/automatic_grants.py                        # writes results/automatic_grants.md
    .venv/bin/python benchmarks/automatic_grants.py --firms 2000 --out -     # a try-out, printed

Needs PostgreSQL for its second half. Each database has a process of its own, which draws up the list, confirms it,
opens a case for every firm, has every case approved, ordered, put into one payment run, released, answered by the
bank, and paid, as the site does; then it checks that every case is paid once and that the money adds up. The rules are
a synthetic document (tests/site/trial_rewards.py), the firms are synthetic too. Some cases go the same way one step at a
time, for comparison.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import machine

HERE = Path(__file__).parent
ROOT = HERE.parent
DAY = date(2013, 6, 30)
LATER = date(2013, 7, 15)
NOW = datetime(2013, 6, 30, 9, 0, tzinfo=UTC)
DEPARTMENT, TREASURY = "市经济和信息化委", "市财政局"
FIRMS_OF_ROWS = 0.72  # of the synthetic register that are entitled, a little less than there are
SINGLE = 100
TICKS = os.sysconf("SC_CLK_TCK")
DATABASES = ("SQLite", "PostgreSQL")


@dataclass
class Phases:
    """How long each part took: seconds, processor seconds here, processor seconds of the database."""

    backend: int | None = None  # process of the database that works for us
    found: dict[str, tuple[float, float, float]] = field(default_factory=dict)

    def clock(self, name: str, act: Callable[[], Any]) -> Any:
        began, used, served = time.perf_counter(), time.process_time(), self.served()
        answer = act()
        self.found[name] = (
            time.perf_counter() - began, time.process_time() - used, self.served() - served
        )  # fmt: skip
        return answer

    def served(self) -> float:
        if self.backend is None:
            return 0.0
        after_name = Path(f"/proc/{self.backend}/stat").read_text("utf-8").rpartition(")")[2].split()
        return (int(after_name[11]) + int(after_name[12])) / TICKS


def main() -> None:
    arguments = parse_arguments()
    if arguments.step == "go":
        print(json.dumps(go(arguments.firms, arguments.work)))
        return
    before = os.getloadavg()[0]
    firms = dict(
        zip(DATABASES, (arguments.firms, arguments.firms_postgresql or arguments.firms), strict=True)
    )
    said = {name: on_database(name, firms[name]) for name in DATABASES}
    text = report(said, arguments, before)
    if arguments.out == "-":
        print(text)
    else:
        Path(arguments.out).write_text(text, "utf-8")


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--firms", type=int, default=100_000)
    parser.add_argument("--firms-postgresql", type=int, help="fewer of them on PostgreSQL")
    parser.add_argument("--out", default=str(HERE / "results" / "automatic_grants.md"), help="- prints")
    parser.add_argument("--step", choices=("go",), help="for the program itself")
    parser.add_argument("--work", type=Path, default=Path(), help="for the program itself")
    return parser.parse_args()


def on_database(name: str, firms: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="huiqi-grants-") as work:
        command = [sys.executable, __file__, "--step", "go", "--firms", str(firms), "--work", work]
        environment = {
            **os.environ,
            "HUIQI_DATA": f"{work}/data",
            "DJANGO_SETTINGS_MODULE": "huiqi.config.dev",
        }
        environment.pop("HUIQI_DATABASE", None)
        if name == "PostgreSQL":
            command = [sys.executable, str(ROOT / "tools" / "with_postgres.py"), *command]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{name}: {done.stderr[-3000:]}")
    said: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return said


def go(firms: int, work: Path) -> dict[str, Any]:
    """Everything on one database, from an empty one."""
    (work / "data").mkdir(parents=True)
    sys.path.insert(0, str(ROOT))
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from tests.site import trial_rewards

    call_command("migrate", verbosity=0)
    phases = Phases()
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            phases.backend = cursor.fetchone()[0]
    library = trial_rewards.trial_library(work / "packs", alone=True)
    with trial_rewards.in_force(library):
        said = grant(firms, work / "data", phases)
    said |= {"phases": phases.found, "peak_mib": peak(), "size_mib": size_of_database(connection)}
    return said


def peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def size_of_database(connection: Any) -> float:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT pg_database_size(current_database())")
        else:
            cursor.execute("SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()")
        return float(cursor.fetchone()[0]) / (1 << 20)


def grant(firms: int, data: Path, phases: Phases) -> dict[str, Any]:
    from huiqi.cases.types import Role
    from huiqi.casework.models import Case
    from huiqi.grants.actions import prepare
    from huiqi.ledger.models import Balance, PaymentOrder
    from huiqi.ledger.runs import Line, prepare_run, release_run, take_receipts
    from huiqi.procedures import grant_without_claim as granting
    from huiqi.procedures.take_step import NOTHING, THE_PLATFORM, Acting
    from huiqi.procedures.take_steps_together import take_steps_together
    from tests.site.trial_rewards import SMALL

    matched = phases.clock("match the register", lambda: matched_register(data, firms))
    put_money_in(firms)
    made = phases.clock("draw up the list", lambda: draw_up(matched, firms))
    prepare(made, by="officer", at=NOW)
    made = granting.confirm_list(made, no_conflict=True, by="head", authority=DEPARTMENT, at=NOW, on=DAY)
    single = [firm.party for firm in made.listed.filter(why="").order_by("-place")[:SINGLE]]
    one_at_a_time = phases.clock("one at a time", lambda: singly(made, single))
    phases.clock("open the cases", lambda: granting.open_cases(made, at=NOW, on=DAY))
    empty = memory_now()
    phases.clock("approve", lambda: granting.grant_due(made, at=NOW, on=LATER))
    payer = Acting("payer", Role.FINANCE, authority=TREASURY)
    numbers = granting.numbers_in(made, {"approved"})
    phases.clock(
        "order",
        lambda: take_steps_together(
            numbers, "order_payment", granting.given_for_all, acting=payer, at=NOW, on=LATER
        ),
    )

    phases.clock("accounts of payees taken in", state_accounts)

    def bank() -> None:
        orders = list(PaymentOrder.objects.filter(state="ordered").order_by("pk"))
        run = prepare_run([o.pk for o in orders], payer=TREASURY, by="payer", at=NOW, on=LATER)
        release_run(run, by="paymaster", at=NOW)
        lines = [
            Line(f"row {n}", o.number, f"B-{o.number}", o.amount, True, "", LATER)
            for n, o in enumerate(orders)
        ]
        take_receipts(lines, digest="0" * 64, by="payer", at=NOW)

    phases.clock("payment run and receipts", bank)
    numbers = granting.numbers_in(made, {"ordered"})
    phases.clock(
        "paid",
        lambda: take_steps_together(
            numbers, "record_payment", lambda case: NOTHING, acting=THE_PLATFORM, at=NOW, on=LATER
        ),
    )
    paid = Case.objects.filter(measure=SMALL, state="paid").count()
    stands = Balance.objects.filter(account="paid").values_list("amount", flat=True)
    total = sum(stands, Decimal(0))
    assert total == 2000 * paid, (total, paid)
    return {"paid": paid, "one_at_a_time": one_at_a_time, "total": str(total), "empty": empty}


def state_accounts() -> None:
    """Where everybody who waits is paid, as a delivery brings it in."""
    from huiqi.ledger.payee_queries import waiting_for_accounts
    from huiqi.ledger.payees import Delivered, Statement, bring_accounts

    delivered = [
        Delivered(one.party, one.name, Statement(one.name, "合成银行", f"{place:016d}"))
        for place, one in enumerate(waiting_for_accounts())
    ]
    bring_accounts(delivered, source="合成数据", by="treasurer", at=NOW, on=DAY)


def memory_now() -> float:
    """Resident memory at this moment, in MiB."""
    pages = int(Path("/proc/self/statm").read_text("utf-8").split()[1])
    return pages * resource.getpagesize() / (1 << 20)


def matched_register(data: Path, firms: int) -> Any:
    from huiqi.holdings import current
    from huiqi.matching.run import match_register
    from huiqi.registry.publish import write_snapshot
    from huiqi.registry.sample import SAMPLE_COLUMNS, SAMPLE_SOURCE, sample
    from huiqi.registry.snapshot import open_snapshot
    from tests.site.trial_rewards import PACK

    rows = int(firms / FIRMS_OF_ROWS)
    batches = sample(rows, seed=11, region="370200", as_of=DAY, columns=SAMPLE_COLUMNS)
    write_snapshot(
        data / "register", batches, columns=SAMPLE_COLUMNS, source=SAMPLE_SOURCE, as_of=DAY, synthetic=True
    )
    library = current.library()
    match_register(
        open_snapshot(data / "register"),
        list(library.packs[PACK].measures.values()),
        rulebooks=library.rulebooks(),
        versions={slug: pack.version for slug, pack in library.packs.items()},
        as_of=DAY,
        folder=data / "runs" / "2013-06-30",
    )
    (data / "runs" / "CURRENT").write_text("2013-06-30", "utf-8")
    found = current.run()
    assert found is not None
    return found


def put_money_in(firms: int) -> None:
    from huiqi.funds.types import Movement
    from huiqi.holdings import current
    from huiqi.ledger.actions import put_in
    from tests.site.trial_rewards import PACK

    put_in(
        current.library().packs[PACK].funds["rewards"], Movement.BUDGET, amount=Fraction(4000 * firms),
        year=DAY.year, source=TREASURY, by="treasurer", at=NOW, on=DAY,
    )  # fmt: skip


def draw_up(found: Any, firms: int) -> Any:
    from huiqi.procedures import grant_without_claim as granting
    from huiqi.procedures.automatic_lane import offer_named
    from huiqi.pushes.select import Wanted
    from tests.site.trial_rewards import REWARD, SMALL

    offer = offer_named(REWARD, SMALL, on=DAY)
    assert offer is not None
    made = granting.draw_up_list(
        offer, found, authority=DEPARTMENT, wanted=Wanted(within="3702"), by="officer", at=NOW, on=DAY
    )
    surplus = made.listed.filter(place__gt=firms)
    surplus.update(why="officer", note="benchmark", left_out_by="officer")
    return made


def singly(made: Any, parties: list[str]) -> int:
    """The same steps for some firms, each taken by itself."""
    from huiqi.cases.types import Role
    from huiqi.casework.models import Case
    from huiqi.casework.together import open_together
    from huiqi.grants import actions
    from huiqi.procedures import grant_without_claim as granting
    from huiqi.procedures.take_step import NOTHING, THE_PLATFORM, Acting, take_step

    offer, found = granting.offer_of(made, on=DAY), granting.run_of(made)
    firms = list(made.listed.filter(party__in=parties))
    ready, _ = granting.ready_to_open(made, offer, found, firms)
    cases = open_together(list(ready.values()), Role.SYSTEM, by="system", on=DAY, at=NOW)
    head = Acting("head", Role.DECIDER, authority=DEPARTMENT)
    payer = Acting("payer", Role.FINANCE, authority=TREASURY)
    for case in cases:
        take_step(case, "open_by_match", NOTHING, acting=THE_PLATFORM, at=NOW, on=DAY)
        fresh = Case.objects.get(pk=case.pk)
        take_step(fresh, "approve", granting.given_for_all(fresh), acting=head, at=NOW, on=LATER)
        take_step(fresh, "order_payment", NOTHING, acting=payer, at=NOW, on=LATER)
    numbers = dict(zip(ready, [case.number for case in cases], strict=True))
    actions.note_cases(firms, numbers)
    return len(cases)


def report(said: dict[str, dict[str, Any]], arguments: argparse.Namespace, load: float) -> str:
    firms, fewer = arguments.firms, arguments.firms_postgresql
    command = "python benchmarks/automatic_grants.py" + (f" --firms {firms}" if firms != 100_000 else "")
    command += f" --firms-postgresql {fewer}" if fewer else ""
    lines = [
        f"# {firms:,} firms are granted a reward without a claim",
        "",
        f"```\n{command}\n```",
        "",
        f"{machine.description()} · huiqi {machine.commit()}, {machine.versions()}",
        "",
    ]
    if load >= 1:
        lines += [
            f"**The machine was busy** (load {load:.1f} before): processor seconds say more than seconds.",
            "",
        ]
    lines += [
        "The rules and the firms are synthetic. `CPU` is processor time of this process, `database` that of the server's",
        "process (SQLite works within this one). The cases of the row `one at a time` went from `open` to `order` by single",
        "steps, as those of the desk do; all other rows are what happens to the whole list.",
        "",
    ]
    for name, one in said.items():
        lines += table_of(name, one)
    return "\n".join(lines) + "\n"


def table_of(name: str, one: dict[str, Any]) -> list[str]:
    paid = one["paid"]
    lines = [
        f"## {name}: {paid:,} firms",
        "",
        "|  | seconds | CPU s | database s | per grant, ms of CPU |",
        "| --- | --: | --: | --: | --: |",
    ]
    whole = [0.0, 0.0, 0.0]
    for phase, (seconds, cpu, served) in one["phases"].items():
        cases = one["one_at_a_time"] if phase == "one at a time" else paid
        lines.append(
            f"| {phase} | {seconds:,.1f} | {cpu:,.1f} | {served:,.1f} | {1000 * (cpu + served) / cases:.2f} |"
        )
        if phase not in ("one at a time", "match the register"):
            whole = [a + b for a, b in zip(whole, (seconds, cpu, served), strict=True)]
    lines += [
        f"| **list to paid** | **{whole[0]:,.1f}** | **{whole[1]:,.1f}** | **{whole[2]:,.1f}** "
        f"| **{1000 * (whole[1] + whole[2]) / paid:.2f}** |",
        "",
        f"{paid:,} cases paid, {Decimal(one['total']):,.2f} yuan in all, as the ledger has it. Peak memory "
        f"{one['peak_mib']:,.0f} MiB; the database has {one['size_mib']:,.0f} MiB.",
        "",
    ]
    return lines


if __name__ == "__main__":
    main()

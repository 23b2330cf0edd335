"""`huiqi demo`: the main job from end to end, on a synthetic register, up to the site."""

from datetime import UTC, date, datetime
from importlib import import_module
from pathlib import Path
from secrets import token_urlsafe
from typing import Annotated

import numpy as np
import typer
from rich.box import SIMPLE_HEAD
from rich.rule import Rule
from rich.table import Table

from huiqi.cli.check import check
from huiqi.cli.explain import explained_lines
from huiqi.cli.match import match
from huiqi.cli.registry import make_sample
from huiqi.cli.report import report
from huiqi.cli.setting import out
from huiqi.cli.site import run_manage, serve, use_settings
from huiqi.matching.engine import NO_AMOUNT
from huiqi.matching.stored import StoredBlock, open_run
from huiqi.measures.types import VerdictKind
from huiqi.registry.publish import point_to
from huiqi.registry.sample import SAMPLE_COLUMNS
from huiqi.registry.snapshot import open_snapshot

ROWS = 100_000
DAY = date(2013, 6, 30)
PACK = "qingdao-2012-46"
REGION = "370200"
IN_FULL = "cit-small-low-profit-20"


def register(app: typer.Typer) -> None:
    app.command("demo")(demo)


def demo(
    folder: Annotated[Path, typer.Option("--out", help="Folder for register, results, report and site.")],
    rows: Annotated[int, typer.Option(min=1000, help="How many synthetic enterprises.")] = ROWS,
    serves: Annotated[bool, typer.Option("--serve/--no-serve", help="End by serving the site.")] = True,
    bind: Annotated[str, typer.Option(help="Where the site listens.")] = "127.0.0.1:8000",
) -> None:
    """Check the packs, match synthetic enterprises of Qingdao, explain one, write a report, serve the site."""
    step("1  检查规则包 check the packs")
    check([])
    step(f"2  合成名录 {rows:,} synthetic enterprises")
    registry, run = folder / "register", folder / "runs" / DAY.isoformat()
    make_sample(rows, registry, as_of=DAY, seed=1, region=REGION, columns=SAMPLE_COLUMNS)
    step("3  匹配 match every enterprise with every measure")
    match(registry=registry, out_folder=run, as_of=DAY.isoformat())
    point_to(run.parent, run.name)
    code = someone_with_more(run)
    step(f"4  逐条说明 one enterprise, clause by clause: {code}")
    for measure in (None, IN_FULL):
        for line in explained_lines(registry, code, as_of=DAY, packs=(PACK,), measure=measure):
            out.print(line, markup=False)
        out.print()
    step("5  报告 report")
    report(run=run, registry=registry, code=code, page=folder / "report.html")
    step("6  网站 the site, with one account for each role")
    show_cast(folder, code)
    if serves:
        out.print(f"http://{bind}/   Ctrl+C 停止 stops it", highlight=False)
        serve(data=folder, bind=bind, day=DAY.isoformat())


def show_cast(folder: Path, firm: str) -> None:
    """Make the accounts and print how to log in; the password is made up for this demonstration."""
    use_settings(data=folder, day=DAY.isoformat())
    run_manage(["migrate", "--verbosity", "0"])
    password = token_urlsafe(9)
    cast_of = import_module("huiqi.procedures.cast")
    acted = import_module("huiqi.procedures.act_out")
    parties = cast_of.parties_by_role(open_snapshot(folder / "register"))
    now = datetime.now(UTC)
    cast = cast_of.bring_in_the_cast(
        firm=firm,
        bank=parties["bank"],
        guarantor=parties["guarantor"],
        agency=parties["agency"],
        password=password,
        from_day=DAY.replace(month=1, day=1),
        at=now,
    )
    cases = acted.act_out(acted.Scene(firm, parties["bank"], DAY, now))
    out.print(f"合成办件 synthetic cases: {', '.join(cases)}", markup=False, highlight=False)
    names = import_module("huiqi.access.permissions").ROLE_NAMES
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for heading in ("用户名 user", "身份 role", "代表 acts for"):
        table.add_column(heading, overflow="fold")
    for part in cast:
        role = names[part.role]
        acts_for = firm if part.is_firm else part.authority
        table.add_row(part.name, f"{role.zh} {role.en}", acts_for)
    out.print(table)
    out.print(f"密码 password, the same for all: {password}", markup=False)


def step(title: str) -> None:
    out.print()
    out.print(Rule(title, align="left"))


def someone_with_more(run: Path) -> str:
    """The first party for whom the most different kinds of answers came out."""
    ranked = [party for block in open_run(run).blocks() for party in foremost(block)]
    return max(ranked, key=lambda party: (party[0], party[1], [-ord(c) for c in party[2]]))[2]


def foremost(block: StoredBlock) -> list[tuple[int, int, str]]:
    """The best of a block: entitlements with a value, kinds of answers, code."""
    rows = len(block.codes)
    worth = np.zeros(rows, np.int64)
    kinds = {kind: np.zeros(rows, np.bool_) for kind in VerdictKind}
    for group in block.groups:
        kinds[group.verdict][group.rows] = True
        if group.verdict is VerdictKind.ELIGIBLE and len(group.values):
            worth[group.rows] += group.values != NO_AMOUNT
    number = np.sum(list(kinds.values()), axis=0)
    best = np.lexsort((-number, -worth))[:1]
    return [(int(worth[i]), int(number[i]), block.codes[int(i)].as_py()) for i in best]

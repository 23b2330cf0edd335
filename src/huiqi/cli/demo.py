"""`huiqi demo`: the main job from end to end, on a synthetic register."""

from datetime import date
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from rich.rule import Rule

from huiqi.cli.check import check
from huiqi.cli.explain import explained_lines
from huiqi.cli.match import match
from huiqi.cli.registry import make_sample
from huiqi.cli.report import report
from huiqi.cli.setting import out
from huiqi.matching.engine import NO_AMOUNT
from huiqi.matching.stored import StoredBlock, open_run
from huiqi.measures.types import VerdictKind
from huiqi.registry.sample import SAMPLE_COLUMNS

ROWS = 100_000
DAY = date(2013, 6, 30)
PACK = "qingdao-2012-46"
REGION = "370200"
IN_FULL = "cit-small-low-profit-20"


def register(app: typer.Typer) -> None:
    app.command("demo")(demo)


def demo(
    folder: Annotated[Path, typer.Option("--out", help="Folder for register, results and report.")],
    rows: Annotated[int, typer.Option(min=1000, help="How many synthetic enterprises.")] = ROWS,
) -> None:
    """Check the packs, match synthetic enterprises of Qingdao, explain one, write a report."""
    step("1  检查规则包 check the packs")
    check([])
    step(f"2  合成名录 {rows:,} synthetic enterprises")
    registry, run = folder / "register", folder / "run"
    make_sample(rows, registry, as_of=DAY, seed=1, region=REGION, columns=SAMPLE_COLUMNS)
    step("3  匹配 match every enterprise with every measure")
    match(registry=registry, out_folder=run, as_of=DAY.isoformat(), packs=[PACK])
    code = someone_with_more(run)
    step(f"4  逐条说明 one enterprise, clause by clause: {code}")
    for measure in (None, IN_FULL):
        for line in explained_lines(registry, code, as_of=DAY, packs=(PACK,), measure=measure):
            out.print(line, markup=False)
        out.print()
    step("5  报告 report")
    report(run=run, registry=registry, code=code, page=folder / "report.html")


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

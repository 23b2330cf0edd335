"""`huiqi changes`: who gained, who lost, whose amount changed between two match runs, and why."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import pyarrow as pa
import pyarrow.csv as pcsv
import pyarrow.parquet as pq
import typer

from huiqi.cli.setting import err, measures_table, out
from huiqi.matching.changes.run import Changes, compare_runs
from huiqi.matching.changes.types import CHANGES, MeasureChanges, Why
from huiqi.matching.incremental.before import CannotContinue
from huiqi.registry.manifest import UnreadableManifest
from huiqi.registry.snapshot import NoSnapshot, open_snapshot

MOST = 30
"""Measures shown; the others are in the file and in the JSON."""
TEXTS = pa.schema([f.with_type(pa.string()) if pa.types.is_dictionary(f.type) else f for f in CHANGES])
REASONS = {
    Why.NEW: "新增主体 party new", Why.GONE: "主体退出 party gone", Why.FACTS: "要素变化 facts changed",
    Why.REGISTER: "名录变化 register changed", Why.RULE: "规则修改 rule changed",
    Why.ADDED: "新增措施 measure added", Why.DROPPED: "删除措施 measure dropped",
    Why.BEGAN: "开始施行 measure began", Why.ENDED: "施行期满 measure ended", Why.DAY: "日期不同 another day",
    Why.COLUMNS: "名录栏目或程序版本不同 other columns or program",
}  # fmt: skip
HEADINGS = (
    "新符合\ngained", "不再符合\nlost", "金额增加\nmore", "金额减少\nless", "转待定\nopened", "待定转否\nsettled",
    "金额变化\namount",
)  # fmt: skip


def register(app: typer.Typer) -> None:
    app.command("changes")(changes)


def changes(
    old: Annotated[Path, typer.Argument(help="Folder of the older match run.")],
    new: Annotated[Path, typer.Argument(help="Folder of the newer match run.")],
    registry: Annotated[
        Path | None, typer.Option(help="Folder of the register: with it, changed facts are named.")
    ] = None,
    file: Annotated[
        Path | None, typer.Option("--out", help="Write every single change to this .parquet or .csv file.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="The counts as JSON.")] = False,
) -> None:
    """Compare two match runs: who gained, who lost, whose amount changed, and why."""
    if file is not None and file.suffix not in (".parquet", ".csv"):
        err.print("Name a file that ends in .parquet or .csv with --out")
        raise typer.Exit(2)
    try:
        if registry is not None:
            open_snapshot(registry)
        found = compared(old, new, registry, file)
    except (CannotContinue, NoSnapshot, UnreadableManifest) as error:
        err.print(str(error), markup=False)
        raise typer.Exit(1) from None
    if as_json:
        out.print(json.dumps(as_figures(found), ensure_ascii=False, indent=1), markup=False, soft_wrap=True)
    else:
        show(found, {**titles(old), **titles(new)})
        if file is not None:
            out.print(f"{sum(line.all for line in found.measures):,} changes in {file}", markup=False)


def compared(old: Path, new: Path, registry: Path | None, file: Path | None) -> Changes:
    """The file is written beside its place and moved there."""
    if file is None:
        return compare_runs(old, new, register=registry)
    draft = file.with_name(f".{file.name}.draft")
    file.parent.mkdir(parents=True, exist_ok=True)
    is_table = file.suffix == ".parquet"
    try:
        with (
            pq.ParquetWriter(draft, CHANGES, compression="zstd") if is_table else pcsv.CSVWriter(draft, TEXTS)
        ) as writer:
            found = compare_runs(
                old,
                new,
                register=registry,
                sink=lambda table: writer.write_table(table if is_table else table.cast(TEXTS)),
            )
        draft.replace(file)
        return found
    finally:
        draft.unlink(missing_ok=True)


def titles(run: Path) -> dict[str, str]:
    """Of the measures of a run, in Chinese."""
    table = pq.read_table(run / "summary.parquet")
    if "title" not in table.column_names:
        return {}
    return dict(zip(table["measure"].to_pylist(), table["title"].to_pylist(), strict=True))


def as_figures(found: Changes) -> dict[str, Any]:
    sides = ("version", "as_of", "packs", "synthetic")
    return {
        "old": {name: found.old.get(name) for name in sides},
        "new": {name: found.new.get(name) for name in sides},
        "new_parties": found.new_parties,
        "gone_parties": found.gone_parties,
        "register_read": found.is_register_read,
        "reasons": found.reasons,
        "measures": [
            {k: v if isinstance(v, int | str) else str(v) for k, v in asdict(line).items()}
            for line in found.measures
        ],
    }


def show(found: Changes, names: dict[str, str]) -> None:
    table = measures_table(HEADINGS)
    for line in found.measures[:MOST]:
        counts = (line.gained, line.lost, line.more, line.less, line.opened, line.settled)
        table.add_row(
            names.get(line.measure, line.measure), *(f"{n:,}" if n else "" for n in counts), amount(line)
        )
    if found.measures:
        out.print(table)
    if len(found.measures) > MOST:
        out.print(f"… 另有 and {len(found.measures) - MOST} measures more")
    for reason, number in found.reasons.items():
        out.print(f"{REASONS[Why(reason)]}: {number:,}", markup=False)
    synthetic = "synthetic " if found.new.get("synthetic") else ""
    out.print(
        f"{sum(line.all for line in found.measures):,} 项变化 changes with {len(found.measures)} measures, "
        f"{found.old['as_of']} → {found.new['as_of']}; "
        f"{found.new_parties:,} {synthetic}parties new, {found.gone_parties:,} gone",
        markup=False,
    )


def amount(line: MeasureChanges) -> str:
    """By how much more is due in all, in the award's unit."""
    sum_ = line.amount_gained - line.amount_lost + line.amount_more - line.amount_less
    return f"{sum_:+,.2f}" if sum_ else ""

"""`huiqi simulate`: what a draft would change, for whom and at what cost, before it is issued."""

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from huiqi.base.problem import Problem
from huiqi.cli.match import day_from, progress_bar
from huiqi.cli.setting import err, library, measures_table, out, show_problems
from huiqi.matching.draft_folder import DraftFolder
from huiqi.matching.simulate.change import Written, changed_measures, changed_parameters
from huiqi.matching.simulate.files import Json, PartiesFile, as_json
from huiqi.matching.simulate.page import simulation_page
from huiqi.matching.simulate.plan import pairs_of
from huiqi.matching.simulate.run import simulate as run_simulation
from huiqi.matching.simulate.suppress import EVERYTHING, LEAST, disclosure_of
from huiqi.matching.simulate.types import Ruleset
from huiqi.packs.for_engines import ruleset
from huiqi.packs.load import PackFolder, load_pack
from huiqi.packs.types import Library, Pack
from huiqi.registry.snapshot import NoSnapshot, Snapshot, open_snapshot

HEADINGS = (
    "新符合\ngain", "最多\nat most", "不再符合\nlose", "最多\nat most", "增加\nmore", "减少\nless",
    "单项成本变化\nown cost, yuan",
)  # fmt: skip


def register(app: typer.Typer) -> None:
    app.command("simulate")(simulate)


def simulate(
    registry: Annotated[Path, typer.Option(help="Folder of the register.")],
    out_folder: Annotated[Path, typer.Option("--out", help="Folder for figures, page and parties.")],
    as_of: Annotated[str, typer.Option(metavar="DATE", help="The day: periods and parameters of that day.")],
    settings: Annotated[
        list[str] | None, typer.Option("--set", help="pack/measure.conditions.NAME='EXPR' and the like.")
    ] = None,
    parameters: Annotated[
        list[str] | None, typer.Option("--parameter", help="pack/name=value, a dated figure on all days.")
    ] = None,
    drafts: Annotated[
        list[Path] | None, typer.Option("--draft", help="A whole changed pack, named like the pack.")
    ] = None,
    publish: Annotated[
        bool, typer.Option("--publish", help="For publication: small cells suppressed, no list of parties.")
    ] = False,
    least: Annotated[
        int | None,
        typer.Option(min=2, help=f"With --publish: the smallest group that may show; {LEAST} by default."),
    ] = None,
    packs: Annotated[
        list[str] | None, typer.Option("--pack", help="Packs to simulate in; all by default.")
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="No table, no progress bar.")] = False,
) -> None:
    """Run the rules as they are and as a draft has them over a register, and tell the difference."""
    day = day_from(as_of)
    loaded = library(only=tuple(packs or ()))
    baseline = ruleset(loaded)
    draft, problems = drafted(loaded, settings or (), parameters or (), drafts or ())
    problems += [*folder_problems(out_folder), *least_problems(least, publish)]
    snapshot = opened(registry)
    if not problems and not any(p.is_touched for p in pairs_of(baseline, draft, as_of=day)):
        said = "nothing" if not (settings or parameters or drafts) else "nothing that decides anything"
        problems = [Problem("draft", f"it changes {said} on {day}; see --set, --parameter and --draft")]
    if problems or snapshot is None:
        show_problems(problems)
        raise typer.Exit(1)
    changes = [*(settings or ()), *(parameters or ()), *(f"--draft {path.name}" for path in drafts or ())]
    folder = DraftFolder(out_folder)
    measures = [p.key for p in pairs_of(baseline, draft, as_of=day) if p.is_touched]
    parties = None if publish else PartiesFile(folder.draft / "parties.parquet", measures)
    try:
        with progress_bar(quiet) as bar:
            task = bar.add_task("simulating", total=snapshot.manifest.rows)
            result = run_simulation(
                snapshot, baseline, draft, as_of=day, changes=changes, parties=parties,
                progress=lambda rows: bar.advance(task, rows),
            )  # fmt: skip
        if parties is not None:
            parties.close()
        figures = as_json(result, disclosure_of(result, least=least or LEAST) if publish else EVERYTHING)
        put_down(figures, folder)
    except BaseException:
        folder.discard()
        raise
    if not quiet:
        show(figures)
    out.print(f"{out_folder / 'index.html'}", markup=False)


def put_down(figures: Json, folder: DraftFolder) -> None:
    """Figures and page into the folder, and the folder to its place."""
    folder.write("simulation.json", json.dumps(figures, ensure_ascii=False, indent=1) + "\n")
    folder.write("index.html", simulation_page(figures))
    folder.publish()


def opened(registry: Path) -> Snapshot | None:
    try:
        return open_snapshot(registry)
    except NoSnapshot as error:
        err.print(str(error), markup=False)
        return None


def folder_problems(folder: Path) -> list[Problem]:
    """The folder is replaced whole, so it must be ours or not yet in use."""
    if not folder.exists() or (folder / "simulation.json").is_file():
        return []
    if folder.is_dir() and not os.listdir(folder):
        return []
    return [Problem(f"--out {folder}", "holds something else than a simulation; name another folder")]


def least_problems(least: int | None, publish: bool) -> list[Problem]:
    if least is None or publish:
        return []
    return [Problem(f"--least {least}", "suppresses nothing without --publish; give both or neither")]


def drafted(
    loaded: Library, settings: Sequence[str], parameters: Sequence[str], drafts: Sequence[Path]
) -> tuple[Ruleset, list[Problem]]:
    """The rules with all changes in them, or every problem of them. Nothing on disk is touched."""
    changed, problems = with_drafts(loaded, drafts)
    rules, found = changed_parameters(parameters, ruleset(changed))
    problems += found
    written = {
        slug: Written(pack.written, pack.in_force, pack.region) for slug, pack in changed.packs.items()
    }
    rules, found = changed_measures(settings, rules, written)
    return rules, problems + found


def with_drafts(loaded: Library, drafts: Sequence[Path]) -> tuple[Library, list[Problem]]:
    """The packs with the changed ones in their place, and those that require them read again."""
    if not drafts:
        return loaded, []
    problems = [
        Problem(
            f"--draft {path}",
            "there is no such folder; give that of a changed pack, and name the folder like the pack",
        )
        for path in drafts
        if not path.is_dir()
    ]
    by_name = {path.resolve().name: path.resolve() for path in drafts if path.is_dir()}
    packs: dict[str, Pack] = {}
    for slug, pack in loaded.packs.items():
        path = by_name.get(slug)
        if path is None:
            stale = [other for other in pack.requires if packs.get(other) is not loaded.packs.get(other)]
            if stale:
                problems.append(
                    Problem(f"--draft {stale[0]}", f"{slug} requires it; give --draft for {slug} too")
                )
            packs[slug] = pack
            continue
        files = PackFolder(path, path.parent)
        head = files.head()
        if head is None:
            problems += files.problems or [Problem(f"--draft {path}", "there is no pack.yaml")]
            packs[slug] = pack
            continue
        packs[slug], found = load_pack(files, head, required=packs)
        problems += found
    problems += [
        Problem(
            f"--draft {path}", f"there is no pack {name!r} it would change; name the folder like the pack"
        )
        for name, path in by_name.items()
        if name not in loaded.packs
    ]
    return Library(packs), problems


def show(figures: Json) -> None:
    """The summary on the console: measures, each with the change of its own cost, then the cost of all together."""
    table = measures_table(HEADINGS)
    for row in figures["measures"]:
        cost = row["cost"]["difference"] if row["cost"] else None
        table.add_row(
            row["title"]["zh"],
            *(
                number(row[side][end], figures)
                for side, end in (("gains", "low"), ("gains", "high"), ("losses", "low"), ("losses", "high"))
            ),
            number(row["fates"]["more"], figures),
            number(row["fates"]["less"], figures),
            money(cost) if cost is not None else "",
        )
    out.print(table)
    cost = figures["cost"]
    if cost is None:
        out.print("财政成本 cost to the treasury: 未公布 suppressed")
    else:
        out.print(
            f"财政成本变化 change of the cost to the treasury (元/yuan): {money(cost['before'])} → {money(cost['after'])}, "
            f"{'+' if not cost['difference'].startswith('-') else ''}{money(cost['difference'])}"
        )
    synthetic = "synthetic " if figures["register"]["synthetic"] else ""
    out.print(f"{figures['parties']:,} {synthetic}parties as of {figures['as_of']}", markup=False)


def number(count: int | None, figures: Json) -> str:
    return f"{count:,}" if count is not None else f"<{figures['least_cell']}"


def money(text: str) -> str:
    """Exact figures keep their decimals: grouping is put into the text.

    >>> money("-1234567.50")
    '-1,234,567.50'
    """
    sign = "-" if text.startswith("-") else ""
    whole, _, decimals = text.removeprefix("-").partition(".")
    return f"{sign}{int(whole):,}.{decimals or '00'}"

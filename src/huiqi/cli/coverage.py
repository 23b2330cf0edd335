"""`huiqi coverage`: is every clause bound, is every system declared?"""

import json
from collections.abc import Sequence
from itertools import groupby
from typing import Annotated, Any

import typer
from rich.box import SIMPLE_HEAD
from rich.table import Table

from huiqi.cli.setting import library, out
from huiqi.packs.binding import Binding, bindings, undeclared
from huiqi.packs.types import Pack

MOST_NAMES = 4
NOUNS = {
    "clauses": "the clauses under it:",
    "orders_nothing": "orders nothing:",
    "measures": "measure",
    "facts": "fact",
    "matters": "matter",
    "scores": "scoring table",
    "precedence": "precedence over",
    "duties": "duty",
    "targets": "target",
    "time_limits": "time limit",
    "registers": "register",
    "cases": "case",
    "funds": "fund",
    "exchanges": "exchange",
    "events": "event",
    "indicators": "indicator",
    "systems": "system",
}


def register(app: typer.Typer) -> None:
    app.command("coverage")(coverage)


def coverage(
    packs: Annotated[list[str] | None, typer.Argument(help="Packs to show; all by default.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    gaps: Annotated[bool, typer.Option("--gaps", help="Only what is not bound or not declared.")] = False,
) -> None:
    """Print each clause with what it is bound to, and what is missing. Exits 1 where something is."""
    loaded = library(only=tuple(packs or ()))
    shown = [pack for name, pack in loaded.packs.items() if pack.clauses and (not packs or name in packs)]
    reports = [report_of(pack) for pack in shown]
    if as_json:
        print(json.dumps({"documents": reports}, ensure_ascii=False))
    else:
        for pack, report in zip(shown, reports, strict=True):
            if not gaps:
                out.print(clause_table(pack))
            show_report(report)
    if any(report["unbound"] or report["undeclared"] for report in reports):
        raise typer.Exit(1)


def report_of(pack: Pack) -> dict[str, Any]:
    """One document in the form of the contract."""
    bound = bindings(pack)
    unbound = [clause for clause, found in bound.items() if not found]
    return {
        "slug": pack.id,
        "clauses": len(bound),
        "bound": len(bound) - len(unbound),
        "unbound": unbound,
        "systems": len(pack.systems),
        "undeclared": undeclared(pack),
    }


def clause_table(pack: Pack) -> Table:
    table = Table("clause", "kinds", "bound to", title=pack.title.zh, box=SIMPLE_HEAD, title_justify="left")
    for clause, found in bindings(pack).items():
        words = bound_to(found)
        kinds = ", ".join(pack.clauses[clause].kinds)
        table.add_row(clause, kinds, words or "[red]nothing[/red]")
    return table


def bound_to(found: Sequence[Binding]) -> str:
    """``measure fee-cut · duty d1, d2``, by noun; long lists are cut."""
    parts = []
    for noun, group in groupby(found, key=lambda binding: binding.noun):
        names = [binding.id for binding in group]
        more = f" … {len(names) - MOST_NAMES} more" if len(names) > MOST_NAMES else ""
        parts.append(f"{NOUNS[noun]} {', '.join(names[:MOST_NAMES])}{more}")
    return " · ".join(parts)


def show_report(report: dict[str, Any]) -> None:
    share = report["bound"] / report["clauses"]
    out.print(
        f"{report['slug']}: {report['bound']} of {report['clauses']} clauses bound ({share:.0%}), "
        f"{report['systems']} systems"
    )
    if report["unbound"]:
        out.print(f"  not bound: {', '.join(report['unbound'])}")
    if report["undeclared"]:
        out.print(f"  not declared: {', '.join(report['undeclared'])}")

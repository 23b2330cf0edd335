"""`huiqi explain`: why a party is entitled or not, clause by clause, and by how much it misses."""

import json
from datetime import date
from pathlib import Path
from typing import Annotated

import typer
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from huiqi.cli.dossier import Dossier, dossier_of
from huiqi.cli.explain_json import dossier_as_json, measure_as_json
from huiqi.cli.explain_view import Line
from huiqi.cli.setting import err, out
from huiqi.forms.declare import nearest
from huiqi.measures.combine import Entitlement
from huiqi.measures.types import VerdictKind
from huiqi.measures.words import LANGUAGES, Language


def register(app: typer.Typer) -> None:
    app.command("explain")(explain)


def explain(
    code: Annotated[str, typer.Argument(help="Unified social credit code (统一社会信用代码) or old number.")],
    measure: Annotated[str | None, typer.Argument(help="One measure in full: pack/id, or its id.")] = None,
    registry: Annotated[Path, typer.Option(help="Folder of the register.")] = Path("register"),
    as_of: Annotated[
        str | None, typer.Option(metavar="DATE", help="The day; the register's by default.")
    ] = None,
    packs: Annotated[
        list[str] | None, typer.Option("--pack", help="Packs to look at; all by default.")
    ] = None,
    lang: Annotated[str, typer.Option(help="zh or en")] = "zh",
    as_json: Annotated[bool, typer.Option("--json", help="Machine-readable, in both languages.")] = False,
) -> None:
    """Explain what a party of a register may have and why: all measures, or one clause by clause."""
    language = language_from(lang)
    day = day_or_none(as_of)
    dossier = dossier_of(registry, code, as_of=day, packs=tuple(packs or ()), language=language)
    chosen = the_measure(dossier, measure) if measure is not None else None
    if as_json:
        found = measure_as_json(dossier, chosen) if chosen is not None else dossier_as_json(dossier)
        print(json.dumps(found, ensure_ascii=False, indent=2))
        return
    for line in lines_of(dossier, chosen):
        show(line)


def explained_lines(
    registry: Path,
    code: str,
    *,
    as_of: date,
    packs: tuple[str, ...] = (),
    measure: str | None = None,
    language: Language = "zh",
) -> list[str]:
    """What `huiqi explain` prints, as plain lines. Exits as the command does where something is not there."""
    dossier = dossier_of(registry, code, as_of=as_of, packs=packs, language=language)
    chosen = the_measure(dossier, measure) if measure is not None else None
    return [str(line) for line in lines_of(dossier, chosen)]


def show(line: Line) -> None:
    text = Text(line.text, style=line.style)
    if not line.mark:
        out.print(Padding(text, (0, 0, 0, line.indent)))
        return
    row = Table.grid(padding=(0, 1))
    row.add_column()
    row.add_column(overflow="fold")  # a Chinese sentence has no spaces to break at
    row.add_row(Text(line.mark, style=line.style), text)
    out.print(Padding(row, (0, 0, 0, line.indent)))


def lines_of(dossier: Dossier, chosen: Entitlement | None) -> list[Line]:
    view, party = dossier.view, dossier.party
    synthetic = view.say("（合成数据）", " (synthetic)") if dossier.is_synthetic else ""
    day = view.say(f"认定日期{dossier.as_of}", f"as of {dossier.as_of}")
    head = Line(f"{party.name or ''} {party.code}{synthetic} · {party.region} · {day}".strip(), "bold")
    body = view.overview(dossier.questions) if chosen is None else view.measure(chosen)
    return [head, *body]


def language_from(text: str) -> Language:
    for language in LANGUAGES:
        if text == language:
            return language
    err.print(f"There is no language {text!r}; there are: zh, en", markup=False)
    raise typer.Exit(2)


def day_or_none(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        err.print(f"{text!r} is not a day; write 2013-06-30", markup=False)
        raise typer.Exit(2) from None


def the_measure(dossier: Dossier, name: str) -> Entitlement:
    """A measure by its full name, or by its id where one pack alone has it (or one alone in scope)."""
    found = [e for e in dossier.view.assessment.entitlements if name in (e.measure.key, e.measure.id)]
    if len(found) > 1:
        found = [e for e in found if e.verdict.kind is not VerdictKind.OUT_OF_SCOPE] or found
    if len(found) == 1:
        return found[0]
    if found:
        err.print(f"{name!r} may be {' or '.join(e.measure.key for e in found)}", markup=False)
    else:
        names = [n for e in dossier.view.assessment.entitlements for n in (e.measure.id, e.measure.key)]
        err.print(f"There is no measure {name!r}{nearest(name, names)}", markup=False)
    raise typer.Exit(2)

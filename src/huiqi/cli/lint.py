"""`huiqi lint`: what a solver can prove about the rules of the packs, without a single party."""

import json
import time
from collections import Counter
from collections.abc import Callable
from datetime import date, datetime
from fractions import Fraction
from pathlib import Path
from typing import Annotated, Any

import typer

from huiqi.base.money import plain
from huiqi.cli.setting import err, library, out, packs_folder, show_problems
from huiqi.forms.declare import nearest
from huiqi.lint.run import lint as run_lint
from huiqi.lint.solver import is_installed
from huiqi.lint.types import Cliff, Finding, Kind, Report, Undecided, Witness
from huiqi.measures.expressions import Value
from huiqi.packs.for_engines import document_of
from huiqi.packs.load import load_library
from huiqi.packs.types import Library

KINDS: dict[Kind, str] = {
    Kind.NEVER_MET: "conditions that can never be met · 永远不能满足的条件",
    Kind.ALWAYS_MET: "conditions that always hold · 总是成立的条件",
    Kind.IMPLIED: "conditions that follow from others · 已被其他条件包含的条件",
    Kind.NEVER_REACHED: "branches never reached · 永远轮不到的分支",
    Kind.GAP: "gaps · 空档",
    Kind.OVERLAP: "overlaps · 重叠",
    Kind.SWALLOWED: "measures swallowed by others · 被其他措施覆盖的措施",
    Kind.CONTRADICTION: "contradictions between documents · 文件之间的矛盾",
    Kind.CLIFF: "cliffs: one more unit loses more than it earns · 断崖：多一个单位反而更少",
}


def register(app: typer.Typer) -> None:
    app.command("lint")(lint)


def lint(
    packs: Annotated[
        Path | None, typer.Option(help="Folder of packs; found as elsewhere by default.")
    ] = None,
    pack: Annotated[
        list[str] | None, typer.Option(help="Report on this pack alone; may be repeated.")
    ] = None,
    as_of: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d"], help="One day for all rules; by default each rule's own first days."
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    seconds: Annotated[float, typer.Option(help="The time of the whole run.")] = 300,
    strict: Annotated[bool, typer.Option("--strict", help="Exit 1 where something is found.")] = False,
) -> None:
    """Look for rules nobody meets, useless or swallowed ones, gaps, contradictions and cliffs. Needs z3."""
    if not is_installed():
        err.print("huiqi lint needs the solver z3: install huiqi with the extra `lab`.", markup=False)
        raise typer.Exit(2)
    loaded = loaded_from(packs)
    unknown = [name for name in pack or () if name not in loaded.packs]
    if unknown:
        folder = packs or packs_folder()
        for name in unknown:
            err.print(f"There is no pack {name!r} in {folder}{nearest(name, loaded.packs)}", markup=False)
        raise typer.Exit(2)
    report = run_lint(
        [document_of(p, loaded) for p in loaded.packs.values()],
        only=pack or (),
        as_of=as_of.date() if as_of else None,
        spent=time_is_over(seconds),
    )
    if as_json:
        print(json.dumps(report_json(report), ensure_ascii=False))
    else:
        show(report)
    if strict and report.findings:
        raise typer.Exit(1)


def loaded_from(folder: Path | None) -> Library:
    """The packs of a folder; what is broken is told on standard error and left out."""
    if folder is None:
        return library()
    loaded, problems = load_library(folder)
    show_problems(problems, most=20)
    if not loaded.packs:
        err.print(f"There is no sound pack in {folder}.", markup=False)
        raise typer.Exit(2)
    return loaded


def time_is_over(seconds: float) -> Callable[[], bool]:
    end = time.monotonic() + seconds
    return lambda: time.monotonic() > end


def show(report: Report) -> None:
    """Findings by kind, then what was not decided."""
    for kind, title in KINDS.items():
        found = [finding for finding in report.findings if finding.kind is kind]
        if found:
            out.print(f"[bold]{title}: {len(found)}[/bold]")
            for finding in found:
                out.print(f"  {finding.text.zh}", markup=False, soft_wrap=True)
                out.print(f"  {finding.text.en}", markup=False, soft_wrap=True)
                out.print(
                    f"  → {', '.join(dict.fromkeys((*finding.places, *finding.clauses)))}", markup=False
                )
    for name, undecided in (("not decided", report.undecided), ("not confirmed, dropped", report.faults)):
        for question in undecided:
            out.print(
                f"{name}: {question.kind} {question.place}: {question.reason}", markup=False, soft_wrap=True
            )
    if report.unvalued:
        total = sum(report.unvalued.values())
        out.print(
            f"{total}处界限会失去未定价值的措施 {total} thresholds lose a measure whose worth no figure says: "
            f"{', '.join(report.unvalued)}"
        )
    counts = Counter(finding.kind for finding in report.findings)
    summary = ", ".join(f"{counts[kind]} {kind}" for kind in KINDS if counts[kind]) or "nothing found"
    out.print(
        f"{summary}; {len(report.undecided)} not decided, {len(report.faults)} not confirmed; "
        f"{report.questions} questions to the solver"
    )


def report_json(report: Report) -> dict[str, Any]:
    return {
        "findings": [finding_json(finding) for finding in report.findings],
        "not_decided": [undecided_json(question) for question in report.undecided],
        "not_confirmed": [undecided_json(question) for question in report.faults],
        "thresholds_without_figure": dict(report.unvalued),
        "questions": report.questions,
    }


def finding_json(finding: Finding) -> dict[str, Any]:
    return {
        "kind": finding.kind.value,
        "places": list(finding.places),
        "clauses": list(finding.clauses),
        "zh": finding.text.zh,
        "en": finding.text.en,
        "witnesses": [witness_json(witness) for witness in finding.witnesses],
        "cliff": cliff_json(finding.cliff) if finding.cliff else None,
    }


def witness_json(witness: Witness) -> dict[str, Any]:
    """A party in the form `huiqi evaluate` reads."""
    facts = {name: value_json(value) for name, value in witness.facts.items()}
    return {"as_of": witness.as_of.isoformat(), "facts": facts}


def value_json(value: Value) -> object:
    if isinstance(value, Fraction):
        return plain(value, 12)
    return value.isoformat() if isinstance(value, date) else value


def cliff_json(cliff: Cliff) -> dict[str, Any]:
    return {
        "fact": cliff.fact,
        "before": plain(cliff.before),
        "after": plain(cliff.after),
        "loss": plain(cliff.loss),
        "unit": cliff.unit,
        "fallback": cliff.fallback,
        "is_endless": cliff.is_endless,
        "is_typical": cliff.is_typical,
        "grows_with": {name: plain(each) for name, each in cliff.grows_with},
        "thresholds": cliff.thresholds,
        "is_whole_count": cliff.is_whole_count,
    }


def undecided_json(question: Undecided) -> dict[str, str]:
    return {"kind": question.kind.value, "place": question.place, "reason": question.reason}

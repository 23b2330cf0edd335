"""Small synthetic documents, written as packs are written, for the lint to look at."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from huiqi.lint.run import lint
from huiqi.lint.types import Document, Finding, Kind, Report
from huiqi.packs.for_engines import document_of
from huiqi.packs.load import load_library

FACTS: dict[str, Any] = {
    "is_firm": {"type": "bool", "zh": "是否企业", "en": "is a firm"},
    "employees": {"type": "int", "zh": "从业人数", "en": "employees", "unit": "people", "min": 0},
    "income": {"type": "money", "zh": "应纳税所得额", "en": "taxable income", "unit": "CNY", "min": 0},
    "assets": {"type": "money", "zh": "资产总额", "en": "total assets", "unit": "CNY", "min": 0},
    "rate": {"type": "ratio", "zh": "研发费用占比", "en": "R&D intensity", "min": 0, "max": 1},
    "code": {"type": "text", "zh": "行业代码", "en": "industry code"},
    "hired_on": {"type": "date", "zh": "招用日期", "en": "day of hire"},
}


def said(text: str) -> dict[str, str]:
    return {"zh": text, "en": text}


def measure(name: str, *conditions: str, amount: str | None = "1000", **more: Any) -> dict[str, Any]:
    """A subsidy in yuan; each condition is named by its place: 1, 2, …"""
    award: dict[str, Any] = {"kind": "subsidy", "unit": "CNY", "if_not": "zero", **more.pop("award", {})}
    if amount is not None:
        award["amount"] = amount
    return {
        "id": name,
        "title": said(f"措施{name}"),
        "clause": "c1",
        "audience": "enterprise",
        "computable": "full" if amount is not None else "eligibility_only",
        "conditions": [{"id": f"n{n}", "when": w, "clause": "c1"} for n, w in enumerate(conditions, 1)],
        "award": award,
        "decided_by": ["市财政局"],
        **more,
    }


def write_pack(
    folder: Path,
    measures: Sequence[Mapping[str, Any]],
    *,
    name: str = "demo",
    facts: Mapping[str, Any] | None = None,
    matters: Sequence[Mapping[str, Any]] = (),
    parameters: Mapping[str, Any] | None = None,
    scores: Sequence[Mapping[str, Any]] = (),
) -> None:
    """A synthetic document of a city, in force from 2020 on."""
    root = folder / name
    (root / "measures").mkdir(parents=True)
    (root / "scores").mkdir()
    files: dict[str, Any] = {
        "pack.yaml": {
            "id": name, "version": "1.0.0", "title": said(f"合成文件{name}"), "issuer": "合成市人民政府",
            "level": "city",
            "jurisdiction": {**said("合成市"), "region": "3702"}, "signed": "2020-01-01",
            "in_force": {"from": "2020-01-01", "until": None}, "requires": [],
        },
        "clauses.yaml": [{"id": "c1", "label": "一", "kinds": ["entitlement"], "summary": said("合成条款")}],
        "facts.yaml": {**FACTS, **(facts or {})},
        "matters.yaml": list(matters),
        "parameters.yaml": dict(parameters or {}),
    }  # fmt: skip
    files |= {f"measures/{m['id']}.yaml": m for m in measures}
    files |= {f"scores/{s['id'].replace('_', '-')}.yaml": s for s in scores}
    for path, content in files.items():
        (root / path).write_text(yaml.safe_dump(content, allow_unicode=True), "utf-8")


def documents(folder: Path) -> list[Document]:
    library, problems = load_library(folder)
    assert [str(problem) for problem in problems] == []
    return [document_of(pack, library) for pack in library.packs.values()]


def report_on(folder: Path, *measures: Mapping[str, Any], **more: Any) -> Report:
    """What the lint says of one document with these measures; nothing may be dropped or left open."""
    write_pack(folder, measures, **more)
    return report_of(folder)


def report_of(folder: Path) -> Report:
    report = lint(documents(folder))
    assert report.faults == ()
    assert report.undecided == ()
    return report


def of_kind(report: Report, kind: Kind) -> list[Finding]:
    return [finding for finding in report.findings if finding.kind is kind]

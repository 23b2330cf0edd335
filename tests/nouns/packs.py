"""A small synthetic pack written to a folder, so that tests see what an author sees: files, lines and problems."""

import shutil
from pathlib import Path
from textwrap import dedent

from huiqi.base.problem import Problem
from huiqi.packs.load import load_library
from huiqi.packs.types import Pack

FILES = {
    "pack.yaml": """
        id: trial
        version: 1.0.0
        title: {zh: 试验文件, en: trial document}
        issuer: 试验市人民政府
        level: city
        jurisdiction: {zh: 试验市, region: "3702"}
        in_force: {from: 2012-01-01}
        """,
    "clauses.yaml": """
        - {id: c1, summary: {zh: 一, en: one}}
        - {id: c2, kinds: [fund], summary: {zh: 二, en: two}}
        """,
    "facts.yaml": """
        is_small: {type: bool, zh: 是否小企业, en: is small}
        is_listed: {type: bool, zh: 是否入库, en: is listed}
        employees: {type: decimal, zh: 人数, en: employees, min: 0}
        spent: {type: money, zh: 支出, en: money spent, about: claim, min: 0}
        """,
    "measures/grant.yaml": """
        id: grant
        title: {zh: 补助, en: grant}
        clause: c1
        audience: enterprise
        computable: full
        conditions: [{id: small, when: is_small, clause: c1}]
        award: {kind: grant, unit: CNY, amount: "least(spent * 10%, 50万)"}
        """,
}


def load_trial(folder: Path, **files: str) -> tuple[Pack, list[Problem]]:
    """The trial pack with further files (`systems=…` is systems.yaml), and its problems."""
    shutil.rmtree(folder / "trial", ignore_errors=True)
    named = {f"{name.replace('__', '/').replace('_', '-')}.yaml": text for name, text in files.items()}
    for name, text in {**FILES, **named}.items():
        path = folder / "trial" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(text), "utf-8")
    library, problems = load_library(folder)
    return library.packs["trial"], problems


def problems_of(folder: Path, **files: str) -> list[str]:
    """Each problem as the author reads it."""
    return [str(problem) for problem in load_trial(folder, **files)[1]]

"""A pack held against the official text, and against its own tests: each slip is told with its place."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from huiqi.cli.app import app
from huiqi.documents.parse import parse
from huiqi.packs.figures import figure_problems, figures_in
from huiqi.packs.load import load_library

TEXT = """试验市人民政府关于扶持小企业的意见

试政发〔2013〕9号

各区政府：

一、对从业人员不超过50人的企业，按贷款额的2%给予贴息，最高不超过30万元，期限三年。（市财政局负责）

二、对新办企业税费减半。（市税务局负责）

试验市人民政府
2013年3月1日
"""

FILES = {
    "pack.yaml": """
id: trial-2013-9
version: 1.0.0
number: 试政发〔2013〕9号
title: {zh: 关于扶持小企业的意见（试验）, en: Support of small firms (trial)}
issuer: 试验市人民政府
level: city
jurisdiction: {zh: 试验市, region: "9901"}
signed: 2013-03-01
in_force: {from: 2013-03-01}
""",
    "clauses.yaml": """
- {id: c1, label: 一、, kinds: [subsidy], summary: {zh: 小企业贷款可得贴息。, en: Small firms get an interest subsidy.}}
- {id: c2, label: 二、, kinds: [tax], summary: {zh: 新企业少交一半。, en: New firms pay half.}}
""",
    "facts.yaml": """
employees: {type: int, zh: 从业人数, en: employees, unit: people, min: 0}
loan: {type: money, zh: 贷款额, en: loan, unit: CNY, about: claim, min: 0}
is_new: {type: bool, zh: 是否新办企业, en: is a new firm}
tax: {type: money, zh: 应缴税费, en: taxes due, unit: CNY, min: 0}
""",
    "measures/interest.yaml": """
id: interest
title: {zh: 贷款贴息, en: Interest subsidy}
clause: c1
audience: enterprise
computable: full
conditions: [{id: small, when: employees <= 50, clause: c1}]
award: {kind: interest, unit: CNY, amount: "least(loan * 2%, 30万)", if_not: zero}
decided_by: [市财政局]
""",
    "measures/half.yaml": """
id: half
title: {zh: 税费减半, en: Half the taxes}
clause: c2
audience: enterprise
computable: full
conditions: [{id: new, when: is_new, clause: c2}]
award: {kind: exemption, unit: CNY, amount: tax * 50%, if_not: zero}
decided_by: [市税务局]
""",
    "tests/interest.yaml": """
- {name: 五十人, measure: interest, given: {employees: 50, loan: 100万}, expect: {verdict: eligible, amount: 20000, missing: []}}
- {name: 五十一人, measure: interest, given: {employees: 51}, expect: {verdict: ineligible, amount: 0}}
""",
}


@pytest.fixture
def packs(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        path = tmp_path / "packs" / "trial-2013-9" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text.lstrip(), "utf-8")
    return tmp_path / "packs"


def change(packs: Path, name: str, old: str, new: str) -> None:
    path = packs / "trial-2013-9" / name
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


def told(packs: Path) -> list[str]:
    library, problems = load_library(packs)
    assert problems == []
    return [str(p) for p in figure_problems(library.packs["trial-2013-9"], parse(TEXT))]


def test_a_pack_whose_figures_stand_in_the_text(packs: Path):
    assert told(packs) == []


@pytest.mark.parametrize(
    ("name", "old", "new", "message"),
    [
        (
            "measures/interest.yaml",
            "50",
            "60",
            "trial-2013-9/measures/interest.yaml:small: 60 does not stand in clause c1",
        ),
        (
            "measures/interest.yaml",
            "2%",
            "2.5%",
            "trial-2013-9/measures/interest.yaml:award.amount: 0.025 does not stand",
        ),
        (
            "measures/interest.yaml",
            "30万",
            "3万",
            "trial-2013-9/measures/interest.yaml:award.amount: 30000 does not stand",
        ),
        (
            "measures/half.yaml",
            "50%",
            "40%",
            "trial-2013-9/measures/half.yaml:award.amount: 0.4 does not stand in clause c2",
        ),
    ],
)
def test_a_figure_that_is_not_in_its_clause(packs: Path, name: str, old: str, new: str, message: str):
    change(packs, name, old, new)
    found = told(packs)
    assert len(found) == 1
    assert found[0].startswith(message)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("首期3亿元", 300_000_000),
        ("三分之二的一百二十户", 120),
        ("减按90%征收", 90),
        ("培训万名骨干", 10_000),
        ("1,200家", 1200),
    ],
)
def test_numbers_as_documents_write_them(text: str, number: int):
    assert number in figures_in(text)


def run(packs: Path, monkeypatch: pytest.MonkeyPatch, *words: str) -> tuple[int, str]:
    monkeypatch.setenv("HUIQI_PACKS", str(packs))
    result = CliRunner().invoke(app, ["check", *words])
    return result.exit_code, result.output


def test_check_is_clean(packs: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    (tmp_path / "documents").mkdir()
    (tmp_path / "documents" / "trial-2013-9.txt").write_text(TEXT, "utf-8")
    code, output = run(packs, monkeypatch, "--documents", str(tmp_path / "documents"))
    assert (code, "no problems" in output) == (0, True)
    assert "figures looked up in trial-2013-9.txt: 0" in output


def test_a_test_that_fails_says_so_for_both_engines(packs: Path, monkeypatch: pytest.MonkeyPatch):
    change(packs, "tests/interest.yaml", "amount: 20000", "amount: 20001")
    code, output = run(packs, monkeypatch)
    assert code == 1
    assert "interest: 五十人: the amount is 20000, not 20001" in output
    assert "interest: 五十人: batch engine: the amount is 20000" in output


def test_what_nothing_uses_is_named(packs: Path, monkeypatch: pytest.MonkeyPatch):
    change(packs, "facts.yaml", "is_new:", "is_old: {type: bool, zh: 是否老企业, en: is old}\nis_new:")
    change(
        packs,
        "clauses.yaml",
        "- {id: c2",
        "- {id: c9, summary: {zh: 另行通知。, en: Further notice.}}\n- {id: c2",
    )
    code, output = run(packs, monkeypatch)
    assert code == 1
    assert "trial-2013-9/facts.yaml: nothing uses the fact 'is_old'" in output
    assert "clause 'c9' is bound to nothing" in output

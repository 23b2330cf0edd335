"""What is left `todo` in a pack is told by file and line, once each, and what only follows from it is not."""

import shutil
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from huiqi.cli.app import app
from huiqi.documents.draft import draft_pack, todos
from huiqi.documents.parse import parse
from huiqi.packs.complete import completeness_problems
from huiqi.packs.load import load_library
from tests.documents.synthetic import LINES
from tests.test_pack_and_document import FILES

SLUG = "trial-2013-9"
PACKS = Path(__file__).parents[1] / "packs"
FORMS = sorted((Path(__file__).parent / "documents" / "forms").glob("*.yaml"))


@pytest.fixture
def packs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, text in FILES.items():
        path = tmp_path / SLUG / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text.lstrip(), "utf-8")
    monkeypatch.setenv("HUIQI_PACKS", str(tmp_path))
    return tmp_path


def change(packs: Path, name: str, old: str, new: str) -> None:
    path = packs / SLUG / name
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def told(*words: str) -> list[str]:
    """The problems `huiqi check` prints."""
    result = CliRunner().invoke(app, ["check", *words])
    assert (result.exit_code == 0) == (not result.stderr)
    return result.stderr.splitlines()


@pytest.mark.parametrize(
    ("name", "old", "new", "message"),
    [
        ("pack.yaml", "level: city", "level: todo", "pack.yaml:6: level is still todo: one of 'nation', "),
        ("pack.yaml", '"9901"', "todo", "pack.yaml:7: jurisdiction.region is still todo: up to six digits of GB/T"),
        ("pack.yaml", "signed: 2013-03-01", "signed: todo", "pack.yaml:8: signed is still todo: a day such as"),
        ("clauses.yaml", "新企业少交一半。", "TODO 另写", "clauses.yaml:2: c2: summary.zh is still todo"),
        ("tests/interest.yaml", "100万", "todo", "tests/interest.yaml:1: 五十人: given.loan is still todo"),
        ("measures/half.yaml", "when: is_new", "when: todo", "measures/half.yaml:6: conditions.0.when is still todo"),
        ("measures/half.yaml", "tax * 50%", "todo", "measures/half.yaml:7: award.amount is still todo"),
        ("measures/half.yaml", "full", "todo", "measures/half.yaml:5: computable is still todo: one of 'full', "),
        ("tests/interest.yaml", "name: 五十人", "name: todo", "tests/interest.yaml:1: 0.name is still todo"),
    ],
)  # fmt: skip
def test_a_todo_is_one_problem(packs: Path, name: str, old: str, new: str, message: str):
    change(packs, name, old, new)
    (problem,) = told(SLUG)
    assert problem.startswith(f"{SLUG}/{message}")


def test_a_word_that_only_looks_like_it_is_none(packs: Path):
    change(packs, "clauses.yaml", "New firms pay half.", "Todos pagan la mitad.")
    assert told() == []


def test_a_pack_whose_head_is_undecided_still_tells_all_its_todos(packs: Path):
    change(packs, "pack.yaml", "level: city", "level: todo")
    change(packs, "clauses.yaml", "New firms pay half.", "todo")
    change(packs, "measures/interest.yaml", "amount:", "amonut:")
    assert [problem.partition(": ")[0] for problem in told(SLUG)] == [
        f"{SLUG}/pack.yaml:6",
        f"{SLUG}/clauses.yaml:2",
        f"{SLUG}/measures/interest.yaml:7",
    ]


def test_one_undecided_fact_does_not_take_the_others_with_it(packs: Path):
    change(packs, "facts.yaml", "type: money, zh: 贷款额", "todo: money, zh: 贷款额")
    assert told(SLUG) == [
        f"{SLUG}/facts.yaml:2: loan.todo is still todo",
        f"{SLUG}/measures/interest.yaml:7:1:7: award.amount: unknown fact 'loan'",
    ]


def test_what_is_wrong_beside_a_todo_is_told_too(packs: Path):
    change(packs, "measures/half.yaml", "zh: 税费减半", "zh: todo")
    change(packs, "measures/half.yaml", "tax * 50%", "taxx * 50%")
    assert told() == [
        f"{SLUG}/measures/half.yaml:2: title.zh is still todo",
        f"{SLUG}/measures/half.yaml:7:1:1: award.amount: unknown fact 'taxx'; did you mean 'tax'?",
    ]


def test_a_mistake_in_a_measure_names_its_line_and_not_the_tests_that_cannot_run(packs: Path):
    change(packs, "measures/interest.yaml", "employees <=", "employes <=")
    assert told() == [
        f"{SLUG}/measures/interest.yaml:6:1:1: small: unknown fact 'employes'; did you mean 'employees'?",
        f"{SLUG}/clauses.yaml: clause 'c1' is bound to nothing; see docs/packs.md",
        f"{SLUG}/facts.yaml: nothing uses the fact 'employees'",
        f"{SLUG}/facts.yaml: nothing uses the fact 'loan'",
    ]


def test_an_audience_nobody_belongs_to(packs: Path):
    change(packs, "measures/half.yaml", "audience: enterprise", "audience: enterprises")
    assert told()[0] == (
        f"{SLUG}/measures/half.yaml:4: there is no kind of party 'enterprises'; did you mean 'enterprise'?"
    )


def test_a_pack_that_needs_a_broken_one_says_so(packs: Path):
    other = packs / "other" / "pack.yaml"
    other.parent.mkdir()
    other.write_text((packs / SLUG / "pack.yaml").read_text("utf-8").replace("city", "town"), "utf-8")
    change(packs, "pack.yaml", "level:", "requires: [other]\nlevel:")
    assert told()[0] == f"{SLUG}/pack.yaml: requires 'other', which has problems itself"
    assert told(SLUG)[0] == f"{SLUG}/pack.yaml: requires 'other', which has problems itself"


@pytest.mark.parametrize("form", [None, *FORMS], ids=lambda form: form.stem if form else "whole document")
def test_a_fresh_draft_has_a_problem_for_each_todo_and_no_other(tmp_path: Path, form: Path | None):
    text = yaml.safe_load(form.read_text("utf-8"))["text"] if form else "\n".join(LINES)
    shutil.copytree(PACKS / "cn-common", tmp_path / "cn-common")
    files = draft_pack(parse(text), pack_id="fresh")
    for decided in (False, True):
        if decided:  # the head, so that the rest is put together
            for open_, settled in (
                ("level: todo", "level: city"),
                ("region: todo", "region: '99'"),
                ("from: todo", "from: 2020-01-01"),
                ("signed: todo", "signed: null"),
            ):
                files["pack.yaml"] = files["pack.yaml"].replace(open_, settled)
        for name, content in files.items():
            (tmp_path / "fresh" / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / "fresh" / name).write_text(content, "utf-8")
        library, problems = load_library(tmp_path, only=("fresh",))
        assert ("fresh" in library.packs) == decided
        assert [
            p for p in (*problems, *completeness_problems(library)) if " is still todo" not in p.message
        ] == []
        assert len(problems) == todos(files)

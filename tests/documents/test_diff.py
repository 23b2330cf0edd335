"""Two documents compared: matched by matter, figures and owners told apart; documents on a line of time."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from huiqi.documents.diff import compare, edits
from huiqi.documents.diff_json import comparison_as_mapping
from huiqi.documents.parse import parse
from huiqi.documents.timeline import DocumentDates, declared_dates, holds_on, periods
from huiqi.documents.types import Clause, Document, Owner, Quantity
from tests.documents.cases import DOCUMENT


def clause(id: str, text: str, *amounts: tuple[str, int], owners: tuple[Owner, ...] = ()) -> Clause:
    quantities = tuple(Quantity(words, Decimal(value), "CNY", "=", (0, 1)) for words, value in amounts)
    return Clause(id, None, None, None, None, text, (0, len(text)), owners=owners, quantities=quantities)


def document(*clauses: Clause) -> Document:
    return Document(clauses=clauses)


THRESHOLD = clause("c1", "提高增值税起征点，统一为月销售额20000元。", ("20000元", 20000))
HIGHER = clause("c7", "小规模纳税人增值税起征点提高到月销售额15万元。", ("15万元", 150000))
TRAINING = clause("c2", "每年组织企业经营管理人员参加专题培训。")
FAIRS = clause("c3", "对企业参加境外展会的展位费给予补助。")


def test_a_document_compared_with_itself_is_the_same() -> None:
    comparison = compare(DOCUMENT, DOCUMENT)
    assert {change.kind for change in comparison.changes} == {"same"}
    assert comparison.related == ()


def test_a_changed_figure_is_found_under_another_number() -> None:
    comparison = compare(document(THRESHOLD, TRAINING), document(TRAINING, HIGHER))
    changed = next(change for change in comparison.changes if change.kind == "changed")
    assert (changed.old, changed.new, changed.is_moved) == (THRESHOLD, HIGHER, True)
    (figure,) = changed.figures
    assert figure.old is not None
    assert figure.new is not None
    assert (figure.old.text, figure.new.text, figure.about) == ("20000元", "15万元", "月销售额")


def test_new_and_removed_clauses_are_told() -> None:
    kinds = [
        (change.kind, (change.new or change.old).id)
        for change in compare(document(THRESHOLD, TRAINING), document(TRAINING, FAIRS)).changes
    ]  # type: ignore[union-attr]
    assert kinds == [("removed", "c1"), ("same", "c2"), ("new", "c3")]


def test_a_reprint_with_other_brackets_and_spaces_is_no_change() -> None:
    printed = clause("c1", "给予补助（最高20万元），由市财政局负责。")
    again = clause("c1", "给予补助(最高 20万元),由市财政局负责。")
    assert [change.kind for change in compare(document(printed), document(again)).changes] == ["same"]


def test_owners_that_come_go_and_change_their_part_are_told() -> None:
    text = "对企业参加境外展会的展位费给予补助。"
    old = clause(
        "c1", text, owners=(Owner("市财政局", "lead", "市财政局"), Owner("市商务局", "cooperate", "市商务局"))
    )
    new = replace(
        old,
        text=text + "（见附件）",
        owners=(Owner("市商务局", "lead", "市商务局"), Owner("市贸促会", "cooperate", "市贸促会")),
    )
    (change,) = compare(document(old), document(new)).changes
    assert [(owner.name, owner.old, owner.new) for owner in change.owners] == [
        ("市财政局", "lead", None),
        ("市商务局", "cooperate", "lead"),
        ("市贸促会", None, "cooperate"),
    ]


def test_the_same_figure_in_unlike_clauses_is_related() -> None:
    other = clause(
        "c9",
        "落实制造业企业延缓缴纳税费、研发费用加计扣除等政策，月销售额15万元以下免征。",
        ("15万元", 150000),
    )
    filler = [
        clause(f"x{n}", f"{words}工作由有关部门负责。")
        for n, words in enumerate(("档案", "消防", "绿化", "水利"))
    ]
    comparison = compare(
        document(replace(THRESHOLD, text="统一为月销售额20000元。"), *filler), document(*filler, other)
    )
    found = [(each.old.id, each.new.id, each.change.about) for each in comparison.related]
    matched = [figure.about for change in comparison.changes for figure in change.figures]
    assert found == [("c1", "c9", "月销售额")] or "月销售额" in matched


def test_documents_from_text_are_compared() -> None:
    old = parse("一、税收。小规模纳税人月销售额2万元以下的，免征增值税。\n二、培训。每年培训企业家100人。\n")
    new = parse("一、培训。每年培训企业家200人。\n二、税收。小规模纳税人月销售额15万元以下的，免征增值税。\n")
    figures = [
        (figure.old.text, figure.new.text)
        for change in compare(old, new).changes
        for figure in change.figures
        if figure.old and figure.new
    ]
    assert sorted(figures) == [("100人", "200人"), ("2万元以下", "15万元以下")]


def test_edits_give_back_both_texts() -> None:
    old, new = "补助不超过20万元。", "奖励最高不超过15万元！"
    pieces = edits(old, new)
    assert "".join(piece.text for piece in pieces if piece.kind != "in") == old
    assert "".join(piece.text for piece in pieces if piece.kind != "out") == new


def test_the_comparison_can_be_written_as_json() -> None:
    mapping = comparison_as_mapping(compare(document(THRESHOLD), document(HIGHER)))
    figure = mapping["changes"][0]["figures"][0]
    assert (figure["old"]["value"], figure["new"]["value"]) == (20000, 150000)


OLD = DocumentDates("old", "示政发〔2012〕1号", None, date(2012, 3, 1))
NEW = DocumentDates(
    "new", None, None, date(2016, 1, 1), date(2018, 12, 31), supersedes=("示政发〔2012〕1号",)
)


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2012, 2, 29), [("old", False, "not yet"), ("new", False, "not yet")]),
        (date(2012, 3, 1), [("old", True, "in force"), ("new", False, "not yet")]),
        (date(2015, 12, 31), [("old", True, "in force"), ("new", False, "not yet")]),
        (date(2016, 1, 1), [("old", False, "superseded"), ("new", True, "in force")]),
        (date(2018, 12, 31), [("old", False, "superseded"), ("new", True, "in force")]),
        (date(2019, 1, 1), [("old", False, "superseded"), ("new", False, "expired")]),
    ],
)
def test_a_document_holds_from_its_first_to_its_last_day_or_its_successor(
    day: date, expected: list[tuple]
) -> None:
    assert [(each.document.slug, each.holds, each.why) for each in holds_on([OLD, NEW], day)] == expected


def test_the_line_of_time_has_one_stretch_for_each_set_of_documents() -> None:
    assert [(each.start, each.end, each.slugs) for each in periods([NEW, OLD])] == [
        (date(2012, 3, 1), date(2015, 12, 31), ("old",)),
        (date(2016, 1, 1), date(2018, 12, 31), ("new",)),
    ]


def test_a_document_without_days_is_said_not_to_be_known() -> None:
    assert holds_on([DocumentDates("x")], date(2020, 1, 1))[0].why == "no day known"


def test_a_pack_declares_its_days_and_what_it_replaces() -> None:
    entry = {
        "id": "new", "in_force": {"from": date(2016, 1, 1), "until": None},
        "precedence": [{"over": "old", "rule": "replaces"}, {"over": "nation", "rule": "term_governs"}],
    }  # fmt: skip
    found, problems = declared_dates(entry, where="pack.yaml")
    assert found == DocumentDates("new", effective_from=date(2016, 1, 1), supersedes=("old",))
    assert problems == []


def test_a_day_that_is_none_is_a_problem_with_its_place() -> None:
    found, problems = declared_dates({"id": "x", "repealed": "soon"}, where="list.yaml:3")
    assert found is None
    assert problems[0].where == "list.yaml:3:repealed"

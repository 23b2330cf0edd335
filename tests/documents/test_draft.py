"""The skeleton of a pack: everything a machine can say, `todo` for the rest, and no sentence of the document."""

import re
from dataclasses import replace

import yaml

from huiqi.documents.draft import LONGEST_QUOTE, draft_pack, todos
from huiqi.documents.parse import parse
from huiqi.documents.types import Owner
from tests.documents.cases import DOCUMENT
from tests.documents.synthetic import LINES

FILES = draft_pack(DOCUMENT, pack_id="shili-2019-28")


def content(name: str):
    return yaml.safe_load(FILES[name])


def test_the_files_are_those_of_a_pack() -> None:
    assert set(FILES) >= {"pack.yaml", "clauses.yaml", "duties.yaml", "targets.yaml", "time-limits.yaml"}
    assert [name for name in FILES if name.startswith("measures/")] == ["measures/c1-subsidy.yaml"]


def test_the_head_of_the_document_is_filled_in() -> None:
    pack = content("pack.yaml")
    assert (pack["id"], pack["number"]) == ("shili-2019-28", "示政发〔2019〕28号")
    assert (str(pack["signed"]), str(pack["in_force"]["from"]), str(pack["in_force"]["until"])) == (
        "2019-06-18",
        "2019-07-01",
        "2024-06-30",
    )
    assert pack["level"] == "todo"


def test_every_clause_has_a_place_for_our_own_summary() -> None:
    clauses = content("clauses.yaml")
    assert [clause["id"] for clause in clauses] == [clause.id for clause in DOCUMENT.clauses]
    assert all(clause["summary"] == {"zh": "todo", "en": "todo"} for clause in clauses)
    assert clauses[0]["label"] == "（一）"


def test_duties_name_who_leads_and_who_cooperates() -> None:
    duty = content("duties.yaml")[0]
    assert (duty["clause"], duty["lead"], duty["cooperate"], duty["responsible"]) == (
        "c1",
        ["市财政局"],
        ["市经信局"],
        [],
    )
    assert str(duty["due"]) == "2020-12-31"


def test_promised_periods_become_time_limits() -> None:
    (limit,) = content("time-limits.yaml")
    assert limit["within"] == {"n": 3, "unit": "working_days"}
    assert limit["promised_by"] == ["市市场监管局"]


def test_aims_become_targets_and_grants_do_not() -> None:
    document = parse(
        "一、目标。到2020年底前，培育示范企业100家以上。\n二、奖励。对新认定的企业给予奖励20万元。\n"
    )
    targets = yaml.safe_load(draft_pack(document, pack_id="x")["targets.yaml"])
    assert [
        (target["value"] if "value" in target else target["values"][0]["value"], target["cmp"])
        for target in targets
    ] == [(100, ">=")]


def test_a_candidate_measure_proposes_the_kind_and_leaves_the_decision() -> None:
    measure = content("measures/c1-subsidy.yaml")
    assert (measure["award"]["kind"], measure["award"]["unit"], measure["award"]["amount"]) == (
        "subsidy",
        "CNY",
        "todo",
    )
    assert measure["conditions"] == [{"id": "todo", "when": "todo", "clause": "c1"}]
    assert measure["decided_by"] == ["市财政局", "市经信局"]
    assert "# 20万元: CNY = 200000" in FILES["measures/c1-subsidy.yaml"]


def test_no_run_of_words_is_long_enough_to_be_a_copied_sentence() -> None:
    document = parse("\n".join(LINES))
    files = draft_pack(document, pack_id="x")
    words = "".join(content for name, content in files.items() if name != "pack.yaml")
    source = re.sub(r"\W", "", "".join(LINES))
    for line in words.splitlines():
        run = re.sub(r"\W", "", line)
        longest = next(
            (
                size
                for size in range(len(run), 0, -1)
                for at in range(len(run) - size + 1)
                if run[at : at + size] in source
            ),
            0,
        )
        assert longest <= LONGEST_QUOTE + 4


def test_the_number_of_decisions_is_told() -> None:
    assert todos({"a.yaml": "x: todo\ny: todos\nz: [todo]"}) == 2


def drafted(name: str, *lines: str) -> list[dict]:
    """One file of the draft of a small synthetic document."""
    return yaml.safe_load(draft_pack(parse("\n".join(lines) + "\n"), pack_id="x")[name])


def test_units_of_targets_are_printed_ones() -> None:
    found = drafted(
        "targets.yaml", "一、到2020年底，培育企业100家以上。", "二、到2020年底，占比达到30%以上。"
    )
    assert [(target["unit"], target["values"][0]["value"]) for target in found] == [
        ("家", 100),
        ("ratio", 0.3),
    ]


def test_a_figure_that_is_only_about_right_leaves_the_comparison_open() -> None:
    (target,) = drafted("targets.yaml", "一、力争培育企业100家左右。", "二、加强组织领导。")
    assert target["cmp"] == "todo"


def test_a_yearly_award_is_no_yearly_duty() -> None:
    found = drafted(
        "duties.yaml",
        "一、给予补助，每户每年最高不超过10万元。（市财政局负责）",
        "二、每年公布一次名单。（市财政局负责）",
        "三、每两年评审一次。（市科技局负责）",
    )
    assert [duty["cadence"] for duty in found] == ["standing", "yearly", "every_two_years"]


def test_a_body_stands_in_one_role_and_what_may_be_none_is_left_to_a_person() -> None:
    owners = (
        Owner("市财政局", "lead", "市财政局"),
        Owner("市财政局", "cooperate", "市财政局"),
        Owner("60000元", "cooperate", "60000元"),
    )
    clause = replace(DOCUMENT.clauses[0], owners=owners)
    (duty,) = yaml.safe_load(draft_pack(replace(DOCUMENT, clauses=(clause,)), pack_id="x")["duties.yaml"])
    assert (duty["lead"], duty["cooperate"]) == (["市财政局"], ["todo 60000元"])

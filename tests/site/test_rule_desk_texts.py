"""What the rule desk reads is what the packs are: every file, byte for byte, and every measure."""

from pathlib import Path

import pytest
from django.conf import settings

from huiqi.holdings.current import repository_library
from huiqi.packs.say import in_both
from huiqi.revisions.check import check, placed, read_measure
from huiqi.revisions.texts import blocks_of, cut_out, put_back, read_exactly, texts_of

PACKS = Path(settings.HUIQI_PACKS)
FILE = """\
# about the file

- name: a1
  measure: a
  given: {}
# why b is here
- name: b1
  measure: b
  given: {}

- name: a2
  measure: a
  given: {}
"""
A = "- name: a1\n  measure: a\n  given: {}\n- name: a2\n  measure: a\n  given: {}\n"
B = "# why b is here\n- name: b1\n  measure: b\n  given: {}\n\n"


def text_of(pack: str, measure: str) -> str:
    return read_exactly(PACKS / pack / "measures" / f"{measure}.yaml")


def test_every_measure_reads_as_its_pack_has_it():
    library = repository_library()
    different = [
        measure.key
        for pack in library.packs.values()
        for name, measure in pack.measures.items()
        if read_measure(library, pack, name, text_of(pack.id, name)) != (measure, [])
    ]
    assert sum(len(pack.measures) for pack in library.packs.values()) > 300
    assert different == []


def test_every_file_of_tests_comes_back_byte_for_byte():
    files = sorted(PACKS.glob("*/tests/*.yaml"))
    assert len(files) > 100
    for path in files:
        text = read_exactly(path)
        blocks = blocks_of(text)
        assert "".join(block for _, block in blocks) == text, path
        measure = next((name for name, _ in blocks if name), "")
        assert put_back(text, measure, cut_out(text, measure)) == text, path


def test_the_tests_of_a_measure_are_replaced_where_they_stand():
    assert cut_out(FILE, "a") == A
    assert cut_out(FILE, "b") == B
    changed = B.replace("b1", "b9")
    assert put_back(FILE, "b", changed) == FILE.replace("b1", "b9")
    assert put_back(FILE, "a", "- name: a3\n  measure: a\n  given: {}") == (
        "# about the file\n\n- name: a3\n  measure: a\n  given: {}\n" + B
    )
    assert put_back(FILE, "c", "- {name: c1, measure: c, given: {}}\n").startswith(FILE)
    assert put_back("", "c", "- x\n") == "- x\n"
    assert put_back(FILE, "b", "") == FILE.replace(B, "")


@pytest.mark.parametrize(
    "text", ["- name: x\r\n  measure: a\r\n- name: y\r\n  measure: b\r\n", "- {measure: a}"]
)
def test_line_ends_stay_as_they_are(text: str):
    assert put_back(text, "a", cut_out(text, "a")) == text
    assert cut_out(text, "a") in text


def test_a_problem_is_told_where_it_stands_in_the_file():
    library = repository_library()
    pack = library.packs["qingdao-2012-46"]
    texts = texts_of(PACKS / pack.id, "cit-small-low-profit-20")
    for right, wrong in (
        ("industry_sector = 'industrial'", "industry_sektor = 'industrial'"),
        ("taxable_income <= 30万", "taxable_incom <= 30万"),
        ("greatest(taxable_income, 0) * 20%", "greatest(taxable_incom, 0) * 20%"),
    ):
        text = texts.text.replace(right, wrong, 1)
        _, problems = read_measure(library, pack, "cit-small-low-profit-20", text)
        found = [placed(problem, text) for problem in problems]
        assert len(found) == 1, problems
        assert found[0].column is not None
        name = wrong.split(" ")[0].removeprefix("greatest(").rstrip(",")
        assert found[0].text[found[0].column - 1 :].startswith(name)
        assert "没有要素" in found[0].said.zh


def test_tests_in_another_file_are_run_too():
    library = repository_library()
    pack = library.packs["qingdao-2016-2"]
    name = "graduate-hiring-subsidy"
    texts = texts_of(PACKS / pack.id, name)
    found = check(library, pack, name, text=texts.text, tests=texts.tests, test_file=texts.test_file)
    assert found.is_sound
    assert {test.is_editable for test in found.tests} == {True, False}
    assert len(found.tests) == sum(example.measure == name for example in pack.examples)


@pytest.mark.parametrize(
    ("told", "zh"),
    [
        ("size: unknown function 'leest'; did you mean 'least'?", "size：没有函数'leest'，是否指'least'？"),
        ("'<=' cannot put money beside ratio", "'<='不能把金额与比例放在一起"),
        (
            "the verdict is unknown (missing employees), not eligible",
            "结论是“待补充”（缺employees），应为“符合”",
        ),
        ("the amount is none, not 60000", "金额是无，应为60000"),
        ("what nobody translated", "what nobody translated"),
    ],
)
def test_problems_in_chinese(told: str, zh: str):
    assert in_both(told).zh == zh
    assert in_both(told).en == told

from pathlib import Path

from huiqi.registry.mapping import read_mapping
from huiqi.registry.sample import SAMPLE_COLUMNS

from .tables import COLUMNS

GOOD = """source: 登记数据
duplicates: last
code: {headers: [uscc]}
region: {from_code: true}
roles: {value: enterprise}
columns:
  employees: {headers: [从业人数]}
"""


def problems_of(tmp_path, text):
    path = tmp_path / "mapping.yaml"
    path.write_text(text, encoding="utf-8")
    mapping, problems = read_mapping(path, columns=COLUMNS)
    assert (mapping is None) == bool(problems)
    return [str(p).removeprefix(f"{path}:") for p in problems]


def test_a_mapping_needs_little(tmp_path):
    assert problems_of(tmp_path, GOOD) == []


def test_every_problem_has_its_line(tmp_path):
    text = """source: 登记数据
duplicates: sometimes
code: {headers: [uscc]}
region: {from_code: true, value: "370202"}
roles: {value: emperor}
columns:
  employees: {headers: []}
  total_assets:
    headers: [资产总额]
    units: 万元
"""
    found = problems_of(tmp_path, text)
    assert [p.split(" ")[0] + " " + p.split(" ")[1].rstrip(":") for p in found] == [
        "2: duplicates",
        "4: region",
        "5: roles",
        "7: columns.employees.headers",
        "10: columns.total_assets.units",
    ]
    assert "give exactly one of headers, from_code, value" in found[1]
    assert "no role emperor; roles are" in found[2]


def test_facts_units_and_words_must_fit_what_is_declared(tmp_path):
    text = (
        GOOD
        + """  moon_phase: {headers: [月相]}
  total_assets: {headers: [资产总额], unit: 人}
  established: {headers: [成立日期], unit: 年}
  sector: {headers: [行业], words: {农业: farming}}
  industry_code: {headers: [代码], true_words: [是]}
"""
    )
    found = problems_of(tmp_path, text)
    assert found[0] == "8: columns.moon_phase: no fact 'moon_phase' is declared"
    assert found[1].startswith("9: columns.total_assets.unit: unit '人' does not fit money")
    assert found[2].endswith("unit '年' does not fit date, which takes no unit")
    assert found[3] == "11: columns.sector.words: farming: not a value of sector"
    assert "true_words and false_words are for yes-or-no facts" in found[4]


def test_a_file_that_is_missing_or_not_yaml_is_a_problem(tmp_path):
    assert "is not YAML" in problems_of(tmp_path, "a: [")[0]
    assert read_mapping(tmp_path / "none.yaml", columns=COLUMNS)[1][0].message.startswith("cannot be read")
    assert problems_of(tmp_path, "just words")[0].startswith("1:")
    assert problems_of(tmp_path, "")[0].startswith("1:")


def test_the_mapping_shown_in_the_manual_is_valid(tmp_path):
    manual = Path(__file__).parents[2] / "docs" / "registry.md"
    shown = manual.read_text(encoding="utf-8").split("```yaml\n")[1].split("```")[0]
    path = tmp_path / "mapping.yaml"
    path.write_text(shown, encoding="utf-8")
    assert read_mapping(path, columns=SAMPLE_COLUMNS)[1] == []

"""Single rules of the parser, each shown on the smallest text that needs it."""

from datetime import date

import pytest

from huiqi.documents.docnumbers import find_numbers, read_number
from huiqi.documents.owners import find_owners
from huiqi.documents.parse import parse
from huiqi.documents.quantities import find_quantities
from huiqi.documents.signs import unify
from huiqi.documents.strand import Strand, weave


def strand(text: str) -> Strand:
    return weave(unify(text), text, [(0, len(text))])


@pytest.mark.parametrize(
    ("printed", "form"),
    [
        ("江政发〔2012〕46号", "江政发〔2012〕46号"),
        ("江政发[2012]46号", "江政发〔2012〕46号"),
        ("江政发（2012）第046号", "江政发〔2012〕46号"),
        ("江政发【２０１２】 ４６ 号", "江政发〔2012〕46号"),
        ("江政办2011〕305号", "江政办〔2011〕305号"),
        ("江政办〔2011305号", None),
        ("江政发〔2012〕号16", "江政发〔2012〕16号"),
        ("发文字号：江府办发〔2021〕96号", "江府办发〔2021〕96号"),
        ("国令第728号", "国令第728号"),
        ("江州省税务局公告2021年第30号", "江州省税务局公告2021年第30号"),
        ("江新出联〔2018〕4号\u200b", "江新出联〔2018〕4号"),
        ("2012年9月1日", None),
        ("共16号楼", None),
    ],
)
def test_a_number_alone_on_a_line(printed: str, form: str | None) -> None:
    found = read_number(unify(printed))
    assert (found and found.form) == form


def test_words_before_a_number_do_not_belong_to_it() -> None:
    text = unify("根据江政发〔2012〕46号和贯彻落实国发〔2012〕14号文件的要求")
    assert [number.form for number in find_numbers(text)] == ["江政发〔2012〕46号", "国发〔2012〕14号"]


@pytest.mark.parametrize(
    ("bracket", "owners"),
    [
        ("（市财政局、市经信委负责）", "responsible 市财政局, responsible 市经信委"),
        ("(责任部门:市财政局、市经信委)", "responsible 市财政局, responsible 市经信委"),
        ("（牵头单位：市财政局；责任单位：市税务局）", "lead 市财政局, responsible 市税务局"),
        ("（市财政局牵头，市税务局、市统计局配合）", "lead 市财政局, cooperate 市税务局, cooperate 市统计局"),
        ("〔市财政局会同市税务局负责〕", "lead 市财政局, cooperate 市税务局"),
        ("［市财政局、市税务局按职责分工负责］", "responsible 市财政局, responsible 市税务局"),
        (
            "（市卫生健康委（市中医药局）、各县（市、区）政府负责）",
            "responsible 市卫生健康委（市中医药局）, responsible 各县（市、区）政府",
        ),
        ("（市财政局等部门负责）", "responsible 市财政局等部门"),
        (
            "（市财政局、税务局，各区市政府负责）",
            "responsible 市财政局, responsible 税务局, responsible 各区市政府",
        ),
        ("责任部门：市财政局、市税务局）", "responsible 市财政局, responsible 市税务局"),
        ("（市财政局牵头，2022年6月底前完成）", "lead 市财政局"),
        ("（责任单位：市财政局；完成时限：2022年6月底）", "responsible 市财政局"),
        (
            "（市人力资源和社会保障局和市财政局负责）",
            "responsible 市人力资源和社会保障局, responsible 市财政局",
        ),
        ("（含60000元）", ""),
        ("（单户企业不超过100万元）", ""),
        ("（由企业自行负责）", ""),
        ("（成立时间在18个月以内）", ""),
    ],
)
def test_brackets_that_name_owners(bracket: str, owners: str) -> None:
    found = find_owners([strand(f"给予补助。{bracket}")]).owners
    assert ", ".join(f"{owner.role} {owner.printed}" for owner in found) == owners


def test_a_left_out_level_is_filled_in_and_the_printed_form_kept() -> None:
    owners = find_owners([strand("给予补助。（市发展改革委、财政局负责）")]).owners
    assert [(owner.printed, owner.name) for owner in owners] == [
        ("市发展改革委", "市发展和改革委员会"),
        ("财政局", "市财政局"),
    ]


@pytest.mark.parametrize(
    ("text", "quantities"),
    [
        ("预留预算总额的30%以上", "0.3 ratio >="),
        ("最高不超过300万元", "3000000 CNY <="),
        ("给予6%—10%的扣除", "0.06 ratio >=, 0.1 ratio <="),
        ("3年内免征", "3 years <="),
        ("每人600元", "600 CNY ="),
        ("资产3,000万元以下，人员100人以下", "30000000 CNY <=, 100 people <="),
        ("低于60000元（含60000元）", "60000 CNY <="),
        ("3000万元（不含）以下", "30000000 CNY <"),
        ("百分之三十", "0.3 ratio ="),
        ("压缩至3个工作日", "3 working_days <="),
        ("占比≥１０％", "0.1 ratio >="),
        ("建设5-7处", "5 places >=, 7 places <="),
        ("约2000人次", "2000 person_times ~"),
        ("未达到80户", "80 households <"),
        ("一次性奖励100万", "1000000 CNY ="),
        ("观众100万", ""),
        ("2012年9月1日第118次会议", ""),
        ("拨打12366热线，ISO9001认证，5G应用", ""),
    ],
)
def test_figures(text: str, quantities: str) -> None:
    found = find_quantities(strand(text))
    assert ", ".join(f"{q.value:f} {q.unit} {q.cmp}" for q in found) == quantities


def test_lines_that_begin_with_a_figure_are_no_labels() -> None:
    text = "一、目标\n（一）增长目标。营业收入增长\n2.5倍以上，新增企业\n3、4万家左右。\n（二）创新目标。给予奖励。"
    assert [clause.label for clause in parse(text).clauses] == ["一、", "（一）", "（二）"]


def test_ranges_are_no_page_numbers_and_page_numbers_are_no_text() -> None:
    text = "一、支持企业建设服务站\n5-10\n处，给予补\n- 12 -\n助。\n二、支持培训。"
    first = parse(text).clauses[0]
    assert "5-10" in first.text
    assert "12" not in first.text


def test_a_missing_number_is_marked_for_a_person() -> None:
    clauses = parse("一、支持融资。\n二、支持创新。\n四、支持用工。").clauses
    assert [clause.id for clause in clauses] == ["c1", "c2", "c4"]
    assert [note.kind for note in clauses[2].notes] == ["doubtful"]


def test_a_tail_closes_its_list_or_its_own_clause() -> None:
    """Sources: the paragraph after the last member closes the list unless earlier members close their own."""
    text = (
        "一、任务\n（一）空间\n1.建园区。\n(1)给补助。(市财政局负责)\n(2)给土地。(市规划局负责)\n到2018年,建成5个。\n"
        "2.建街区。(市商务局负责)\n到2018年,建成9个。\n（二）服务\n1.办活动。(市商务局负责)\n"
    )
    tails = [clause.id for clause in parse(text).clauses if clause.id.endswith(".t")]
    assert tails == ["s1.1.1.t", "s1.1.2.t"]


def test_a_short_name_stands_for_the_document_it_was_given_to() -> None:
    text = "为落实《某省扶持小企业规定》（某政〔2012〕16号，以下简称《规定》），提出意见。\n一、落实《规定》。\n二、宣传《规定》。"
    cites = parse(text).clauses[0].cites
    assert [(cite.title, cite.number) for cite in cites] == [("某省扶持小企业规定", "某政〔2012〕16号")]


@pytest.mark.parametrize(
    ("sentence", "start", "end"),
    [
        ("本办法自印发之日起施行，有效期5年。", date(2020, 3, 1), date(2025, 2, 28)),
        ("本意见自2020年5月1日起施行，有效期至2022年12月31日。", date(2020, 5, 1), date(2022, 12, 31)),
        ("本措施执行期限至2021年底。", None, date(2021, 12, 31)),
        ("本通知自发布之日起30日后施行。", date(2020, 3, 31), None),
        ("本政策自2020年4月1日起至2021年3月31日止执行。", date(2020, 4, 1), date(2021, 3, 31)),
        ("企业自成立之日起3年内免征。", None, None),
    ],
)
def test_from_when_until_when_a_document_holds(sentence: str, start: date | None, end: date | None) -> None:
    document = parse(
        f"某市人民政府关于支持企业的意见\n一、支持融资。\n二、{sentence}\n某市人民政府\n2020年3月1日"
    )
    assert (document.effective_from, document.effective_to) == (start, end)


def test_text_without_clauses_says_so() -> None:
    assert [note.message for note in parse("今天天气很好").notes] == [
        "no numbered clause found",
        "no title found",
    ]

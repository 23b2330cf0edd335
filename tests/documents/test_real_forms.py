"""Forms seen in real documents of many provinces, each told again in short synthetic sentences."""

import datetime

import pytest

from huiqi.documents.parse import parse
from huiqi.documents.types import Document


def owners_of(document: Document, clause: str) -> list[str]:
    found = next(one for one in document.clauses if one.id == clause)
    return [f"{owner.role} {owner.printed}" for owner in found.owners]


def test_an_attached_title_goes_on_over_the_empty_lines_of_a_portal() -> None:
    document = parse(
        "东海市人民政府关于印发扶持措施的通知\n\n东政〔2021〕3号\n\n各区人民政府:\n\n现将措施印发给你们。\n\n"
        "东海市人民政府\n\n2021年3月1日\n\n东海市进一步扶持\n\n小微企业的若干措施\n\n为扶持企业,制定本措施。\n\n"
        "一、给予贴息。\n\n二、给予补助。"
    )
    assert document.attached_title == "东海市进一步扶持小微企业的若干措施"


def test_a_title_may_close_with_a_spaced_word_on_a_line_of_its_own() -> None:
    document = parse(
        "标  题 东海省人民政府关于印发扶持措施的通知\n发布时间 2015年4月29日\n东海省人民政府\n关于印发扶持企业若干政策措施的\n"
        "通  知\n东政〔2015〕24号\n各市、县人民政府:\n现将措施印发给你们。\n一、给予贴息。\n二、给予补助。"
    )
    assert document.title == "东海省人民政府关于印发扶持企业若干政策措施的通知"
    assert document.published == datetime.date(2015, 4, 29)
    assert document.issuers == ("东海省人民政府",)


@pytest.mark.parametrize(
    "bracket",
    [
        "(市商务局、市财政局按职责分工负责,排名第一的为牵头单位,下同)",
        "(责任单位:市商务局、市财政局,列第一位的责任单位为牵头单位)",
        "〔市商务局、市财政局;首位单位为牵头单位,以下类同〕",
        "\n责任单位:市商务局、市财政局(第一责任单位为牵头单位,下同)\n时限要求:持续推进",
    ],
)
def test_a_remark_on_who_leads_is_no_body(bracket: str) -> None:
    document = parse(f"一、促进消费。发放消费券。{bracket}\n二、给予补助。(市税务局、市公安局)")
    assert owners_of(document, "c1") == ["lead 市商务局", "cooperate 市财政局"]
    assert owners_of(document, "c2") == ["lead 市税务局", "cooperate 市公安局"]


def test_a_bracket_that_names_its_leader_keeps_its_responsible_bodies() -> None:
    document = parse(
        "一、开展评比。(市商务局、市财政局,首位为牵头单位)\n二、给予补助。(牵头单位:市税务局;责任单位:市公安局)"
    )
    assert owners_of(document, "c2") == ["lead 市税务局", "responsible 市公安局"]


def test_the_day_below_the_list_of_annexes_is_the_signature() -> None:
    document = parse(
        "市政府办公室关于开展竞赛活动的通知\n东政办发〔2005〕4号\n各区人民政府:\n决定开展竞赛活动。\n"
        "附件: 2005年竞赛办法\n二○○五年一月十四日\n附件:\n2005年竞赛办法\n一、竞赛对象\n各区。\n二、奖励办法\n奖励10万元。"
    )
    assert document.signed == datetime.date(2005, 1, 14)
    assert [clause.id for clause in document.clauses] == ["a1", "a1.1", "a1.2"]


@pytest.mark.parametrize(
    ("head", "issuer"),
    [
        ("省人民政府关于扶持企业的意见\n鄂政发〔2018〕26号\n各市、州、县人民政府:", "湖北省人民政府"),
        (
            "市政府办公室关于扶持企业的意见\n海政办发〔2018〕6号\n各区人民政府:\n东海市企业众多。",
            "东海市人民政府办公室",
        ),
        (
            "关于扶持企业的意见\n海府〔2018〕6号\n市政府直属各单位:\n参照《东海市人民政府规则》。",
            "东海市人民政府",
        ),
    ],
)
def test_an_issuer_half_printed_is_completed_from_number_and_text(head: str, issuer: str) -> None:
    assert parse(f"{head}\n一、给予贴息。\n二、给予补助。").issuers == (issuer,)


def test_a_document_that_calls_itself_by_a_short_name_does_not_cite_itself() -> None:
    document = parse(
        "东海市企业扶持实施细则\n第一条 为落实东发〔2017〕8号文件,制定本细则。用于东发〔2017〕9号文确定的政策。\n"
        "第二条 各部门应当执行《实施细则》。"
    )
    assert [(cite.title, cite.number) for cite in document.cites] == [
        (None, "东发〔2017〕8号"),
        (None, "东发〔2017〕9号"),
    ]


def test_districts_that_share_one_word_government_are_one_addressee() -> None:
    document = parse("关于扶持企业的意见\n各市、特区、区人民政府,各直属机构:\n一、贴息。\n二、补助。")
    assert document.addressees == ("各市、特区、区人民政府", "各直属机构")


def test_a_table_of_contents_before_a_preamble_is_no_clause() -> None:
    document = parse(
        "东海省人民政府关于印发企业发展规划的通知\n东政发〔2017〕1号\n各市人民政府:\n现将规划印发给你们。\n东海省人民政府\n"
        "2017年2月1日\n东海省企业发展规划\n目 录\n第一章 发展基础 1\n第一节 现状 1\n第二章 重点任务 8\n为促进发展,制定本规划。\n"
        "第一章 发展基础\n第一节 现状\n企业众多。\n第二章 重点任务\n一、提升能力。\n二、拓宽渠道。"
    )
    assert [clause.label for clause in document.clauses if clause.label] == [
        "第一章",
        "第一节",
        "第二章",
        "一、",
        "二、",
    ]


def test_an_order_goes_by_what_it_promulgates() -> None:
    document = parse(
        "东海省人民政府令\n第138号\n《东海省企业服务办法》已经常务会议通过,现予公布,自2020年3月1日起施行。\n省长 某某\n"
        "2019年12月20日\n东海省企业服务办法\n第一条 为规范服务,制定本办法。\n第二条 本办法自2020年3月1日起施行。"
    )
    assert document.title == "东海省企业服务办法"
    assert document.number == "东海省人民政府令第138号"
    assert document.issuers == ("东海省人民政府",)


def test_a_body_without_a_usual_ending_counts_behind_a_key_and_in_its_column() -> None:
    document = parse(
        "一、降低电价。(责任单位:市发改委、国网东海电力,6月底完成)\n二、减免税费。(牵头单位:市税务局;配合单位:东海电信)"
    )
    assert owners_of(document, "c1") == ["responsible 市发改委", "responsible 国网东海电力"]
    assert owners_of(document, "c2") == ["lead 市税务局", "cooperate 东海电信"]
    table = parse(
        "任务分工表\n序号\t工作任务\t牵头单位\t配合单位\t完成时限\n1\t降低电价。\t省发改委\t国网东海电力\t2016年3月底\n"
        "2\t减免税费。\t省税务局\t省财政厅\t持续推进\n3\t给予贴息。\t省财政厅\t\t持续推进"
    )
    assert owners_of(table, "t1") == ["lead 省发改委", "cooperate 国网东海电力"]
    assert owners_of(table, "t3") == ["lead 省财政厅"]


def test_a_kind_of_department_in_running_text_is_no_owner() -> None:
    document = parse("一、建立由财政部门牵头、有关部门参加的机制。\n二、由市财政局牵头制定办法。")
    assert owners_of(document, "c1") == []
    assert owners_of(document, "c2") == ["lead 市财政局"]


def test_a_title_over_three_lines_goes_on_behind_a_word_that_could_close_it() -> None:
    document = parse(
        "东海市人民政府办公室\n关于印发东海市分类培育机制\n促进企业发展方案的\n通 知\n东政办发〔2024〕7号\n各区人民政府:\n"
        "《东海市分类培育机制促进企业发展方案》已经市政府同意,现印发给你们。\n东海市人民政府办公室\n2024年9月30日\n"
        "东海市分类培育机制\n促进企业发展方案\n为促进发展,制定本方案。\n一、给予贴息。\n二、给予补助。"
    )
    assert document.title == "东海市人民政府办公室关于印发东海市分类培育机制促进企业发展方案的通知"
    assert document.attached_title == "东海市分类培育机制促进企业发展方案"
    assert document.cites == ()


def test_a_law_database_gives_number_title_and_days_under_its_own_labels() -> None:
    document = parse(
        "首页 > 税费法规\n发文标题: 东海省税务局关于支持企业的通知\n发文文号: 东税发[2021]1号\n发文部门: 东海省税务局\n"
        "发文时间: 2021-1-5\n实施时间: 2021-2-1\n法规类型: 地方性优惠政策\n所属行业: 制造业\n发文内容:\n各市税务局:\n"
        "现将事项通知如下。\n一、给予减免。\n二、给予缓缴。"
    )
    assert (document.number, document.title) == ("东税发〔2021〕1号", "东海省税务局关于支持企业的通知")
    assert document.issuers == ("东海省税务局",)
    assert (document.signed, document.effective_from) == (
        datetime.date(2021, 1, 5),
        datetime.date(2021, 2, 1),
    )


def test_main_and_other_responsible_bodies_lead_and_cooperate() -> None:
    document = parse(
        "一、新增企业。(责任领导:某某;主要责任单位:县工信局;其他责任单位:县财政局、各乡镇)\n二、给予补助。"
    )
    assert owners_of(document, "c1") == ["lead 县工信局", "cooperate 县财政局", "cooperate 各乡镇"]


def test_a_notice_does_not_cite_the_table_it_carries_even_where_the_table_is_missing() -> None:
    document = parse(
        "关于印发任务分解表的通知\n各乡镇人民政府:\n现将《东海区任务分解表》印发给你们。\n一、夯实责任。要认真落实。\n"
        "二、严格考核。要定期通报。\n附件:东海区任务分解表\n东海区人民政府办公室\n2020年4月8日"
    )
    assert document.cites == ()


def test_a_day_of_issue_is_not_the_day_years_later_on_which_a_portal_copied_it() -> None:
    text = "关于发展企业的意见\n发布日期:{}\n东发〔2011〕9号\n一、给予贴息。\n二、本意见自发布之日起执行。"
    assert parse(text.format("2014-03-24")).effective_from is None
    assert parse(text.format("2011-03-24")).effective_from == datetime.date(2011, 3, 24)


def test_any_kind_of_document_can_say_from_when_it_holds() -> None:
    document = parse(
        "企业扶持操作规程\n第一条 给予贴息。\n第二条 本操作规程自2020年3月15日起施行,有效期5年。"
    )
    assert document.effective_from == datetime.date(2020, 3, 15)
    assert document.effective_to == datetime.date(2025, 3, 14)


def test_a_governor_signs_above_the_day_without_an_empty_line() -> None:
    document = parse(
        "东海省人民政府令\n第138号\n《东海省企业服务办法》已经常务会议通过,现予公布。\n省长 某某\n2019年12月20日\n"
        "东海省企业服务办法\n第一条 制定本办法。\n第二条 给予补助。"
    )
    assert document.signed == datetime.date(2019, 12, 20)


def test_a_short_text_in_one_line_is_cut_at_its_labels_and_in_its_head() -> None:
    document = parse(
        "东海市商务局 东海市财政局关于印发扶持办法的通知 东商规〔2020〕3号 各有关单位: 现予印发,请遵照执行。 东海市商务局 东海市财政局 "
        "2020年3月2日 (此件公开发布) 东海市企业扶持办法 第一条 为扶持企业,制定本办法。 第二条 给予贴息。 第三条 本办法由市商务局解释。"
    )
    assert document.number == "东商规〔2020〕3号"
    assert document.issuers == ("东海市商务局", "东海市财政局")
    assert document.signed == datetime.date(2020, 3, 2)
    assert [clause.label for clause in document.clauses] == ["第一条", "第二条", "第三条"]


def test_a_label_of_a_portal_with_a_colon_addresses_nobody() -> None:
    document = parse(
        "发文字号:东府办〔2022〕10号 | 是否有效:\n标题:关于印发扶持方案的通知\n您当前的位置:\n各区人民政府,各有关单位:\n现印发给你们。\n"
        "一、给予贴息。\n二、给予补助。"
    )
    assert document.addressees == ("各区人民政府", "各有关单位")
    assert document.number == "东府办〔2022〕10号"


@pytest.mark.parametrize(
    "printed",
    [
        "东政办发〔2021〕10号 东海市人民政府办公室关于 印发扶持方案的通知",
        "东政办发〔2021〕10号《东海市人民政府办公室关于印发扶持方案的通知》",
        "东海市人民政府办公室关于印发扶持方案的通知【全文废止】\n东政办发〔2021〕10号",
        "东海市人民政府办公室关于印发扶持方案的通知(东政办发〔2021〕10号)",
        "东海市人民政府办公室关于印发扶持方案的通知\n东政办发〔2021〕10号   为扶持全市企业发展,现将方案印发给你们。",
    ],
)
def test_number_and_remarks_beside_a_title_are_not_part_of_it(printed: str) -> None:
    document = parse(f"{printed}\n各区人民政府:\n一、给予贴息。\n二、给予补助。")
    assert document.title == "东海市人民政府办公室关于印发扶持方案的通知"
    assert document.number == "东政办发〔2021〕10号"
    assert document.issuers == ("东海市人民政府办公室",)


def test_a_long_title_directly_above_the_first_sentence_is_no_paragraph() -> None:
    title = (
        "中共东海市委 东海市人民政府 关于营造企业家健康成长环境更好发挥企业家作用推动企业高质量发展的实施意见"
    )
    document = parse(f"{title}\n东发〔2018〕22号   为营造环境,提出以下意见。\n一、总体要求。\n二、给予补助。")
    assert document.number == "东发〔2018〕22号"
    assert document.issuers == ("中共东海市委", "东海市人民政府")
    assert document.title == title.replace(" ", "")


def test_towns_and_parks_in_square_brackets_are_one_body() -> None:
    document = parse("一、给予补贴。(市人社局牵头,市财政局、各镇街〔园区〕配合)\n二、给予奖励。")
    assert owners_of(document, "c1") == ["lead 市人社局", "cooperate 市财政局", "cooperate 各镇街〔园区〕"]


def test_owners_at_the_end_of_a_line_end_it_without_a_full_stop() -> None:
    document = parse(
        "一、压缩时限。两个工作日内办结。责任部门:省市场监管局;协助部门:省公安厅、省税务局\n"
        "二、减免租金。免收三个月租金。责任单位:省国资委\n以上政策自印发之日起施行。"
    )
    assert owners_of(document, "c1") == [
        "responsible 省市场监管局",
        "cooperate 省公安厅",
        "cooperate 省税务局",
    ]
    assert owners_of(document, "c2") == ["responsible 省国资委"]


def test_who_takes_part_beside_a_leader_in_running_text_cooperates() -> None:
    document = parse("一、由省工信厅牵头,省财政厅、省税务局参加,建立联席会议。\n二、给予补助。")
    assert owners_of(document, "c1") == ["lead 省工信厅", "cooperate 省财政厅", "cooperate 省税务局"]


def test_the_first_place_may_be_written_as_a_figure() -> None:
    document = parse("一、放宽准入。(省发展改革委、工商局负责;列第1位的为牵头单位,下同)\n二、给予补助。")
    assert owners_of(document, "c1") == ["lead 省发展改革委", "cooperate 工商局"]


def test_a_joint_announcement_has_its_number_below_the_title() -> None:
    document = parse(
        "财政部 税务总局关于扶持企业的公告\n财政部 税务总局公告2023年第12号\n现将政策公告如下:\n一、减半征收。\n二、执行至2027年12月31日。\n"
        "特此公告。\n财政部 税务总局\n2023年8月2日"
    )
    assert document.number == "财政部税务总局公告2023年第12号"
    assert document.issuers == ("财政部", "税务总局")


def test_two_short_names_introduced_together_stand_for_two_documents() -> None:
    document = parse(
        "关于印发扶持意见和计划的通知\n各市人民政府:\n省政府制定了《扶持企业的意见》和《扶持企业的计划》(以下简称《意见》和《计划》)。"
        "现将《意见》和《计划》印发你们。\n东海省人民政府\n2020年5月3日\n扶持企业的意见\n一、按《东海省条例》执行。\n二、给予补助。"
    )
    assert [cite.title for cite in document.cites] == ["东海省条例"]


def test_an_odd_name_among_bodies_is_a_body_too() -> None:
    document = parse(
        "一、优化服务。〔市财政局、各县人民政府,满洲里、二连浩特市人民政府负责〕\n二、做好宣传。(由企业申请、区级审核、市财政局负责)"
    )
    assert owners_of(document, "c1")[2:] == ["responsible 满洲里", "responsible 二连浩特市人民政府"]
    assert owners_of(document, "c2") == ["responsible 市财政局"]


def test_an_old_rule_names_its_issuer_and_day_around_a_title_that_is_repeated() -> None:
    document = parse(
        "您的位置: 首页 » 法律资料网\n\n预报业务管理暂行规定\n\n时间:2024-07-09 20:26:51 来源: 法律资料网 阅读:8081\n\n预报业务管理暂行规定\n\n"
        "国家海洋局\n\n\n预报业务管理暂行规定\n1999年7月13日,国家海洋局\n\n第一条 制定本规定。\n第二条 本规定自发布之日起施行。"
    )
    assert document.title == "预报业务管理暂行规定"
    assert document.issuers == ("国家海洋局",)
    assert document.signed == document.effective_from == datetime.date(1999, 7, 13)


def test_square_brackets_inside_round_ones_belong_to_the_name() -> None:
    document = parse(
        "1.引进人才。(市委组织部〔市委人才办〕、市人力社保局)\n2.加强领导。(各县〔市、区〕人民政府)"
    )
    assert owners_of(document, "c1") == ["responsible 市委组织部〔市委人才办〕", "responsible 市人力社保局"]
    assert owners_of(document, "c2") == ["responsible 各县〔市、区〕人民政府"]


def test_departments_of_all_levels_are_one_addressee() -> None:
    document = parse("关于印发标准的通知\n各市、县(市、区)卫生健康委(局):\n一、贴息。\n二、补助。")
    assert document.addressees == ("各市、县(市、区)卫生健康委(局)",)


def test_provinces_cities_and_the_corps_share_one_department() -> None:
    document = parse(
        "关于印发办法的通知\n各省、自治区、直辖市、计划单列市财政厅(局)、科技厅(局),有关单位:\n一、贴息。\n二、补助。"
    )
    assert document.addressees == (
        "各省、自治区、直辖市、计划单列市财政厅(局)",
        "科技厅(局)",
        "有关单位",
    )


def test_angle_brackets_inside_a_name_are_brackets() -> None:
    document = parse("一、支持研发。(市科技局,各县〈市、区〉政府)\n二、给予补助。")
    assert owners_of(document, "c1") == ["responsible 市科技局", "responsible 各县〈市、区〉政府"]


@pytest.mark.parametrize("between", ["   ", " ", ""])
def test_a_first_paragraph_behind_the_number_is_text(between: str) -> None:
    document = parse(
        f"关于扶持企业的意见\n东发〔2018〕22号{between}为扶持企业发展,现提出以下意见。\n一、总体要求。\n二、给予补助。"
    )
    assert document.number == "东发〔2018〕22号"
    assert document.cites == ()


def test_a_number_that_runs_into_the_next_label_of_a_portal_is_found() -> None:
    document = parse(
        "发文字号:东政办发〔2022〕12号时效:有效\n关于扶持企业的意见\n各区人民政府:\n一、贴息。\n二、补助。"
    )
    assert document.number == "东政办发〔2022〕12号"


def test_rows_over_the_whole_width_of_a_table_are_sections() -> None:
    document = parse(
        "任务分工表\n序号\t工作内容\t责任单位\n一、财税政策(2条)\n1\t落实退税减税。\t省税务局牵头,省财政厅配合\n"
        "2\t下达专项债券。\t省财政厅、省发展改革委\n二\t金融政策\t\n3\t扩大信贷投放。\t东海银保监局"
    )
    assert [(clause.id, clause.section) for clause in document.clauses] == [
        ("t1", "一、财税政策(2条)"),
        ("t2", "一、财税政策(2条)"),
        ("t3", "二金融政策"),
    ]
    assert owners_of(document, "t1") == ["lead 省税务局", "cooperate 省财政厅"]
    assert owners_of(document, "t2") == ["responsible 省财政厅", "responsible 省发展改革委"]


def test_a_line_of_owners_below_a_list_answers_for_the_whole_of_it() -> None:
    document = parse(
        "第一条 降低企业税负,包括:\n(一)减征土地使用税。\n(二)免征登记费。\n责任部门:市税务局、市资源规划局。\n"
        "第二条 设立基金。\n责任部门:市财政局。\n第三条 分类帮扶:\n(一)帮扶小企业。\n责任部门:市工信局。\n(二)帮扶农户。\n责任部门:市农业局。"
    )
    assert owners_of(document, "c1") == ["responsible 市税务局", "responsible 市资源规划局"]
    assert owners_of(document, "c1.2") == []
    assert owners_of(document, "c2") == ["responsible 市财政局"]
    assert owners_of(document, "c3.1") == ["responsible 市工信局"]
    assert owners_of(document, "c3.2") == ["responsible 市农业局"]


def test_a_flattened_copy_keeps_inner_counts_and_signatures() -> None:
    document = parse(
        "关于扶持企业的意见 东政发〔2021〕3号 各区人民政府: 提出以下意见。 一、设立基金。一是设立发展基金;二是设立救助基金。责任单位:市财政局 "
        "时限要求:持续推进 二、降低成本。责任单位:市发改委 时限要求:年底前 三、优化服务。(市工信局) 东海市人民政府 2021年3月11日 政策解读:1.解读.docx"
    )
    assert document.title == "关于扶持企业的意见"
    assert document.signed == datetime.date(2021, 3, 11)
    assert [clause.label for clause in document.clauses] == ["一、", "二、", "三、"]
    assert owners_of(document, "c1") == ["responsible 市财政局"]
    assert owners_of(document, "c2") == ["responsible 市发改委"]

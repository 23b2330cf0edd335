"""Problems of a rule, or of facts it is asked about, in Chinese. What has no pattern here stays as the engine says it, in English."""

import re
from typing import Final

from huiqi.base.bilingual import Bilingual

TYPES: Final = {
    "int": "整数", "number": "数", "money": "金额", "ratio": "比例", "date": "日期", "text": "文本",
    "enum": "选项", "bool": "是否", "nothing": "空",
}  # fmt: skip
VERDICTS: Final = {
    "eligible": "符合", "claimable": "待申报", "review": "待评审", "unknown": "待补充", "ineligible": "不符合",
    "out_of_scope": "不在范围内", "none": "无",
}  # fmt: skip
WORDS: Final = {**TYPES, **VERDICTS, "the end": "结尾", "a fact, a figure or '('": "要素、数值或“(”",
                "an operator or the end": "运算符或结尾"}  # fmt: skip

VALUE: Final = "'.*'|\".*\"|[^:]+"
"""Something that was given, as Python writes it."""
PATTERNS: Final = tuple(
    (re.compile(pattern.replace("VALUE", VALUE), re.DOTALL), words)
    for pattern, words in (
        (r"unknown fact (.+); did you mean (.+)\?", "没有要素{0}，是否指{1}？"),
        (r"unknown fact (.+)", "没有要素{0}"),
        (r"unknown function (.+); did you mean (.+)\?", "没有函数{0}，是否指{1}？"),
        (r"unknown function (.+)", "没有函数{0}"),
        (r"(.+) may be (.+); write one of these names", "{0}可以指{1}，请写其中一个名称"),
        (r"(.+) is not part of the rule language; write (.+)", "规则中不能用{0}，请写{1}"),
        (r"(.+) is not part of the rule language", "规则中不能用{0}"),
        (r"expected (.+), found (.+)", "此处应为{0}，却是{1}"),
        (r"(.+) cannot put (\w+) beside (\w+)", "{0}不能把{1}与{2}放在一起"),
        (r"(\w+) has no value (.+); it has (.+)", "{0}没有选项{1}，可选：{2}"),
        (r"(.+) needs a yes-or-no statement, not (\w+)", "{0}需要是非语句，不能是{1}"),
        (r"a condition must be a yes-or-no statement; this one is (\w+)", "条件必须是是非语句，这里是{0}"),
        (r"(.+) is not a day; write date '2015-12-31'", "{0}不是日期，请写成 date '2015-12-31'"),
        (r"(VALUE) is not a day; write (\S+)", "{0}不是日期，请写成{1}"),
        (r"(VALUE) is not true or false", "{0}不是 true 或 false"),
        (r"(VALUE) is not a text", "{0}不是文本"),
        (r"(VALUE) is not one of (.+)", "{0}不在选项之中：{1}"),
        (r"(VALUE) is not a figure", "{0}不是数字"),
        (r"(VALUE) is not a whole number", "{0}不是整数"),
        (r"(VALUE) is below (\S+)", "{0}小于最小值{1}"),
        (r"(VALUE) is above (\S+)", "{0}大于最大值{1}"),
        (r"a figure has at most (\d+) signs", "数字最多{0}个字符"),
        (r"the text that begins with (.) has no end", "以{0}开头的文本没有结束"),
        (r"the rule is empty", "规则是空的"),
        (r"clause (.+) is not in clauses\.yaml", "clauses.yaml 中没有条款{0}"),
        (r"matter (.+) is not in matters\.yaml", "matters.yaml 中没有事项{0}"),
        (r"id (.+) is not the file's name", "编号{0}与文件名不一致"),
        (r"there is no kind of party (.+)", "没有这类对象：{0}"),
        (r"the format has no such key", "格式中没有这一项"),
        (r"is required", "必须填写"),
        (r"(.+) is none of (.+)", "{0}不在可选范围内：{1}"),
        (r"(.+) is still todo", "{0}仍待定（todo）"),
        (r"not valid YAML: (.+)", "YAML 写法有误：{0}"),
        (r"(\w+) (.+) is declared twice", "{0}{1}重复"),
        (r"computable: full needs an award amount", "computable: full 必须写明 award 的 amount"),
        (r"computable: not needs 'open', what the document leaves open", "computable: not 必须写明 open（文件未定事项）"),
        (r"anchors, aliases and tags are not used in packs", "规则文件中不使用锚点、引用和标签"),
        (r"is longer than (\d+) characters", "超过{0}个字符"),
        (r"is nested too deeply", "嵌套过深"),
        (r"is not a test of measure (.+)", "不是措施{0}的测试"),
        (r"the verdict is (\w+) \(missing (.+)\), not (\w+)", "结论是“{0}”（缺{1}），应为“{2}”"),
        (r"the verdict is (\w+), not (\w+)", "结论是“{0}”，应为“{1}”"),
        (r"the amount is (.+), not (.+)", "金额是{0}，应为{1}"),
        (r"missing are (.+), not (.+)", "缺少的要素是{0}，应为{1}"),
        (r"(\w+) is (\S+), not (\S+)", "{0}是{1}，应为{2}"),
        (r"nothing is changed", "没有任何改动"),
        (r"say why the rule is changed", "请写明修订理由"),
        (r"say why it is sent back", "请写明退回的理由"),
        (r"name the day from which the rule holds", "请写明自何日起施行"),
        (r"the rule was changed since this draft began; .+", "起草以来现行文本已有变化，请改以现行文本为底稿"),
        (r"another version holds from (\S+); name that day or a later one", "另一版本自{0}起施行，请写该日或以后的日期"),
        (r"of this measure is submitted and not decided yet", "这项措施已有修订待审批"),
        (r"it was changed since you opened it; read it again", "您打开以来这份修订已有变化，请重新查看"),
        (r"the pack is not there any more", "这份文件的规则已不存在"),
    )
)  # fmt: skip


def in_both(message: str) -> Bilingual:
    """A problem in both languages; the part of the rule it is about stays in front.

    >>> in_both("size: unknown fact 'employes'; did you mean 'employees'?").zh
    "size：没有要素'employes'，是否指'employees'？"
    >>> in_both("'<=' cannot put money beside ratio").zh
    "'<='不能把金额与比例放在一起"
    >>> in_both("something new").zh
    'something new'
    """
    parts = message.split(": ")
    for number in range(len(parts)):
        if (said := chinese(": ".join(parts[number:]))) is not None:
            return Bilingual("：".join([*parts[:number], said]), message)
    return Bilingual(message, message)


def chinese(message: str) -> str | None:
    """The first pattern that fits the whole message."""
    for pattern, words in PATTERNS:
        if match := pattern.fullmatch(message):
            return words.format(*(WORDS.get(group, group) for group in match.groups()))
    return None

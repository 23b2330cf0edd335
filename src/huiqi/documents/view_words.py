"""The words of the views of a document, Chinese with their English, and how figures and days are written."""

from datetime import date
from decimal import Decimal

from huiqi.documents.types import Deadline, Document, Quantity

ROLES = {
    "responsible": ("负责", "responsible"),
    "lead": ("牵头", "lead"),
    "cooperate": ("配合", "cooperates"),
}
KINDS = {
    "owner": ("责任单位", "owners"),
    "quantity": ("数字", "figures"),
    "deadline": ("日期期限", "days and periods"),
    "citation": ("引用文件", "citations"),
}
NOTES = {
    "repaired": ("已修复", "repaired"),
    "doubtful": ("存疑", "doubtful"),
    "unread": ("未读出", "not read"),
}
COMPARATORS = {"=": "", ">=": "≥ ", ">": "> ", "<=": "≤ ", "<": "< ", "~": "约 "}
UNITS = {
    "CNY": "元",
    "people": "人",
    "households": "户",
    "organisations": "家",
    "years": "年",
    "months": "个月",
    "days": "日",
    "working_days": "个工作日",
    "hours": "小时",
    "times": "倍",
}
PER_CENT = Decimal(100)


def head_of(document: Document) -> list[tuple[str, str, str]]:
    """What the head and foot of the document say: Chinese label, English label, value; empty ones left out."""
    rows = [
        ("发文字号", "number", document.number),
        ("发文机关", "issuer", "、".join(document.issuers)),
        ("主送机关", "to", "，".join(document.addressees)),
        ("成文日期", "signed", day_of(document.signed)),
        ("发布日期", "published", day_of(document.published)),
        ("施行日期", "in force from", day_of(document.effective_from)),
        ("有效期至", "in force until", day_of(document.effective_to)),
        ("抄送", "copied to", "，".join(document.copied_to)),
    ]
    return [(zh, en, value) for zh, en, value in rows if value]


def day_of(day: date | None) -> str:
    """A day as documents print it, or nothing.

    >>> day_of(date(2012, 9, 1))
    '2012年9月1日'
    """
    return f"{day.year}年{day.month}月{day.day}日" if day else ""


def figure_of(quantity: Quantity) -> str:
    """What a figure means.

    >>> figure_of(Quantity("30%以上", Decimal("0.30"), "ratio", ">=", (0, 5)))
    '≥ 30%'
    """
    value = quantity.value * PER_CENT if quantity.unit == "ratio" else quantity.value
    shown = f"{value.normalize():,f}"
    unit = "%" if quantity.unit == "ratio" else UNITS.get(quantity.unit, f" {quantity.unit}")
    return f"{COMPARATORS[quantity.cmp]}{shown}{unit}"


def deadline_of(deadline: Deadline) -> str:
    """The day of a deadline, or that the text gives none."""
    return day_of(deadline.date) or "未载明具体日期"

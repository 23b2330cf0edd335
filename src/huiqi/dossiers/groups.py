"""Which group of the file a fact stands in. A firm agrees to its file being seen group by group."""

import re
from enum import StrEnum, auto
from typing import Final

from huiqi.base.bilingual import Bilingual


class Group(StrEnum):
    """A part of a firm's file (一企一档)."""

    REGISTRATION = auto()
    STAFF = auto()
    FINANCE = auto()
    INNOVATION = auto()
    CREDIT = auto()
    TITLES = auto()
    OTHER = auto()


NAMES: Final = {
    Group.REGISTRATION: Bilingual("登记信息", "Registration"),
    Group.STAFF: Bilingual("人员与社保", "Staff and social insurance"),
    Group.FINANCE: Bilingual("财务与税收", "Finance and tax"),
    Group.INNOVATION: Bilingual("研发与创新", "Research and innovation"),
    Group.CREDIT: Bilingual("信用与合规", "Credit and compliance"),
    Group.TITLES: Bilingual("资质与类别", "Titles and categories"),
    Group.OTHER: Bilingual("其他", "Other"),
}

_PATTERNS: Final = (
    (Group.CREDIT, r"credit_rating|good_credit|dishonesty|abnormal|law_abiding|barred|tax_credit|accident|banned"),
    (Group.STAFF, r"employee|employer|staff|insured|insures|layoff|talent|graduate|ui_contribution"),
    (Group.INNOVATION, r"^rd_|_rd_|^ip_|science_award|innovat|tech(?!nical_service)|niche|patent|standard|hnte|^digital|ic_design"),
    (
        Group.REGISTRATION,
        r"^is_enterprise$|industry|establishment|enterprise_age|registered_capital|one_person|domestic|private_enterprise"
        r"|foreign_invested|individual_business|legal_person|qinghai_enterprise",
    ),
    (
        Group.FINANCE,
        r"revenue|assets|income|sales|turnover|expense|cost|volume|procurement_budget|rent_|profit|debt|financing_[23]y"
        r"|payable|filing_mode|tax_year|taxpayer|taxed_by|loan|liability|capital",
    ),
    (Group.TITLES, r"^is_|^in_|^has_|^runs_|^run_by|^recognised|^holds_|level$|kind$|type$|^involves|^does_|^serves"),
)  # fmt: skip
_COMPILED: Final = tuple((group, re.compile(pattern)) for group, pattern in _PATTERNS)


def group_of(fact: str) -> Group:
    """The first group one of whose words a fact has; what none knows is `OTHER`.

    >>> [str(group_of(name)) for name in ("employees", "taxable_income", "is_hnte", "in_park", "x")]
    ['staff', 'finance', 'innovation', 'titles', 'other']
    """
    name = fact.partition("@")[0]
    return next((group for group, pattern in _COMPILED if pattern.search(name)), Group.OTHER)

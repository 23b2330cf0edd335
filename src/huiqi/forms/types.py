"""What every declaration is made of: fields that people fill in, and rules about them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from huiqi.measures.expressions import Node
from huiqi.measures.types import FactKind


@dataclass(frozen=True, slots=True)
class Rule:
    """A condition or formula: as it was written, and the tree it was read to."""

    text: str
    node: Node


@dataclass(frozen=True, slots=True)
class Field:
    """One thing asked of a person or kept about an entry, 字段.

    Its kind is a fact kind of the pack, then the answer is a fact and is never asked twice; or a kind of its own.
    """

    kind: FactKind
    is_fact: bool
    required: bool = True
    public: bool = False  # shown to everyone
    masked: bool = False  # shown with a part hidden, as names and numbers of people are
    when: Rule | None = None  # asked only where this holds

    @property
    def name(self) -> str:
        return self.kind.name


PARTIES: Final[Mapping[str, str]] = {
    "enterprise": "企业", "individual": "个人", "founder": "创业者", "graduate": "高校毕业生", "bidder": "投标人",
    "bank": "银行业金融机构", "insurer": "保险机构", "guarantor": "担保机构", "lessor": "融资租赁公司",
    "microloan_company": "小额贷款公司", "investor": "投资机构", "lender": "投融资机构",
    "agency": "服务机构", "service_platform": "服务平台", "incubator": "孵化载体", "park": "园区", "park_investor": "园区投资主体",
    "association": "行业协会商会", "expert": "专家", "university": "高校", "research_institute": "科研院所",
    "rating_agency": "评级机构", "training_body": "培训机构", "instrument_owner": "仪器所有者", "employer": "用人单位",
    "purchaser": "采购人", "platform_operator": "平台运营方", "large_enterprise": "大企业", "buyer": "采购商",
    "department": "部门", "district": "区市", "supervision_office": "督查机构", "public": "公众", "other": "其他",
}  # fmt: skip
"""Kinds of party, 主体, that may open a case, stand in a register or use a system."""

THINGS: Final[Mapping[str, str]] = {
    "person": "人员", "place": "场所", "platform": "平台", "instrument": "仪器", "product": "产品", "contract": "合同",
    "loan": "贷款", "guarantee": "担保", "report": "报告", "charge": "收费项目", "project": "项目", "fund": "资金",
    "mark": "商标品牌", "right": "知识产权", "title": "称号", "decision": "决定", "pairing": "结对", "document": "资料",
    "item": "事项", "security": "债券股权", "tenancy": "入驻", "payment": "收支", "site": "用地", "declaration": "单证",
}  # fmt: skip
"""What besides parties a register may list."""

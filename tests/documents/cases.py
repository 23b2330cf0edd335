"""A parsed document made by hand, so that outputs are tested apart from the parser."""

from datetime import date
from decimal import Decimal

from huiqi.documents.types import Citation, Clause, Deadline, Document, Note, Owner, Quantity

FINANCE = Owner("示例市财政局", "lead", "市财政局")
INDUSTRY = Owner("示例市经济和信息化局", "cooperate", "市经信局")
PROCUREMENT = Citation("示例省政府采购促进中小企业发展办法", "示财库〔2018〕7号")
GRANT = "对新认定的企业一次性给予20万元补助，补助不超过投资额的30%。按《示例省政府采购促进中小企业发展办法》执行。（市财政局牵头，市经信局配合）"
QUANTITIES = (
    Quantity("20万元", Decimal(200000), "CNY", "=", (20, 24)),
    Quantity("不超过投资额的30%", Decimal("0.30"), "ratio", "<=", (30, 40)),
)
CLAUSES = (
    Clause(
        id="c1",
        label="（一）",
        section="一、财政支持",
        parent=None,
        title="设立专项补助",
        text=GRANT,
        span=(60, 160),
        owners=(FINANCE, INDUSTRY),
        cites=(PROCUREMENT,),
        quantities=QUANTITIES,
        deadlines=(Deadline("2020年底前", date(2020, 12, 31), (80, 86)),),
    ),
    Clause(
        id="c2",
        label="（二）",
        section="一、财政支持",
        parent=None,
        title=None,
        text="具体措施如下：",
        span=(160, 170),
        notes=(Note("doubtful", "读作一条", (160, 170)),),
    ),
    Clause(
        "c2.1",
        "1.",
        "一、财政支持",
        "c2",
        None,
        "到2020年底前，培育企业100家以上。\n每季度通报<一次>&“进展”。",
        (170, 200),
    ),
    Clause(
        "c3",
        "（三）",
        "二、公共服务",
        None,
        None,
        "登记机关应当在3个工作日内办结。（市市场监管局负责）",
        (200, 240),
        owners=(Owner("示例市市场监督管理局", "responsible", "市市场监管局"),),
        quantities=(Quantity("3个工作日内", Decimal(3), "working_days", "<=", (210, 216)),),
    ),
)
DOCUMENT = Document(
    number="示政发〔2019〕28号",
    title="示例市人民政府关于扶持小型微型企业创新发展的若干意见",
    issuers=("示例市人民政府", "示例市军民融合办公室"),
    addressees=("各县（市、区）人民政府", "市政府各部门"),
    copied_to=("市委各部门",),
    signed=date(2019, 6, 18),
    published=date(2019, 6, 21),
    effective_from=date(2019, 7, 1),
    effective_to=date(2024, 6, 30),
    cites=(PROCUREMENT,),
    clauses=CLAUSES,
)

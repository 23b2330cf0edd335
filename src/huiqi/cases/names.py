"""What people read for what cases are made of: whose turn, how a clock stands, how it ended, what it is for."""

from collections.abc import Mapping
from typing import Final

from huiqi.base.bilingual import Bilingual
from huiqi.cases.clocks import Colour
from huiqi.cases.history import OPENED, Note
from huiqi.cases.types import FollowUpKind, Lane, Outcome, Purpose, Turn

TURN_NAMES: Final[Mapping[Turn, Bilingual]] = {
    Turn.APPLICANT: Bilingual("待申请人", "with the applicant"),
    Turn.OFFICE: Bilingual("待部门", "with the office"),
    Turn.PROVIDER: Bilingual("待服务方", "with the provider"),
    Turn.OTHER_SIDE: Bilingual("待相对方", "with the other side"),
    Turn.PUBLIC: Bilingual("公示中", "published"),
    Turn.SETTLED: Bilingual("已办结", "settled"),
    Turn.CLOSED: Bilingual("已关闭", "closed"),
}
NOTE_NAMES: Final[Mapping[str, Bilingual]] = {
    OPENED: Bilingual("建立办件", "opened"),
    Note.EXTENDED: Bilingual("时限延长", "time extended"),
    Note.STOOD_ASIDE: Bilingual("声明回避", "stood aside"),
    Note.FOUND: Bilingual("记录审核意见", "findings written down"),
    Note.FOLLOWED_UP: Bilingual("后续工作结论", "followed up"),
    Note.LOOKED_AT: Bilingual("督办已阅", "the alert was looked at"),
}
"""Lines of the log that no case type declares."""
COLOUR_NAMES: Final[Mapping[Colour, Bilingual]] = {
    Colour.RED: Bilingual("已超期", "overdue"),
    Colour.UNKNOWN: Bilingual("到期日未定", "end not known"),
    Colour.YELLOW: Bilingual("即将到期", "due soon"),
    Colour.GREEN: Bilingual("时限内", "in time"),
    Colour.UNTIMED: Bilingual("未定天数", "no length set"),
    Colour.PAUSED: Bilingual("暂停计时", "paused"),
    Colour.IN_TIME: Bilingual("按时办结", "done in time"),
    Colour.LATE: Bilingual("超期办结", "done late"),
}
OUTCOME_NAMES: Final[Mapping[Outcome, Bilingual]] = {
    Outcome.GRANTED: Bilingual("予以支持", "granted"),
    Outcome.PARTLY_GRANTED: Bilingual("部分支持", "granted in part"),
    Outcome.REFUSED: Bilingual("不予支持", "refused"),
    Outcome.WITHDRAWN: Bilingual("申请人撤回", "withdrawn"),
    Outcome.UPHELD: Bilingual("成立", "upheld"),
    Outcome.DISMISSED: Bilingual("不成立", "dismissed"),
    Outcome.DELIVERED: Bilingual("已答复交付", "delivered"),
    Outcome.RECORDED: Bilingual("已登记", "recorded"),
    Outcome.REFERRED: Bilingual("已移送", "referred"),
    Outcome.LAPSED: Bilingual("已失效", "lapsed"),
}
PURPOSE_NAMES: Final[Mapping[Purpose, Bilingual]] = {
    Purpose.CLAIM: Bilingual("资金申报", "claim for money"),
    Purpose.RELIEF: Bilingual("税费减免", "relief of taxes and charges"),
    Purpose.RECOGNITION: Bilingual("认定入库", "recognition"),
    Purpose.APPROVAL: Bilingual("登记许可", "approval"),
    Purpose.FILING: Bilingual("备案", "filing"),
    Purpose.FINANCE: Bilingual("贷款担保", "finance"),
    Purpose.COMPENSATION: Bilingual("风险补偿", "compensation of losses"),
    Purpose.VOUCHER: Bilingual("券", "voucher"),
    Purpose.SERVICE: Bilingual("服务订单", "service order"),
    Purpose.ENQUIRY: Bilingual("咨询热线", "question or call"),
    Purpose.COMPLAINT: Bilingual("投诉举报", "complaint or report"),
    Purpose.OBJECTION: Bilingual("公示异议", "objection"),
    Purpose.DIFFICULTY: Bilingual("困难诉求", "difficulty"),
    Purpose.RETURN: Bilingual("定期填报", "periodic return"),
    Purpose.INSPECTION: Bilingual("检查督查", "inspection"),
    Purpose.ASSESSMENT: Bilingual("考核评价", "assessment"),
    Purpose.NOMINATION: Bilingual("推荐申报", "nomination"),
    Purpose.MEETING: Bilingual("议事交办", "agenda item"),
}
LANE_NAMES: Final[Mapping[Lane, Bilingual]] = {
    Lane.CLAIM: Bilingual("申报", "claimed"),
    Lane.PREPARED: Bilingual("预填申报", "prepared by the match run"),
    Lane.AUTOMATIC: Bilingual("免申即享", "granted without a claim"),
}
FOLLOW_UP_NAMES: Final[Mapping[FollowUpKind, Bilingual]] = {
    FollowUpKind.ACCEPTANCE: Bilingual("验收", "acceptance"),
    FollowUpKind.EVALUATION: Bilingual("绩效评价", "evaluation"),
    FollowUpKind.VISIT: Bilingual("回访", "visit"),
    FollowUpKind.SATISFACTION: Bilingual("好差评", "rating"),
    FollowUpKind.REMINDER: Bilingual("到期提醒", "reminder"),
}

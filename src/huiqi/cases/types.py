"""What kinds of case there are and how one moves: declared by packs, run by the workflow.

A case type is a small machine. Its states say whose turn it is, its steps say who may do what and what follows,
its clocks say how long, its materials and form say what is asked. Nothing about a kind of case stands in code.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from huiqi.base.bilingual import Bilingual
from huiqi.base.periods import Duration
from huiqi.forms.types import Field, Rule


class Purpose(StrEnum):
    """What a case is for."""

    CLAIM = "claim"  # 资金申报
    RELIEF = "relief"  # 税费减免、缓缴
    RECOGNITION = "recognition"  # 认定入库
    APPROVAL = "approval"  # 登记许可
    FILING = "filing"  # 备案
    FINANCE = "finance"  # 贷款、担保、周转
    COMPENSATION = "compensation"  # 风险补偿
    VOUCHER = "voucher"  # 券的发放与兑付
    SERVICE = "service"  # 服务订单
    ENQUIRY = "enquiry"  # 咨询、热线
    COMPLAINT = "complaint"  # 投诉举报
    OBJECTION = "objection"  # 公示异议
    DIFFICULTY = "difficulty"  # 困难问题的解决
    RETURN = "return"  # 定期填报
    INSPECTION = "inspection"  # 督查、专项检查
    ASSESSMENT = "assessment"  # 考核评价
    NOMINATION = "nomination"  # 推荐申报
    MEETING = "meeting"  # 议事与交办


class Lane(StrEnum):
    """How a case comes about."""

    CLAIM = "claim"  # 申报: the party asks
    PREPARED = "prepared"  # 预填: opened by the match run, the party adds what only it knows
    AUTOMATIC = (
        "automatic"  # 免申即享: opened by the match run, confirmed by the department, nothing is asked
    )


class Role(StrEnum):
    """Who acts in a step."""

    APPLICANT = "applicant"
    OFFICER = "officer"  # 经办
    REVIEWER = "reviewer"  # 审核
    EXPERT = "expert"  # 评审专家
    DECIDER = "decider"  # 审批
    FINANCE = "finance"  # 拨付
    PROVIDER = "provider"  # 服务方、银行、担保机构
    OTHER_SIDE = "other_side"  # 被投诉方、被检查方、被考核方
    SUPERVISOR = "supervisor"  # 督查
    PUBLIC = "public"  # anyone, during publication
    SYSTEM = "system"  # the platform itself


DESK_ROLES = frozenset({Role.OFFICER, Role.REVIEWER, Role.DECIDER, Role.FINANCE, Role.SUPERVISOR})
"""Roles that someone in an authority holds: a case type names the authority."""


class Turn(StrEnum):
    """Whose turn it is in a state."""

    APPLICANT = "applicant"  # the clock stands
    OFFICE = "office"
    PROVIDER = "provider"
    OTHER_SIDE = "other_side"
    PUBLIC = "public"  # 公示
    SETTLED = "settled"  # the applicant's matter is done; the office may still follow it up
    CLOSED = "closed"


class Outcome(StrEnum):
    """How a case ends, or what a step decides."""

    GRANTED = "granted"
    PARTLY_GRANTED = "partly_granted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    UPHELD = "upheld"  # a complaint is founded
    DISMISSED = "dismissed"
    DELIVERED = "delivered"
    RECORDED = "recorded"
    REFERRED = "referred"
    LAPSED = "lapsed"


class Effect(StrEnum):
    """What a step brings about besides the new state. The declaration names it; the procedures do it."""

    ISSUE_RECEIPT = "issue_receipt"
    FREEZE_VERDICT = "freeze_verdict"  # verdict, snapshot day and pack version are kept with the case
    NOTIFY_APPLICANT = "notify_applicant"
    NOTIFY_OFFICE = "notify_office"
    NOTIFY_SUPERVISOR = "notify_supervisor"
    ASSIGN_PROVIDER = "assign_provider"
    DRAW_EXPERTS = "draw_experts"
    PUBLISH = "publish"
    OPEN_FOLLOW_UP = "open_follow_up"
    ASK_SATISFACTION = "ask_satisfaction"
    RECORD_RESULT = "record_result"
    COMMIT = "commit"  # money: see huiqi.funds.types.Movement
    RELEASE = "release"
    ORDER_PAYMENT = "order_payment"
    PAY = "pay"
    RETURN = "return"
    RECOVER = "recover"
    LEND = "lend"
    REPAY = "repay"
    WRITE_OFF = "write_off"
    COMPENSATE = "compensate"
    RECOVER_LOSS = "recover_loss"
    INJECT = "inject"
    EXIT = "exit"
    ISSUE_VOUCHER = "issue_voucher"
    RESERVE_VOUCHER = "reserve_voucher"
    FREE_VOUCHER = "free_voucher"
    REDEEM_VOUCHER = "redeem_voucher"
    SETTLE_VOUCHER = "settle_voucher"
    EXPIRE_VOUCHER = "expire_voucher"
    ENTER_REGISTER = "enter_register"
    CHANGE_GRADE = "change_grade"
    LEAVE_REGISTER = "leave_register"


REGISTER_EFFECTS = frozenset({Effect.ENTER_REGISTER, Effect.CHANGE_GRADE, Effect.LEAVE_REGISTER})


MONEY_EFFECTS = frozenset(
    {
        Effect.COMMIT, Effect.RELEASE, Effect.ORDER_PAYMENT, Effect.PAY, Effect.RETURN, Effect.RECOVER,
        Effect.LEND, Effect.REPAY, Effect.WRITE_OFF, Effect.COMPENSATE, Effect.RECOVER_LOSS, Effect.INJECT,
        Effect.EXIT, Effect.ISSUE_VOUCHER, Effect.RESERVE_VOUCHER, Effect.FREE_VOUCHER,
        Effect.REDEEM_VOUCHER, Effect.SETTLE_VOUCHER, Effect.EXPIRE_VOUCHER,
    }
)  # fmt: skip
"""Each is the movement of the same name (huiqi.funds.types.Movement) in the case's fund."""


class Way(StrEnum):
    """How a material may be given."""

    UPLOAD = "upload"
    DATA_SHARE = "data_share"  # the office fetches it
    PLEDGE = "pledge"  # 告知承诺


class Need(StrEnum):
    """What the actor must give for a step to be taken."""

    FORM = "form"  # all required fields
    MATERIALS = "materials"
    REASON = "reason"  # written, shown to the other side
    MENDS = "mends"  # 补正: field by field
    AMOUNT = "amount"  # the amount granted, lent or paid
    SCORE = "score"
    NO_CONFLICT = "no_conflict"  # the actor declares no interest of his own
    PROOF = "proof"  # a document of what was done
    FINDINGS = "findings"  # all required fields of the office, and what only a person can judge


@dataclass(frozen=True, slots=True)
class State:
    id: str
    title: Bilingual
    turn: Turn
    outcome: Outcome | None = None  # of a settled or closed state


@dataclass(frozen=True, slots=True)
class Step:
    """The only way from one state to another."""

    id: str
    title: Bilingual
    by: Role
    from_states: frozenset[str]
    to_state: str
    when: Rule | None = None  # guard
    needs: frozenset[Need] = frozenset()
    effects: tuple[Effect, ...] = ()  # in this order, in one transaction
    outcome: Outcome | None = None
    not_by: frozenset[str] = frozenset()  # steps whose actor may not take this one, 四眼
    opens: str | None = None  # a case type of which this step opens a case


@dataclass(frozen=True, slots=True)
class Material:
    id: str
    title: Bilingual
    ways: frozenset[Way]
    required: bool = True
    shared_by: tuple[str, ...] = ()  # authorities that have it
    when: Rule | None = None


@dataclass(frozen=True, slots=True)
class Extension:
    """A clock may be lengthened once, with a reason."""

    by: Role
    at_most: Duration


@dataclass(frozen=True, slots=True)
class Clock:
    """How long the office has; nobody can set its end by hand."""

    id: str
    title: Bilingual
    starts: frozenset[str]  # steps
    stops: frozenset[str]  # steps
    legal: Duration | None = None
    promised: Duration | None = None
    limit: str | None = None  # the time limit of the document that sets it
    pauses_in: frozenset[str] = frozenset()  # states
    extension: Extension | None = None
    warn_before: Duration | None = None
    escalates_to: tuple[Role, ...] = ()  # in this order when overdue
    when: Rule | None = None  # several clocks of one matter: the one whose rule holds


@dataclass(frozen=True, slots=True)
class Publication:
    """公示: the list is open to objections for some days."""

    state: str
    days: Duration
    shows: tuple[str, ...] = ()  # fields; names of people are masked
    objection: str | None = None  # the case type an objection opens


class FollowUpKind(StrEnum):
    """What comes after the decision."""

    ACCEPTANCE = "acceptance"  # 验收
    EVALUATION = "evaluation"  # 绩效评价
    VISIT = "visit"  # 回访
    SATISFACTION = "satisfaction"  # 好差评
    REMINDER = "reminder"  # before a title, a term or a scheme lapses


@dataclass(frozen=True, slots=True)
class FollowUp:
    kind: FollowUpKind
    after: Duration  # after the decision; of a reminder: before the end
    by: Role
    asks: tuple[Field, ...] = ()


@dataclass(frozen=True, slots=True)
class CaseType:
    """A kind of case, 事项."""

    id: str
    pack: str
    title: Bilingual
    clauses: tuple[str, ...]
    purpose: Purpose
    opened_by: tuple[str, ...]  # kinds of party
    anonymous: bool
    lanes: tuple[Lane, ...]
    measures: tuple[str, ...]  # what is claimed; their claim and judged facts join the form by themselves
    register: str | None
    fund: str | None
    desks: Mapping[Role, tuple[str, ...]]  # authorities, as the document names them
    form: tuple[Field, ...]
    review: tuple[Field, ...]  # filled in by the office
    requires: tuple[Rule, ...]  # beyond the conditions of the measures
    materials: tuple[Material, ...]
    states: Mapping[str, State]
    first_state: str
    steps: Mapping[str, Step]
    clocks: tuple[Clock, ...] = ()
    publication: Publication | None = None
    follow_ups: tuple[FollowUp, ...] = ()
    rounds: str | None = None  # a cadence: one case per party and round, as returns and assessments have
    template: str | None = None
    note: Bilingual | None = None


class Binds(StrEnum):
    """Whom a time limit binds."""

    AUTHORITY = "authority"  # must be done by then
    PARTY = "party"  # must do it by then
    BENEFIT = "benefit"  # holds so long
    SERVICE = "service"  # is open so long


@dataclass(frozen=True, slots=True)
class TimeLimit:
    """A time the document sets, 时限. `within` is None where it only says "in time"."""

    id: str
    pack: str
    clause: str
    matter: Bilingual
    within: Duration | None
    starts: Bilingual | None  # what starts the clock
    condition: Bilingual | None
    when: Rule | None
    promised_by: tuple[str, ...]
    binds: Binds
    measures: tuple[str, ...] = ()
    note: Bilingual | None = None

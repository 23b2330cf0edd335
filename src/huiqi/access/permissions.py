"""Everything that someone may be allowed to do, and which role may do it: the one table."""

from collections.abc import Mapping
from enum import StrEnum, auto
from typing import Final

from huiqi.base.bilingual import Bilingual


class Role(StrEnum):
    """What a person acts as. Without an account one is a visitor."""

    VISITOR = auto()
    FIRM_LEGAL = auto()  # 法人
    FIRM_AGENT = auto()  # 经办人
    OFFICER = auto()  # 部门经办
    HEAD = auto()  # 部门负责人
    SUPERVISION = auto()  # 督查
    BANK = auto()  # 银行、担保机构
    AGENCY = auto()  # 服务机构
    EXPERT = auto()  # 评审专家
    AUDITOR = auto()  # 审计
    ADMINISTRATOR = auto()


class Permission(StrEnum):
    """One thing that can be done. Guards and templates ask for these, never for roles."""

    PUBLIC = auto()  # open to everybody
    SIGNED_IN = auto()
    OWN_FILE_SEE = auto()
    OWN_FILE_CORRECT = auto()
    OWN_FILE_CONSENT = auto()  # decide who may see it: the legal representative alone
    OWN_AGENTS_AUTHORISE = auto()
    OWN_ACCOUNT_STATE = auto()  # where the own party is paid: never an agent, never an office
    OWN_ALERTS = auto()
    FIRM_FILE_SEE = auto()  # of firms in one's region
    CORRECTION_DECIDE = auto()
    REGISTER_UPLOAD = auto()
    REGISTER_PUBLISH = auto()
    RULE_DRAFT = auto()
    RULE_APPROVE = auto()  # never one's own draft
    PUSH_PREPARE = auto()
    PUSH_SEND = auto()
    CONSENTED_FILE_SEE = auto()  # a bank or agency, of firms that agreed
    SUPERVISE = auto()
    OWN_CASES = auto()  # open, fill in and follow cases of one's own party
    CASE_HANDLE = auto()  # steps of the officer, the reviewer and who pays, at one's own desk
    CASE_DECIDE = auto()  # steps of the decider, at one's own desk
    CASE_SUPERVISE = auto()  # late cases of one's region, and the steps of the supervisor
    CASE_JUDGE = auto()  # score what one was drawn for
    FUND_SEE = auto()  # balances, postings, orders
    FUND_KEEP = auto()  # budgets, payment runs, receipts of one's own authority's funds
    FUND_RELEASE = auto()  # let a payment run go out: never who prepared it
    ROLL_KEEP = auto()  # entries of the registers one's authority keeps
    AUDIT_READ = auto()
    USERS_MANAGE = auto()
    SYSTEM_SEE = auto()  # health, metrics, background work


class Scope(StrEnum):
    """Whose rows a role sees."""

    OWN_PARTY = auto()
    OWN_REGION = auto()
    CONSENTED = auto()
    EVERYTHING = auto()
    NOTHING = auto()


P = Permission
_SIGNED: Final = {P.PUBLIC, P.SIGNED_IN}
_AGENT: Final = _SIGNED | {P.OWN_FILE_SEE, P.OWN_FILE_CORRECT, P.OWN_ALERTS, P.OWN_CASES}
_OFFICER: Final = _SIGNED | {
    P.FIRM_FILE_SEE, P.CORRECTION_DECIDE, P.REGISTER_UPLOAD, P.RULE_DRAFT, P.PUSH_PREPARE,
    P.CASE_HANDLE, P.FUND_SEE, P.FUND_KEEP, P.ROLL_KEEP,
}  # fmt: skip

ROLES: Final[Mapping[Role, frozenset[Permission]]] = {
    Role.VISITOR: frozenset({P.PUBLIC}),
    Role.FIRM_AGENT: frozenset(_AGENT),
    Role.FIRM_LEGAL: frozenset(_AGENT | {P.OWN_FILE_CONSENT, P.OWN_AGENTS_AUTHORISE, P.OWN_ACCOUNT_STATE}),
    Role.OFFICER: frozenset(_OFFICER),
    Role.HEAD: frozenset(
        _OFFICER | {P.REGISTER_PUBLISH, P.RULE_APPROVE, P.PUSH_SEND, P.CASE_DECIDE, P.FUND_RELEASE}
    ),
    Role.SUPERVISION: frozenset(_SIGNED | {P.SUPERVISE, P.CASE_SUPERVISE, P.FUND_SEE}),
    Role.BANK: frozenset(_SIGNED | {P.CONSENTED_FILE_SEE, P.OWN_CASES, P.OWN_ACCOUNT_STATE}),
    Role.AGENCY: frozenset(_SIGNED | {P.CONSENTED_FILE_SEE, P.OWN_CASES, P.OWN_ACCOUNT_STATE}),
    Role.EXPERT: frozenset(_SIGNED | {P.CASE_JUDGE}),
    Role.AUDITOR: frozenset(_SIGNED | {P.AUDIT_READ, P.FUND_SEE}),
    Role.ADMINISTRATOR: frozenset(_SIGNED | {P.USERS_MANAGE, P.SYSTEM_SEE, P.AUDIT_READ}),
}

SCOPES: Final[Mapping[Role, Scope]] = {
    Role.VISITOR: Scope.NOTHING,
    Role.FIRM_AGENT: Scope.OWN_PARTY,
    Role.FIRM_LEGAL: Scope.OWN_PARTY,
    Role.OFFICER: Scope.OWN_REGION,
    Role.HEAD: Scope.OWN_REGION,
    Role.SUPERVISION: Scope.OWN_REGION,
    Role.BANK: Scope.CONSENTED,
    Role.AGENCY: Scope.CONSENTED,
    Role.EXPERT: Scope.NOTHING,
    Role.AUDITOR: Scope.NOTHING,
    Role.ADMINISTRATOR: Scope.NOTHING,
}

ROLE_NAMES: Final[Mapping[Role, Bilingual]] = {
    Role.VISITOR: Bilingual("访客", "Visitor"),
    Role.FIRM_LEGAL: Bilingual("企业法人", "Legal representative"),
    Role.FIRM_AGENT: Bilingual("企业经办人", "Firm's agent"),
    Role.OFFICER: Bilingual("部门经办", "Officer"),
    Role.HEAD: Bilingual("部门负责人", "Head of department"),
    Role.SUPERVISION: Bilingual("督查", "Supervision"),
    Role.BANK: Bilingual("银行和担保机构", "Bank or guarantor"),
    Role.AGENCY: Bilingual("服务机构", "Service agency"),
    Role.EXPERT: Bilingual("评审专家", "Expert"),
    Role.AUDITOR: Bilingual("审计", "Auditor"),
    Role.ADMINISTRATOR: Bilingual("系统管理员", "Administrator"),
}

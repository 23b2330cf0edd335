"""What an official document (公文) is made of."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal, NewType

ClauseRef = NewType("ClauseRef", str)
"""The name of a clause, opaque to everything above this package: ``qingdao-2012-46/c5``."""

OwnerRole = Literal["responsible", "lead", "cooperate"]
Comparator = Literal["=", ">=", ">", "<=", "<", "~"]
Span = tuple[int, int]
"""Start and end (exclusive) in the decoded original text, counted in characters."""


@dataclass(frozen=True, slots=True)
class Owner:
    """An authority a clause names, 责任单位, and the part it has."""

    name: str  # in the authority register's form: 市经济和信息化委员会
    role: OwnerRole
    printed: str  # as the document prints it: 市经信委


@dataclass(frozen=True, slots=True)
class Citation:
    """Another document this one names, 引用文件."""

    title: str | None  # without 《》
    number: str | None  # 国发〔2012〕14号


@dataclass(frozen=True, slots=True)
class Quantity:
    """A figure in a clause with its unit: ``30%以上`` is 0.30, ratio, >=."""

    text: str
    value: Decimal
    unit: str  # CNY, ratio, people, months, years, working_days, days, households, square_metres, …
    cmp: Comparator
    span: Span


@dataclass(frozen=True, slots=True)
class Deadline:
    """A day by which, or from which, something holds."""

    text: str
    date: date | None  # None where the text gives no calendar day (印发之日起)
    span: Span


@dataclass(frozen=True, slots=True)
class Note:
    """What the parser repaired, could not read, or leaves to a person."""

    kind: Literal["repaired", "doubtful", "unread"]
    message: str
    span: Span


@dataclass(frozen=True, slots=True)
class Clause:
    """One numbered (or numberable) piece of a document, 条款."""

    id: str  # c5, s4.1.2.3, t12, b3.1.4: the scheme follows from the form of the document
    label: str | None  # as printed: （五）
    section: str | None  # the heading it stands under
    parent: str | None  # the id of the clause above it
    title: str | None  # the clause's own heading, where it has one
    text: str
    span: Span
    owners: tuple[Owner, ...] = ()
    cites: tuple[Citation, ...] = ()
    quantities: tuple[Quantity, ...] = ()
    deadlines: tuple[Deadline, ...] = ()
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True)
class Member:
    """A person in a working group that an annex sets up, 领导小组成员."""

    name: str
    post: str
    role: str  # 组长, 副组长, 成员, as printed without spaces
    span: Span


@dataclass(frozen=True, slots=True)
class Document:
    """An official document as parsed. Every date is None where the text does not give it."""

    number: str | None = None  # 发文字号
    title: str | None = None
    issuers: tuple[str, ...] = ()  # 发文机关, several for a joint document
    addressees: tuple[str, ...] = ()  # 主送机关
    copied_to: tuple[str, ...] = ()  # 抄送
    signed: date | None = None  # 成文日期
    published: date | None = None  # 印发日期 or 发布日期
    effective_from: date | None = None
    effective_to: date | None = None
    cites: tuple[Citation, ...] = ()
    clauses: tuple[Clause, ...] = ()
    notes: tuple[Note, ...] = field(default=())
    attached_title: str | None = None  # of the document that a notice carries (印发…的通知)
    members: tuple[Member, ...] = ()
    opening: Span | None = None  # the paragraphs before the first clause that are no clause themselves
    closing: Span | None = None  # the paragraphs after the last clause that are no clause themselves

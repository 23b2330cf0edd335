"""Funds: where their money stands and every posting. With a key whose owner may see them."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from ninja import Path, Query, Router
from pydantic import Field

from huiqi.access.actor import Actor
from huiqi.api.callers import WITH_KEY, caller_of, needs
from huiqi.api.case_doors import PRIVATE
from huiqi.api.case_shapes import day_or_none, text_or_none
from huiqi.api.days import today
from huiqi.api.problems import not_found
from huiqi.api.sending import as_json
from huiqi.api.shapes import WITH_KEY_ALONE, AskedOn, AskedPage, Exact, Page, Shape, Words, page_of
from huiqi.base.bilingual import Bilingual
from huiqi.funds.types import Account, Cap, CapPer, Fund, FundKind, Movement, YearEnd
from huiqi.keys.scopes import KeyScope
from huiqi.ledger.models import Posting
from huiqi.ledger.queries import CapUse, Standing, caps_used, postings_of, standings, standings_by, years_of
from huiqi.ledger.types import fund_key, to_yuan
from huiqi.packs.verdict_json import text
from huiqi.procedures.see_funds import fund_seen, funds_seen_by

router = Router(tags=["funds"], auth=[WITH_KEY])


class StandingAnswer(Shape):
    """Where the money stands, in yuan: what came in, what is left to give, what is given, by account."""

    put_in: Exact
    available: Exact
    taken: Exact
    accounts: dict[Account, Exact]


class FundBrief(Shape):
    """A fund; `fund` is its full name. `this_year` is the money of the year, `in_all` that of all years."""

    fund: str
    document: str
    id: str
    title: Words
    kind: FundKind
    manager: list[str]
    payer: list[str]
    four_eyes: bool
    year_end: YearEnd
    this_year: StandingAnswer
    in_all: StandingAnswer


class FundList(Page):
    items: list[FundBrief]


class ProgrammeAnswer(Shape):
    """A line of the budget, with what was taken for it."""

    programme: str
    title: Words
    measures: list[str]
    limit: Exact | None
    taken: Exact


class CapAnswer(Shape):
    """A ceiling and how full it is; no `limit` where it follows from the facts of each claim."""

    cap: str
    per: CapPer
    rule: str
    clause: str | None
    reading: bool
    of: str | None
    limit: Exact | None
    used: Exact
    left: Exact | None


class FundAnswer(FundBrief):
    day: date
    clauses: list[str]
    measures: list[str]
    once: bool
    years: list[int]
    programmes: list[ProgrammeAnswer]
    caps: list[CapAnswer]


class PostingAnswer(Shape):
    """One entry: an amount leaves one account and enters another."""

    id: int
    year: int
    movement: Movement
    from_account: Account
    to_account: Account
    amount: Exact
    case: str | None
    party: str | None
    region: str | None
    programme: str | None
    measure: str | None
    order: str | None
    source: str | None
    reason: str | None
    by: str
    on: date
    at: datetime


class PostingList(Page):
    fund: str
    items: list[PostingAnswer]


class FundsAsked(AskedPage):
    document: str | None = Field(None, description="政策文件 · Slug of a document", max_length=100)
    kind: FundKind | None = Field(None, description="资金类型 · Kind of fund")


class PostingsAsked(AskedPage):
    year: int | None = Field(None, ge=1990, le=2200, description="预算年度 · Year of the money")
    movement: Movement | None = Field(None, description="业务 · Movement")
    party: str | None = Field(None, max_length=64, description="主体 · Party")
    case: str | None = Field(None, max_length=64, description="办件编号 · Number of a case")
    order: Literal["newest", "oldest"] = Field("newest", description="排序 · Order")


@router.get("funds", response={200: FundList, **WITH_KEY_ALONE}, summary="资金 · Funds")
@needs(KeyScope.FUNDS_READ)
def funds(request: HttpRequest, asked: Query[FundsAsked]) -> HttpResponseBase:
    """密钥所有者能看到的资金及其余额。

    The funds its owner may see, with their balances: those its authority manages or pays; audit and supervision
    see all.
    """
    day = asked.on or today()
    found = [
        fund
        for fund in funds_seen_by(caller_of(request).actor)
        if asked.document in (None, fund.pack) and asked.kind in (None, fund.kind)
    ]
    shown, about = page_of(found, asked, day=day)
    keys = [fund_key(fund) for fund in shown]
    this_year, in_all = standings(keys, year=day.year), standings(keys)
    items = [brief(fund, this_year[fund_key(fund)], in_all[fund_key(fund)]) for fund in shown]
    return as_json({**about, "items": items}, headers=PRIVATE)


@router.get("funds/{pack}/{id}", response={200: FundAnswer, **WITH_KEY_ALONE}, summary="一项资金 · One fund")
@needs(KeyScope.FUNDS_READ)
def fund(request: HttpRequest, pack: Path[str], id: Path[str], asked: Query[AskedOn]) -> HttpResponseBase:
    """余额、预算项目、上限及已用。

    Balances, lines of the budget, ceilings and how full they are.
    """
    found, day = the_fund(caller_of(request).actor, pack, id), asked.on or today()
    key = fund_key(found)
    taken = {row.of: row.taken for row in standings_by("programme", key)}
    this_year, in_all = standings([key], year=day.year)[key], standings([key])[key]
    return as_json(
        {
            **brief(found, this_year, in_all),
            "day": day.isoformat(),
            "clauses": list(found.clauses),
            "measures": list(found.measures),
            "once": found.once,
            "years": years_of(key),
            "programmes": [
                {
                    "programme": p.id,
                    "title": text(p.title),
                    "measures": list(p.measures),
                    "limit": f"{to_yuan(p.limit):.2f}" if p.limit is not None else None,
                    "taken": yuan(taken.get(p.id, Decimal(0))),
                }
                for p in found.programmes
            ],
            "caps": caps_as_json(found),
        },
        headers=PRIVATE,
    )


@router.get(
    "funds/{pack}/{id}/postings", response={200: PostingList, **WITH_KEY_ALONE}, summary="流水 · Postings"
)
@needs(KeyScope.FUNDS_READ)
def postings(
    request: HttpRequest, pack: Path[str], id: Path[str], asked: Query[PostingsAsked]
) -> HttpResponseBase:
    """资金流水，逐笔，只增不改。

    Every entry of the ledger of a fund; entries are added and never changed.
    """
    found = the_fund(caller_of(request).actor, pack, id)
    rows = postings_of(fund=fund_key(found), party=asked.party or "", case=asked.case or "", year=asked.year)
    if asked.movement is not None:
        rows = rows.filter(movement=asked.movement.value)
    if asked.on is not None:
        rows = rows.filter(on_day__lte=asked.on)
    if asked.order == "oldest":
        rows = rows.order_by("pk")
    total, start = rows.count(), (asked.page - 1) * asked.size
    about = {
        "day": (asked.on or today()).isoformat(),
        "total": total,
        "page": asked.page,
        "pages": max(1, -(-total // asked.size)),
    }
    items = [posting_as_json(row) for row in rows[start : start + asked.size]]
    return as_json({**about, "fund": fund_key(found), "items": items}, headers=PRIVATE)


def the_fund(actor: Actor, pack: str, name: str) -> Fund:
    """Raises Refused (404): what is not the key's is told like what is not there."""
    found = fund_seen(actor, pack, name)
    if found is None:
        remedy = Bilingual("能查到的资金见 /api/v1/funds", "Funds of the key stand at /api/v1/funds")
        raise not_found(f"{pack}/{name}", where="path.id", remedy=remedy)
    return found


def yuan(amount: Decimal) -> str:
    return f"{amount:.2f}"


def brief(fund: Fund, this_year: Standing, in_all: Standing) -> dict[str, Any]:
    return {
        "fund": fund_key(fund),
        "document": fund.pack,
        "id": fund.id,
        "title": text(fund.title),
        "kind": fund.kind,
        "manager": list(fund.manager),
        "payer": list(fund.payer),
        "four_eyes": fund.four_eyes,
        "year_end": fund.year_end,
        "this_year": standing_as_json(this_year),
        "in_all": standing_as_json(in_all),
    }


def standing_as_json(standing: Standing) -> dict[str, Any]:
    return {
        "put_in": yuan(standing.put_in),
        "available": yuan(standing.on(Account.AVAILABLE)),
        "taken": yuan(standing.taken),
        "accounts": {
            str(account): yuan(amount)
            for account, amount in standing.by_account.items()
            if account is not Account.SOURCE
        },
    }


def caps_as_json(fund: Fund) -> list[dict[str, Any]]:
    """Every declared ceiling: the fullest of what it adds up over, or untouched."""
    used = list(caps_used(fund, most=20))
    touched = {use.cap.id for use in used}
    rows = [cap_as_json(use.cap, use) for use in used]
    return rows + [cap_as_json(cap, None) for cap in fund.caps if cap.id not in touched]


def cap_as_json(cap: Cap, use: CapUse | None) -> dict[str, Any]:
    return {
        "cap": cap.id,
        "per": cap.per,
        "rule": cap.limit.text,
        "clause": cap.clause,
        "reading": cap.reading,
        "of": text_or_none(use.of) if use is not None else None,
        "limit": yuan(use.limit) if use is not None and use.limit is not None else None,
        "used": yuan(use.used) if use is not None else "0.00",
        "left": yuan(use.left) if use is not None and use.left is not None else None,
    }


def posting_as_json(row: Posting) -> dict[str, Any]:
    return {
        "id": row.pk,
        "year": row.year,
        "movement": row.movement,
        "from_account": row.from_account,
        "to_account": row.to_account,
        "amount": yuan(row.amount),
        "case": text_or_none(row.case),
        "party": text_or_none(row.party),
        "region": text_or_none(row.region),
        "programme": text_or_none(row.programme),
        "measure": text_or_none(row.measure),
        "order": row.order.number if row.order is not None else None,
        "source": text_or_none(row.source),
        "reason": text_or_none(row.reason),
        "by": row.by,
        "on": day_or_none(row.on_day),
        "at": row.at.isoformat(),
    }

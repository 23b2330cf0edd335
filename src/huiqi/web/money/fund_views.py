"""The funds of an authority, and one of them: balances, lines of the budget, ceilings, what its kind keeps besides."""

import csv
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Final

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import now
from django.views.decorators.http import require_GET

from huiqi.access.actor import Actor
from huiqi.access.guard import actor_of, may
from huiqi.access.permissions import Permission
from huiqi.base.bilingual import Bilingual
from huiqi.base.spreadsheet import plain_cell
from huiqi.funds.ledger import KIND_NAMES
from huiqi.funds.types import Fund, FundKind
from huiqi.holdings.current import library
from huiqi.ledger.instrument_queries import (
    loans_ended,
    loans_out,
    losses_of,
    pool_of,
    stakes_of,
    voucher_counts,
    vouchers,
)
from huiqi.ledger.looks import note_export
from huiqi.ledger.models import Grant
from huiqi.ledger.payee_queries import without_account
from huiqi.ledger.queries import (
    caps_used,
    low_funds,
    order_counts,
    orders,
    postings_of,
    proposed_budgets,
    standings,
    standings_by,
    years_of,
)
from huiqi.ledger.types import ORDER_STATES, VOUCHER_STATES, OrderState, VoucherState, fund_key
from huiqi.packs.wording import figure_words
from huiqi.procedures.fund_figures import figures_of_fund
from huiqi.procedures.see_funds import funds_seen_by, has_part, pays, sees_all
from huiqi.pushes.words import district_name
from huiqi.web.money.asked import of_a_fund, this_year, year_in
from huiqi.web.money.rows import (
    FundRow,
    account_rows,
    by_pack,
    cap_rows,
    figures_of,
    in_order,
    programme_rows,
    rows_of,
    summed,
)
from huiqi.web.shared.day import today
from huiqi.web.shared.templatetags.say import here, say

ON_A_PAGE: Final = 30
MOST_CAPS: Final = 12
LAST_POSTINGS: Final = 8
DIMENSIONS: Final = {
    "region": Bilingual("地区", "Region"),
    "programme": Bilingual("支出方向", "Programme"),
    "measure": Bilingual("政策措施", "Measure"),
    "party": Bilingual("主体", "Party"),
    "year": Bilingual("年度", "Year"),
}
POOLS: Final = (FundKind.RISK_POOL, FundKind.GUARANTEES)


def wanted(request: HttpRequest) -> list[FundRow]:
    """The rows of the list by its filters: kind, document, and whether there is money."""
    kind, pack = request.GET.get("kind", ""), request.GET.get("pack", "")
    found = [
        fund
        for fund in funds_seen_by(actor_of(request))
        if kind in ("", fund.kind) and pack in ("", fund.pack)
    ]
    keys = [fund_key(fund) for fund in found]
    rows = in_order(rows_of(found, standings(keys, year=this_year()), standings(keys)))
    return [row for row in rows if row.in_all.by_account] if request.GET.get("money") == "1" else rows


@require_GET
@may(Permission.FUND_SEE)
def fund_desk(request: HttpRequest) -> HttpResponse:
    actor, packs = actor_of(request), library().packs
    rows = wanted(request)
    page = Paginator(rows, ON_A_PAGE).get_page(request.GET.get("page"))
    mine = list(funds_seen_by(actor))
    context = {
        "page": page,
        "packs": by_pack(page.object_list, packs),
        "total": summed(row.this_year for row in rows),
        "ever": summed(row.all_years for row in rows),
        "year": this_year(),
        "kinds": [(kind, KIND_NAMES[kind]) for kind in FundKind if any(f.kind is kind for f in mine)],
        "documents": [packs[slug] for slug in dict.fromkeys(f.pack for f in mine)],
        "asked": {name: request.GET.get(name, "") for name in ("kind", "pack", "money")},
        "low": low_funds(mine),
        "sees_all": sees_all(actor),
        "counts": counts_in_words(mine),
        "no_account": orders_without_account(mine),
    }
    return render(request, "money/fund_desk.html", context)


def counts_in_words(funds: list[Fund]) -> list[tuple[Bilingual, int, Decimal]]:
    found = order_counts([fund_key(fund) for fund in funds])
    return [(ORDER_STATES[state], n, total) for state, (n, total) in found.items()]


def orders_without_account(funds: list[Fund]) -> int:
    """How many payments wait until their payee states an account."""
    keys = [fund_key(fund) for fund in funds]
    return without_account(orders(funds=keys, state=OrderState.ORDERED)).count()


@require_GET
@may(Permission.FUND_SEE)
def fund_desk_export(request: HttpRequest) -> HttpResponse:
    """The list as a file; the export leaves a deed."""
    rows = wanted(request)
    filters = {n: v for n in ("kind", "pack", "money") if (v := request.GET.get(n))}
    note_export("funds", len(rows), filters, by=actor_of(request).name, at=now())
    response = csv_response("funds.csv")
    writer = csv.writer(response)
    heads = [
        say("投入", "put in"), say("可用", "available"), say("已承诺", "committed"), say("拨付中", "ordered"),
        say("已支付", "paid"), say("其他", "other"),
    ]  # fmt: skip
    year, ever = str(this_year()), say("历年", "all years")
    first = [say("资金", "fund"), say("编号", "id"), say("类型", "kind")]
    writer.writerow([*first, *(f"{when} {head}" for when in (year, ever) for head in heads)])
    for row in rows:
        money = [
            f"{amount:.2f}"
            for f in (row.this_year, row.all_years)
            for amount in (f.put_in, f.available, f.committed, f.ordered, f.paid, f.other)
        ]
        names = [here(row.fund.title), fund_key(row.fund), here(row.kind)]
        writer.writerow([*map(plain_cell, names), *money])
    return response


def csv_response(name: str) -> HttpResponse:
    """An empty table that spreadsheets read as UTF-8."""
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "private, no-store"
    response.write("\ufeff")
    return response


@require_GET
@of_a_fund()
def fund(request: HttpRequest, found: Fund) -> HttpResponse:
    actor, key, year = actor_of(request), fund_key(found), this_year()
    of_year, in_all = standings([key], year=year)[key], standings([key])[key]
    has_programmes = bool(found.programmes)
    context: dict[str, Any] = {
        "fund": found,
        "pack": library().packs[found.pack],
        "kind": KIND_NAMES[found.kind],
        "year": year,
        "figures": figures_of(of_year),
        "ever": figures_of(in_all),
        "accounts": account_rows(of_year, in_all),
        "programmes": programme_rows(
            found, standings_by("programme", key, year=year), standings_by("programme", key)
        )
        if has_programmes
        else [],
        "caps": cap_rows(found, caps_used(found, most=MOST_CAPS)),
        "low": low_funds([found]),
        "orders": counts_in_words([found]),
        "postings": postings_of(fund=key)[:LAST_POSTINGS],
        "dimensions": DIMENSIONS.items(),
        "achieved": list(figures_in_words(found)),
        **kept_besides(found, most=LAST_POSTINGS),
        **keeping(actor, found),
    }
    return render(request, "money/fund.html", context)


def figures_in_words(found: Fund) -> Iterator[tuple[Bilingual, Bilingual]]:
    """What the fund achieved, as far as it was measured."""
    for figure in figures_of_fund(found, on=today()):
        if figure.value is not None:
            unit = figure.indicator.unit
            zh, en = figure_words(figure.value, unit, "zh"), figure_words(figure.value, unit, "en")
            yield figure.indicator.title, Bilingual(zh, en)


def keeping(actor: Actor, found: Fund) -> dict[str, Any]:
    """What somebody who keeps the fund is offered."""
    may_keep = actor.may(Permission.FUND_KEEP) and has_part(actor, found)
    return {
        "may_keep": may_keep,
        "pays": pays(actor, found),
        "proposals": proposed_budgets(found, on=today()) if may_keep else [],
        "sources": list(dict.fromkeys([s.by for s in found.sources] + [*found.payer, *found.manager])),
        "is_pool": found.kind in POOLS,
    }


def kept_besides(found: Fund, *, most: int | None = None) -> dict[str, Any]:
    """What a kind of fund keeps besides balances: losses, vouchers, loans, stakes."""
    key = fund_key(found)
    match found.kind:
        case FundKind.RISK_POOL | FundKind.GUARANTEES:
            return {"pool": pool_of(found), "losses": losses_of(key)[:most]}
        case FundKind.VOUCHERS:
            counts = [(VOUCHER_STATES[s], n, face) for s, (n, face) in voucher_counts(key).items()]
            return {"voucher_counts": counts, "vouchers": named_vouchers(found, most)}
        case FundKind.LOANS:
            return {"loans": loans_out(key, on=today())[:most], "ended": loans_ended(key)[:most]}
        case FundKind.STAKES:
            return {"stakes": stakes_of(key)[:most]}
        case _:
            return {}


def named_vouchers(found: Fund, most: int | None) -> list[tuple[Any, Bilingual]]:
    rows = vouchers(fund_key(found))[:most]
    return [(voucher, VOUCHER_STATES[VoucherState(voucher.state)]) for voucher in rows]


@require_GET
@of_a_fund()
def fund_by(request: HttpRequest, found: Fund, *, dimension: str) -> HttpResponse:
    """What a fund gave, by region, programme, measure, party or year."""
    if dimension not in DIMENSIONS:
        raise Http404
    year = year_in(request)
    rows = standings_by(dimension, fund_key(found), year=year)
    page = Paginator(rows, ON_A_PAGE).get_page(request.GET.get("page"))
    names = names_for(dimension, [row.of for row in page], found)
    context = {
        "fund": found,
        "dimension": dimension,
        "dimensions": DIMENSIONS.items(),
        "title": DIMENSIONS[dimension],
        "page": page,
        "rows": [(row, names.get(row.of), figures_of(row)) for row in page],
        "taken": sum((row.taken for row in rows), Decimal(0)),
        "year": year,
        "years": years_of(fund_key(found)),
    }
    return render(request, "money/fund_by.html", context)


def names_for(dimension: str, keys: list[str], found: Fund) -> dict[str, Bilingual]:
    """What people call them; those without another name are left out."""
    match dimension:
        case "region":
            return {key: district_name(key) for key in keys if key}
        case "programme":
            return {p.id: p.title for p in found.programmes}
        case "measure":
            measures = {key: library().measure(key) for key in keys if key}
            return {key: measure.title for key, measure in measures.items() if measure is not None}
        case "party":
            rows = Grant.objects.filter(party__in=keys).values_list("party", "party_name").distinct()
            return {party: Bilingual(name, name) for party, name in rows}
        case _:
            return {}


@require_GET
@of_a_fund()
def fund_instruments(request: HttpRequest, found: Fund) -> HttpResponse:
    """All losses, vouchers, loans or stakes of a fund, page by page."""
    parts = kept_besides(found)
    listed = next((n for n in ("losses", "vouchers", "loans", "stakes") if n in parts), None)
    if listed is None:
        raise Http404
    page = Paginator(parts[listed], ON_A_PAGE).get_page(request.GET.get("page"))
    context = {**parts, "fund": found, "page": page, listed: page.object_list, "listed": listed}
    return render(request, "money/fund_instruments.html", context)

"""Addresses of this area."""

from django.urls import URLPattern, URLResolver, path

from huiqi.web.money import (
    check_views,
    fund_views,
    order_views,
    party_views,
    posting_views,
    put_in_views,
    receipt_views,
    run_views,
    year_views,
)

FUND = "desk/funds/<slug:pack>/<slug:name>/"
urlpatterns: list[URLPattern | URLResolver] = [
    path("desk/funds/", fund_views.fund_desk, name="fund_desk"),
    path("desk/funds/export/", fund_views.fund_desk_export, name="fund_desk_export"),
    path("desk/funds/check/", check_views.check_ledger, name="check_ledger"),
    path("desk/funds/beancount/", check_views.beancount, name="ledger_beancount"),
    path("desk/funds/orders/", order_views.payment_orders, name="payment_orders"),
    path("desk/funds/orders/prepare/", order_views.prepare_payment_run, name="prepare_payment_run"),
    path("desk/funds/runs/", run_views.payment_runs, name="payment_runs"),
    path("desk/funds/runs/<slug:number>/", run_views.payment_run, name="payment_run"),
    path("desk/funds/runs/<slug:number>/release/", run_views.release, name="release_payment_run"),
    path("desk/funds/runs/<slug:number>/drop/", run_views.drop, name="drop_payment_run"),
    path("desk/funds/runs/<slug:number>/file/", run_views.file_for_bank, name="payment_run_file"),
    path("desk/funds/receipts/", receipt_views.receipts, name="bank_receipts"),
    path("desk/funds/receipts/post/", receipt_views.post_waiting, name="post_bank_receipts"),
    path("desk/funds/year-end/", year_views.year_end, name="year_end"),
    path("desk/funds/parties/", party_views.parties, name="fund_parties"),
    path("desk/funds/parties/<str:code>/account/", party_views.party_account, name="party_account"),
    path("desk/funds/parties/<str:code>/export/", party_views.party_export, name="party_account_export"),
    path(FUND, fund_views.fund, name="fund"),
    path(f"{FUND}put-in/", put_in_views.put_money_in, name="put_money_in"),
    path(f"{FUND}budget/", put_in_views.put_budget_in, name="put_budget_in"),
    path(f"{FUND}by/<slug:dimension>/", fund_views.fund_by, name="fund_by"),
    path(f"{FUND}postings/", posting_views.postings, name="fund_postings"),
    path(f"{FUND}postings/export/", posting_views.postings_export, name="fund_postings_export"),
    path(f"{FUND}kept/", fund_views.fund_instruments, name="fund_instruments"),
]

"""Figures and small charts of the desks."""

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from huiqi.base.bilingual import Bilingual
from huiqi.forms.types import PARTIES
from huiqi.funds.ledger import ACCOUNT_NAMES, MOVEMENT_NAMES
from huiqi.funds.types import Account, Movement
from huiqi.pushes.words import cell_name, district_name
from huiqi.web.shared.templatetags.say import is_english

register = template.Library()
WIDTH, HEIGHT = 120, 28


@register.filter
def side(pair: Sequence[str]) -> str:
    """The one of a pair of texts (Chinese, English) that is in the visitor's language."""
    return pair[1] if is_english() else pair[0]


@register.filter
def fact_label(name: str, report: Mapping[str, Any]) -> str:
    """What a fact of a report is called."""
    found = next((c["label"] for c in report.get("columns", ()) if c["name"] == name), [name, name])
    return side(found)


@register.filter
def grouped(number: int | str | None) -> str:
    """A whole number with thousands in groups; nothing for nothing.

    >>> grouped(1234567), grouped(""), grouped(0)
    ('1,234,567', '', '0')
    """
    return "" if number in (None, "") else f"{int(number or 0):,}"


@register.filter
def percent(share: float) -> str:
    """
    >>> percent(0.934), percent(1)
    ('93.4%', '100%')
    """
    return f"{share:.1%}".replace(".0%", "%")


@register.filter
def figure(text: str) -> str:
    """A number with thousands in groups, a day as it is.

    >>> figure("12345000.00"), figure("2012-09-01")
    ('12,345,000', '2012-09-01')
    """
    try:
        return f"{Decimal(text).normalize():,f}"
    except InvalidOperation:
        return text


@register.filter
def bars(bins: Sequence[int]) -> SafeString:
    """How values lie between least and greatest, as columns; the figures stand beside it."""
    highest, step = max(bins, default=0) or 1, WIDTH / max(len(bins), 1)
    tall = [(place, max(1.0, HEIGHT * count / highest)) for place, count in enumerate(bins) if count]
    drawn = format_html_join(
        "",
        '<rect x="{}" y="{}" width="{}" height="{}"></rect>',
        ((f"{p * step:.1f}", f"{HEIGHT - t:.1f}", f"{step - 1:.1f}", f"{t:.1f}") for p, t in tall),
    )
    return format_html(
        '<svg class="bars" viewBox="0 0 {} {}" width="{}" height="{}" aria-hidden="true">{}</svg>',
        WIDTH, HEIGHT, WIDTH, HEIGHT, drawn,
    )  # fmt: skip


@register.filter
def amount(number: Decimal | None) -> str:
    """
    >>> amount(Decimal("1200.500000")), amount(Decimal("0.200000")), amount(None)
    ('1,200.5', '0.2', '')
    """
    return "" if number is None else f"{number.normalize():,f}"


@register.filter
def fen(number: Decimal | None) -> str:
    """Money to the fen with thousands in groups, as books have it; a dash for nothing.

    >>> fen(Decimal("1234567.5")), fen(Decimal("0.00")), fen(None)
    ('1,234,567.50', '—', '')
    """
    return "" if number is None else f"{number:,.2f}" if number else "—"


@register.filter
def account_name(account: str) -> Bilingual:
    """
    >>> account_name("ordered").zh
    '拨付中'
    """
    return ACCOUNT_NAMES[Account(account)]


@register.filter
def movement_name(movement: str) -> Bilingual:
    """
    >>> movement_name("pay").zh
    '到账'
    """
    return MOVEMENT_NAMES[Movement(movement)]


@register.filter
def yuan_round(number: Decimal | float | str | None) -> str:
    """Money as a headline figure: in 亿 or 万 where it is large, in millions in English; nothing for nothing."""
    if number in (None, ""):
        return ""
    sum_ = Decimal(str(number))
    size = abs(sum_)
    if is_english():
        return f"{sum_ / 1_000_000:,.1f} million yuan" if size >= 1_000_000 else f"{sum_:,.0f} yuan"
    if size >= 100_000_000:
        return f"{sum_ / 100_000_000:,.2f} 亿元"
    return f"{sum_ / 10_000:,.1f} 万元" if size >= 10_000 else f"{sum_:,.0f} 元"


@register.filter
def firm_cell(firm: Any, dimension: str) -> Bilingual:
    """The district, industry or size class of a firm of a list, in words."""
    return cell_name(dimension, getattr(firm, dimension))


@register.filter
def region_name(code: str) -> str:
    """What people call a region of GB/T 2260, in Chinese alone; its code where the table has none.

    >>> region_name("370202"), region_name("")
    ('市南区', '')
    """
    return district_name(code).zh if code else ""


@register.filter
def who(names: Sequence[str]) -> Bilingual:
    """Authorities as they are named, kinds of parties in words.

    >>> who(["park", "市财政局"]).zh, who(["park", "市财政局"]).en
    ('园区、市财政局', 'park, 市财政局')
    """
    zh = "、".join(PARTIES.get(name, name) for name in names)
    return Bilingual(zh, ", ".join(name.replace("_", " ") for name in names))

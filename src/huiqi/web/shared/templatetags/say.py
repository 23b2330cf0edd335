"""Two languages in one place: `{% say "找政策" "Find policies" %}`, and `{{ measure.title|here }}`."""

import re
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from huiqi.base.bilingual import Bilingual

register = template.Library()
CHINESE: Final = re.compile(r"([\u4e00-\u9fff][\u4e00-\u9fff（）、，；：《》“”0-9]*)")


def is_english() -> bool:
    return get_language() == "en"


@register.simple_tag
def say(zh: str, en: str, **values: Any) -> str:
    """The text in the visitor's language; `{name}` stands for a value: `{% say "共{n}项" "{n} in all" n=3 %}`."""
    text = en if is_english() else zh
    return format_html(text, **values) if values else text


@register.filter
def here(text: Bilingual | str | None) -> str:
    """A bilingual text in the visitor's language; plain text as it is."""
    if isinstance(text, Bilingual):
        return text.in_language("en" if is_english() else "zh")
    return text or ""


@register.filter
def spoken(text: Bilingual | str | None) -> str:
    """`here`, with the Chinese that stays in an English sentence (names of authorities) marked as such.

    >>> from django.utils.translation import override
    >>> with override("en"):
    ...     spoken(Bilingual("由市财政局决定", "市财政局 decides"))
    '<span lang="zh">市财政局</span> decides'
    """
    said = here(text)
    if not is_english():
        return said
    parts = CHINESE.split(said)
    marked = [format_html('<span lang="zh">{}</span>', p) if n % 2 else p for n, p in enumerate(parts)]
    return format_html_join("", "{}", ((p,) for p in marked))


@register.filter
def without_chinese(text: Bilingual) -> Bilingual:
    """For places where no word can be marked as Chinese: the English loses what has no translation.

    >>> without_chinese(Bilingual("专精特新认定", "Recognition of 专精特新 products")).en
    'Recognition of products'
    """
    return Bilingual(text.zh, " ".join(CHINESE.sub("", text.en).split()))


@register.filter
def there(text: Bilingual | None) -> str:
    """The same in the other language."""
    return text.in_language("zh" if is_english() else "en") if isinstance(text, Bilingual) else ""


@register.filter(expects_localtime=True)
def as_day(day: date | None) -> str:
    """2013年6月30日, or 30 June 2013."""
    if day is None:
        return ""
    return f"{day.day} {day:%B %Y}" if is_english() else f"{day.year}年{day.month}月{day.day}日"


@register.filter(expects_localtime=True)
def as_moment(moment: datetime | None) -> str:
    """A day with hour and minute; nothing for nothing.

    >>> as_moment(datetime(2013, 6, 30, 9, 5)), as_moment(None)
    ('2013年6月30日 09:05', '')
    """
    return "" if moment is None else f"{as_day(moment)} {moment:%H:%M}"


@register.filter
def as_yuan(amount: Decimal | Fraction | int | str | None) -> str:
    """Money with thousands in groups; fen only where there are some."""
    if amount is None or amount == "":
        return ""
    exact = (
        Decimal(amount.numerator) / amount.denominator if isinstance(amount, Fraction) else Decimal(amount)
    )
    text = f"{exact:,.2f}"
    text = text.removesuffix(".00")
    return f"{text} yuan" if is_english() else f"{text} 元"


@register.filter
def masked(text: str) -> str:
    """A code or telephone number with its middle hidden.

    >>> masked("13800138000"), masked("91370200MA3C0D1EXF"), masked("12")
    ('138****8000', '9137**********1EXF', '**')
    """
    if len(text) < 7:
        return "*" * len(text)
    head = 3 if len(text) == 11 else 4
    return f"{text[:head]}{'*' * (len(text) - head - 4)}{text[-4:]}"


@register.simple_tag(takes_context=True)
def with_query(context: dict[str, Any], **changes: Any) -> SafeString:
    """The query of this page with some values changed; an empty one is left out."""
    query = context["request"].GET.copy()
    for name, value in changes.items():
        if value in (None, ""):
            query.pop(name, None)
        else:
            query[name] = str(value)
    return SafeString(f"?{query.urlencode()}")

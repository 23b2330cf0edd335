"""Exact amounts: fractions inside, rounded half up to the fen once, at the end."""

from decimal import Decimal
from fractions import Fraction


def round_half_up(number: Fraction, places: int) -> Fraction:
    """Round to decimal places; a half goes away from zero, 四舍五入.

    >>> round_half_up(Fraction("1.005"), 2), round_half_up(Fraction("-2.5"), 0)
    (Fraction(101, 100), Fraction(-3, 1))
    """
    shift = Fraction(10) ** places
    scaled = abs(number) * shift
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return (whole if number >= 0 else -whole) / shift


def to_decimal(number: Fraction, places: int) -> Decimal:
    """A fraction as a decimal with exactly `places` places, rounded half up.

    >>> to_decimal(Fraction(1, 3), 2)
    Decimal('0.33')
    """
    whole = round_half_up(number, places) * 10**places
    return Decimal(int(whole)).scaleb(-places)


def plain(number: Fraction, most_places: int = 6) -> str:
    """The shortest writing of a number, at most `most_places` decimals.

    >>> plain(Fraction("0.49")), plain(Fraction(36)), plain(Fraction(1, 3))
    ('0.49', '36', '0.333333')
    """
    text = f"{to_decimal(number, most_places):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def yuan(number: Fraction) -> str:
    """Money for people: 1,234,567.00 yuan is ``1,234,567``; 0.5 yuan is ``0.50``."""
    amount = to_decimal(number, 2)
    return f"{amount:,.0f}" if amount == amount.to_integral_value() else f"{amount:,.2f}"

"""Stakes (股权): what may be put in, how large the share may be, what is gained or lost when it is sold."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from huiqi.base.bilingual import Bilingual
from huiqi.base.money import plain, yuan
from huiqi.funds.figures import Ground, Open
from huiqi.funds.types import Stakes


def exit_day(stakes: Stakes | None, held_since: date) -> date | None:
    """When the capital is to be taken out; None where nothing is declared."""
    return stakes.exit_after.last_day(held_since) if stakes and stakes.exit_after else None


def faults_of_stake(
    stakes: Stakes | None, *, ground: Ground, amount: Fraction, share: Fraction | None
) -> Iterator[Bilingual]:
    """What stands against putting in this amount for this share."""
    if stakes is None:
        return
    if stakes.amount is not None:
        most = ground.amount(stakes.amount)
        if isinstance(most, Open):
            yield most.in_words(stakes.amount)
        elif amount > most:
            yield Bilingual(
                f"出资 {yuan(amount)} 元超过单笔 {yuan(most)} 元",
                f"{yuan(amount)} yuan is more than one stake may be: {yuan(most)}",
            )
    if stakes.largest_share is not None and share is not None and share > stakes.largest_share:
        yield Bilingual(
            f"持股 {plain(share * 100)}% 超过 {plain(stakes.largest_share * 100)}%",
            f"a share of {plain(share * 100)} % is more than {plain(stakes.largest_share * 100)} %",
        )


@dataclass(frozen=True, slots=True)
class Sale:
    """What comes back of a stake: of the capital, above it, and what stays out."""

    capital: Fraction
    gain: Fraction
    left_in: Fraction


def sell(invested: Fraction, proceeds: Fraction) -> Sale:
    """Proceeds give the capital back first; what is above it is gain.

    >>> sell(Fraction(100), Fraction(130)).gain, sell(Fraction(100), Fraction(70)).left_in
    (Fraction(30, 1), Fraction(30, 1))
    """
    capital = min(invested, proceeds)
    return Sale(capital, proceeds - capital, invested - capital)

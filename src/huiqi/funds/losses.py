"""How a loss is shared (风险分担): what of it counts, who bears which part, what comes out of the pool.

A bearer who puts money into the pool, manages it or pays out of it, bears his part out of the pool; any other
(the bank that lent) bears it himself. Without declared shares the pool bears all that counts.
"""

from dataclasses import dataclass
from fractions import Fraction

from huiqi.base.bilingual import Bilingual
from huiqi.base.money import round_half_up
from huiqi.funds.figures import Ground, Open
from huiqi.funds.types import Fund, Losses


@dataclass(frozen=True, slots=True)
class Borne:
    """What one bearer bears of a loss, in yuan."""

    bearer: str
    amount: Fraction
    from_pool: bool


@dataclass(frozen=True, slots=True)
class SharedLoss:
    """A loss by its parts. `ceiling` is None where the fund sets none for one loss."""

    loss: Fraction
    ceiling: Fraction | None
    counted: Fraction
    borne: tuple[Borne, ...]

    @property
    def pool_pays(self) -> Fraction:
        return sum((part.amount for part in self.borne if part.from_pool), Fraction(0))

    @property
    def uncovered(self) -> Fraction:
        """What lies above the ceiling."""
        return self.loss - self.counted


def share_loss(fund: Fund, loss: Fraction, ceiling: Fraction | None) -> SharedLoss:
    """Parts rounded to the fen; the last bearer takes what rounding leaves, so that they add up."""
    counted = round_half_up(loss if ceiling is None else min(loss, ceiling), 2)
    shares = fund.losses.shares if fund.losses else ()
    borne: list[Borne] = []
    rest = counted
    for index, share in enumerate(shares):
        amount = rest if index == len(shares) - 1 else round_half_up(counted * share.share, 2)
        rest -= amount
        borne.append(Borne(share.bearer, amount, is_from_pool(fund, share.bearer)))
    if not borne:
        borne.append(Borne(payer_of(fund), counted, True))
    return SharedLoss(round_half_up(loss, 2), ceiling, counted, tuple(borne))


def is_from_pool(fund: Fund, bearer: str) -> bool:
    return bearer in {source.by for source in fund.sources} or bearer in fund.payer or bearer in fund.manager


def pool_part(fund: Fund) -> Fraction:
    """Which part of what counts comes out of the pool."""
    shares = fund.losses.shares if fund.losses else ()
    return (
        sum((s.share for s in shares if is_from_pool(fund, s.bearer)), Fraction(0)) if shares else Fraction(1)
    )


def payer_of(fund: Fund) -> str:
    return (fund.payer or fund.manager or (fund.id,))[0]


def judge_loss(
    fund: Fund, *, ground: Ground, amount: Fraction | None
) -> tuple[SharedLoss | None, list[Bilingual]]:
    """A loss by its parts, and what stands against it.

    The loss is the fact `loss` of the claim; where the claim has none, it is the one of which the pool's part is
    the amount that was granted.
    """
    stated = ground.facts.get("loss")
    part = pool_part(fund)
    if isinstance(stated, Fraction):
        loss = stated
    elif amount is not None and part:
        loss = amount / part
    else:
        return None, [Bilingual("没有损失金额", "the amount of the loss is missing")]
    rules = fund.losses or Losses(())
    against: list[Bilingual] = []
    known = ground.with_facts(loss=loss)
    if rules.when is not None and (counts := known.value(rules.when)) is not True:
        against.append(
            counts.in_words(rules.when)
            if isinstance(counts, Open)
            else Bilingual(
                f"不算损失：不符合“{rules.when.text}”", f"is no loss: {rules.when.text} does not hold"
            )
        )
    limit = known.amount(rules.ceiling) if rules.ceiling is not None else None
    if isinstance(limit, Open) and rules.ceiling is not None:
        return None, [*against, limit.in_words(rules.ceiling)]
    return share_loss(fund, loss, limit if isinstance(limit, Fraction) else None), against

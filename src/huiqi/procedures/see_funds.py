"""Whose funds are whose to see and to keep: those an authority manages or pays; auditors and supervision see all."""

from collections.abc import Iterator

from huiqi.access.actor import Actor
from huiqi.access.permissions import Permission
from huiqi.documents.authorities import stands_among
from huiqi.funds.types import Fund
from huiqi.holdings.current import library


def funds_seen_by(actor: Actor) -> Iterator[Fund]:
    """In the order of the packs."""
    if not actor.may(Permission.FUND_SEE):
        return
    for pack in library().packs.values():
        for fund in pack.funds.values():
            if sees_all(actor) or has_part(actor, fund):
                yield fund


def sees_all(actor: Actor) -> bool:
    """Who has no funds of an own authority looks at all of them: audit and supervision."""
    return actor.may(Permission.FUND_SEE) and not actor.may(Permission.FUND_KEEP)


def fund_seen(actor: Actor, pack: str, name: str) -> Fund | None:
    return next((f for f in funds_seen_by(actor) if (f.pack, f.id) == (pack, name)), None)


def has_part(actor: Actor, fund: Fund) -> bool:
    """Does the authority manage or pay it?"""
    return is_here(actor, fund) and stands_among(actor.authority, (*fund.manager, *fund.payer))


def pays(actor: Actor, fund: Fund) -> bool:
    """Does the authority send its payments to the bank?"""
    return is_here(actor, fund) and stands_among(actor.authority, fund.payer)


def is_here(actor: Actor, fund: Fund) -> bool:
    """Authorities of one name exist in many places: the region of the document and that of the actor must meet."""
    region = library().packs[fund.pack].region
    return region.startswith(actor.region) or actor.region.startswith(region)

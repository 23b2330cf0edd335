"""Whose funds are whose to see and to keep: those an authority manages or pays; auditors and supervision see all."""

from collections.abc import Iterator

from django.db.models import Q, QuerySet

from huiqi.access.actor import Actor
from huiqi.access.permissions import Permission
from huiqi.documents.authorities import stands_among
from huiqi.funds.types import Fund
from huiqi.holdings.current import library
from huiqi.ledger.models import PaymentRun
from huiqi.ledger.queries import orders, runs
from huiqi.ledger.types import RunState, fund_key


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


def keys_seen_by(actor: Actor) -> list[str]:
    return [fund_key(fund) for fund in funds_seen_by(actor)]


def keys_paid_by(actor: Actor) -> list[str]:
    """Full names of the funds whose payments the authority sends to the bank."""
    return [fund_key(fund) for fund in funds_seen_by(actor) if pays(actor, fund)]


def runs_seen_by(actor: Actor) -> QuerySet[PaymentRun]:
    """Runs with a payment of a fund that is the actor's to see, newest first; of one's own also those dropped."""
    ids = orders(funds=keys_seen_by(actor)).order_by().values("run")
    seen = Q(pk__in=ids)
    if actor.may(Permission.FUND_KEEP):
        seen |= Q(payer=actor.authority, state=RunState.DROPPED.value, prepared_by=actor.name)
    elif sees_all(actor):
        seen |= Q(state=RunState.DROPPED.value)
    return runs().filter(seen)


def may_send(actor: Actor, run: PaymentRun) -> bool:
    """Does every payment of a run come out of a fund that the authority pays?"""
    inside = set(run.orders.values_list("grant__fund", flat=True))
    return bool(inside) and inside <= set(keys_paid_by(actor))

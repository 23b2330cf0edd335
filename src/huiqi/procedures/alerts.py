"""Tell firms what came to fit: on the site at once, by e-mail and webhook as they chose. Safe to run again.

`send_alerts` is for the nightly work, after the new run has become the current one; `deliver_due` also stands
alone, to be called every few minutes: what could not be delivered is tried again with growing pauses.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import Any, Final

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.signing import BadSignature, Signer
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.timezone import localtime

from huiqi.access.models import Membership
from huiqi.access.permissions import Role
from huiqi.base.bilingual import Bilingual
from huiqi.dossiers.models import RecordedFact
from huiqi.dossiers.types import Standing
from huiqi.holdings.current import library, measure_on
from huiqi.matching.stored import StoredRun
from huiqi.measures.measure_words import headline
from huiqi.measures.types import Measure, Verdict, VerdictKind
from huiqi.notices import webhook
from huiqi.notices.actions import News, end_channel, give_notices, note_failed, note_found, note_sent
from huiqi.notices.models import Channel, Delivery, Notice, SavedSearch
from huiqi.notices.queries import due_by_channel, open_searches
from huiqi.notices.types import Kind, Way
from huiqi.procedures.match_firm import match_firm
from huiqi.procedures.tell_desks import step_behind
from huiqi.procedures.told import day_of_run, order_of, runs
from huiqi.search.current import keys_found

FITS: Final = frozenset({VerdictKind.ELIGIBLE, VerdictKind.CLAIMABLE})
BY: Final = "system"
SIGNER: Final = Signer(salt="huiqi.notices.channel")


@dataclass(frozen=True, slots=True)
class Alerted:
    """How much was said, and how much of it went out."""

    notices: int
    delivered: int
    failed: int


def send_alerts(run: StoredRun, *, at: datetime) -> Alerted:
    """Everything a finished run brings: notices to firms, what saved searches find, and the deliveries.

    It is compared with the last run before it. Run twice, it says nothing twice.
    """
    before = [r for r in runs() if order_of(r) < order_of(run)]
    told = alert_for_run(before[-1] if before else None, run, at=at)
    told += alert_searches(on=day_of_run(run), origin=f"run:{run.folder.name}", at=at)
    delivered, failed = deliver_due(at=at)
    return Alerted(told, delivered, failed)


def alert_for_run(old: StoredRun | None, new: StoredRun, *, at: datetime) -> int:
    """Tell each firm with an account of the measures that fit in a run and did not in the one before; how many."""
    told = 0
    for party in firms_with_account(on=day_of_run(new)):
        before = stored_as_fitting(old, party) if old is not None else {}
        fresh = {key: fit for key, fit in fitting_in(new, party).items() if key not in before}
        told += len(give_notices(party, news_of_run(fresh, new), by=BY, at=at))
    return told


@dataclass(frozen=True, slots=True)
class Fit:
    """How a measure fits a firm."""

    verdict: VerdictKind
    amount: Fraction | None
    missing: tuple[str, ...] = ()  # facts that the claim will bring


def news_of_run(fits: Mapping[str, Fit], run: StoredRun) -> list[News]:
    day, origin = day_of_run(run), f"run:{run.folder.name}"
    found = [(measure_on(key, day), fit) for key, fit in sorted(fits.items())]
    return [
        News(m.key, Kind.FITS, m.title, day, origin, body=body_of(m, fit))
        for m, fit in found
        if m is not None
    ]


def body_of(measure: Measure, fit: Fit) -> Bilingual:
    """What the verdict means for the firm, with the amount where it is known."""
    kinds = library().packs[measure.pack].rulebook.kinds
    missing = [kinds[name].label for name in fit.missing if name in kinds]
    return headline(measure, Verdict(measure.key, fit.verdict, amount=fit.amount), missing)


def firms_with_account(*, on: date) -> list[str]:
    """Firms for which somebody acts: what fits others is a matter of the push desk."""
    roles = Membership.objects.filter(role__in=[Role.FIRM_LEGAL, Role.FIRM_AGENT])
    return sorted({m.party for m in roles if m.ended_on is None or m.ended_on > on})


def fitting_in(run: StoredRun, party: str) -> dict[str, Fit]:
    """What fits a firm; for one with recorded facts, where the run does not know of such, it is worked out here."""
    if run.manifest.get("overlay"):
        return stored_as_fitting(run, party)
    corrected = RecordedFact.objects.filter(
        party=party, withdrawn_at=None, standing__in=[Standing.ACCEPTED, Standing.DECLARED]
    )
    matches = match_firm(party, on=day_of_run(run)) if corrected.exists() else None
    if matches is None:
        return stored_as_fitting(run, party)
    fitting = [e for e in matches.assessment.entitlements if e.verdict.kind in FITS]
    return {e.measure.key: Fit(e.verdict.kind, e.verdict.amount, e.verdict.missing) for e in fitting}


def stored_as_fitting(run: StoredRun, party: str) -> dict[str, Fit]:
    found = run.of_party(party)
    rows = found.to_pylist() if found is not None else []
    return {row["measure"]: stored_fit(row) for row in rows if row["verdict"] in FITS}


def stored_fit(row: Mapping[str, Any]) -> Fit:
    amount = None if row["amount"] is None else Fraction(row["amount"])
    return Fit(VerdictKind(row["verdict"]), amount, tuple(filter(None, (row["missing"] or "").split(","))))


def alert_searches(*, on: date, origin: str, at: datetime) -> int:
    """Tell firms of measures and policies in force that their saved searches have not found before; how many."""
    told = 0
    for search in open_searches():
        fresh = keys_found(search.words, on=on) - set(search.known)
        if fresh:
            told += tell_found(search, fresh, on=on, origin=origin, at=at)
    return told


@transaction.atomic
def tell_found(search: SavedSearch, fresh: set[str], *, on: date, origin: str, at: datetime) -> int:
    named = {key: measure_on(key, on) or library().packs.get(key) for key in sorted(fresh)}
    news = [
        News(key, Kind.SEARCH, found.title, on, origin, search=search)
        for key, found in named.items()
        if found is not None
    ]
    told = give_notices(search.party, news, by=BY, at=at)
    note_found(search, fresh)
    return len(told)


def deliver_due(*, at: datetime) -> tuple[int, int]:
    """Send what is due, one message for each channel; how many notices went out, and how many did not."""
    sent = failed = 0
    for channel, deliveries in due_by_channel(at):
        if not acts_still(channel.added_by, channel.party, on=localtime(at).date()):
            end_channel(channel, by=BY, at=at)
            continue
        problem = deliver(channel, [d.notice for d in deliveries], at=at)
        if problem is None:
            note_sent(deliveries, at=at)
            sent += len(deliveries)
        else:
            note_failed(deliveries, problem, at=at)
            failed += len(deliveries)
    return sent, failed


def acts_still(user: str, party: str, *, on: date) -> bool:
    """Who no longer acts for a firm is told nothing more of it."""
    roles = Membership.objects.filter(
        user__username=user, party=party, role__in=[Role.FIRM_LEGAL, Role.FIRM_AGENT]
    )
    return any(m.ended_on is None or m.ended_on > on for m in roles)


def deliver(channel: Channel, notices: list[Notice], *, at: datetime) -> str | None:
    """None once it was taken, else the problem."""
    if channel.way == Way.WEBHOOK:
        body = json.dumps(as_json(channel, notices), ensure_ascii=False).encode()
        private_too = settings.HUIQI_WEBHOOKS_PRIVATE
        seconds = int(at.timestamp())
        return webhook.send(
            channel.address, body, secret=channel.secret, seconds=seconds, private_too=private_too
        )
    try:
        mail_to(channel, "enterprise/mail/digest.txt", notices=notices)
    except OSError as error:
        return str(error) or type(error).__name__
    return None


def webhook_problem(address: str) -> str | None:
    """Why nothing would be sent to an address; None where it would be."""
    try:
        webhook.target_of(address, private_too=settings.HUIQI_WEBHOOKS_PRIVATE)
    except webhook.Unwelcome as error:
        return str(error)
    return None


def as_json(channel: Channel, notices: Iterable[Notice]) -> dict[str, Any]:
    return {
        "party": channel.party,
        "notices": [
            {
                "id": notice.pk,
                "kind": notice.kind,
                "about": notice.about,
                "title": {"zh": notice.title_zh, "en": notice.title_en},
                "body": {"zh": notice.body_zh, "en": notice.body_en},
                "day": notice.day.isoformat(),
                "origin": notice.origin,
                "case": step_behind(notice.origin) if notice.kind == Kind.CASE else None,
            }
            for notice in notices
        ],
    }


def mail_to(channel: Channel, template: str, **values: Any) -> None:
    """Raises OSError where the mail server does not take it. The first line of the template is the subject."""
    leave, confirm = (link(name, channel) for name in ("leave_channel", "confirm_channel"))
    with translation.override("en" if channel.english else "zh-hans"):
        text = render_to_string(
            template, {"leave": leave, "confirm": confirm, "home": site(), "channel": channel, **values}
        )
    subject, _, body = text.strip().partition("\n")
    headers = {"List-Unsubscribe": f"<{leave}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    EmailMultiAlternatives(subject, body.strip() + "\n", to=[channel.address], headers=headers).send()


def ask_to_confirm(channel: Channel) -> str | None:
    """Write to a new e-mail address; nothing else is sent to it before its owner has agreed."""
    try:
        mail_to(channel, "enterprise/mail/confirm.txt")
    except OSError as error:
        return str(error) or type(error).__name__
    return None


def site() -> str:
    """The address of the site for links in messages, without a slash at its end."""
    return str(settings.HUIQI_SITE).rstrip("/")


def link(name: str, channel: Channel) -> str:
    return site() + reverse(name, kwargs={"token": SIGNER.sign(str(channel.pk))})


def channel_from(token: str) -> Channel | None:
    """The channel a link of a message is about; None where the link is not ours."""
    try:
        return Channel.objects.filter(pk=int(SIGNER.unsign(token))).first()
    except (BadSignature, ValueError):
        return None


def waiting(party: str) -> int:
    """How many notices have not gone out yet."""
    return Delivery.objects.filter(channel__party=party, state="waiting").count()

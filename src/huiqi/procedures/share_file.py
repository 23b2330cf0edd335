"""The legal representative lets a bank or agency see parts of the firm's file, and ends it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final

from django.db import IntegrityError

from huiqi.access.models import Membership
from huiqi.access.permissions import Role
from huiqi.base.bilingual import Bilingual
from huiqi.dossiers.actions import Audience, give_consent, withdraw_open
from huiqi.dossiers.groups import Group
from huiqi.dossiers.models import Consent
from huiqi.dossiers.queries import file_of
from huiqi.holdings.current import register

LONGEST: Final = timedelta(days=3 * 366)


@dataclass(frozen=True, slots=True)
class Shared:
    """The consent, or by field what is wrong."""

    consent: Consent | None = None
    problems: Mapping[str, Bilingual] = field(default_factory=dict)


def audiences_on(day: date) -> list[Audience]:
    """Banks and agencies that have an account on a day, named as the register does, by name."""
    roles = Membership.objects.filter(role__in=[Role.BANK, Role.AGENCY], began_on__lte=day)
    codes = sorted({m.party for m in roles if m.ended_on is None or m.ended_on > day})
    snapshot = register()
    rows = {code: snapshot.find(code) if snapshot is not None else None for code in codes}
    named = [Audience(code, str((row or {}).get("name") or code)) for code, row in rows.items()]
    return sorted(named, key=lambda audience: (audience.name, audience.code))


def share_file(
    code: str,
    *,
    audience: str,
    groups: Iterable[str],
    until: date | None,
    by: str,
    on: date,
    accounts_on: date,
    at: datetime,
) -> Shared:
    """Agree. `accounts_on` is the day on which the audience must have an account."""
    problems: dict[str, Bilingual] = {}
    known = {a.code: a for a in audiences_on(accounts_on)}
    chosen = [group for group in Group if str(group) in set(groups)]
    dossier = file_of(code, on=on)
    if audience not in known or audience == code:
        problems["audience"] = Bilingual("请选择一家机构", "choose a bank or agency")
    if not chosen:
        problems["groups"] = Bilingual("请至少选一类信息", "choose one group at least")
    if until is None or not on <= until <= on + LONGEST:
        problems["until"] = Bilingual("请写今天起三年内的日期", "write a day within three years from today")
    if problems or until is None or dossier is None:
        return Shared(
            problems=problems or {"audience": Bilingual("登记库中没有该企业", "not in the register")}
        )
    try:
        consent = give_consent(known[audience], chosen, about=dossier.party, until=until, by=by, on=on, at=at)
    except IntegrityError:  # the same form, sent twice at once
        return Shared(problems={"audience": Bilingual("请重新打开页面", "open the page again")})
    return Shared(consent)


def end_consent(code: str, audience: str, *, by: str, on: date, at: datetime) -> bool:
    """Withdraw; False where there was nothing to withdraw."""
    return bool(withdraw_open(code, audience, by=by, on=on, at=at))

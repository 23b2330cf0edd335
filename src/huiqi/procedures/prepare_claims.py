"""A claim that is prepared for a firm (预填): a draft with everything known, once for a measure and round.

It is opened where the firm fits and only it, or a person who judges, can say the rest. It lies among the firm's
drafts; the firm fills in what is missing and hands it in, or drops it.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

from django.db import IntegrityError, transaction

from huiqi.base.bilingual import Bilingual
from huiqi.cases.types import Lane, Role
from huiqi.casework.models import Case
from huiqi.dossiers.queries import file_of
from huiqi.dossiers.types import Dossier
from huiqi.grants.actions import note_prepared
from huiqi.grants.models import PreparedClaim
from huiqi.matching.stored import StoredRun
from huiqi.measures.types import VerdictKind
from huiqi.notices.actions import News, give_notice
from huiqi.notices.types import Kind
from huiqi.procedures.alerts import firms_with_account
from huiqi.procedures.automatic_lane import Offer, automatic_offers, offers
from huiqi.procedures.case_clocks import Refused
from huiqi.procedures.entitled_firms import expected_occasion
from huiqi.procedures.open_case import Wish, open_case, who_may_open
from huiqi.procedures.take_step import SYSTEM

PREPARED_FOR: Final = frozenset({VerdictKind.ELIGIBLE, VerdictKind.CLAIMABLE, VerdictKind.REVIEW})


def prepare_claims(run: StoredRun, *, at: datetime, on: date) -> int:
    """Prepare what a run found for every firm with an account; how many drafts are new. Safe to run again."""
    offered = prepared_offers(on=on)
    if not offered:
        return 0
    made = 0
    for party in firms_with_account(on=on):
        found = run.of_party(party)
        rows = [row for row in (found.to_pylist() if found is not None else []) if fits(row, offered)]
        if rows:
            made += prepare_for(party, rows, offered, run, at=at, on=on)
    return made


def prepared_offers(*, on: date) -> dict[str, Offer]:
    """By measure: what is prepared, leaving out what is granted without any claim."""
    automatic = {offer.measure.key for offer in automatic_offers(on=on)}
    return {o.measure.key: o for o in offers(Lane.PREPARED, on=on) if o.measure.key not in automatic}


def fits(row: Mapping[str, Any], offered: Mapping[str, Offer]) -> bool:
    return row["measure"] in offered and VerdictKind(row["verdict"]) in PREPARED_FOR


def prepare_for(
    party: str,
    rows: Sequence[Mapping[str, Any]],
    offered: Mapping[str, Offer],
    run: StoredRun,
    *,
    at: datetime,
    on: date,
) -> int:
    dossier = file_of(party, on=on)
    if dossier is None:
        return 0
    made = 0
    for row in rows:
        offer = offered[row["measure"]]
        missing = tuple(filter(None, (row["missing"] or "").split(",")))
        if is_new(offer, party, on=on):
            made += prepare_one(offer, dossier, missing, run, at=at, on=on)
    return made


def is_new(offer: Offer, party: str, *, on: date) -> bool:
    """Was nothing prepared for it, and does the firm have no case of its own for it, in this round?"""
    occasion = expected_occasion(offer, on=on)
    if PreparedClaim.objects.filter(measure=offer.measure.key, party=party, occasion=occasion).exists():
        return False
    own = Case.objects.filter(measure=offer.measure.key, party=party)
    by_the_year = offer.measure.award.per is not None and occasion != "once"
    return not (own.filter(opened_on__year=on.year) if by_the_year else own).exists()


def prepare_one(
    offer: Offer, dossier: Dossier, missing: Sequence[str], run: StoredRun, *, at: datetime, on: date
) -> bool:
    """The draft, the note that it was prepared, and the notice; False where the firm may not have it."""
    party = dossier.party.code
    wish = Wish(offer.key, measure=offer.measure.key, party=party, lane=Lane.PREPARED)
    if who_may_open(offer.case_type, wish, dossier, Role.APPLICANT):
        return False
    try:
        with transaction.atomic():
            case = open_case(wish, role=Role.SYSTEM, by=SYSTEM, on=on, at=at).case
            occasion = expected_occasion(offer, on=on)
            note_prepared(offer.measure.key, party, occasion, case.number, run.folder.name, at=at)
            give_notice(party, news_of(offer, case, missing, on=on), by=SYSTEM, at=at)
    except (Refused, IntegrityError):  # somebody else prepared it meanwhile
        return False
    return True


def news_of(offer: Offer, case: Case, missing: Sequence[str], *, on: date) -> News:
    name = offer.measure.title
    asked = list(labels_of(offer, missing, judged=False))
    judged = list(labels_of(offer, missing, judged=True))
    zh, en = ["已按现有数据预填。"], ["Everything known is filled in."]
    if asked:
        zh.append(f"只需补充：{'、'.join(words.zh for words in asked)}。")
        en.append(f"Only this is missing: {', '.join(words.en for words in asked)}.")
    if judged:
        zh.append(f"提交后由部门评判：{'、'.join(words.zh for words in judged)}。")
        en.append(f"The department then judges: {', '.join(words.en for words in judged)}.")
    zh.append("不需要的，可以撤回，本轮不再提醒。")
    en.append("Drop it if you do not want it: you are not asked again this round.")
    return News(
        about=f"case:{case.number}",
        kind=Kind.CASE,
        title=Bilingual(f"已为您预填：{name.zh}", f"Prepared for you: {name.en}"),
        body=Bilingual("".join(zh), " ".join(en)),
        day=on,
        origin=f"case:{case.number}:prepared",
    )


def labels_of(offer: Offer, missing: Sequence[str], *, judged: bool) -> Iterator[Bilingual]:
    kinds = offer.rulebook.kinds
    for name in missing:
        if name in kinds and kinds[name].judged is judged:
            yield kinds[name].label

"""For whom and when a case may be opened: the document must hold on the day, and where the party and the desk are.

What people complain, ask or object about stays open to everybody, wherever they are; the document must be in force
for that as well. What is opened about another case (an objection) belongs to that case, whatever ended since.
"""

from collections.abc import Iterator
from datetime import date
from typing import Final

from huiqi.base.bilingual import Bilingual
from huiqi.cases.types import CaseType, Purpose
from huiqi.cases.workflow import Hindrance
from huiqi.dossiers.types import Dossier
from huiqi.measures.types import Period
from huiqi.packs.types import Pack
from huiqi.pushes.words import district_name

FOR_EVERYBODY: Final = frozenset({Purpose.COMPLAINT, Purpose.ENQUIRY, Purpose.OBJECTION})


def is_for_everybody(case_type: CaseType) -> bool:
    """Is it open to whoever comes, from anywhere?"""
    return case_type.anonymous or case_type.purpose in FOR_EVERYBODY


def out_of_force(pack: Pack, *, on: date) -> Iterator[Hindrance]:
    """Why a document cannot be acted on today."""
    if not pack.in_force.holds_on(on):
        zh, en = named(pack)
        period = period_words(pack.in_force)
        yield Hindrance(
            "case_type",
            Bilingual(
                f"{zh}{period.zh}，{on.isoformat()}不在有效期内，不能据此办理",
                f"{en} {period.en}: on {on.isoformat()} nothing can be opened under it",
            ),
        )


def out_of_place(
    pack: Pack, case_type: CaseType, dossier: Dossier | None, *, desk: str | None
) -> Iterator[Hindrance]:
    """Why a document is not for this party or not for this desk.

    Args:
        dossier: the file of the party; None for one that the register does not know.
        desk: the region of the office that takes the case for somebody; None where nobody does.
    """
    zh, en = named(pack)
    holds_in = pack.jurisdiction
    if desk is not None and not (desk.startswith(pack.region) or pack.region.startswith(desk)):
        where = district_name(desk.ljust(6, "0"))
        yield Hindrance(
            "case_type",
            Bilingual(
                f"{zh}适用于{holds_in.zh}，不由{where.zh}的部门受理",
                f"{en} holds in {holds_in.en}: it is not taken by an authority of {where.en}",
            ),
        )
    if dossier is None or is_for_everybody(case_type):
        return
    home = dossier.party.region
    where = district_name(home)
    if not home.startswith(pack.region):
        yield Hindrance(
            "party",
            Bilingual(
                f"{zh}适用于{holds_in.zh}，该主体登记在{where.zh}（{home}），不在适用范围内",
                f"{en} holds in {holds_in.en}; this party is registered in {where.en}, outside it",
            ),
        )
    elif desk is not None and not home.startswith(desk):
        here = district_name(desk.ljust(6, "0"))
        yield Hindrance(
            "party",
            Bilingual(
                f"该主体登记在{where.zh}（{home}），不在{here.zh}的受理范围内",
                f"this party is registered in {where.en}, which is not for an authority of {here.en}",
            ),
        )


def named(pack: Pack) -> tuple[str, str]:
    """A document as people name it, in both languages."""
    number_zh, number_en = (f"（{pack.number}）", f" ({pack.number})") if pack.number else ("", "")
    return f"《{pack.title.zh}》{number_zh}", f"“{pack.title.en}”{number_en}"


def period_words(period: Period) -> Bilingual:
    """
    >>> period_words(Period(date(2016, 9, 29), date(2018, 12, 31))).zh
    '自2016-09-29起施行，至2018-12-31止'
    """
    first = period.first.isoformat() if period.first is not None else ""
    last = period.last.isoformat() if period.last is not None else ""
    zh = "，".join([*([f"自{first}起施行"] if first else []), *([f"至{last}止"] if last else [])])
    en = " ".join(["holds", *([f"from {first}"] if first else []), *([f"until {last}"] if last else [])])
    return Bilingual(zh, en)


def place_of(pack: Pack, dossier: Dossier | None, *, parent: str | None, desk: str | None) -> str:
    """The region of a case, which says whose desk sees it: that of its party, or of the desk where it lies elsewhere."""
    if parent is not None:
        return parent
    home = dossier.party.region if dossier is not None else None
    whose = desk if desk is not None else pack.region
    return home if home is not None and home.startswith(whose) else whose

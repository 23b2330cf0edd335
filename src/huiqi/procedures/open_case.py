"""Open a case: claim, recognition, order, complaint, ticket. A draft is the applicant's own until it is handed in."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from secrets import token_urlsafe
from typing import Final

from huiqi.base.bilingual import Bilingual
from huiqi.cases.types import CaseType, Lane, Role
from huiqi.cases.workflow import Hindrance
from huiqi.casework.actions import Opening
from huiqi.casework.actions import open_case as open_row
from huiqi.casework.models import Case
from huiqi.dossiers.queries import file_of
from huiqi.dossiers.types import Dossier
from huiqi.holdings.current import measure_on
from huiqi.packs.types import Pack
from huiqi.procedures.case_clocks import Refused
from huiqi.procedures.case_rules import case_type_named, measure_keys
from huiqi.procedures.case_scope import out_of_force, out_of_place, place_of

ANYBODY: Final = frozenset({"public", "other", "individual"})
"""Kinds of party that everybody is."""
ROLES_OF: Final[Mapping[str, frozenset[str]]] = {
    "enterprise": frozenset({"enterprise"}),
    "bidder": frozenset({"enterprise"}),
    "employer": frozenset({"enterprise"}),
    "founder": frozenset({"individual", "person"}),
    "graduate": frozenset({"individual", "person"}),
}
"""Kind of party → roles of a register that are it; any other kind is the role of the same name."""
NOT_FOR_YOU: Final = Bilingual("本事项不面向您的主体类型", "this is not for your kind of party")
NOT_ANONYMOUS: Final = Bilingual(
    "本事项须实名办理，请先登录", "this cannot be done without a name: log in first"
)
CHOOSE_MEASURE: Final = Bilingual("请选择要申报的政策措施", "choose the measure you claim")
NOT_IN_FORCE: Final = Bilingual("该政策措施今日不在有效期内", "this measure does not hold today")


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants to open."""

    case_type: str  # pack/id
    measure: str = ""  # pack/id, where several can be claimed
    party: str = ""  # credit code; empty: without a name
    lane: Lane = Lane.CLAIM
    round: str = ""
    parent: Case | None = None  # the case it objects to, or follows
    region: str | None = None  # of the office that takes it for somebody: where it is looked at


@dataclass(frozen=True, slots=True)
class Opened:
    """The case, and for one without a name the word to come back with: shown once, kept nowhere."""

    case: Case
    token: str = ""


def open_case(wish: Wish, *, role: Role = Role.APPLICANT, by: str, on: date, at: datetime) -> Opened:
    """Raises Refused with every reason; LookupError where no pack declares such a case type."""
    pack, case_type = case_type_named(wish.case_type)
    dossier = file_of(wish.party, on=on) if wish.party else None
    measure, problems = which_measure(case_type, wish.measure, on=on)
    problems += who_may_open(case_type, wish, dossier, role)
    problems += why_not_now(pack, case_type, wish, dossier, on=on)
    if problems:
        raise Refused(problems)
    anonymous, parent = not wish.party, wish.parent
    token = token_urlsafe(16) if anonymous else ""
    opening = Opening(
        case_type,
        pack.version,
        lane=wish.lane,
        measure=measure,
        round=wish.round,
        party=wish.party,
        party_name=(dossier.party.name or "") if dossier is not None else "",
        region=place_of(pack, dossier, parent=parent.region if parent else None, desk=wish.region),
        anonymous=anonymous,
        token=token,
        parent=parent,
        synthetic=dossier.is_synthetic if dossier is not None else False,
    )
    return Opened(open_row(opening, role, by=by, on=on, at=at), token)


def which_measure(case_type: CaseType, chosen: str, *, on: date) -> tuple[str, list[Hindrance]]:
    """The measure that is claimed: the only one, or the one chosen; it must hold on the day."""
    keys = measure_keys(case_type)
    key = chosen or (keys[0] if len(keys) == 1 else "")
    if not keys:
        return "", []
    if key not in keys:
        return "", [Hindrance("measure", CHOOSE_MEASURE)]
    measure = measure_on(key, on)
    if measure is None or not measure.period.holds_on(on):
        return key, [Hindrance("measure", NOT_IN_FORCE)]
    return key, []


def why_not_now(
    pack: Pack, case_type: CaseType, wish: Wish, dossier: Dossier | None, *, on: date
) -> list[Hindrance]:
    """Why nothing can be opened under this document today, or not for this party or by this desk."""
    if wish.parent is not None:
        return []
    return [*out_of_force(pack, on=on), *out_of_place(pack, case_type, dossier, desk=wish.region)]


def who_may_open(case_type: CaseType, wish: Wish, dossier: Dossier | None, role: Role) -> list[Hindrance]:
    """The declaration says which kinds of party may, and whether without a name."""
    if role is not Role.APPLICANT:
        return []  # an office takes a ticket for somebody else
    if not wish.party:
        return [] if case_type.anonymous else [Hindrance("party", NOT_ANONYMOUS)]
    if ANYBODY.intersection(case_type.opened_by) or dossier is None:
        return []
    roles = dossier.party.roles
    fits = any(roles & ROLES_OF.get(kind, frozenset({kind})) for kind in case_type.opened_by)
    return [] if fits else [Hindrance("party", NOT_FOR_YOU)]

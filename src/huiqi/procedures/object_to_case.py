"""Somebody objects to a published case: a case of its own, decided before the published one goes on."""

from datetime import date, datetime
from typing import Final

from huiqi.base.bilingual import Bilingual
from huiqi.cases.workflow import Hindrance
from huiqi.casework.models import Case
from huiqi.procedures.case_clocks import Refused
from huiqi.procedures.case_rules import case_type_named
from huiqi.procedures.open_case import Opened, Wish, open_case

ANY_OBJECTION: Final = "cn-common/publication-objection"
"""For published cases that declare none of their own; the desks of the published case look at it."""
NOT_PUBLISHED: Final = Bilingual("该件不在公示期内", "this case is not open to objections now")


def objection_type(case: Case) -> str:
    """The case type by which a published case is objected to, as ``pack/id``."""
    _, case_type = case_type_named(case.type)
    declared = case_type.publication.objection if case_type.publication is not None else None
    if declared is None:
        return ANY_OBJECTION
    return declared if "/" in declared else f"{case.pack}/{declared}"


def open_objection(case: Case, *, party: str, by: str, on: date, at: datetime) -> Opened:
    """A draft of an objection; without `party` an anonymous one. Raises Refused once the days are over."""
    if not case.publications.filter(ended_on=None, began_on__lte=on, until__gte=on).exists():
        raise Refused([Hindrance("step", NOT_PUBLISHED)])
    wish = Wish(objection_type(case), party=party, parent=case)
    return open_case(wish, by=by, on=on, at=at)

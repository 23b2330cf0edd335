"""An applicant fills in a case: drafts that two windows do not overwrite, materials, pledges; all under the lock of the case."""

from collections.abc import Mapping
from datetime import date, datetime
from hashlib import sha256
from typing import Final

from django.db import transaction
from django.db.models import Count, Max

from huiqi.base.bilingual import Bilingual
from huiqi.cases.types import Material, Turn, Way
from huiqi.cases.workflow import Hindrance
from huiqi.casework.actions import Handed, hand_in, held, put_answers, take_back
from huiqi.casework.models import Case
from huiqi.procedures.case_clocks import Refused
from huiqi.procedures.case_form import NOT_NOW, hand_in_file, save_answers
from huiqi.procedures.case_rules import facts_of, rules_of
from huiqi.procedures.open_case import Opened, Wish, open_case

WRITTEN_ELSEWHERE: Final = Bilingual(
    "这份表单在另一个窗口或由另一位同事保存过，请核对后再保存",
    "this form was saved in another window or by a colleague: look at it and save again",
)
NOT_ASKED: Final = Bilingual("不需要这项材料", "this material is not asked for")
NOT_THIS_WAY: Final = Bilingual("这项材料不能以这种方式提交", "this material cannot be given in this way")


def edition_of(case: Case) -> str:
    """Changes whenever an answer or the case itself does; who saves a form says which one they saw."""
    kept = case.answers.aggregate(n=Count("pk"), last=Max("at"))
    return sha256(f"{case.version}:{kept['n']}:{kept['last']}".encode()).hexdigest()[:16]


@transaction.atomic
def keep_draft(
    case: Case, replies: Mapping[str, str], *, seen: str, by: str, on: date, at: datetime
) -> Mapping[str, Bilingual]:
    """Keep what was typed as far as it can be read; the problems by field.

    Raises Refused where the form was saved by somebody else since, or is not the applicant's to fill in.
    """
    row = held(case)
    if seen != edition_of(row):
        raise Refused([Hindrance("edition", WRITTEN_ELSEWHERE)])
    return save_answers(row, replies, by=by, on=on, at=at)


def material_in_hand(case: Case, name: str, way: Way, *, on: date) -> tuple[Case, Material]:
    """The locked case and the material. Raises Refused where it cannot be given so now."""
    row = held(case)
    if row.turn != Turn.APPLICANT:
        raise Refused([Hindrance("step", NOT_NOW)])
    papers = facts_of(row, rules_of(row, on=on), on=on).papers
    paper = next((p for p in papers if p.material.id == name), None)
    if paper is None or paper.holds is False:
        raise Refused([Hindrance(name, NOT_ASKED)])
    if way not in paper.material.ways:
        raise Refused([Hindrance(name, NOT_THIS_WAY)])
    return row, paper.material


@transaction.atomic
def upload_material(
    case: Case, material: str, name: str, content: bytes, *, by: str, on: date, at: datetime
) -> None:
    """Raises Refused with what is wrong with the file."""
    row, _ = material_in_hand(case, material, Way.UPLOAD, on=on)
    hand_in_file(row, material, name, content, by=by, at=at)


@transaction.atomic
def pledge_material(case: Case, material: str, *, by: str, on: date, at: datetime) -> None:
    """A promise in the place of a paper (告知承诺). Raises Refused."""
    row, declared = material_in_hand(case, material, Way.PLEDGE, on=on)
    hand_in(row, Handed(declared.id, Way.PLEDGE), by=by, at=at)


@transaction.atomic
def take_back_material(case: Case, key: int, *, by: str, at: datetime) -> None:
    """Raises Refused where it is not the applicant's turn."""
    row = held(case)
    if row.turn != Turn.APPLICANT:
        raise Refused([Hindrance("step", NOT_NOW)])
    take_back(row, key, by=by, at=at)


@transaction.atomic
def open_filled(
    wish: Wish, answers: Mapping[str, bool | str | None], *, by: str, on: date, at: datetime
) -> Opened:
    """A case that is in an office's hands from the start (a ticket) is opened with its form filled in."""
    opened = open_case(wish, by=by, on=on, at=at)
    put_answers(opened.case, answers, by=by, at=at)
    return opened

"""Reads what somebody typed into the form of a case: values, and every problem at once by field."""

from collections.abc import Callable, Mapping
from typing import Final

from huiqi.base.bilingual import Bilingual
from huiqi.cases.form import CaseForm
from huiqi.measures.expressions import Type, Value
from huiqi.measures.types import FactKind

MOST_TEXT: Final = 2000
TOO_LONG: Final = Bilingual(f"最多{MOST_TEXT}字", f"{MOST_TEXT} characters at most")
NOT_WRITING: Final = Bilingual("含有无法保存的字符", "holds characters that cannot be kept")

ReadReply = Callable[[str, FactKind], tuple[Value | None, Bilingual | None]]
"""From typed text to a value or the reason why there is none: `huiqi.matching.answers.read_reply`."""


def read_replies(
    form: CaseForm, replies: Mapping[str, str], *, office: bool = False, read: ReadReply
) -> tuple[dict[str, Value | None], dict[str, Bilingual]]:
    """What one side replied.

    Fields without a reply stay as they are; an empty reply clears one. Replies to what is not asked, or what the
    file knows, are left out.

    Returns the values by field (None: cleared) and the problems by field.
    """
    values: dict[str, Value | None] = {}
    problems: dict[str, Bilingual] = {}
    for field in form.of(office=office):
        if field.name not in replies or not field.may_be_given:
            continue
        text = replies[field.name].strip()
        if not text:
            values[field.name] = None
            continue
        value, problem = None, unfit(text, field.kind)
        if problem is None:
            value, problem = read(text, field.kind)
        if problem is None:
            values[field.name] = value
        else:
            problems[field.name] = problem
    return values, problems


def unfit(text: str, kind: FactKind) -> Bilingual | None:
    """Why a text cannot be kept, whatever it says."""
    if any(not sign.isprintable() and sign not in "\r\n\t" for sign in text):
        return NOT_WRITING
    return TOO_LONG if len(text) > (MOST_TEXT if kind.type is Type.TEXT else 100) else None

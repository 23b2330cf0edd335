"""Fills in the forms of cases as anybody would: something that each field takes."""

from datetime import UTC, date, datetime

from huiqi.casework.models import Case
from huiqi.procedures.act_out import example_reply
from huiqi.procedures.case_form import save_answers
from huiqi.procedures.case_rules import facts_of, rules_of

AT = datetime(2013, 7, 1, 9, 0, tzinfo=UTC)


def fill_in(case: Case, *, on: date, by: str = "firm", **own: str) -> None:
    """Fill in what is asked and not known, `own` as given; an answer may open further fields."""
    for _ in range(4):
        form = facts_of(case, rules_of(case, on=on), on=on).form
        asked = {f.name: example_reply(f.kind, on) for f in form.of() if f.may_be_given and f.value is None}
        replies = asked | {name: text for name, text in own.items() if form.field(name) is not None}
        problems = save_answers(case, replies, by=by, on=on, at=AT)
        assert problems == {}, problems
        if not asked:
            return

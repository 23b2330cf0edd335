"""Fills in the forms of cases as anybody would: something that each field takes."""

from datetime import UTC, date, datetime

from huiqi.cases.replies import read_replies
from huiqi.cases.types import Need
from huiqi.casework.models import Case
from huiqi.matching.answers import read_reply
from huiqi.procedures.act_out import example_reply
from huiqi.procedures.case_form import save_answers
from huiqi.procedures.case_rules import facts_of, rules_of

AT = datetime(2013, 7, 1, 9, 0, tzinfo=UTC)


def findings_for(case: Case, *, on: date, **own: str) -> dict[str, str]:
    """What an office has to find or judge before it goes on: something that each field takes, `own` as given."""
    found: dict[str, str] = dict(own)
    for _ in range(4):
        facts = facts_of(case, rules_of(case, on=on), on=on)
        values, _problems = read_replies(facts.form, found, office=True, read=read_reply)
        facts.answers = {**facts.answers, **{name: v for name, v in values.items() if v is not None}}
        missing = facts.form.missing(office=True)
        if not missing:
            break
        found |= {name: example_reply(facts.form.field(name).kind, on) for name in missing}
    return found


def with_findings(case: Case, step: str, given: dict[str, object], *, on: date) -> dict[str, object]:
    """What comes with a step, the findings that it needs among it."""
    needs = rules_of(case, on=on).case_type.steps[step].needs
    if Need.FINDINGS not in needs or "review" in given:
        return given
    return {**given, "review": findings_for(case, on=on)}


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

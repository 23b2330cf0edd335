"""The form of a case: filled in by the applicant and by the office, with every gap named at once."""

from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction

from huiqi.base.bilingual import Bilingual
from huiqi.cases.materials import missing_papers
from huiqi.cases.replies import read_replies
from huiqi.cases.types import Need, Turn, Way
from huiqi.cases.workflow import Hindrance
from huiqi.casework.actions import Handed, hand_in, held, put_answers
from huiqi.casework.models import Case, Paper
from huiqi.dossiers.evidence import keep_evidence, problem_with
from huiqi.forms.kept import plain
from huiqi.forms.types import Rule
from huiqi.matching.answers import read_reply
from huiqi.measures.sentences import Speaker
from huiqi.measures.words import LANGUAGES
from huiqi.procedures.case_clocks import Refused
from huiqi.procedures.case_rules import CaseFacts, facts_of, rules_of

NOT_NOW = Bilingual("当前环节不能修改填报内容", "what was filled in cannot be changed at this point")
NOT_MET = Bilingual("不满足申报要求：{rule}", "a requirement is not met: {rule}")


def gaps_in_form(case: Case, facts: CaseFacts, *, needs: frozenset[Need]) -> list[Hindrance]:
    """What is missing before a case can be handed in: fields, materials, mends, requirements that fail."""
    found: list[Hindrance] = []
    form = facts.form
    if Need.FORM in needs:
        found += [Hindrance(name, words) for name, words in form.missing().items()]
        found += [
            Hindrance("requires", not_met(r, facts))
            for r in facts.rules.case_type.requires
            if facts.holds(r) is False
        ]
    if Need.MATERIALS in needs:
        found += [Hindrance(name, words) for name, words in missing_papers(facts.papers).items()]
    fields = {field.name for field in form.of()}
    waiting = case.mends.filter(mended_at=None).values_list("target", "note")
    found += [
        Hindrance(target, Bilingual(f"待补正：{note}", f"still to be mended: {note}"))
        for target, note in waiting
        if target in fields or any(m.id == target for m in facts.rules.case_type.materials)
    ]
    return found


def gaps_in_findings(facts: CaseFacts) -> list[Hindrance]:
    """What the office still has to find or judge before a step that needs its findings."""
    return [Hindrance(name, words) for name, words in facts.form.missing(office=True).items()]


def not_met(rule: Rule, facts: CaseFacts) -> Bilingual:
    """A requirement that fails, in plain words."""
    zh, en = (
        Speaker.of(facts.rules.rulebook, language, facts.on).statement(rule.node) for language in LANGUAGES
    )
    return Bilingual(NOT_MET.zh.format(rule=zh), NOT_MET.en.format(rule=en))


@transaction.atomic
def save_answers(
    case: Case, replies: Mapping[str, str], *, by: str, on: date, at: datetime
) -> Mapping[str, Bilingual]:
    """Keep what the applicant typed, as far as it can be read; the problems by field.

    Raises Refused where it is not the applicant's turn.
    """
    row = held(case)
    if row.turn != Turn.APPLICANT:
        raise Refused([Hindrance("step", NOT_NOW)])
    facts = facts_of(row, rules_of(row, on=on), on=on)
    values, problems = read_replies(facts.form, replies, read=read_reply)
    was = facts.answers
    changed = {name: value for name, value in values.items() if was.get(name) != value or has_mend(row, name)}
    if changed:
        kept = {name: plain(value) if value is not None else None for name, value in changed.items()}
        put_answers(row, kept, by=by, at=at)
    return problems


def has_mend(case: Case, field: str) -> bool:
    return case.mends.filter(target=field, mended_at=None).exists()


def hand_in_file(case: Case, material: str, name: str, content: bytes, *, by: str, at: datetime) -> Paper:
    """Keep an uploaded material. Raises Refused where the file cannot be taken."""
    wrong = problem_with(content)
    if wrong is not None:
        raise Refused([Hindrance(material, wrong)])
    kept = keep_evidence(folder_of(case), name, content)
    handed = Handed(material, Way.UPLOAD, kept.name, kept.type, kept.seal)
    return hand_in(case, handed, by=by, at=at)


def folder_of(case: Case) -> str:
    """Where the files of a case lie, beside those of firms."""
    return f"case-{case.number}"

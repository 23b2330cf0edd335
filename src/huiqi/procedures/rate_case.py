"""How the applicant found it (好差评), and what is looked after once a case is decided."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Final

from huiqi.access.actor import Actor
from huiqi.base.bilingual import Bilingual
from huiqi.cases.types import FollowUp, FollowUpKind, Role
from huiqi.cases.workflow import Hindrance
from huiqi.casework.actions import do_follow_up, rate
from huiqi.casework.desk_queries import BAD
from huiqi.casework.models import Case, FollowUpTask, Rating
from huiqi.forms.kept import plain
from huiqi.matching.answers import read_reply
from huiqi.notices.actions import News, give_notice
from huiqi.notices.types import Kind
from huiqi.procedures.act_in_case import acting_in
from huiqi.procedures.case_clocks import Refused
from huiqi.procedures.case_rules import case_type_named

LONGEST: Final = 500


def rate_case(case: Case, stars: int, words: str, *, by: str, at: datetime) -> None:
    """Raises Refused with every reason; said once, and only when asked for."""
    problems = []
    if not Rating.objects.filter(case=case, stars=None).exists():
        problems.append(
            Hindrance(
                "stars", Bilingual("尚未邀请评价，或已评价", "nobody asked yet, or it was rated already")
            )
        )
    if not 1 <= stars <= 5:
        problems.append(Hindrance("stars", Bilingual("请选1至5星", "choose one to five stars")))
    if stars <= BAD and not words.strip():
        problems.append(Hindrance("words", Bilingual("差评请写明原因", "say what was wrong")))
    if len(words) > LONGEST:
        problems.append(Hindrance("words", Bilingual(f"最多{LONGEST}字", f"{LONGEST} characters at most")))
    if problems:
        raise Refused(problems)
    rate(case, stars, words.strip(), by=by, at=at)


def declared_of(task: FollowUpTask) -> FollowUp:
    """What the case type wants of a follow-up."""
    _, case_type = case_type_named(task.case.type)
    return case_type.follow_ups[task.place]


def finish_follow_up(
    task: FollowUpTask,
    *,
    finding: str,
    passed: bool | None,
    replies: Mapping[str, str],
    actor: Actor,
    on: date,
    at: datetime,
) -> None:
    """Write down what was found. Raises Refused: not one's own desk, done before, nothing found, unreadable."""
    problems = []
    roles = {acting.role for acting in acting_in(task.case, actor)}
    if Role(task.role) not in roles:
        problems.append(Hindrance("step", Bilingual("这一项不由您办理", "this is another desk's")))
    if task.done_on is not None:
        problems.append(Hindrance("step", Bilingual("已经办结", "it was done already")))
    if not finding.strip():
        problems.append(Hindrance("finding", Bilingual("请写明结论", "say what was found")))
    values = {}
    for asked in declared_of(task).asks:
        text = replies.get(asked.name, "").strip()
        if not text and not asked.required:
            continue
        value, wrong = read_reply(text, asked.kind)
        if wrong is not None or value is None:
            problems.append(Hindrance(asked.name, wrong or Bilingual("没有填写", "nothing was written")))
        else:
            values[asked.name] = plain(value)
    if problems:
        raise Refused(problems)
    do_follow_up(
        task, finding=finding.strip(), passed=passed, answers=values,
        by=actor.name, authority=actor.authority, on=on, at=at,
    )  # fmt: skip


def send_reminders(*, on: date, at: datetime) -> int:
    """Tell the firms whose relief, title or term ends soon, where the case type wants it; nobody is told twice."""
    due = FollowUpTask.objects.filter(kind=FollowUpKind.REMINDER, done_on=None, due_on__lte=on)
    told = 0
    for task in due.select_related("case").order_by("pk"):
        case = task.case
        if case.party:
            zh, en = f"“{case.title_zh}”即将到期", f"“{case.title_en}” ends soon"
            body = Bilingual(f"办件编号{case.number}", f"case number {case.number}")
            news = News(
                f"case:{case.number}", Kind.REMINDER, Bilingual(zh, en), on, f"follow-up:{task.pk}", body
            )
            told += give_notice(case.party, news, by="system", at=at) is not None
        do_follow_up(task, finding="已提醒", passed=None, answers={}, by="system", on=on, at=at)
    return told

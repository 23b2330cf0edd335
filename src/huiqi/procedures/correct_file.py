"""A firm states a fact or corrects one; an officer of its region decides; what is accepted counts at once."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from django.db import IntegrityError, transaction

from huiqi.access.actor import Actor
from huiqi.base.bilingual import Bilingual
from huiqi.base.days import day_from
from huiqi.dossiers import actions, evidence, queries
from huiqi.dossiers.models import RecordedFact
from huiqi.dossiers.types import Dossier
from huiqi.forms.kept import read_plain, said
from huiqi.matching.answers import read_reply
from huiqi.measures.expressions import Value
from huiqi.measures.types import AS_OF, FactKind, VerdictKind
from huiqi.notices.actions import News, give_notice, give_notices
from huiqi.notices.types import Kind
from huiqi.procedures.match_firm import Matches, match_firm

LONGEST: Final = 500
FITS: Final = (VerdictKind.ELIGIBLE, VerdictKind.CLAIMABLE)


@dataclass(frozen=True, slots=True)
class Written:
    """What somebody wrote into the form."""

    value: str = ""
    as_of: str = ""
    source: str = ""
    remark: str = ""
    file_name: str = ""
    file: bytes | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """The recorded fact, or by field what is wrong."""

    fact: RecordedFact | None = None
    problems: Mapping[str, Bilingual] = field(default_factory=dict)


def statable(fact: str, kinds: Mapping[str, FactKind]) -> FactKind | None:
    """The kind of a fact that a firm can state: about the firm itself, and not for others to judge."""
    kind = kinds.get(fact)
    if kind is None or kind.about != "party" or kind.judged or fact.partition("@")[0] == AS_OF:
        return None
    return kind


def state_fact(dossier: Dossier, fact: str, written: Written, *, by: str, on: date, at: datetime) -> Outcome:
    """Record what was written. `fact` is one that is `statable`."""
    kind = queries.rules_on(on).kinds[fact]
    known = dossier.entry(fact)
    official = known is not None and known.standing != "declared"
    problems: dict[str, Bilingual] = {}
    value, wrong = read_reply(written.value, kind)
    if wrong is not None:
        problems["value"] = wrong
    elif known is not None and known.value == value:
        problems["value"] = Bilingual("与现有数据相同", "this is what the file says already")
    as_of = day_from(written.as_of)
    if as_of is None or as_of > on:
        problems["as_of"] = Bilingual("请写不晚于今天的日期", "write a day, today at the latest")
    problems |= wrong_with_rest(written, needs_evidence=official)
    if official and waits(dossier.party.code, fact):
        problems["value"] = Bilingual(
            "该项已有更正在核实", "a correction of this waits for a decision already"
        )
    if problems or value is None or as_of is None:
        return Outcome(problems=problems)
    kept = None
    if written.file is not None:
        kept = evidence.keep_evidence(dossier.party.code, written.file_name, written.file)
    statement = actions.Statement(
        fact, value, as_of, written.source.strip()[:200] or "企业填报", written.remark.strip(), kept
    )
    says = known.value if known is not None and official else None
    try:
        recorded = actions.record_fact(
            statement, about=dossier.party, register_says=says, by=by, on=on, at=at
        )
    except IntegrityError:
        return Outcome(problems={"value": Bilingual("该项已有更正在核实", "a correction waits already")})
    return Outcome(recorded)


def wrong_with_rest(written: Written, *, needs_evidence: bool) -> dict[str, Bilingual]:
    problems: dict[str, Bilingual] = {}
    if len(written.remark) > LONGEST:
        problems["remark"] = Bilingual(f"最多{LONGEST}字", f"{LONGEST} characters at most")
    if written.file is not None:
        wrong = evidence.problem_with(written.file)
        if wrong is not None:
            problems["file"] = wrong
    elif needs_evidence:
        problems["file"] = Bilingual("更正须附证明材料", "a correction needs evidence")
    return problems


def waits(code: str, fact: str) -> bool:
    found = queries.recorded_of(code).filter(fact=fact, standing="proposed", withdrawn_at=None)
    return found.exists()


def in_reach(actor: Actor, key: int) -> RecordedFact | None:
    """A recorded fact of a firm whose rows are the actor's to see."""
    found = RecordedFact.objects.filter(pk=key).first()
    return found if found is not None and actor.reaches(party=found.party, region=found.region) else None


@transaction.atomic
def decide_correction(
    fact: RecordedFact, *, accepted: bool, reason: str, by: str, on: date, at: datetime
) -> RecordedFact:
    """Decide, and tell the firm: of the decision, and of what it fits now. Raises `actions.NotOpen`."""
    before = match_firm(fact.party, on=on)
    decided = actions.decide_fact(fact.pk, accepted=accepted, reason=reason, by=by, on=on, at=at)
    give_notice(fact.party, news_of(decided, on=on), by=by, at=at)
    after = match_firm(fact.party, on=on) if accepted else None
    if before is not None and after is not None:
        fitting = newly_fitting(before, after, origin=f"fact:{fact.pk}")
        give_notices(fact.party, fitting, by=by, at=at)
    return decided


def news_of(fact: RecordedFact, *, on: date) -> News:
    label = label_of(fact, on=on)
    zh, en = ("已采纳", "was accepted") if fact.standing == "accepted" else ("未采纳", "was not accepted")
    return News(
        about=f"fact:{fact.pk}",
        kind=Kind.DECISION,
        title=Bilingual(f"“{label.zh}”的更正{zh}", f"Your correction of “{label.en}” {en}"),
        day=on,
        origin=f"fact:{fact.pk}",
        body=Bilingual(fact.decision, fact.decision),
    )


def newly_fitting(before: Matches, after: Matches, *, origin: str) -> list[News]:
    """Measures that fit after a change and did not before."""
    fitted = {e.measure.key for e in before.assessment.entitlements if e.verdict.kind in FITS}
    return [
        News(e.measure.key, Kind.FITS, e.measure.title, after.day, origin)
        for e in after.assessment.entitlements
        if e.verdict.kind in FITS and e.measure.key not in fitted
    ]


@dataclass(frozen=True, slots=True)
class Shown:
    """A recorded fact in words."""

    fact: RecordedFact
    label: Bilingual
    words: Bilingual
    register_words: Bilingual | None


def shown(fact: RecordedFact, *, on: date) -> Shown:
    says = words_of(fact, fact.said_by_register, on=on) if fact.said_by_register is not None else None
    return Shown(fact, label_of(fact, on=on), words_of(fact, fact.value, on=on), says)


def label_of(fact: RecordedFact, *, on: date) -> Bilingual:
    kind = queries.rules_on(on).kinds.get(fact.fact)
    return kind.label if kind is not None else Bilingual(fact.fact, fact.fact)


def words_of(fact: RecordedFact, kept: object, *, on: date) -> Bilingual:
    kind = queries.rules_on(on).kinds.get(fact.fact)
    value: Value | None = read_plain(kept, kind) if kind is not None else None
    return said(value, kind) if kind is not None and value is not None else Bilingual(str(kept), str(kept))

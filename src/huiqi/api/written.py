"""The rule of a measure as its author wrote it: of the version that was asked for."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import yaml

from huiqi.measures.declare import MeasureModel
from huiqi.measures.types import Measure
from huiqi.packs.types import Pack
from huiqi.packs.yaml_file import ExactLoader
from huiqi.revisions.in_force import texts_in_repository, with_effect
from huiqi.revisions.models import Revision, State
from huiqi.revisions.texts import sha256


@dataclass(frozen=True, slots=True)
class Written:
    """Expressions of the rule language as they stand in the file."""

    conditions: Mapping[str, str]
    amount: str | None
    value: str | None
    also: Mapping[str, str]


def written_on(pack: Pack, measure: Measure, *, day: date) -> Written:
    """The text of the version that holds on a day: of the pack, or as the rule desk published it."""
    revision = revision_on(measure, day if measure.period.holds_on(day) else measure.period.first or day)
    model = pack.written[measure.id]
    if revision is not None:
        model = MeasureModel.model_validate(yaml.load(revision.new_text, Loader=ExactLoader))
    return Written(
        {condition.id: condition.when for condition in model.conditions},
        model.award.amount,
        model.award.value,
        model.award.also,
    )


def revision_on(measure: Measure, day: date) -> Revision | None:
    """The published text that counts on a day; None where that of the pack does."""
    chain = Revision.objects.filter(pack=measure.pack, measure=measure.id, state=State.PUBLISHED)
    published = list(chain.order_by("effective_from", "pk"))
    if not published:
        return None
    own = with_effect(published, sha256(texts_in_repository(measure.pack, measure.id).text))
    begun = [r for r in own if r.effective_from is not None and r.effective_from <= day]
    return begun[-1] if begun else None

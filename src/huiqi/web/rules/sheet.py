"""The sheet on which a second person decides: old and new, tests, impact."""

from itertools import zip_longest
from typing import Any

from django.http import HttpRequest

from huiqi.access.guard import actor_of
from huiqi.access.permissions import Permission
from huiqi.base.bilingual import Bilingual
from huiqi.holdings.current import repository_library
from huiqi.measures.explain import MeasureExplanation
from huiqi.revisions.check import check
from huiqi.revisions.models import Revision, State
from huiqi.revisions.queries import checked
from huiqi.web.rules.compare import rows_of
from huiqi.web.rules.figures import shown
from huiqi.web.shared.day import today

Words = tuple[str, Bilingual | None, Bilingual | None]
"""The part of a measure, in words before and after."""


def sheet_of(request: HttpRequest, revision: Revision) -> dict[str, Any]:
    pack = repository_library().packs[revision.pack]
    actor = actor_of(request)
    before = check(
        repository_library(), pack, revision.measure,
        text=revision.base_text, tests=revision.base_tests, test_file=revision.test_file,
    )  # fmt: skip
    after = checked(revision, repository_library())
    is_author = actor.name == revision.author
    impact = revision.impact if revision.has_fresh_impact else None
    figures = shown(revision, impact["figures"]) if impact else {}
    return {
        **figures,
        "revision": revision,
        "pack": pack,
        "measure": pack.measures[revision.measure],
        "checked": after,
        "changes": rows_of(revision.base_text, revision.new_text),
        "test_changes": rows_of(revision.base_tests, revision.new_tests),
        "words": words_of(before.words, after.words if after else None),
        "is_author": is_author,
        "can_decide": revision.state == State.SUBMITTED
        and actor.may(Permission.RULE_APPROVE)
        and not is_author,
        "is_backdated": revision.effective_from is not None and revision.effective_from < today(),
    }


def words_of(before: MeasureExplanation | None, after: MeasureExplanation | None) -> list[Words]:
    """Who, each condition and the award in plain words, side by side."""
    names = [
        c.condition
        for pair in zip_longest(before.conditions if before else (), after.conditions if after else ())
        for c in pair
        if c is not None
    ]
    rows: list[Words] = [("who", before.who if before else None, after.who if after else None)]
    for name in dict.fromkeys(names):
        rows.append((name, sentence(before, name), sentence(after, name)))
    return [*rows, ("award", before.award if before else None, after.award if after else None)]


def sentence(said: MeasureExplanation | None, name: str) -> Bilingual | None:
    return next((c.sentence for c in said.conditions if c.condition == name), None) if said else None

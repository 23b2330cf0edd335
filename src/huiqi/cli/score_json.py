"""A scoring table for one party as JSON, every text in both languages."""

from typing import Any

from huiqi.base.bilingual import Bilingual
from huiqi.base.money import plain
from huiqi.measures.score_words import Points, Score, ScoredGroup, ScoredRow


def score_as_json(score: Score) -> dict[str, Any]:
    """The total with its rows; `points` is null while they are open, between `at_least` and `at_most`."""
    table = score.table
    return {
        "fact": table.fact,
        "title": text(table.title),
        "clause": f"{table.pack}/{table.clause}",
        **points_as_json(score.points),
        "unverified": table.unverified,
        "groups": [group_as_json(group) for group in score.groups],
        "rows": [row_as_json(row) for row in score.rows],
        "vetoes": [{"label": text(v.veto.label), "outcome": str(v.outcome)} for v in score.vetoes],
    }


def group_as_json(scored: ScoredGroup) -> dict[str, Any]:
    group = scored.group
    return {
        "fact": group.fact,
        "label": text(group.label),
        **points_as_json(scored.points),
        "minimum": plain(group.minimum) if group.minimum is not None else None,
        "outcome": str(scored.minimum) if scored.minimum is not None else None,
    }


def row_as_json(scored: ScoredRow) -> dict[str, Any]:
    row = scored.row
    return {
        "fact": row.fact,
        "label": text(row.label),
        "group": row.group,
        **points_as_json(scored.points),
        "seen": text(scored.seen),
        "band": text(scored.band),
        "next_band": text(scored.next_band),
        "missing": list(scored.missing),
    }


def points_as_json(points: Points) -> dict[str, str | None]:
    return {
        "points": plain(points.known) if points.known is not None else None,
        "at_least": plain(points.low),
        "at_most": plain(points.high),
        "max": plain(points.most),
    }


def text(words: Bilingual) -> dict[str, str]:
    return {"zh": words.zh, "en": words.en}

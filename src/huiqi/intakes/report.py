"""The quality of a delivery as JSON, kept with it and shown on its page."""

from typing import Any, Final

from huiqi.registry.amend import Amended
from huiqi.registry.quality import ColumnQuality
from huiqi.registry.quality_page import Quality

MOST_MISTAKES: Final = 60
MOST_WORDS: Final = 4


def report_json(quality: Quality, effect: Amended, *, outside: int) -> dict[str, Any]:
    """
    read, taken, rejected, repeated, outside: rows
    columns: name, label, known (rows), share, least, median, greatest, bins, words, out_of_range
    checks: what should be true of nobody: says, parties, examples, impossible, missing
    mistakes: kind, column, cells, remedy, examples (row, value)
    effect: what publishing would do now
    """
    report = quality.report
    return {
        "read": report.read,
        "taken": report.taken,
        "rejected": report.rejected,
        "repeated": report.repeated,
        "outside": outside,
        "ignored": list(report.ignored_headers),
        "encoding": report.dialect.encoding or "",
        "columns": [_column(c, quality) for c in quality.columns],
        "checks": [
            {
                "says": _pair(c.check.says),
                "when": c.check.when,
                "is_impossible": c.check.is_impossible,
                "parties": c.parties,
                "examples": list(c.examples),
                "missing": list(c.missing),
            }
            for c in quality.checks
        ],
        "mistakes": [
            {
                "kind": _pair(m.kind.name),
                "remedy": _pair(m.kind.remedy),
                "column": m.column,
                "cells": m.cells,
                "examples": [{"row": e.row, "value": e.value} for e in m.examples],
            }
            for m in report.mistakes[:MOST_MISTAKES]
        ],
        "mistake_kinds": len(report.mistakes),
        "effect": effect_json(effect),
    }


def effect_json(effect: Amended) -> dict[str, Any]:
    return {
        "new": effect.new,
        "known": effect.known,
        "dropped": effect.dropped,
        "elsewhere": effect.elsewhere,
        "kept": effect.kept,
        "changed": dict(effect.changed.most_common()),
    }


def _column(found: ColumnQuality, quality: Quality) -> dict[str, Any]:
    name = found.column.name
    label = quality.labels.get(name)
    row: dict[str, Any] = {
        "name": name,
        "label": _pair(label) if label else [name, name],
        "unit": found.column.unit,
        "type": found.column.type,
        "known": found.known,
        "share": round(found.share, 4),
        "out_of_range": quality.out_of_range.get(name, 0),
    }
    if found.range is not None:
        least, middle, most = found.range.least, found.range.quantiles[2], found.range.greatest
        row |= {
            "least": str(least),
            "median": str(middle),
            "greatest": str(most),
            "bins": list(found.range.bins),
        }
    called = quality.words.get(name, {})
    row["words"] = [
        [*(_pair(called[word]) if word in called else [word, word]), rows]
        for word, rows in found.words[:MOST_WORDS]
    ]
    row["distinct"] = found.distinct
    return row


def _pair(text: Any) -> list[str]:
    return [text.zh, text.en]

"""A comparison of two documents in plain values, for `huiqi diff --format json`."""

from typing import Any

from huiqi.documents.as_json import number
from huiqi.documents.diff import ClauseChange, Comparison, FigureChange
from huiqi.documents.types import Clause, Quantity


def comparison_as_mapping(comparison: Comparison) -> dict[str, Any]:
    """`{"changes": [{"kind", "old", "new", "similarity", "figures", "owners"}], "related": [...]}`."""
    return {
        "changes": [_change(change) for change in comparison.changes],
        "related": [
            {"old": each.old.id, "new": each.new.id, "figure": _figure_change(each.change)}
            for each in comparison.related
        ],
    }


def _change(change: ClauseChange) -> dict[str, Any]:
    return {
        "kind": change.kind,
        "old": _clause(change.old),
        "new": _clause(change.new),
        "similarity": change.similarity,
        "moved": change.is_moved,
        "figures": [_figure_change(figure) for figure in change.figures],
        "owners": [{"name": each.name, "old": each.old, "new": each.new} for each in change.owners],
    }


def _clause(clause: Clause | None) -> dict[str, Any] | None:
    if clause is None:
        return None
    return {"id": clause.id, "label": clause.label, "title": clause.title, "section": clause.section}


def _figure_change(change: FigureChange) -> dict[str, Any]:
    return {"about": change.about or None, "old": _quantity(change.old), "new": _quantity(change.new)}


def _quantity(quantity: Quantity | None) -> dict[str, Any] | None:
    if quantity is None:
        return None
    return {
        "text": quantity.text,
        "value": number(quantity.value),
        "unit": quantity.unit,
        "cmp": quantity.cmp,
    }

"""A Document as JSON and YAML, in the contract that other programs build on (`huiqi parse FILE --format json`).

Keys are fixed; what a later version adds is added, never renamed. Days are ISO 8601, null where the text gives none.
Values of quantities are JSON numbers whose decimal digits are exact: 0.30 is written 0.3, 3000000 without a point.
A value with more than fifteen digits behind the point's first, which no document has, is written as a string instead.
Spans count characters of the extracted text.
"""

import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import yaml

from huiqi.documents.types import Citation, Clause, Document, Note

SEPARATOR = "、"
"""Joint issuers and addressees are joined by it, as documents print them."""


def as_mapping(document: Document) -> dict[str, Any]:
    """The whole document in plain values, keys in the order of the contract."""
    return {
        "number": document.number,
        "title": document.title,
        "issuer": SEPARATOR.join(document.issuers) or None,
        "addressees": list(document.addressees),
        "signed": _day(document.signed),
        "published": _day(document.published),
        "effective_from": _day(document.effective_from),
        "effective_to": _day(document.effective_to),
        "cites": [_citation(citation) for citation in document.cites],
        "clauses": [_clause(clause) for clause in document.clauses],
        "copied_to": list(document.copied_to),
        "notes": [_note(note) for note in document.notes],
    }


def as_json(document: Document) -> str:
    """Indented JSON, Chinese characters as they are."""
    return json.dumps(as_mapping(document), ensure_ascii=False, indent=2)


def as_yaml(document: Document) -> str:
    """The same mapping as YAML."""
    return as_yaml_text(as_mapping(document))


def as_yaml_text(value: object) -> str:
    """YAML as this project writes it: keys in their order, Chinese characters as they are, long lines whole."""
    return yaml.safe_dump(value, allow_unicode=True, sort_keys=False, width=110)


def number(value: Decimal) -> int | float | str:
    """A figure for JSON, exact in its decimal digits.

    >>> [number(Decimal(text)) for text in ("3000000", "0.30", "1.5E+5")]
    [3000000, 0.3, 150000]
    """
    if value == value.to_integral_value():
        return int(value)
    near = float(value)
    return near if Decimal(repr(near)) == value else str(value)


def _clause(clause: Clause) -> dict[str, Any]:
    return {
        "id": clause.id,
        "label": clause.label,
        "section": clause.section,
        "parent": clause.parent,
        "title": clause.title,
        "text": clause.text,
        "authorities": [
            {"name": owner.printed, "role": owner.role, "register": owner.name} for owner in clause.owners
        ],
        "cites": [_citation(citation) for citation in clause.cites],
        "quantities": [
            {"text": each.text, "value": number(each.value), "unit": each.unit, "cmp": each.cmp}
            for each in clause.quantities
        ],
        "deadlines": [{"text": each.text, "date": _day(each.date)} for each in clause.deadlines],
        "span": list(clause.span),
        "notes": [_note(note) for note in clause.notes],
    }


def _citation(citation: Citation) -> Mapping[str, str | None]:
    return {"title": citation.title, "number": citation.number}


def _note(note: Note) -> dict[str, Any]:
    return {"kind": note.kind, "message": note.message, "span": list(note.span)}


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None

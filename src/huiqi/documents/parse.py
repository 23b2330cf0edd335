"""From the text of an official document (公文) to a Document."""

import re

from huiqi.documents.types import Clause, Document, Note

LABEL = re.compile(
    r"^[ \t\u3000#*>]*([(（][一二三四五六七八九十百]+[)）]|[一二三四五六七八九十百]+、)", re.MULTILINE
)
NUMBER = re.compile(r"[\u4e00-\u9fff]{1,12}[〔\[(（]\d{4}[〕\])）]\s*\d+\s*号")


def parse(text: str) -> Document:
    """Read an official document; whatever cannot be read is a note, never an exception.

    >>> parse("一、发放贷款。\\n二、给予贴息。").clauses[1].id
    'c2'
    """
    found = list(LABEL.finditer(text))
    ends = [match.start() for match in found[1:]] + [len(text)]
    clauses = tuple(
        Clause(
            id=f"c{position}",
            label=match[1],
            section=None,
            parent=None,
            title=None,
            text=text[match.end() : end].strip(),
            span=(match.start(1), end),
        )
        for position, (match, end) in enumerate(zip(found, ends, strict=True), start=1)
    )
    number = NUMBER.search(text)
    notes = () if clauses else (Note("unread", "no numbered clause found", (0, len(text))),)
    return Document(number=number[0] if number else None, clauses=clauses, notes=notes)

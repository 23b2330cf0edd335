"""What extraction gives: the text of a document, or the reasons why there is none."""

from dataclasses import dataclass
from typing import Literal, NamedTuple

from huiqi.base.problem import Problem
from huiqi.documents.types import Note

Format = Literal["txt", "md", "html", "docx", "pdf"]


@dataclass(frozen=True, slots=True)
class Extracted:
    """The text of a file, one paragraph a line; cells of a table row are separated by tabs.

    Spans of clauses and notes count characters of `text`.
    """

    text: str
    format: Format
    notes: tuple[Note, ...] = ()


class Extraction(NamedTuple):
    """Either what was read, or why it could not be; never both empty."""

    extracted: Extracted | None
    problems: tuple[Problem, ...] = ()


def refused(where: str, message: str) -> Extraction:
    """No text, one reason.

    >>> refused("scan.pdf", "no text layer").extracted is None
    True
    """
    return Extraction(None, (Problem(where, message),))

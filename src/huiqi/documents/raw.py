"""A clause before its inside is read."""

from dataclasses import dataclass

from huiqi.documents.strand import Strand
from huiqi.documents.types import Note, Owner, Span


@dataclass(frozen=True, slots=True)
class Raw:
    """Id, place and words of a clause; owners already known where a table or a duty tells them."""

    id: str
    strands: tuple[Strand, ...]
    start: int
    label: str | None = None
    section: str | None = None
    parent: str | None = None
    title: str | None = None
    owners: tuple[Owner, ...] = ()
    notes: tuple[Note, ...] = ()
    is_duty: bool = False
    is_row: bool = False
    due: Strand | None = None  # when it is due, where a table says so beside the text
    end: int | None = None  # where it ends in the original, if not with its last word

    @property
    def span(self) -> Span:
        """From its label to its last word."""
        ends = [strand.whole[1] for strand in self.strands if strand.text]
        return self.start, max([self.end or self.start, *ends])

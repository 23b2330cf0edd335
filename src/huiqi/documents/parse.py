"""From the text of an official document (公文) to a Document: a tuple of passes, none of which raises."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from huiqi.documents.assemble import Assembly, assemble
from huiqi.documents.flattened import part_numbers, unfold
from huiqi.documents.foot import Foot, Signature, find_signature, read_foot
from huiqi.documents.head import Head, read_head
from huiqi.documents.lines import Line, cut_lines, wrap_width
from huiqi.documents.parts import Stretch, cut_parts
from huiqi.documents.signs import unify
from huiqi.documents.types import Document, Note

LONGEST = 1_000_000  # characters; official documents stay far below


@dataclass(frozen=True, slots=True)
class Draft:
    """What is known of a document so far; each pass gives the next draft."""

    source: str
    unified: str = ""
    lines: tuple[Line, ...] = ()
    wrap: int | None = None  # width of lines broken by force
    head: Head = field(default_factory=Head)
    signature: Signature | None = None
    foot: Foot = field(default_factory=Foot)
    stretches: tuple[Stretch, ...] = ()
    document: Document = field(default_factory=Document)


def parse(text: str) -> Document:
    """Read an official document; whatever cannot be read is a note, never an exception.

    >>> [clause.id for clause in parse("一、发放贷款。\\n二、给予贴息。").clauses]
    ['c1', 'c2']
    """
    draft = Draft(source=text[:LONGEST])
    for step in PASSES:
        draft = step(draft)
    if len(text) <= LONGEST:
        return draft.document
    left_out = Note("unread", f"only the first {LONGEST} characters were read", (LONGEST, len(text)))
    return replace(draft.document, notes=(*draft.document.notes, left_out))


def unify_signs(draft: Draft) -> Draft:
    """One form for each sign, place for place: ［2012］４６号 is [2012]46号."""
    return replace(draft, unified=unify(draft.source))


def cut_into_lines(draft: Draft) -> Draft:
    """Lines with words on them; page marks, rules and running heads go. Flattened text gets its lines back."""
    lines = part_numbers(unfold(cut_lines(draft.unified)))
    return replace(draft, lines=lines, wrap=wrap_width(lines))


def read_the_head(draft: Draft) -> Draft:
    """Number, title, issuers, addressees."""
    return replace(draft, head=read_head(draft.lines))


def read_the_foot(draft: Draft) -> Draft:
    """Signature, day, copies, printing line."""
    signature = find_signature(draft.lines, draft.head.body_from)
    below = draft.lines[signature.lines[0] :] if signature else draft.lines[draft.head.body_from :]
    return replace(draft, signature=signature, foot=read_foot(below))


def cut_into_parts(draft: Draft) -> Draft:
    """Notice, carried document, annexes."""
    stretches = cut_parts(draft.lines, draft.head.body_from, draft.signature, draft.head.title)
    return replace(draft, stretches=tuple(stretches))


def assemble_document(draft: Draft) -> Draft:
    """Clauses with ids, owners, citations, figures and days, and the particulars of the whole."""
    assembly = Assembly(
        source=draft.source,
        unified=draft.unified,
        lines=draft.lines,
        wrap=draft.wrap,
        head=draft.head,
        signature=draft.signature,
        foot=draft.foot,
        stretches=draft.stretches,
    )
    return replace(draft, document=assemble(assembly))


PASSES: tuple[Callable[[Draft], Draft], ...] = (
    unify_signs,
    cut_into_lines,
    read_the_head,
    read_the_foot,
    cut_into_parts,
    assemble_document,
)

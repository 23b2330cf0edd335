"""The parts of a document put together: clauses with ids, owners, citations, figures and days."""

import re
from dataclasses import dataclass, replace
from datetime import date

from huiqi.documents.annexes import read_annex, read_rows, title_of_part
from huiqi.documents.authorities import split_names
from huiqi.documents.citations import find_citations, find_titles, short_names_of
from huiqi.documents.deadlines import find_deadlines
from huiqi.documents.docnumbers import find_numbers
from huiqi.documents.duties import split_duties
from huiqi.documents.foot import Foot, Signature
from huiqi.documents.groups import find_members
from huiqi.documents.head import Head
from huiqi.documents.ids import Ids
from huiqi.documents.issuers import completed, guess
from huiqi.documents.lines import Line
from huiqi.documents.outline import heading_of, name_pieces, running_style
from huiqi.documents.owners import find_owners, owners_of_duty, says_first_leads
from huiqi.documents.paragraphs import has_ended, strand_of
from huiqi.documents.parts import Stretch, is_carrier
from huiqi.documents.pieces import Numbered, read_pieces
from huiqi.documents.quantities import figure_notes, find_quantities
from huiqi.documents.raw import Raw
from huiqi.documents.splices import Neighbours
from huiqi.documents.strand import Strand, join_strands
from huiqi.documents.tables import Table, find_table
from huiqi.documents.tails import settle_tails
from huiqi.documents.titles import bare_title
from huiqi.documents.types import Citation, Clause, Deadline, Document, Member, Note, Span
from huiqi.documents.validity import read_validity

_ORDER = re.compile(r"^[^《》]{2,40}令(?:第\d+号)?$")
_OF_LEVEL = re.compile(r"(?:中共)?[\u4e00-\u9fff]{2,7}?(省|自治区|自治州|市|县|区|州|盟|旗)")
_SHORT_NAME = 6  # characters by which a document calls itself


@dataclass(frozen=True, slots=True)
class Assembly:
    """All that the passes before have found."""

    source: str
    unified: str
    lines: tuple[Line, ...]
    wrap: int | None
    head: Head
    signature: Signature | None
    foot: Foot
    stretches: tuple[Stretch, ...]


@dataclass(frozen=True, slots=True)
class Body:
    """The parts told apart, the numbered ones read."""

    notice: Stretch | None
    body: Stretch
    annexes: tuple[Stretch, ...]
    attached_title: str | None


def assemble(found: Assembly) -> Document:
    """The document. Order of clauses is the order of the text."""
    parts = tell_parts(found)
    raws, opening, closing, members = _raw_clauses(found, parts)
    signed = (found.signature.day if found.signature else None) or found.head.signed
    strands = [strand for raw in raws for strand in raw.strands] + opening + closing
    clauses = _read_insides(raws, strands, signed, _level_of(found))
    document = Document(
        number=found.head.number.form if found.head.number else None,
        title=_title(found, parts.attached_title),
        addressees=_printed_names(found.lines[slice(*found.head.addressed_lines)], found),
        copied_to=_printed_names(found.foot.copies, found),
        signed=signed,
        published=found.foot.published or found.head.published,
        clauses=clauses,
        attached_title=parts.attached_title,
        members=members,
        opening=_span_of(opening),
        closing=_span_of(closing),
    )
    document = _with_issuers(document, found)
    document = _with_validity(document, found, strands)
    return _with_notes(_with_citations(document, found, strands), found)


def tell_parts(found: Assembly) -> Body:
    """Which stretch is the notice, which the body, which the annexes."""
    main, *rest = found.stretches
    carries = is_carrier(found.head.title, main.lines)
    if carries and rest and (rest[0].kind == "attached" or not _has_labels(main, found)):
        announced = next(iter(_announced(main, found)), None)
        title, lines = title_of_part(rest[0], found.unified, found.source, announced)
        title = title or announced
        return Body(main, rest[0]._replace(lines=lines), tuple(rest[1:]), title)
    if rest and rest[0].kind == "attached":
        rest = [part for part in rest if part.kind != "attached" or _has_labels(part, found)]
    return Body(None, main, tuple(rest), None)


def _announced(notice: Stretch, found: Assembly) -> tuple[str, ...]:
    """The titles a notice gives to what it carries: 现将《…》和《…》印发给你们; short names are told in full."""
    words = strand_of(notice.lines, found.unified, found.source)
    short_names = short_names_of([words])
    titles = find_titles(words.text)
    named: list[str] = []
    for start, end in titles:
        is_next = bool(named) and re.search(r"》[和及、]$", words.text[:start]) is not None
        behind = words.text[end:]
        if (
            is_next
            or re.search(r"[现将把]$", words.text[:start])
            or re.match(r"(?:[和及、]《[^》]*》)*[^。《]{0,20}(?:已经|印发|同意|通过)", behind)
        ):
            title = words.printed[start + 1 : end - 1]
            full = short_names.get(title)
            named += [full.title if full and full.title else title]
    return tuple(dict.fromkeys(named))


def _has_labels(stretch: Stretch, found: Assembly) -> bool:
    return len(read_pieces(stretch.lines, found.unified, found.source, found.wrap).pieces) > 1


def _raw_clauses(
    found: Assembly, parts: Body
) -> tuple[list[Raw], list[Strand], list[Strand], tuple[Member, ...]]:
    taken = Ids()
    table, numbered = _read_numbered(parts.body, found)
    annexes = [(stretch, find_table(stretch.lines, found.unified, found.source)) for stretch in parts.annexes]
    known = Neighbours(found.unified) if table or any(one for _, one in annexes) else None
    prefix = _prefix(numbered, bool(annexes))
    opening: list[Strand] = []
    raws: list[Raw] = []
    if parts.notice:
        notice_raws, rest = _read_notice(parts.notice, prefix, taken, found)
        raws += notice_raws
        opening += rest
    if numbered.opening and prefix in ("s", "b") and numbered.pieces:
        identifier = "preamble" if prefix == "s" else "b0"
        raws.append(Raw(identifier, numbered.opening, numbered.opening[0].origin(0)))
        taken.take(identifier)
    else:
        opening += numbered.opening
    raws += _body_raws(numbered, prefix, taken)
    if table and known:
        section = _section_before(numbered, table.span[0])
        raws += read_rows(table, section, known, taken, _bodies(raws))
        raws.sort(key=lambda raw: raw.start)
    members = find_members(parts.body.lines)
    for stretch, annex_table in annexes:
        more, group = read_annex(stretch, annex_table, known, taken, _bodies(raws), found)
        raws += more
        members += group
    return raws, opening, list(numbered.closing), members


def _read_numbered(stretch: Stretch, found: Assembly) -> tuple[Table | None, Numbered]:
    table = find_table(stretch.lines, found.unified, found.source)
    lines = stretch.lines
    if table:
        lines = tuple(line for line in lines if not table.span[0] <= line.span[0] < table.span[1])
    return table, split_duties(settle_tails(read_pieces(lines, found.unified, found.source, found.wrap)))


def _prefix(numbered: Numbered, has_annexes: bool) -> str:
    if not numbered.pieces or running_style(numbered.pieces):
        return "c"
    return "b" if has_annexes else "s"


def _read_notice(notice: Stretch, prefix: str, taken: Ids, found: Assembly) -> tuple[list[Raw], list[Strand]]:
    """The carrier notice: a clause of its own beside path ids, and its numbered points if it has any."""
    numbered = read_pieces(notice.lines, found.unified, found.source, found.wrap)
    raws: list[Raw] = []
    rest = list(numbered.opening)
    if rest and prefix in ("s", "b"):
        raws.append(Raw("notice", tuple(rest), rest[0].origin(0)))
        taken.take("notice")
        rest = []
    raws += _raws_of(numbered, "n", taken)
    return raws, rest


def _section_before(numbered: Numbered, place: int) -> str | None:
    """The last heading above a place in the text; a short line that only a table follows is one too."""
    above = [piece for piece in numbered.pieces if piece.start < place]
    for piece in reversed(above):
        words = piece.heading or (piece.paragraphs[0] if len(piece.paragraphs) == 1 else None)
        if piece.heading or (words and len(words.text) <= 30 and not has_ended(words.text)):
            return f"{piece.printed or ''}{words.printed if words else ''}"
    return None


def _body_raws(numbered: Numbered, prefix: str, taken: Ids) -> list[Raw]:
    return _raws_of(numbered, prefix, taken)


def _raws_of(numbered: Numbered, prefix: str, taken: Ids) -> list[Raw]:
    raws = []
    for named in name_pieces(numbered.pieces, prefix, taken):
        piece = named.piece
        if named.id is None:
            continue
        is_section = prefix in ("b", "c") and piece.heading is not None and piece.paragraphs
        strands = (
            piece.paragraphs if is_section or piece.heading is None else (piece.heading, *piece.paragraphs)
        )
        title = piece.heading or piece.title
        raws.append(
            Raw(
                id=named.id,
                strands=strands,
                start=piece.start,
                label=piece.printed,
                section=named.section or (heading_of(piece) if is_section else None),
                parent=named.parent,
                title=title.printed.rstrip("。") if title else None,
                notes=piece.notes,
                is_duty=piece.kind == "duty",
            )
        )
    return raws


def _bodies(raws: list[Raw]) -> frozenset[str]:
    """Names of authorities the duties of the body begin with."""
    return frozenset(
        re.sub(r"\s", "", owner.printed)
        for raw in raws
        if raw.is_duty
        for owner in owners_of_duty(raw.strands[0])
    )


def _read_insides(
    raws: list[Raw], strands: list[Strand], signed: date | None, level: str
) -> tuple[Clause, ...]:
    short_names = short_names_of(strands)
    first_leads = any(says_first_leads(strand.text) for strand in strands)
    year = signed.year if signed else None
    clauses = []
    for raw in raws:
        owners, notes = raw.owners, list(raw.notes)
        if raw.is_duty:
            owners = owners_of_duty(raw.strands[0])
        elif not owners and not raw.is_row:
            owners, more = find_owners(raw.strands, first_leads=first_leads, level=level)
            notes += more
        whole = join_strands(raw.strands)
        cited = find_citations(whole, short_names)
        notes += [*cited.notes, *figure_notes(whole)]
        clauses.append(
            Clause(
                id=raw.id,
                label=raw.label,
                section=raw.section,
                parent=raw.parent,
                title=raw.title,
                text="\n".join(strand.printed for strand in raw.strands),
                span=raw.span,
                owners=owners,
                cites=cited.citations,
                quantities=tuple(q for strand in raw.strands for q in find_quantities(strand)),
                deadlines=_deadlines(raw, year),
                notes=tuple(sorted(notes, key=lambda note: note.span)),
            )
        )
    return tuple(clauses)


def _printed_names(lines: tuple[Line, ...], found: Assembly) -> tuple[str, ...]:
    """The names a line lists, as printed; what introduces them (抄送:) and the closing sign left out."""
    strand = strand_of(lines, found.unified, found.source)
    introduced = re.match(r"[抄送报分主]{1,2}送?:", strand.text)
    start = introduced.end() if introduced else 0
    names = split_names(strand.text[start:].rstrip(":。"))
    return tuple(strand.printed[start + name.start : start + name.end] for name in names)


def _deadlines(raw: Raw, year: int | None) -> tuple[Deadline, ...]:
    strands = (*raw.strands, raw.due) if raw.due else raw.strands
    return tuple(deadline for strand in strands for deadline in find_deadlines(strand, year=year))


def _title(found: Assembly, attached: str | None) -> str | None:
    """The printed title; an order (令) and a text without a head go by the title of what they carry."""
    start, end = found.head.title_lines
    title = found.head.title or ""
    if attached and (not title or _ORDER.search(title)):
        return attached
    if start == end:
        return bare_title(title) or None
    printed = strand_of(found.lines[start:end], found.unified, found.source).printed
    return bare_title(printed)


def _level_of(found: Assembly) -> str:
    """省, 市, … of who issues: the level of the departments that a list names without one."""
    issuers = (found.signature.issuers if found.signature else ()) or found.head.issuers
    match = _OF_LEVEL.match(issuers[0]) if issuers else None
    return match[1] if match else ""


def _span_of(strands: list[Strand]) -> Span | None:
    filled = [strand.whole for strand in strands if strand.text]
    return (filled[0][0], filled[-1][1]) if filled else None


def _with_issuers(document: Document, found: Assembly) -> Document:
    """The signature says who issues; else the title, the red head or the portal; else addressees and places hint."""
    printed = (found.signature.issuers if found.signature else ()) or found.head.issuers
    if printed:
        return replace(document, issuers=completed(printed, number=document.number, text=found.unified))
    if found.foot.published_by:
        return replace(document, issuers=(re.sub("办公[厅室]$", "", found.foot.published_by),))
    addressees = _printed_names(found.lines[slice(*found.head.addressed_lines)], found)
    guessed = guess(addressees, number=document.number, text=found.unified)
    if guessed is None:
        return document
    note = Note("doubtful", f"no issuer is printed; {guessed} from addressees and places named", (0, 0))
    return replace(document, issuers=(guessed,), notes=(*document.notes, note))


def _with_validity(document: Document, found: Assembly, strands: list[Strand]) -> Document:
    issued = document.signed or _published_then(document)
    validity = read_validity("\n".join(strand.text for strand in strands), issued=issued)
    return replace(
        document,
        effective_from=found.head.effective_from or validity.start,
        effective_to=validity.end or found.head.effective_to,
    )


def _published_then(document: Document) -> date | None:
    """The day of publication, unless the number says that a portal published years later."""
    year = re.search(r"〔(\d{4})〕", document.number or "")
    day = document.published
    return None if day and year and abs(day.year - int(year[1])) > 1 else day


def _with_citations(document: Document, found: Assembly, strands: list[Strand]) -> Document:
    """Citations of the whole: those of the title, of what is no clause, and of the clauses; the document itself is none."""
    short_names = short_names_of(strands)
    cites = [citation for strand in strands for citation in find_citations(strand, short_names).citations]
    cites += [
        Citation(None, number.form)
        for number in find_numbers(re.sub(r"[〔［【]", "[", document.title or "").replace("〕", "]"))
    ]
    own = {
        document.title,
        document.attached_title,
        *_quoted(document.title),
        *_announced(found.stretches[0], found),
    }
    clauses = tuple(
        replace(
            clause, cites=tuple(cite for cite in clause.cites if not _is_itself(cite, own, document.number))
        )
        for clause in document.clauses
    )
    cites = [cite for cite in dict.fromkeys(cites) if not _is_itself(cite, own, document.number)]
    with_title = {cite.number for cite in cites if cite.title and cite.number}
    known = {cite.title for cite in cites if cite.number}
    cites = [
        cite
        for cite in cites
        if (cite.title or cite.number not in with_title) and (cite.number or cite.title not in known)
    ]
    return replace(document, cites=tuple(cites), clauses=clauses)


def _quoted(title: str | None) -> list[str]:
    return [title[start + 1 : end - 1] for start, end in find_titles(title)] if title else []


def _is_itself(cite: Citation, own: set[str | None], number: str | None) -> bool:
    if cite.number is not None and number is not None and cite.number == number:
        return True
    if cite.number is not None or cite.title is None:
        return False
    if len(cite.title) <= _SHORT_NAME and any(title and title.endswith(cite.title) for title in own):
        return True  # the document calls itself 《实施细则》 for short
    return cite.title in own or any(_bare(cite.title) == _bare(title) for title in own if title)


def _bare(title: str) -> str:
    """A title without the bracket behind it: (试行), (2018-2020年)."""
    return re.sub(r"[(（][^()（）]*[)）]$", "", title)


def _with_notes(document: Document, found: Assembly) -> Document:
    notes = list(document.notes)
    number = found.head.number
    if number and number.is_mended:
        notes.append(Note("repaired", f"damaged document number read as {number.form}", number.span))
    if not document.clauses:
        notes.append(Note("unread", "no numbered clause found", (0, len(found.source))))
    if document.title is None:
        notes.append(Note("unread", "no title found", (0, 0)))
    return replace(document, notes=tuple(notes))

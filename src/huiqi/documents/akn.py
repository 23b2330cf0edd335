"""A Document as Akoma Ntoso 3.0 (OASIS LegalDocML, 29 August 2018): a `doc` with FRBR metadata and stable eIds.

A clause becomes the element that the form of its label names; the clause id of this project is its `wId`. The eId
follows the naming convention: prefix and number, joined to that of the element around it by `__`:
`sec_1__para_5`. Citations are `ref`, authorities `organization`, figures `quantity`, days `date`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from lxml import etree

from huiqi.documents.akn_levels import Level, level_of
from huiqi.documents.akn_meta import E, References, citation_uri, citation_words, meta_of, slug, work_day
from huiqi.documents.marks import Mark, pieces_of
from huiqi.documents.markup import append_text, plain
from huiqi.documents.types import Citation, Clause, Deadline, Document, Owner, Quantity


def as_akn(document: Document, *, made_on: date | None = None) -> str:
    """The XML text. `made_on` is the day of this rendering; without it the day of the document stands."""
    references = References()
    body = E.mainBody(*_body(document.clauses, references))
    preface, conclusions = _preface(document, references), _conclusions(document)
    meta = meta_of(document, references, made_on or work_day(document)[0])
    doc = E.doc({"name": "document"}, meta, *preface, body, *conclusions)
    root = E.akomaNtoso(doc)
    return etree.tostring(root, encoding="unicode", pretty_print=True)


def _preface(document: Document, references: References) -> list[etree._Element]:
    lines = []
    if document.number:
        lines.append(E.p(E.docNumber(plain(document.number))))
    if document.title:
        lines.append(E.p(E.docTitle(plain(document.title))))
    for issuer in document.issuers:
        lines.append(E.p(E.docAuthority({"refersTo": f"#{references.to('org', issuer)}"}, plain(issuer))))
    if document.addressees:
        lines.append(E.p({"class": "addressees"}, plain("，".join(document.addressees) + "：")))
    return [E.preface(*lines)] if lines else []


def _conclusions(document: Document) -> list[etree._Element]:
    lines = [E.p(E.signature(plain(issuer))) for issuer in document.issuers if document.signed]
    if document.signed:
        day = document.signed
        lines.append(E.p(E.docDate({"date": day.isoformat()}, f"{day.year}年{day.month}月{day.day}日")))
    if document.copied_to:
        lines.append(E.p({"class": "copied-to"}, plain("抄送：" + "，".join(document.copied_to) + "。")))
    return [E.conclusions(*lines)] if lines else []


def _body(clauses: Sequence[Clause], references: References) -> list[etree._Element]:
    """Clauses below their parents; those without one below the heading of their section."""
    known = {clause.id for clause in clauses}
    children: dict[str | None, list[Clause]] = {}
    for clause in clauses:
        parent = clause.parent if clause.parent in known and clause.parent != clause.id else None
        children.setdefault(parent, []).append(clause)
    used: set[str] = set()
    elements: list[etree._Element] = []
    section: etree._Element | None = None
    heading: str | None = None
    for clause in children.get(None, []):
        if clause.section != heading or section is None:
            heading, section = clause.section, None
            if heading and heading != (clause.label or "") + (clause.title or ""):
                section = _section(heading, used)
                elements.append(section)
        into = elements if section is None else section
        into.append(_element(clause, section, children, used, references))
    return elements or [E.p()]


def _section(heading: str, used: set[str]) -> etree._Element:
    level, label, title = level_of(heading)
    element = E(level.element, {"eId": _eid(None, level, label or slug(heading), used), **level.attributes})
    if label:
        element.append(E.num(plain(label)))
    element.append(E.heading(plain(title or heading)))
    return element


def _element(
    clause: Clause,
    around: etree._Element | None,
    children: dict[str | None, list[Clause]],
    used: set[str],
    references: References,
) -> etree._Element:
    """A clause with all below it. Walks a stack: how deep clauses nest is the document's choice."""
    root = _alone(clause, around, used, references, has_children=clause.id in children)
    stack = [(clause, root)]
    placed = {clause.id}
    while stack:
        parent, element = stack.pop()
        for child in children.get(parent.id, []):
            if child.id in placed:
                continue
            placed.add(child.id)
            inner = _alone(child, element, used, references, has_children=child.id in children)
            element.append(inner)
            stack.append((child, inner))
    return root


def _alone(
    clause: Clause,
    around: etree._Element | None,
    used: set[str],
    references: References,
    *,
    has_children: bool,
) -> etree._Element:
    level, label, _ = level_of(clause.label or "")
    eid = _eid(around.get("eId") if around is not None else None, level, label or slug(clause.id), used)
    element = E(level.element, {"eId": eid, "wId": slug(clause.id), **level.attributes})
    if clause.label:
        element.append(E.num(plain(clause.label)))
    if clause.title:
        element.append(E.heading(plain(clause.title)))
    name, make = ("intro", E.intro) if has_children else ("content", E.content)
    paragraphs = list(_paragraphs(clause, f"{eid}__{name}", references))
    if paragraphs or not has_children:
        element.append(make({"eId": f"{eid}__{name}"}, *(paragraphs or [E.p()])))
    return element


def _eid(around: str | None, level: Level, label: str, used: set[str]) -> str:
    base = f"{level.prefix}_{level.number(label)}"
    wanted = f"{around}__{base}" if around else base
    eid, again = wanted, 1
    while eid in used:
        again += 1
        eid = f"{wanted}-{again}"
    used.add(eid)
    return eid


def _paragraphs(clause: Clause, eid: str, references: References) -> Iterator[etree._Element]:
    """The text of a clause below its heading, one `p` a line, its parts tagged."""
    if clause.title and clause.text.startswith(clause.title):
        clause = replace(clause, text=clause.text[len(clause.title) :].lstrip("。.：: \u3000\n"))
    paragraph, refs = E.p(), 0
    for words, mark in pieces_of(clause):
        for position, line in enumerate(words.split("\n")):
            if position:
                yield paragraph
                paragraph = E.p()
            if not line:
                continue
            if mark is None:
                append_text(paragraph, plain(line))
                continue
            refs += mark.kind == "citation"
            paragraph.append(_tag(mark, plain(line), f"{eid}__ref_{refs}", references))
    if len(paragraph) or paragraph.text:
        yield paragraph


def _tag(mark: Mark, words: str, eid: str, references: References) -> etree._Element:
    match mark.of:
        case Citation() as citation:
            key = references.to("cite", citation_words(citation))
            return E.ref({"eId": eid, "href": citation_uri(citation) or f"#{key}"}, words)
        case Owner() as owner:
            return E.organization({"refersTo": f"#{references.to('org', owner.name)}"}, words)
        case Quantity() as quantity:
            unit = references.to("unit", quantity.unit)
            return E.quantity({"refersTo": f"#{unit}", "normalized": f"{quantity.value:f}"}, words)
        case Deadline(date=day):
            return E.date({"date": day.isoformat()}, words) if day else E.span({"class": "deadline"}, words)

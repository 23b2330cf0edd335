"""A parsed document as one HTML page that needs nothing else: clause tree, text, owners, figures, citations."""

from collections.abc import Iterator
from typing import Literal

from lxml import etree

from huiqi.documents.marks import Mark, pieces_of
from huiqi.documents.markup import Maker
from huiqi.documents.types import Citation, Clause, Deadline, Document, Owner, Quantity
from huiqi.documents.view_style import STYLE
from huiqi.documents.view_terminal import depths_of, heading_apart, headings_before
from huiqi.documents.view_words import KINDS, NOTES, ROLES, deadline_of, figure_of, head_of

E = Maker()
Language = Literal["zh-CN", "en"]
SHORT = 18
LONG = 40


def as_html(document: Document) -> str:
    """The page. Every word of the document is escaped: it is text, never markup."""
    title = document.title or "未命名文件"
    page = E.html(
        {"lang": "zh-CN"},
        E.head(
            E.meta(charset="utf-8"),
            E.meta(name="viewport", content="width=device-width, initial-scale=1"),
            E.title(title),
            E.style(STYLE),
        ),
        E.body(
            E.a({"class": "skip", "href": "#text"}, "跳到正文"),
            _header(document, title),
            E.div({"class": "columns"}, _tree(document), E.main({"id": "text"}, *_text(document))),
        ),
    )
    return "<!DOCTYPE html>\n" + etree.tostring(page, encoding="unicode", method="html")


def bilingual(zh: str, en: str) -> list[etree._Element]:
    """Chinese first, its English small beside it."""
    return [E.span(zh), E.span({"class": "en", "lang": "en"}, en)]


def _header(document: Document, title: str) -> etree._Element:
    rows = [
        E.div({"class": "wide" if len(value) > LONG else "short"}, E.dt(*bilingual(zh, en)), E.dd(value))
        for zh, en, value in head_of(document)
    ]
    counts = f"{len(document.clauses)} 条 · clauses"
    legend = [
        E.li(E.mark({"class": kind}, zh), E.span({"class": "en", "lang": "en"}, en))
        for kind, (zh, en) in KINDS.items()
    ]
    return E.header(
        E.h1(title),
        E.dl(*rows),
        E.p({"class": "count"}, counts),
        E.ul({"class": "legend", "aria-label": "图例"}, *legend),
    )


def _tree(document: Document) -> etree._Element:
    """Links to all clauses under their section headings; on a phone it can be folded."""
    depths = depths_of(document.clauses)
    entries: list[etree._Element] = []
    headings = headings_before(document.clauses)
    for clause in document.clauses:
        if clause.id in headings:
            entries.append(E.li({"class": "section"}, headings[clause.id]))
        entries.append(
            E.li(
                {"class": f"depth-{min(depths[clause.id], 4)}"},
                E.a({"href": f"#{clause.id}"}, E.span({"class": "id"}, clause.id), " ", short(clause)),
            )
        )
    summary = E.summary(*bilingual("条款目录", "clauses"))
    return E.nav({"aria-label": "条款目录"}, E.details({"open": "open"}, summary, E.ol(*entries)))


def short(clause: Clause) -> str:
    """Label and the beginning of a clause, for the tree."""
    words = clause.title or clause.text.strip().split("\n")[0]
    cut = words if len(words) <= SHORT else words[: SHORT - 1] + "…"
    return f"{clause.label or ''}{cut}"


def _text(document: Document) -> Iterator[etree._Element]:
    depths = depths_of(document.clauses)
    headings = headings_before(document.clauses)
    for clause in document.clauses:
        if clause.id in headings:
            yield E.h2(headings[clause.id])
        yield _clause(clause, depths[clause.id])
    if document.notes:
        yield E.aside(
            {"class": "notes"}, E.h2(*bilingual("全文附注", "notes")), E.ul(*map(_note, document.notes))
        )


def _clause(clause: Clause, depth: int) -> etree._Element:
    anchor = E.a({"class": "id", "href": f"#{clause.id}", "aria-label": f"条款 {clause.id}"}, clause.id)
    article = E.article({"id": clause.id, "class": f"depth-{min(depth, 4)}"}, anchor, *_paragraphs(clause))
    facts = list(_facts(clause))
    if facts:
        article.append(E.dl({"class": "facts"}, *facts))
    if clause.notes:
        article.append(E.ul({"class": "notes"}, *map(_note, clause.notes)))
    return article


def _paragraphs(clause: Clause) -> Iterator[etree._Element]:
    own = heading_apart(clause)
    paragraph = E.p(E.strong(clause.label)) if clause.label else E.p()
    if own:
        yield E.p(E.strong(f"{clause.label or ''}{own}"))
        paragraph = E.p()
    for words, mark in pieces_of(clause):
        for position, line in enumerate(words.split("\n")):
            if position:
                yield paragraph
                paragraph = E.p()
            if line:
                piece = _marked(line, mark) if mark else E.span(line)
                paragraph.append(piece)
    if len(paragraph):
        yield paragraph


def _marked(words: str, mark: Mark) -> etree._Element:
    match mark.of:
        case Owner(name=name, role=role):
            title = f"{name} · {ROLES[role][0]} {ROLES[role][1]}"
        case Quantity() as quantity:
            title = figure_of(quantity)
        case Deadline() as deadline:
            title = deadline_of(deadline)
        case Citation(title=cited, number=number):
            title = " ".join(filter(None, (cited, number)))
    return E.mark({"class": mark.kind, "title": title}, words)


def _facts(clause: Clause) -> Iterator[etree._Element]:
    """What was read from a clause, in words: so that nothing is told by colour alone."""
    for role, (zh, en) in ROLES.items():
        names = [owner for owner in clause.owners if owner.role == role]
        if names:
            yield E.div(E.dt(*bilingual(zh, en)), E.dd("、".join(owner.name for owner in names)))
    if clause.quantities:
        figures = "；".join(f"{each.text}（{figure_of(each)}）" for each in clause.quantities)
        yield E.div(E.dt(*bilingual(*KINDS["quantity"])), E.dd(figures))
    if clause.deadlines:
        days = "；".join(f"{each.text}（{deadline_of(each)}）" for each in clause.deadlines)
        yield E.div(E.dt(*bilingual(*KINDS["deadline"])), E.dd(days))
    if clause.cites:
        cited = "；".join(
            " ".join(filter(None, (f"《{each.title}》" if each.title else None, each.number)))
            for each in clause.cites
        )
        yield E.div(E.dt(*bilingual(*KINDS["citation"])), E.dd(cited))


def _note(note: object) -> etree._Element:
    kind, message = getattr(note, "kind", "doubtful"), getattr(note, "message", "")
    return E.li({"class": kind}, E.strong(*bilingual(*NOTES[kind])), f" {message}")

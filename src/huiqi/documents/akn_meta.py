"""What an Akoma Ntoso document says of itself: FRBR identity, events, time in force, references."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from urllib.parse import quote

from lxml import etree

from huiqi.documents.markup import Maker, plain
from huiqi.documents.types import Citation, Document

NAMESPACE = "http://docs.oasis-open.org/legaldocml/ns/akn/3.0"
SOURCE = {"source": "#huiqi"}
UNDATED = date(1, 1, 1)
"""Stands where the schema demands a day and the document gives none; its name is then `unknown`."""


E = Maker(NAMESPACE)


@dataclass
class References:
    """What the text refers to, each once, with the id that tags point to."""

    ids: dict[tuple[str, str], str] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)

    def to(self, kind: str, words: str) -> str:
        """The id of an organisation (`org`), a unit (`unit`) or another document (`cite`)."""
        if (kind, words) not in self.ids:
            self.counts[kind] += 1
            self.ids[kind, words] = f"{kind}_{self.counts[kind]}"
        return self.ids[kind, words]


def work_day(document: Document) -> tuple[date, str]:
    """The day that identifies the document and what it is the day of."""
    for day, name in (
        (document.signed, "signed"),
        (document.published, "published"),
        (document.effective_from, "inForce"),
    ):
        if day:
            return day, name
    return UNDATED, "unknown"


def work_uri(document: Document) -> str:
    """The IRI of the document as a work: country, kind, day, and number or title.

    >>> work_uri(Document(number="青政发〔2012〕46号", signed=date(2012, 9, 1)))
    '/akn/cn/doc/2012-09-01/青政发-2012-46'
    """
    return f"/akn/cn/doc/{work_day(document)[0].isoformat()}/{slug(document.number or document.title or 'untitled')}"


def citation_uri(citation: Citation) -> str | None:
    """The IRI of a cited document with a number, as far as the number tells; None without one."""
    year = re.search(r"\d{4}", citation.number or "")
    return f"/akn/cn/doc/{year[0]}/{slug(citation.number)}" if citation.number and year else None


def slug(words: str) -> str:
    """Number or title as one part of an IRI: figures, letters and Chinese characters joined by hyphens."""
    return "-".join(re.findall(r"[0-9A-Za-z\u4e00-\u9fff]+", words.removesuffix("号")))[:120] or "untitled"


def meta_of(document: Document, references: References, made_on: date) -> etree._Element:
    return E.meta(
        _identification(document, made_on),
        _lifecycle(document),
        *_in_force(document),
        _references(document, references),
    )


def _identification(document: Document, made_on: date) -> etree._Element:
    uri, (day, name) = work_uri(document), work_day(document)
    author = E.FRBRauthor(href="#issuer")
    number = [E.FRBRnumber(value=plain(document.number))] if document.number else []
    title = [E.FRBRname(value=plain(document.title))] if document.title else []
    expression = f"{uri}/zho@{day.isoformat()}"
    return E.identification(
        SOURCE,
        E.FRBRWork(
            E.FRBRthis(value=f"{uri}/!main"),
            E.FRBRuri(value=uri),
            E.FRBRdate(date=day.isoformat(), name=name),
            author,
            E.FRBRcountry(value="cn"),
            *number,
            *title,
        ),
        E.FRBRExpression(
            E.FRBRthis(value=f"{expression}/!main"),
            E.FRBRuri(value=expression),
            E.FRBRdate(date=day.isoformat(), name=name),
            E.FRBRauthor(href="#issuer"),
            E.FRBRlanguage(language="zho"),
        ),
        E.FRBRManifestation(
            E.FRBRthis(value=f"{expression}/!main.xml"),
            E.FRBRuri(value=f"{expression}.akn"),
            E.FRBRdate(date=made_on.isoformat(), name="markup"),
            E.FRBRauthor(href="#huiqi"),
            E.FRBRformat(value="application/akn+xml"),
        ),
    )


def _lifecycle(document: Document) -> etree._Element:
    events = [
        E.eventRef({"eId": "e_1", "date": work_day(document)[0].isoformat(), "type": "generation", **SOURCE})
    ]
    if document.effective_from:
        events.append(E.eventRef({"eId": "e_2", "date": document.effective_from.isoformat(), **SOURCE}))
    if document.effective_to:
        events.append(
            E.eventRef({"eId": "e_3", "date": document.effective_to.isoformat(), "type": "repeal", **SOURCE})
        )
    return E.lifecycle(SOURCE, *events)


def _in_force(document: Document) -> list[etree._Element]:
    """When the document holds, where it says so."""
    if not document.effective_from:
        return []
    interval = {"start": "#e_2", "refersTo": "#in_force"}
    if document.effective_to:
        interval["end"] = "#e_3"
    return [E.temporalData(SOURCE, E.temporalGroup({"eId": "tmpg_1"}, E.timeInterval(interval)))]


def _references(document: Document, references: References) -> etree._Element:
    issuer = "、".join(document.issuers) or "未载明"
    items = [
        E.TLCOrganization(eId="issuer", href="/ontology/organization/cn/issuer", showAs=plain(issuer)),
        E.TLCOrganization(eId="huiqi", href="/ontology/organization/huiqi", showAs="huiqi"),
        E.TLCConcept(eId="in_force", href="/ontology/concept/in-force", showAs="施行"),
    ]
    for citation in document.cites:
        references.to("cite", citation_words(citation))
    uris = {citation_words(citation): citation_uri(citation) for citation in _all_citations(document)}
    for (kind, words), key in references.ids.items():
        shown = plain(words)
        if kind == "org":
            href = f"/ontology/organization/cn/{quote(shown)}"
            items.append(E.TLCOrganization(eId=key, href=href, showAs=shown))
        elif kind == "unit":
            items.append(E.TLCConcept(eId=key, href=f"/ontology/concept/unit/{quote(shown)}", showAs=shown))
        else:
            href = uris.get(words) or f"/ontology/reference/{quote(shown)}"
            items.append(E.TLCReference({"eId": key, "name": "cited", "href": href, "showAs": shown}))
    return E.references(SOURCE, *items)


def _all_citations(document: Document) -> Iterator[Citation]:
    yield from document.cites
    for clause in document.clauses:
        yield from clause.cites


def citation_words(citation: Citation) -> str:
    """How a citation is shown: 《title》（number）, or the part there is."""
    title = f"《{citation.title}》" if citation.title else ""
    return (
        f"{title}（{citation.number}）" if title and citation.number else title or citation.number or "未载明"
    )

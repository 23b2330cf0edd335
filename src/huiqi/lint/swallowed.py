"""Measures that another measure swallows: everyone entitled has the other too, and it gives at least as much.

Only awards that may be held against each other are: of one matter from which one measure is chosen, or,
where no matter is declared, of the same kind, unit and name. Where a figure is missing nothing is said.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import permutations

from huiqi.lint.asking import Found
from huiqi.lint.cliffs import chooses_one, matter_of
from huiqi.lint.encode import Encoder, compared, times
from huiqi.lint.parties import entitled, find_party, value_for, worth_node
from huiqi.lint.place import Setting, stated_facts
from huiqi.lint.say import in_both, named, party
from huiqi.lint.solver import Question, both, opposite
from huiqi.lint.types import Document, Finding, Kind
from huiqi.measures.combine import Matter
from huiqi.measures.expressions import Node
from huiqi.measures.types import Measure, Period


@dataclass(frozen=True, slots=True)
class Offer:
    """A measure with what tells how good it is: more of `worth` times `sign` is better."""

    document: Document
    measure: Measure
    worth: Node
    sign: int

    @property
    def conditions(self) -> list[Node]:
        return [c.when for c in self.measure.conditions]

    @property
    def rules(self) -> list[Node]:
        return [*self.conditions, self.worth]


def comparable_pairs(setting: Setting, wanted: set[str]) -> Iterator[tuple[Offer, Offer]]:
    """Measures of which the first may be swallowed by the second."""
    offers = [
        Offer(document, measure, *found)
        for document in setting.documents
        for measure in document.measures.values()
        if (found := worth_node(measure, choosing(measure, document, setting))) is not None
    ]
    for less, more in permutations(offers, 2):
        one, other = less.measure, more.measure
        if not {less.document.id, more.document.id} & wanted or one.audience != other.audience:
            continue
        if not one.region.startswith(other.region) or not covers(other.period, one.period):
            continue
        if not alike(less, more, setting):
            continue
        needed = stated_facts(more.conditions, more.document.rulebook)
        if needed <= stated_facts(less.conditions, less.document.rulebook):
            yield less, more


def choosing(measure: Measure, document: Document, setting: Setting) -> Matter | None:
    matter = matter_of(measure, document, setting)
    return matter if chooses_one(matter) else None


def covers(outer: Period, inner: Period) -> bool:
    starts = outer.first is None or (inner.first is not None and outer.first <= inner.first)
    return starts and (outer.last is None or (inner.last is not None and inner.last <= outer.last))


def alike(less: Offer, more: Offer, setting: Setting) -> bool:
    """Do both awards answer the same question, so that one of them may be useless?"""
    one, other = less.measure, more.measure
    if one.matter is not None or other.matter is not None:
        return one.matter == other.matter and choosing(one, less.document, setting) is not None
    return (one.award.kind, one.award.unit, one.award.amount_is) == (
        other.award.kind,
        other.award.unit,
        other.award.amount_is,
    )


def check_swallowed(less: Offer, more: Offer, setting: Setting, found: Found) -> None:
    """Is everyone who is entitled to `less` entitled to `more`, with at least as much?"""
    days = setting.days(
        [less.measure.period, more.measure.period],
        [(offer.document.rulebook, offer.rules) for offer in (less, more)],
    )
    places = (less.measure.key, more.measure.key)
    if days is None or any(f.places == places[::-1] for f in found.findings):
        return
    world = setting.world(days)
    reader, other = (Encoder(world, offer.document.rulebook) for offer in (less, more))
    mine, theirs = reader.term(less.worth), other.term(more.worth)
    here = both(reader.all_of(less.conditions), mine.defined)
    better = compared(">=", times(theirs.value, sign_of(more)), times(mine.value, sign_of(less)))
    there = both(other.all_of(more.conditions), theirs.defined, better)
    question = Question(setting.budget, [*world.all_limits(), here])
    if question.holds(opposite(there)) is not None:
        return
    witness = find_party(question, world)
    if witness is None:
        return  # nobody is ever entitled: said elsewhere
    books = (less.document.rulebook, more.document.rulebook)
    worths = [value_for(offer.worth, witness, book) for offer, book in zip((less, more), books, strict=True)]
    confirmed = all(entitled(o.measure, witness, b) for o, b in zip((less, more), books, strict=True))
    mine_, theirs_ = (w if isinstance(w, Fraction) else None for w in worths)
    no_worse = mine_ is not None and theirs_ is not None and theirs_ * more.sign >= mine_ * less.sign
    confirmed = confirmed and no_worse
    is_same = question.holds(compared("<>", mine.value, theirs.value)) is None
    text = in_both(
        "{less}：凡符合的主体都符合{more}，而后者"
        + ("给得一样多" if is_same else "不会更少")
        + "，本项不起作用。例如：{party}。",
        "{less}: everyone entitled is entitled to {more}, which gives "
        + ("just as much" if is_same else "no less")
        + ", so this one adds nothing. For example: {party}.",
        less=named(less.measure),
        more=named(more.measure),
        party=party(witness, books[0].kinds),
    )
    clauses = tuple(f"{o.measure.pack}/{o.measure.clause}" for o in (less, more))
    finding = Finding(Kind.SWALLOWED, places, clauses, text, (witness,))
    found.keep(finding, confirmed=confirmed)


def sign_of(offer: Offer) -> Fraction:
    return Fraction(offer.sign)

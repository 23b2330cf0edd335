"""A score in words, row by row: the value seen, its band, the points, and what the next band would need.

研发费用占营业收入比重：10分（满分20分），上年度研发费用占营业收入比重为2.5%
再上一档15分：须不低于3%，还差0.5个百分点
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Final

from huiqi.base.bilingual import Bilingual
from huiqi.measures.basis import Basis
from huiqi.measures.derive import Facts
from huiqi.measures.distance import Step, sides_of
from huiqi.measures.evaluate import OUTCOMES
from huiqi.measures.expressions import Domain, Node, Type, facts_in
from huiqi.measures.gap_words import fact_words, step_words
from huiqi.measures.ranges import Range
from huiqi.measures.scores import row_formula
from huiqi.measures.sentences import Speaker
from huiqi.measures.settle import settle
from huiqi.measures.types import Band, Outcome, ScoreGroup, ScoreRow, ScoreTable, Veto
from huiqi.measures.words import Language, quantity

NOTHING: Final = Bilingual("", "")


@dataclass(frozen=True, slots=True)
class Points:
    """Points between two bounds, one number where they meet."""

    low: Fraction
    high: Fraction
    most: Fraction

    @property
    def known(self) -> Fraction | None:
        return self.low if self.low == self.high else None

    @property
    def words(self) -> Bilingual:
        """``15分``, ``15 points``; ``0至20分`` while they are open."""
        return Bilingual(points_words(self, "zh"), points_words(self, "en"))


@dataclass(frozen=True, slots=True)
class ScoredRow:
    """A row as it came out."""

    row: ScoreRow
    points: Points
    seen: Bilingual  # the values it looked at
    band: Bilingual  # what holds; empty while that is open
    next_band: Bilingual  # what more points would need; empty at the most and while the row is open
    missing: tuple[str, ...]  # facts that would settle it


@dataclass(frozen=True, slots=True)
class ScoredGroup:
    group: ScoreGroup
    points: Points
    minimum: Outcome | None  # reached or not; None where none is asked


@dataclass(frozen=True, slots=True)
class ScoredVeto:
    veto: Veto
    outcome: Outcome  # met: there is a veto


@dataclass(frozen=True, slots=True)
class Score:
    """A scoring table for one party."""

    table: ScoreTable
    points: Points
    rows: tuple[ScoredRow, ...]
    groups: tuple[ScoredGroup, ...]
    vetoes: tuple[ScoredVeto, ...]

    def rows_of(self, group: ScoreGroup | None) -> Iterator[ScoredRow]:
        """The rows of a group, or those in none."""
        fact = group.fact if group is not None else None
        return (scored for scored in self.rows if scored.row.group == fact)


def points_words(points: Points, language: Language) -> str:
    if points.known is not None:
        return said(points.known, language)
    low, high = said(points.low, language), said(points.high, language)
    low = low.removesuffix("分") if language == "zh" else low.partition(" ")[0]
    return f"{low}至{high}" if language == "zh" else f"{low} to {high}"


def said(points: Fraction, language: Language) -> str:
    return quantity(points, Type.DECIMAL, "points", language)


@dataclass(frozen=True, slots=True)
class Scorer:
    """Explains scoring tables to one party."""

    facts: Facts
    basis: Basis
    zh: Speaker
    en: Speaker

    def score(self, table: ScoreTable) -> Score:
        groups = tuple(
            ScoredGroup(group, points := self.points(group.fact, group.most), reached(group, points))
            for group in table.groups
        )
        vetoes = tuple(ScoredVeto(veto, OUTCOMES[self.outcome(veto.when)]) for veto in table.vetoes)
        rows = tuple(self.row(row) for row in table.rows)
        return Score(table, self.points(table.fact, table.most), rows, groups, vetoes)

    def row(self, row: ScoreRow) -> ScoredRow:
        points = self.points(row.fact, row.most)
        is_open = points.known is None
        names = [name for name in facts_in(row_formula(row)) if name in self.zh.kinds]
        if not is_open:
            names = [name for name in names if isinstance(self.facts.of(name), bool | Fraction | str | date)]
        return ScoredRow(
            row=row,
            points=points,
            seen=self.listed(
                Bilingual(fact_words(name, self.facts, self.zh), fact_words(name, self.facts, self.en))
                for name in names
            ),
            band=NOTHING if is_open else self.band(row),
            next_band=NOTHING if points.known is None else self.next_band(row, points.known),
            missing=self.basis.of(row.fact) if is_open else (),
        )

    def points(self, fact: str, most: Fraction) -> Points:
        found = self.facts.of(fact)
        if isinstance(found, Fraction):
            return Points(found, found, most)
        bounds = found if isinstance(found, Domain) else Range()
        low = bounds.low if isinstance(bounds.low, Fraction) else Fraction(0)
        high = bounds.high if isinstance(bounds.high, Fraction) else most
        return Points(low, high, most)

    def outcome(self, statement: Node) -> bool | None:
        return settle(self.facts.put_into(statement)).outcome

    def band(self, row: ScoreRow) -> Bilingual:
        """The bands that hold: the first, or with `adds` all of them."""
        if row.counted is not None:
            return Bilingual(self.zh.number(row.counted), self.en.number(row.counted))
        holding: list[Band] = []
        for band in row.bands:
            holds = self.outcome(band.when)
            if holds is None and not row.adds:
                return NOTHING  # settled all the same: the bands that are left give alike
            if holds:
                holding.append(band)
                if not row.adds:
                    break
        if not holding:
            return Bilingual("不在任何一档", "in no band")
        return self.listed(self.band_words(band) for band in holding)

    def band_words(self, band: Band) -> Bilingual:
        if band.label is not None:
            return band.label
        return Bilingual(self.zh.statement(band.when), self.en.statement(band.when))

    def next_band(self, row: ScoreRow, points: Fraction) -> Bilingual:
        """The nearest band with more points, and what it asks."""
        if points >= row.most or row.counted is not None:
            return NOTHING
        better = [band for band in row.bands if self.gives_more(band, row, points)]
        if not better:
            return NOTHING
        nearest = better[0] if row.adds else min(better, key=lambda band: band.points)
        gives = min(points + nearest.points, row.most) if row.adds else nearest.points
        zh, en = (self.needed(nearest, speaker) for speaker in (self.zh, self.en))
        return Bilingual(f"{said(gives, 'zh')}：{zh}", f"{said(gives, 'en')}: {en}")

    def gives_more(self, band: Band, row: ScoreRow, points: Fraction) -> bool:
        return self.outcome(band.when) is not True if row.adds else band.points > points

    def needed(self, band: Band, speaker: Speaker) -> str:
        sides = sides_of(band.when, self.facts)
        if band.label is not None or sides is None:
            return self.band_words(band).in_language(speaker.language)
        return step_words(Step(band.when, True), self.outcome(band.when), sides, self.facts, speaker)

    def listed(self, words: Iterable[Bilingual]) -> Bilingual:
        every: Sequence[Bilingual] = tuple(words)
        return Bilingual("，".join(w.zh for w in every), ", ".join(w.en for w in every))


def reached(group: ScoreGroup, points: Points) -> Outcome | None:
    """Is the minimum of a group reached?"""
    if group.minimum is None:
        return None
    if points.low >= group.minimum:
        return Outcome.MET
    return Outcome.NOT_MET if points.high < group.minimum else Outcome.UNKNOWN

"""Scoring tables (评分表): from `scores/*.yaml` to derived facts whose formulas are ordinary rules.

A table `x` becomes the facts `x` (the total), `x__<group>` (subtotals) and `x__<row>` (points), all of them sums
and choices that every engine runs, so that a measure writes ``x >= 60``. Groups with a minimum give `x__minima`
(is each reached?), vetoes give `x__vetoed`. A figure on the boundary of two bands belongs to the one with more
points, as `at_least` and `at_most` say. The `ScoreTable` kept beside them is for explaining a score row by row.
"""

from collections.abc import Iterable, Mapping
from fractions import Fraction
from functools import reduce
from itertools import pairwise
from typing import Final

from pydantic import Field, model_validator

from huiqi.base.bilingual import Bilingual
from huiqi.base.problem import Problem
from huiqi.measures.declare import (
    FACT_NAME,
    BilingualModel,
    RuleText,
    Strict,
    declare_bound,
    repeated,
)
from huiqi.measures.expressions import (
    NUMERIC,
    And,
    Arithmetic,
    Call,
    Choice,
    Compare,
    CompareOp,
    Constant,
    Domain,
    FactRef,
    IllTyped,
    Node,
    Or,
    Type,
    facts_in,
)
from huiqi.measures.ranges import range_of
from huiqi.measures.read import Vocabulary, read_condition, read_expression
from huiqi.measures.types import Band, FactKind, ScoreGroup, ScoreRow, ScoreTable, Veto

PART_NAME: Final = r"^[a-z][a-z0-9]*(_[a-z0-9]+)*$"
EDGES: Final[Mapping[str, CompareOp]] = {"at_least": ">=", "at_most": "<=", "above": ">", "below": "<"}
MINIMA: Final = "minima"
VETOED: Final = "vetoed"
ZERO: Final = Constant(Fraction(0), Type.NUMBER)
LABELS: Final = {
    MINIMA: Bilingual("{0}各类是否均达到下限", "{0}: every group reaches its minimum"),
    VETOED: Bilingual("{0}是否有一票否决情形", "{0}: vetoed"),
}


class BandModel(Strict):
    """So many points from a figure on (`at_least`, `at_most`; `above`, `below` without it), or on a condition."""

    points: RuleText
    at_least: RuleText | None = None
    at_most: RuleText | None = None
    above: RuleText | None = None
    below: RuleText | None = None
    when: RuleText | None = None
    label: BilingualModel | None = None

    @model_validator(mode="after")
    def says_one_thing(self) -> "BandModel":
        if sum(edge is not None for edge in (*self.edges.values(), self.when)) != 1:
            raise ValueError("a band has one of at_least, at_most, above, below and when")
        return self

    @property
    def edges(self) -> dict[str, str | None]:
        return {name: getattr(self, name) for name in EDGES}


class RowModel(Strict):
    id: str = Field(pattern=PART_NAME)
    label: BilingualModel
    max: RuleText
    clause: str | None = None
    group: str | None = None
    of: RuleText | None = None  # what the bands and categories look at
    bands: list[BandModel] = Field(default_factory=list)
    categories: dict[str, RuleText] = Field(default_factory=dict)
    adds: list[BandModel] = Field(default_factory=list)
    when: RuleText | None = None
    points: RuleText | None = None
    otherwise: RuleText = "0"
    open: BilingualModel | None = None

    @model_validator(mode="after")
    def is_of_one_kind(self) -> "RowModel":
        kinds = (bool(self.bands), bool(self.categories), bool(self.adds), self.points is not None)
        if sum(kinds) != 1:
            raise ValueError("a row has one of bands, categories, adds, and points (with or without when)")
        if self.when is not None and self.points is None:
            raise ValueError("when needs points")
        needs_of = bool(self.categories) or any(band.when is None for band in (*self.bands, *self.adds))
        if needs_of != (self.of is not None):
            raise ValueError("'of' says what bands and categories look at; conditions need none")
        return self


class GroupModel(Strict):
    id: str = Field(pattern=PART_NAME)
    label: BilingualModel
    max: RuleText | None = None
    minimum: RuleText | None = None
    weight: RuleText | None = None


class VetoModel(Strict):
    label: BilingualModel
    when: RuleText
    clause: str | None = None


class ScoreModel(Strict):
    """One scoring table."""

    id: str = Field(pattern=FACT_NAME)
    title: BilingualModel
    clause: str
    max: RuleText
    rows: list[RowModel] = Field(min_length=1)
    groups: list[GroupModel] = Field(default_factory=list)
    vetoes: list[VetoModel] = Field(default_factory=list)
    source: str | None = None
    unverified: bool = False
    note: BilingualModel | None = None


def part(table: str, name: str) -> str:
    """The fact of a part of a table: ``innovative_sme_score__growth``."""
    return f"{table}__{name}"


def declare_score_references(model: ScoreModel) -> dict[str, FactRef]:
    """The facts a table gives, as rules name them: numbers between nothing and their maximum."""
    most = {model.id: written(model.max)}
    for row in model.rows:
        most[part(model.id, row.id)] = written(row.max)
    for group in model.groups:
        members = (written(row.max) for row in model.rows if row.group == group.id)
        most[part(model.id, group.id)] = sum(members, Fraction(0))
    found = {name: FactRef(name, Type.DECIMAL, points_up_to(high)) for name, high in most.items()}
    for name in extras(model):
        found[part(model.id, name)] = FactRef(part(model.id, name), Type.BOOL, Domain())
    return found


def written(text: str) -> Fraction:
    """A figure; one that is none comes out as nothing here and as a problem when the table is read."""
    figure, _ = declare_bound(text, Type.DECIMAL, where="")
    return figure if isinstance(figure, Fraction) else Fraction(0)


def points_up_to(most: Fraction) -> Domain:
    return Domain(low=Fraction(0), high=most)


def extras(model: ScoreModel) -> list[str]:
    found = [MINIMA] if any(g.minimum is not None for g in model.groups) else []
    return [*found, VETOED] if model.vetoes else found


def declare_score(
    model: ScoreModel, *, vocabulary: Vocabulary, pack: str, where: str
) -> tuple[ScoreTable, list[Problem]]:
    """A table with every rule read. Points lie between 0 and the row's `max`; maxima add up to the table's."""
    reader = Reader(vocabulary, where)
    groups = tuple(reader.group(model, group) for group in model.groups)
    rows = tuple(reader.row(model, row) for row in model.rows)
    vetoes = tuple(
        Veto(when, veto.label.as_value(), veto.clause or model.clause)
        for veto in model.vetoes
        if (when := reader.condition(veto.when, "vetoes")) is not None
    )
    table = ScoreTable(
        fact=model.id,
        title=model.title.as_value(),
        clause=model.clause,
        most=reader.figure(model.max, "max"),
        rows=rows,
        groups=groups,
        vetoes=vetoes,
        source=model.source,
        unverified=model.unverified,
        pack=pack,
    )
    names = [*(g.id for g in model.groups), *(r.id for r in model.rows), *extras(model)]
    problems = repeated(names, where=where, what="row or group")
    problems += [] if reader.problems else sum_problems(table, where=where)
    return table, [*reader.problems, *problems]


class Reader:
    """Reads the rules of one table and keeps the problems of all of them."""

    def __init__(self, vocabulary: Vocabulary, where: str) -> None:
        self.vocabulary = vocabulary
        self.where = where
        self.problems: list[Problem] = []

    def expression(self, text: str, place: str) -> Node | None:
        tree, found = read_expression(text, vocabulary=self.vocabulary, where=f"{self.where}:{place}")
        self.problems += found
        return tree

    def condition(self, text: str, place: str) -> Node | None:
        tree, found = read_condition(text, vocabulary=self.vocabulary, where=f"{self.where}:{place}")
        self.problems += found
        return tree

    def figure(self, text: str | None, place: str, *, default: int = 0) -> Fraction:
        tree = self.expression(text, place) if text is not None else None
        if isinstance(tree, Constant) and isinstance(tree.value, Fraction):
            return tree.value
        if tree is not None:
            self.problems.append(Problem(f"{self.where}:{place}", f"{text!r} is not a figure"))
        return Fraction(default)

    def group(self, model: ScoreModel, group: GroupModel) -> ScoreGroup:
        members = [row for row in model.rows if row.group == group.id]
        if not members:
            self.problems.append(Problem(f"{self.where}:{group.id}", "no row is in this group"))
        most = sum((self.figure(row.max, row.id) for row in members), Fraction(0))
        if group.max is not None and self.figure(group.max, group.id) != most:
            self.problems.append(
                Problem(f"{self.where}:{group.id}", f"the rows add up to {most}, not to max")
            )
        minimum = self.figure(group.minimum, group.id) if group.minimum is not None else None
        weight = self.figure(group.weight, group.id, default=1)
        return ScoreGroup(part(model.id, group.id), group.label.as_value(), most, minimum, weight)

    def row(self, model: ScoreModel, row: RowModel) -> ScoreRow:
        if row.group is not None and row.group not in {group.id for group in model.groups}:
            self.problems.append(Problem(f"{self.where}:{row.id}", f"there is no group {row.group!r}"))
        subject = self.expression(row.of, row.id) if row.of is not None else None
        counted = None
        if row.points is not None and row.when is None:
            counted = self.expression(row.points, row.id)
        found = ScoreRow(
            fact=part(model.id, row.id),
            label=row.label.as_value(),
            clause=row.clause or model.clause,
            most=self.figure(row.max, row.id),
            bands=tuple(self.bands(row, subject)),
            otherwise=self.figure(row.otherwise, row.id),
            adds=bool(row.adds),
            counted=counted,
            group=part(model.id, row.group) if row.group is not None else None,
            open=row.open.as_value() if row.open is not None else None,
        )
        self.check(found, row)
        return found

    def bands(self, row: RowModel, subject: Node | None) -> Iterable[Band]:
        if row.when is not None and row.points is not None:
            when = self.condition(row.when, row.id)
            if when is not None:
                yield Band(when, self.figure(row.points, row.id))
        for value, points in row.categories.items():
            when = self.compared("=", subject, Constant(value, Type.TEXT), row.id)
            if when is not None:
                yield Band(when, self.figure(points, row.id))
        for band in (*row.bands, *row.adds):
            when = self.when(band, subject, row.id)
            label = band.label.as_value() if band.label is not None else None
            if when is not None:
                yield Band(when, self.figure(band.points, row.id), label)

    def when(self, band: BandModel, subject: Node | None, place: str) -> Node | None:
        if band.when is not None:
            return self.condition(band.when, place)
        edge, text = next((name, text) for name, text in band.edges.items() if text is not None)
        limit = self.expression(text, place)
        return self.compared(EDGES[edge], subject, limit, place)

    def compared(self, op: CompareOp, subject: Node | None, limit: Node | None, place: str) -> Node | None:
        if subject is None or limit is None:
            return None
        try:
            return Compare(op, subject, limit)
        except IllTyped as problem:
            self.problems.append(Problem(f"{self.where}:{place}", str(problem)))
            return None

    def check(self, row: ScoreRow, model: RowModel) -> None:
        """Points between nothing and the maximum, and bands each of which can be reached."""
        place = f"{self.where}:{model.id}"
        possible = range_of(row_formula(row)) if not row.adds else None
        if row.counted is not None and row.counted.type not in NUMERIC:
            self.problems.append(Problem(place, f"points are a number, not {row.counted.type}"))
        elif possible is not None and (possible.low is None or possible.low < 0):
            self.problems.append(Problem(place, "points are never less than nothing"))
        elif possible is not None and possible.high is not None and possible.high > row.most:
            self.problems.append(Problem(place, f"gives up to {possible.high} points, more than max"))
        elif possible is not None and possible.high is not None and possible.high < row.most:
            self.problems.append(Problem(place, f"gives at most {possible.high} points, less than max"))
        conditions = [band.when for band in row.bands if not row.adds]
        if any(hides(before, after) for before, after in pairwise(conditions)):
            self.problems.append(Problem(place, "a band after a wider one is never reached"))


def hides(before: Node, after: Node) -> bool:
    """Does the earlier of two bands on the same figure take in the whole of the later one?"""
    match before, after:
        case (
            Compare(op, one, Constant(Fraction() as first, _)),
            Compare(same, other, Constant(Fraction() as second, _)),
        ) if op == same and one == other:
            return first <= second if op in (">", ">=") else first >= second if op in ("<", "<=") else False
        case _:
            return before == after


def sum_problems(table: ScoreTable, *, where: str) -> list[Problem]:
    weights = {group.fact: group.weight for group in table.groups}
    most = sum((row.most * weights.get(row.group or "", Fraction(1)) for row in table.rows), Fraction(0))
    return [] if most == table.most else [Problem(f"{where}:max", f"the rows add up to {most}")]


def row_formula(row: ScoreRow) -> Node:
    """The points of a row."""
    if row.counted is not None:
        return row.counted
    if row.adds:
        each = [Choice(((band.when, figure(band.points)),), ZERO) for band in row.bands]
        return Call("least", (added(each), figure(row.most)))
    bands = tuple((band.when, figure(band.points)) for band in row.bands)
    return Choice(bands, figure(row.otherwise)) if bands else figure(row.otherwise)


def figure(points: Fraction) -> Constant:
    return Constant(points, Type.NUMBER)


def added(nodes: Iterable[Node]) -> Node:
    return reduce(lambda left, right: Arithmetic("+", left, right), nodes)


def score_kinds(table: ScoreTable, kinds: Mapping[str, FactKind]) -> dict[str, FactKind]:
    """The derived facts of a table; `kinds` are those its rows stand on."""
    found: dict[str, FactKind] = {}
    for row in table.rows:
        label = labelled(table, row.label)
        found[row.fact] = kind_of(table, row.fact, label, row_formula(row), row.most, row.clause, kinds)
    references = {name: kind.reference for name, kind in found.items()}
    parts: list[Node] = [references[row.fact] for row in table.rows if row.group is None]
    for group in table.groups:
        members = [references[row.fact] for row in table.rows if row.group == group.fact]
        label = labelled(table, group.label)
        kind = kind_of(table, group.fact, label, added(members), group.most, table.clause, {**kinds, **found})
        found[group.fact] = kind
        weighted = kind.reference if group.weight == 1 else None
        parts.append(weighted or Arithmetic("*", kind.reference, figure(group.weight)))
    total = added(parts)
    for name, statement in beside(table, found).items():
        fact = part(table.fact, name)
        found[fact] = kind_of(
            table, fact, filled(LABELS[name], table), statement, None, table.clause, {**kinds, **found}
        )
        if name == VETOED:
            total = Choice(((found[fact].reference, ZERO),), total)
    found[table.fact] = kind_of(
        table, table.fact, table.title, total, table.most, table.clause, {**kinds, **found}
    )
    return found


def beside(table: ScoreTable, found: Mapping[str, FactKind]) -> dict[str, Node]:
    """Is every minimum reached, and is there a veto?"""
    minima = [
        Compare(">=", found[group.fact].reference, figure(group.minimum))
        for group in table.groups
        if group.minimum is not None
    ]
    vetoes = [veto.when for veto in table.vetoes]
    statements: dict[str, Node] = {}
    if minima:
        statements[MINIMA] = And(tuple(minima)) if len(minima) > 1 else minima[0]
    if vetoes:
        statements[VETOED] = Or(tuple(vetoes)) if len(vetoes) > 1 else vetoes[0]
    return statements


def labelled(table: ScoreTable, label: Bilingual) -> Bilingual:
    return Bilingual(f"{table.title.zh}：{label.zh}", f"{table.title.en}: {label.en}")


def filled(label: Bilingual, table: ScoreTable) -> Bilingual:
    return Bilingual(label.zh.format(table.title.zh), label.en.format(table.title.en))


def kind_of(
    table: ScoreTable,
    name: str,
    label: Bilingual,
    formula: Node,
    most: Fraction | None,
    clause: str,
    kinds: Mapping[str, FactKind],
) -> FactKind:
    """A derived fact; only a person can say it, or only a claim has it, if that is so of all it stands on."""
    behind = [kinds[fact] for fact in facts_in(formula) if fact in kinds]
    return FactKind(
        name=name,
        type=Type.BOOL if most is None else Type.DECIMAL,
        label=label,
        about="claim" if behind and all(kind.about == "claim" for kind in behind) else "party",
        judged=bool(behind) and all(kind.judged for kind in behind),
        unit=None if most is None else "points",
        domain=Domain() if most is None else points_up_to(most),
        formula=formula,
        clause=clause,
        source=table.source,
        unverified=table.unverified,
        pack=table.pack,
    )

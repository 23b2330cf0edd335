"""A block of a register: up to some ten thousand parties, each fact a column."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from huiqi.matching.plan import as_range
from huiqi.measures.compile import (
    DayTable,
    Kept,
    Vector,
    by_day,
    chosen_values,
    numbers_of,
    truth_of,
)
from huiqi.measures.derive import Known
from huiqi.measures.expressions import Domain, FactRef, Node, Type, Value
from huiqi.measures.ranges import range_of
from huiqi.measures.types import FactKind
from huiqi.measures.vector_functions import EPOCH, NotInBlocks
from huiqi.measures.vector_ranges import Bounds, fact_bounds
from huiqi.measures.vectors import (
    Bits,
    Mask,
    Numbers,
    Possible,
    Texts,
    Truth,
    Vocabulary,
    aligned,
    any_of,
    bits_of,
    full,
    pack,
    peak_of,
    unpack,
)

Rows = npt.NDArray[np.intp]
DIGITS: Final = 18
"""Decimal digits that always fit into 64 bits."""
SMALL: Final = 256
"""Codes below it fit into a byte."""


@dataclass(slots=True)
class RegisterBlock:
    """One block of parties. Columns and statements are worked out when first needed and kept."""

    batch: pa.RecordBatch
    kinds: Mapping[str, FactKind]
    settle_formula: Callable[[str, "RegisterBlock"], Truth]  # of a yes-or-no fact
    uniform: Mapping[str, Known | None] = field(default_factory=dict)  # derived facts alike for every party
    vocabularies: dict[str, Vocabulary] = field(default_factory=dict)  # shared by all blocks of a run
    calendar: dict[int, DayTable] = field(default_factory=dict)  # likewise, by call
    columns: dict[str, Vector] = field(default_factory=dict)
    knowing: dict[str, Bits] = field(default_factory=dict)
    lying_between: dict[str, Bounds] = field(default_factory=dict)
    results: dict[int, Any] = field(default_factory=dict)
    whole: "RegisterBlock | None" = None  # the block of which these are some parties
    chosen: Rows | None = None  # their rows in it

    @property
    def rows(self) -> int:
        return int(self.batch.num_rows) if self.chosen is None else len(self.chosen)

    def some(self, rows: Rows) -> "RegisterBlock":
        """A block of some of the parties, to work out what only they need; columns are taken when needed."""
        return replace(self, columns={}, knowing={}, lying_between={}, results={}, whole=self, chosen=rows)

    def fact(self, fact: FactRef) -> Vector:
        found = self.columns.get(fact.name)
        if found is None:
            found = self.columns[fact.name] = self.make_column(fact)
        return found

    def kept(self, node: Node, make: Callable[[], Kept]) -> Kept:
        """Equal nodes of a plan are one object, so its identity names the statement."""
        found: Kept | None = self.results.get(id(node))
        if found is None:
            found = self.results[id(node)] = make()
        return found

    def known(self, fact: FactRef) -> Bits:
        """Packed: for which parties a fact has a value."""
        found = self.knowing.get(fact.name)
        if found is None:
            found = known_in(self.fact(fact)) if self.is_heard_of(fact) else unset((self.rows + 7) // 8)
            self.knowing[fact.name] = found
        return found

    def is_heard_of(self, fact: FactRef) -> bool:
        """Has it a column or a formula?"""
        kind = self.kinds.get(fact.name)
        derived = fact.name in self.uniform or (kind is not None and kind.formula is not None)
        return derived or self.batch.schema.get_field_index(fact.name) >= 0

    def make_column(self, fact: FactRef) -> Vector:
        if self.whole is not None and self.chosen is not None:
            return taken(self.whole.fact(fact), self.whole.rows, self.chosen)
        if fact.name in self.uniform:
            return alike_for_all(self.uniform[fact.name], fact, self.rows)
        stated = self.stated(fact)
        kind = self.kinds.get(fact.name)
        if kind is None or kind.formula is None:
            return stated
        return merged(stated, self.derived(kind))

    def stated(self, fact: FactRef) -> Vector:
        index = self.batch.schema.get_field_index(fact.name)
        if index < 0:
            return all_unknown(fact, self.rows)
        vocabulary = self.vocabularies.setdefault(fact.name, Vocabulary())
        return vector_of(self.batch.column(index), fact, vocabulary)

    def derived(self, kind: FactKind) -> Vector:
        formula = kind.formula
        if formula is None:
            raise NotInBlocks(kind.name)
        if kind.type is Type.BOOL:
            return self.settle_formula(kind.name, self)
        if kind.type is Type.ENUM:
            return chosen_values(formula, kind.domain.values, self).settled()
        if kind.type is Type.TEXT:
            raise NotInBlocks("a text formula")
        found = by_day(formula, self)
        return numbers_of(formula, self) if found is None else found

    def bounds(self, fact: FactRef) -> Bounds:
        """Between which bounds a number lies: its own value, or what its formula still lets it be."""
        found = self.lying_between.get(fact.name)
        if found is None:
            column, own = self.fact(fact), range_of(fact)
            if not isinstance(column, Numbers) or own is None:
                raise NotInBlocks("bounds of what is no number")
            kind = self.kinds.get(fact.name)
            formula = kind.formula if kind is not None else None
            if kind is not None and fact.name in self.uniform:
                formula, own = None, as_range(self.uniform[fact.name], kind)
            found = self.lying_between[fact.name] = fact_bounds(column, formula, own, self)
        return found

    def truth(self, node: Node) -> Truth:
        return truth_of(node, self)

    def row_facts(self, row: int, names: tuple[str, ...]) -> dict[str, Value]:
        """What is stated of one party, as the interpreter takes it."""
        if self.whole is not None and self.chosen is not None:
            return self.whole.row_facts(int(self.chosen[row]), names)
        found: dict[str, Value] = {}
        for name in names:
            index = self.batch.schema.get_field_index(name)
            if index >= 0:
                value = self.batch.column(index)[row].as_py()
                if value is not None:
                    found[name] = as_fact_value(value)
        return found


def taken(column: Vector, rows: int, chosen: Rows) -> Vector:
    """A column of some rows alone."""
    match column:
        case Truth(yes, no):
            return Truth(bits_of(yes, rows, chosen), bits_of(no, rows, chosen))
        case Possible():
            return column.take(rows, chosen)
        case Texts(codes, known, vocabulary):
            return Texts(codes[chosen], bits_of(known, rows, chosen), vocabulary)
        case _:
            return column.take(chosen)


def as_fact_value(value: Any) -> Value:
    """A cell of a register as the interpreter takes it: exact fractions for every number."""
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return Fraction(value)
    return value  # type: ignore[no-any-return]


def known_in(column: Vector) -> Bits:
    match column:
        case Truth(yes, no):
            return yes | no
        case Texts() | Possible():
            return column.known
        case _:
            return column.said


def alike_for_all(known: Known | None, fact: FactRef, rows: int) -> Vector:
    """A column in which every party has the same value, or the same values left."""
    bytes_ = (rows + 7) // 8
    match known:
        case bool():
            return Truth.constant(known, bytes_)
        case str() if fact.type is Type.ENUM:
            return Possible.constant(known, fact.domain.values, bytes_)
        case Domain() if fact.type is Type.ENUM:
            return Possible.leaving(known.candidates, fact.domain.values, bytes_)
        case Fraction():
            return Numbers.constant(known.numerator, known.denominator, rows)
        case date():
            return Numbers.constant(known.toordinal() - EPOCH, 1, rows)
        case str():
            raise NotInBlocks("a text alike for all")
        case _:
            return all_unknown(fact, rows)


@lru_cache(maxsize=16)
def unset(bytes_: int) -> Bits:
    """A bitmap without a bit, one for all (read only)."""
    bits = np.zeros(bytes_, np.uint8)
    bits.flags.writeable = False
    return bits


def all_unknown(fact: FactRef, rows: int) -> Vector:
    match fact.type:
        case Type.BOOL:
            return Truth(unset((rows + 7) // 8), unset((rows + 7) // 8))
        case Type.ENUM:
            return Possible.anything(fact.domain.values, (rows + 7) // 8)
        case Type.TEXT:
            return Texts(np.full(rows, -1), np.zeros((rows + 7) // 8, np.uint8), Vocabulary())
        case _:
            return Numbers.unknown(rows)


def vector_of(column: pa.Array, fact: FactRef, vocabulary: Vocabulary) -> Vector:
    """A column of the register in the form expressions take."""
    if fact.type is Type.BOOL:
        answers, valid = bitmap(column, 1), bitmap(column, 0)
        return Truth(answers & valid, ~answers & valid)
    known = known_mask(column)
    match fact.type:
        case Type.ENUM:
            return possible_from(column, fact, known)
        case Type.TEXT:
            codes, distinct = coded(column)
            table = np.array([vocabulary.code(text) for text in distinct] or [-1], np.intp)
            own = table[codes]
            if column.null_count:
                own[~known] = -1
            return Texts(own, pack(known), vocabulary, vocabulary.kinds())
        case Type.DATE:
            return said_as(column, Numbers.of(zeroed(plain_values(column, np.int32), known), 1, known))
        case Type.INT:
            return said_as(column, Numbers.of(zeroed(plain_values(column, np.int64), known), 1, known))
        case _:
            return said_as(column, decimals_from(column, known))


def said_as(column: pa.Array, numbers: Numbers) -> Numbers:
    """With the column's own bitmap of who has a number."""
    if column.null_count:
        numbers.narrow["known"] = bitmap(column, 0) & full(len(column))
    return numbers


def bitmap(column: pa.Array, buffer: int) -> Bits:
    """A buffer of single bits, from the column's first row; all ones where there is none."""
    bytes_ = (len(column) + 7) // 8
    found = column.buffers()[buffer]
    if found is None:
        return np.full(bytes_, 255, np.uint8)
    whole = np.frombuffer(found, np.uint8)
    if column.offset % 8 == 0:
        return whole[column.offset // 8 :][:bytes_]
    return pack(np.unpackbits(whole, bitorder="little")[column.offset :][: len(column)].view(np.bool_))


def plain_values(column: pa.Array, kind: type[np.generic]) -> np.typing.NDArray[Any]:
    """The values as they lie there; anything may stand where there is none."""
    found: np.typing.NDArray[Any] = np.frombuffer(column.buffers()[1], kind)[column.offset :][: len(column)]
    return found


def zeroed(values: npt.NDArray[Any], known: Mask) -> npt.NDArray[np.int64]:
    """Zero where there is no value: what lies there by chance may be anything."""
    found: npt.NDArray[np.int64] = np.multiply(values, known, dtype=np.int64)
    return found


def known_mask(column: pa.Array) -> Mask:
    if column.null_count == 0:
        return np.ones(len(column), np.bool_)
    return unpack(bitmap(column, 0), len(column))


def decimals_from(column: pa.Array, known: Mask) -> Numbers:
    """Decimals of 128 bits as whole units of their last place: 64 bits where they fit, else Python's integers."""
    scale = column.type.scale
    words = np.frombuffer(column.buffers()[1], dtype=np.int64)[2 * column.offset :][: 2 * len(column)]
    low, high = words[0::2], words[1::2]
    if column.type.precision <= DIGITS or bool(np.all((high == (low >> np.int64(63))) | ~known)):
        num = zeroed(low, known)
        return Numbers(num, 10**scale, known, peak_of(num))
    values = [0 if v is None else int(v.scaleb(scale)) for v in column.to_pylist()]
    whole = np.array(values, dtype=object)
    return Numbers(whole, 10**scale, known, peak_of(whole))


def coded(column: pa.Array) -> tuple[np.typing.NDArray[np.int32], tuple[str, ...]]:
    """Indexes into the distinct texts; 0 stands where there is none."""
    if not pa.types.is_dictionary(column.type):
        column = column.dictionary_encode()
    codes = plain_values(column.indices, np.int32)
    if column.null_count:
        codes = np.multiply(codes, known_mask(column.indices), dtype=np.int32)
    return codes, tuple(column.dictionary.to_pylist())


def possible_from(column: pa.Array, fact: FactRef, known: Mask) -> Possible:
    """The column's word for each party; any value where there is none, or one the fact does not know."""
    codes, distinct = coded(column)
    small = codes.astype(np.uint8) if len(distinct) <= SMALL else codes
    said = pack(known)
    places = {value: place for place, value in enumerate(fact.domain.values)}
    bits = np.zeros((len(places), len(said)), np.uint8)
    for code, text in enumerate(distinct):
        if text in places:
            bits[places[text]] |= pack(small == code) & said
    return Possible(bits | ~any_of(list(bits), said), fact.domain.values)


def merged(stated: Vector, derived: Vector) -> Vector:
    """The stated value wins; the formula's is used where none is stated."""
    match stated, derived:
        case Truth(), Truth():
            open_: Bits = ~(stated.yes | stated.no)
            return Truth(stated.yes | (open_ & derived.yes), stated.no | (open_ & derived.no))
        case Possible(), Possible():
            return stated.or_else(derived)
        case Numbers(), Numbers() if stated.is_unknown:
            return derived
        case Numbers(), Numbers() if derived.is_unknown:
            return stated
        case Numbers(), Numbers():
            a, b = aligned(stated, derived)
            num = np.where(a.known, a.num, b.num)
            return Numbers(num, a.den, a.known | b.known, max(a.peak, b.peak))
    raise NotInBlocks("a formula of another type")

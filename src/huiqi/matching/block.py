"""A block of a register: up to some ten thousand parties, each fact a column."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pyarrow as pa

from huiqi.measures.compile import Kept, NotInBlocks, Vector, chosen_values, numbers_of, truth_of
from huiqi.measures.expressions import FactRef, Node, Type, Value
from huiqi.measures.ranges import range_of
from huiqi.measures.types import FactKind
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
    pack,
    peak_of,
    unpack,
)


@dataclass(slots=True)
class RegisterBlock:
    """One block of parties. Columns and statements are worked out when first needed and kept."""

    batch: pa.RecordBatch
    kinds: Mapping[str, FactKind]
    settle_formula: Callable[[str, "RegisterBlock"], Truth]  # of a yes-or-no fact
    vocabularies: dict[str, Vocabulary] = field(default_factory=dict)  # shared by all blocks of a run
    columns: dict[str, Vector] = field(default_factory=dict)
    lying_between: dict[str, Bounds] = field(default_factory=dict)
    results: dict[int, Any] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        return int(self.batch.num_rows)

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

    def make_column(self, fact: FactRef) -> Vector:
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
        return numbers_of(formula, self)

    def bounds(self, fact: FactRef) -> Bounds:
        """Between which bounds a number lies: its own value, or what its formula still lets it be."""
        found = self.lying_between.get(fact.name)
        if found is None:
            column, own = self.fact(fact), range_of(fact)
            if not isinstance(column, Numbers) or own is None:
                raise NotInBlocks("bounds of what is no number")
            kind = self.kinds.get(fact.name)
            formula = kind.formula if kind is not None else None
            found = self.lying_between[fact.name] = fact_bounds(column, formula, own, self)
        return found

    def truth(self, node: Node) -> Truth:
        return truth_of(node, self)

    def row_facts(self, row: int, names: tuple[str, ...]) -> dict[str, Value]:
        """What is stated of one party, as the interpreter takes it."""
        found: dict[str, Value] = {}
        for name in names:
            index = self.batch.schema.get_field_index(name)
            if index >= 0:
                value = self.batch.column(index)[row].as_py()
                if value is not None:
                    found[name] = as_fact_value(value)
        return found


def as_fact_value(value: Any) -> Value:
    """A cell of a register as the interpreter takes it: exact fractions for every number."""
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return Fraction(value)
    return value  # type: ignore[no-any-return]


def all_unknown(fact: FactRef, rows: int) -> Vector:
    match fact.type:
        case Type.BOOL:
            return Truth.constant(None, (rows + 7) // 8)
        case Type.ENUM:
            return Possible.anything(fact.domain.values, (rows + 7) // 8)
        case Type.TEXT:
            return Texts(np.full(rows, -1, np.int32), Vocabulary())
        case _:
            return Numbers(np.zeros(rows, np.int64), 1, np.zeros(rows, np.bool_), 0)


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
            table = np.array([vocabulary.code(text) for text in distinct] or [-1], np.int32)
            return Texts(np.where(known, table[codes], -1).astype(np.int32), vocabulary)
        case Type.DATE:
            return Numbers.of(np.where(known, plain_values(column, np.int32).astype(np.int64), 0), 1, known)
        case Type.INT:
            return Numbers.of(np.where(known, plain_values(column, np.int64), 0), 1, known)
        case _:
            return decimals_from(column, known)


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


def known_mask(column: pa.Array) -> Mask:
    if column.null_count == 0:
        return np.ones(len(column), np.bool_)
    return unpack(bitmap(column, 0), len(column))


def decimals_from(column: pa.Array, known: Mask) -> Numbers:
    """Decimals of 128 bits as whole units of their last place: 64 bits where they fit, else Python's integers."""
    scale = column.type.scale
    words = np.frombuffer(column.buffers()[1], dtype=np.int64)[2 * column.offset :][: 2 * len(column)]
    low, high = words[0::2], words[1::2]
    fits = high == (low >> np.int64(63))
    if bool(np.all(fits | ~known)):
        num = np.where(known, low, 0)
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
        codes = np.where(known_mask(column.indices), codes, 0)
    return codes, tuple(column.dictionary.to_pylist())


def possible_from(column: pa.Array, fact: FactRef, known: Mask) -> Possible:
    codes, distinct = coded(column)
    values = fact.domain.values
    table = np.array([values.index(text) if text in values else -1 for text in distinct] or [-1], np.int32)
    places = np.where(known, table[codes], -1)
    unknown = places < 0
    bits = np.stack([pack((places == index) | unknown) for index in range(len(values))])
    return Possible(bits, values)


def merged(stated: Vector, derived: Vector) -> Vector:
    """The stated value wins; the formula's is used where none is stated."""
    match stated, derived:
        case Truth(), Truth():
            open_: Bits = ~(stated.yes | stated.no)
            return Truth(stated.yes | (open_ & derived.yes), stated.no | (open_ & derived.no))
        case Possible(), Possible():
            return stated.or_else(derived)
        case Numbers(), Numbers():
            a, b = aligned(stated, derived)
            num = np.where(a.known, a.num, b.num)
            return Numbers(num, a.den, a.known | b.known, max(a.peak, b.peak))
    raise NotInBlocks("a formula of another type")

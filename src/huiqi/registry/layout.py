"""Which column of a table is which column of the register, and how its cells are read.

A header fits a mapping if it is one of its headers, or one of them with a unit in brackets: 资产总额（万元）. Case,
width and spaces do not matter. A unit in the header must agree with the one in the mapping.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from huiqi.base.problem import Problem
from huiqi.registry.cells import (
    EMPTY_WORDS,
    FALSE_WORDS,
    TRUE_WORDS,
    UNITS,
    Cell,
    CellReader,
    Read,
    Refused,
    cell_reader,
    fold,
    plain_text,
)
from huiqi.registry.codes import Code, read_code
from huiqi.registry.columns_of_cells import (
    ColumnReader,
    code_column,
    day_column,
    name_column,
    number_column,
    text_column,
    word_column,
)
from huiqi.registry.mapping import FactMapping, RolesMapping, TableMapping
from huiqi.registry.schema import ARROW_TYPES, SMALLEST_STEP, WORDS
from huiqi.registry.types import ROLES, Column, Columns

_UNIT_IN_BRACKETS = re.compile(r"(.+?)\((?:单位[::])?([^()]+)\)")
_SEPARATORS = re.compile(r"[,;、/|]+")


@dataclass(frozen=True, slots=True)
class Source:
    """One column of the table and what it becomes; `name` is a system column or a fact."""

    name: str
    place: int
    read: CellReader  # one cell
    read_column: ColumnReader  # a whole column, to the same values and refusals


@dataclass(frozen=True, slots=True)
class Layout:
    sources: tuple[Source, ...]
    columns: Columns  # the facts that are filled, in the order they are declared
    ignored: tuple[str, ...]  # headers that no mapping names


def lay_out(
    headers: Sequence[str], *, mapping: TableMapping, columns: Columns, where: str
) -> tuple[Layout | None, list[Problem]]:
    """Find every mapped column among the headers of a table; or say which are missing, doubled or without unit."""
    finder = _Finder(headers, where)
    empty = (
        EMPTY_WORDS
        if mapping.empty_words is None
        else frozenset(fold(w).lower() for w in mapping.empty_words)
    )
    sources = [
        finder.source("code", mapping.code.headers, _read_code_cell, code_column(_read_code_cell)),
        *_optional_sources(finder, mapping, empty),
    ]
    filled = {name: column for name, column in columns.items() if name in mapping.columns}
    sources += [finder.fact(column, mapping.columns[name], empty) for name, column in filled.items()]
    if finder.problems:
        return None, finder.problems
    found = tuple(sorted((s for s in sources if s is not None), key=lambda s: s.place))
    taken = {s.place for s in found}
    return Layout(found, filled, tuple(h for i, h in enumerate(headers) if i not in taken and h)), []


def _optional_sources(finder: "_Finder", mapping: TableMapping, empty: frozenset[str]) -> list[Source | None]:
    sources: list[Source | None] = []
    if mapping.name:
        read = cell_reader(Column("text", "text"), empty_words=empty)
        by_column = name_column(read, empty)
        sources.append(finder.source("name", mapping.name.headers, read, by_column))
    if mapping.region.headers:
        by_column = word_column(WORDS, _read_region)
        sources.append(finder.source("region", mapping.region.headers, _read_region, by_column))
    if mapping.roles.headers:
        read = _roles_reader(mapping.roles)
        sources.append(finder.source("roles", mapping.roles.headers, read, word_column(WORDS, read)))
    return sources


def known_headers(mapping: TableMapping) -> list[str]:
    """Every header the mapping names, to recognise a table by."""
    system = [mapping.code.headers, mapping.region.headers, mapping.roles.headers]
    facts = [(name, *fact.headers) for name, fact in mapping.columns.items()]
    return [h for group in (*system, *facts) for h in group] + list(
        mapping.name.headers if mapping.name else ()
    )


class _Finder:
    """Looks for mapped columns among headers and collects what goes wrong."""

    def __init__(self, headers: Sequence[str], where: str) -> None:
        self._headers = [_key(h) for h in headers]
        self._where = where
        self.problems: list[Problem] = []

    def source(
        self, name: str, wanted: Sequence[str], read: CellReader, read_column: ColumnReader
    ) -> Source | None:
        found = self._find(name, wanted)
        return Source(name, found[0], read, read_column) if found else None

    def fact(self, column: Column, mapping: FactMapping, empty: frozenset[str]) -> Source | None:
        found = self._find(column.name, (column.name, *mapping.headers))
        if found is None:
            return None
        place, written = found
        unit = self._unit(column, mapping.unit, written)
        if unit is None:
            return None
        read = cell_reader(
            column,
            unit=unit,
            words=mapping.words,
            true_words=_folded(mapping.true_words, TRUE_WORDS),
            false_words=_folded(mapping.false_words, FALSE_WORDS),
            empty_words=empty,
            rounds=mapping.rounds,
        )
        return Source(column.name, place, read, _column_reader(column, read, unit, mapping.rounds, empty))

    def _find(self, name: str, wanted: Sequence[str]) -> tuple[int, str] | None:
        """Place and unit in brackets ('' if none) of the one header that is wanted."""
        keys = {_key(w) for w in wanted}
        found = [(i, "") for i, h in enumerate(self._headers) if h in keys]
        for i, header in enumerate(self._headers):
            match = _UNIT_IN_BRACKETS.fullmatch(header)
            if match and header not in keys and match[1] in keys:
                found.append((i, match[2]))
        if len(found) == 1:
            return found[0]
        if found:
            named = ", ".join(self._headers[i] for i, _ in found)
            self.problems.append(Problem(self._where, f"{name}: more than one column may be meant: {named}"))
        else:
            self.problems.append(Problem(self._where, f"{name}: no column is named {' or '.join(wanted)}"))
        return None

    def _unit(self, column: Column, mapped: str, written: str) -> str | None:
        units = UNITS.get(column.type, {})
        in_header = written if written in units else ""
        if in_header and mapped and units[in_header] != units[mapped.lower()]:
            self.problems.append(
                Problem(self._where, f"{column.name}: the header says {in_header}, the mapping {mapped}")
            )
            return None
        if column.type in ("money", "ratio") and not (mapped or in_header):
            self.problems.append(
                Problem(
                    self._where,
                    f"{column.name}: neither header nor mapping says the unit ({', '.join(units)})",
                )
            )
            return None
        return mapped or in_header


def _column_reader(
    column: Column, read: CellReader, unit: str, rounds: bool, empty: frozenset[str]
) -> ColumnReader:
    if column.type in SMALLEST_STEP:
        return number_column(column, read, unit=unit, rounds=rounds, empty=empty)
    if column.type == "text":
        return text_column(read, empty)
    if column.type == "date":
        return day_column(read, empty)
    return word_column(ARROW_TYPES[column.type], read)


def _key(header: str) -> str:
    return "".join(fold(header).split()).lower()


def _folded(words: Sequence[str] | None, usual: frozenset[str]) -> frozenset[str]:
    return usual if words is None else frozenset(fold(w).lower() for w in words)


def _read_code_cell(cell: Cell) -> Read:
    text = plain_text(cell)
    if not text:
        return Refused("there is no code")
    code = read_code(text, where="")
    return code.text if isinstance(code, Code) else Refused(code.message)


def _read_region(cell: Cell) -> Read:
    text = plain_text(cell)
    return text if re.fullmatch(r"[0-9]{6}", text) else Refused(f"{text!r} is not six digits of GB/T 2260")


def _roles_reader(mapping: RolesMapping) -> CellReader:
    words = {role: role for role in ROLES} | {fold(w).lower(): role for w, role in mapping.words.items()}

    def read(cell: Cell) -> Read:
        named = [w.strip().lower() for w in _SEPARATORS.split(plain_text(cell)) if w.strip()]
        unknown = [w for w in named if w not in words]
        if unknown or not named:
            return Refused(f"{', '.join(unknown)}: not a role" if unknown else "there is no role")
        return ",".join(sorted({words[w] for w in named}))

    return read

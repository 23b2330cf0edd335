"""A mapping file: which column of someone's table is which fact, in which unit and with which words.

source: 市场监管部门登记数据，2013年6月
as_of: 2013-06-30
synthetic: false                 # optional; true: the table is made up
duplicates: last                 # first | last | reject: which row counts if a code stands more than once
encoding: gb18030                # optional; otherwise a byte order mark, else UTF-8, else GB 18030
delimiter: ";"                   # optional; otherwise the one that splits the header into known names
sheet: 企业                      # needed if a workbook has several sheets
header_row: 1                    # rows before it are skipped
code: {headers: [统一社会信用代码, uscc]}
name: {headers: [企业名称]}      # optional
region: {headers: [区划代码]}    # or {from_code: true}, or {value: "370202"}
roles: {value: enterprise}       # or {headers: [...], words: {担保机构: guarantor}}
columns:
  employees: {headers: [从业人数, 职工人数], unit: 人}
  total_assets: {headers: [资产总额], unit: 万元}
  industry_sector: {headers: [行业], words: {工业: industrial, 其他: other}}
  is_hnte: {headers: [是否高企], true_words: [认定], false_words: [未认定]}
empty_words: [空, 无, 不详]      # optional; replaces the usual ones
"""

from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Literal, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from huiqi.base.problem import Problem
from huiqi.registry.cells import UNITS
from huiqi.registry.types import ROLES, Columns

Duplicates = Literal["first", "last", "reject"]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class HeaderMapping(_Strict):
    """A column of the table, by the headers it may have."""

    headers: tuple[str, ...] = Field(min_length=1)


class FactMapping(HeaderMapping):
    """A column that holds a fact. `rounds`: figures finer than the register holds are rounded half up."""

    unit: str = ""
    words: dict[str, str] = {}
    true_words: tuple[str, ...] | None = None
    false_words: tuple[str, ...] | None = None
    rounds: bool = False


class RegionMapping(_Strict):
    """Where the six digits of the region stand: in a column, in the code, or the same for all rows."""

    headers: tuple[str, ...] = ()
    from_code: bool = False
    value: str = Field(default="", pattern=r"^(\d{6})?$")

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if sum([bool(self.headers), self.from_code, bool(self.value)]) != 1:
            raise ValueError("give exactly one of headers, from_code, value")
        return self


class RolesMapping(_Strict):
    """Where the roles of a party stand: in a column (several separated by , ; or 、), or the same for all rows."""

    headers: tuple[str, ...] = ()
    words: dict[str, str] = {}
    value: str = ""

    @model_validator(mode="after")
    def _known_roles(self) -> Self:
        if bool(self.headers) == bool(self.value):
            raise ValueError("give either headers or value")
        named = [r for r in self.value.split(",") if r] + list(self.words.values())
        unknown = sorted(set(named) - set(ROLES))
        if unknown:
            raise ValueError(f"no role {', '.join(unknown)}; roles are {', '.join(ROLES)}")
        return self


class TableMapping(_Strict):
    """How to read one kind of table; the module's docstring shows every key."""

    source: str = Field(min_length=1)
    as_of: date | None = None
    synthetic: bool = False
    duplicates: Duplicates
    encoding: str | None = None
    delimiter: str | None = Field(default=None, min_length=1, max_length=1)
    sheet: str | None = None
    header_row: int = Field(default=1, ge=1)
    code: HeaderMapping
    name: HeaderMapping | None = None
    region: RegionMapping
    roles: RolesMapping
    columns: dict[str, FactMapping]
    empty_words: tuple[str, ...] | None = None


def read_mapping(path: Path, *, columns: Columns) -> tuple[TableMapping | None, list[Problem]]:
    """The mapping in a YAML file, checked against the declared columns; or all that is wrong with it."""
    try:
        text = path.read_text(encoding="utf-8")
        tree = yaml.compose(text, Loader=yaml.SafeLoader)
        mapping = TableMapping.model_validate(yaml.safe_load(text))
    except OSError as error:
        return None, [Problem(str(path), f"cannot be read: {error.strerror}")]
    except (UnicodeDecodeError, yaml.YAMLError) as error:
        return None, [Problem(str(path), f"is not YAML in UTF-8: {' '.join(str(error).split())}")]
    except ValidationError as error:
        return None, [_problem(path, tree, detail["loc"], detail["msg"]) for detail in error.errors()]
    problems = [
        _problem(path, tree, ("columns", name, *rest), message)
        for name, fact in mapping.columns.items()
        for rest, message in _misfits(name, fact, columns)
    ]
    return (None if problems else mapping), problems


def _misfits(name: str, fact: FactMapping, columns: Columns) -> list[tuple[tuple[str, ...], str]]:
    column = columns.get(name)
    if column is None:
        close = get_close_matches(name, columns, n=1)
        return [((), f"no fact {name!r} is declared" + (f"; did you mean {close[0]!r}?" if close else ""))]
    misfits: list[tuple[tuple[str, ...], str]] = []
    units = UNITS.get(column.type, {})
    if fact.unit and fact.unit.lower() not in units:
        known = ", ".join(units) or "no unit"
        misfits.append((("unit",), f"unit {fact.unit!r} does not fit {column.type}, which takes {known}"))
    strange = sorted(set(fact.words.values()) - set(column.values))
    if fact.words and strange:
        misfits.append((("words",), f"{', '.join(strange)}: not a value of {name}"))
    if column.type != "bool" and (fact.true_words or fact.false_words):
        misfits.append(((), f"{name} is {column.type}; true_words and false_words are for yes-or-no facts"))
    return misfits


def _problem(path: Path, tree: Any, place: tuple[int | str, ...], message: str) -> Problem:
    line, dotted = _line_of(tree, place), ".".join(str(p) for p in place)
    message = message.removeprefix("Value error, ")
    return Problem(f"{path}:{line}", f"{dotted}: {message}" if dotted else message)


def _line_of(node: Any, place: tuple[int | str, ...]) -> int:
    """The line of the deepest part of the file that `place` leads to; the first line is 1."""
    line = node.start_mark.line + 1 if node is not None else 1
    for step in place:
        if isinstance(node, yaml.MappingNode):
            pair = next((p for p in node.value if p[0].value == str(step)), None)
            if pair is None:
                return int(line)
            line, node = pair[0].start_mark.line + 1, pair[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
            node = node.value[step]
            line = node.start_mark.line + 1
    return int(line)

"""Print a typed tree as a scalar SQL expression for DuckDB or Spark: exact, three-valued, or refused.

The expression is what `interpret` says, as far as three-valued logic goes: NULL stands for unknown and for an
operation without a result. The day, the parameters and everything else that is known for all parties is put in
beforehand (`interpret`). Between engines the same SQL means different things; what is printed avoids each trap:

- `CASE` takes an unknown condition for false: every branch has a second line for NULL, which gives a value
  only if all branches that can still be reached agree.
- `LEAST`/`GREATEST` pass over NULL: they are asked only when every argument is known.
- Division gives a DOUBLE in one engine and a rounded DECIMAL in the other, and products of DECIMALs lose
  places: a number is a whole number over a whole number, both of 38 digits, and is divided once, at the end.
  What does not fit into 38 digits is an error of the engine (Spark: with ANSI mode on, its default), never
  another number. Division by zero is NULL.
- `ROUND` and casts to whole numbers differ: a half is rounded away from zero with whole numbers alone.
- Date and interval give a timestamp, differences of dates count boundaries or periods: months and years are
  counted with year, month and day. A day outside the years 1 to 9999 is NULL.
- `LIKE` has signs of its own and `''` reads differently: prefixes are tested with a function, texts escaped.
- Chinese names fail unquoted in Spark: every column is quoted.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Final, Literal

from huiqi.measures.expressions import (
    NUMERIC,
    And,
    Arithmetic,
    Call,
    Choice,
    Compare,
    Constant,
    FactRef,
    Member,
    Node,
    Not,
    Or,
    Type,
    Value,
)
from huiqi.measures.interpret import interpret
from huiqi.measures.sql_text import (
    MOST_DIGITS,
    NotInSql,
    Ratio,
    chosen,
    constant,
    decimal_literal,
    decimal_text,
    either,
    joined,
    limited,
    negative,
    places_of,
    product_of,
    scaled,
    times,
    written_ends,
)

Dialect = Literal["duckdb", "spark"]

WHOLE: Final[Mapping[Dialect, str]] = {"duckdb": "HUGEINT", "spark": "DECIMAL(38, 0)"}
INTEGER: Final[Mapping[Dialect, str]] = {"duckdb": "INTEGER", "spark": "INT"}
TEXT: Final[Mapping[Dialect, str]] = {"duckdb": "VARCHAR", "spark": "STRING"}
PLACES: Final[Mapping[Type, int]] = {Type.MONEY: 2, Type.RATIO: 6, Type.DECIMAL: 6}
"""Decimal places of a column, as registers hold it (`registry.schema`)."""
FIRST_MONTH: Final = 12
LAST_MONTH: Final = 119_999
"""Of the years 1 to 9999, counted from the year 0."""
LAST_DAY: Final = date.max.toordinal() - 1  # days after 0001-01-01


@dataclass(frozen=True, slots=True)
class SqlTable:
    """What an expression is printed for.

    `columns` maps fact name → column name; a fact without a column is unknown. None: each fact is a column of
    its own name. `formulas` are those of derived facts: the stated value wins, the formula is used otherwise.
    They are written out where they are used; long ones are better columns of an inner SELECT (`to_sql` of the
    formula), which the rules then read like any other column.
    """

    dialect: Dialect = "duckdb"
    columns: Mapping[str, str] | None = None
    formulas: Mapping[str, Node] = field(default_factory=dict)


def to_sql(node: Node, *, table: SqlTable | None = None, places: int = 6) -> str:
    """An expression as SQL of its type: BOOLEAN, DATE, text, or DECIMAL(38, `places`) rounded half up.

    Raises `NotInSql` where SQL has no exact form for it.

    >>> from huiqi.measures.expressions import ANY
    >>> staff = FactRef("employees", Type.INT, ANY)
    >>> to_sql(Compare("<=", staff, Constant(Fraction(100), Type.NUMBER)))
    '("employees" <= 100)'
    """
    printer, node = Printer(table or SqlTable()), interpret(node, {})
    if node.type in NUMERIC or node.type is Type.NOTHING:
        return printer.decimal(printer.number(node), places)
    return printer.truth(node) if node.type is Type.BOOL else printer.plain(node)


def exact_parts(node: Node, *, table: SqlTable | None = None) -> tuple[str, str]:
    """A number as two SQL expressions, numerator and positive denominator. Raises `NotInSql`."""
    printer = Printer(table or SqlTable())
    ratio = printer.number(interpret(node, {}))
    return printer.whole(ratio), str(ratio.den)


class Printer:
    """One walk over a tree. What it returns can stand beside any operator: it has its own brackets."""

    def __init__(self, table: SqlTable) -> None:
        self.table = table
        self.is_spark = table.dialect == "spark"

    # Statements

    def truth(self, node: Node) -> str:
        match node:
            case Constant(None, _):
                return self.null(Type.BOOL)
            case Constant(value, _):
                return "TRUE" if value else "FALSE"
            case FactRef():
                return self.fact(node, self.truth)
            case Not(operand):
                return f"(NOT {self.truth(operand)})"
            case And(operands):
                return joined(" AND ", [self.truth(o) for o in operands])
            case Or(operands):
                return joined(" OR ", [self.truth(o) for o in operands])
            case Compare():
                return self.compared(node)
            case Member(operand, choices) if operand.type in NUMERIC | {Type.BOOL, Type.DATE}:
                return joined(" OR ", [self.compared(Compare("=", operand, choice)) for choice in choices])
            case Member(operand, choices):
                return f"({self.plain(operand)} IN ({', '.join(self.plain(choice) for choice in choices)}))"
            case Choice():
                return self.chosen(node, self.truth)
            case Call("within", (operand, *branches)):
                return self.within(
                    self.plain(operand), [str(b.value) for b in branches if isinstance(b, Constant)]
                )
        raise NotInSql(f"{type(node).__name__} is not a statement")

    def compared(self, node: Compare) -> str:
        op, left, right = node.op, node.left, node.right
        if left.type is Type.BOOL:
            return f"({self.truth(left)} {op} {self.truth(right)})"
        if left.type not in NUMERIC:
            return f"({self.plain(left)} {op} {self.plain(right)})"
        if isinstance(left, FactRef) and isinstance(right, Constant):
            column, figure = self.column(left), decimal_literal(right)
            if column and figure and left.name not in self.table.formulas:
                return f"({column} {op} {figure})"
        a, b = self.number(left), self.number(right)
        if isinstance(a.den, int) and isinstance(b.den, int):
            common = math.lcm(a.den, b.den)
            return f"({self.whole(scaled(a, common))} {op} {self.whole(scaled(b, common))})"
        return f"({times(self.whole(a), b.den)} {op} {times(self.whole(b), a.den)})"

    def within(self, text: str, branches: Sequence[str]) -> str:
        function = "STARTSWITH" if self.is_spark else "STARTS_WITH"
        return joined(" OR ", [f"{function}({text}, {self.text(branch)})" for branch in branches])

    # Facts, texts and days

    def column(self, fact: FactRef) -> str | None:
        name = fact.name if self.table.columns is None else self.table.columns.get(fact.name)
        return None if name is None else self.quoted(name)

    def fact(self, fact: FactRef, read: Callable[[Node], str]) -> str:
        column, formula = self.column(fact), self.table.formulas.get(fact.name)
        if formula is None:
            return column or self.null(fact.type)
        derived = read(interpret(formula, {}))
        return derived if column is None else limited(f"COALESCE({column}, {derived})")

    def plain(self, node: Node) -> str:
        """A text, an enum or a day."""
        match node:
            case Constant(None, kind):
                return "NULL" if kind is Type.NOTHING else self.null(kind)
            case Constant(date() as day, _):
                return f"DATE '{day.isoformat()}'"
            case Constant(str() as text, _):
                return self.text(text)
            case FactRef():
                return self.fact(node, self.plain)
            case Choice():
                return self.chosen(node, self.plain)
            case Call("least" | "greatest" as name, arguments):
                return self.extreme(name, [self.plain(a) for a in arguments])
            case Call("last_day", (day,)):
                return f"LAST_DAY({self.plain(day)})"
            case Call("add_months", (day, months)):
                return self.month_added(self.plain(day), self.count(months))
            case Call("add_days", (day, days)):
                return self.days_added(self.plain(day), self.count(days))
            case Call(name, _):
                raise NotInSql(f"{name}() has no form in SQL")
        raise NotInSql(f"{type(node).__name__} of type {node.type} has no form in SQL")

    def month_added(self, day: str, months: str) -> str:
        target = f"YEAR({day}) * 12 + MONTH({day}) - 1 + {months}"
        count = f"TRY_CAST({months} AS {INTEGER[self.table.dialect]})"
        moved = (
            f"ADD_MONTHS({day}, {count})" if self.is_spark else f"CAST({day} + TO_MONTHS({count}) AS DATE)"
        )
        return limited(f"(CASE WHEN {target} BETWEEN {FIRST_MONTH} AND {LAST_MONTH} THEN {moved} END)")

    def days_added(self, day: str, days: str) -> str:
        target = f"{self.days_apart(f'DATE {date.min.isoformat()!r}', day)} + {days}"
        count = f"TRY_CAST({days} AS {INTEGER[self.table.dialect]})"
        moved = f"DATE_ADD({day}, {count})" if self.is_spark else f"{day} + {count}"
        return limited(f"(CASE WHEN {target} BETWEEN 0 AND {LAST_DAY} THEN {moved} END)")

    def days_apart(self, start: str, end: str) -> str:
        return f"DATEDIFF({end}, {start})" if self.is_spark else f"DATE_DIFF('DAY', {start}, {end})"

    def full_months(self, start: str, end: str) -> str:
        """Completed months: on the same day of the month, or on the last day of a month too short for it."""

        def forward(first: str, last: str) -> str:
            months = f"(YEAR({last}) - YEAR({first})) * 12 + MONTH({last}) - MONTH({first})"
            complete = f"DAY({first}) <= DAY({last}) OR {last} = LAST_DAY({last})"
            return f"({months} - CASE WHEN {complete} THEN 0 ELSE 1 END)"

        return limited(
            f"(CASE WHEN {end} >= {start} THEN {forward(start, end)} ELSE -{forward(end, start)} END)"
        )

    # Numbers

    def number(self, node: Node) -> Ratio:
        match node:
            case Constant(Fraction() as value, _):
                return constant(value)
            case Constant(None, _):
                return self.unknown_number()
            case FactRef():
                return self.number_fact(node)
            case Arithmetic("/", left, right):
                return self.quotient(self.number(left), self.number(right))
            case Arithmetic("*", left, right):
                return self.product(self.number(left), self.number(right))
            case Arithmetic(op, left, right):
                a, b = self.aligned([self.number(left), self.number(right)])
                if a.value is not None and b.value is not None:
                    return constant(a.value + b.value if op == "+" else a.value - b.value)
                return Ratio(limited(f"({self.whole(a)} {op} {self.whole(b)})"), a.den)
            case Choice():
                return self.chosen_number(node)
            case Call(name, arguments):
                return self.call(name, arguments)
        raise NotInSql(f"{type(node).__name__} is not a number")

    def call(self, name: str, arguments: tuple[Node, ...]) -> Ratio:
        match name:
            case "least" | "greatest":
                parts = self.aligned([self.number(a) for a in arguments])
                return Ratio(self.extreme(name, [self.whole(part) for part in parts]), parts[0].den)
            case "abs":
                ratio = self.number(arguments[0])
                return Ratio(f"ABS({self.whole(ratio)})", ratio.den)
            case "floor":
                return self.floor(self.number(arguments[0]))
            case "ceil":
                return negative(self.floor(negative(self.number(arguments[0]))))
            case "round":
                return self.rounded(self.number(arguments[0]), places_of(arguments[1:]))
            case "year":
                return self.counted(f"YEAR({self.plain(arguments[0])})")
            case "days_between":
                return self.counted(self.days_apart(*(self.plain(a) for a in arguments)))
            case "full_months_between":
                return self.counted(self.full_months(*(self.plain(a) for a in arguments)))
            case "full_years_between":
                months = self.counted(self.full_months(*(self.plain(a) for a in arguments)))
                return Ratio(self.truncated(months.num, 12))
        raise NotInSql(f"{name}() has no form in SQL")

    def number_fact(self, fact: FactRef) -> Ratio:
        column, formula = self.column(fact), self.table.formulas.get(fact.name)
        factor = 10 ** PLACES.get(fact.type, 0)
        stated = None
        if column is not None:
            stated = Ratio(self.cast(column if factor == 1 else f"{column} * {factor}"), factor)
        if formula is None:
            return stated or self.unknown_number()
        derived = self.number(interpret(formula, {}))
        if stated is None:
            return derived
        a, b = self.alternatives([stated, derived])
        return Ratio(limited(f"COALESCE({self.whole(a)}, {self.whole(b)})"), a.den)

    def product(self, a: Ratio, b: Ratio) -> Ratio:
        if a.value is not None and b.value is not None:
            return constant(a.value * b.value)
        return Ratio(limited(f"({times(self.whole(a), b.num)})"), product_of(a.den, b.den))

    def quotient(self, a: Ratio, b: Ratio) -> Ratio:
        """By a written figure: times its inverse. By anything else: the sign goes up, zero becomes NULL."""
        if b.value is not None:
            return self.product(a, constant(1 / b.value)) if b.value else self.unknown_number()
        num = times(self.whole(a), b.den)
        divisor = self.whole(b)
        signed = limited(f"(CASE WHEN {divisor} < 0 THEN -({num}) ELSE {num} END)")
        return Ratio(signed, product_of(a.den, f"NULLIF(ABS({divisor}), 0)"))

    def alternatives(self, parts: Sequence[Ratio]) -> list[Ratio]:
        """Numbers one of which will be chosen, over one denominator that is the same for all of them."""
        dens = [part.den for part in parts if isinstance(part.den, int)]
        if len(dens) < len(parts):
            raise NotInSql("a choice among numbers one of which was divided by a fact")
        common = math.lcm(*dens)
        return [scaled(part, common) for part in parts]

    def aligned(self, parts: Sequence[Ratio]) -> list[Ratio]:
        """Numbers all of which are needed, over one denominator."""
        if all(isinstance(part.den, int) for part in parts) or len(parts) != 2:
            return self.alternatives(parts)
        a, b = parts
        den = product_of(a.den, b.den)
        return [Ratio(times(self.whole(x), y.den), den) for x, y in ((a, b), (b, a))]

    def floor(self, ratio: Ratio) -> Ratio:
        if ratio.den == 1:
            return ratio
        num, den = self.whole(ratio), ratio.den
        below = f"(({num} % {den}) + {den}) % {den}"
        return Ratio(self.truncated(f"({num} - {below})", den))

    def rounded(self, ratio: Ratio, places: int) -> Ratio:
        """Half away from zero, with whole numbers alone."""
        if places >= 0 and isinstance(ratio.den, int) and 10**places % ratio.den == 0:
            return ratio
        num = times(self.whole(ratio), 10 ** max(places, 0))
        den = product_of(ratio.den, 10 ** max(-places, 0))
        up = self.truncated(f"(2 * ({num}) + {den})", product_of(2, den))
        down = self.truncated(f"({den} - 2 * ({num}))", product_of(2, den))
        whole = limited(f"(CASE WHEN {num} < 0 THEN -{down} ELSE {up} END)")
        return Ratio(whole if places >= 0 else f"({whole} * {10**-places})", 10 ** max(places, 0))

    def decimal(self, ratio: Ratio, places: int) -> str:
        """A number as DECIMAL(38, places)."""
        whole = self.rounded(ratio, places)
        num = self.whole(scaled(whole, 10**places))
        exact = num if self.is_spark else f"CAST({num} AS DECIMAL({MOST_DIGITS}, 0))"
        if places == 0:
            return exact
        return f"({exact} * CAST({decimal_text(1, places)} AS DECIMAL({places}, {places})))"

    def count(self, node: Node) -> str:
        """Months and days are counted whole; a part of one is dropped."""
        ratio = self.number(node)
        return self.whole(ratio) if ratio.den == 1 else self.truncated(self.whole(ratio), ratio.den)

    def truncated(self, num: str, den: int | str) -> str:
        return limited(self.cast(f"{num} DIV {den}") if self.is_spark else f"({num} // {den})")

    def counted(self, text: str) -> Ratio:
        return Ratio(self.cast(text))

    def unknown_number(self) -> Ratio:
        return Ratio(self.cast("NULL"))

    def whole(self, ratio: Ratio) -> str:
        """The numerator, as a number of 38 digits."""
        return ratio.num if ratio.value is None else self.cast(ratio.num)

    # Choices among values

    def chosen(self, node: Choice, read: Callable[[Node], str]) -> str:
        ends = written_ends(node)
        if ends is not None:
            return self.written_choice(node, {end: read(end) for end in ends}) or self.null(node.type)
        pairs = [(self.truth(when), read(value)) for when, value in node.branches]
        return chosen(pairs, read(node.otherwise))

    def chosen_number(self, node: Choice) -> Ratio:
        ends = written_ends(node)
        values: Sequence[Node] = ends or [*(value for _, value in node.branches), node.otherwise]
        parts = self.alternatives([self.number(value) for value in values])
        texts = [self.whole(part) for part in parts]
        if ends is not None:
            found = self.written_choice(node, dict(zip(ends, texts, strict=True)))
            return Ratio(found or self.null(node.type), parts[0].den)
        whens = [self.truth(when) for when, _ in node.branches]
        return Ratio(chosen(list(zip(whens, texts, strict=False)), texts[-1]), parts[0].den)

    def written_choice(self, node: Choice, texts: Mapping[Constant, str]) -> str | None:
        """A choice among written values: each where it is surely the one. None where there are none."""
        lines = [
            f"WHEN {self.surely(node, end.value)} THEN {text}"
            for end, text in texts.items()
            if end.value is not None
        ]
        return limited(f"(CASE {' '.join(lines)} END)") if lines else None

    def surely(self, node: Node, value: Value | None) -> str:
        """TRUE where a choice comes to a value, whatever of its conditions is unknown; else FALSE or NULL."""
        if not isinstance(node, Choice):
            return "TRUE" if isinstance(node, Constant) and node.value == value else "FALSE"
        result = self.surely(node.otherwise, value)
        for when, given in reversed(node.branches):
            result = either(self.truth(when), self.surely(given, value), result)
        return result

    def extreme(self, name: str, values: Sequence[str]) -> str:
        if len(values) == 1:
            return values[0]
        known = " AND ".join(f"{value} IS NOT NULL" for value in values)
        return limited(f"(CASE WHEN {known} THEN {name.upper()}({', '.join(values)}) END)")

    # Signs

    def cast(self, text: str) -> str:
        return f"CAST({text} AS {WHOLE[self.table.dialect]})"

    def null(self, kind: Type) -> str:
        if kind in NUMERIC or kind is Type.NOTHING:
            return self.cast("NULL")
        names = {Type.BOOL: "BOOLEAN", Type.DATE: "DATE"}
        return f"CAST(NULL AS {names.get(kind, TEXT[self.table.dialect])})"

    def quoted(self, name: str) -> str:
        if "\0" in name:
            raise NotInSql("a column name with a control sign")
        mark = "`" if self.is_spark else '"'
        return mark + name.replace(mark, mark + mark) + mark

    def text(self, text: str) -> str:
        if "\0" in text:
            raise NotInSql("a text with a control sign")
        if self.is_spark:
            return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
        return "'" + text.replace("'", "''") + "'"

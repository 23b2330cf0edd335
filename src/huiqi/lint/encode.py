"""From the tree of a rule to the solver's terms, exactly: every fact known, formulas and parameters put in.

Numbers are exact reals, money a whole number of fen, counts whole; days are whole numbers, the values of
enums and the classes of texts too. A part without a value (`null`, division by zero, a day off the calendar)
is carried along as `defined`, as the interpreter does.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any, Final

from huiqi.lint import calendar_terms
from huiqi.lint.solver import (
    NotDecided,
    Truth,
    Whole,
    as_real,
    both,
    chosen,
    either,
    floor_of,
    is_written,
    number_of,
    opposite,
    real,
    same,
    scaled,
    truth,
    whole,
    whole_of,
)
from huiqi.lint.texts import Texts, texts_of
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
    walk,
)
from huiqi.measures.functions import FUNCTIONS
from huiqi.measures.interpret import COMPARE
from huiqi.measures.types import AS_OF, Rulebook

STEPS: Final[Mapping[Type, int]] = {Type.INT: 1, Type.MONEY: 100}
"""The smallest step of a fact as a share of one; a ratio or decimal may be any fraction."""


NO_TEXTS: Final = texts_of(())


@dataclass(frozen=True, slots=True)
class Term:
    """A value for the solver, and the statement that there is one."""

    value: Any
    defined: Truth = True


@dataclass(slots=True)
class World:
    """The facts of one party on one day as the solver's unknowns, shared by all rules asked together.

    Facts of two documents are the same unknown where their kinds agree; otherwise each has its own.
    """

    day: date  # of the parameters
    days: tuple[date, date]  # among which the day of the evaluation lies
    texts: Mapping[str, Texts]  # by fact
    units: Mapping[str, str] = field(default_factory=dict)  # by fact, where it has one
    unknowns: dict[str, tuple[FactRef, Any]] = field(default_factory=dict)
    limits: dict[str, list[Truth]] = field(default_factory=dict)  # what the declared ranges say of each
    meanings: list[Truth] = field(default_factory=list)  # of the parts of days
    enum_values: dict[str, int] = field(default_factory=dict)
    splits: dict[object, tuple[Whole, calendar_terms.Split]] = field(default_factory=dict)

    def unknown(self, fact: FactRef) -> Any:
        name = fact.name
        if name not in self.unknowns:
            self.unknowns[name] = (fact, self.new_unknown(fact))
        known, term = self.unknowns[name]
        if known != fact:
            raise NotDecided(f"{name} means different things in the documents compared")
        return term

    def new_unknown(self, fact: FactRef) -> Any:
        if fact.type is Type.BOOL:
            return truth(fact.name)
        term = real(fact.name) if fact.type in NUMERIC and fact.type not in STEPS else whole(fact.name)
        self.limits[fact.name] = self.range_limits(fact, term)
        return scaled(term, STEPS[fact.type]) if fact.type in STEPS else term

    def range_limits(self, fact: FactRef, term: Any) -> list[Truth]:
        low, high = fact.domain.low, fact.domain.high
        if fact.type is Type.ENUM:
            return [either(*(term == self.value_of(value) for value in fact.domain.values))]
        if fact.type is Type.TEXT:
            return [term >= 0, term < len(self.texts_for(fact.name).samples)]
        if fact.type is Type.DATE:
            first, last = self.days if fact.name == AS_OF else (low, high)
            start = first.toordinal() if isinstance(first, date) else calendar_terms.FIRST
            end = last.toordinal() if isinstance(last, date) else calendar_terms.LAST
            return [term >= start, term <= end]
        steps = STEPS.get(fact.type, 1)
        bounds = [term >= as_real(low * steps)] if isinstance(low, Fraction) else []
        return bounds + ([term <= as_real(high * steps)] if isinstance(high, Fraction) else [])

    def texts_for(self, fact: str) -> Texts:
        return self.texts.get(fact, NO_TEXTS)

    def value_of(self, text: str) -> int:
        return self.enum_values.setdefault(text, len(self.enum_values))

    def split(self, day: Whole) -> calendar_terms.Split:
        """Year, month and day of the month of a day, the same unknowns for the same term."""
        key = day if isinstance(day, int) else day.get_id()
        if key not in self.splits:
            found = calendar_terms.split(day, f"day {len(self.splits)}")
            self.splits[key] = (day, found)
            self.meanings += found.meaning
        return self.splits[key][1]

    def twin(self, fact: FactRef, name: str) -> Any:
        """A second unknown for a fact, in the same range: the fact of another party."""
        return self.unknown(FactRef(name, fact.type, fact.domain))

    def all_limits(self) -> list[Truth]:
        """What must hold of every party, as far as it has been asked about."""
        return [statement for found in self.limits.values() for statement in found] + self.meanings


@dataclass(slots=True)
class Encoder:
    """The rules of one document over a world. `moved` puts other terms in the place of some facts."""

    world: World
    rulebook: Rulebook
    moved: Mapping[str, Any] = field(default_factory=dict)
    done: dict[str, Term] = field(default_factory=dict)

    def truth(self, node: Node) -> Truth:
        """Does a statement hold (and have a value)?"""
        term = self.term(node)
        return both(term.defined, term.value)

    def all_of(self, nodes: Iterable[Node]) -> Truth:
        return both(*(self.truth(node) for node in nodes))

    def term(self, node: Node) -> Term:
        match node:
            case Constant(value, kind):
                return self.constant(value, kind)
            case FactRef():
                return self.fact(node)
            case Not(operand):
                inner = self.term(operand)
                return Term(opposite(inner.value), inner.defined)
            case And(operands):
                return self.joined([self.term(o) for o in operands], decisive=False)
            case Or(operands):
                return self.joined([self.term(o) for o in operands], decisive=True)
            case Compare(op, left, right):
                return self.comparison(op, left, right)
            case Member(operand, choices):
                return self.membership(operand, choices)
            case Arithmetic(op, left, right):
                return self.arithmetic(op, self.term(left), self.term(right))
            case Choice():
                return self.choice(node)
            case Call(name, arguments):
                return self.call(name, arguments)

    def constant(self, value: Any, kind: Type) -> Term:
        if value is None:
            empty: Any = Fraction(0) if kind in NUMERIC or kind is Type.NOTHING else False
            return Term(0 if kind in (Type.DATE, Type.TEXT, Type.ENUM) else empty, False)
        if isinstance(value, date):
            return Term(value.toordinal())
        return Term(self.world.value_of(value) if isinstance(value, str) else value)

    def fact(self, fact: FactRef) -> Term:
        if fact.name not in self.done:
            self.done[fact.name] = self.new_fact(fact)
        return self.done[fact.name]

    def new_fact(self, fact: FactRef) -> Term:
        if fact.name in self.moved:
            return Term(self.moved[fact.name])
        parameter = self.rulebook.parameters.get(fact.name)
        if parameter is not None:
            return self.constant(parameter.on(self.world.day), parameter.type)
        kind = self.rulebook.kinds.get(fact.name)
        if kind is not None and kind.formula is not None:
            return self.term(kind.formula)
        return Term(self.world.unknown(fact))

    def joined(self, terms: list[Term], *, decisive: bool) -> Term:
        """`and` (a false part decides) or `or` (a true part does); undecided parts leave it without value."""
        if decisive:
            value = either(*(both(t.defined, t.value) for t in terms))
            settled = value
        else:
            value = both(*(t.value for t in terms))
            settled = either(*(both(t.defined, opposite(t.value)) for t in terms))
        defined = both(*(t.defined for t in terms))
        return Term(value, defined if defined is True else either(defined, settled))

    # --- comparisons ---

    def comparison(self, op: str, left: Node, right: Node) -> Term:
        for fact, other in ((left, right), (right, left)):
            if isinstance(fact, FactRef) and self.is_text(fact):
                return self.text_comparison(op, fact, other)
        first, second = self.term(left), self.term(right)
        defined = both(first.defined, second.defined)
        if left.type is Type.BOOL:
            equal = same(first.value, second.value)
            return Term(equal if op == "=" else opposite(equal), defined)
        return Term(compared(op, first.value, second.value), defined)

    def is_text(self, node: Node) -> bool:
        """Is it a fact that may be any text?"""
        if not isinstance(node, FactRef) or node.type is not Type.TEXT:
            return False
        kind = self.rulebook.kinds.get(node.name)
        if kind is not None and kind.formula is not None:
            raise NotDecided(f"{node.name} is a text that is worked out")
        return True

    def text_comparison(self, op: str, fact: FactRef, other: Node) -> Term:
        if not isinstance(other, Constant) or not isinstance(other.value, str):
            raise NotDecided(f"{fact.name} is held against another text")
        equal = self.world.texts_for(fact.name).is_(self.term(fact).value, other.value)
        return Term(equal if op == "=" else opposite(equal))

    def membership(self, operand: Node, choices: tuple[Constant, ...]) -> Term:
        if isinstance(operand, FactRef) and self.is_text(operand):
            place, texts = self.term(operand).value, self.world.texts_for(operand.name)
            return Term(either(*(texts.is_(place, str(c.value)) for c in choices)))
        found = self.term(operand)
        options = [self.term(choice).value for choice in choices]
        return Term(either(*(compared("=", found.value, option) for option in options)), found.defined)

    # --- numbers and choices ---

    def arithmetic(self, op: str, left: Term, right: Term) -> Term:
        defined = both(left.defined, right.defined)
        first, second = left.value, right.value
        if op == "/":
            if isinstance(second, Fraction):
                return Term(Fraction(0), False) if second == 0 else Term(times(first, 1 / second), defined)
            return Term(as_real(first) / second, both(defined, second != 0))
        if op == "*":
            return Term(times(first, second), defined)
        if is_written(first) and is_written(second):
            return Term(first + second if op == "+" else first - second, defined)
        first, second = as_real(first), as_real(second)
        return Term(first + second if op == "+" else first - second, defined)

    def choice(self, node: Choice) -> Term:
        found = self.term(node.otherwise)
        if node.otherwise.type is Type.NOTHING:
            found = self.constant(None, node.type)
        for condition, value in reversed(node.branches):
            when, then = self.term(condition), self.term(value)
            if value.type is Type.NOTHING:
                then = self.constant(None, node.type)
            alike = (
                same(then.value, found.value)
                if node.type is Type.BOOL
                else compared("=", then.value, found.value)
            )
            settled = both(found.defined, then.defined, alike)  # where the statement has no value itself
            found = Term(
                chosen(both(when.defined, when.value), then.value, found.value),
                chosen(when.defined, chosen(when.value, then.defined, found.defined), settled),
            )
        return found

    # --- functions ---

    def call(self, name: str, arguments: tuple[Node, ...]) -> Term:
        if name == "within":
            return self.branch_of(arguments)
        terms = [self.term(argument) for argument in arguments]
        if all(is_written(term.value) for term in terms) and name != "add_working_days":
            return self.worked_out(name, arguments, terms)
        handler = HANDLERS.get(name)
        if handler is None:
            raise NotDecided(f"the solver does not know {name}()")
        defined = both(*(term.defined for term in terms))
        found: Term = handler(self, *(term.value for term in terms))
        return Term(found.value, both(defined, found.defined))

    def branch_of(self, arguments: tuple[Node, ...]) -> Term:
        operand, *branches = arguments
        starts = [str(branch.value) for branch in branches if isinstance(branch, Constant)]
        if not isinstance(operand, FactRef) or not self.is_text(operand):
            raise NotDecided("within() stands on a text that is worked out")
        return Term(self.world.texts_for(operand.name).begins(self.term(operand).value, starts))

    def worked_out(self, name: str, arguments: tuple[Node, ...], terms: list[Term]) -> Term:
        values = [
            date.fromordinal(t.value) if a.type is Type.DATE and t.defined else t.value
            for a, t in zip(arguments, terms, strict=True)
        ]
        if not all(t.defined is True for t in terms):
            return Term(terms[0].value, False)
        try:
            found = FUNCTIONS[name].run(*values)
        except (OverflowError, ValueError):
            return Term(terms[0].value, False)
        return Term(found.toordinal() if isinstance(found, date) else found)

    def split(self, day: Whole) -> calendar_terms.Split:
        return self.world.split(day)

    def extreme(self, *values: Any, least: bool) -> Term:
        found = values[0]
        for value in values[1:]:
            found = chosen(compared("<=" if least else ">=", found, value), found, value)
        return Term(found)

    def moved_by(self, day: Whole, by: Any, *, months: bool) -> Term:
        count = whole_of(by)
        found = calendar_terms.moved(self.split(day), count) if months else day + count
        last = date.max.toordinal()
        return Term(found, both(compared(">=", found, 1), compared("<=", found, last)))

    def last_day(self, day: Whole) -> Term:
        parts = self.split(day)
        length = calendar_terms.length_of(parts.year, parts.month)
        return Term(calendar_terms.number_of_day(parts.year, parts.month, length))

    def months_between(self, start: Whole, end: Whole, *, years: bool) -> Term:
        first, second = self.split(start), self.split(end)
        forward = calendar_terms.full_months(first, second)
        backward = calendar_terms.full_months(second, first)
        if years:
            forward, backward = calendar_terms.div(forward, 12), calendar_terms.div(backward, 12)
        return Term(number_of(chosen(compared("<=", start, end), forward, 0 - backward)))

    def rounded(self, number: Any, places: Any = Fraction(0)) -> Term:
        if not isinstance(places, Fraction):
            raise NotDecided("round() to a number of places that is no figure")
        steps = Fraction(10) ** int(places)
        size = chosen(compared(">=", number, Fraction(0)), number, times(number, Fraction(-1)))
        whole_steps = floor_of(as_real(times(size, steps)) + as_real(Fraction(1, 2)))
        result = times(whole_steps, 1 / steps)
        return Term(chosen(compared(">=", number, Fraction(0)), result, times(result, Fraction(-1))))


HANDLERS: Final[Mapping[str, Callable[..., Term]]] = {
    "least": lambda e, *v: e.extreme(*v, least=True),
    "greatest": lambda e, *v: e.extreme(*v, least=False),
    "abs": lambda e, n: Term(chosen(n >= 0, n, -n)),
    "floor": lambda e, n: Term(floor_of(n)),
    "ceil": lambda e, n: Term(-floor_of(-n)),
    "round": lambda e, *v: e.rounded(*v),
    "add_days": lambda e, day, by: e.moved_by(day, by, months=False),
    "add_months": lambda e, day, by: e.moved_by(day, by, months=True),
    "days_between": lambda e, start, end: Term(number_of(end - start)),
    "year": lambda e, day: Term(number_of(e.split(day).year)),
    "last_day": lambda e, day: e.last_day(day),
    "full_months_between": lambda e, a, b: e.months_between(a, b, years=False),
    "full_years_between": lambda e, a, b: e.months_between(a, b, years=True),
}


def times(left: Any, right: Any) -> Any:
    if is_written(left) and is_written(right):
        return left * right
    if (is_written(left) and left == 0) or (is_written(right) and right == 0):
        return Fraction(0)
    return as_real(left) * as_real(right)


def compared(op: str, left: Any, right: Any) -> Truth:
    if is_written(left) and is_written(right):
        return COMPARE[op](left, right)
    left, right = as_real(left), as_real(right)
    match op:
        case "=":
            return left == right
        case "<>":
            return left != right
        case "<":
            return left < right
        case "<=":
            return left <= right
        case ">":
            return left > right
        case _:
            return left >= right


def written_texts(rulebooks: Iterable[Rulebook], nodes: Iterable[Node]) -> dict[str, Texts]:
    """For each fact that may be any text, the classes that the rules tell apart."""
    formulas = (k.formula for book in rulebooks for k in book.kinds.values() if k.formula is not None)
    found: dict[str, dict[str, None]] = {}
    for node in (part for root in (*formulas, *nodes) for part in walk(root)):
        match node:
            case Call("within", (FactRef(name, _, _), *choices)):
                pass
            case Member(FactRef(name, Type.TEXT, _), options):
                choices = list(options)
            case Compare(_, FactRef(name, Type.TEXT, _), other) | Compare(
                _, other, FactRef(name, Type.TEXT, _)
            ):
                choices = [other]
            case _:
                continue
        texts = (c.value for c in choices if isinstance(c, Constant) and isinstance(c.value, str))
        found.setdefault(name, {}).update(dict.fromkeys(texts))
    return {name: texts_of(texts) for name, texts in found.items()}

"""The one place that speaks to z3: exact questions, a fixed allowance of work, the same answer every time.

An allowance is counted in z3's own resource units and not in seconds, so that a slow machine decides what a
fast one does. The clock of the caller (`Budget.spent`) only ends the whole run.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

try:
    import z3
except ImportError:  # the extra `lab` is not installed
    z3 = None

Truth = Any  # bool or z3.BoolRef
Number = Any  # Fraction or z3.ArithRef of sort Real
Whole = Any  # int or z3.ArithRef of sort Int: days, enum values, classes of texts

UNITS: Final = 400_000
"""Resource units for one question; most need less than a tenth."""


class NotDecided(Exception):
    """The solver gave up, or the rule has a part it cannot be asked about; the message says which."""


class OutOfTime(Exception):
    """The time of the whole run is used up."""


PATIENCE: Final = 10
"""So many times that for a question that was not decided at first."""


@dataclass(slots=True)
class Budget:
    """What a run may use. `spent` tells whether the caller's time is over."""

    spent: Callable[[], bool] = lambda: False
    units: int = UNITS
    questions: int = 0


def is_installed() -> bool:
    return z3 is not None


class Question:
    """Statements that hold together; `holds` asks whether they can, with more of them for this once."""

    def __init__(self, budget: Budget, statements: Iterable[Truth] = ()) -> None:
        self.budget = budget
        self.solver = z3.Solver()
        self.solver.set("random_seed", 7)
        self.is_impossible = False
        self.add(*statements)

    def add(self, *statements: Truth) -> None:
        for statement in statements:
            if statement is False:
                self.is_impossible = True
            elif statement is not True:
                self.solver.add(statement)

    def holds(self, *more: Truth) -> Any | None:
        """A model of all statements and `more`, or None where there is none.

        Raises `NotDecided` where the solver gives up, `OutOfTime` where the run is over.
        """
        if self.budget.spent():
            raise OutOfTime
        if self.is_impossible or any(statement is False for statement in more):
            return None
        self.budget.questions += 1
        self.solver.push()
        try:
            self.solver.add(*(statement for statement in more if statement is not True))
            answer = self.check()
            if answer == z3.unknown:
                raise NotDecided("the solver gave up")
            return self.solver.model() if answer == z3.sat else None
        finally:
            self.solver.pop()

    def check(self) -> Any:
        """The solver's answer; one that gave up is asked once more with a larger allowance."""
        for more in (1, PATIENCE):
            self.solver.set("rlimit", self.budget.units * more)
            answer = self.solver.check()
            if answer != z3.unknown:
                break
        return answer


def real(name: str) -> Number:
    return z3.Real(name)


def whole(name: str) -> Whole:
    return z3.Int(name)


def truth(name: str) -> Truth:
    return z3.Bool(name)


def scaled(variable: Whole, steps: int) -> Number:
    """A whole number of steps as a number: fen as yuan with 100."""
    number = z3.ToReal(variable)
    return number if steps == 1 else number * z3.Q(1, steps)


def as_real(number: Number) -> Any:
    return z3.Q(number.numerator, number.denominator) if isinstance(number, Fraction) else number


def is_written(term: Any) -> bool:
    return isinstance(term, bool | int | Fraction)


def both(*statements: Truth) -> Truth:
    kept = [s for s in statements if s is not True]
    if any(s is False for s in kept):
        return False
    return True if not kept else kept[0] if len(kept) == 1 else z3.And(*kept)


def either(*statements: Truth) -> Truth:
    kept = [s for s in statements if s is not False]
    if any(s is True for s in kept):
        return True
    return False if not kept else kept[0] if len(kept) == 1 else z3.Or(*kept)


def opposite(statement: Truth) -> Truth:
    return not statement if isinstance(statement, bool) else z3.Not(statement)


def chosen(condition: Truth, then: Any, otherwise: Any) -> Any:
    """`then` or `otherwise`, both numbers, both whole or both truths."""
    if isinstance(condition, bool):
        return then if condition else otherwise
    if is_written(then) and is_written(otherwise) and then == otherwise:
        return then
    if isinstance(then, bool) or isinstance(otherwise, bool):
        return either(both(condition, then), both(opposite(condition), otherwise))
    return z3.If(condition, as_term(then), as_term(otherwise))


def as_term(value: Any) -> Any:
    if isinstance(value, Fraction):
        return as_real(value)
    return z3.IntVal(value) if isinstance(value, int) and not isinstance(value, bool) else value


def same(left: Truth, right: Truth) -> Truth:
    """Are two truths alike?"""
    if isinstance(left, bool):
        return right if left else opposite(right)
    if isinstance(right, bool):
        return left if right else opposite(left)
    return left == right


def floor_of(number: Number) -> Number:
    if isinstance(number, Fraction):
        return Fraction(number.__floor__())
    return z3.ToReal(z3.ToInt(number))


def whole_of(number: Number) -> Whole:
    """The number with its part dropped, as a whole number (towards zero)."""
    if isinstance(number, Fraction):
        return number.__trunc__()
    return z3.If(number >= 0, z3.ToInt(number), -z3.ToInt(-number))


def number_of(value: Whole) -> Number:
    return Fraction(value) if isinstance(value, int) else z3.ToReal(value)


def value_in(model: Any, term: Any) -> bool | int | Fraction:
    """What a term comes to in a model."""
    if is_written(term):
        written: bool | int | Fraction = term
        return written
    found = model.eval(term, model_completion=True)
    if z3.is_bool(found):
        return bool(z3.is_true(found))
    if z3.is_int_value(found):
        return int(found.as_long())
    if z3.is_rational_value(found):
        return Fraction(found.numerator_as_long(), found.denominator_as_long())
    raise NotDecided("the solver's figure is no fraction")

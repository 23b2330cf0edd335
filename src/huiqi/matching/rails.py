"""Formulas run over a block: one list of bitwise operations for all measures of a plan.

A register of the program is a row of 64-bit words with two rails side by side: for whom a formula surely
holds, then for whom it may hold. `and` and `or` act alike on both, so one operation does both. Literals come
first, then what several measures share, then room that is used again and again.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from huiqi.matching.formulas import FAILS, HOLDS, AllOf, AnyOf, Formula, Literal, Tried
from huiqi.measures.expressions import FactRef, Type, Value

Words = npt.NDArray[np.uint64]
Operation = Callable[[Words, Words, Words], Any]
Step = tuple[Operation, int, int, int]  # out = operation(first, second)
Scope = tuple[tuple[str, ...], str]  # roles, region
Said = tuple[FactRef, tuple[Value, ...] | None, bool]
"""Is a fact unknown (None), or one of some values still possible for it? Or the opposite."""
What = Literal | Scope | Said
BITS: Final = 64
AND, OR = np.bitwise_and, np.bitwise_or
SURELY, MAYBE = 0, 1


@dataclass(frozen=True, slots=True)
class Input:
    """A register filled from the block before the program runs."""

    register: int
    what: What


@dataclass(frozen=True, slots=True)
class Program:
    """Operations for all measures: `shared` once per block, then those of each measure, which leave it in `out`."""

    registers: int  # of two rails
    rails: tuple[
        tuple[int, int, int], ...
    ]  # (name, register, rail): one rail alone, as a register of its own
    inputs: tuple[Input, ...]
    shared: tuple[tuple[int, tuple[Step, ...]], ...]  # a register and how it is filled
    measures: tuple[tuple[Step, ...], ...]  # each writes its answer to OUT
    none: int
    every: int

    @property
    def steps(self) -> int:
        """How many operations there are."""
        return sum(map(len, self.measures)) + sum(len(steps) for _, steps in self.shared)

    def read_by(self, steps: Iterable[Step]) -> set[int]:
        """The registers that operations take something from."""
        names = {name for _, first, second, _ in steps for name in (first, second)}
        return {name if name >= 0 else self.rails[-1 - name][1] for name in names}


OUT: Final = 0


@dataclass(slots=True)
class ProgramWriter:
    """Writes the program of a plan."""

    count: int = 1  # OUT is the first
    inputs: dict[object, Input] = field(default_factory=dict)
    named: dict[tuple[int, int], int] = field(default_factory=dict)  # (register, rail) → name of the rail
    kept: dict[Formula, int] = field(default_factory=dict)
    free: list[int] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    none: int = field(init=False)
    every: int = field(init=False)

    def __post_init__(self) -> None:
        self.none, self.every = self.fresh(), self.fresh()

    def write(self, measures: Sequence[tuple[Formula, Scope]]) -> Program:
        uses = Counter(part for formula, _ in measures for part in shareable(formula))
        shared = []
        for part, number in uses.items():
            if number > 1:
                register = self.fresh()
                self.into(part, register)
                self.kept[part] = register
                shared.append((register, self.taken()))
        written = []
        for formula, scope in measures:
            self.measure(formula, scope)
            written.append(self.taken())
        return Program(
            registers=self.count,
            rails=tuple((-1 - name, register, rail) for (register, rail), name in self.named.items()),
            inputs=tuple(self.inputs.values()),
            shared=tuple(shared),
            measures=tuple(written),
            none=self.none,
            every=self.every,
        )

    def fresh(self) -> int:
        self.count += 1
        return self.count - 1

    def room(self) -> int:
        return self.free.pop() if self.free else self.fresh()

    def taken(self) -> tuple[Step, ...]:
        steps, self.steps = tuple(self.steps), []
        return steps

    def input(self, key: object, what: Any) -> int:
        found = self.inputs.get(key)
        if found is None:
            found = self.inputs[key] = Input(self.fresh(), what)
        return found.register

    def rail(self, register: int, rail: int) -> int:
        """One rail of a register; names of rails count down from -1."""
        return -1 - self.named.setdefault((register, rail), len(self.named))

    def measure(self, formula: Formula, scope: Scope) -> None:
        inside = self.input(("scope", scope), scope)
        parts = formula.parts if isinstance(formula, AllOf) else (formula,)
        self.joined(AND, parts, OUT, first=inside)

    def joined(self, operation: Operation, parts: Iterable[Formula], out: int, *, first: int) -> None:
        """`first`, then every part, brought together in `out`."""
        left = first
        for part in parts:
            register, borrowed = self.value(part)
            self.steps.append((operation, left, register, out))
            self.give_back(register, borrowed=borrowed)
            left = out
        if left == first != out:
            self.steps.append((operation, first, first, out))

    def value(self, formula: Formula) -> tuple[int, bool]:
        """The register that holds a formula, and whether it is only borrowed."""
        if formula is HOLDS:
            return self.every, False
        if formula is FAILS:
            return self.none, False
        if formula in self.kept:
            return self.kept[formula], False
        if isinstance(formula, Literal):
            return self.input(formula, formula), False
        out = self.room()
        self.into(formula, out)
        return out, True

    def give_back(self, register: int, *, borrowed: bool) -> None:
        if borrowed:
            self.free.append(register)

    def into(self, formula: Formula, out: int) -> None:
        match formula:
            case AllOf((first, *rest)) | AnyOf((first, *rest)):
                operation = AND if isinstance(formula, AllOf) else OR
                register, borrowed = self.value(first)
                self.joined(operation, rest, out, first=register)
                self.give_back(register, borrowed=borrowed)
            case Tried():
                self.into_tried(formula, out)
            case _:
                register, _ = self.value(formula)
                self.steps.append((AND, register, register, out))

    def into_tried(self, formula: Tried, out: int) -> None:
        """Where the fact is missing: it surely holds if it does for each possible value, may if for one."""
        self.into(formula.plain, out)
        tried, spare = self.room(), self.room()
        for rail in (SURELY,) * formula.for_surely + (MAYBE,) * formula.for_maybe:
            self.into_rail(
                formula, rail, self.rail(out, rail), self.rail(tried, rail), self.rail(spare, rail)
            )
        self.free += [tried, spare]

    def into_rail(self, formula: Tried, rail: int, out: int, found: int, spare: int) -> None:
        gather, spread = (AND, OR) if rail == SURELY else (OR, AND)
        idle, decisive = (HOLDS, FAILS) if rail == SURELY else (FAILS, HOLDS)
        narrowed = formula.fact.type is Type.ENUM
        cases = [(values, case) for values, case in formula.cases if case is not idle]
        if not narrowed and any(case is decisive for _, case in cases):
            return
        so_far = self.about(formula.fact, None, is_so=rail == SURELY)
        for values, case in cases:
            possible = self.about(formula.fact, values, is_so=rail == MAYBE) if narrowed else None
            if case is decisive and possible is not None:
                self.steps.append((gather, so_far, possible, found))
            else:
                register, borrowed = self.value(case)
                held = self.rail(register, rail)
                if possible is not None:
                    self.steps.append((spread, held, possible, spare))
                    held = spare
                self.steps.append((gather, so_far, held, found))
                self.give_back(register, borrowed=borrowed)
            so_far = found
        self.steps.append((spread, out, so_far, out))

    def about(self, fact: FactRef, values: tuple[Value, ...] | None, *, is_so: bool) -> int:
        """Is a fact unknown (values None), is one of these values still possible for it; a single rail."""
        what = (fact, values, is_so)
        return self.rail(self.input((fact.name, values, is_so), what), SURELY)


def shareable(formula: Formula) -> Iterable[Formula]:
    """The parts of a measure that may stand in others, too: whole conditions of more than one literal."""
    parts = formula.parts if isinstance(formula, AllOf) else (formula,)
    return [part for part in parts if isinstance(part, AnyOf) and part.parts]

"""Does every figure a pack uses stand in its clause? The official text must be at hand.

A figure in a rule, a target or a time limit is looked for in the parsed words of the clause it cites: as it
is written (3000万元, 30%, 三年), in months for years, or as the part that remains (减按90% leaves 10%). What
comes from elsewhere belongs in `parameters.yaml`, which names its source.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from typing import Final

from huiqi.base.money import plain
from huiqi.base.problem import Problem
from huiqi.documents.numerals import read_numeral
from huiqi.documents.types import Document
from huiqi.measures.expressions import Constant, Node, walk
from huiqi.measures.types import Measure
from huiqi.packs.types import Pack

FIGURE: Final = re.compile(
    r"(?P<digits>\d+(?:\.\d+)?)(?P<scale>[十百千万亿]*)|(?P<han>[零〇一二两三四五六七八九十百千万亿]+)|(?P<half>半)"
)
SUM: Final = re.compile(r"(\d+)\+(\d+)")  # 5+2工作制
ROUNDS: Final = {"季": 4, "月": 12, "半年": 2}  # 每季度 is four times a year
SCALES: Final = {"十": 10, "百": 100, "千": 1000, "万": 10**4, "亿": 10**8}
MONTHS: Final = 12
TRIVIAL: Final = frozenset({Fraction(0), Fraction(1)})


def figure_problems(pack: Pack, document: Document) -> list[Problem]:
    """Every figure of a pack that does not stand in the clause it cites, and every clause that is not there."""
    words = {clause.id: clause.text for clause in document.clauses}
    problems = [
        Problem(f"{pack.id}/clauses.yaml", f"clause {name!r} is not in the document")
        for name in pack.clauses
        if name not in words and not name.startswith("closing")
    ]
    figures = {name: figures_in(text) for name, text in words.items()}
    for where, clause, number in used_figures(pack):
        if clause in figures and not stands_in(number, figures[clause]):
            problems.append(
                Problem(f"{pack.id}/{where}", f"{plain(number)} does not stand in clause {clause}")
            )
    return problems


def figures_in(text: str) -> set[Fraction]:
    """All numbers a text writes, in digits or in words.

    >>> sorted(map(float, figures_in("不超过3000万元，减半，三年")))
    [0.5, 3.0, 3000.0, 30000000.0]
    """
    found: set[Fraction] = set()
    for match in FIGURE.finditer(re.sub(r"(?<=\d)[,，\s](?=\d{3})", "", text)):
        if match["half"]:
            found.add(Fraction(1, 2))
        elif match["digits"]:
            number = Fraction(match["digits"])
            found |= {number, number * scale_of(match["scale"])}
        else:
            bare = all(letter in SCALES for letter in match["han"])  # 万名, 百家
            value = scale_of(match["han"]) if bare else read_numeral(match["han"])
            if value is not None:
                found.add(Fraction(value))
    found |= {Fraction(a) + Fraction(b) for a, b in SUM.findall(text)}
    return found | {Fraction(n) for word, n in ROUNDS.items() if f"每{word}" in text or f"按{word}" in text}


def scale_of(letters: str) -> int:
    scale = 1
    for letter in letters:
        scale *= SCALES[letter]
    return scale


def stands_in(number: Fraction, figures: Iterable[Fraction]) -> bool:
    """As written, as a percentage, in months for years, or as the rest to the whole."""
    ways = {number, number * 100, number / MONTHS, number * MONTHS, number + 1}
    ways |= {(1 - number) * 100, (number - 1) * 100, (number + 1) * 100, number * 1000}
    return not ways.isdisjoint(figures)


def used_figures(pack: Pack) -> Iterator[tuple[str, str, Fraction]]:
    """Where, clause and number of every figure in measures, targets and time limits."""
    for measure in pack.measures.values():
        for part, clause, node in rules_of(measure):
            for number in constants_in(node):
                yield f"measures/{measure.id}.yaml:{part}", clause, number
    for target in pack.targets.values():
        for value in target.values:
            for reached in filter(None, (value.value, value.up_to)):
                if reached not in TRIVIAL:
                    yield f"targets.yaml:{target.id}", target.clause, reached
    for limit in pack.time_limits.values():
        if limit.within is not None and Fraction(limit.within.n) not in TRIVIAL:
            yield f"time-limits.yaml:{limit.id}", limit.clause, Fraction(limit.within.n)


def rules_of(measure: Measure) -> Iterator[tuple[str, str, Node]]:
    for condition in measure.conditions:
        yield condition.id, condition.clause, condition.when
    named: Mapping[str, Node | None] = {"amount": measure.award.amount, **measure.award.also}
    for part, node in named.items():
        if node is not None:
            yield f"award.{part}", measure.clause, node


def constants_in(node: Node) -> Iterator[Fraction]:
    for part in walk(node):
        if isinstance(part, Constant) and isinstance(part.value, Fraction) and part.value not in TRIVIAL:
            yield part.value

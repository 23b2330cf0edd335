"""A text of a measure, checked as the pack would be: every problem at once, its tests run, its words.

One measure is read against the vocabulary of its pack, which is in memory; the other files are not read again.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

import yaml
from pydantic import ValidationError

from huiqi.base.bilingual import Bilingual
from huiqi.base.problem import Problem
from huiqi.measures.declare import MeasureModel, vocabulary_of
from huiqi.measures.explain import Explainer, MeasureExplanation
from huiqi.measures.expressions import Domain, FactRef
from huiqi.measures.read import Vocabulary
from huiqi.measures.types import Measure
from huiqi.packs.assemble import Parts, assemble_measures, reference_problems
from huiqi.packs.examples import declare_examples, run_example
from huiqi.packs.parts import format_problem
from huiqi.packs.say import in_both
from huiqi.packs.schema import ExampleModel, ExamplesFile, JurisdictionModel, PackModel
from huiqi.packs.todo import todo_problems, with_todos
from huiqi.packs.types import Example, Library, Pack
from huiqi.packs.yaml_file import YamlFile, read_yaml_text

LONGEST: Final = 100_000
"""Characters of one file; the longest measure has some thousand."""


@dataclass(frozen=True, slots=True)
class Tested:
    """One test and how it came out; no differences: as expected."""

    example: Example
    differences: tuple[str, ...]

    @property
    def said(self) -> list[Bilingual]:
        return [in_both(difference) for difference in self.differences]

    @property
    def line(self) -> int:
        return line_of(self.example.where)

    @property
    def is_editable(self) -> bool:
        """Does it stand in the text beside the measure, or in another file of tests?"""
        return self.example.where.startswith("tests:")


@dataclass(frozen=True, slots=True)
class Found:
    """A problem and the line it is at."""

    problem: Problem
    line: int
    text: str  # of that line
    column: int | None  # where it is told

    @property
    def said(self) -> Bilingual:
        return in_both(self.problem.message)


@dataclass(frozen=True, slots=True)
class Checked:
    """What a text comes to."""

    measure: Measure | None
    problems: tuple[Found, ...]
    test_problems: tuple[Found, ...]
    tests: tuple[Tested, ...]
    words: MeasureExplanation | None

    @property
    def is_sound(self) -> bool:
        """No problem anywhere and every test as expected: fit to be submitted."""
        return not self.problems and not self.test_problems and not self.failing

    @property
    def count(self) -> int:
        """Problems of the rule and of its tests."""
        return len(self.problems) + len(self.test_problems)

    @property
    def failing(self) -> tuple[Tested, ...]:
        return tuple(test for test in self.tests if test.differences)


def check(library: Library, pack: Pack, name: str, *, text: str, tests: str, test_file: str) -> Checked:
    """Check the text of measure `name` of a pack, and run its tests.

    Tests in other files than `test_file` are run as they stand in the pack.
    """
    measure, problems = read_measure(library, pack, name, text)
    found = tuple(placed(problem, text) for problem in problems)
    if measure is None or problems:
        _, test_problems = read_tests(pack, name, tests, None)
        return Checked(None, found, tuple(placed(p, tests) for p in test_problems), (), None)
    changed = replace(pack, measures={**pack.measures, name: measure})
    examples, test_problems = read_tests(changed, name, tests, measure)
    elsewhere = [
        e for e in pack.examples if e.measure == name and not e.where.startswith(f"{pack.id}/{test_file}:")
    ]
    return Checked(
        measure,
        found,
        tuple(placed(problem, tests) for problem in test_problems),
        tuple(tested(changed, example) for example in [*examples, *elsewhere]),
        Explainer({}, rulebook=pack.rulebook, place=pack.jurisdiction).explain(measure),
    )


def read_measure(library: Library, pack: Pack, name: str, text: str) -> tuple[Measure | None, list[Problem]]:
    """The measure a text declares, with every problem the loading of its pack would find in it."""
    where = f"{pack.id}/measures/{name}.yaml"
    file, problems = safe_yaml(text, where)
    if file is None:
        return None, problems
    todos = todo_problems(file)
    try:
        model = MeasureModel.model_validate(file.data)
    except ValidationError as error:
        found = [format_problem(file.at, dict(e), data=file.data) for e in error.errors()]
        return None, with_todos(todos, found)
    region = JurisdictionModel(zh=pack.jurisdiction.zh, region=pack.region)
    parts = Parts(
        name=pack.id,
        head=PackModel.model_construct(jurisdiction=region),
        clauses=(), clauses_file=None, facts={}, facts_file=None, parameters={}, matters=(), matters_file=None,
        measures=[(name, model, file)],
        measure_names=frozenset([name]),
        scores=(), examples=(),
    )  # fmt: skip
    measures, found = assemble_measures(parts, vocabulary(pack), pack.in_force)
    required = [library.packs[other] for other in pack.requires if other in library.packs]
    found += reference_problems(parts, pack, required)
    return measures.get(name), with_todos(todos, found)


def vocabulary(pack: Pack) -> Vocabulary:
    """The names and labels the rules of a pack may use."""
    book = pack.rulebook
    points = {fact for table in book.scores.values() if table.pack == pack.id for fact in table.facts}
    references = {name: kind.reference for name, kind in book.kinds.items()}
    references |= {p.name: FactRef(p.name, p.type, Domain()) for p in book.parameters.values()}
    labels = {name: kind.label.zh for name, kind in book.kinds.items() if name not in points}
    labels |= {p.name: p.label.zh for p in book.parameters.values()}
    return vocabulary_of(references, labels)


def read_tests(
    pack: Pack, name: str, text: str, measure: Measure | None
) -> tuple[list[Example], list[Problem]]:
    """The tests of a text; all must be of this measure."""
    if not text.strip():
        return [], []
    file, problems = safe_yaml(text, "tests")
    if file is None:
        return [], problems
    try:
        models: Sequence[ExampleModel] = ExamplesFile.model_validate(file.data).root
    except ValidationError as error:
        return [], [format_problem(file.at, dict(e), data=file.data) for e in error.errors()]
    strange = [
        Problem(file.at((number,)), f"{model.name}: is not a test of measure {name!r}")
        for number, model in enumerate(models)
        if model.measure != name
    ]
    if strange or measure is None:
        return [], strange
    return declare_examples([(file, models)], measures=pack.measures, rulebook=pack.rulebook)


def safe_yaml(text: str, name: str) -> tuple[YamlFile | None, list[Problem]]:
    """Read a text that somebody typed: not without measure, and nothing that stands for something else."""
    if len(text) > LONGEST:
        return None, [Problem(f"{name}:1", f"is longer than {LONGEST} characters")]
    try:
        tokens = list(yaml.scan(text))
    except (yaml.YAMLError, RecursionError):
        tokens = []
    for token in tokens:
        if isinstance(token, yaml.AliasToken | yaml.AnchorToken | yaml.TagToken):
            line = token.start_mark.line + 1
            return None, [Problem(f"{name}:{line}", "anchors, aliases and tags are not used in packs")]
    try:
        return read_yaml_text(text, name=name)
    except RecursionError:
        return None, [Problem(f"{name}:1", "is nested too deeply")]


def tested(pack: Pack, example: Example) -> Tested:
    lead = f"{example.measure or example.fact}: {example.name}: "
    return Tested(example, tuple(p.message.removeprefix(lead) for p in run_example(pack, example)))


PLACE: Final = re.compile(r"^[^:]+:(?P<line>\d+)(?::(?P<row>\d+):(?P<column>\d+))?")
BLOCK: Final = re.compile(r":\s*(?P<kind>[>|])[-+0-9]*\s*$")


def placed(problem: Problem, text: str) -> Found:
    """A problem with its place in the file and the words that stand there."""
    match = PLACE.match(problem.where)
    lines = text.splitlines() or [""]
    line = min(int(match["line"]), len(lines)) if match else 1
    column = None
    if match and match["column"]:
        part = problem.message.partition(":")[0].rpartition(".")[2]
        line, column = in_file(lines, line, int(match["row"]), int(match["column"]), (part, "when"))
    return Found(problem, line, lines[line - 1], column)


def in_file(
    lines: Sequence[str], line: int, row: int, column: int, keys: Iterable[str]
) -> tuple[int, int | None]:
    """Line and column in the file of a place within the rule that begins on a line.

    >>> in_file(["when: >-", "  a <= 1", "  or b"], 1, 1, 11, ["when"])
    (3, 6)
    >>> in_file(["- {id: x, when: a <= 1}"], 1, 1, 3, ["when"])
    (1, 19)
    """
    block = BLOCK.search(lines[line - 1])
    if block is None:
        starts = (re.search(rf"\b{re.escape(key)}:\s*['\"]?", lines[line - 1]) for key in keys)
        start = next((found for found in starts if found), None)
        return line, start.end() + column if start is not None and row == 1 else None
    left = column - 1
    for number, text in enumerate(lines[line:], line + 1):
        content = text.strip()
        indent = len(text) - len(text.lstrip())
        if block["kind"] == "|" and number == line + row:
            return number, indent + column
        if block["kind"] == ">" and left <= len(content):
            return number, indent + left + 1
        left -= len(content) + 1
    return line, None


def line_of(where: str) -> int:
    match = PLACE.match(where)
    return int(match["line"]) if match else 1

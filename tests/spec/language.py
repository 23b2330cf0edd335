"""The facts and parameters of the examples, and how a rule, a fact or an outcome is read from a drawn cell."""

from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Final, TypeVar

import yaml

from huiqi.measures.declare import (
    AS_OF_KIND,
    FactModel,
    MeasureModel,
    ParameterModel,
    declare_fact,
    declare_measure,
    declare_parameter,
    declare_reference,
    vocabulary_of,
)
from huiqi.measures.expressions import NUMERIC, Domain, FactRef, Node, Type, Value
from huiqi.measures.facts import plain_number, value_from
from huiqi.measures.read import Vocabulary, read_expression
from huiqi.measures.scores import ScoreModel, declare_score, declare_score_references, score_kinds
from huiqi.measures.types import AS_OF, FactKind, Measure, Period, Rulebook

T = TypeVar("T")
FOLDER: Final = Path(__file__).parent
FIRST_DAY: Final = date(2012, 9, 1)
BY_TRYING: Final = ", by trying"
NOTHING_KNOWN: Final = ("unknown", "no value", "")
TRUTHS: Final = {"yes": True, "no": False}


def declared() -> tuple[Rulebook, Vocabulary]:
    """The facts and parameters of facts.yaml and parameters.yaml, through the same door as a pack's."""
    models = {name: FactModel.model_validate(raw) for name, raw in yaml_of("facts.yaml").items()}
    parameters = {
        name: good(declare_parameter(name, ParameterModel.model_validate(raw), where=name))
        for name, raw in yaml_of("parameters.yaml").items()
    }
    references = {AS_OF: AS_OF_KIND.reference}
    references |= {name: good(declare_reference(name, model, where=name)) for name, model in models.items()}
    references |= {p.name: FactRef(p.name, p.type, Domain()) for p in parameters.values()}
    tables = [ScoreModel.model_validate(yaml_of(f"scores/{path.name}")) for path in score_files()]
    for table in tables:
        references |= declare_score_references(table)
    labels = {name: model.zh for name, model in models.items()} | {AS_OF: AS_OF_KIND.label.zh}
    words = vocabulary_of(references, labels | {p.name: p.label.zh for p in parameters.values()})
    kinds = {
        name: good(declare_fact(name, model, vocabulary=words, pack="spec", where=name))
        for name, model in models.items()
    }
    scores = {
        table.id: good(declare_score(table, vocabulary=words, pack="spec", where=table.id))
        for table in tables
    }
    for declared_table in scores.values():
        kinds |= score_kinds(declared_table, kinds)
    return Rulebook("spec", {AS_OF: AS_OF_KIND, **kinds}, parameters, FIRST_DAY, scores), words


def score_files() -> list[Path]:
    return sorted((FOLDER / "scores").glob("*.yaml"))


def yaml_of(name: str) -> dict[str, dict[str, object]]:
    loaded: dict[str, dict[str, object]] = yaml.safe_load((FOLDER / name).read_text("utf-8"))
    return loaded


def good(result: tuple[T, object]) -> T:
    """The value; the examples themselves have no problems."""
    value, problems = result
    assert not problems, problems
    return value


BOOK, WORDS = declared()


def rule(text: str) -> Node:
    tree = good(read_expression(text, vocabulary=WORDS, where="rule"))
    assert tree is not None
    return tree


def measure(text: str) -> Measure:
    """A measure written as in a pack, in force from FIRST_DAY to the end of 2015 unless it says otherwise."""
    model = MeasureModel.model_validate(yaml.safe_load(text))
    in_force = Period(FIRST_DAY, date(2015, 12, 31))
    return good(
        declare_measure(model, vocabulary=WORDS, pack="spec", region="", in_force=in_force, where="measure")
    )


def fact_named(heading: str) -> FactKind | None:
    """The fact a column gives, by name or by Chinese label."""
    names = WORDS.labels.get(heading, (heading,))
    return BOOK.kinds.get(names[0]) if len(names) == 1 else None


def given_value(cell: str, kind: FactKind) -> Value | None:
    """A drawn cell as the value of a fact; an empty one is unknown."""
    if cell == "":
        return None
    raw = TRUTHS[cell] if kind.type is Type.BOOL else cell.strip("'")
    value, problem = value_from(raw, kind)
    assert problem is None, problem
    return value


def outcome(cell: str, node: Node) -> Value | None:
    """A drawn outcome as the answer of an engine."""
    text = cell.removesuffix(BY_TRYING)
    if text in NOTHING_KNOWN:
        return None
    if node.type is Type.BOOL:
        return TRUTHS[text]
    if node.type is Type.DATE:
        return date.fromisoformat(text)
    if node.type in NUMERIC:
        return number(text)
    return text


def number(text: str) -> Fraction:
    """``1,234.50``, ``30%``, ``3000万`` or ``1/3``."""
    sign = -1 if text.startswith("-") else 1
    over, _, under = text.removeprefix("-").replace(",", "").partition("/")
    found = plain_number(over)
    assert found is not None, text
    return sign * found / int(under or 1)

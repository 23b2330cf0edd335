"""From the parts of a pack, each in its format, to one pack whose parts fit each other."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from huiqi.base.bilingual import Bilingual
from huiqi.base.problem import Problem
from huiqi.forms.declare import Scope, nearest
from huiqi.forms.types import PARTIES
from huiqi.measures.combine import Cap, Matter, Precedence, Standing
from huiqi.measures.declare import (
    AS_OF_KIND,
    FactModel,
    MeasureModel,
    ParameterModel,
    declare_bound,
    declare_fact,
    declare_measure,
    declare_parameter,
    declare_reference,
    repeated,
    vocabulary_of,
)
from huiqi.measures.expressions import Domain, FactRef, Type, facts_in
from huiqi.measures.read import Vocabulary
from huiqi.measures.scores import ScoreModel, declare_score, declare_score_references, score_kinds
from huiqi.measures.types import AS_OF, FactKind, Measure, Parameter, Period, Rulebook, ScoreTable
from huiqi.packs.examples import declare_examples
from huiqi.packs.names import money_problems, name_problems
from huiqi.packs.nouns import NOUNS
from huiqi.packs.parts import Declared, RawPart, declare_parts
from huiqi.packs.schema import ClauseModel, ExampleModel, MatterModel, PackModel
from huiqi.packs.templates import Template
from huiqi.packs.todo import todos_in
from huiqi.packs.types import ClauseSummary, Pack
from huiqi.packs.yaml_file import Path_, YamlFile


@dataclass(frozen=True, slots=True)
class Parts:
    """The files of a pack, read and in their format."""

    name: str
    head: PackModel
    clauses: Sequence[ClauseModel]
    clauses_file: YamlFile | None
    facts: Mapping[str, FactModel]
    facts_file: YamlFile | None
    parameters: Mapping[str, ParameterModel]
    matters: Sequence[MatterModel]
    matters_file: YamlFile | None
    measures: Sequence[tuple[str, MeasureModel, YamlFile]]
    measure_names: frozenset[str]  # of all files of measures, those with mistakes of format too
    scores: Sequence[tuple[str, ScoreModel, YamlFile]]
    examples: Sequence[tuple[YamlFile, list[ExampleModel]]]
    raw: Sequence[RawPart] = ()
    templates: Mapping[tuple[str, str], Template] = field(default_factory=dict)
    is_unfinished: bool = False  # some `todo` is left


def assemble(parts: Parts, *, required: Sequence[Pack]) -> tuple[Pack, list[Problem]]:
    """Put a pack together and check that its parts fit."""
    problems: list[Problem] = []
    period = Period(parts.head.in_force.from_, parts.head.in_force.until)
    parameters = {name: p for pack in required for name, p in pack.rulebook.parameters.items()}
    for name, model in parts.parameters.items():
        parameter, found = declare_parameter(name, model, where=f"{parts.name}/parameters.yaml:{name}")
        parameters[name] = parameter
        problems += found
    kinds, vocabulary, found = assemble_facts(parts, required, parameters)
    problems += found
    scores, found = assemble_scores(parts, kinds, vocabulary)
    problems += [*found, *circles(kinds, parts)]
    inherited = {name: table for pack in required for name, table in pack.rulebook.scores.items()}
    first_day = parts.head.in_force.from_
    rulebook = Rulebook(parts.name, kinds, parameters, first_day, {**inherited, **scores})
    measures, found = assemble_measures(parts, vocabulary, period)
    problems += found
    matters, found = assemble_matters(parts)
    problems += found
    declared = assemble_nouns(parts, required, Scope(parts.name, vocabulary, kinds))
    problems += declared.problems
    sound = [
        (file, [e for e in models if not cannot_run(e, parts, measures)]) for file, models in parts.examples
    ]
    examples, found = declare_examples(sound, measures=measures, rulebook=rulebook)
    problems += found
    pack = Pack(
        id=parts.name,
        version=parts.head.version,
        number=parts.head.number,
        title=parts.head.title.as_value(),
        issuer=parts.head.issuer,
        level=parts.head.level,
        jurisdiction=Bilingual(
            parts.head.jurisdiction.zh, parts.head.jurisdiction.en or parts.head.jurisdiction.zh
        ),
        region=parts.head.jurisdiction.region,
        signed=parts.head.signed,
        in_force=period,
        requires=tuple(parts.head.requires),
        bodies=tuple(parts.head.bodies),
        standing=standing_of(parts),
        clauses=clauses_of(parts),
        rulebook=rulebook,
        own_facts=tuple(parts.facts),
        matters=matters,
        measures=measures,
        examples=tuple(examples),
        written={model.id: model for _, model, _ in parts.measures},
        written_facts=parts.facts,
        written_scores={model.id: model for _, model, _ in parts.scores},
        templates=parts.templates,
        is_unfinished=parts.is_unfinished,
        **{noun.name: declared.values[noun.name] for noun in NOUNS},
    )
    return pack, problems + reference_problems(parts, pack, required)


def cannot_run(example: ExampleModel, parts: Parts, measures: Mapping[str, Measure]) -> bool:
    """A test with a `todo`, or of a measure whose mistakes are told already."""
    return any(todos_in(example.model_dump())) or (
        example.measure in parts.measure_names and example.measure not in measures
    )


def assemble_nouns(parts: Parts, required: Sequence[Pack], scope: Scope) -> Declared:
    """Registers, cases, funds and all other parts, with every name they use checked."""
    templates = {key: t for pack in required for key, t in pack.templates.items()}
    declared = declare_parts(parts.raw, scope=scope, templates={**templates, **parts.templates})
    declared.problems += money_problems(declared, required=required)
    declared.problems += name_problems(
        declared,
        clauses={c.id for c in parts.clauses},
        facts=scope.kinds,
        measures=[*parts.measure_names, *(model.id for _, model, _ in parts.measures)],
        required=required,
        bodies=parts.head.bodies,
    )
    return declared


def clauses_of(parts: Parts) -> dict[str, ClauseSummary]:
    return {
        c.id: ClauseSummary(
            id=c.id,
            label=c.label,
            section=c.section,
            title=c.title,
            kinds=tuple(c.kinds),
            summary=c.summary.as_value(),
            parent=c.parent,
            orders_nothing=c.orders_nothing.as_value() if c.orders_nothing else None,
        )
        for c in parts.clauses
    }


def standing_of(parts: Parts) -> Standing:
    return Standing(
        pack=parts.name,
        level=parts.head.level,
        region=parts.head.jurisdiction.region,
        since=parts.head.in_force.from_,
        precedence=tuple(Precedence(p.over, p.rule, p.clause) for p in parts.head.precedence),
    )


def assemble_facts(
    parts: Parts, required: Sequence[Pack], parameters: Mapping[str, Parameter]
) -> tuple[dict[str, FactKind], Vocabulary, list[Problem]]:
    """The fact kinds a pack may name: those of the packs it requires, and its own over them."""
    problems: list[Problem] = []
    kinds: dict[str, FactKind] = {AS_OF: AS_OF_KIND}
    for pack in required:
        kinds |= pack.rulebook.kinds
    references = {name: kind.reference for name, kind in kinds.items()}
    for name, model in parts.facts.items():
        where = place(parts.facts_file, name)
        reference, found = declare_reference(name, model, where=where)
        problems += found
        if name in kinds and is_same(reference, references[name]):
            problems.append(
                Problem(where, f"{kinds[name].pack} declares {name!r} just so; leave it out here")
            )
        references[name] = reference
    for _, table, _ in parts.scores:
        references |= declare_score_references(table)
    references |= {p.name: FactRef(p.name, p.type, Domain()) for p in parameters.values()}
    labels = {name: kind.label.zh for name, kind in kinds.items() if name not in parts.facts}
    labels |= {name: model.zh for name, model in parts.facts.items()}
    labels |= {p.name: p.label.zh for p in parameters.values()}
    vocabulary = vocabulary_of(references, labels)
    for name, model in parts.facts.items():
        where = place(parts.facts_file, name)
        kinds[name], found = declare_fact(name, model, vocabulary=vocabulary, pack=parts.name, where=where)
        problems += found
    return kinds, vocabulary, problems


def assemble_scores(
    parts: Parts, kinds: dict[str, FactKind], vocabulary: Vocabulary
) -> tuple[dict[str, ScoreTable], list[Problem]]:
    """The scoring tables of a pack; the facts they give are added to `kinds`."""
    tables: dict[str, ScoreTable] = {}
    problems: list[Problem] = []
    for stem, model, file in parts.scores:
        table, found = declare_score(model, vocabulary=vocabulary, pack=parts.name, where=file.name)
        if model.id.replace("_", "-") != stem:
            found.append(Problem(file.at(("id",)), f"id {model.id!r} is not the file's name"))
        own = score_kinds(table, kinds)
        found += [
            Problem(file.at(("id",)), f"{name!r} is already a fact of {kinds[name].pack}")
            for name in own
            if name in kinds
        ]
        problems += found
        if not found:  # a table that lost a row would give too few points
            tables[table.fact] = table
            kinds |= own
    return tables, problems


def is_same(a: FactRef, b: FactRef) -> bool:
    return a.type == b.type and a.domain.values == b.domain.values


def circles(kinds: Mapping[str, FactKind], parts: Parts) -> list[Problem]:
    """Formulas that need each other."""
    problems = []
    for name in (*parts.facts, *(model.id for _, model, _ in parts.scores)):
        seen: set[str] = set()
        waiting = [name]
        while waiting:
            formula = kinds[waiting[-1]].formula if waiting[-1] in kinds else None
            waiting.pop()
            for other in facts_in(formula) if formula is not None else ():
                if other == name:
                    problems.append(
                        Problem(place(parts.facts_file, name), f"the formula of {name!r} needs itself")
                    )
                    waiting.clear()
                    break
                if other not in seen:
                    seen.add(other)
                    waiting.append(other)
    return problems


def assemble_measures(
    parts: Parts, vocabulary: Vocabulary, in_force: Period
) -> tuple[dict[str, Measure], list[Problem]]:
    measures: dict[str, Measure] = {}
    problems: list[Problem] = []
    for stem, model, file in parts.measures:
        measure, found = declare_measure(
            model,
            vocabulary=vocabulary,
            pack=parts.name,
            region=parts.head.jurisdiction.region,
            in_force=in_force,
            where=file.name,
        )
        found = [placed(problem, model, file) for problem in found]
        if model.id != stem:
            problems.append(Problem(file.at(("id",)), f"id {model.id!r} is not the file's name"))
        if model.audience not in PARTIES:
            message = f"there is no kind of party {model.audience!r}{nearest(model.audience, PARTIES)}"
            found.append(Problem(file.at(("audience",)), message))
        if not found:  # a measure that lost a condition would say yes too often
            measures[measure.id] = measure
        problems += found
    return measures, problems


def placed(problem: Problem, model: MeasureModel, file: YamlFile) -> Problem:
    """The same problem of a measure with its line: ``x.yaml:size:1:4`` is ``x.yaml:12:1:4``, about ``size``."""
    part, *inside = problem.where.removeprefix(file.name).removeprefix(":").split(":")
    if not part:
        return problem
    path: Path_ = tuple(part.split("."))
    for index, condition in enumerate(model.conditions):
        if condition.id == part:
            path = ("conditions", index, "when")
    return Problem(":".join((file.at(path), *inside)), f"{part}: {problem.message}")


def assemble_matters(parts: Parts) -> tuple[dict[str, Matter], list[Problem]]:
    problems: list[Problem] = []
    matters: dict[str, Matter] = {}
    for model in parts.matters:
        caps: list[Cap] = []
        for cap in model.caps:
            limit, found = declare_bound(cap.limit, Type.MONEY, where=place(parts.matters_file, model.id))
            problems += found
            note = cap.note.as_value() if cap.note else None
            amount = limit if isinstance(limit, Fraction) else Fraction(0)
            caps.append(Cap(cap.id, amount, tuple(cap.measures), cap.clause, note))
        because = f"{parts.name}/{model.clause}" if model.clause else model.source or ""
        matters[model.id] = Matter(
            model.id, model.title.as_value(), model.choose, model.compare, because, tuple(caps)
        )
    problems += repeated((m.id for m in parts.matters), where=f"{parts.name}/matters.yaml", what="matter")
    return matters, problems


def reference_problems(parts: Parts, pack: Pack, required: Sequence[Pack]) -> list[Problem]:
    """Every clause, matter and measure that is named must be there."""
    problems = repeated((c.id for c in parts.clauses), where=f"{parts.name}/clauses.yaml", what="clause")
    matters = {name for p in (*required, pack) for name in p.matters}
    for _, table, file in parts.scores:
        cited = [table.clause, *(r.clause for r in table.rows), *(v.clause for v in table.vetoes)]
        problems += [
            Problem(file.at(()), f"clause {clause!r} is not in clauses.yaml")
            for clause in dict.fromkeys(cited)
            if clause is not None and clause not in pack.clauses
        ]
    for _, model, file in parts.measures:
        named = [(("clause",), model.clause)]
        named += [(("conditions", i, "clause"), c.clause) for i, c in enumerate(model.conditions)]  # type: ignore[misc]
        problems += [
            Problem(file.at(path), f"clause {clause!r} is not in clauses.yaml")
            for path, clause in named
            if clause not in pack.clauses
        ]
        if model.matter is not None and model.matter not in matters:
            problems.append(Problem(file.at(("matter",)), f"matter {model.matter!r} is not in matters.yaml"))
    for name, fact in parts.facts.items():
        problems += [
            Problem(place(parts.facts_file, name), f"clause {clause!r} is not in clauses.yaml")
            for clause in ([fact.clause] if fact.clause else []) + fact.clauses
            if clause not in pack.clauses
        ]
    problems += [
        Problem(f"{parts.name}/clauses.yaml", f"{clause.id}: there is no clause {clause.parent!r} above it")
        for clause in parts.clauses
        if clause.parent is not None and clause.parent not in pack.clauses
    ]
    for matter in parts.matters:
        problems += [
            Problem(f"{parts.name}/matters.yaml", f"{matter.id}: there is no measure {name!r}")
            for cap in matter.caps
            for name in cap.measures
            if name not in pack.measures
        ]
    return problems


def place(file: YamlFile | None, key: str) -> str:
    return f"{file.at((key,))}:{key}" if file else key

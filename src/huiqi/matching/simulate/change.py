"""What a person writes to change a rule for a try: one line for each, put into a copy of the rules.

    qingdao-2012-46/cit-small-low-profit-20.conditions.income='taxable_income <= 50万'
    qingdao-2012-46/brand-reward.award.amount=20万
    qingdao-2012-46/vat-threshold.valid_until=2016-12-31

Everything that is wrong is told at once, each with its place and what would mend it.
"""

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import Any, Final

from huiqi.base.problem import Problem
from huiqi.matching.simulate.types import Ruleset
from huiqi.measures.declare import MeasureModel, declare_bound, declare_measure, vocabulary_of
from huiqi.measures.expressions import NUMERIC, Domain, FactRef, Type
from huiqi.measures.read import Vocabulary
from huiqi.measures.types import Measure, Parameter, Period, Rulebook

FORMS: Final = "conditions.NAME, award.amount, award.value, valid_from, valid_until"
PERIOD_PARTS: Final = ("valid_from", "valid_until", "period.from", "period.until")
FIGURES: Final = NUMERIC | {Type.NOTHING}
OPEN_END: Final = "null"


@dataclass(frozen=True, slots=True)
class Written:
    """The measures of a pack as their files have them, with what a changed one is read against."""

    models: Mapping[str, MeasureModel]  # by id within the pack
    in_force: Period
    region: str


@dataclass(frozen=True, slots=True)
class Setting:
    """One line, taken apart."""

    text: str
    pack: str
    measure: str
    part: str  # conditions.income, award.amount, valid_until …
    to: str

    @property
    def where(self) -> str:
        return f"--set {self.pack}/{self.measure}.{self.part}"


def changed_measures(
    lines: Iterable[str], rules: Ruleset, written: Mapping[str, Written]
) -> tuple[Ruleset, list[Problem]]:
    """The rules with these parts of measures replaced, or every problem of the lines."""
    settings: dict[tuple[str, str], list[Setting]] = {}
    problems: list[Problem] = []
    for line in lines:
        setting, problem = read_setting(line, written)
        if setting is None:
            problems += problem
        else:
            settings.setdefault((setting.pack, setting.measure), []).append(setting)
    changed: dict[str, Measure] = {}
    for (pack, name), own in settings.items():
        model, found = set_all(written[pack].models[name], own)
        problems += found
        measure, found = declared(model, own, rules.rulebooks[pack], written[pack])
        problems += found
        changed[measure.key] = measure
    if problems:
        return rules, problems
    return replace(rules, measures=tuple(changed.get(m.key, m) for m in rules.measures)), []


def read_setting(line: str, written: Mapping[str, Written]) -> tuple[Setting | None, list[Problem]]:
    """``pack/measure.part=value``.

    >>> read_setting("x.y", {})[1][0].message
    "write it as pack/measure.part='value', as in qingdao-2012-46/vat-threshold.valid_until=2016-12-31"
    """
    place, equals, value = line.partition("=")
    pack, slash, rest = place.strip().partition("/")
    if not (equals and slash and "." in rest):
        example = "qingdao-2012-46/vat-threshold.valid_until=2016-12-31"
        return None, [Problem(f"--set {line}", f"write it as pack/measure.part='value', as in {example}")]
    if pack not in written:
        return None, [Problem(f"--set {line}", f"there is no pack {pack!r}{nearest(pack, written)}")]
    models = written[pack].models
    fitting = [name for name in models if rest.startswith(f"{name}.")]
    if not fitting:
        name = rest.partition(".")[0]
        return None, [Problem(f"--set {line}", f"{pack} has no measure {name!r}{nearest(name, models)}")]
    name = max(fitting, key=len)
    return Setting(line, pack, name, rest.removeprefix(f"{name}."), value.strip()), []


def set_all(model: MeasureModel, settings: Sequence[Setting]) -> tuple[MeasureModel, list[Problem]]:
    """The measure as its file would stand after the changes."""
    problems = [
        Problem(setting.where, "is set twice; keep one of them")
        for number, setting in enumerate(settings)
        if setting.part in {earlier.part for earlier in settings[:number]}
    ]
    for setting in settings:
        found = set_one(model, setting)
        if isinstance(found, Problem):
            problems.append(found)
        else:
            model = found
    return model, problems


def set_one(model: MeasureModel, setting: Setting) -> MeasureModel | Problem:
    head, _, name = setting.part.partition(".")
    if not setting.to:
        return Problem(
            setting.where, "nothing stands after '='; a condition that always holds is written true"
        )
    if head == "conditions" and name:
        return set_condition(model, setting, name.removesuffix(".when"))
    if head == "award" and name in ("amount", "value"):
        return copied(model, award=model.award.model_copy(update={name: setting.to}))
    if setting.part in PERIOD_PARTS:
        return set_period(model, setting)
    return Problem(
        setting.where, f"{setting.part!r} cannot be set; what can is {FORMS}. For all else use --draft"
    )


def set_condition(model: MeasureModel, setting: Setting, name: str) -> MeasureModel | Problem:
    names = [condition.id for condition in model.conditions]
    if name not in names:
        has = ", ".join(names)
        return Problem(setting.where, f"there is no condition {name!r}{nearest(name, names)}; it has {has}")
    conditions = [
        condition.model_copy(update={"when": setting.to}) if condition.id == name else condition
        for condition in model.conditions
    ]
    return copied(model, conditions=conditions)


def set_period(model: MeasureModel, setting: Setting) -> MeasureModel | Problem:
    day: date | None = None
    if setting.to != OPEN_END:
        try:
            day = date.fromisoformat(setting.to)
        except ValueError:
            return Problem(setting.where, f"{setting.to!r} is not a day; write 2016-12-31, or null for none")
    period = model.period.model_dump(by_alias=True) if model.period else {}
    period["until" if setting.part.endswith("until") else "from"] = day
    first, last = period.get("from"), period.get("until")
    if first and last and first > last:
        return Problem(setting.where, f"the period would end on {last}, before it begins on {first}")
    return MeasureModel.model_validate({**model.model_dump(by_alias=True), "period": period})


def copied(model: MeasureModel, **parts: Any) -> MeasureModel:
    return model.model_copy(update=parts)


def declared(
    model: MeasureModel, settings: Sequence[Setting], rulebook: Rulebook, written: Written
) -> tuple[Measure, list[Problem]]:
    """The changed measure, read; problems stand at the line they come from."""
    where = f"{rulebook.pack}/{model.id}"
    measure, problems = declare_measure(
        model,
        vocabulary=words_of(rulebook),
        pack=rulebook.pack,
        region=written.region,
        in_force=written.in_force,
        where=where,
    )
    problems += [
        Problem(f"{where}:award.{part}", f"must be a figure; this is {node.type}")
        for part, node in (("amount", measure.award.amount), ("value", measure.award.value))
        if node is not None and node.type not in FIGURES
    ]
    for setting in settings:  # an end that was set counts: null is none, not the document's
        if setting.part in PERIOD_PARTS and setting.to == OPEN_END:
            end = "last" if setting.part.endswith("until") else "first"
            measure = replace(measure, period=replace(measure.period, **{end: None}))
    return measure, [at_its_line(problem, where, settings) for problem in problems]


def at_its_line(problem: Problem, where: str, settings: Sequence[Setting]) -> Problem:
    """``pack/measure:income:1:4`` is character 4 of the value that was set for ``conditions.income``."""
    part, _, inside = problem.where.removeprefix(where).removeprefix(":").partition(":")
    for setting in settings:
        if part in (setting.part, setting.part.removeprefix("conditions.").removesuffix(".when")):
            column = inside.rpartition(":")[2]
            place = f"{setting.where}, character {column}" if column.isdecimal() else setting.where
            return Problem(place, problem.message)
    return Problem(f"--set {where}", problem.message)


def words_of(rulebook: Rulebook) -> Vocabulary:
    """What a rule of a pack may name: its facts and its parameters, by name and by Chinese label."""
    parameters = rulebook.parameters.values()
    references = {name: kind.reference for name, kind in rulebook.kinds.items()}
    references |= {p.name: FactRef(p.name, p.type, Domain()) for p in parameters}
    labels = {name: kind.label.zh for name, kind in rulebook.kinds.items()}
    return vocabulary_of(references, labels | {p.name: p.label.zh for p in parameters})


def changed_parameters(lines: Iterable[str], rules: Ruleset) -> tuple[Ruleset, list[Problem]]:
    """The rules with dated parameters replaced on all days: ``pack/name=value``.

    Packs that take the parameter over from the named one get the new value too.
    """
    problems: list[Problem] = []
    rulebooks = dict(rules.rulebooks)
    seen: set[tuple[str, str]] = set()
    for line in lines:
        place, _, value = line.partition("=")
        pack, _, name = place.strip().partition("/")
        where = f"--parameter {line}"
        old, found = find_parameter(pack, name, rules.rulebooks, where)
        problems += found
        if old is None:
            continue
        if (pack, name) in seen:
            problems.append(Problem(where, "is set twice; keep one of them"))
        seen.add((pack, name))
        figure, found = declare_bound(value.strip(), old.type, where=where)
        problems += found
        if isinstance(figure, Fraction):
            new = replace(old, values=((date.min, figure),))
            rulebooks = {slug: with_parameter(book, old, new) for slug, book in rulebooks.items()}
    return (rules, problems) if problems else (replace(rules, rulebooks=rulebooks), [])


def find_parameter(
    pack: str, name: str, rulebooks: Mapping[str, Rulebook], where: str
) -> tuple[Parameter | None, list[Problem]]:
    if not name:
        return None, [Problem(where, "write it as pack/name=value, as in cn-common/cit_general_rate=20%")]
    if pack not in rulebooks:
        return None, [Problem(where, f"there is no pack {pack!r}{nearest(pack, rulebooks)}")]
    known = rulebooks[pack].parameters
    if name not in known:
        return None, [Problem(where, f"{pack} knows no parameter {name!r}{nearest(name, known)}")]
    return known[name], []


def with_parameter(rulebook: Rulebook, old: Parameter, new: Parameter) -> Rulebook:
    if rulebook.parameters.get(old.name) != old:
        return rulebook
    return replace(rulebook, parameters={**rulebook.parameters, old.name: new})


def nearest(name: str, known: Iterable[str]) -> str:
    names = list(known)
    found = difflib.get_close_matches(name, names, n=1) or [other for other in names if name in other]
    return f"; did you mean {found[0]!r}?" if found else ""

"""The declared parts of a pack: collected from their files and from systems, filled from templates, checked.

reads: registers, cases, funds, exchanges, events, indicators, time limits, targets, duties and systems as YAML
writes: checked values by noun and id, every mistake as a problem; what is broken is left out, the rest stays
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from pydantic import ValidationError

from huiqi.base.problem import Problem
from huiqi.forms.declare import At, Scope, nearest
from huiqi.forms.references import Reference, references_of
from huiqi.measures.declare import FACT_NAME, IDENTIFIER, Strict
from huiqi.packs.nouns import NOUNS, WITH_TEMPLATES, Noun
from huiqi.packs.sources import scope_for
from huiqi.packs.templates import Template, expand, merged
from huiqi.packs.todo import is_todo, spelled
from huiqi.packs.yaml_file import Path_, YamlFile

OF_USE = frozenset({"extends", "with"})


class RawPart(NamedTuple):
    """One declaration as the YAML has it, and where."""

    noun: Noun
    data: Any
    file: YamlFile
    path: Path_
    system: Mapping[str, Any] | None = None  # in which it is declared

    def at(self, path: Path_ = ()) -> str:
        return self.file.at((*self.path, *path))


class Use(NamedTuple):
    """A reference from one declaration, with the place of the name."""

    noun: str
    id: str
    reference: Reference
    where: str


@dataclass(slots=True)
class Declared:
    """What the declarations of a pack came to."""

    values: dict[str, dict[str, Any]] = field(default_factory=lambda: defaultdict(dict))
    names: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))  # broken ones too
    places: dict[tuple[str, str], str] = field(default_factory=dict)  # of each declaration, by noun and id
    uses: list[Use] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def collect(files: Iterable[tuple[Noun, YamlFile]]) -> tuple[list[RawPart], list[Problem]]:
    """Every declaration of a pack; parts written inside a system are taken out and leave their id."""
    found: list[RawPart] = []
    problems: list[Problem] = []
    for noun, file in files:
        if file.data is None:
            continue
        if (
            isinstance(file.data, dict) and "/" in file.name.partition("/")[2]
        ):  # a file of its own: cases/x.yaml
            found.append(RawPart(noun, file.data, file, ()))
            continue
        if not isinstance(file.data, list):
            problems.append(Problem(file.at(()), f"is a list of {noun.name}"))
            continue
        for index, data in enumerate(file.data):
            part = RawPart(noun, data, file, (index,))
            if noun.name == "systems":
                inner, data = taken_out(part)
                found += inner
                part = part._replace(data=data)
            found.append(part)
    return found, problems


def taken_out(system: RawPart) -> tuple[list[RawPart], Any]:
    """The parts declared in a system, and the system with their ids in their place."""
    data = system.data
    made_of = data.get("made_of") if isinstance(data, dict) else None
    if not isinstance(made_of, dict):
        return [], data
    found: list[RawPart] = []
    lists: dict[str, Any] = dict(made_of)
    for noun in WITH_TEMPLATES:
        items = made_of.get(noun.name)
        if not isinstance(items, list):
            continue
        lists[noun.name] = list(items)
        for index, item in enumerate(items):
            if isinstance(item, dict):
                name = item.get("id") or f"{data.get('id')}-{item.get('extends', noun.one)}"
                path: Path_ = (*system.path, "made_of", noun.name, index)
                found.append(RawPart(noun, {**item, "id": name}, system.file, path, data))
                lists[noun.name][index] = name
    return found, {**data, "made_of": lists}


def declare_parts(
    raw: Sequence[RawPart], *, scope: Scope, templates: Mapping[tuple[str, str], Template]
) -> Declared:
    """Check every declaration and read its rules; `templates` by noun and id."""
    declared = Declared()
    for noun in NOUNS:
        for part in (p for p in raw if p.noun is noun):
            note_name(part, declared)
        for part in (p for p in raw if p.noun is noun):
            declare_part(part, scope=scope, templates=templates, declared=declared)
    return declared


def note_name(part: RawPart, declared: Declared) -> None:
    name = part.data.get("id") if isinstance(part.data, dict) else None
    if not isinstance(name, str):
        return
    if name in declared.names[part.noun.name]:
        declared.problems.append(Problem(part.at(), f"{part.noun.one} {name!r} is declared twice"))
    declared.names[part.noun.name].add(name)
    declared.places[part.noun.name, name] = part.at()


def declare_part(
    part: RawPart, *, scope: Scope, templates: Mapping[tuple[str, str], Template], declared: Declared
) -> None:
    data, template, problems = filled(part, templates)
    declared.problems += problems
    if problems:
        return
    at: At = part.at
    try:
        model: Strict = part.noun.model.model_validate(data)
    except ValidationError as error:
        declared.problems += [format_problem(at, dict(e), name=named(part, template)) for e in error.errors()]
        return
    name = str(getattr(model, "id", ""))
    declared.uses += [
        Use(part.noun.name, name, reference, at(reference.path)) for reference in references_of(model)
    ]
    inner, found = scope_for(model, scope=scope, values=declared.values, at=at)
    more = {"template": template} if part.noun.has_templates else {}
    value, read = part.noun.declare(model, scope=inner, at=at, **more)
    declared.problems += [*found, *read]
    if not found and not read and name not in declared.values[part.noun.name]:
        declared.values[part.noun.name][name] = value


def named(part: RawPart, template: str | None) -> str:
    name = part.data.get("id") if isinstance(part.data, dict) else None
    return f"{name} (template {template})" if template else str(name or part.noun.one)


def filled(
    part: RawPart, templates: Mapping[tuple[str, str], Template]
) -> tuple[Any, str | None, list[Problem]]:
    """A declaration without `extends` and `with`: its template filled in, its own keys over it."""
    data = part.data
    if not isinstance(data, dict) or not part.noun.has_templates:
        return data, None, []
    if "extends" not in data:
        stray = [Problem(part.at(("with",)), "with needs extends")] if "with" in data else []
        return with_defaults(data, part, {}), None, stray
    template = templates.get((part.noun.name, str(data["extends"])))
    if template is None:
        known = [name for noun, name in templates if noun == part.noun.name]
        message = f"there is no template {data['extends']!r} of {part.noun.name}"
        return (
            None,
            None,
            [Problem(part.at(("extends",)), f"{message}{nearest(str(data['extends']), known)}")],
        )
    given = data.get("with") or {}
    if not isinstance(given, dict):
        return None, None, [Problem(part.at(("with",)), "with is a mapping from parameter to value")]
    of = (part.system or {}).get("name") or data.get("title")
    body, problems = expand(template, given, of=of, where=part.at(("with",) if given else ()))
    own = {key: value for key, value in data.items() if key not in OF_USE}
    return merged(body, with_defaults(own, part, body)), template.id, problems


def with_defaults(own: dict[str, Any], part: RawPart, body: Mapping[str, Any]) -> dict[str, Any]:
    """A part declared in a system has the clauses of the system, and its name where nothing says another."""
    if part.system is None:
        return own
    defaults = {"clauses": part.system.get("clauses", [])}
    if "title" not in body:
        defaults["title"] = part.system.get("name")
    return {**defaults, **own}


def format_problem(at: At, error: Mapping[str, Any], *, name: str = "", data: Any = None) -> Problem:
    """A mistake of format in plain words, at its line; `data` is the content of the file, if it is at hand."""
    location = tuple(part for part in error["loc"] if isinstance(part, str | int))
    dotted = spelled(data, location)
    prefix = f"{name}: " if name else ""
    wanted = expected(error)
    if is_todo(error["input"]):
        return Problem(at(location), f"{prefix}{dotted} is still todo{f': {wanted}' if wanted else ''}")
    message = str(error["msg"]).removeprefix("Value error, ")
    if error["type"] == "extra_forbidden":
        message = "the format has no such key"
    elif error["type"] == "missing":
        message = "is required"
    elif error["type"] in ("enum", "literal_error"):
        message = f"{error['input']!r} is none of {error['ctx']['expected']}"
    elif wanted is not None:
        message = f"{error['input']!r} is not {wanted}"
    return Problem(at(location), f"{prefix}{dotted + ': ' if dotted else ''}{message}")


FORMS = {
    IDENTIFIER: "a name of small letters, digits and hyphens, such as loan-interest",
    FACT_NAME: "a name of small letters, digits and underscores, such as interest_paid",
    r"^[0-9]{0,6}$": "up to six digits of GB/T 2260, none for the nation",
}
"""What the patterns of the format ask for, in words."""


def expected(error: Mapping[str, Any]) -> str | None:
    """What belongs in the place of a value that is wrong, where the kind of mistake tells."""
    kind = str(error["type"])
    if kind in ("enum", "literal_error"):
        return f"one of {error['ctx']['expected']}"
    if kind == "string_pattern_mismatch":
        return FORMS.get(error["ctx"]["pattern"])
    if kind.startswith("date"):
        return "a day such as 2024-03-31"
    if kind.startswith("int"):
        return "a whole number"
    return "true or false" if kind.startswith("bool") else None

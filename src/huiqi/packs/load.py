"""From a folder of YAML to checked packs; every mistake is collected with its file and line."""

import graphlib
from collections.abc import Mapping
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from huiqi.base.problem import Problem
from huiqi.measures.declare import MeasureModel
from huiqi.packs.assemble import Parts, assemble
from huiqi.packs.nouns import NOUNS, WITH_TEMPLATES, Noun
from huiqi.packs.parts import RawPart, collect, format_problem
from huiqi.packs.schema import (
    ClausesFile,
    ExamplesFile,
    FactsFile,
    MattersFile,
    PackModel,
    ParametersFile,
)
from huiqi.packs.templates import Template, TemplateModel, declare_template
from huiqi.packs.types import Library, Pack
from huiqi.packs.yaml_file import YamlFile, read_yaml

M = TypeVar("M", bound=BaseModel)


def load_library(folder: Path, *, only: tuple[str, ...] = ()) -> tuple[Library, list[Problem]]:
    """Load all packs of a folder (or some, with what they require).

    Returns the packs that could be assembled and every problem of all of them.
    """
    heads: dict[str, PackModel] = {}
    problems: list[Problem] = []
    for path in sorted(folder.glob("*/pack.yaml")):
        head, found = read_model(path, PackModel, root=folder)
        problems += found
        if head is not None:
            heads[path.parent.name] = head
            if head.id != path.parent.name:
                problems.append(
                    Problem(f"{path.parent.name}/pack.yaml", f"id {head.id!r} is not the folder's name")
                )
    problems += [Problem(name, "there is no pack of this name") for name in only if name not in heads]
    order, found = in_order_of_need(heads)
    wanted = needed(only, heads) if only else set(order)
    packs: dict[str, Pack] = {}
    for name in (n for n in order if n in wanted):
        pack, more = load_pack(folder / name, heads[name], required=packs, root=folder)
        packs[name] = pack
        found += more
    return Library(packs), problems + found


def in_order_of_need(heads: Mapping[str, PackModel]) -> tuple[list[str], list[Problem]]:
    """Packs after those they require."""
    problems = [
        Problem(f"{name}/pack.yaml", f"requires {other!r}, which is not there")
        for name, head in heads.items()
        for other in head.requires
        if other not in heads
    ]
    graph = {name: [r for r in head.requires if r in heads] for name, head in heads.items()}
    try:
        return list(graphlib.TopologicalSorter(graph).static_order()), problems
    except graphlib.CycleError as error:
        circle = " → ".join(error.args[1])
        return [], [*problems, Problem("packs", f"packs require each other in a circle: {circle}")]


def needed(only: tuple[str, ...], heads: Mapping[str, PackModel]) -> set[str]:
    wanted: set[str] = set()
    waiting = [name for name in only if name in heads]
    while waiting:
        name = waiting.pop()
        if name not in wanted:
            wanted.add(name)
            waiting += [other for other in heads[name].requires if other in heads]
    return wanted


def load_pack(
    folder: Path, head: PackModel, *, required: Mapping[str, Pack], root: Path
) -> tuple[Pack, list[Problem]]:
    """One pack; `required` holds the packs loaded before it."""
    files = PackFolder(folder, root)
    clauses, clauses_file = files.one("clauses.yaml", ClausesFile)
    facts, facts_file = files.one("facts.yaml", FactsFile)
    parameters, _ = files.one("parameters.yaml", ParametersFile)
    matters, matters_file = files.one("matters.yaml", MattersFile)
    parts = Parts(
        name=folder.name,
        head=head,
        clauses=clauses.root if clauses else [],
        clauses_file=clauses_file,
        facts=facts.root if facts else {},
        facts_file=facts_file,
        parameters=parameters.root if parameters else {},
        matters=matters.root if matters else [],
        matters_file=matters_file,
        measures=files.many("measures", MeasureModel),
        examples=[(file, model.root) for _, model, file in files.many("tests", ExamplesFile)],
        raw=files.parts(),
        templates=files.templates(),
    )
    pack, found = assemble(parts, required=[required[r] for r in head.requires if r in required])
    return pack, files.problems + found


class PackFolder:
    """Reads the files of one pack and keeps the problems of all of them."""

    def __init__(self, folder: Path, root: Path) -> None:
        self.folder = folder
        self.root = root
        self.problems: list[Problem] = []

    def one(self, name: str, model: type[M]) -> tuple[M | None, YamlFile | None]:
        """A file that need not be there."""
        path = self.folder / name
        if not path.exists():
            return None, None
        value, file, found = read_model_file(path, model, root=self.root)
        self.problems += found
        return value, file

    def many(self, name: str, model: type[M]) -> list[tuple[str, M, YamlFile]]:
        """Every sound file of a folder, with its stem."""
        kept = []
        for path in sorted((self.folder / name).glob("*.yaml")):
            value, file, found = read_model_file(path, model, root=self.root)
            self.problems += found
            if value is not None and file is not None:
                kept.append((path.stem, value, file))
        return kept

    def parts(self) -> list[RawPart]:
        """The declarations of the noun files, and of cases/*.yaml, each file one case type."""
        files: list[tuple[Noun, YamlFile]] = []
        for noun in NOUNS:
            paths = [self.folder / noun.file, *sorted((self.folder / noun.name).glob("*.yaml"))]
            for path in (p for p in paths if p.exists()):
                file, found = read_yaml(path, name=path.relative_to(self.root).as_posix())
                self.problems += found
                if file is not None:
                    files.append((noun, file))
        raw, found = collect(files)
        self.problems += found
        return raw

    def templates(self) -> dict[tuple[str, str], Template]:
        """templates/<noun>/<id>.yaml"""
        kept: dict[tuple[str, str], Template] = {}
        for noun in WITH_TEMPLATES:
            for stem, model, file in self.many(f"templates/{noun.name}", TemplateModel):
                if model.id != stem:
                    self.problems.append(Problem(file.at(("id",)), f"id {model.id!r} is not the file's name"))
                kept[noun.name, model.id] = declare_template(model, pack=self.folder.name, noun=noun.name)
        return kept


def read_model(path: Path, model: type[M], *, root: Path) -> tuple[M | None, list[Problem]]:
    value, _, problems = read_model_file(path, model, root=root)
    return value, problems


def read_model_file(
    path: Path, model: type[M], *, root: Path
) -> tuple[M | None, YamlFile | None, list[Problem]]:
    """Read a file and check it against its format; each mistake with its line."""
    file, problems = read_yaml(path, name=path.relative_to(root).as_posix())
    if file is None:
        return None, None, problems
    try:
        return model.model_validate(file.data), file, []
    except ValidationError as error:
        return None, file, [format_problem(file.at, dict(e)) for e in error.errors()]

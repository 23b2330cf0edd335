"""From a folder of YAML to checked packs; every mistake is collected with its file and line."""

import gc
import graphlib
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, RootModel, ValidationError

from huiqi.base.problem import Problem
from huiqi.measures.declare import MeasureModel
from huiqi.measures.scores import ScoreModel
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
from huiqi.packs.todo import todo_problems, with_todos
from huiqi.packs.types import Library, Pack
from huiqi.packs.yaml_file import YamlFile, read_yaml

M = TypeVar("M", bound=BaseModel)


def load_library(folder: Path, *, only: tuple[str, ...] = ()) -> tuple[Library, list[Problem]]:
    """Load all packs of a folder (or some, with what they require).

    Returns the packs that could be assembled and every problem of all of them.
    """
    with collector_paused():
        return loaded_from(folder, only)


@contextmanager
def collector_paused() -> Iterator[None]:
    """Loading makes half a million objects, none of them in a circle that nobody holds: the collector would walk them
    again and again, a quarter of the time.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def loaded_from(folder: Path, only: tuple[str, ...]) -> tuple[Library, list[Problem]]:
    folders = {
        path.parent.name: PackFolder(path.parent, folder) for path in sorted(folder.glob("*/pack.yaml"))
    }
    heads = {name: head for name, files in folders.items() if (head := files.head()) is not None}
    problems = [Problem(name, "there is no pack of this name") for name in only if name not in folders]
    order, found = in_order_of_need(heads, folders)
    wanted = needed(only, heads) if only else set(order)
    packs: dict[str, Pack] = {}
    for name in (n for n in order if n in wanted):
        packs[name], more = load_pack(folders[name], heads[name], required=packs)
        found += more
    for name, files in folders.items():
        if name not in heads and (not only or name in only):
            files.parts_of(NO_HEAD)  # for their mistakes alone
            found += files.problems_with(())
    return Library(packs), problems + found


def in_order_of_need(
    heads: Mapping[str, PackModel], folders: Iterable[str]
) -> tuple[list[str], list[Problem]]:
    """Packs after those they require."""
    problems = [
        Problem(
            f"{name}/pack.yaml",
            f"requires {other!r}, "
            + ("which has problems itself" if other in folders else "which is not there"),
        )
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


NO_HEAD = PackModel.model_construct()
"""In the place of a pack.yaml that is not sound; no pack is put together with it."""


def load_pack(
    files: "PackFolder", head: PackModel, *, required: Mapping[str, Pack]
) -> tuple[Pack, list[Problem]]:
    """One pack; `required` holds the packs loaded before it."""
    parts = files.parts_of(head)
    pack, found = assemble(parts, required=[required[r] for r in head.requires if r in required])
    return pack, files.problems_with(found)


class PackFolder:
    """Reads the files of one pack and keeps the problems of all of them."""

    def __init__(self, folder: Path, root: Path) -> None:
        self.folder = folder
        self.root = root
        self.problems: list[Problem] = []
        self.todos: list[Problem] = []

    def problems_with(self, found: Iterable[Problem]) -> list[Problem]:
        """All problems of the pack: of its files, and those `found` when they were put together."""
        return with_todos(self.todos, [*self.problems, *found])

    def head(self) -> PackModel | None:
        """pack.yaml, if it is sound."""
        head, file = self.one("pack.yaml", PackModel)
        if head is not None and file is not None and head.id != self.folder.name:
            self.problems.append(Problem(file.at(("id",)), f"id {head.id!r} is not the folder's name"))
        return head

    def parts_of(self, head: PackModel) -> Parts:
        """All other files."""
        clauses, clauses_file = self.one("clauses.yaml", ClausesFile)
        facts, facts_file = self.one("facts.yaml", FactsFile)
        parameters, _ = self.one("parameters.yaml", ParametersFile)
        matters, matters_file = self.one("matters.yaml", MattersFile)
        return Parts(
            name=self.folder.name,
            head=head,
            clauses=clauses.root if clauses else [],
            clauses_file=clauses_file,
            facts=facts.root if facts else {},
            facts_file=facts_file,
            parameters=parameters.root if parameters else {},
            matters=matters.root if matters else [],
            matters_file=matters_file,
            measures=self.many("measures", MeasureModel),
            measure_names=frozenset(path.stem for path in (self.folder / "measures").glob("*.yaml")),
            scores=self.many("scores", ScoreModel),
            examples=[(file, model.root) for _, model, file in self.many("tests", ExamplesFile)],
            raw=self.parts(),
            templates=self.templates(),
            is_unfinished=bool(self.todos),
        )

    def one(self, name: str, model: type[M]) -> tuple[M | None, YamlFile | None]:
        """A file that need not be there."""
        path = self.folder / name
        if not path.exists():
            return None, None
        return self.read(path, model, is_items=issubclass(model, RootModel))

    def many(self, name: str, model: type[M]) -> list[tuple[str, M, YamlFile]]:
        """Every sound file of a folder, with its stem."""
        kept = []
        for path in sorted((self.folder / name).glob("*.yaml")):
            value, file = self.read(path, model)
            if value is not None and file is not None:
                kept.append((path.stem, value, file))
        return kept

    def parts(self) -> list[RawPart]:
        """The declarations of the noun files, and of cases/*.yaml, each file one case type."""
        files: list[tuple[Noun, YamlFile]] = []
        for noun in NOUNS:
            paths = [self.folder / noun.file, *sorted((self.folder / noun.name).glob("*.yaml"))]
            for path in (p for p in paths if p.exists()):
                file = self.yaml(path)
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

    def read(self, path: Path, model: type[M], *, is_items: bool = False) -> tuple[M | None, YamlFile | None]:
        """Read a file and check it against its format; each mistake with its line.

        Of a file of declarations (`is_items`) one with mistakes is left out alone.
        """
        file = self.yaml(path)
        if file is None:
            return None, None
        try:
            return model.model_validate(file.data), file
        except ValidationError as error:
            self.problems += [format_problem(file.at, dict(e), data=file.data) for e in error.errors()]
            broken = {e["loc"][0] for e in error.errors() if e["loc"]}
        if not is_items:
            return None, file
        try:
            return model.model_validate(without(file.data, broken)), file
        except ValidationError:
            return None, file

    def yaml(self, path: Path) -> YamlFile | None:
        """The content of a file; its todos are noted."""
        file, found = read_yaml(path, name=path.relative_to(self.root).as_posix())
        self.problems += found
        if file is not None:
            self.todos += todo_problems(file)
        return file


def without(data: Any, broken: Collection[str | int]) -> Any:
    """A list or mapping without some of its items."""
    if isinstance(data, list):
        return [item for index, item in enumerate(data) if index not in broken]
    return {key: item for key, item in data.items() if key not in broken} if isinstance(data, dict) else data

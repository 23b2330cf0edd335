"""What a draft leaves to a person: each `todo` in the files of a pack is a problem until somebody decides.

A value or a key that is `todo`, or begins with it (`todo, ask the finance bureau`), is one.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from huiqi.base.problem import Problem
from huiqi.packs.yaml_file import Path_, YamlFile

TODO: Final = re.compile(r"todo(?![a-z0-9_-])", re.IGNORECASE)
NAMES: Final = ("id", "name")


def is_todo(value: object) -> bool:
    """Is it a text that leaves something to be decided?

    >>> [is_todo(value) for value in ("todo", "TODO: which fund?", "todo待定", "todos", "mastodon", None)]
    [True, True, True, False, False, False]
    """
    return isinstance(value, str) and TODO.match(value) is not None


def todo_problems(file: YamlFile) -> list[Problem]:
    """One problem for each todo of a file, at its line."""
    return [
        Problem(file.at(path), f"{spelled(file.data, path)} is still todo") for path in todos_in(file.data)
    ]


def todos_in(data: Any, path: Path_ = ()) -> Iterator[Path_]:
    """Where the todos of a document stand, in their order."""
    if isinstance(data, Mapping):
        for key, value in data.items():
            if is_todo(key):
                yield (*path, key)
            yield from todos_in(value, (*path, key))
    elif isinstance(data, list):
        for index, item in enumerate(data):
            yield from todos_in(item, (*path, index))
    elif is_todo(data):
        yield path


def spelled(data: Any, path: Sequence[str | int]) -> str:
    """A place in a file as people read it; the items of a list of declarations have their own names.

    >>> spelled([{"id": "c7", "summary": {"zh": "todo"}}], (0, "summary", "zh"))
    'c7: summary.zh'
    >>> spelled({"jurisdiction": {"zh": "todo"}}, ("jurisdiction", "zh"))
    'jurisdiction.zh'
    """
    dotted = ".".join(map(str, path[1:]))
    name = name_of(data, path[0]) if path else None
    if name is None:
        return ".".join(map(str, path))
    return f"{name}: {dotted}" if dotted else name


def name_of(data: Any, index: str | int) -> str | None:
    """What an item of a list calls itself."""
    if not isinstance(data, list) or not isinstance(index, int) or index >= len(data):
        return None
    item = data[index]
    names = [item[key] for key in NAMES if isinstance(item.get(key), str)] if isinstance(item, dict) else []
    return next((name for name in names if not is_todo(name)), None)


def with_todos(todos: Sequence[Problem], problems: Iterable[Problem]) -> list[Problem]:
    """All problems, and of each todo exactly one: what else is wrong at its line only follows from it.

    A mistake of format says what belongs in the place of the todo and stands instead of the bare todo.
    """
    telling = dict.fromkeys(todos)
    others: list[Problem] = []
    for problem in problems:
        here = [todo for todo in todos if is_at(problem, todo.where)]
        bare = next((todo for todo in here if problem.message.startswith(todo.message)), None)
        if bare is not None:
            telling[bare] = problem
        elif not here:
            others.append(problem)
    return [better or todo for todo, better in telling.items()] + others


def is_at(problem: Problem, place: str) -> bool:
    """Does a problem stand at ``file:line``, or inside a rule that begins there?"""
    return problem.where == place or problem.where.startswith((f"{place}:", f"{place}."))

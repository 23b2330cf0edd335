"""YAML with the line of every value, exact figures, and every mistake as a problem."""

from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from huiqi.base.problem import Problem

Path_ = tuple[str | int, ...]


class ExactLoader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """Figures with a point stay exact; a key given twice is refused."""

    def construct_mapping(self, node: Any, deep: bool = False) -> Any:
        seen: set[Any] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if key in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"{key!r} stands twice", key_node.start_mark
                )
            seen.add(key)
        return super().construct_mapping(node, deep)


def construct_exact(loader: ExactLoader, node: yaml.ScalarNode) -> Any:
    text = loader.construct_scalar(node)
    try:
        return Decimal(str(text).replace("_", ""))
    except ArithmeticError:
        return text


ExactLoader.add_constructor("tag:yaml.org,2002:float", construct_exact)


@dataclass(frozen=True, slots=True)
class YamlFile:
    """The content of a file and where each part of it stands."""

    name: str  # as problems name it
    data: Any
    lines: dict[Path_, int]

    def at(self, path: Path_) -> str:
        """``file:line`` of a value, or of the nearest thing around it."""
        while path and path not in self.lines:
            path = path[:-1]
        return f"{self.name}:{self.lines.get(path, 1)}"


def read_yaml(path: Path, *, name: str) -> tuple[YamlFile | None, list[Problem]]:
    """Read one file; a missing or broken one is a problem, not an exception."""
    try:
        text = path.read_text("utf-8")
    except FileNotFoundError:
        return None, [Problem(name, "the file is missing")]
    except (OSError, UnicodeDecodeError) as error:
        return None, [Problem(name, f"cannot be read: {error}")]
    return read_yaml_text(text, name=name)


def read_yaml_text(text: str, *, name: str) -> tuple[YamlFile | None, list[Problem]]:
    """The same for a text that is no file yet."""
    try:
        root, data = composed(text)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        return None, [Problem(f"{name}:{line}", f"not valid YAML: {error.problem}")]
    except (yaml.YAMLError, ValueError) as error:
        return None, [Problem(name, f"not valid YAML: {error}")]
    lines: dict[Path_, int] = {}
    if root is not None:
        note_lines(root, (), lines)
    return YamlFile(name, data, lines), []


def composed(text: str) -> tuple[yaml.Node | None, Any]:
    """The nodes of a document, which know their lines, and what they stand for."""
    loader = ExactLoader(text)
    try:
        root = loader.get_single_node()
        return root, loader.construct_document(root) if root is not None else None
    finally:
        loader.dispose()


def note_lines(node: yaml.Node, path: Path_, lines: dict[Path_, int]) -> None:
    lines[path] = node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            note_lines(value, (*path, key.value), lines)
            lines[(*path, key.value)] = key.start_mark.line + 1
    elif isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            note_lines(item, (*path, index), lines)

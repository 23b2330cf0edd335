"""Files of a pack as text, byte for byte: the file of a measure, and its tests within a file of many.

A test of a measure is a block of lines: from its dash, with the comment lines right above it, to the next
block. Cutting the blocks out and putting them back unchanged gives the file it was.
"""

import hashlib
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import yaml

from huiqi.packs.yaml_file import composed


@dataclass(frozen=True, slots=True)
class MeasureTexts:
    """What is edited of one measure."""

    text: str  # of measures/<id>.yaml
    test_file: str  # tests/c05.yaml, within the pack
    tests: str  # the blocks of this measure in it


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def read_exactly(path: Path) -> str:
    """A file without any change of line ends; empty where there is none."""
    return path.read_bytes().decode("utf-8") if path.is_file() else ""


def as_written(posted: str, *, like: str) -> str:
    r"""What a browser sends, with the line ends of the file it is about.

    >>> as_written("a: 1\r\nb: 2\r\n", like="a: 1\n")
    'a: 1\nb: 2\n'
    >>> as_written("a: 1\r\nb: 2", like="a: 1\r\n")
    'a: 1\r\nb: 2'
    """
    text = posted.replace("\r\n", "\n").replace("\x00", "")
    return text.replace("\n", "\r\n") if "\r\n" in like else text


def texts_of(folder: Path, measure: str) -> MeasureTexts:
    """The texts of a measure in the folder of its pack.

    Its tests are those in the first file, by name, that has any; a measure without tests gets a file of its own.
    """
    text = read_exactly(folder / "measures" / f"{measure}.yaml")
    for path in sorted((folder / "tests").glob("*.yaml")):
        whole = read_exactly(path)
        if measure in whole and (tests := cut_out(whole, measure)):
            return MeasureTexts(text, f"tests/{path.name}", tests)
    return MeasureTexts(text, f"tests/{measure}.yaml", "")


def cut_out(text: str, measure: str) -> str:
    """The blocks of a measure in a file of tests."""
    return "".join(block for name, block in blocks_of(text) if name == measure)


def put_back(text: str, measure: str, tests: str) -> str:
    r"""A file of tests with the blocks of a measure replaced; unchanged where they are the same.

    New blocks stand where the first old one stood, or at the end.

    >>> put_back("- {name: a, measure: x}\n- {name: b, measure: y}\n", "x", "- {name: c, measure: x}\n")
    '- {name: c, measure: x}\n- {name: b, measure: y}\n'
    """
    blocks = blocks_of(text)
    if cut_out(text, measure) == tests:
        return text
    place = next((n for n, (name, _) in enumerate(blocks) if name == measure), len(blocks))
    before = "".join(block for _, block in blocks[:place])
    after = "".join(block for name, block in blocks[place:] if name != measure)
    return ended(before, tests) + ended(tests, after) + after


def ended(text: str, following: str) -> str:
    """The text with a line end, where something follows."""
    return text + "\n" if text and following and not text.endswith("\n") else text


def blocks_of(text: str) -> list[tuple[str | None, str]]:
    """The file in pieces: what stands before the first test (None), then each test with the measure it is of."""
    try:
        root, _ = composed(text)
    except (yaml.YAMLError, ValueError):
        root = None
    if not isinstance(root, yaml.SequenceNode) or root.flow_style or not root.value:
        return [(None, text)] if text else []
    lines = text.splitlines(keepends=True)
    starts = [with_comments(lines, node.start_mark.line) for node in root.value]
    names = [measure_of(node) for node in root.value]
    pieces = ["".join(lines[a:b]) for a, b in pairwise([0, *starts, len(lines)])]
    return [(None, pieces[0])] * bool(pieces[0]) + list(zip(names, pieces[1:], strict=True))


def with_comments(lines: list[str], line: int) -> int:
    """The line at which the comment above a test begins."""
    while line and lines[line - 1].startswith("#"):
        line -= 1
    return line


def measure_of(node: yaml.Node) -> str | None:
    """The measure a test names."""
    pairs = node.value if isinstance(node, yaml.MappingNode) else []
    return next((str(value.value) for key, value in pairs if key.value == "measure"), None)

"""docs/authoring.md does what it says: its files and commands, one after the other, in an empty folder."""

import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from typer.testing import CliRunner

from huiqi.cli.app import app
from huiqi.packs.complete import completeness_problems
from huiqi.packs.load import load_library
from huiqi.packs.todo import is_todo

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "authoring.md"
FENCED = re.compile(
    r"^```(?P<kind>\w+) (?P<words>[^\n]*)\n(?P<text>.*?)^```$|^```console\n(?P<plain>.*?)^```$", re.M | re.S
)
LEFT_OUT = "…"
SLUG = "trial-2024-7"
TOOLS = {"rm", "mv"}


@dataclass(frozen=True)
class Block:
    """A fenced block of the page."""

    line: int
    kind: str
    words: dict[str, str]
    text: str

    def commands(self) -> list[tuple[str, list[str]]]:
        """Each command with the lines it prints."""
        parts = re.split(r"^\$ (.*)\n", self.text, flags=re.M)[1:]
        return [(command, lines_of(shown)) for command, shown in zip(parts[::2], parts[1::2], strict=True)]


@dataclass
class Walked:
    """What came of a block when it was carried out."""

    printed: list[list[str]] = field(default_factory=list)  # by each command
    codes: list[int] = field(default_factory=list)
    found: str = ""  # in the file that `before` names


def lines_of(text: str) -> list[str]:
    """Without the blanks tables end their lines and begin and end themselves with."""
    return (
        "\n".join(line.rstrip() for line in text.splitlines()).strip("\n").split("\n") if text.strip() else []
    )


def blocks_of(page: str) -> Iterator[Block]:
    for match in FENCED.finditer(page):
        words = dict(word.partition("=")[::2] for word in (match["words"] or "").split())
        yield Block(
            line=page.count("\n", 0, match.start()) + 1,
            kind=match["kind"] or "console",
            words=words,
            text=match["plain"] if match["plain"] is not None else match["text"],
        )


def walk(blocks: list[Block], folder: Path) -> dict[int, Walked]:
    """Carry out the blocks in `folder`, which is where the process is."""
    walked: dict[int, Walked] = {}
    for block in blocks:
        done = walked[block.line] = Walked()
        if "file" in block.words:
            path = folder / block.words["file"]
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(block.text, "utf-8")
        if "before" in block.words:
            done.found = (folder / block.words["before"]).read_text("utf-8")
        for command, _ in block.commands() if block.kind == "console" else ():
            code, printed = run(command, folder)
            done.codes.append(code)
            done.printed.append(lines_of(printed))
    return walked


def run(command: str, folder: Path) -> tuple[int, str]:
    program, *words = shlex.split(command)
    if program == "huiqi":
        result = CliRunner().invoke(app, words)
        return result.exit_code, result.output
    assert program in TOOLS
    done = subprocess.run([program, *words], cwd=folder, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def is_as_shown(printed: list[str], shown: list[str]) -> bool:
    """Are the printed lines those the page shows, with anything in place of a line `…`?"""
    pattern = "".join(
        r"(?:[^\n]*\n)*?" if line.strip() == LEFT_OUT else re.escape(line) + "\n" for line in shown
    )
    return re.fullmatch(pattern, "".join(f"{line}\n" for line in printed)) is not None


BLOCKS = list(blocks_of(PAGE.read_text("utf-8")))
CONSOLES = [block for block in BLOCKS if block.kind == "console"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("authoring")
    for pack in ROOT.glob("packs/cn-*"):
        shutil.copytree(pack, folder / "packs" / pack.name)
    return folder


@pytest.fixture(scope="module")
def walked(folder: Path) -> dict[int, Walked]:
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setenv("HUIQI_PACKS", str(folder / "packs"))
        patch.setenv("COLUMNS", "80")
        return walk(BLOCKS, folder)


@pytest.mark.parametrize("block", CONSOLES, ids=lambda block: f"line {block.line}")
def test_the_commands_print_what_the_page_shows(block: Block, walked: dict[int, Walked]):
    done = walked[block.line]
    for (command, shown), printed in zip(block.commands(), done.printed, strict=True):
        assert is_as_shown(printed, shown), f"$ {command}\n" + "\n".join(printed)
    *before, last = done.codes
    assert before == [0] * len(before)
    assert last == int(block.words.get("exit", 0))


def test_a_file_is_what_the_page_says_it_was(walked: dict[int, Walked]):
    shown = [block for block in BLOCKS if "before" in block.words]
    assert shown
    for block in shown:
        found = walked[block.line].found
        assert is_as_shown(lines_of(found), lines_of(block.text)), f"{block.words['before']}:\n{found}"


def test_every_file_of_the_new_pack_is_on_the_page(folder: Path, walked: dict[int, Walked]):
    made = {path.relative_to(folder).as_posix() for path in (folder / "packs" / SLUG).rglob("*.*")}
    assert made == {name for block in BLOCKS if (name := block.words.get("file", "")).startswith("packs/")}


def test_the_pack_ends_clean(folder: Path, walked: dict[int, Walked]):
    library, problems = load_library(folder / "packs", only=(SLUG,))
    assert [*problems, *completeness_problems(library)] == []
    text = "\n".join(path.read_text("utf-8") for path in (folder / "packs" / SLUG).rglob("*.*"))
    assert [word for word in text.split() if is_todo(word)] == []


def test_every_block_says_what_it_is():
    known = {"file", "before", "exit"}
    assert [block.line for block in BLOCKS if not set(block.words) <= known] == []
    assert len(BLOCKS) == PAGE.read_text("utf-8").count("\n```") / 2


def test_the_page_uses_the_commands_it_promises():
    used = {command.split()[1] for block in CONSOLES for command, _ in block.commands() if "huiqi" in command}
    assert used >= {"parse", "draft", "check", "coverage", "show", "sample", "match", "explain", "ask"}


def test_links_lead_somewhere():
    page = PAGE.read_text("utf-8")
    for name, anchor in re.findall(r"\]\(([\w.-]+\.md)(?:#([\w-]+))?\)", page):
        headings = re.findall(r"^#+ (.+)$", (PAGE.parent / name).read_text("utf-8"), re.M)
        anchors = {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}
        assert not anchor or anchor in anchors, f"{name}#{anchor}"


@pytest.mark.parametrize(
    ("printed", "shown", "fits"),
    [
        (["a", "b"], ["a", "b"], True),
        (["a", "b"], ["a"], False),
        (["a", "b", "c"], ["a", "…", "c"], True),
        (["a", "c"], ["a", "…", "c"], True),
        (["a", "b", "d"], ["a", "…", "c"], False),
        ([], [], True),
        (["a.b"], ["axb"], False),
    ],
)
def test_how_lines_are_compared(printed: list[str], shown: list[str], fits: bool):
    assert is_as_shown(printed, shown) == fits

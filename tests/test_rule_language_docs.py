"""docs/rule-language is what tests/spec says, no more and no less."""

import re
from pathlib import Path

from huiqi.measures.functions import FUNCTIONS
from huiqi.measures.types import VerdictKind
from tests.spec.manual import CHAPTERS, pages
from tests.spec.print_manual import MANUAL

SPEC = Path(__file__).parent / "spec"


def test_the_committed_pages_are_those_of_the_spec():
    committed = {path.name: path.read_text("utf-8") for path in MANUAL.glob("*.md")}
    assert committed == pages(), "run: python -m tests.spec.print_manual"


def test_every_chapter_is_in_the_manual():
    written = {path.stem for path in SPEC.glob("test_*.py")}
    assert written == {chapter.__name__.rpartition(".")[2] for chapter in CHAPTERS}


def test_every_function_is_shown_at_work():
    tables = [line for text in pages().values() for line in text.splitlines() if line.startswith("| ")]
    assert [name for name in FUNCTIONS if not any(f"{name}(" in line for line in tables)] == []


def test_every_kind_of_verdict_is_shown():
    cells = {
        cell.strip() for text in pages().values() for line in text.splitlines() for cell in line.split("|")
    }
    assert {str(kind) for kind in VerdictKind} <= cells


def test_links_lead_somewhere():
    linked = re.findall(r"\]\(([^)]+)\)", (MANUAL / "README.md").read_text("utf-8"))
    assert linked
    assert [link for link in linked if not (MANUAL / link).exists()] == []

"""The chapters of tests/spec as pages for people: prose from docstrings, tables from what the tests check."""

import inspect
from collections.abc import Callable, Iterator, Sequence
from textwrap import dedent
from types import ModuleType
from typing import Final

import yaml

from tests.spec import (
    test_arithmetic,
    test_branches_of_industry,
    test_case,
    test_comparisons,
    test_dates,
    test_derived_facts,
    test_least_and_greatest,
    test_literals,
    test_logic,
    test_matters,
    test_missing_facts,
    test_names,
    test_parameters,
    test_problems,
    test_ranges_and_lists,
    test_rounding,
    test_scores,
    test_types,
    test_verdicts,
    test_working_days,
)
from tests.spec.language import BY_TRYING, FOLDER, fact_named, yaml_of
from tests.spec.tables import drawn

CHAPTERS: Final[Sequence[ModuleType]] = (
    test_literals,
    test_names,
    test_types,
    test_comparisons,
    test_logic,
    test_ranges_and_lists,
    test_arithmetic,
    test_case,
    test_least_and_greatest,
    test_rounding,
    test_dates,
    test_working_days,
    test_branches_of_industry,
    test_missing_facts,
    test_derived_facts,
    test_parameters,
    test_scores,
    test_verdicts,
    test_matters,
    test_problems,
)
OUTCOME_COLUMNS: Final = (
    "verdict",
    "amount",
    "missing",
    "reasons",
    "also",
    "faults",
    "outcome",
    "told",
    "place",
)
INDEX: Final = """\
# The rule language

A condition or a formula of a measure is one expression. It is read, checked against the declared facts, and run by
several engines that must give the same answers: the interpreter, which explains one enterprise; the batch engine, which
matches a register; and SQL. `docs/packs.md` says where rules stand in a pack; these pages say what they mean.

They are printed from `tests/spec` (`python -m tests.spec.print_manual`): every row of every table is a test, run on
every engine that can answer it. In the tables an empty cell (·) is a fact that is missing; *unknown* is the answer where
a missing fact can still change it; *no value* is an operation without a result. *By trying* marks answers that are
known only because the possible values of a missing fact were tried: three-valued logic alone, as in SQL, leaves them
unknown. Unless a table says otherwise the day of the evaluation is 2013-06-30.
"""


class Page:
    """Takes down what a chapter says instead of checking it."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.shown: set[str] = set()

    def declares(self, file: str) -> None:
        written = (FOLDER / "scores" / file).read_text("utf-8").strip()
        self.lines += ["```yaml", f"# scores/{file}", written, "```", ""]

    def shows(self, text: str, **rules: str) -> None:
        for name, rule in rules.items():
            self.lines += [f"`{name}` stands for", "", "```sql", rule, "```", ""]
        table = drawn(text)
        rules_of = [fact_named(h) is None and h != "as of" for h in table.headings]
        headings = [f"`{h}`" if is_rule else h for h, is_rule in zip(table.headings, rules_of, strict=True)]
        rows = [[shown(c, is_rule) for c, is_rule in zip(row, rules_of, strict=True)] for row in table.rows]
        self.table(headings, rows)

    def refuses(self, text: str, *, as_condition: bool = False) -> None:
        self.table(
            ["rule", "line:column", "problem"], [[f"`{rule}`", *rest] for rule, *rest in drawn(text).rows]
        )

    def gives(self, text: str, table_text: str) -> None:
        name = yaml.safe_load(text)["id"]
        if name in self.shown:
            self.lines += [f"The measure `{name}` above.", ""]
        else:
            self.shown.add(name)
            self.lines += ["```yaml", dedent(text).strip(), "```", ""]
        table = drawn(table_text)
        is_outcome = [heading in OUTCOME_COLUMNS for heading in table.headings]
        rows = [[shown(c, o) for c, o in zip(row, is_outcome, strict=True)] for row in table.rows]
        self.table(table.headings, rows)

    def combines(self, matter_text: str, table_text: str, *, precedence: str = "") -> None:
        said = f"`{matter_text}`"
        if precedence:
            said += f", in documents that say `rule: {precedence}`"
        table = drawn(table_text)
        self.lines += [said, ""]
        self.table(table.headings, table.rows)

    def table(self, headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        self.lines += [line_of(headings), "|" + "---|" * len(headings), *map(line_of, rows), ""]


def line_of(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def shown(cell: str, is_outcome: bool) -> str:
    """A missing fact is seen to be missing; an outcome found by trying is marked."""
    if cell == "" and not is_outcome:
        return "·"
    return f"{cell.removesuffix(BY_TRYING)} *by trying*" if cell.endswith(BY_TRYING) else cell


def pages() -> dict[str, str]:
    """File name → text, the index first."""
    found = {"README.md": index()}
    for number, chapter in enumerate(CHAPTERS, 1):
        found[file_name(number, chapter)] = page_of(chapter)
    return found


def file_name(number: int, chapter: ModuleType) -> str:
    topic = chapter.__name__.rpartition(".")[2].removeprefix("test_").replace("_", "-")
    return f"{number:02d}-{topic}.md"


def page_of(chapter: ModuleType) -> str:
    page = Page()
    for test in tests_of(chapter):
        heading, prose = parts_of(test)
        page.lines += [f"## {heading}", ""]
        if prose:
            page.lines += [prose, ""]
        test(page)
    title, prose = parts_of(chapter)
    return "\n".join([f"# {title}", "", prose, "", *page.lines]).rstrip() + "\n"


def tests_of(chapter: ModuleType) -> Iterator[Callable[[Page], None]]:
    """In the order in which they are written."""
    for name, value in vars(chapter).items():
        if name.startswith("test_") and inspect.isfunction(value):
            yield value


def parts_of(documented: object) -> tuple[str, str]:
    """The first line of a docstring, and the rest."""
    text = inspect.getdoc(documented) or ""
    heading, _, prose = text.partition("\n")
    return heading.strip(), prose.strip()


def index() -> str:
    page = Page()
    page.lines += [INDEX, "## Chapters", ""]
    for number, chapter in enumerate(CHAPTERS, 1):
        page.lines.append(f"{number}. [{parts_of(chapter)[0]}]({file_name(number, chapter)})")
    page.lines += [
        "",
        "## The facts of the examples",
        "",
        f"Declared in `tests/{FOLDER.name}/facts.yaml`.",
        "",
    ]
    rows = [
        [f"`{name}`", str(raw["zh"]), str(raw["type"]), particulars(raw)]
        for name, raw in yaml_of("facts.yaml").items()
    ]
    page.table(["fact", "label", "type", "particulars"], rows)
    return "\n".join(page.lines).rstrip() + "\n"


def particulars(raw: dict[str, object]) -> str:
    told = [f"{key} {raw[key]}" for key in ("min", "max") if key in raw]
    told += [f"`{value}`" for value in raw.get("values", ())]  # type: ignore[attr-defined]
    told += ["only a person can say"] if raw.get("judged") else []
    told += ["about a claim"] if raw.get("about") == "claim" else []
    told += [f"formula `{raw['formula']}`"] if "formula" in raw else []
    return ", ".join(told)

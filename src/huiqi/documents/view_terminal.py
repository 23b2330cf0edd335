"""A parsed document, and a comparison of two, for reading in a terminal."""

from collections.abc import Iterator

from rich.console import Console, ConsoleOptions, RenderResult
from rich.table import Table
from rich.text import Text

from huiqi.documents.diff import ClauseChange, Comparison, FigureChange, edits
from huiqi.documents.marks import pieces_of
from huiqi.documents.types import Clause, Document
from huiqi.documents.view_words import KINDS, NOTES, ROLES, figure_of, head_of

STYLES = {"owner": "bold blue", "quantity": "bold yellow", "deadline": "bold magenta", "citation": "green"}
EDITS = {"kept": "", "out": "red strike", "in": "green underline"}
CHANGES = {
    "same": ("不变", "dim"),
    "changed": ("有改动", "yellow"),
    "new": ("新增", "green"),
    "removed": ("删去", "red"),
}
DEEPEST = 8
ALIKE = 0.5  # below it two texts are shown whole, one after the other


class DocumentView:
    """What rich prints for a document: head, legend, clauses with their parts coloured, notes."""

    def __init__(self, document: Document) -> None:
        self.document = document

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        document = self.document
        yield Text(document.title or "（无标题 · untitled）", style="bold")
        yield head_table(document)
        yield legend()
        yield from clause_lines(document)
        yield Text(f"{len(document.clauses)} 条 · clauses", style="dim")
        for note in document.notes:
            yield Text(f"{NOTES[note.kind][0]} {note.span[0]}–{note.span[1]}: {note.message}", style="dim")


def head_table(document: Document) -> Table:
    """Labels and values of the head."""
    table = Table.grid(padding=(0, 2))
    for zh, en, value in head_of(document):
        table.add_row(Text(zh, style="dim"), Text(value), Text(en, style="dim"))
    return table


def legend() -> Text:
    """Which colour is what."""
    words = [Text(f"{KINDS[kind][0]} {KINDS[kind][1]}", style=style) for kind, style in STYLES.items()]
    return Text("   ").join(words)


def clause_lines(document: Document) -> Iterator[Text | Table]:
    """Section headings and clauses, indented by depth."""
    depths = depths_of(document.clauses)
    headings = headings_before(document.clauses)
    for clause in document.clauses:
        if clause.id in headings:
            yield Text(f"\n{headings[clause.id]}", style="bold underline")
        row = Table.grid(padding=(0, 1))
        row.add_column(style="dim", no_wrap=True)
        row.add_column(overflow="fold")
        row.add_row("  " * depths[clause.id] + clause.id, clause_text(clause))
        yield row


def headings_before(clauses: tuple[Clause, ...]) -> dict[str, str]:
    """The section headings to print, each by the id of the clause it stands before.

    A heading that is a clause itself is not printed again.
    """
    own = {f"{clause.label or ''}{clause.title or ''}" for clause in clauses}
    headings: dict[str, str] = {}
    section: str | None = None
    for clause in clauses:
        if clause.section != section:
            section = clause.section
            if section and section not in own:
                headings.setdefault(clause.id, section)
    return headings


def heading_apart(clause: Clause) -> str:
    """The heading of a clause, where its text does not begin with it."""
    return "" if clause.title is None or clause.text.startswith(clause.title) else clause.title


def depths_of(clauses: tuple[Clause, ...]) -> dict[str, int]:
    """How far below the top each clause stands, at most `DEEPEST`."""
    depths: dict[str, int] = {}
    for clause in clauses:
        depths[clause.id] = min(depths.get(clause.parent or "", -1) + 1, DEEPEST)
    return depths


def clause_text(clause: Clause) -> Text:
    """Label and words of a clause, its parts coloured, who answers for it below."""
    text = Text()
    text.append(clause.label or "", style="bold")
    if own := heading_apart(clause):
        text.append(f"{own}\n" if clause.text else own, style="bold")
    for words, mark in pieces_of(clause):
        text.append(words, style=STYLES[mark.kind] if mark else "")
    if clause.owners:
        owners = "；".join(f"{owner.name}（{ROLES[owner.role][0]}）" for owner in clause.owners)
        text.append(f"\n→{owners}", style="blue")
    for note in clause.notes:
        text.append(f"\n! {NOTES[note.kind][0]}: {note.message}", style="dim")
    return text


class ComparisonView:
    """What rich prints for two documents compared."""

    def __init__(self, comparison: Comparison, *, show_same: bool = False) -> None:
        self.comparison = comparison
        self.show_same = show_same

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        counts = {kind: sum(1 for each in self.comparison.changes if each.kind == kind) for kind in CHANGES}
        yield Text(
            "  ".join(f"{CHANGES[kind][0]} {kind} {count}" for kind, count in counts.items()), style="bold"
        )
        for change in self.comparison.changes:
            if change.kind != "same" or self.show_same:
                yield change_text(change)
        for related in self.comparison.related:
            yield Text(
                f"相关 related {related.old.id} → {related.new.id}  {figure_change(related.change)}",
                style="cyan",
            )


def change_text(change: ClauseChange) -> Text:
    """One change: which clauses, which figures and owners, and the words."""
    word, style = CHANGES[change.kind]
    ids = " → ".join(clause.id for clause in (change.old, change.new) if clause)
    text = Text(f"\n{word} {ids}", style=f"bold {style}")
    if change.kind == "changed":
        text.append(f"  {change.similarity:.0%}", style="dim")
    for figure in change.figures:
        text.append(f"\n  {figure_change(figure)}", style="bold yellow")
    for owner in change.owners:
        before, after = (ROLES[role][0] if role else "—" for role in (owner.old, owner.new))
        text.append(f"\n  {owner.name}: {before} → {after}", style="blue")
    old, new = (clause.text if clause else "" for clause in (change.old, change.new))
    text.append("\n  ")
    if change.kind == "changed" and change.similarity < ALIKE:
        text.append(old, style=EDITS["out"])
        text.append("\n  ")
        text.append(new, style=EDITS["in"])
        return text
    for edit in edits(old, new):
        text.append(edit.text, style=EDITS[edit.kind])
    return text


def figure_change(change: FigureChange) -> str:
    """`月销售额: 20000元 → 15万元`."""
    old, new = (f"{each.text} [{figure_of(each)}]" if each else "—" for each in (change.old, change.new))
    return f"{change.about + ': ' if change.about else ''}{old} → {new}"

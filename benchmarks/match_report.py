"""The result file of `match_1m.py`: tables of ratios, agreement and errors, in Markdown."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from clocked import Clocked

BUSY = 1.0
"""Load before the first round from which the result says that the machine was busy."""

Round = Mapping[str, Clocked]
Counts = Mapping[str, float]

HEAD = """# {rows:,} synthetic enterprises × the measures of qingdao-2012-46

```
{command}
```

{machine} · {versions}
{busy}
Medians of {repeats} rounds, smallest to largest in brackets; ratios are taken within each round, files lie in
the page cache. Ratios, not seconds, carry over to another machine. How to read them: [README](../README.md).

## The main job: `huiqi match`, all measures of the pack, findings and summary written

Floor: add up the {columns} columns it reads, by the faster of Polars and DuckDB (their own clock, without
start-up). `huiqi match` is the whole process, start-up and reading of the packs included.

"""
TEN = """
## Ten measures, side by side

Seconds from the first byte read to the sums; {columns} columns. huiqi finds which facts are missing where, and
writes every finding; OpenFisca knows no missing facts, counts and adds up.

"""
AGREEMENT = """
## Do they agree?

Pairs of party and measure in scope. *Stated*: every fact of the measure is in the register and the answer is
known. *Settled*: a fact is missing, but no value of it could change the answer. *Open*: the answer cannot be
known; OpenFisca answers all the same. *Made up*: entitled, the amount needs a missing fact, OpenFisca names
an amount.

"""
HIDDEN = """
## Wrong answers when facts are missing

{pairs:,} pairs whose truth is known, nine measures; facts hidden at random as often as the register lacks
them. OpenFisca is the tuned variant. Amounts off the truth in percent of all true amounts: some are benefits,
some are taxes payable. Amounts that huiqi leaves open are not among them.

"""


@dataclass(frozen=True, slots=True)
class Report:
    """All that the result file says."""

    rows: int
    command: str
    machine: str
    versions: str
    load: float
    columns: Mapping[str, int]
    rounds: Sequence[Round]
    compared: Mapping[str, Mapping[str, Counts]]  # variant of OpenFisca → measure → counts
    hidden: Mapping[str, Counts]  # engine → counts


def report(found: Report) -> str:
    """The whole file."""
    busy = ""
    if found.load >= BUSY:
        busy = (
            f"\n**The machine was busy** (load {found.load:.1f} before the first round): mind the brackets.\n"
        )
    head = HEAD.format(
        rows=found.rows,
        command=found.command,
        machine=found.machine,
        versions=found.versions,
        busy=busy,
        repeats=len(found.rounds),
        columns=found.columns["all"],
    )
    parts = [
        head,
        main_table(found),
        TEN.format(columns=found.columns["ten"]),
        ten_table(found),
        AGREEMENT,
        agreement_table(found),
        differences(found),
        HIDDEN.format(pairs=int(found.hidden["huiqi"]["pairs"])),
        hidden_table(found),
    ]
    return "".join(parts)


def main_table(found: Report) -> str:
    floor = [min(own_seconds(r, f"floor {e} all") for e in ("polars", "duckdb")) for r in found.rounds]
    lines = []
    for title, key in (
        ("scan floor, Polars", "floor polars all"),
        ("scan floor, DuckDB", "floor duckdb all"),
        ("**`huiqi match`**", "match"),
    ):
        seconds = [r[key].wall_seconds if key == "match" else own_seconds(r, key) for r in found.rounds]
        lines.append(speed_line(title, found, key, seconds, floor))
    return table(SPEED_HEADINGS, lines)


def ten_table(found: Report) -> str:
    floor = [min(own_seconds(r, f"floor {e} ten") for e in ("polars", "duckdb")) for r in found.rounds]
    huiqi = [own_seconds(r, "huiqi") for r in found.rounds]
    lines = []
    for title, key in (
        ("scan floor, Polars", "floor polars ten"),
        ("scan floor, DuckDB", "floor duckdb ten"),
        ("**huiqi**, findings written", "huiqi"),
        ("OpenFisca-core, tuned by hand", "openfisca tuned"),
        ("… every answer written", "openfisca writing"),
        ("OpenFisca-core, idiomatic", "openfisca idiomatic"),
    ):
        seconds = [own_seconds(r, key) for r in found.rounds]
        against = spread([s / h for s, h in zip(seconds, huiqi, strict=True)], "{:.2f}")
        wall = f"{median(r[key].wall_seconds for r in found.rounds):.2f}"
        lines.append((*speed_line(title, found, key, seconds, floor), against, wall))
    return table((*SPEED_HEADINGS, "time ÷ huiqi", "whole process, s"), lines)


SPEED_HEADINGS = ("", "seconds", "parties/s", "time ÷ floor", "CPU s", "peak memory, MiB")


def speed_line(
    title: str, found: Report, key: str, seconds: Sequence[float], floor: Sequence[float]
) -> tuple[str, ...]:
    return (
        title,
        spread(seconds, "{:.2f}"),
        f"{found.rows / median(seconds):,.0f}",
        spread([s / f for s, f in zip(seconds, floor, strict=True)], "{:.1f}"),
        f"{median(r[key].cpu_seconds for r in found.rounds):.1f}",
        f"{max(r[key].peak_mib for r in found.rounds):,.0f}",
    )


def own_seconds(one_round: Round, key: str) -> float:
    """What the engine clocked itself, without start-up."""
    return float(one_round[key].last_line["seconds"])


def spread(numbers: Sequence[float], form: str) -> str:
    middle, low, high = (form.format(n) for n in (median(numbers), min(numbers), max(numbers)))
    return middle if low == high else f"{middle} ({low}–{high})"


AGREEMENT_HEADINGS = (
    "measure", "stated: alike / of", "settled: alike / of", "open", "… OpenFisca says yes", "… says no",
    "amount known, yuan", "OpenFisca's sum beyond it", "made up",
)  # fmt: skip


def agreement_table(found: Report) -> str:
    tuned = found.compared["tuned"]
    lines = [agreement_line(measure, counts) for measure, counts in tuned.items()]
    names = next(iter(tuned.values()))
    totals = {name: sum(counts[name] for counts in tuned.values()) for name in names}
    return table(AGREEMENT_HEADINGS, [*lines, agreement_line("**all ten**", totals)])


def agreement_line(title: str, counts: Counts) -> tuple[str, ...]:
    known = counts["known_amount"]
    return (
        title,
        f"{int(counts['stated_alike']):,} / {int(counts['stated']):,}",
        f"{int(counts['settled_alike']):,} / {int(counts['settled']):,}",
        f"{int(counts['open']):,}",
        with_share(counts["open_said_yes"], counts["open"]),
        with_share(counts["open_said_no"], counts["open"]),
        f"{known:,.0f}" if known else "",
        f"{counts['peer_amount'] / known - 1:+.1%}" if known else "",
        f"{int(counts['amount_made_up']):,}" if counts["amount_made_up"] else "",
    )


def differences(found: Report) -> str:
    """One sentence per variant on pairs whose facts are all stated."""
    lines = []
    for variant, measures in found.compared.items():
        sums = {
            name: int(sum(c[name] for c in measures.values()))
            for name in (
                "stated", "stated_eligible_differs", "stated_amount_differs", "open", "open_though_stated",
                "out_of_scope_said_yes",
            )
        }  # fmt: skip
        lines.append(
            f"- {variant}: of {sums['stated']:,} stated pairs {sums['stated_eligible_differs']:,} differ in "
            f"the answer and {sums['stated_amount_differs']:,} in the amount, to the fen; "
            f"{sums['out_of_scope_said_yes']:,} said entitled out of scope."
        )
    lines.append(
        f"- Of {sums['open']:,} open pairs {sums['open_though_stated']:,} have all their register facts: the "
        "size standard has no class for the industry, or the answer waits for a fact of the single claim."
    )
    return "\nThe table is of the tuned variant. Both variants:\n\n" + "\n".join(lines) + "\n"


def hidden_table(found: Report) -> str:
    lines = []
    for engine, counts in found.hidden.items():
        true_yes, amount = counts["true_yes"], counts["true_amount"]
        lines.append(
            (
                engine,
                f"{int(counts['said_yes']):,} of {int(true_yes):,}",
                with_share(counts["wrong_yes"], counts["said_yes"]),
                with_share(counts["wrong_no"], true_yes),
                with_share(counts["not_said"], counts["pairs"]),
                f"{counts['too_much'] / amount:.2%}",
                f"{counts['too_little'] / amount:.2%}",
            )
        )
    headings = (
        "engine", "said entitled", "… but is not", "entitled, told no", "named as open", "amounts too high",
        "amounts too low",
    )  # fmt: skip
    return table(headings, lines)


def with_share(part: float, whole: float) -> str:
    return f"{int(part):,} ({part / whole:.1%})" if whole else "0"


def table(headings: Sequence[str], lines: Iterable[Sequence[str]]) -> str:
    rows = [headings, ["---", *["--:"] * (len(headings) - 1)], *lines]
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)

"""The result file of `match_peers.py`: speed, agreement and errors of every engine, in Markdown."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from clocked import Clocked
from match_report import BUSY, spread, table, with_share

Round = Mapping[str, Clocked | None]
Counts = Mapping[str, float]

HEAD = """# Ten measures × {rows:,} synthetic enterprises on seven engines

```
{command}
```

{machine} · {versions}
{busy}
Medians of {repeats} rounds, smallest to largest in brackets; ratios are taken within each round, files lie in
the page cache. Ratios, not seconds, carry over to another machine. How to read them:
[README](../README.md#the-peers).

![time of each engine over the scan floor]({chart})

## Speed

Seconds from the first byte read to the sums; {columns} columns. The floor adds up the columns that huiqi
reads, by the faster of Polars and DuckDB. huiqi writes every finding with the facts it lacks; the others
count and add up, unless they are said to write. †: looks at one party at a time, ran on the first
{sample:,} parties, seconds scaled to all; CPU seconds and memory are of the sample.

"""
AGREEMENT = """
## Do they agree?

{compared:,} parties (the engines by row: the first {sample:,}), pairs of party and measure in scope.
*Stated*: every fact of the measure is in the register. *Settled*: a fact is missing, but no value of it could
change the answer. *Open*: the answer cannot be known, huiqi names the missing facts. *Made up*: entitled, the
amount needs a missing fact, the engine names an amount. *Sum*: the amounts an engine gives beside those that
can be known.

"""
HIDDEN = """
## Wrong answers when facts are missing

Pairs whose truth is known, nine measures; facts hidden at random as often as the register lacks them. Amounts
off the truth in percent of all true amounts; amounts that an engine leaves open are not among them.

"""
UNKNOWN = "names them"


@dataclass(frozen=True, slots=True)
class PeersReport:
    """All that the result file says."""

    rows: int
    sample: int  # parties, for engines that look at one at a time
    compared_rows: int
    command: str
    machine: str
    versions: str
    load: float
    columns: int
    chart: str  # file name
    titles: Mapping[str, str]  # key of a line → its title
    unknowns: Mapping[str, str]
    by_row: frozenset[str]
    rounds: Sequence[Round]
    agreement: Mapping[str, Counts]
    hidden: Mapping[str, Counts]

    @property
    def floor(self) -> list[float]:
        """Seconds of the faster scan, round by round."""
        return [
            min(s for key in ("floor polars", "floor duckdb") if (s := seconds_in(r, key, self)) is not None)
            for r in self.rounds
        ]

    def seconds(self, key: str) -> list[float] | None:
        """Of one engine for all rows, round by round; None if it ever failed."""
        found = [seconds_in(r, key, self) for r in self.rounds]
        known = [s for s in found if s is not None]
        return known if len(known) == len(found) else None


def seconds_in(one_round: Round, key: str, found: PeersReport) -> float | None:
    clocked = one_round[key]
    if clocked is None:
        return None
    factor = found.rows / clocked.last_line["parties"] if key in found.by_row else 1
    return float(clocked.last_line["seconds"]) * factor


def peers_report(found: PeersReport) -> str:
    """The whole file."""
    busy = (
        f"\n**The machine was busy** (load {found.load:.1f} at the start): mind the brackets.\n"
        if found.load >= BUSY
        else ""
    )
    head = HEAD.format(
        rows=found.rows, command=found.command, machine=found.machine, versions=found.versions, busy=busy,
        repeats=len(found.rounds), chart=found.chart, columns=found.columns, sample=found.sample,
    )  # fmt: skip
    agreement = AGREEMENT.format(compared=found.compared_rows, sample=min(found.sample, found.compared_rows))
    return "".join(
        [
            head, table(SPEED_HEADINGS, speed_lines(found)),
            agreement, table(AGREEMENT_HEADINGS, agreement_lines(found)), out_of_scope(found),
            HIDDEN, table(HIDDEN_HEADINGS, hidden_lines(found)),
        ]
    )  # fmt: skip


SPEED_HEADINGS = (
    "", "seconds", "parties/s", "time ÷ floor", "time ÷ huiqi", "CPU s", "peak memory, MiB",
    "unknown facts",
)  # fmt: skip
LINES = {
    "floor polars": "scan floor, Polars",
    "floor duckdb": "scan floor, DuckDB",
    "huiqi": "**huiqi**, findings written",
}


def speed_lines(found: PeersReport) -> Iterator[Sequence[str]]:
    huiqi = found.seconds("huiqi")
    assert huiqi is not None
    for key, title in {**LINES, **found.titles}.items():
        seconds = found.seconds(key)
        if seconds is None:
            yield (title, "did not finish", *[""] * (len(SPEED_HEADINGS) - 2))
            continue
        runs = [c for r in found.rounds if (c := r[key]) is not None]
        floor, own = ratios(seconds, found.floor), ratios(seconds, huiqi)
        yield (
            f"{title} †" if key in found.by_row else title,
            spread(seconds, "{:.2f}"),
            f"{found.rows / median(seconds):,.0f}",
            spread(floor, "{:,.1f}"),
            spread(own, "{:,.2f}"),
            f"{median(c.cpu_seconds for c in runs):.1f}",
            f"{max(c.peak_mib for c in runs):,.0f}",
            UNKNOWN if key == "huiqi" else found.unknowns.get(key, ""),
        )


def ratios(seconds: Sequence[float], base: Sequence[float]) -> list[float]:
    return [s / b for s, b in zip(seconds, base, strict=True)]


AGREEMENT_HEADINGS = (
    "engine", "stated: alike / of", "… amount differs", "settled: alike / of", "… left open", "open",
    "… says yes", "… says no", "… says unknown", "made up", "sum",
)  # fmt: skip


def agreement_lines(found: PeersReport) -> Iterator[Sequence[str]]:
    for key, counts in found.agreement.items():
        yield (
            found.titles[key],
            f"{int(counts['stated_alike']):,} / {int(counts['stated']):,}",
            f"{int(counts['stated_amount_differs']):,}",
            f"{int(counts['settled_alike']):,} / {int(counts['settled']):,}",
            f"{int(counts['settled_left_open']):,}",
            f"{int(counts['open']):,}",
            with_share(counts["open_said_yes"], counts["open"]),
            with_share(counts["open_said_no"], counts["open"]),
            with_share(counts["open_left_open"], counts["open"]),
            f"{int(counts['amounts_made_up']):,}",
            f"{counts['given_amount'] / counts['known_amount'] - 1:+.1%}",
        )


def out_of_scope(found: PeersReport) -> str:
    """One sentence on answers that the tables above leave no place for."""
    differs = {
        found.titles[key]: int(c["stated_answer_differs"] + c["stated_left_open"] + c["settled_wrong"])
        for key, c in found.agreement.items()
    }
    beyond = sum(int(c["out_of_scope_said_yes"]) for c in found.agreement.values())
    wrong = ", ".join(f"{title} {count:,}" for title, count in differs.items() if count) or "none"
    return (
        "\nPairs whose answer differs although it can be known, or that are stated and left open: "
        f"{wrong}. Said entitled out of scope, all engines together: {beyond:,}.\n"
    )


HIDDEN_HEADINGS = (
    "engine", "pairs", "said entitled", "… but is not", "entitled, told no", "left open",
    "amounts too high", "amounts too low",
)  # fmt: skip


def hidden_lines(found: PeersReport) -> Iterator[Sequence[str]]:
    for key, counts in found.hidden.items():
        true_yes, amount = counts["true_yes"], counts["true_amount"]
        yield (
            found.titles.get(key, "**huiqi**"),
            f"{int(counts['pairs']):,}",
            f"{int(counts['said_yes']):,} of {int(true_yes):,}",
            with_share(counts["wrong_yes"], counts["said_yes"]),
            with_share(counts["wrong_no"], true_yes),
            with_share(counts["not_said"], counts["pairs"]),
            f"{counts['too_much'] / amount:.2%}",
            f"{counts['too_little'] / amount:.2%}",
        )

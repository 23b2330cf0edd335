"""The explanation of a party's verdicts as lines of text, Chinese or English."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from huiqi.base.bilingual import Bilingual
from huiqi.matching.ask import Question
from huiqi.matching.party import Assessment
from huiqi.measures.combine import Beaten, Entitlement
from huiqi.measures.explain import (
    Derivation,
    Explainer,
    Explanation,
    MeasureExplanation,
    Nearness,
    Seen,
)
from huiqi.measures.expressions import Type
from huiqi.measures.measure_words import amount_words, decided_by
from huiqi.measures.score_words import Score, ScoredGroup, ScoredRow
from huiqi.measures.types import Measure, Outcome, VerdictKind
from huiqi.measures.words import Language, money_words, quantity
from huiqi.packs.findings import KINDS, Findings
from huiqi.packs.types import Library

MARKS: Final = {Outcome.MET: ("✓", "green"), Outcome.NOT_MET: ("✗", "red"), Outcome.UNKNOWN: ("?", "yellow")}
VETO_MARKS: Final = {
    Outcome.MET: ("✗", "red"), Outcome.NOT_MET: ("✓", "green"), Outcome.UNKNOWN: ("?", "yellow"),
}  # fmt: skip
NEAR: Final = Fraction(1, 2)  # off by no more than half the threshold
MOST_NEAR: Final = 8


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text; `style` is a rich style, `indent` counts columns, a `mark` hangs before the text."""

    text: str
    style: str = ""
    indent: int = 0
    mark: str = ""

    def __str__(self) -> str:
        return " " * self.indent + (f"{self.mark} {self.text}" if self.mark else self.text)


def is_near(nearness: Nearness) -> bool:
    """No category would have to change, and the figures by no more than `NEAR` of their thresholds."""
    categories, _, share, _ = nearness
    return categories == 0 and share <= NEAR


def row_mark(scored: ScoredRow) -> tuple[str, str]:
    """Everything, something, nothing, or not known yet."""
    points = scored.points.known
    if points is None:
        return MARKS[Outcome.UNKNOWN]
    if points == scored.points.most:
        return MARKS[Outcome.MET]
    return ("·", "") if points else MARKS[Outcome.NOT_MET]


@dataclass(frozen=True, slots=True)
class View:
    """What the lines are made from."""

    library: Library
    assessment: Assessment
    explainers: Mapping[str, Explainer]
    language: Language

    @property
    def findings(self) -> Findings:
        return Findings(self.library, self.assessment, self.explainers)

    def say(self, zh: str, en: str) -> str:
        return en if self.language == "en" else zh

    def pick(self, text: Bilingual) -> str:
        return text.in_language(self.language)

    # --- all measures ---

    def overview(self, questions: Sequence[Question]) -> Iterator[Line]:
        """Counts, then what the party may have, what fits, what to tell first, and what is nearly missed."""
        counts = self.assessment.counts()
        said = [f"{self.pick(KINDS[kind])} {counts.get(kind, 0)}" for kind in VerdictKind]
        yield Line(" · ".join(said))
        yield from self.entitled()
        yield from self.combined()
        for kind, zh, en in (
            (VerdictKind.CLAIMABLE, "一经发生并申报即可认定", "Fits; decided once it happens and is claimed"),
            (VerdictKind.REVIEW, "须由人评判", "For a person to judge"),
            (VerdictKind.UNKNOWN, "先要知道更多", "More must be known"),
        ):
            yield from self.waiting(kind, self.say(zh, en))
        yield from self.tell_first(questions)
        yield from self.near_misses()

    def of_kind(self, kind: VerdictKind) -> list[Entitlement]:
        return self.findings.of_kind(kind)

    def entitled(self) -> Iterator[Line]:
        found = self.of_kind(VerdictKind.ELIGIBLE)
        yield from self.heading(self.say("可以享受", "Entitled to"), len(found))
        beaten = {b.measure: b for b in self.assessment.combination.beaten}
        for e in self.findings.best_first():
            yield Line(self.pick(e.measure.title), "bold", 2)
            yield Line(self.pick(self.explained(e).headline), "green", 4)
            yield Line(self.clause_words(e.measure.pack, e.measure.clause), "dim", 4)
            if e.measure.key in beaten:
                yield Line(self.beaten_words(beaten[e.measure.key]), "yellow", 4)

    def combined(self) -> Iterator[Line]:
        """What the best combination is worth, and what changes in it because deductions come first."""
        combination = self.assessment.combination
        if combination.value:
            total = money_words(combination.value, self.language)
            yield Line(
                self.say(f"最优组合合计价值：{total}", f"The best combination is worth {total}"), "bold", 2
            )
        yield from self.caps()
        for key, verdict in self.assessment.staged.items():
            measure = self.library.measure(key)
            if measure is None:
                continue
            words = amount_words(measure, verdict.amount, self.language) or self.pick(KINDS[verdict.kind])
            form = self.say("先扣除后计税时，{0}：{1}", "With deductions taken first, {0}: {1}")
            yield Line(form.format(self.pick(measure.title), words), "", 2)

    def caps(self) -> Iterator[Line]:
        """The sums under each reading of a ceiling that the text leaves open."""
        for cap in self.findings.cap_sums():
            total = money_words(cap.total, self.language)
            form = self.say("{0}（{1}）：合计{2}", "{0} ({1}): {2} in all")
            yield Line(form.format(self.pick(cap.matter), self.pick(cap.reading), total), "", 2)

    def waiting(self, kind: VerdictKind, title: str) -> Iterator[Line]:
        found = self.of_kind(kind)
        if not found:
            return
        yield from self.heading(title, len(found))
        for e in found:
            names = self.labels(e.measure, e.verdict.missing)
            yield Line(f"{self.pick(e.measure.title)}{self.say('：', ': ')}{names}", "", 2)

    def tell_first(self, questions: Sequence[Question]) -> Iterator[Line]:
        if not questions:
            return
        yield from self.heading(self.say("先告诉我们", "Tell us first"), None)
        for question in questions:
            example = self.library.measure(question.bears_on[0])
            title = self.pick(example.title) if example else question.bears_on[0]
            form = self.say("{0}：关系到{1}项，如{2}", "{0}: {1} measures wait for it, such as {2}")
            yield Line(form.format(self.pick(question.kind.label), len(question.bears_on), title), "", 2)

    def near_misses(self) -> Iterator[Line]:
        """Refused only for figures that are off by no more than half a threshold; the nearest first."""
        near = [e for e in self.findings.nearest_first() if is_near(self.findings.nearness(e))]
        if not near:
            return
        yield from self.heading(self.say("差得不多", "Nearly"), len(near))
        for x in map(self.explained, near[:MOST_NEAR]):
            yield Line(self.pick(x.measure.title), "bold", 2)
            for condition in x.conditions:
                if condition.outcome is Outcome.NOT_MET:
                    yield Line(self.pick(condition.gap), "yellow", 4)
                    yield Line(self.clause_words(x.measure.pack, condition.clause), "dim", 4)

    # --- one measure ---

    def measure(self, entitlement: Entitlement) -> Iterator[Line]:
        """One measure clause by clause."""
        x = self.explained(entitlement)
        measure = x.measure
        yield Line(self.pick(measure.title), "bold")
        yield Line(measure.key, "dim")
        yield self.field("结论", "answer", self.pick(x.headline))
        if measure.key in self.assessment.staged:
            staged = self.assessment.staged[measure.key]
            words = amount_words(measure, staged.amount, self.language) or self.pick(KINDS[staged.kind])
            yield self.field("先扣除后计税时", "with deductions taken first", words)
        yield self.field("给谁", "for whom", self.pick(x.who))
        yield self.field("给什么", "what", self.pick(x.award))
        yield self.field("由谁定", "decided by", decided_by(measure, self.language))
        yield self.field("依据", "basis", self.clause_words(measure.pack, measure.clause))
        for beaten in (*self.assessment.combination.beaten, *self.assessment.combination.undecided):
            if beaten.measure == measure.key:
                yield Line(self.beaten_words(beaten), "yellow")
        yield from self.heading(self.say("条件", "Conditions"), None)
        for condition in x.conditions:
            yield from self.condition(measure, condition)
        for score in x.scores:
            yield from self.score(measure.pack, score)
        yield from self.derivations(x)
        yield from self.missing(x)
        if measure.note is not None:
            yield self.field("理解", "reading", self.pick(measure.note))
        for fault in entitlement.verdict.faults:
            yield Line(fault, "red")

    def condition(self, measure: Measure, condition: Explanation) -> Iterator[Line]:
        mark, style = MARKS[condition.outcome]
        yield Line(self.pick(condition.sentence), style, 2, mark)
        seen = self.seen_words(condition.seen)
        if seen:
            yield Line(self.say(f"所见：{seen}", f"seen: {seen}"), "", 4)
        gap = self.pick(condition.gap)
        if gap and gap != self.pick(condition.sentence):
            word = (
                self.say("余地", "margin")
                if condition.outcome is Outcome.MET
                else self.say("差距", "distance")
            )
            if condition.outcome is not Outcome.UNKNOWN:
                yield Line(f"{word}{self.say('：', ': ')}{gap}", "", 4)
        if len(condition.comparisons) > 1 and condition.outcome is not Outcome.MET:
            for comparison in condition.comparisons:
                mark, style = MARKS[comparison.outcome]
                yield Line(self.pick(comparison.words), f"dim {style}", 6, mark)
        if condition.clause == measure.clause:  # said above in full
            yield Line(self.findings.clause_name(measure.pack, condition.clause), "dim", 4)
        else:
            yield Line(self.clause_words(measure.pack, condition.clause), "dim", 4)

    # --- a scoring table ---

    def score(self, slug: str, score: Score) -> Iterator[Line]:
        """A table: its total, then group by group what each row gave and what the next band needs."""
        table, most = score.table, quantity(score.table.most, Type.DECIMAL, "points", self.language)
        total = self.pick(score.points.words)
        form = self.say("{0}：{1}（满分{2}）", "{0}: {1} of {2}")
        yield from self.heading(form.format(self.pick(table.title), total, most), None)
        yield Line(self.clause_words(table.pack, table.clause), "dim", 2)
        if table.unverified:
            yield Line(self.say("分档尚未核对原文", "bands not checked against the source"), "dim", 2)
        for veto in score.vetoes:
            mark, style = VETO_MARKS[veto.outcome]
            yield Line(self.say("一票否决：", "veto: ") + self.pick(veto.veto.label), style, 2, mark)
        for group in score.groups:
            yield self.group(group)
            yield from self.rows(slug, score.rows_of(group.group), indent=4)
        yield from self.rows(slug, score.rows_of(None), indent=2)

    def group(self, scored: ScoredGroup) -> Line:
        group, points = scored.group, self.pick(scored.points.words)
        words = f"{self.pick(group.label)}{self.say('：', ': ')}{points}"
        if group.minimum is None or scored.minimum is None:
            return Line(words, "bold", 2)
        mark, style = MARKS[scored.minimum]
        least = quantity(group.minimum, Type.DECIMAL, "points", self.language)
        return Line(
            words + self.say(f"，下限{least}", f", at least {least} needed"), f"bold {style}", 2, mark
        )

    def rows(self, slug: str, rows: Iterable[ScoredRow], *, indent: int) -> Iterator[Line]:
        for scored in rows:
            mark, style = row_mark(scored)
            most = quantity(scored.points.most, Type.DECIMAL, "points", self.language)
            form = self.say("{0}：{1}（满分{2}）", "{0}: {1} of {2}")
            words = form.format(self.pick(scored.row.label), self.pick(scored.points.words), most)
            yield Line(words, style, indent, mark)
            seen, band = self.pick(scored.seen), self.pick(scored.band)
            if seen:
                yield Line(
                    self.say("所见：", "seen: ") + seen + (f" → {band}" if band else ""), "", indent + 2
                )
            if self.pick(scored.next_band):
                yield Line(self.say("再上一档", "next band, ") + self.pick(scored.next_band), "", indent + 2)
            if scored.missing:
                kinds = self.library.packs[slug].rulebook.kinds
                names = self.say("、", ", ").join(self.pick(kinds[name].label) for name in scored.missing)
                yield Line(self.say("还缺：", "missing: ") + names, "yellow", indent + 2)
            if scored.row.open is not None:
                yield Line(self.pick(scored.row.open), "dim", indent + 2)

    # --- how facts came out ---

    def derivations(self, x: MeasureExplanation) -> Iterator[Line]:
        if not x.derivations:
            return
        yield from self.heading(self.say("怎样得出的", "How it was worked out"), None)
        for derivation in x.derivations:
            yield from self.derivation(derivation)

    def derivation(self, derivation: Derivation) -> Iterator[Line]:
        label, value = self.pick(derivation.label), self.pick(derivation.words)
        because, basis = self.pick(derivation.because), self.seen_words(derivation.basis)
        if because:
            yield Line(f"{label}{self.say('：', ': ')}{value}", "", 2)
            yield Line(self.say(f"因为{because}（{basis}）", f"because {because} ({basis})"), "", 4)
        else:
            names = self.say("、", ", ").join(self.pick(s.label) for s in derivation.basis)
            wanted = self.say(f"，知道{names}即可得出", f"; follows from {names}") if names else ""
            yield Line(f"{label}{self.say('：', ': ')}{value}{wanted}", "", 2)
        if derivation.source:
            doubt = (
                self.say("（尚未核对原文）", " (not checked against the source)")
                if derivation.unverified
                else ""
            )
            yield Line(derivation.source + doubt, "dim", 4)

    def missing(self, x: MeasureExplanation) -> Iterator[Line]:
        if not x.missing:
            return
        yield from self.heading(self.say("还缺什么", "Still missing"), None)
        for missing in x.missing:
            line = f"{self.pick(missing.label)}{self.say('：', ': ')}{self.pick(missing.from_whom)}"
            yield Line(line, "", 2)
            if missing.basis:
                names = self.say("、", ", ").join(self.pick(s.label) for s in missing.basis)
                yield Line(self.say(f"知道{names}即可得出", f"follows from {names}"), "", 4)

    # --- words ---

    def explained(self, entitlement: Entitlement) -> MeasureExplanation:
        return self.findings.explained(entitlement)

    def heading(self, title: str, count: int | None) -> Iterator[Line]:
        yield Line("")
        yield Line(
            title if count is None else self.say(f"{title}（{count}项）", f"{title} ({count})"), "bold cyan"
        )

    def field(self, zh: str, en: str, text: str) -> Line:
        return Line(self.say(f"{zh}：{text}", f"{en}: {text}"))

    def seen_words(self, seen: Iterable[Seen]) -> str:
        pairs = [f"{self.pick(s.label)}{self.say('＝', ' = ')}{self.pick(s.words)}" for s in seen]
        return self.say("，", ", ").join(pairs)

    def labels(self, measure: Measure, names: Iterable[str]) -> str:
        kinds = self.library.packs[measure.pack].rulebook.kinds
        said = [self.pick(kinds[name].label) if name in kinds else name for name in names]
        return self.say("、", ", ").join(said)

    def clause_words(self, slug: str, clause: str) -> str:
        """Where it stands, with our summary of it; the official words come with the imported document."""
        found = self.library.packs[slug].clauses.get(clause)
        name = self.findings.clause_name(slug, clause)
        return f"{name}{self.say('：', ': ')}{self.pick(found.summary)}" if found is not None else name

    def beaten_words(self, beaten: Beaten) -> str:
        return self.pick(self.findings.beaten_words(beaten))

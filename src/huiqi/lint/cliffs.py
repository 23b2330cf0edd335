"""Cliffs: where one more yuan, one more person or one more of any figure loses more than it earns.

For each comparison of a stated number with a written one the solver looks for the party that loses most when
that number alone goes up by one, all else being equal and within the declared ranges. What the party can fall
back on counts: of the measures of a matter from which one is chosen, the best. The loss is worked out again
by the interpreter, on both sides of the step.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from fractions import Fraction
from functools import partial
from typing import Any, Final

from huiqi.base.bilingual import Bilingual
from huiqi.lint.asking import Found
from huiqi.lint.encode import Encoder, World, compared
from huiqi.lint.parties import find_party, money_node, preferred
from huiqi.lint.place import Setting, rules_of, stated_facts
from huiqi.lint.say import figure, in_both, named, party, sum_of
from huiqi.lint.scene import Rival, Scene, best, loss_of
from huiqi.lint.solver import NotDecided, Question, Truth, as_real, both, chosen, either, opposite, value_in
from huiqi.lint.thresholds import STEP, Threshold, thresholds_of
from huiqi.lint.types import Cliff, Document, Finding, Kind, Witness
from huiqi.measures.combine import Matter
from huiqi.measures.expressions import NUMERIC, Type
from huiqi.measures.types import FactKind, Measure

WAN: Final = Fraction(10_000)
ENDLESS: Final = Fraction(10**12)
"""A loss above a trillion has no limit in the rules."""
FEN: Final = Fraction(1, 100)
MOST_STEPS: Final = 60
DOUBLED: Final = 2


def check_cliffs(document: Document, measure: Measure, setting: Setting, found: Found) -> None:
    """The cliffs of one measure, fact by fact; without figures only how many thresholds it has."""
    days = setting.days([measure.period], [(document.rulebook, rules_of(measure))])
    if days is None:
        return
    by_fact = thresholds_of(measure, document.rulebook, days[0])
    money = money_node(measure)
    if money is None:
        found.ask(
            Kind.CLIFF, measure.key, lambda: count_unvalued(document, measure, days, by_fact, setting, found)
        )
        return
    own = Rival(measure, document.rulebook, money)
    others = fallbacks(document, measure, setting, days)
    for thresholds in by_fact.values():
        direct = by_step(t for t in thresholds if not t.through)
        derived = tuple(t for t in thresholds if t.through)
        for group in [*direct.values(), *([derived] if derived else [])]:
            scene = Scene(own, others, group)
            place = f"{measure.key}:{scene.fact.name}"
            found.ask(Kind.CLIFF, place, partial(check_step, scene, setting, days, found))


def by_step(thresholds: Iterable[Threshold]) -> dict[Fraction, tuple[Threshold, ...]]:
    """The thresholds of one fact by the figure from which one more is looked at: each step is asked alone."""
    found: dict[Fraction, tuple[Threshold, ...]] = {}
    for threshold in thresholds:
        found[threshold.before] = (*found.get(threshold.before, ()), threshold)
    return found


def fallbacks(
    document: Document, measure: Measure, setting: Setting, days: tuple[date, date]
) -> tuple[Rival, ...]:
    """The other measures of a matter that chooses one, that hold wherever and whenever this one does."""
    if measure.matter is None or not chooses_one(matter_of(measure, document, setting)):
        return ()
    found = []
    for other in setting.documents:
        for rival in other.measures.values():
            money = money_node(rival)
            if (
                money is not None
                and rival.key != measure.key
                and rival.matter == measure.matter
                and measure.region.startswith(rival.region)
                and rival.period.holds_on(days[0])
                and rival.period.holds_on(days[1])
            ):
                found.append(Rival(rival, other.rulebook, money))
    return tuple(found)


def matter_of(measure: Measure, document: Document, setting: Setting) -> Matter | None:
    """The matter of a measure: its own document's declaration, else the first of another's."""
    name = measure.matter or ""
    own = document.matters.get(name)
    return own or next((d.matters[name] for d in setting.documents if name in d.matters), None)


def chooses_one(matter: Matter | None) -> bool:
    return matter is not None and matter.choose in ("best", "one")


def check_step(scene: Scene, setting: Setting, days: tuple[date, date], found: Found) -> None:
    """One step of one fact."""
    Step(scene, setting, days).check(found)


class Step:
    """One step of one fact as a question: how much can be lost by it?"""

    def __init__(self, scene: Scene, setting: Setting, days: tuple[date, date]) -> None:
        self.scene = scene
        self.budget = setting.budget
        self.world: World = setting.world(days)
        self.term = self.world.unknown(scene.fact)
        self.ends = list(dict.fromkeys(t.before for t in scene.thresholds))
        moved = {scene.fact.name: self.term + as_real(scene.step)}
        own_before, own_after = (self.worth(scene.own, m) for m in ({}, moved))
        self.loss = as_real(own_before) - as_real(own_after)
        self.is_typical = False
        self.statements: list[Truth] = [compared(">", self.loss, scene.earned)]
        if scene.others:
            before, after = (self.best(m) for m in ({}, moved))
            self.loss = as_real(before) - as_real(after)
            self.statements.append(compared(">", self.loss, scene.earned))

    def worth(self, rival: Rival, moved: dict[str, Any]) -> Any:
        encoder = Encoder(self.world, rival.book, moved)
        entitled = encoder.all_of(c.when for c in rival.measure.conditions)
        money = encoder.term(rival.money)
        return chosen(both(entitled, money.defined), money.value, Fraction(0))

    def best(self, moved: dict[str, Any]) -> Any:
        most: Any = Fraction(0)
        for rival in (self.scene.own, *self.scene.others):
            found = self.worth(rival, moved)
            most = chosen(compared(">=", found, most), found, most)
        return most

    def check(self, found: Found) -> None:
        statements = [*self.world.all_limits(), self.at(self.ends), *self.statements]
        question = Question(self.budget, statements)
        try:
            if question.holds() is None:
                return
            loss = self.most(question)
            at_most = compared(">=", self.loss, loss) if loss is not None else True
            witness = find_party(question, self.world, at_most)
        except NotDecided:
            question, loss, self.is_typical = Question(self.budget, [*statements, *self.pinned()]), None, True
            witness = find_party(question, self.world)
            if witness is None:
                raise
        if witness is not None:
            self.say(question, witness, loss, found)

    def pinned(self) -> list[Truth]:
        """Typical figures for all that the award is made of, where the solver cannot tell in general."""
        names = {n for r in (self.scene.own, *self.scene.others) for n in stated_facts([r.money], r.book)}
        chosen_figures = [
            (term, figures[0])
            for name, (fact, term) in self.world.unknowns.items()
            if name in names and name != self.scene.fact.name and (figures := preferred(fact, self.world))
        ]
        return [compared("=", term, typical) for term, typical in chosen_figures]

    def at(self, ends: Sequence[Fraction]) -> Truth:
        return either(*(compared("=", self.term, end) for end in ends))

    def most(self, question: Question) -> Fraction | None:
        """The largest loss, to the fen; None where it has no limit."""
        if question.holds(compared(">", self.loss, ENDLESS)) is not None:
            return None
        model = question.holds()
        low = Fraction(value_in(model, self.loss))
        high: Fraction | None = None
        while high is None or high - low > FEN:
            probe = low + FEN if high is None else (low + high) / 2
            model = question.holds(compared(">=", self.loss, probe))
            if model is None and high is None:
                break
            if model is None:
                high = probe
            else:
                low = Fraction(value_in(model, self.loss))
                high = self.out_of_reach(question, low) if high is None else high
        fen = Fraction((low * 100).__ceil__(), 100)
        return fen if question.holds(compared(">=", self.loss, fen)) is not None else low

    def out_of_reach(self, question: Question, low: Fraction) -> Fraction:
        """A loss nobody has, found by doubling."""
        high = max(low, FEN) * DOUBLED
        while question.holds(compared(">=", self.loss, high)) is not None:
            high *= DOUBLED
        return high

    def say(self, question: Question, witness: Witness, most: Fraction | None, found: Found) -> None:
        scene = self.scene
        loss = loss_of(scene, witness)
        after = scene.after(witness)
        before = witness.facts[scene.fact.name]
        assert isinstance(before, Fraction)
        fallback = best(scene, after)[1] if scene.others else None
        grows = growth(scene, witness, loss) if most is None and not self.is_typical else ()
        count, is_whole_count = self.lossy_ends(question) if len(self.ends) > 1 else (1, True)
        cliff = Cliff(
            fact=scene.fact.name,
            before=before,
            after=before + scene.step,
            loss=loss,
            unit=scene.unit,
            fallback=fallback.measure.key if fallback else None,
            grows_with=grows,
            is_endless=most is None and not self.is_typical,
            is_typical=self.is_typical,
            thresholds=max(count, 1),
            is_whole_count=is_whole_count,
        )
        near = [t for t in scene.thresholds if t.before == before]
        clauses = tuple(dict.fromkeys(t.clause for t in near))
        confirmed = loss > scene.earned and (most is None or abs(loss - most) <= 2 * FEN)
        place = f"{scene.own.measure.pack}/{scene.fact.name}"
        finding = Finding(
            Kind.CLIFF,
            (scene.own.measure.key, place),
            clauses,
            cliff_text(scene, cliff, witness),
            (witness, after),
            cliff,
        )
        found.keep(finding, confirmed=confirmed)

    def lossy_ends(self, question: Question) -> tuple[int, bool]:
        """At how many figures of the fact something is lost, and were all of them decided?"""
        lost, open_ = 0, max(len(self.ends) - MOST_STEPS, 0)
        for end in self.ends[:MOST_STEPS]:
            try:
                lost += question.holds(compared("=", self.term, end)) is not None
            except NotDecided:
                open_ += 1
        return lost, open_ == 0


def growth(scene: Scene, witness: Witness, loss: Fraction) -> tuple[tuple[str, Fraction], ...]:
    """The facts with which a loss grows on, and what one more of each adds to it."""
    rivals = (scene.own, *scene.others)
    names = {n for r in rivals for n in stated_facts([r.money], r.book)} - {scene.fact.name}
    found = []
    for name in sorted(names):
        figure_, kind = witness.facts.get(name), scene.own.book.kinds.get(name)
        if kind is None or kind.type not in NUMERIC or not isinstance(figure_, Fraction) or figure_ <= 0:
            continue
        if isinstance(kind.domain.high, Fraction):
            continue
        size = step_of(kind)
        for more in (size, figure_):  # one more; where that changes nothing (full parts count), as much again
            facts = {**witness.facts, name: figure_ + more}
            added = loss_of(scene, Witness(facts, witness.as_of)) - loss
            if added > 0:
                found.append((name, added / more))
                break
    return tuple(found)


def step_of(kind: FactKind) -> Fraction:
    """By how much a fact is said to grow: sums by ten thousand yuan, so that a small share of them shows."""
    return WAN if kind.type is Type.MONEY and kind.unit == "CNY" else STEP[kind.type]


def cliff_text(scene: Scene, cliff: Cliff, witness: Witness) -> Bilingual:
    measure, kinds = scene.own.measure, scene.own.book.kinds
    without_most = cliff.is_endless or cliff.is_typical
    zh = "{measure}：{label}由{before}增至{after}，损失{loss}"
    en = "{measure}: {label} up from {before} to {after} loses {loss}"
    if cliff.is_endless:
        zh += "（没有上限，随{growth}；数额按下述假设的典型主体计算）"
        en += " (without limit, growing with {growth}; the sum is that of the synthetic party below)"
    elif cliff.is_typical:
        zh += "（求解器未能判定最大损失；数额按下述假设的典型主体计算）"
        en += " (the largest loss was not decided; the sum is that of the synthetic party below)"
    if cliff.fallback:
        zh += "（已扣除仍可享受的{fallback}）"
        en += " (after falling back on {fallback})"
    if cliff.thresholds > 1:
        zh += "；同一要素" + ("共有" if cliff.is_whole_count else "至少有") + "{count}处这样的界限"
        zh += "" if without_most else "，这是其中损失最大的"
        en += (
            "; the fact has " + ("" if cliff.is_whole_count else "at least ") + "{count} such thresholds here"
        )
        en += "" if without_most else ", this one loses most"
    kind = kinds[scene.fact.name]
    return in_both(
        zh + "。例如：{party}。",
        en + ". For example: {party}.",
        measure=named(measure),
        label=kind.label,
        before=figure(cliff.before, kind),
        after=figure(cliff.after, kind),
        loss=sum_of(cliff.loss, measure, cliff.unit),
        growth=growth_words(scene, cliff),
        fallback=next((named(r.measure) for r in scene.others if r.measure.key == cliff.fallback), ""),
        count=cliff.thresholds,
        party=party(witness, kinds),
    )


def growth_words(scene: Scene, cliff: Cliff) -> Bilingual:
    kinds, measure = scene.own.book.kinds, scene.own.measure
    zh, en = [], []
    for name, each in cliff.grows_with:
        size = step_of(kinds[name])
        one, more = figure(size, kinds[name]), sum_of(each * size, measure, cliff.unit)
        zh.append(f"{kinds[name].label.zh}增长，每{one.zh}多损失{more.zh}")
        en.append(f"{kinds[name].label.en} by {more.en} for each {one.en}")
    return Bilingual("、".join(zh) or "其他要素增长", " and ".join(en) or "other facts")


def count_unvalued(
    document: Document,
    measure: Measure,
    days: tuple[date, date],
    by_fact: dict[str, list[Threshold]],
    setting: Setting,
    found: Found,
) -> None:
    """At how many thresholds one more loses the measure, where no figure says what that is worth."""
    lost = 0
    for thresholds in by_fact.values():
        direct = by_step(t for t in thresholds if not t.through)
        if not direct:
            continue
        fact = thresholds[0].fact
        world = setting.world(days)
        term = world.unknown(fact)
        nodes = [c.when for c in measure.conditions]
        moved = {fact.name: term + as_real(STEP[fact.type])}
        before = Encoder(world, document.rulebook).all_of(nodes)
        after = Encoder(world, document.rulebook, moved).all_of(nodes)
        question = Question(setting.budget, [*world.all_limits(), before, opposite(after)])
        lost += sum(question.holds(compared("=", term, x)) is not None for x in direct)
    if lost:
        found.unvalued[measure.key] = lost

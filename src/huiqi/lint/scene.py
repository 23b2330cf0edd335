"""One step of one fact: the measure, what the party can fall back on, the loss by the interpreter."""

from dataclasses import dataclass
from fractions import Fraction

from huiqi.lint.parties import verdict_for, with_fact
from huiqi.lint.thresholds import STEP, Threshold
from huiqi.lint.types import Witness
from huiqi.measures.expressions import FactRef, Node, Type
from huiqi.measures.types import Measure, Rulebook, VerdictKind


@dataclass(frozen=True, slots=True)
class Rival:
    """A measure whose award counts, with the rulebook it stands on."""

    measure: Measure
    book: Rulebook
    money: Node


@dataclass(frozen=True, slots=True)
class Scene:
    """One measure, one fact, and what the party can fall back on."""

    own: Rival
    others: tuple[Rival, ...]
    thresholds: tuple[Threshold, ...]

    @property
    def fact(self) -> FactRef:
        return self.thresholds[0].fact

    @property
    def step(self) -> Fraction:
        return STEP[self.fact.type]

    @property
    def unit(self) -> str | None:
        return "CNY" if self.own.measure.award.value is not None else self.own.measure.award.unit

    @property
    def earned(self) -> Fraction:
        """What one more brings by itself: a yuan is a yuan."""
        return self.step if self.fact.type is Type.MONEY and self.unit == "CNY" else Fraction(0)

    def after(self, witness: Witness) -> Witness:
        before = witness.facts[self.fact.name]
        assert isinstance(before, Fraction)
        return with_fact(witness, self.fact.name, before + self.step)


def worth(rival: Rival, witness: Witness) -> Fraction:
    """What a measure is worth to a party by the interpreter, nothing where it is not entitled."""
    verdict = verdict_for(rival.measure, witness, rival.book)
    if verdict.kind is not VerdictKind.ELIGIBLE:
        return Fraction(0)
    has_value = rival.measure.award.value is not None
    return (verdict.value if has_value else verdict.amount) or Fraction(0)


def best(scene: Scene, witness: Witness) -> tuple[Fraction, Rival | None]:
    """The best of the measures a party has, and which it is."""
    found = [(worth(rival, witness), rival) for rival in (scene.own, *scene.others)]
    most, rival = max(found, key=lambda pair: pair[0])
    return (most, rival) if most > 0 else (Fraction(0), None)


def loss_of(scene: Scene, witness: Witness) -> Fraction:
    if not scene.others:
        return worth(scene.own, witness) - worth(scene.own, scene.after(witness))
    return best(scene, witness)[0] - best(scene, scene.after(witness))[0]

"""What a rule of a fund comes to for one claim, or which facts are missing for it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from huiqi.base.bilingual import Bilingual
from huiqi.forms.types import Rule
from huiqi.measures.derive import Facts
from huiqi.measures.expressions import Constant, Value, facts_in
from huiqi.measures.interpret import interpret
from huiqi.measures.types import Rulebook


@dataclass(frozen=True, slots=True)
class Open:
    """A rule that has no result yet: what is missing, or why it cannot have one."""

    missing: tuple[str, ...]
    faults: tuple[str, ...] = ()

    def in_words(self, rule: Rule) -> Bilingual:
        if self.missing:
            names = "、".join(self.missing)
            return Bilingual(
                f"“{rule.text}”无法计算，缺少：{names}",
                f"{rule.text!r} cannot be worked out without {', '.join(self.missing)}",
            )
        return Bilingual(f"“{rule.text}”没有结果", f"{rule.text!r} has no result: {'; '.join(self.faults)}")


@dataclass(frozen=True, slots=True)
class Ground:
    """What rules of a fund are read against: the facts of the claim, the book of the pack, a day."""

    facts: Mapping[str, Value]
    rulebook: Rulebook | None
    on: date

    def with_facts(self, **more: Value | None) -> "Ground":
        """The same with further facts; what is None leaves what the claim says."""
        known = {name: value for name, value in more.items() if value is not None}
        return Ground({**self.facts, **known}, self.rulebook, self.on)

    def value(self, rule: Rule) -> Value | Open:
        faults: list[str] = []
        if self.rulebook is None:
            result = interpret(rule.node, self.facts, faults=faults)
        else:
            result = Facts(self.facts, self.rulebook, self.on, faults).put_into(rule.node)
        if isinstance(result, Constant):
            return Open((), tuple(faults)) if result.value is None else result.value
        return Open(tuple(facts_in(result)), tuple(faults))

    def amount(self, rule: Rule) -> Fraction | Open:
        """The figure a formula comes to; a yes-or-no rule has none."""
        value = self.value(rule)
        return value if isinstance(value, Fraction | Open) else Open((), ("is not a figure",))

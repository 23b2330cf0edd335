"""What is found in plain words, Chinese and English."""

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Final

from huiqi.base.bilingual import Bilingual
from huiqi.lint.types import Witness
from huiqi.measures.expressions import Node, Type
from huiqi.measures.measure_words import unit_of
from huiqi.measures.sentences import Speaker
from huiqi.measures.types import FactKind, Measure, Rulebook
from huiqi.measures.words import LANGUAGES, Language, assertion, money_words, quantity, value_words

MOST_FACTS: Final = 10
"""Of a party in a sentence; all of them stand in the JSON."""


def in_both(zh: str, en: str, **parts: Bilingual | str | int) -> Bilingual:
    """One sentence in both languages, each part in its own."""
    said = {
        language: {
            name: part.in_language(language) if isinstance(part, Bilingual) else part
            for name, part in parts.items()
        }
        for language in LANGUAGES
    }
    return Bilingual(zh.format(**said["zh"]), en.format(**said["en"]))


def rule(node: Node, book: Rulebook) -> Bilingual:
    """A rule as a sentence without a full stop."""
    words = {language: said(node, Speaker.of(book, language)) for language in LANGUAGES}
    return Bilingual(words["zh"], words["en"])


def said(node: Node, speaker: Speaker) -> str:
    return speaker.statement(node) if node.type is Type.BOOL else speaker.number(node)


def rules(nodes: Iterable[Node], book: Rulebook) -> Bilingual:
    found = [rule(node, book) for node in nodes]
    return Bilingual("；".join(f"“{r.zh}”" for r in found), "; ".join(f"“{r.en}”" for r in found))


def party(witness: Witness, kinds: Mapping[str, FactKind], *, only: Iterable[str] | None = None) -> Bilingual:
    """The facts of a party, one after the other."""
    names = [n for n in (witness.facts if only is None else only) if n in kinds and n in witness.facts]
    more = len(names) - MOST_FACTS
    zh = "，".join(fact_words(kinds[name], witness, "zh") for name in names[:MOST_FACTS])
    en = ", ".join(fact_words(kinds[name], witness, "en") for name in names[:MOST_FACTS])
    if more > 0:
        zh, en = f"{zh}，另{more}项", f"{en}, and {more} more"
    return Bilingual(zh or "任何主体", en or "any party")


def fact_words(kind: FactKind, witness: Witness, language: Language) -> str:
    value = witness.facts[kind.name]
    if isinstance(value, bool):
        return assertion(kind, value, language)
    join = "" if language == "zh" else " "
    return f"{kind.label.in_language(language)}{join}{value_words(value, kind, language)}"


def figure(value: Fraction, kind: FactKind) -> Bilingual:
    return Bilingual(value_words(value, kind, "zh"), value_words(value, kind, "en"))


def sum_of(amount: Fraction, measure: Measure, unit: str | None) -> Bilingual:
    """An amount in the award's unit, or in yuan."""
    if unit == "CNY":
        return Bilingual(money_words(amount, "zh"), money_words(amount, "en"))
    counted = unit_of(measure.award)
    return Bilingual(
        quantity(amount, counted.type, counted.unit, "zh"), quantity(amount, counted.type, counted.unit, "en")
    )


def named(measure: Measure) -> Bilingual:
    return Bilingual(f"{measure.title.zh}（{measure.key}）", f"{measure.title.en} ({measure.key})")

"""A document as it is read: its clauses as a tree, beside each what it is bound to, in words."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from huiqi.base.bilingual import Bilingual
from huiqi.measures.measure_words import AWARDS
from huiqi.packs.binding import Binding, bindings
from huiqi.packs.types import ClauseSummary, Pack
from huiqi.packs.wording import CADENCES, duration_words, target_words

NOUNS: Final[Mapping[str, Bilingual]] = {
    "measures": Bilingual("政策措施", "Measure"),
    "duties": Bilingual("任务", "Duty"),
    "targets": Bilingual("目标", "Target"),
    "time_limits": Bilingual("时限", "Time limit"),
    "cases": Bilingual("办理事项", "Case"),
    "funds": Bilingual("资金", "Fund"),
    "registers": Bilingual("名录", "Register"),
    "exchanges": Bilingual("供需对接", "Exchange"),
    "events": Bilingual("活动", "Event"),
    "indicators": Bilingual("指标", "Indicator"),
    "systems": Bilingual("系统机制", "System"),
    "matters": Bilingual("同类事项", "Matter"),
    "scores": Bilingual("评分表", "Scoring table"),
    "facts": Bilingual("定义", "Definition"),
    "precedence": Bilingual("与其他规定的关系", "Relation to other rules"),
    "orders_nothing": Bilingual("说明", "Note"),
    "clauses": Bilingual("由下列条款落实", "Carried out by the clauses below"),
}
"""Every noun a clause may be bound to, in the order in which a page shows them."""
OVER: Final[Mapping[str, Bilingual]] = {
    "earlier-city": Bilingual("此前本市的规定", "earlier rules of the city"),
    "national-or-provincial-term": Bilingual("国家和省规定了期限的政策", "national and provincial terms"),
    "later-national-or-provincial": Bilingual("此后国家和省的规定", "later national or provincial rules"),
}
PRECEDENCE: Final[Mapping[str, Bilingual]] = {
    "replaces": Bilingual("以本文件为准", "replaced by this document"),
    "better_applies_alone": Bilingual("从优，不重复享受", "the better one applies alone"),
    "term_governs": Bilingual("按其期限执行", "their terms govern"),
}


@dataclass(frozen=True, slots=True)
class Bound:
    """One thing that a clause is bound to."""

    noun: str
    id: str
    title: Bilingual
    detail: Bilingual = Bilingual("", "")
    bodies: tuple[tuple[Bilingual, tuple[str, ...]], ...] = ()  # the part they have → names as printed


@dataclass(frozen=True, slots=True)
class Group:
    """Everything of one noun."""

    title: Bilingual
    noun: str
    items: tuple[Bound, ...]


@dataclass(frozen=True, slots=True)
class ReadClause:
    """A clause with what it is bound to; `depth` counts the headings above it."""

    clause: ClauseSummary
    depth: int
    groups: tuple[Group, ...]
    section: str | None  # the heading to be shown above it, where a new one begins


def read_clauses(pack: Pack) -> list[ReadClause]:
    """All clauses in their order."""
    bound = bindings(pack)
    found: list[ReadClause] = []
    section: str | None = None
    for clause in pack.clauses.values():
        begins = clause.section if clause.section != section else None
        section = clause.section
        found.append(ReadClause(clause, depth_of(clause, pack), groups_of(bound[clause.id], pack), begins))
    return found


def depth_of(clause: ClauseSummary, pack: Pack) -> int:
    depth = 0
    above = clause.parent
    while above is not None and depth < len(pack.clauses):
        depth += 1
        parent = pack.clauses.get(above)
        above = parent.parent if parent else None
    return depth


def groups_of(found: list[Binding], pack: Pack) -> tuple[Group, ...]:
    """By noun, in the order of `NOUNS`."""
    by_noun: dict[str, list[Bound]] = {}
    for binding in found:
        by_noun.setdefault(binding.noun, []).append(bound_in_words(binding, pack))
    return tuple(Group(title, noun, tuple(by_noun[noun])) for noun, title in NOUNS.items() if noun in by_noun)


def bound_in_words(binding: Binding, pack: Pack) -> Bound:
    made = WORDS.get(binding.noun, titled)(binding, pack)
    return made if made is not None else Bound(binding.noun, binding.id, Bilingual(binding.id, binding.id))


def measure(binding: Binding, pack: Pack) -> Bound | None:
    found = pack.measures[binding.id]
    by = ((Bilingual("负责", "decides"), found.decided_by),) if found.decided_by else ()
    return Bound("measures", found.id, found.title, AWARDS.get(found.award.kind, AWARDS["other"]), by)


def duty(binding: Binding, pack: Pack) -> Bound | None:
    found = pack.duties[binding.id]
    roles = (
        (Bilingual("牵头", "lead"), found.lead),
        (Bilingual("负责", "responsible"), found.responsible),
        (Bilingual("配合", "cooperate"), found.cooperate),
    )
    when = found.due_text or CADENCES[found.cadence]
    if found.due_text is None and found.due is not None:
        when = Bilingual(f"{when.zh}，{found.due.isoformat()}前", f"{when.en}, by {found.due.isoformat()}")
    return Bound("duties", found.id, found.task, when, tuple(role for role in roles if role[1]))


def target(binding: Binding, pack: Pack) -> Bound | None:
    found = pack.targets[binding.id]
    return Bound("targets", found.id, found.indicator, target_words(found))


def time_limit(binding: Binding, pack: Pack) -> Bound | None:
    found = pack.time_limits[binding.id]
    within = duration_words(found.within) if found.within else found.note or Bilingual("及时", "in time")
    by = ((Bilingual("承诺", "promised by"), found.promised_by),) if found.promised_by else ()
    return Bound("time_limits", found.id, found.matter, within, by)


def system(binding: Binding, pack: Pack) -> Bound | None:
    found = pack.systems[binding.id]
    return Bound("systems", found.id, found.name, found.what)


def fact(binding: Binding, pack: Pack) -> Bound | None:
    kind = pack.rulebook.kinds.get(binding.id)
    return Bound("facts", binding.id, kind.label) if kind else None


def precedence(binding: Binding, pack: Pack) -> Bound | None:
    found = next(p for p in pack.standing.precedence if p.over == binding.id)
    over = OVER.get(found.over) or Bilingual(found.over, found.over)
    return Bound("precedence", found.over, over, PRECEDENCE[found.rule])


def nothing(binding: Binding, pack: Pack) -> Bound | None:
    why = next(
        c.orders_nothing
        for c in pack.clauses.values()
        if c.orders_nothing and c.orders_nothing.en == binding.id
    )
    return Bound("orders_nothing", "", why) if why else None


def score(binding: Binding, pack: Pack) -> Bound | None:
    table = pack.rulebook.scores.get(binding.id)
    return Bound("scores", binding.id, table.title) if table else None


def clause_below(binding: Binding, pack: Pack) -> Bound | None:
    found = pack.clauses[binding.id]
    label = found.label or found.title or found.id
    return Bound("clauses", found.id, Bilingual(label, label))


def titled(binding: Binding, pack: Pack) -> Bound | None:
    part: Any = getattr(pack, binding.noun, {}).get(binding.id)
    return Bound(binding.noun, binding.id, part.title) if part is not None else None


WORDS: Final[Mapping[str, Callable[[Binding, Pack], Bound | None]]] = {
    "measures": measure,
    "duties": duty,
    "targets": target,
    "time_limits": time_limit,
    "systems": system,
    "facts": fact,
    "precedence": precedence,
    "orders_nothing": nothing,
    "scores": score,
    "clauses": clause_below,
}


def counts_of(clauses: list[ReadClause]) -> Iterator[tuple[Bilingual, int]]:
    """How many different things of each noun a document is bound to."""
    for noun, title in NOUNS.items():
        ids = {item.id for c in clauses for g in c.groups if g.noun == noun for item in g.items}
        if ids and noun not in ("clauses", "orders_nothing", "facts", "precedence"):
            yield title, len(ids)

"""All checks over all documents, in a fixed order, within the time of the caller."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from functools import partial
from typing import Final

from huiqi.lint.asking import Found
from huiqi.lint.bands import check_formula_bands, check_measure_bands
from huiqi.lint.cliffs import check_cliffs
from huiqi.lint.conditions import check_conditions
from huiqi.lint.contradictions import (
    check_answers,
    check_formulas,
    check_matters,
    check_parameters,
    document_pairs,
    two_answers,
)
from huiqi.lint.encode import written_texts
from huiqi.lint.place import Setting, rules_of
from huiqi.lint.solver import Budget, OutOfTime
from huiqi.lint.swallowed import check_swallowed, comparable_pairs
from huiqi.lint.types import Document, Kind, Report, Undecided

MEASURE_CHECKS: Final = (
    (Kind.NEVER_MET, check_conditions),
    (Kind.NEVER_REACHED, check_measure_bands),
    (Kind.CLIFF, check_cliffs),
)
Check = tuple[Kind, str, Callable[[], None]]


def lint(
    documents: Sequence[Document],
    *,
    only: Iterable[str] = (),
    as_of: date | None = None,
    spent: Callable[[], bool] = lambda: False,
) -> Report:
    """Everything the solver can show about these documents.

    Args:
        documents: all that may be compared with each other.
        only: ids of the documents to report on; all by default. The others still count as what a party
            can fall back on and as what may contradict.
        as_of: one day for all; without it each rule is asked about from its own first day on.
        spent: says when the caller's time is over; what is left then is reported as not decided.
    """
    nodes = [node for d in documents for m in d.measures.values() for node in rules_of(m)]
    texts = written_texts([d.rulebook for d in documents], nodes)
    setting = Setting(tuple(documents), texts, Budget(spent), as_of)
    found = Found()
    wanted = set(only) or {d.id for d in documents}
    for kind, place, check in checks(setting, wanted, found):
        try:
            check()
        except OutOfTime:
            found.undecided.append(Undecided(kind, place, "the time of the run was over"))
    return Report(
        findings=tuple(found.findings),
        undecided=tuple(found.undecided),
        faults=tuple(found.faults),
        questions=setting.budget.questions,
        unvalued=dict(found.unvalued),
    )


def checks(setting: Setting, wanted: set[str], found: Found) -> Iterator[Check]:
    """The checks of a run: of single measures and facts first, then of pairs."""
    for document in (d for d in setting.documents if d.id in wanted):
        for measure in document.measures.values():
            for kind, check in MEASURE_CHECKS:
                yield kind, measure.key, partial(check, document, measure, setting, found)
        for fact in document.rulebook.kinds.values():
            if fact.pack == document.id and fact.formula is not None:
                place = f"{document.id}/{fact.name}"
                yield Kind.NEVER_REACHED, place, partial(check_formula_bands, document, fact, setting, found)
    for less, more in comparable_pairs(setting, wanted):
        ask = partial(check_swallowed, less, more, setting, found)
        yield Kind.SWALLOWED, less.measure.key, partial(found.ask, Kind.SWALLOWED, less.measure.key, ask)
    for pair in document_pairs(setting, wanted):
        place = f"{pair[0].id} {pair[1].id}"
        yield Kind.CONTRADICTION, place, partial(check_parameters, pair, setting, found)
        yield Kind.CONTRADICTION, place, partial(check_matters, pair, found)
        yield Kind.CONTRADICTION, place, partial(check_formulas, pair, setting, found)
        for first, second in two_answers(pair):
            ask = partial(check_answers, pair, first, second, setting, found)
            yield Kind.CONTRADICTION, first.key, partial(found.ask, Kind.CONTRADICTION, first.key, ask)

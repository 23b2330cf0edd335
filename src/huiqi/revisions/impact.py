"""What a draft would change over the whole register, and the steps at which a firm loses by growing."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import pyarrow as pa

from huiqi.lint.asking import Found
from huiqi.lint.cliffs import check_cliffs
from huiqi.lint.encode import written_texts
from huiqi.lint.place import Setting, rules_of
from huiqi.lint.solver import Budget, OutOfTime, is_installed
from huiqi.lint.types import Finding
from huiqi.matching.simulate.files import as_json
from huiqi.matching.simulate.run import simulate
from huiqi.matching.simulate.suppress import disclosure_of
from huiqi.measures.types import Measure
from huiqi.packs.for_engines import document_of, ruleset
from huiqi.packs.types import Library
from huiqi.registry.snapshot import Snapshot
from huiqi.revisions.check import read_measure
from huiqi.revisions.models import Revision

Json = dict[str, Any]


class NotSound(ValueError):
    """The text cannot be simulated: it has problems."""


def impact_of(
    revision: Revision,
    library: Library,
    snapshot: Snapshot,
    *,
    as_of: date,
    spent: Callable[[], bool],
    progress: Callable[[int], None] = lambda per_cent: None,
    overlay: pa.Table | None = None,
) -> Json:
    """The simulation of a revision, with all figures and as they may be published, and its cliffs.

    Args:
        library: the packs of the repository.
        snapshot: the register that counts now.
        as_of: the day whose periods and parameters count.
        spent: says when the time for cliffs is over.
        progress: told how many per cent of the register are done.
        overlay: what firms' files know beside the register.
    """
    before, after = (with_text(library, revision, text) for text in (revision.base_text, revision.new_text))
    done = 0

    def note(rows: int) -> None:
        nonlocal done
        done += rows
        progress(done * 100 // max(snapshot.manifest.rows, 1))

    result = simulate(
        snapshot,
        ruleset(before),
        ruleset(after),
        as_of=as_of,
        changes=(revision.key,),
        progress=note,
        overlay=overlay,
    )
    return {
        "figures": as_json(result),
        "published": as_json(result, disclosure_of(result)),
        "cliffs": cliffs(after, revision.pack, revision.measure, as_of=as_of, spent=spent),
    }


def with_text(library: Library, revision: Revision, text: str) -> Library:
    """The packs with one measure as a text has it. Raises NotSound."""
    pack = library.packs[revision.pack]
    measure, problems = read_measure(library, pack, revision.measure, text)
    if measure is None or problems:
        raise NotSound("; ".join(map(str, problems)))
    return with_measure(library, measure)


def with_measure(library: Library, measure: Measure) -> Library:
    pack = library.packs[measure.pack]
    changed = replace(pack, measures={**pack.measures, measure.id: measure})
    return Library({**library.packs, pack.id: changed})


def cliffs(
    library: Library, pack: str, measure: str, *, as_of: date, spent: Callable[[], bool]
) -> Json | None:
    """Where one more unit loses more than it earns; None where the solver is not installed."""
    if not is_installed():
        return None
    documents = [document_of(p, library) for p in library.packs.values()]
    nodes = [node for d in documents for m in d.measures.values() for node in rules_of(m)]
    texts = written_texts([d.rulebook for d in documents], nodes)
    setting = Setting(tuple(documents), texts, Budget(spent), as_of)
    document = setting.document(pack)
    found = Found()
    over = False
    try:
        check_cliffs(document, document.measures[measure], setting, found)
    except OutOfTime:
        over = True
    return {
        "found": [finding_json(finding) for finding in found.findings],
        "undecided": len(found.undecided),
        "is_over": over,
    }


def finding_json(finding: Finding) -> Mapping[str, object]:
    return {"zh": finding.text.zh, "en": finding.text.en, "clauses": list(finding.clauses)}

"""Why was I (not) told on that day? Answered from the run that counted then, beside what holds today."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from huiqi.base.bilingual import Bilingual
from huiqi.dossiers.overlay import Row, file_from
from huiqi.dossiers.queries import file_of, rules_on
from huiqi.dossiers.types import Dossier, Layers, Overlaid
from huiqi.forms.kept import said
from huiqi.holdings.current import data_folder, library, measure_on
from huiqi.matching.overlay import UnfitOverlay, of_party
from huiqi.matching.party import explainers_for, in_scope
from huiqi.matching.stored import NoRun, StoredRun, open_run
from huiqi.measures.explain import Explanation
from huiqi.measures.types import FactKind, Measure, VerdictKind
from huiqi.notices.models import Notice
from huiqi.notices.queries import told_until
from huiqi.procedures.match_firm import match_firm
from huiqi.registry.manifest import UnreadableManifest, manifest_from_json
from huiqi.registry.snapshot import Snapshot

FITS: Final = (VerdictKind.ELIGIBLE, VerdictKind.CLAIMABLE)


@dataclass(frozen=True, slots=True)
class Then:
    """What a measure came to in a run, as it was stored."""

    verdict: VerdictKind
    amount: Decimal | None = None
    missing: tuple[Bilingual, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """A fact that was known otherwise then."""

    label: Bilingual
    then: Bilingual | None  # None: not known then
    now: Bilingual | None


@dataclass(frozen=True, slots=True)
class Answer:
    """One measure: told or not, what held then, what holds today."""

    measure: Measure
    then: Then
    notices: tuple[Notice, ...]
    now: VerdictKind
    reasons: tuple[Explanation, ...] = ()  # conditions as they came out then; of one measure alone

    @property
    def differs(self) -> bool:
        return self.then.verdict is not self.now


@dataclass(frozen=True)
class Told:
    """The answers of the run that counted on a day."""

    on: date
    run: StoredRun
    answers: tuple[Answer, ...]
    changes: tuple[Change, ...]
    register_is_kept: bool  # the version of the register the run stood on can still be read
    packs_changed: tuple[tuple[str, str, str], ...]  # slug, version then, version now

    @property
    def day(self) -> date:
        return day_of_run(self.run)

    @property
    def manifest(self) -> Mapping[str, Any]:
        return self.run.manifest


def runs() -> list[StoredRun]:
    """Every finished run that is kept, in order of day, then of name."""
    folder = data_folder() / "runs"
    found = []
    for path in folder.iterdir() if folder.is_dir() else ():
        try:
            found.append(open_run(path))
        except NoRun:
            continue
    return sorted(found, key=order_of)


def order_of(run: StoredRun) -> tuple[date, str]:
    return day_of_run(run), run.folder.name


def day_of_run(run: StoredRun) -> date:
    return day_in(run.folder, (run.folder / "manifest.json").stat().st_mtime_ns)


@lru_cache(maxsize=4096)
def day_in(folder: Path, changed: int) -> date:
    """The day of a run; its manifest is read once for as long as it is not `changed`."""
    return date.fromisoformat(str(open_run(folder).manifest["as_of"]))


def run_on(day: date) -> StoredRun | None:
    """The last run up to a day; None before the first."""
    return next((run for run in reversed(runs()) if day_of_run(run) <= day), None)


def was_told(code: str, *, on: date, today: date, measure: str = "") -> Told | None:
    """What a firm was told by a day and why; with `measure` (pack/id) of that one alone.

    None where there was no run yet, or it did not look at the firm.
    """
    run = run_on(on)
    found = run.of_party(code) if run is not None else None
    if run is None or found is None:
        return None
    then = {row["measure"]: row for row in found.to_pylist()}
    wanted = [measure] if measure else list(then)
    now, notices = verdicts_now(code, today=today), told_until(code, on)
    firm = file_of(code, on=today)
    old = register_of(run)
    answers = [
        Answer(
            measure=known,
            then=then_of(known, then.get(key), firm, day=day_of_run(run)),
            notices=tuple(notices.get(key, ())),
            now=now.get(key, VerdictKind.OUT_OF_SCOPE),
            reasons=reasons_then(run, old, code, known, then.get(key), day=day_of_run(run))
            if measure and old is not None
            else (),
        )
        for key in wanted
        if (known := measure_on(key, day_of_run(run))) is not None
    ]
    return Told(
        on=on,
        run=run,
        answers=tuple(sorted(answers, key=lambda a: (not a.notices, a.then.verdict not in FITS))),
        changes=tuple(changes_since(run, old, firm, today=today))
        if old is not None and firm is not None
        else (),
        register_is_kept=old is not None,
        packs_changed=tuple(packs_changed(run)),
    )


def then_of(measure: Measure, row: Mapping[str, Any] | None, firm: Dossier | None, *, day: date) -> Then:
    """As stored; what is not stored was a plain no, or not for this firm or this day."""
    if row is None:
        inside = firm is not None and in_scope(measure, roles=firm.party.roles, region=firm.party.region)
        held = inside and measure.period.holds_on(day)
        return Then(VerdictKind.INELIGIBLE if held else VerdictKind.OUT_OF_SCOPE)
    kinds = library().packs[measure.pack].rulebook.kinds
    names = [name for name in (row["missing"] or "").split(",") if name]
    labels = (kinds[name].label if name in kinds else Bilingual(name, name) for name in names)
    return Then(VerdictKind(row["verdict"]), row["amount"], tuple(labels))


def file_then(run: StoredRun, old: Snapshot, code: str, kinds: Mapping[str, FactKind]) -> Dossier | None:
    """The file of a firm as the run knew it: its register, under what was known beside it then.

    None where the register has no such firm, or what the run knew beside it is not kept any more.
    """
    values = old.find(code)
    try:
        beside = of_party(run.folder, run.manifest, code)
    except UnfitOverlay:
        return None
    if values is None:
        return None
    known = {
        fact: Overlaid(None, fact, value, day_of_run(run), run.folder.name)
        for fact, one in beside.items()
        if fact in kinds and (value := one.value(kinds[fact].type)) is not None
    }
    gone = {fact for fact, one in beside.items() if one.text is None}
    layers = Layers(
        official={fact: over for fact, over in known.items() if not beside[fact].fills},
        declared={fact: over for fact, over in known.items() if beside[fact].fills},
    )
    left = {name: value for name, value in values.items() if name not in gone}
    return file_from(Row(left, old.manifest), kinds, layers)


def reasons_then(
    run: StoredRun, old: Snapshot, code: str, measure: Measure, row: Mapping[str, Any] | None, *, day: date
) -> tuple[Explanation, ...]:
    """The conditions on the data of then; none where the rule as it is now gives another verdict than was stored."""
    rules = rules_on(day)
    then = file_then(run, old, code, rules.kinds)
    if then is None or measure not in rules.measures:
        return ()
    explainer = explainers_for(then.party.stated, rules, as_of=day)[measure.pack]
    explanation = explainer.explain(measure)
    stored = VerdictKind(row["verdict"]) if row is not None else VerdictKind.INELIGIBLE
    return explanation.conditions if explanation.verdict.kind is stored else ()


def verdicts_now(code: str, *, today: date) -> dict[str, VerdictKind]:
    matches = match_firm(code, on=today)
    if matches is None:
        return {}
    return {e.measure.key: e.verdict.kind for e in matches.assessment.entitlements}


def register_of(run: StoredRun) -> Snapshot | None:
    """The version of the register a run stood on, where it is still kept."""
    folder = data_folder() / "register" / Path(str(run.manifest.get("version", "none"))).name
    try:
        return Snapshot(folder, manifest_from_json((folder / "_manifest.json").read_text("utf-8")))
    except (OSError, UnreadableManifest):
        return None


def changes_since(run: StoredRun, old: Snapshot, firm: Dossier, *, today: date) -> Iterator[Change]:
    """Facts of the firm that a run knew otherwise than its file has today."""
    kinds = rules_on(today).kinds
    then = file_then(run, old, firm.party.code, kinds)
    if then is None:
        return
    for name in dict.fromkeys((*then.party.stated, *firm.party.stated)):
        before, after = then.party.stated.get(name), firm.party.stated.get(name)
        if before != after:
            yield Change(
                kinds[name].label,
                said(before, kinds[name]) if before is not None else None,
                said(after, kinds[name]) if after is not None else None,
            )


def packs_changed(run: StoredRun) -> Iterator[tuple[str, str, str]]:
    now = {slug: pack.version for slug, pack in library().packs.items()}
    for slug, version in dict(run.manifest.get("packs", {})).items():
        if now.get(slug) != version:
            yield slug, str(version), now.get(slug, "—")

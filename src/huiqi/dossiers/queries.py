"""Reads of firms' files: the file as of a day, corrections that wait, consents in force, who looked."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Q, QuerySet

from huiqi.dossiers.groups import Group, group_of
from huiqi.dossiers.models import Consent, RecordedFact, Viewing
from huiqi.dossiers.overlay import NOTHING, Row, file_from, fitting, latest
from huiqi.dossiers.types import Dossier, Layers, Overlaid, Standing
from huiqi.forms.kept import read_plain
from huiqi.holdings import current
from huiqi.matching.party import Rules
from huiqi.measures.types import FactKind
from huiqi.packs.types import Library
from huiqi.registry.snapshot import Snapshot
from huiqi.rolls.queries import known_by_entries


@dataclass(slots=True)
class _Kept:
    """Rules by day, of one state of the packs."""

    library: Library | None = None
    rules: dict[date, Rules] = field(default_factory=dict)


_KEPT = _Kept()
MOST_DAYS = 64


def rules_on(day: date) -> Rules:
    """The measures in force on a day with what they stand on; kept until the packs change."""
    library = current.library()
    if _KEPT.library is not library or len(_KEPT.rules) >= MOST_DAYS:
        _KEPT.library, _KEPT.rules = library, {}
    if day not in _KEPT.rules:
        _KEPT.rules[day] = Rules.of(current.measures_on(day), library.rulebooks())
    return _KEPT.rules[day]


def file_of(code: str, *, on: date, snapshot: Snapshot | None = None) -> Dossier | None:
    """The file of a firm on a day; None where the register (that counts now, by default) has no such firm."""
    register = snapshot or current.register()
    values = register.find(code) if register is not None else None
    if register is None or values is None:
        return None
    kinds = rules_on(on).kinds
    layers = layers_of([code], kinds, on=on, register_day=register.manifest.as_of)
    return file_from(Row(values, register.manifest), kinds, layers.get(code, NOTHING))


def layers_of(
    codes: Collection[str] | None, kinds: Mapping[str, FactKind], *, on: date, register_day: date
) -> dict[str, Layers]:
    """What is known beside a register on a day, by firm; firms of whom nothing is are left out.

    A correction holds until a register of a later day than its acceptance is published. An ended entry makes
    nothing known.

    Args:
        codes: of the firms, None for all of whom something is known.
        kinds: by column; facts of no kind, and values that do not fit theirs, do not count.
        register_day: the day of the register.
    """
    recorded = recorded_over(codes, kinds, on=on, register_day=register_day)
    entered = entered_over(codes, kinds, on=on)
    return {
        code: Layers(
            entered.get(code, {}),
            recorded.get((code, Standing.ACCEPTED), {}),
            recorded.get((code, Standing.DECLARED), {}),
        )
        for code in dict.fromkeys((*(code for code, _ in recorded), *entered))
    }


def entered_over(
    codes: Collection[str] | None, kinds: Mapping[str, FactKind], *, on: date
) -> dict[str, dict[str, Overlaid]]:
    """What entries in lists (名录) make known, by firm and column."""
    found: dict[str, dict[str, Overlaid]] = {}
    for code, columns in known_by_entries(current.library(), on=on, parties=codes).items():
        for column, made in columns.items():
            value = fitting(made.value, kinds[column]) if column in kinds else None
            if value is not None:
                over = Overlaid(None, column, value, made.since, f"名录：{made.title.zh}")
                found.setdefault(code, {})[column] = over
    return found


def recorded_over(
    codes: Collection[str] | None, kinds: Mapping[str, FactKind], *, on: date, register_day: date
) -> dict[tuple[str, Standing], dict[str, Overlaid]]:
    """Accepted corrections and own statements that count, by firm and standing, then by column."""
    counting = [Standing.ACCEPTED, Standing.DECLARED]
    rows = RecordedFact.objects.filter(standing__in=counting, withdrawn_at=None, as_of__lte=on)
    if codes is not None:
        rows = rows.filter(party__in=codes)
    found: dict[tuple[str, Standing], list[Overlaid]] = {}
    for code, standing, key, fact, kept, as_of, source, decided_on in rows.values_list(
        "party", "standing", "pk", "fact", "value", "as_of", "source", "decided_on"
    ):
        kind = kinds.get(fact)
        value = fitting(read_plain(kept, kind), kind) if kind is not None else None
        overtaken = decided_on is not None and decided_on < register_day
        if value is not None and not overtaken:
            over = Overlaid(key, fact, value, as_of, source, Standing(standing))
            found.setdefault((code, Standing(standing)), []).append(over)
    return {key: latest(overs) for key, overs in found.items()}


def recorded_of(code: str) -> QuerySet[RecordedFact]:
    """Everything that was recorded of a firm, withdrawn and refused included, newest first."""
    return RecordedFact.objects.filter(party=code).order_by("-pk")


def corrections_waiting(region: str) -> QuerySet[RecordedFact]:
    """What waits for a decision in a region, oldest first."""
    return RecordedFact.objects.filter(
        standing=Standing.PROPOSED, withdrawn_at=None, region__startswith=region
    ).order_by("pk")


def corrections_decided(region: str) -> QuerySet[RecordedFact]:
    decided = [Standing.ACCEPTED, Standing.REFUSED]
    return RecordedFact.objects.filter(standing__in=decided, region__startswith=region).order_by(
        "-decided_at"
    )


def consents_in_force(*, on: date) -> QuerySet[Consent]:
    return Consent.objects.filter(withdrawn_at=None, began_on__lte=on, until__gte=on)


def consents_of(code: str) -> QuerySet[Consent]:
    """What a firm has agreed to, ended ones included, newest first."""
    return Consent.objects.filter(party=code).order_by("-pk")


def consent_for(audience: str, code: str, *, on: date) -> Consent | None:
    return consents_in_force(on=on).filter(audience=audience, party=code).first() if audience else None


def firms_that_agreed(audience: str, *, on: date, words: str = "") -> QuerySet[Consent]:
    """Firms whose file an audience may see on a day, by name; `words` are of the name or the code."""
    found = consents_in_force(on=on).filter(audience=audience)
    return called(found, words).order_by("firm_name", "party")


def consents_ended(audience: str, *, on: date, words: str = "") -> QuerySet[Consent]:
    """What an audience might once see and may no more on a day, newest first."""
    over = Q(withdrawn_at__isnull=False) | Q(until__lt=on)
    return called(Consent.objects.filter(over, audience=audience), words).order_by("-pk")


def called(found: QuerySet[Consent], words: str) -> QuerySet[Consent]:
    if not words:
        return found
    return found.filter(Q(firm_name__icontains=words) | Q(party__icontains=words))


def groups_in(consent: Consent) -> frozenset[Group]:
    return frozenset(group for group in Group if group in consent.groups)


def viewings_of(code: str) -> QuerySet[Viewing]:
    return Viewing.objects.filter(party=code).order_by("-at", "-pk")


def viewings_on_behalf(audience: str) -> QuerySet[Viewing]:
    """Looks at files of firms that ever agreed, under a name of the audience; newest first."""
    agreed = Consent.objects.filter(audience=audience)
    names = [audience, *agreed.exclude(audience_name="").values_list("audience_name", flat=True).distinct()]
    found = Viewing.objects.filter(party__in=agreed.values("party"), on_behalf_of__in=names)
    return found.order_by("-at", "-pk")


def group_of_fact(fact: RecordedFact) -> Group:
    """The group of the file that a recorded fact belongs to."""
    return group_of(fact.fact)

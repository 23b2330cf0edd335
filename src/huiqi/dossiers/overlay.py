"""Recorded facts lie over the register: which of them count on a day, and the file that comes of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from huiqi.base.bilingual import Bilingual
from huiqi.dossiers.groups import group_of
from huiqi.dossiers.types import Dossier, Entry, Overlaid, Overlay
from huiqi.forms.kept import said
from huiqi.matching.party import Party
from huiqi.measures.expressions import Value
from huiqi.measures.interpret import as_value
from huiqi.measures.types import FactKind
from huiqi.registry.manifest import Manifest


@dataclass(frozen=True, slots=True)
class Row:
    """What a register has of one party, and what the register is."""

    values: Mapping[str, object]
    manifest: Manifest


def file_from(
    row: Row,
    kinds: Mapping[str, FactKind],
    *,
    official: Overlay,
    declared: Overlay,
    entered: Overlay | None = None,
) -> Dossier:
    """The file of a firm.

    An accepted correction stands instead of what the register says; what the firm stated itself counts only
    where the register is silent. What an entry of a list (名录) makes known comes before all of them: who keeps
    the list decided it. A value that does not fit its kind is left out, as if it were not known.

    Args:
        kinds: by column, of the packs.
        entered: what entries of lists make known on the day, by column.
        official: accepted corrections that hold over this register, by column.
        declared: what the firm stated, by column.
    """
    entries: list[Entry] = []
    unknown: list[FactKind] = []
    manifest = row.manifest
    columns = [name for name in manifest.columns if name in kinds]
    listed = entered or {}
    more = [n for n in (*listed, *official, *declared) if n in kinds and n not in manifest.columns]
    for name in dict.fromkeys((*columns, *more)):
        kind = kinds[name]
        known = fitting(row.values.get(name), kind)
        over = listed.get(name) or official.get(name) or (declared.get(name) if known is None else None)
        if over is not None:
            instead = said(known, kind) if known is not None and known != over.value else None
            entries.append(entry_of(name, kind, over.value, over.source, over.as_of, over, instead))
        elif known is not None:
            entries.append(entry_of(name, kind, known, manifest.source, manifest.as_of, None, None))
        elif not kind.judged:
            unknown.append(kind)
    party = Party(
        code=str(row.values["code"]),
        name=str(row.values["name"]) if row.values.get("name") else None,
        region=str(row.values["region"]),
        roles=frozenset(str(row.values["roles"]).split(",")),
        stated={entry.fact: entry.value for entry in entries},
    )
    return Dossier(party, tuple(entries), tuple(unknown), manifest.source, manifest.as_of, manifest.synthetic)


def entry_of(
    name: str,
    kind: FactKind,
    value: Value,
    source: str,
    as_of: date,
    over: Overlaid | None,
    instead_of: Bilingual | None,
) -> Entry:
    return Entry(
        fact=name,
        label=kind.label,
        unit=kind.unit or "",
        value=value,
        words=said(value, kind),
        group=group_of(name),
        source=source,
        as_of=as_of,
        standing=over.standing if over is not None else None,
        recorded=over.key if over is not None else None,
        instead_of=instead_of,
    )


def fitting(raw: object, kind: FactKind) -> Value | None:
    try:
        return None if raw is None else as_value(raw, kind.type)
    except ValueError:
        return None


def latest(found: Iterable[Overlaid]) -> dict[str, Overlaid]:
    """One for each fact: of the latest day, of equal ones the one recorded last."""
    ranked = sorted(found, key=lambda over: (over.as_of, over.key or 0))
    return {over.fact: over for over in ranked}

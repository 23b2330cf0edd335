"""Recorded facts lie over the register: which of them count on a day, and the file that comes of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Final

from huiqi.base.bilingual import Bilingual
from huiqi.dossiers.groups import group_of
from huiqi.dossiers.types import Dossier, Entry, Layers, Overlaid
from huiqi.forms.kept import said
from huiqi.matching.party import Party
from huiqi.measures.expressions import Type, Value
from huiqi.measures.interpret import as_value
from huiqi.measures.types import FactKind
from huiqi.registry.manifest import Manifest

LARGEST: Final = 10**24
NOTHING: Final = Layers()


@dataclass(frozen=True, slots=True)
class Row:
    """What a register has of one party, and what the register is."""

    values: Mapping[str, object]
    manifest: Manifest


def file_from(row: Row, kinds: Mapping[str, FactKind], layers: Layers = NOTHING) -> Dossier:
    """The file of a firm: what the register says, under what is known beside it (`Layers.over`).

    A value that does not fit its kind is left out, as if it were not known.

    Args:
        kinds: by column, of the packs.
    """
    entries: list[Entry] = []
    unknown: list[FactKind] = []
    manifest = row.manifest
    columns = [name for name in manifest.columns if name in kinds]
    more = [n for n in layers.facts if n in kinds and n not in manifest.columns]
    for name in dict.fromkeys((*columns, *more)):
        kind = kinds[name]
        known = fitting(row.values.get(name), kind)
        over, fills = layers.over(name)
        if over is not None and not (fills and known is not None):
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
    """A value as rules take it, where it is one that a register can hold."""
    try:
        value = None if raw is None else as_value(raw, kind.type)
    except ValueError:
        return None
    return value if value is None or is_held(value, kind) else None


def is_held(value: Value, kind: FactKind) -> bool:
    """
    >>> from huiqi.measures.expressions import Type
    >>> staff = FactKind("employees", Type.INT, Bilingual("从业人员", "employees"))
    >>> is_held(Fraction(12), staff), is_held(Fraction(5, 2), staff), is_held(Fraction(10**30), staff)
    (True, False, False)
    """
    match kind.type:
        case Type.ENUM:
            return value in kind.domain.values
        case Type.INT:
            return isinstance(value, Fraction) and value.denominator == 1 and abs(value) < 2**63
        case _:
            return not isinstance(value, Fraction) or abs(value) < LARGEST


def latest(found: Iterable[Overlaid]) -> dict[str, Overlaid]:
    """One for each fact: of the latest day, of equal ones the one recorded last."""
    ranked = sorted(found, key=lambda over: (over.as_of, over.key or 0))
    return {over.fact: over for over in ranked}

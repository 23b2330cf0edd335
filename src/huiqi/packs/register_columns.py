"""Which facts a register may hold, by the packs, and the column each of them becomes."""

from fractions import Fraction

from huiqi.base.money import to_decimal
from huiqi.measures.types import AS_OF, FactKind
from huiqi.packs.types import Library
from huiqi.registry.types import Column


def kinds_of_parties(library: Library) -> dict[str, FactKind]:
    """The kinds of facts about parties that the packs declare; of two packs the one that is read first."""
    found: dict[str, FactKind] = {}
    for book in library.rulebooks().values():
        for kind in book.kinds.values():
            if kind.about == "party" and kind.name != AS_OF:
                found.setdefault(kind.name, kind)
    return found


def column_of(kind: FactKind) -> Column:
    low, high = kind.domain.low, kind.domain.high
    return Column(
        name=kind.name,
        type=kind.type.value,  # type: ignore[arg-type]
        unit=kind.unit or "",
        values=kind.domain.values,
        min=to_decimal(low, 6) if isinstance(low, Fraction) else None,
        max=to_decimal(high, 6) if isinstance(high, Fraction) else None,
    )

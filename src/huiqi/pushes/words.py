"""What the cells of a list are called: districts, industries, size classes."""

from functools import lru_cache

from stdnum import numdb

from huiqi.base.bilingual import Bilingual
from huiqi.matching.simulate.places import INDUSTRY, SIZE, UNKNOWN, label_of


@lru_cache(maxsize=4096)
def district_name(region: str) -> Bilingual:
    """The name of a district in the table of GB/T 2260 codes; English names are the codes.

    >>> district_name("370202").zh, district_name("370200").zh, district_name("999999").zh
    ('市南区', '青岛市', '999999')
    """
    names: dict[str, str] = {}
    for _, properties in numdb.get("cn/loc").info(region):
        names |= properties
    county = names.get("county", "").rpartition("]")[2]
    return Bilingual(county or region, region)


@lru_cache(maxsize=4096)
def cell_name(dimension: str, cell: str) -> Bilingual:
    """What people call a cell of a spread: `region`, `industry` or `size`."""
    if dimension == "region":
        return district_name(cell)
    if not cell:
        return UNKNOWN
    return label_of({"industry": INDUSTRY, "size": SIZE}[dimension], cell)

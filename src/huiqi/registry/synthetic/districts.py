"""The districts of a region on a day, from the table of GB/T 2260 codes that python-stdnum carries."""

import re
from datetime import date

from stdnum import numdb

_YEARS = re.compile(r"\[(\d*)-(\d*)\]")


def districts_of(region: str, *, day: date) -> list[str]:
    """Six-digit codes of the districts within `region`: a city 370200, a province 370000, or one district.

    A district counts in the years the table gives it; the year in which it ended is not among them. Raises
    ValueError if the table knows none.

    >>> districts_of("370200", day=date(2013, 6, 30))
    ['370202', '370203', '370211', '370212', '370213', '370214', '370281', '370282', '370283', '370285']
    """
    if not re.fullmatch(r"\d{6}", region):
        raise ValueError(f"{region!r} is not six digits of GB/T 2260")
    prefix = region.rstrip("0") if region.endswith("00") else region
    prefix = prefix + "0" * (len(prefix) % 2)
    found = [code for code in _codes_under(prefix) if _is_district(code, day)]
    if not found:
        raise ValueError(f"no district is known in region {region} on {day}")
    return found


def weight_of(district: str) -> float:
    """How many firms a district holds beside others: urban districts, then county-level cities, counties."""
    number = int(district[4:])
    return 3.0 if number < 21 else 2.0 if number > 80 else 1.0


def _codes_under(prefix: str) -> list[str]:
    codes = [prefix]
    while len(codes[0]) < 6:
        codes = [f"{code}{n:02d}" for code in codes for n in range(1, 100) if _exists(f"{code}{n:02d}")]
        if not codes:
            return []
    return codes


def _exists(code: str) -> bool:
    return len(code) == 6 or "county" in _properties(code + "00")


def _is_district(code: str, day: date) -> bool:
    name = _properties(code).get("county", "")
    if not name or code[4:] in ("00", "01") or name.endswith("]市区"):
        return False
    years = _YEARS.search(name)
    if years is None:
        return True
    start, end = years.groups()
    return (not start or int(start) <= day.year) and (not end or day.year < int(end))


def _properties(code: str) -> dict[str, str]:
    merged: dict[str, str] = {}
    for _, properties in numdb.get("cn/loc").info(code):
        merged |= properties
    return merged

"""What somebody typed, as it can be kept: no signs that no database takes, no longer than it may be."""

from typing import Final

from django.http import QueryDict

MOST_DIGITS: Final = 9


def words_in(query: QueryDict, name: str, most: int) -> str:
    """The text of a field without signs that cannot be shown, cut off after `most` characters.

    >>> words_in(QueryDict("q=%00a%07b%0A"), "q", 3)
    'ab'
    """
    kept = "".join(sign for sign in str(query.get(name, "")) if sign.isprintable() or sign in "\r\n\t")
    return kept[:most].strip()


def whole_in(query: QueryDict, name: str) -> int | None:
    """A whole number, as pages send back those they were given.

    >>> whole_in(QueryDict("n=12"), "n"), whole_in(QueryDict("n=" + "9" * 5000), "n")
    (12, None)
    """
    text = str(query.get(name, ""))
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= MOST_DIGITS else None

"""The words of the entries in the database's own index: FTS5 or tsvector. The only SQL of the search.

Both hold the same words and are asked the same question: of every term, any spelling; of a spelling, all words.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

from django.db import connection

from huiqi.search.words import Term, asked_words, is_han

CREATE: Final = {
    "sqlite": [
        "CREATE VIRTUAL TABLE search_words USING fts5(words, tokenize = 'unicode61 remove_diacritics 0')"
    ],
    "postgresql": [
        "CREATE TABLE search_words (entry bigint PRIMARY KEY, words tsvector NOT NULL)",
        "CREATE INDEX search_words_found ON search_words USING gin (words)",
    ],
}
INSERT: Final = {
    "sqlite": "INSERT INTO search_words (rowid, words) VALUES (%s, %s)",
    "postgresql": "INSERT INTO search_words (entry, words) VALUES (%s, array_to_tsvector(%s))",
}
FIND: Final = {
    "sqlite": "SELECT rowid FROM search_words WHERE search_words MATCH %s",
    "postgresql": "SELECT entry FROM search_words WHERE words @@ %s::tsquery",
}
JOINED: Final = {"sqlite": (" AND ", " OR "), "postgresql": (" & ", " | ")}


def create_table(vendor: str, execute: Callable[[str], Any]) -> None:
    for statement in CREATE[vendor]:
        execute(statement)


def drop_table(execute: Callable[[str], Any]) -> None:
    execute("DROP TABLE search_words")


def put_words(words: Iterable[tuple[int, Sequence[str]]]) -> None:
    """Replace everything by the words of these entries, inside the caller's transaction."""
    vendor = connection.vendor
    rows = [(number, list(own) if vendor == "postgresql" else " ".join(own)) for number, own in words]
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM search_words")
        cursor.executemany(INSERT[vendor], rows)


def entries_with(terms: Sequence[Term], *, all_of_them: bool = True) -> list[int]:
    """Numbers of the entries that have every term, or any word of any term."""
    with connection.cursor() as cursor:
        cursor.execute(FIND[connection.vendor], [question(terms, connection.vendor, all_of_them)])
        return sorted(row[0] for row in cursor.fetchall())


def question(terms: Sequence[Term], vendor: str, all_of_them: bool = True) -> str:
    """A query in the language of the database. Words hold letters, digits and Chinese signs alone.

    >>> question([Term(("贷款贴息",))], "sqlite"), question([Term(("税",)), Term(("sme",))], "postgresql")
    ('(("贷款" AND "款贴" AND "贴息"))', "(('税')) & (('sme':*))")
    """
    both, either = JOINED[vendor]
    if not all_of_them:
        words = dict.fromkeys(word for term in terms for word in asked_words(term.typed))
        return either.join(quoted(word, vendor) for word in words)
    asked = []
    for term in terms:
        ways = [both.join(quoted(w, vendor) for w in asked_words(run)) for run in term.spellings]
        asked.append("(" + either.join(f"({way})" for way in ways) + ")")
    return both.join(asked)


def quoted(word: str, vendor: str) -> str:
    """Letters stand for every word that begins with them; figures and Chinese for themselves."""
    begins = not is_han(word) and not word.isdigit()
    if vendor == "sqlite":
        return f'"{word}"' + (" *" if begins else "")
    return f"'{word}'" + (":*" if begins else "")

"""Problems

A rule that cannot be read gives problems, never a crash: each with line and column, what was expected or what was
probably meant. Unknown names are told all at once. What is not in the language cannot be written: no comments, no
semicolons, no functions of a database.
"""

from tests.spec.checks import ReadingChecks


def test_what_was_expected(reader: ReadingChecks):
    """Where, and what was expected"""
    reader.refuses("""
        rule              | place | told
        employees <=      | 1:13  | expected a fact, a figure or '(', found the end
        (employees <= 100 | 1:18  | expected ')', found the end
        employees <= 100) | 1:17  | expected an operator or the end, found ')'
        employees 100     | 1:11  | expected an operator or the end, found '100'
        employees not 100 | 1:15  | expected 'in' or 'between', found '100'
    """)


def test_signs_of_a_document(reader: ReadingChecks):
    """Signs of a document, and the sign to write"""
    reader.refuses("""
        rule                | place | told
        employees ≤ 100     | 1:11  | '≤' is not part of the rule language; write '<='
        （employees <= 100） | 1:1   | '（' is not part of the rule language; write '('
        holding >= 30％     | 1:14  | '％' is not part of the rule language; write '%'
        holding × 2 > 1     | 1:9   | '×' is not part of the rule language; write '*'
    """)


def test_what_is_not_in_the_language(reader: ReadingChecks):
    """What is not in the language"""
    reader.refuses("""
        rule                       | place | told
        employees <= 100; drop     | 1:17  | ';' is not part of the rule language
        employees ?? 3             | 1:11  | '?' is not part of the rule language
        employees <= 100 -- few    | 1:18  | '--' is not part of the rule language; comments stand beside the rule
        employees::text = 'x'      | 1:10  | ':' is not part of the rule language
        sector = 'other            | 1:10  | the text that begins with ' has no end
        pg_sleep(3) > 1            | 1:1   | unknown function 'pg_sleep'
    """)


def test_bounds(reader: ReadingChecks):
    """Bounds

    A rule has at most 20,000 signs, 200 operations and 60 levels of brackets; a figure at most 30 digits.
    """
    reader.refuses("""
        rule                                          | place | told
        employees <= 1234567890123456789012345678901  | 1:14  | a figure has at most 30 digits
    """)

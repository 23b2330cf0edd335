"""Missing facts

A missing fact makes an answer unknown **only if some possible value of it would change the answer**. Three-valued
logic (yes, no, unknown) gives that where each fact stands once. Where a missing fact stands more than once, its values
are tried: all values of a yes-or-no fact, of an enum, or of a short range of counts; for other numbers and for days one
value for every stretch between the constants they are compared with. Rows marked *by trying* are those.

There is no `is null` and no `coalesce`: a rule may not depend on our ignorance. So write conditions that let the answer
be known as early as the text allows.
"""

from tests.spec.checks import ReadingChecks, RuleChecks

SIZE = (
    "employees <= 80 and total_assets <= 1000万"
    " or sector = 'industrial' and employees <= 100 and total_assets <= 3000万"
)
POINTS = (
    "case when is_hnte then 5 else 0 end"
    " + case when holding >= 50% then 9 when holding >= 10% then 3 else 0 end"
    " + case when loan_rate > 6% then 0 else 1 end"
    " + least(stars - 1, 2) >= 8"
)


def test_one_side_decides(engine: RuleChecks):
    """One side decides

    A firm of 60 people with 800万 of assets fits whatever its sector is; one of 101 people never does.
    """
    engine.shows(
        """
        employees | total_assets | sector     | fits
        60        | 800万        |            | yes
        90        | 800万        |            | unknown
        90        | 800万        | industrial | yes
        90        | 800万        | other      | no
        101       |              |            | no
        60        |              |            | unknown
        """,
        fits=SIZE,
    )


def test_an_enum_that_stands_twice(engine: RuleChecks):
    """Every value leads to the same answer

    With any sector one of the two branches holds, so the sector is not missing.
    """
    engine.shows("""
        sector | employees | sector = 'trade' and employees <= 50 or sector <> 'trade' and employees <= 50
               | 50        | yes, by trying
               | 51        | no
               |           | unknown
    """)


def test_a_statement_that_stands_twice(engine: RuleChecks):
    """Either way"""
    engine.shows("""
        is_hnte | has_patent | is_hnte or not is_hnte | is_hnte and has_patent or not is_hnte and has_patent
                | yes        | yes, by trying         | yes, by trying
                | no         | yes, by trying         | no
                |            | yes, by trying         | unknown
    """)


def test_a_number_that_stands_twice(engine: RuleChecks):
    """Between the constants

    A number is tried at and around every figure it is compared with.
    """
    engine.shows("""
        loan | loan <= 1000 or loan > 800 | loan < 800 and loan > 1000 | loan < 800 or loan > 1000
             | yes, by trying             | no, by trying              | unknown
        900  | yes                        | no                         | no
    """)
    engine.shows("""
        established | established < date '2012-01-01' or established >= date '2012-01-01'
                    | yes, by trying
    """)


def test_what_is_possible_at_all(engine: RuleChecks):
    """What is possible at all

    `min` and `max` of a fact count: people are never fewer than none, stars never more than five.
    """
    engine.shows("""
        employees | stars | employees >= 0 | stars <= 5     | stars >= 4 or stars < 4.5
                  |       | yes, by trying | yes, by trying | yes, by trying
        3         | 4     | yes            | yes            | yes
    """)


def test_the_same_on_both_sides(engine: RuleChecks):
    """The same on both sides"""
    engine.shows("""
        loan | loan = loan    | loan < loan + 1 | loan * 2 > loan
             | yes, by trying | yes, by trying  | unknown
        0    | yes            | yes             | no
    """)


def test_sums_of_points(engine: RuleChecks):
    """Sums of points

    What a `case` among written figures hangs on is tried too. Where that is too much, a comparison is still settled
    if its two sides lie apart whatever the missing facts are: with eight points the last two rows do not matter, and
    with three they are not enough.
    """
    engine.shows(
        """
        is_hnte | holding | loan_rate | stars | enough
        yes     | 10%     | 7%        | 1     | yes
        yes     | 10%     |           |       | yes, by trying
        yes     |         |           |       | unknown
        no      | 10%     |           |       | no, by trying
        no      |         | 5%        |       | unknown
                |         |           |       | unknown
        """,
        enough=POINTS,
    )
    engine.shows("""
        loan | least(loan, 300万) <= 300万 | greatest(loan, 0) + 1 > 0
             | yes, by trying              | yes, by trying
        1    | yes                         | yes
    """)


def test_where_values_are_not_tried(engine: RuleChecks):
    """Where values are not tried

    A comparison that is no straight line in its fact (`least`, `round`), or that holds two missing facts against each
    other, is otherwise taken as free to hold or not. So these stay unknown although no value could change them; write
    them more simply.
    """
    engine.shows("""
        loan | loan_rate | least(loan, 300万) < 1 or least(loan, 300万) >= 1 | loan * loan_rate = loan_rate * loan
             |           | unknown                                           | unknown
        1    | 6%        | yes                                               | yes
    """)


def test_ignorance_is_no_argument(reader: ReadingChecks):
    """Ignorance is no argument"""
    reader.refuses("""
        rule                       | place | told
        employees is null          | 1:11  | unknown fact 'is'
        coalesce(employees, 0) < 3 | 1:1   | unknown function 'coalesce'
        employees = null           | 1:11  | '=' cannot put int beside nothing
    """)

"""Scoring tables

A scoring table of a pack (`scores/*.yaml`, see `docs/packs.md`) is written as a table and gives derived facts: the total
`rating`, a subtotal `rating__size` for each group, points `rating__staff` for each row, `rating__minima` where groups
have a minimum, and `rating__vetoed` where there are vetoes. Their formulas are `case`, `+`, `*` and `least` like any
others, so rules name them like any other fact.
"""

from tests.spec.checks import ReadingChecks, RuleChecks


def test_the_points_of_a_row(engine: RuleChecks):
    """The points of a row

    A row gives points by bands of a figure, by the values of an enum, for every item that holds up to a maximum, or as
    they are worked out. These examples stand on two tables:
    """
    engine.declares("rating.yaml")
    engine.declares("weighted-rating.yaml")
    engine.shows(
        """
        employees | sector     | is_hnte | has_patent | stars | staff | branch | research | quality
        100       | industrial | yes     | yes        | 5     | 20    | 10     | 10       | 10
        50        | trade      | yes     | no         | 3     | 10    | 5      | 6        | 6
        49        | other      | no      | no         | 1     | 0     | 0      | 0        | 2
                  |            |         |            |       | unknown | unknown | unknown | unknown
        """,
        staff="rating__staff",
        branch="rating__branch",
        research="rating__research",
        quality="rating__quality",
    )


def test_the_boundary_belongs_to_the_higher_band(engine: RuleChecks):
    """The boundary belongs to the higher band

    `at_least` and `at_most` include the figure, so that whoever stands on it gets the better points.
    """
    engine.shows(
        """
        employees | holding | staff | independence
        100       | 50%     | 20    | 20
        99        | 50.01%  | 10    | 10
        50        | 70%     | 10    | 10
        49        | 70.01%  | 0     | 0
        """,
        staff="rating__staff",
        independence="rating__independence",
    )


def test_groups_and_total(engine: RuleChecks):
    """Groups, minima and the total"""
    engine.shows(
        """
        employees | sector     | holding | is_hnte | has_patent | stars | is_restricted | size | total | rating__minima
        100       | industrial | 50%     | yes     | yes        | 5     | no            | 30   | 70    | yes
        50        | trade      | 70%     | no      | yes        | 1     | no            | 15   | 33    | yes
        50        | other      | 50%     | yes     | yes        | 5     | no            | 10   | 50    | no
        """,
        size="rating__size",
        total="rating",
        rating__minima="rating__minima and true",
    )


def test_vetoes(engine: RuleChecks):
    """Vetoes

    A veto makes the total nothing, whatever the rows give; the points of the rows stay.
    """
    engine.shows(
        """
        employees | sector     | holding | is_hnte | has_patent | stars | is_restricted | total   | staff | rating >= 1
        100       | industrial | 50%     | yes     | yes        | 5     | yes           | 0       | 20    | no
                  |            |         |         |            |       | yes           | 0       | unknown | no
        100       | industrial | 50%     | yes     | yes        | 5     |               | unknown | 20    | unknown
        """,
        total="rating",
        staff="rating__staff",
    )


def test_weights(engine: RuleChecks):
    """Weights

    A point of a group counts in the total as its weight says.
    """
    engine.shows(
        """
        employees | total_assets | people | means | total | weighted_rating >= 60
        100       | 1000万        | 100    | 100   | 100   | yes
        50        | 100万         | 60     | 50    | 54    | no
        49        | 1000万        | 0      | 100   | 60    | yes
        """,
        people="weighted_rating__people",
        means="weighted_rating__means",
        total="weighted_rating",
    )


def test_rows_not_known(engine: RuleChecks):
    """Rows not known

    A total has a value once every row has one. A comparison with it is settled before: as soon as the rows that are
    still open can neither lift the total to the figure nor leave it below. The same holds for minima of groups.
    """
    engine.shows(
        """
        employees | sector     | holding | is_hnte | has_patent | stars | is_restricted | total   | rating >= 40
        100       | industrial | 90%     | yes     | yes        |       | no            | unknown | yes, by trying
        100       | industrial | 90%     | no      | no         |       | no            | unknown | unknown
        100       | other      | 90%     | no      | no         |       | no            | unknown | no, by trying
        100       |            | 50%     |         |            | 1     | no            | unknown | yes, by trying
        100       |            | 50%     |         |            | 1     |               | unknown | unknown
                  |            |         |         |            |       |               | unknown | unknown
        """,
        total="rating",
    )
    engine.shows(
        """
        employees | sector | rating__size >= 15 | rating__size >= 5 | rating__size > 20
        100       |        | yes, by trying     | yes, by trying    | unknown
        49        |        | no, by trying      | unknown           | no, by trying
                  | other  | unknown            | unknown           | no, by trying
        """
    )


def test_a_stated_total_wins(engine: RuleChecks):
    """A stated total wins

    As with every derived fact: what an authority states counts, the table is for where nothing is stated.
    """
    engine.shows(
        """
        employees | holding | rating | rating >= 40 | staff
        100       |         | 39     | no           | 20
                  |         | 40     | yes          | unknown
        """,
        staff="rating__staff",
    )


def test_names_of_a_table(reader: ReadingChecks):
    """Names of a table"""
    reader.refuses("""
        rule               | place | told
        rating__staf >= 10 | 1:1   | unknown fact 'rating__staf'; did you mean 'rating__staff'?
        rating = true      | 1:8   | '=' cannot put decimal beside bool
    """)

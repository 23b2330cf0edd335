"""case

`case when … then … when … then … else … end` gives the value of the first branch that holds. Where a branch is
unknown the whole is unknown, unless the branches that can still be reached agree: `case` never takes "we do not
know" for "no".
"""

from tests.spec.checks import ReadingChecks, RuleChecks

STEPS = "case when employees >= 300 then 50万 when employees >= 100 then 20万 else 5万 end"


def test_the_first_branch_that_holds(engine: RuleChecks):
    """The first branch that holds"""
    engine.shows(
        """
        employees | reward
        300       | 500000
        299       | 200000
        99        | 50000
                  | unknown
        """,
        reward=STEPS,
    )


def test_an_unknown_branch(engine: RuleChecks):
    """An unknown branch

    Only a branch that was passed over for certain is passed over.
    """
    engine.shows(
        """
        is_hnte | has_patent | reward
        yes     |            | 500000
                | yes        | unknown
        no      |            | unknown
                | no         | unknown
        no      | no         | 50000
        """,
        reward="case when is_hnte then 50万 when has_patent then 20万 else 5万 end",
    )


def test_branches_that_agree(engine: RuleChecks):
    """Branches that agree

    If every branch that can still be reached gives the same, that is the answer.
    """
    engine.shows(
        """
        is_hnte | has_patent | reward
                | yes        | 200000
                | no         | unknown
                |            | unknown
        no      |            | unknown
        """,
        reward="case when is_hnte then 20万 when has_patent then 20万 else 5万 end",
    )
    engine.shows(
        """
        is_hnte | loan | reward
                | 100  | 100
                | 99   | unknown
        no      | 99   | 99
        """,
        reward="case when is_hnte then 100 else loan end",
    )
    engine.shows(
        """
        is_hnte | size_class | size
                | large      | large
                | small      | unknown
        yes     | small      | large
        """,
        size="case when is_hnte then 'large' else size_class end",
    )


def test_statements_as_values(engine: RuleChecks):
    """Statements as values"""
    engine.shows(
        """
        sector     | employees | fits
        industrial | 100       | yes
        industrial | 101       | no
        other      | 80        | yes
        other      | 81        | no
                   | 80        | yes
                   | 101       | no
                   | 90        | unknown
        """,
        fits="case when sector = 'industrial' then employees <= 100 else employees <= 80 end",
    )


def test_null_is_no_amount(engine: RuleChecks):
    """null: no amount

    Where a document grants nothing in the remaining cases, say `else null` or leave `else` out. No amount is not
    zero: whatever is computed with it has no value either.
    """
    engine.shows(
        """
        is_hnte | reward   | doubled  | above
        yes     | 200000   | 400000   | yes
        no      | no value | no value | no value
                | unknown  | unknown  | unknown
        """,
        reward="case when is_hnte then 20万 else null end",
        doubled="(case when is_hnte then 20万 end) * 2",
        above="(case when is_hnte then 20万 end) > 10万",
    )


def test_branches_must_fit_together(reader: ReadingChecks):
    """Branches must fit together"""
    reader.refuses("""
        rule                                            | place | told
        case when is_hnte then 1 else 'a' end = 1       | 1:1   | 'case' cannot put number beside text
        case when employees then 1 else 2 end = 1       | 1:1   | 'when' needs a yes-or-no statement, not int
        case when is_hnte then loan else holding end = 1 | 1:1  | 'case' cannot put money beside ratio
        case is_hnte when true then 1 end               | 1:6   | expected 'when', found 'is_hnte'
        case when is_hnte then 1                        | 1:25  | expected 'end', found the end
    """)

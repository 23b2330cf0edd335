"""and, or, not

`not` binds tighter than `and`, `and` tighter than `or`; brackets say otherwise. What is not known stays unknown
unless the other side decides: one "no" settles an `and`, one "yes" settles an `or`.
"""

from tests.spec.checks import ReadingChecks, RuleChecks


def test_the_three_answers(engine: RuleChecks):
    """Yes, no and unknown together"""
    engine.shows("""
        is_hnte | has_patent | is_hnte and has_patent | is_hnte or has_patent
        yes     | yes        | yes                    | yes
        yes     | no         | no                     | yes
        no      | no         | no                     | no
        yes     |            | unknown                | yes
                | no         | no                     | unknown
                |            | unknown                | unknown
    """)


def test_not(engine: RuleChecks):
    """not"""
    engine.shows("""
        is_restricted | not is_restricted | not not is_restricted
        yes           | no                | yes
        no            | yes               | no
                      | unknown           | unknown
    """)


def test_what_binds_tighter(engine: RuleChecks):
    """What binds tighter"""
    engine.shows("""
        is_hnte | has_patent | is_restricted | is_hnte or has_patent and is_restricted | (is_hnte or has_patent) and is_restricted
        yes     | no         | no            | yes                                     | no
        no      | yes        | yes           | yes                                     | yes
    """)
    engine.shows("""
        is_hnte | has_patent | not is_hnte and has_patent | not (is_hnte and has_patent)
        yes     | no         | no                         | yes
        no      | no         | no                         | yes
    """)


def test_only_statements(reader: ReadingChecks):
    """Only statements can be joined"""
    reader.refuses("""
        rule                  | place | told
        employees and is_hnte | 1:1   | 'and' needs a yes-or-no statement, not int
        not employees         | 1:1   | 'not' needs a yes-or-no statement, not int
        is_hnte and           | 1:12  | expected a fact, a figure or '(', found the end
    """)

"""Branches of a classification: within

`within(industry_code, 'C', 'G591')` asks whether a code of GB/T 4754 lies in one of these branches: the section C
with all its divisions, or the group G591 with its classes. It compares beginnings and knows no wildcards.
"""

from tests.spec.checks import ReadingChecks, RuleChecks


def test_within(engine: RuleChecks):
    """The beginning of the code decides"""
    engine.shows("""
        industry_code | within(industry_code, 'C') | within(industry_code, 'C34', 'G591') | not within(industry_code, 'C')
        C3411         | yes                        | yes                                  | no
        C             | yes                        | no                                   | no
        G5911         | no                         | yes                                  | yes
        G59           | no                         | no                                   | yes
        c34           | no                         | no                                   | yes
                      | unknown                    | unknown                              | unknown
    """)


def test_no_wildcards(engine: RuleChecks):
    """No wildcards"""
    engine.shows("""
        industry_code | within(industry_code, '_3') | within(industry_code, '%')
        C3411         | no                          | no
        %             | no                          | yes
    """)


def test_written_branches(reader: ReadingChecks):
    """Written branches of a text"""
    reader.refuses("""
        rule                            | place | told
        within(employees, 'C')          | 1:1   | within() needs a text where int stands: within(code, 'C', 'G591', …)
        within(industry_code)           | 1:1   | within() is written within(code, 'C', 'G591', …)
        within(industry_code, industry_code) | 1:1 | within() takes written values after the first: within(code, 'C', 'G591', …)
    """)

"""Names and labels

A rule speaks of facts. A fact has an English name (`employees`) and a Chinese label (`从业人数`); a rule may use
either. Both are declared in `facts.yaml` of the pack or of a pack it requires; parameters and the day of the
evaluation, `as_of`, are named in the same way.
"""

from tests.spec.checks import ReadingChecks, RuleChecks


def test_names_and_labels_mean_the_same(engine: RuleChecks):
    """By name or by label"""
    engine.shows("""
        从业人数 | employees <= 100 | 从业人数 <= 100
        100      | yes              | yes
        101      | no               | no
                 | unknown          | unknown
    """)


def test_quoted_labels(engine: RuleChecks):
    """Labels with other signs stand in double quotes"""
    engine.shows("""
        employees | "从业人数" <= 100
        100       | yes
    """)


def test_the_day_of_the_evaluation(engine: RuleChecks):
    """as_of

    The day for which the answer is asked. The clock is never read.
    """
    engine.shows("""
        as of      | established | as_of >= established | days_between(established, as_of)
        2013-06-30 | 2013-06-30  | yes                  | 0
        2013-06-29 | 2013-06-30  | no                   | -1
    """)


def test_unknown_names(reader: ReadingChecks):
    """Names that are not known

    All of them are told at once, each with the nearest known name. A label that two facts share must be replaced by
    a name. Functions are not case sensitive, names are.
    """
    reader.refuses("""
        rule                            | place | told
        employes <= 100 or sektor = 'x' | 1:1   | unknown fact 'employes'; did you mean 'employees'?
        employes <= 100 or sektor = 'x' | 1:20  | unknown fact 'sektor'; did you mean 'sector'?
        从业人员数 <= 100               | 1:1   | unknown fact '从业人员数'; did you mean '从业人数'?
        营业收入 <= 3亿                 | 1:1   | '营业收入' may be revenue or revenue_last_year; write one of these names
        leest(employees, 3) > 1         | 1:1   | unknown function 'leest'; did you mean 'least'?
    """)

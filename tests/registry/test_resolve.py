from datetime import date
from itertools import permutations

from huiqi.registry.resolve import Why, facts_on, resolve
from huiqi.registry.types import Fact


def fact(value, as_of, standing="official", source="tax"):
    return Fact("91370200MA3C0D1EXF", "employees", value, date.fromisoformat(as_of), source, standing)


KEY = ("91370200MA3C0D1EXF", "employees")
DAY = date(2013, 6, 30)


def test_a_fact_of_the_day_itself_is_known_and_one_of_the_next_day_is_not():
    found = resolve([fact(5, "2013-06-30"), fact(9, "2013-07-01")], day=DAY)[KEY]
    assert found.counts.value == 5
    assert [b.why for b in found.beaten] == [Why.NOT_YET]


def test_official_counts_before_declared_even_if_older():
    found = resolve([fact(5, "2012-01-01"), fact(9, "2013-06-01", "declared")], day=DAY)[KEY]
    assert found.counts.value == 5
    assert [b.why for b in found.beaten] == [Why.ONLY_DECLARED]


def test_of_equally_official_facts_the_latest_counts():
    found = resolve([fact(5, "2012-01-01"), fact(9, "2013-06-01")], day=DAY)[KEY]
    assert found.counts.value == 9
    assert [b.why for b in found.beaten] == [Why.OLDER]


def test_two_official_values_of_one_day_are_a_contradiction_whatever_the_order():
    facts = [fact(5, "2013-01-01"), fact(9, "2013-01-01", source="social insurance"), fact(9, "2012-01-01")]
    for order in permutations(facts):
        found = resolve(order, day=DAY)[KEY]
        assert found.is_contradicted
        assert found.counts.source == "social insurance"


def test_the_same_value_from_two_sources_is_no_contradiction():
    found = resolve([fact(5, "2013-01-01"), fact(5, "2013-01-01", source="social insurance")], day=DAY)[KEY]
    assert not found.is_contradicted
    assert [b.why for b in found.beaten] == [Why.REPEATED]


def test_a_party_whose_facts_are_all_later_has_no_fact():
    assert facts_on([fact(5, "2013-07-01")], day=DAY) == {}

"""What the cast acts out for a demonstration."""

from huiqi.casework.models import Case
from huiqi.ledger.models import Posting
from huiqi.procedures.act_out import Scene, act_out
from huiqi.rolls.queries import entries_of
from tests.site.conftest import DAY, NOW, Site


def test_the_cast_leaves_cases_at_every_point(site: Site) -> None:
    numbers = act_out(Scene(site.firm, site.bank, DAY, NOW))
    cases = [Case.objects.get(number=number) for number in numbers]
    assert [case.state for case in cases] == [
        "paid",
        "published",
        "returned",
        "submitted",
        "listed",
        "approved",
        "requested",
        "requested",
    ]
    assert [case.colour for case in cases[-2:]] == ["red", "green"]
    assert all(case.synthetic for case in cases)
    assert cases[0].rating.stars == 5
    assert [p.movement for p in Posting.objects.filter(case=numbers[0]).order_by("pk")] == [
        "commit", "order_payment", "pay",
    ]  # fmt: skip
    assert entries_of(site.firm, on=DAY).exists()

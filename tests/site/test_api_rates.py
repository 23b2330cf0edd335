"""How often programs may ask: two processes over one database allow together what one would."""

from typing import Any

import pytest
from django.core.cache import caches
from django.db import connection
from django.test.utils import CaptureQueriesContext

from huiqi.api.callers import CallerThrottle
from huiqi.keys.allowances import take_share
from huiqi.keys.models import Allowance

pytestmark = pytest.mark.django_db
NEAR = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}


@pytest.fixture
def processes(settings: Any) -> tuple[CallerThrottle, CallerThrottle]:
    """Two workers: each has a cache of its own, both have the database."""
    settings.CACHES = {
        **settings.CACHES,
        "one": {**NEAR, "LOCATION": "one"},
        "two": {**NEAR, "LOCATION": "two"},
    }
    for name in ("one", "two"):
        caches[name].clear()
    return CallerThrottle("one"), CallerThrottle("two")


def asked(throttle: CallerThrottle, times: int, *, minute: int = 7, most: int = 60) -> int:
    return sum(throttle.has_left("from:10.0.0.1", most, minute) for _ in range(times))


def test_two_processes_allow_no_more_than_one_would(processes: Any) -> None:
    one, two = processes
    answered = sum(asked(throttle, 1) for _ in range(60) for throttle in (one, two))
    assert answered == 60
    assert asked(one, 5) + asked(two, 5) == 0


def test_all_requests_at_one_process_are_answered_as_well(processes: Any) -> None:
    one, two = processes
    assert asked(one, 70) == 60
    assert asked(two, 1) == 0


def test_the_next_minute_begins_anew_and_the_past_is_forgotten(processes: Any) -> None:
    one, two = processes
    assert asked(one, 61) == 60
    assert asked(two, 61, minute=8) == 60
    one.has_left("from:10.0.0.2", 60, 30)
    assert list(Allowance.objects.values_list("who", flat=True)) == ["from:10.0.0.2"]


def test_few_requests_write(processes: Any) -> None:
    one, _ = processes
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert asked(one, 600, most=600) == 600
        assert asked(one, 600, most=600) == 0
    writes = [q for q in queries.captured_queries if q["sql"].startswith(("UPDATE", "INSERT"))]
    assert len(writes) < 40
    assert len(queries) < 100


def test_a_share_that_another_process_took_meanwhile_is_not_taken_twice(monkeypatch: Any) -> None:
    assert take_share("key:a", minute=1, most=8) == 2
    stale = Allowance.objects.get(who="key:a")
    assert take_share("key:a", minute=1, most=8) == 1
    real = Allowance.objects.filter

    class Once:
        def __init__(self) -> None:
            self.seen = False

        def __call__(self, **wanted: Any) -> Any:
            if not self.seen and set(wanted) == {"who"}:
                self.seen = True

                class Read:
                    def first(self) -> Allowance:
                        return stale

                return Read()
            return real(**wanted)

    monkeypatch.setattr(Allowance.objects, "filter", Once())
    assert take_share("key:a", minute=1, most=8) == 1
    assert Allowance.objects.get(who="key:a").taken == 4

"""The interface keeps what its OpenAPI description says, whatever is sent."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.utils.timezone import localdate, now
from hypothesis import HealthCheck, settings
from schemathesis.config import SchemathesisConfig
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance

from huiqi.access.models import Membership
from huiqi.api.interface import API
from huiqi.keys.actions import Wish, make_key
from huiqi.keys.scopes import KeyScope
from huiqi.procedures.open_case import Wish as WishForCase
from huiqi.procedures.open_case import open_case
from tests.site.conftest import DAY, NOW, Site

CONFIG = {
    "seed": 46,
    "generation": {"max-examples": 20, "deterministic": True, "database": "none"},
}
BOUNDED = settings(
    max_examples=20,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
OWN_RULES = {
    # a line that does not fit is answered in its place
    "POST /api/v1/evaluate": [negative_data_rejection],
    # which facts there are is a matter of the packs, not of the description
    "POST /api/v1/checkup": [positive_data_acceptance],
    # a part without a name of a file is no file, which a description cannot say
    "POST /api/v1/cases/{number}/materials": [positive_data_acceptance],
    # which addresses are called is looked up
    "POST /api/v1/hooks": [positive_data_acceptance],
}
OF_A_CASE = [
    # what a case asks and which step leads on is a matter of its declaration
    positive_data_acceptance,
    # an empty form is a form, and a file field is one whatever its parts are called
    negative_data_rejection,
]


@schemathesis.serializer("application/x-ndjson")
def as_lines(context: Any, value: Any) -> bytes:
    return value.encode("utf-8", "replace") if isinstance(value, str) else json.dumps(value).encode()


@pytest.fixture(autouse=True)
def one_connection() -> Iterator[None]:
    """A request leaves the connection open, for the transaction of the test is on it (as `Client` sees to)."""
    signals = request_started, request_finished
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


@pytest.fixture
def secret(site: Site, settings: Any) -> str:
    """A key that may read everything in Qingdao; nobody counts."""
    settings.HUIQI_API_RATE_KEY = settings.HUIQI_API_RATE_VISITOR = 1_000_000
    head = Membership.objects.get(user__username="head")
    wish = Wish("schema", list(KeyScope), localdate(), region="3702")
    return make_key(wish, membership=head, by="admin", on=localdate(), at=now()).secret


SCHEMA = schemathesis.openapi.from_dict(
    json.loads(json.dumps(API.get_openapi_schema())), config=SchemathesisConfig.from_dict(CONFIG)
)
SCHEMA.app = WSGIHandler()


@SCHEMA.parametrize()
@BOUNDED
def test_everything_keeps_to_the_description(case: Any, secret: str):
    headers = {"Authorization": f"Bearer {secret}", "Accept-Encoding": "identity"}
    case.call_and_validate(headers=headers, excluded_checks=OWN_RULES.get(case.operation.label))


@pytest.fixture
def draft(site: Site, settings: Any) -> tuple[str, str]:
    """A firm's key and the number of a case it is filling in."""
    settings.HUIQI_API_RATE_KEY = 1_000_000
    firm = Membership.objects.get(user__username="firm")
    scopes = [KeyScope.CASES_READ, KeyScope.CASES_WRITE]
    made = make_key(
        Wish("schema", scopes, localdate()), membership=firm, by="admin", on=localdate(), at=now()
    )
    wish = WishForCase("qingdao-2012-46/lease-subsidy-claim", party=site.firm)
    return made.secret, open_case(wish, by="firm", on=DAY, at=NOW).case.number


@SCHEMA.include(path_regex=r"/cases/\{number\}").parametrize()
@BOUNDED
def test_a_real_case_keeps_to_the_description_whatever_is_sent(case: Any, draft: tuple[str, str]):
    secret, number = draft
    case.path_parameters["number"] = number
    headers = {"Authorization": f"Bearer {secret}", "Accept-Encoding": "identity"}
    case.call_and_validate(headers=headers, excluded_checks=OF_A_CASE)

"""The interface keeps what its OpenAPI description says, whatever is sent."""

import json
from typing import Any

import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from django.utils.timezone import localdate, now
from hypothesis import HealthCheck, settings
from schemathesis.config import SchemathesisConfig
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance

from huiqi.access.models import Membership
from huiqi.api.interface import API
from huiqi.keys.actions import Wish, make_key
from tests.site.conftest import Site

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
}


@schemathesis.serializer("application/x-ndjson")
def as_lines(context: Any, value: Any) -> bytes:
    return value.encode("utf-8", "replace") if isinstance(value, str) else json.dumps(value).encode()


@pytest.fixture
def secret(site: Site, settings: Any) -> str:
    """A key that may read everything in Qingdao; nobody counts."""
    settings.HUIQI_API_RATE_KEY = settings.HUIQI_API_RATE_VISITOR = 1_000_000
    head = Membership.objects.get(user__username="head")
    wish = Wish("schema", ["matches:read", "snapshots:read"], localdate(), region="3702")
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

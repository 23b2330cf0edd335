"""Every role at every address, looking and sending: who may not enter is sent away, whoever may is not."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import get_resolver

from huiqi.access.permissions import ROLES, Role
from huiqi.procedures.cast import CAST
from tests.site.test_every_page_is_guarded import OTHERS_GUARD, addresses

NAMES = {part.role: part.name for part in reversed(CAST)}
BY_CONVERTER = {"int": "987654", "slug": "nothing", "str": "nobody", "path": "nothing", "": "nobody"}
"""Things that are not there: a door that opens says so (404)."""


OWN_KEY = "metrics/"
"""Has a word of its own instead of a role."""


def doors() -> Iterator[tuple[str, Any]]:
    for path, view in addresses(get_resolver()):
        if not path.startswith((*OTHERS_GUARD, OWN_KEY)):
            yield re.sub(r"<(?:(\w+):)?\w+>", lambda m: BY_CONVERTER.get(m[1] or "", "nobody"), path), view


def is_let_in(client: Client, path: str, method: str) -> bool | None:
    """None where the address does not know the method."""
    answer = getattr(client, method)(f"/{path}")
    if answer.status_code == 405:
        return None
    to_log_in = answer.status_code == 302 and answer.headers["Location"].startswith("/account/login/")
    return not to_log_in and answer.status_code != 403


@pytest.mark.parametrize("role", list(Role), ids=str)
def test_each_door_opens_to_whom_the_table_says(
    role: Role, visitor: Client, signed_in: Callable[[str], Client]
) -> None:
    client = visitor if role is Role.VISITOR else signed_in(NAMES[role])
    wrong = [
        f"{method} {path}"
        for path, view in doors()
        for method in ("get", "post")
        if is_let_in(client, path, method) not in (None, not ROLES[role].isdisjoint(view.permissions))
    ]
    assert wrong == []

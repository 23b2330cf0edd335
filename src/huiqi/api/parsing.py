"""JSON that is sent: figures stay exact, and what is no JSON is refused with the place."""

import json
from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from ninja.parser import Parser

from huiqi.api.problems import Refused
from huiqi.base.bilingual import Bilingual


class ExactParser(Parser):
    """ninja's parser with exact figures."""

    def parse_body(self, request: HttpRequest) -> Any:
        return read_json(request.body)


def read_json(body: bytes) -> Any:
    """Raises Refused (400)."""
    try:
        return json.loads(body, parse_float=Decimal, parse_constant=no_number)
    except (ValueError, RecursionError) as error:
        said = Bilingual(f"请求的内容不是 JSON：{error}", f"The body is not JSON: {error}")
        raise Refused(400, said, where="body") from error


def no_number(name: str) -> Any:
    raise ValueError(f"{name} is no figure")

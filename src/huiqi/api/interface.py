"""The programming interface, version 1, put together."""

from typing import Any, Final

from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema
from ninja.operation import Operation

from huiqi.api import (
    case_types,
    case_work,
    cases,
    checkup,
    documents,
    evaluate,
    funds,
    hooks,
    matches,
    measures,
    public_cases,
    registers,
    snapshots,
)
from huiqi.api.callers import ANYBODY, CallerThrottle
from huiqi.api.parsing import ExactParser
from huiqi.api.problems import answer_problems
from huiqi.api.strict import known_parameters_alone

ABOUT: Final = """可执行的惠企政策：文件、条款、措施、认定、体检、匹配结果、办件、资金、名录和快照。

Support policies that can be executed: documents, clauses, measures, verdicts, check-ups, match results, cases,
funds, registers and snapshots. Texts stand in both languages, `{"zh", "en"}`; figures are exact decimal text; days are
`2013-06-30`. What is open to everybody needs no key, which only allows more requests a minute. Whatever is
refused has the shape `{"title", "detail", "where", "remedy"}`, with `problems` where several things stand against it."""


class Interface(NinjaAPI):
    """ninja's, with a description that says where a key is needed and where it only helps."""

    def get_openapi_operation_id(self, operation: Operation) -> str:
        return operation.view_func.__name__

    def get_openapi_schema(self, *args: Any, **kwargs: Any) -> OpenAPISchema:
        described = super().get_openapi_schema(*args, **kwargs)
        for methods in described["paths"].values():
            for operation in methods.values():
                if 403 not in operation["responses"]:
                    operation["security"] = [*operation.get("security", []), {}]
        return described


def interface() -> NinjaAPI:
    api = Interface(
        title="惠企 huiqi",
        version="1",
        description=ABOUT,
        docs_url=None,
        urls_namespace="api",
        auth=list(ANYBODY),
        throttle=[CallerThrottle()],
        parser=ExactParser(),
    )
    answer_problems(api)
    api.add_decorator(known_parameters_alone, mode="view")
    parts = (
        documents, measures, evaluate, checkup, matches, case_types, public_cases, registers, cases, case_work,
        hooks, funds, snapshots,
    )  # fmt: skip
    for part in parts:
        api.add_router("", part.router)
    return api


API: Final = interface()

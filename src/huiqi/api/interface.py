"""The programming interface, version 1, put together."""

from typing import Final

from ninja import NinjaAPI

from huiqi.api import documents, evaluate, measures
from huiqi.api.callers import ANYBODY, CallerThrottle
from huiqi.api.problems import answer_problems
from huiqi.api.strict import known_parameters_alone

ABOUT: Final = """可执行的惠企政策：文件、条款、措施、认定、体检、匹配结果和名录快照。

Support policies that can be executed: documents, clauses, measures, verdicts, check-ups, match results and
register snapshots. Texts stand in both languages, `{"zh", "en"}`; figures are exact decimal text; days are
`2013-06-30`. What is open to everybody needs no key, which only allows more requests a minute. Whatever is
refused has the shape `{"title", "detail", "where", "remedy"}`."""


def interface() -> NinjaAPI:
    api = NinjaAPI(
        title="惠企 huiqi",
        version="1",
        description=ABOUT,
        docs_url=None,
        urls_namespace="api",
        auth=list(ANYBODY),
        throttle=[CallerThrottle()],
    )
    answer_problems(api)
    api.add_decorator(known_parameters_alone, mode="view")
    for part in (documents, measures, evaluate):
        api.add_router("", part.router)
    return api


API: Final = interface()

"""Whatever is refused has one shape: title, detail, where, remedy, in the language that was asked for."""

import logging
from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from huiqi.api.languages import language_of
from huiqi.api.sending import as_json
from huiqi.base.bilingual import Bilingual

LOG: Final = logging.getLogger("django.request")
TITLES: Final[Mapping[int, Bilingual]] = {
    400: Bilingual("请求有误", "Bad request"),
    401: Bilingual("密钥无效", "The key does not work"),
    403: Bilingual("无权访问", "Not allowed"),
    404: Bilingual("没有找到", "Not found"),
    405: Bilingual("不支持这种方法", "Method not allowed"),
    409: Bilingual("已被他人更改", "Somebody else changed it"),
    413: Bilingual("内容过大", "Too large"),
    415: Bilingual("不支持这种格式", "Format not supported"),
    422: Bilingual("参数有误", "Something that was sent does not fit"),
    429: Bilingual("请求过于频繁", "Too many requests"),
    500: Bilingual("服务器出错", "The server failed"),
    503: Bilingual("暂不可用", "Not available yet"),
}
REMEDIES: Final[Mapping[int, Bilingual]] = {
    401: Bilingual(
        "请检查 Authorization: Bearer 后的密钥是否完整、未过期、未撤销",
        "Check the key after Authorization: Bearer: whole, not run out, not revoked",
    ),
    404: Bilingual("可用的地址见 /api/v1/", "What there is stands at /api/v1/"),
    405: Bilingual("可用的方法见 Allow", "The header Allow names what works"),
    409: Bilingual("请重新读取后再试", "Read it again and try once more"),
    413: Bilingual("请分批发送", "Send it in parts"),
    429: Bilingual("请在 Retry-After 所示秒数后重试", "Try again after the seconds in Retry-After"),
    500: Bilingual("请稍后再试；仍不行请联系管理员", "Try again later; if it stays, tell the administrator"),
}
ALL: Final = Bilingual("参数和格式见 /api/v1/", "Parameters and forms stand at /api/v1/")
SAID: Final[Mapping[str, Bilingual]] = {
    "missing": Bilingual("必须填写", "is needed"),
    "int_parsing": Bilingual("应为整数", "is a whole number"),
    "bool_parsing": Bilingual("应为 true 或 false", "is true or false"),
    "greater_than_equal": Bilingual("不小于 {ge}", "is at least {ge}"),
    "less_than_equal": Bilingual("不大于 {le}", "is at most {le}"),
    "string_too_long": Bilingual("不超过 {max_length} 字", "has at most {max_length} signs"),
    "string_pattern_mismatch": Bilingual("格式应为 {pattern}", "has the form {pattern}"),
    "literal_error": Bilingual("应为 {expected} 之一", "is one of {expected}"),
    "extra_forbidden": Bilingual("没有这一项", "is not known"),
    "string_type": Bilingual("应为文字", "is a text"),
    "dict_type": Bilingual("应为对象", "is an object"),
    "list_type": Bilingual("应为列表", "is a list"),
    "too_long": Bilingual("不超过 {max_length} 项", "has at most {max_length} entries"),
    "too_short": Bilingual("至少 {min_length} 项", "has at least {min_length} entries"),
}
"""What a check says, by its name; for any other its own English words."""


ARGUMENTS: Final = ("asked", "body")
"""How operations call what is sent, which is no place in it."""


class Refused(Exception):
    """A request that is not answered; `where` names the parameter, header or place in the body.

    Where several things stand against it `problems` has each with its place.
    """

    def __init__(
        self,
        status: int,
        detail: Bilingual,
        *,
        where: str = "",
        remedy: Bilingual | None = None,
        headers: Mapping[str, str] | None = None,
        problems: Sequence[tuple[str, Bilingual]] = (),
    ) -> None:
        super().__init__(f"{status}: {detail.en}")
        self.status, self.detail, self.where, self.remedy = status, detail, where, remedy
        self.headers = dict(headers or {})
        self.problems = tuple(problems)


def problem(request: HttpRequest, refused: Refused) -> HttpResponse:
    """The answer to a request that was refused."""
    language = language_of(request)
    remedy = refused.remedy or REMEDIES.get(refused.status, ALL)
    said: dict[str, Any] = {
        "title": TITLES[refused.status].in_language(language),
        "detail": refused.detail.in_language(language),
        "where": refused.where,
        "remedy": remedy.in_language(language),
    }
    if refused.problems:
        said["problems"] = [
            {"where": place, "detail": words.in_language(language)} for place, words in refused.problems
        ]
    headers = {"Content-Language": "en" if language == "en" else "zh-hans", "Cache-Control": "no-store"}
    return as_json(said, status=refused.status, headers=headers | refused.headers)


def not_found(name: str, *, where: str, remedy: Bilingual | None = None) -> Refused:
    """There is nothing of this name; `where` is the parameter that names it."""
    return Refused(404, Bilingual(f"没有 {name}", f"There is no {name}"), where=where, remedy=remedy)


def answer_problems(api: NinjaAPI) -> None:
    """Give every kind of refusal its shape."""

    @api.exception_handler(Refused)
    def refused(request: HttpRequest, error: Refused) -> HttpResponse:
        return problem(request, error)

    @api.exception_handler(ValidationError)
    def unfit(request: HttpRequest, error: ValidationError) -> HttpResponse:
        return problem(request, from_checks(error.errors))

    @api.exception_handler(AuthenticationError)
    def unknown(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
        return problem(request, key_needed())

    @api.exception_handler(RequestDataTooBig)
    def too_big(request: HttpRequest, error: RequestDataTooBig) -> HttpResponse:
        said = Bilingual("请求内容超过 5 MB", "The body is larger than 5 MB")
        return problem(request, Refused(413, said, where="body"))

    @api.exception_handler(HttpError)
    def other(request: HttpRequest, error: HttpError) -> HttpResponse:
        status = error.status_code if error.status_code in TITLES else 400
        said = Bilingual("请求的内容不是 JSON", "The body is not JSON") if status == 400 else TITLES[status]
        return problem(request, Refused(status, said, where="body" if status == 400 else ""))

    @api.exception_handler(Http404)
    def nothing(request: HttpRequest, error: Http404) -> HttpResponse:
        return problem(request, Refused(404, Bilingual("没有这个地址", "There is no such address")))

    @api.exception_handler(Exception)
    def failed(request: HttpRequest, error: Exception) -> HttpResponse:
        LOG.error("%s %s failed", request.method, request.path, exc_info=error)
        said = Bilingual("处理请求时出错，已记入日志", "Working on the request failed; the log has it")
        return problem(request, Refused(500, said))


def key_needed() -> Refused:
    return Refused(
        401,
        Bilingual("此处需要密钥", "A key is needed here"),
        where="header.Authorization",
        remedy=Bilingual(
            "以 Authorization: Bearer 发送密钥；密钥由管理员发放",
            "Send it as Authorization: Bearer; the administrator makes keys",
        ),
        headers={"WWW-Authenticate": "Bearer"},
    )


def from_checks(errors: list[dict[str, Any]]) -> Refused:
    """All that does not fit, in one answer; `where` names the first."""
    places = [place_of(error) for error in errors]
    said = [said_of(error) for error in errors]
    pairs = list(zip(places, said, strict=True))
    zh = "；".join(f"{place}：{words.zh}" for place, words in pairs)
    en = "; ".join(f"{place}: {words.en}" for place, words in pairs)
    return Refused(422, Bilingual(zh, en), where=places[0] if places else "")


def place_of(error: Mapping[str, Any]) -> str:
    """`query.on`, `body.facts.employees`: the models of the code are left out."""
    loc = [str(part) for part in error.get("loc", ())]
    return ".".join(part for n, part in enumerate(loc) if n != 1 or part not in ARGUMENTS)


def said_of(error: Mapping[str, Any]) -> Bilingual:
    known = SAID.get(str(error.get("type")))
    if known is None:
        own = str(error.get("msg", "")).removeprefix("Value error, ")
        return Bilingual(own, own)
    context = error.get("ctx") or {}
    return Bilingual(known.zh.format(**context), known.en.format(**context))

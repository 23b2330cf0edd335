"""Webhooks of authorities: where the steps of their cases are sent, signed. With the key of a head."""

from datetime import date, datetime
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.timezone import now
from ninja import Body, Path, Query, Router, Schema
from pydantic import ConfigDict, Field

from huiqi.access.actor import Actor
from huiqi.access.permissions import Permission
from huiqi.api.callers import WITH_KEY, caller_of, needs
from huiqi.api.case_doors import PRIVATE
from huiqi.api.problems import Refused, not_found
from huiqi.api.sending import as_json
from huiqi.api.shapes import WITH_KEY_ALONE, WRITING, Asked, Shape
from huiqi.base.bilingual import Bilingual
from huiqi.keys.scopes import KeyScope
from huiqi.notices.desk_hooks import MOST_HOOKS, end_desk_hook, hooks_of
from huiqi.notices.models import DeskHook
from huiqi.procedures.alerts import webhook_problem
from huiqi.procedures.tell_desks import open_hook

router = Router(tags=["webhooks"], auth=[WITH_KEY])


class HookAnswer(Shape):
    """A webhook; `problem` says why the last message was not taken, `due_at` when it is tried again."""

    id: int
    authority: str
    region: str
    address: str
    added_on: date
    sent_up_to: int
    failures: int
    problem: str | None
    due_at: datetime


class NewHook(HookAnswer):
    secret: str = Field(description="只显示这一次 · Shown this once")


class HookList(Shape):
    items: list[HookAnswer]


class HookAsked(Schema):
    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"address": "https://example.org/huiqi"}]}
    )

    address: str = Field(max_length=300, description="https，443端口，公网地址 · https, port 443, public")


@router.get("hooks", response={200: HookList, **WITH_KEY_ALONE}, summary="部门回调 · Webhooks")
@needs(KeyScope.CASES_WRITE)
def hooks(request: HttpRequest, asked: Query[Asked]) -> HttpResponseBase:
    """本部门的回调地址及其状态。

    Those of the authority of the key, and how they stand.
    """
    actor = head_of(request)
    items = [hook_as_json(hook) for hook in hooks_of(actor.authority, actor.region)]
    return as_json({"items": items}, headers=PRIVATE)


@router.post("hooks", response={201: NewHook, **WRITING}, summary="设置回调 · Add a webhook")
@needs(KeyScope.CASES_WRITE)
def add_hook(request: HttpRequest, body: Body[HookAsked], asked: Query[Asked]) -> HttpResponseBase:
    """此后本部门办件的每一步都签名发往该地址，未收下的按渐长的间隔重发，不丢失。

    From now on every step of the cases of the authority's desks is sent there, signed; what is not taken is sent
    again with growing pauses, in order, and nothing is lost.
    """
    actor = head_of(request)
    problem = webhook_problem(body.address)
    if problem is not None:
        raise Refused(422, Bilingual("不能使用该地址", problem), where="body.address")
    hook = open_hook(actor.authority, actor.region, body.address, by=actor.name, at=now())
    if hook is None:
        said = Bilingual(
            f"已有该地址，或已满 {MOST_HOOKS} 个", f"It is there already, or there are {MOST_HOOKS}"
        )
        raise Refused(409, said, where="body.address")
    return as_json({**hook_as_json(hook), "secret": hook.secret}, status=201, headers=PRIVATE)


@router.delete("hooks/{id}", response={200: HookList, **WRITING}, summary="停用回调 · End a webhook")
@needs(KeyScope.CASES_WRITE)
def end_hook(request: HttpRequest, id: Path[int], asked: Query[Asked]) -> HttpResponseBase:
    """停用一个回调地址。

    Nothing more is sent there.
    """
    actor = head_of(request)
    own = hooks_of(actor.authority, actor.region)
    found = own.filter(pk=id).first() if 0 <= id < 1 << 62 else None
    if found is None:
        raise not_found(str(id), where="path.id")
    end_desk_hook(found, by=actor.name, at=now())
    return as_json({"items": [hook_as_json(hook) for hook in own]}, headers=PRIVATE)


def head_of(request: HttpRequest) -> Actor:
    """Raises Refused (403): what an authority's cases are sent to is for its head to say."""
    actor = caller_of(request).actor
    if not (actor.authority and actor.may(Permission.CASE_DECIDE)):
        said = Bilingual("只有部门负责人的密钥可以设置", "This takes the key of the head of an authority")
        raise Refused(403, said, where="header.Authorization")
    return actor


def hook_as_json(hook: DeskHook) -> dict[str, Any]:
    return {
        "id": hook.pk,
        "authority": hook.authority,
        "region": hook.region,
        "address": hook.address,
        "added_on": hook.added_at.date().isoformat(),
        "sent_up_to": hook.sent_up_to,
        "failures": hook.tries,
        "problem": hook.problem or None,
        "due_at": hook.due_at.isoformat(),
    }

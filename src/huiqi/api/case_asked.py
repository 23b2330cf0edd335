"""What is sent to the operations of cases."""

from decimal import Decimal
from typing import Annotated, Literal

from ninja import Schema
from pydantic import ConfigDict, Field

from huiqi.api.shapes import AskedPage

Name = Annotated[str, Field(max_length=120)]
Text = Annotated[str, Field(max_length=2_000)]
Yuan = Annotated[str, Field(pattern=r"^[0-9]{1,15}(\.[0-9]{1,2})?$")]
Points = Annotated[str, Field(pattern=r"^[0-9]{1,5}(\.[0-9]{1,2})?$")]


class OpenAsked(Schema):
    """What is to be opened, for the party of the key."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"case_type": "qingdao-2012-46/lease-subsidy-claim"}]},
    )

    case_type: str = Field(max_length=200)
    measure: str = Field("", max_length=200, description="有多项可申报时 · Where several can be claimed")
    round: str = Field("", pattern=r"^[0-9A-Za-z-]{0,20}$")


class AnswersAsked(Schema):
    """Answers by field; `edition` is that of the case as it was read. An answer of null is taken back."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"edition": "0123456789abcdef", "answers": {"lease_financed_amount": "1000万"}}]
        },
    )

    edition: str = Field(max_length=16)
    answers: dict[Name, bool | int | Decimal | Text | None] = Field(min_length=1, max_length=500)


class StepAsked(Schema):
    """What comes with a step. `version` is that of the case as it was read: 409 where somebody acted since."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"version": 3, "reason": "材料齐全"}]}
    )

    version: int = Field(ge=0, le=1_000_000)
    reason: Text = ""
    amount: Yuan | None = Field(None, description="元 · yuan")
    score: Points | None = None
    no_conflict: bool = Field(False, description="声明没有利害关系 · No interest of one's own")
    mends: dict[Name, Text] = Field(default_factory=dict, max_length=200)
    review: dict[Name, bool | int | Decimal | Text] = Field(default_factory=dict, max_length=200)
    provider: str = Field("", max_length=18)
    other_side: str = Field("", max_length=100)
    grade: str = Field("", max_length=64)
    exit: str = Field("", max_length=64)


class MaterialAsked(Schema):
    """What a file is: a material of the case, or the proof of a step of one's own."""

    model_config = ConfigDict(extra="forbid")

    material: Name = ""
    step: Name = ""


class CasesAsked(AskedPage):
    show: Literal["open", "done", "all"] = Field("all", description="在办、办结、全部 · Open, done, all")
    type: str | None = Field(None, description="事项 · Full name of a case type", max_length=200)
    q: str | None = Field(None, description="编号、名称或代码 · Number, name or code", max_length=60)


class InboxAsked(AskedPage):
    show: Literal["waiting", "open", "late"] = Field(
        "waiting", description="待本人办、在办、超期 · Waiting for the key's owner, open, overdue"
    )
    type: str | None = Field(None, description="事项 · Full name of a case type", max_length=200)
    q: str | None = Field(None, description="编号、名称或代码 · Number, name or code", max_length=60)

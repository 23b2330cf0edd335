"""Where a delivery stands, and what a file can be."""

from enum import StrEnum, auto
from typing import Final

from huiqi.base.bilingual import Bilingual


class State(StrEnum):
    """Where a delivery stands. It ends published, returned, withdrawn, or failed to be read."""

    UPLOADED = auto()  # the file is here; its columns wait to be named
    READING = auto()
    READ = auto()  # the quality report can be seen
    FAILED = auto()  # could not be read; another mapping may help
    SUBMITTED = auto()  # waits for a head
    PUBLISHING = auto()
    PUBLISHED = auto()
    RETURNED = auto()  # a head sent it back, with a reason
    WITHDRAWN = auto()


STATE_NAMES: Final = {
    State.UPLOADED: Bilingual("待对应列", "columns to be named"),
    State.READING: Bilingual("读取中", "being read"),
    State.READ: Bilingual("待提交", "to be submitted"),
    State.FAILED: Bilingual("未能读取", "could not be read"),
    State.SUBMITTED: Bilingual("待发布", "waits to be published"),
    State.PUBLISHING: Bilingual("发布中", "being published"),
    State.PUBLISHED: Bilingual("已发布", "published"),
    State.RETURNED: Bilingual("已退回", "returned"),
    State.WITHDRAWN: Bilingual("已撤回", "withdrawn"),
}

OPEN_TO_MAPPING: Final = frozenset({State.UPLOADED, State.READING, State.READ, State.FAILED, State.RETURNED})
"""While in these, columns can be named anew; a reading that was killed is begun again."""


class Kind(StrEnum):
    """What the content of a file is, whatever its name says."""

    CSV = "csv"
    XLSX = "xlsx"
    PARQUET = "parquet"


class Way(StrEnum):
    """What publishing does to the register."""

    SUPPLEMENT = auto()
    REPLACE = auto()


WAY_NAMES: Final = {
    Way.SUPPLEMENT: Bilingual("补充更新：只改文件中写明的项，其他保留", "Supplement: what the file states is updated, all else stays"),
    Way.REPLACE: Bilingual("整体替换：本地区企业以文件为准", "Replace: the firms of the region are those of the file"),
}  # fmt: skip


class Step(StrEnum):
    """What made a version count."""

    PUBLISHED = auto()
    ROLLED_BACK = auto()

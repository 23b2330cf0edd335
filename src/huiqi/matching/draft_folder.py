"""A folder that is filled beside its place and moved there whole: readers see the old one or the new one."""

import os
import shutil
from pathlib import Path
from types import TracebackType
from typing import Self


class DraftFolder:
    """What is not published is deleted: by `discard`, or by leaving the `with` block."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.draft = folder.with_name(f".{folder.name}.{os.getpid()}.draft")
        shutil.rmtree(self.draft, ignore_errors=True)
        self.draft.mkdir(parents=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.discard()

    def write(self, name: str, text: str) -> None:
        (self.draft / name).write_text(text, "utf-8")

    def publish(self) -> None:
        """Take the place of what an earlier run left."""
        old = self.folder.with_name(f".{self.folder.name}.{os.getpid()}.old")
        if self.folder.exists():
            self.folder.rename(old)
        self.draft.rename(self.folder)
        shutil.rmtree(old, ignore_errors=True)

    def discard(self) -> None:
        shutil.rmtree(self.draft, ignore_errors=True)

"""Files that show what a firm states (证明材料): looked at before they are kept, served by a guarded view alone.

DATA/evidence/91370200MA3C0D1EXF/<SHA-256>
"""

import hashlib
import os
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Final

from huiqi.base.bilingual import Bilingual
from huiqi.dossiers.actions import Evidence
from huiqi.holdings.current import data_folder

MOST_BYTES: Final = 10 << 20
LONGEST_NAME: Final = 120
TYPES: Final = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
)
"""First bytes → type. What a file is called says nothing."""
TOO_LARGE: Final = Bilingual("文件不得超过10 MB", "a file may have 10 MB at most")
WRONG_TYPE: Final = Bilingual("只收PDF、PNG、JPG文件", "only PDF, PNG and JPG files are taken")


def type_of(content: bytes) -> str | None:
    """
    >>> type_of(b"%PDF-1.7 ..."), type_of(b"<script>")
    ('application/pdf', None)
    """
    return next((name for start, name in TYPES if content.startswith(start)), None)


def problem_with(content: bytes) -> Bilingual | None:
    if len(content) > MOST_BYTES:
        return TOO_LARGE
    return None if type_of(content) is not None else WRONG_TYPE


def keep_evidence(party: str, name: str, content: bytes) -> Evidence:
    """Store a file that was looked at. The same content is stored once; it is never changed."""
    seal = hashlib.sha256(content).hexdigest()
    path = path_of(party, seal)
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with NamedTemporaryFile(dir=path.parent, delete=False) as draft:
            draft.write(content)
        os.replace(draft.name, path)
    return Evidence(tidy(name), type_of(content) or "", seal)


def path_of(party: str, seal: str) -> Path:
    """Where it lies. Both are ours: a credit code of the register and a checksum."""
    return data_folder() / "evidence" / party / seal


def tidy(name: str) -> str:
    """
    >>> tidy("..\\\\..\\\\a\\r\\nb.pdf")
    'ab.pdf'
    """
    last = name.replace("\\", "/").rpartition("/")[2]
    return "".join(c for c in last if c.isprintable())[-LONGEST_NAME:]

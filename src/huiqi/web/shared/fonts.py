"""A font for Chinese in PDF files: one of the machine's, embedded; else the reader's own.

reportlab embeds TrueType outlines alone, so Noto CJK (PostScript outlines) will not do. Where the machine has
no such font the file names STSong-Light of the Adobe-GB1 collection, which readers replace by a font of theirs.
"""

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Final

from reportlab.pdfbase import pdfmetrics  # type: ignore[import-untyped]
from reportlab.pdfbase.cidfonts import UnicodeCIDFont  # type: ignore[import-untyped]
from reportlab.pdfbase.ttfonts import TTFError, TTFont  # type: ignore[import-untyped]

KNOWN: Final = tuple(
    Path(path)
    for path in (
        "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc",
        "/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc",
        "/usr/share/fonts/wqy-microhei/wqy-microhei.ttc",
        "/usr/share/fonts/truetype/droid/DroidSansFallbackFull.ttf",
        "/usr/share/fonts/google-droid-sans-fonts/DroidSansFallbackFull.ttf",
        "/System/Library/Fonts/Supplemental/Songti.ttc",
        "C:/Windows/Fonts/msyh.ttc",
        "C:/Windows/Fonts/simsun.ttc",
    )
)
EMBEDDED: Final = "huiqi-cjk"
NAMED: Final = "STSong-Light"


@lru_cache(maxsize=1)
def cjk_font(paths: Iterable[Path] = KNOWN) -> str:
    """The name of a registered font with Chinese characters; reading one takes a fraction of a second."""
    for path in paths:
        if path.is_file():
            try:
                pdfmetrics.registerFont(TTFont(EMBEDDED, str(path), subfontIndex=0))
            except (TTFError, OSError):
                continue
            return EMBEDDED
    pdfmetrics.registerFont(UnicodeCIDFont(NAMED))
    return NAMED

"""Write docs/rule-language from the chapters of tests/spec: ``python -m tests.spec.print_manual``."""

from pathlib import Path
from typing import Final

from tests.spec.manual import pages

MANUAL: Final = Path(__file__).parents[2] / "docs" / "rule-language"


def write(folder: Path = MANUAL) -> None:
    """Write every page; pages of chapters that are gone are removed."""
    folder.mkdir(parents=True, exist_ok=True)
    wanted = pages()
    for old in folder.glob("*.md"):
        if old.name not in wanted:
            old.unlink()
    for name, text in wanted.items():
        (folder / name).write_text(text, "utf-8")


if __name__ == "__main__":
    write()

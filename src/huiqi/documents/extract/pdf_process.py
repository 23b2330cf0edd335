"""The process that reads one PDF file: standard input to one JSON text on standard output, within limits.

Hostile PDF files make any pure Python reader run for hours or fill the memory. A process can be bounded, and
its end harms nobody.
"""

import json
import logging
import os
import subprocess
import sys

if sys.platform != "win32":
    import resource

from huiqi.documents.extract.limits import PDF_MEMORY_BYTES, PDF_SECONDS
from huiqi.documents.extract.pdf_pages import PdfPage, Piece, Refusal, Rule, read_pages

OUT_OF_TIME = f"the PDF file takes more than {PDF_SECONDS} seconds to read"
OUT_OF_MEMORY = "the PDF file takes more memory than a document needs"


def pages_of(data: bytes) -> list[PdfPage]:
    """The pages of a PDF file, read in a process of its own.

    Raises Refusal with the reason if they cannot be had.
    """
    command = [sys.executable, "-m", "huiqi.documents.extract.pdf_process"]
    paths = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    try:
        done = subprocess.run(
            command, input=data, capture_output=True, timeout=2 * PDF_SECONDS, check=False, env=paths
        )
    except subprocess.TimeoutExpired as error:
        raise Refusal(OUT_OF_TIME) from error
    if done.returncode < 0:
        raise Refusal(OUT_OF_TIME)
    try:
        answer = json.loads(done.stdout)
    except ValueError as error:
        raise Refusal("the PDF file could not be read") from error
    if "refused" in answer:
        raise Refusal(answer["refused"])
    return [
        PdfPage(
            page["width"],
            page["height"],
            [Piece(*piece) for piece in page["pieces"]],
            [Rule(*rule) for rule in page["rules"]],
            page["pictures"],
        )
        for page in answer["pages"]
    ]


def answer_for(data: bytes) -> dict[str, object]:
    """What the process writes: the pages, or the reason why there are none."""
    try:
        pages = read_pages(data)
    except Refusal as refusal:
        return {"refused": str(refusal)}
    except MemoryError:
        return {"refused": OUT_OF_MEMORY}
    except RecursionError:
        return {"refused": "the PDF file is damaged: its objects contain themselves"}
    except Exception as error:  # pypdf raises any built-in error on damaged files
        return {"refused": f"the PDF file is damaged: {type(error).__name__}: {str(error)[:200]}"}
    return {
        "pages": [
            {
                "width": page.width,
                "height": page.height,
                "pieces": page.pieces,
                "rules": page.rules,
                "pictures": page.has_pictures,
            }
            for page in pages
        ]
    }


def bound() -> None:
    """Limit time and memory of this process, where the system can; the parent's clock holds everywhere."""
    if sys.platform == "win32":
        return
    resource.setrlimit(resource.RLIMIT_CPU, (PDF_SECONDS, PDF_SECONDS + 2))
    resource.setrlimit(resource.RLIMIT_AS, (PDF_MEMORY_BYTES, PDF_MEMORY_BYTES))


def main() -> None:
    """Read standard input, write the answer."""
    logging.disable(logging.CRITICAL)
    bound()
    json.dump(answer_for(sys.stdin.buffer.read()), sys.stdout)


if __name__ == "__main__":
    main()

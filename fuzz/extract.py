"""Coverage-guided fuzzing of extraction and parsing (atheris): any bytes give text or problems, never an error.

`python fuzz/extract.py -max_total_time=60 [corpus folder]`. PDF files are left to their own process and skipped here.
"""

import sys

import atheris

with atheris.instrument_imports(include=["huiqi.documents"]):
    from huiqi.documents.akn import as_akn
    from huiqi.documents.as_json import as_json
    from huiqi.documents.extract.read import extract
    from huiqi.documents.parse import parse
    from huiqi.documents.view_html import as_html

NAMES = ("a.txt", "a.html", "a.docx", "a.md")
PDF = b"%PDF-"


def one_input(data: bytes) -> None:
    """The promise of `huiqi parse` for one file."""
    if not data or PDF in data[:1024]:
        return
    extraction = extract(data[1:], name=NAMES[data[0] % len(NAMES)])
    assert (extraction.extracted is None) == bool(extraction.problems)
    if extraction.extracted is None:
        return
    text = extraction.extracted.text
    document = parse(text)
    assert all(0 <= clause.span[0] <= clause.span[1] <= len(text) for clause in document.clauses)
    for write in (as_json, as_akn, as_html):
        write(document)


if __name__ == "__main__":
    atheris.Setup(sys.argv, one_input)
    atheris.Fuzz()

"""How much a file may ask of this machine. The longest official documents are far below every figure here.

A file beyond a limit is refused with a Problem that names the limit.
"""

MEBIBYTE = 1024 * 1024

MAX_FILE_BYTES = 32 * MEBIBYTE
"""Any file. A book of 1,000 pages with pictures is about 20 MB."""

MAX_TEXT_BYTES = 6 * MEBIBYTE
"""Plain text and Markdown."""

MAX_TEXT_CHARACTERS = 1_000_000
"""What any format may yield; the longest plans have about 200,000."""

MAX_MARKUP_BYTES = 12 * MEBIBYTE
"""An HTML page, pictures inside it included."""

MAX_TAGS = 400_000
"""Tags of one HTML page or of one part of a DOCX file; a node of the tree takes about 200 bytes."""

MAX_DOCX_TAGS = 3_000_000
"""Tags of the main part of a DOCX file: every run of a table carries a dozen of them."""

MAX_DEPTH = 200
"""Elements inside each other. Below libxml2's own limit of 256, beyond which it stops reading."""

MAX_ZIP_ENTRIES = 5_000
MAX_PART_BYTES = 48 * MEBIBYTE
"""One part of a DOCX file, unpacked."""

MAX_PDF_PAGES = 1_000
MAX_PDF_PAGE_BYTES = 4 * MEBIBYTE
"""The drawing operators of one page, unpacked."""

PDF_SECONDS = 60
"""Processor time for one PDF file. A page takes about a twentieth of a second."""

PDF_PAGE_SECONDS = 8
PDF_MEMORY_BYTES = 1024 * MEBIBYTE
"""Address space of the process that reads a PDF file."""

MAX_UNREADABLE_SHARE = 0.02
"""Share of characters that could not be decoded, above which a file is not text."""

"""Elements of XML and HTML made from values: text is always escaped, and never holds what markup cannot."""

import re
from collections.abc import Callable
from typing import Any

from lxml import etree

NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def plain(text: str) -> str:
    """Without signs that XML and HTML cannot hold."""
    return NOT_IN_XML.sub("", text)


def append_text(element: etree._Element, text: str) -> None:
    """Text at the end of an element, behind its children."""
    if len(element):
        element[-1].tail = (element[-1].tail or "") + text
    else:
        element.text = (element.text or "") + text


class Maker:
    """Makes elements: `E.p("text", E.b("more"))`, `E("p", {"class": "x"}, "text")`.

    >>> etree.tostring(Maker().p("a < b", Maker().b({"class": "x"}, "c")), encoding="unicode")
    '<p>a &lt; b<b class="x">c</b></p>'
    """

    def __init__(self, namespace: str | None = None) -> None:
        self.prefix = f"{{{namespace}}}" if namespace else ""
        self.namespaces: Any = {None: namespace} if namespace else None

    def __call__(self, name: str, *parts: object) -> etree._Element:
        element = etree.Element(self.prefix + name, nsmap=self.namespaces)
        for part in parts:
            if isinstance(part, dict):
                element.attrib.update({key: plain(str(value)) for key, value in part.items()})
            elif isinstance(part, str):
                append_text(element, plain(part))
            elif isinstance(part, etree._Element):
                element.append(part)
        return element

    def __getattr__(self, name: str) -> Callable[..., etree._Element]:
        return lambda *parts, **attributes: self(name, attributes, *parts)

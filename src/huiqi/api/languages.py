"""In which language a refusal is told. What is answered has both languages side by side."""

from django.http import HttpRequest
from django.utils.translation.trans_real import parse_accept_lang_header

from huiqi.measures.words import Language


def language_of(request: HttpRequest) -> Language:
    """As `lang` says, else what `Accept-Language` prefers of the two, else Chinese."""
    asked = request.GET.get("lang", "")
    if asked in ("zh", "en"):
        return "en" if asked == "en" else "zh"
    for name, _ in parse_accept_lang_header(request.headers.get("Accept-Language", "")):
        if name.startswith(("zh", "en")):
            return "en" if name.startswith("en") else "zh"
    return "zh"

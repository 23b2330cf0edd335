"""What two people may do to the same row at once."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest

from huiqi.base.bilingual import Bilingual
from huiqi.base.problem import NotNow
from huiqi.web.shared.templatetags.say import here

NOT_NOW = Bilingual(
    "现在不能这样操作：状态已变，或应由他人决定",
    "Not possible now: it has moved on, or another decides",
)


def tried(request: HttpRequest, act: Callable[[], object]) -> bool:
    """Do it; where somebody was quicker, or it is one's own, say so. Whether it was done."""
    try:
        act()
    except NotNow:
        messages.error(request, here(NOT_NOW))
        return False
    return True

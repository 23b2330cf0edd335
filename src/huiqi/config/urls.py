"""Where everything is. Each area has its own `urls.py`."""

from django.urls import include, path

from huiqi.web.shared.accounts import not_here

urlpatterns = [
    path("", include("huiqi.web.urls")),
    path("api/", include("huiqi.api.urls")),
    *(path(f"account/{page}", not_here) for page in ("signup/", "email/", "password/set/", "3rdparty/")),
    path("account/", include("allauth.urls")),
]

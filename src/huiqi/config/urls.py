"""Where everything is. Each area has its own `urls.py`."""

from django.urls import include, path

urlpatterns = [
    path("", include("huiqi.web.urls")),
    path("api/", include("huiqi.api.urls")),
    path("account/", include("allauth.urls")),
]

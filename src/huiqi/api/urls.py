"""Addresses of the programming interface."""

from django.urls import URLPattern, URLResolver, path, re_path

from huiqi.api.addresses import no_such_address, whole_interface
from huiqi.api.reference import reference

urlpatterns: list[URLPattern | URLResolver] = [
    path("v1/", reference, name="api_reference"),
    path("v1/", whole_interface()),
    re_path(r"^", no_such_address),
]

"""Addresses of this area."""

from django.urls import URLPattern, URLResolver, path

from huiqi.web.enterprise import firm

urlpatterns: list[URLPattern | URLResolver] = [
    path("my/", firm.my_file, name="my_file"),
    path("my/matches/", firm.my_matches, name="my_matches"),
    path("my/matches/<slug:pack>/<slug:name>/", firm.my_match, name="my_match"),
]

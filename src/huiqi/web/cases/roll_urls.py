"""Addresses of registers."""

from django.urls import path

from huiqi.web.cases import roll_views

urlpatterns = [
    path("registers/", roll_views.registers, name="registers"),
    path("registers/<slug:pack>/<slug:name>/", roll_views.register, name="register"),
    path("registers/<slug:pack>/<slug:name>/entries.csv", roll_views.register_export, name="register_export"),
    path("my/entries/", roll_views.my_entries, name="my_entries"),
]

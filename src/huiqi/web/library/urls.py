"""Addresses of this area."""

from django.urls import URLPattern, URLResolver, path

from huiqi.web.library import table, views

urlpatterns: list[URLPattern | URLResolver] = [
    path("policies/", views.policies, name="policies"),
    path("policies/<slug:slug>/", views.policy, name="policy"),
    path("policies/<slug:slug>/document/", views.policy_document, name="policy_document"),
    path("measures/", views.measures, name="measures"),
    path("measures.csv", table.measures_table, name="measures_table"),
    path("measures/<slug:pack>/<slug:id>/", views.measure, name="measure"),
]

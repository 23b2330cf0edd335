"""Addresses of the registers an authority keeps."""

from django.urls import path

from huiqi.web.desk import entry_views, roll_views

urlpatterns = [
    path("desk/registers/", roll_views.kept_registers, name="kept_registers"),
    path("desk/registers/entries/<int:key>/", entry_views.entry, name="entry"),
    path("desk/registers/entries/<int:key>/grade/", entry_views.regrade_entry, name="regrade_entry"),
    path("desk/registers/entries/<int:key>/review/", entry_views.pass_review, name="pass_review"),
    path("desk/registers/entries/<int:key>/take-out/", entry_views.take_out, name="take_out_entry"),
    path("desk/registers/<slug:pack>/<slug:name>/", roll_views.kept_register, name="kept_register"),
    path("desk/registers/<slug:pack>/<slug:name>/proposed/", roll_views.proposed_entries, name="proposed_entries"),
    path("desk/registers/<slug:pack>/<slug:name>/enter/", entry_views.enter_register, name="enter_register"),
    path(
        "desk/registers/<slug:pack>/<slug:name>/entries.csv", roll_views.kept_register_export,
        name="kept_register_export",
    ),
]  # fmt: skip

"""Addresses of this area."""

from django.urls import URLPattern, URLResolver, path

from huiqi.web.department import data_columns, data_views

urlpatterns: list[URLPattern | URLResolver] = [
    path("desk/data/", data_views.data_desk, name="data_desk"),
    path("desk/data/upload/", data_views.data_upload, name="data_upload"),
    path("desk/data/versions/", data_views.data_versions, name="data_versions"),
    path("desk/data/versions/<slug:version>/back/", data_views.data_roll_back, name="data_roll_back"),
    path("desk/data/run/", data_views.data_run, name="data_run"),
    path("desk/data/<int:key>/", data_views.data_intake, name="data_intake"),
    path("desk/data/<int:key>/columns/", data_columns.data_columns, name="data_columns"),
    path("desk/data/<int:key>/read/", data_views.data_read, name="data_read"),
    path("desk/data/<int:key>/submit/", data_views.data_submit, name="data_submit"),
    path("desk/data/<int:key>/withdraw/", data_views.data_withdraw, name="data_withdraw"),
    path("desk/data/<int:key>/publish/", data_views.data_publish, name="data_publish"),
    path("desk/data/<int:key>/return/", data_views.data_return, name="data_return"),
    path("desk/data/<int:key>/file/<slug:what>/", data_views.data_file, name="data_file"),
]

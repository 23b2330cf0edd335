"""Addresses of this area."""

from django.urls import URLPattern, URLResolver, path

from huiqi.web.department import data_columns, data_views, push_list_views, push_views

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
    path("desk/push/", push_views.push_desk, name="push_desk"),
    path("desk/push/lists/", push_views.push_lists, name="push_lists"),
    path("desk/push/lists/<int:key>/", push_list_views.push_list, name="push_list"),
    path("desk/push/lists/<int:key>/out/", push_list_views.push_leave_out, name="push_leave_out"),
    path(
        "desk/push/lists/<int:key>/in/<int:exclusion>/",
        push_list_views.push_take_back_in,
        name="push_take_back_in",
    ),
    path("desk/push/lists/<int:key>/note/", push_list_views.push_note, name="push_note"),
    path("desk/push/lists/<int:key>/prepare/", push_list_views.push_prepare, name="push_prepare"),
    path("desk/push/lists/<int:key>/drop/", push_list_views.push_drop, name="push_drop"),
    path("desk/push/lists/<int:key>/send/", push_list_views.push_send, name="push_send"),
    path("desk/push/lists/<int:key>/return/", push_list_views.push_return, name="push_return"),
    path("desk/push/lists/<int:key>/answer/", push_list_views.push_answer, name="push_answer"),
    path("desk/push/lists/<int:key>/export/", push_list_views.push_list_export, name="push_list_export"),
    path("desk/push/<slug:pack>/<slug:id>/", push_views.push_measure, name="push_measure"),
    path("desk/push/<slug:pack>/<slug:id>/export/", push_views.push_export, name="push_export"),
    path("desk/push/<slug:pack>/<slug:id>/draw-up/", push_views.push_draw_up, name="push_draw_up"),
]

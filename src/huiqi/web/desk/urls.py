"""Addresses of this area."""

from django.urls import URLPattern, URLResolver, path

from huiqi.web.desk import (
    after_views,
    case_views,
    complaint_views,
    grant_list_views,
    grant_views,
    hand_views,
    hook_views,
    inbox_views,
    overview_views,
    roll_urls,
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("desk/inbox/", inbox_views.inbox, name="inbox"),
    path("desk/inbox/cases.csv", inbox_views.inbox_export, name="inbox_export"),
    path("desk/cases/<str:number>/", case_views.desk_case, name="desk_case"),
    path("desk/cases/<str:number>/steps/<str:step>/", case_views.desk_step, name="desk_step"),
    path("desk/cases/<str:number>/findings/", case_views.desk_findings, name="desk_findings"),
    path("desk/cases/<str:number>/papers/<int:key>/", case_views.desk_paper, name="desk_paper"),
    path("desk/cases/<str:number>/take/", hand_views.desk_take, name="desk_take"),
    path("desk/cases/<str:number>/reassign/", hand_views.desk_reassign, name="desk_reassign"),
    path("desk/cases/<str:number>/extend/", hand_views.desk_extend, name="desk_extend"),
    path("desk/cases/<str:number>/interest/", hand_views.desk_interest, name="desk_interest"),
    path("desk/cases/<str:number>/seen/", hand_views.desk_seen, name="desk_seen"),
    path(
        "desk/cases/<str:number>/materials/<str:material>/verify/", hand_views.desk_verify, name="desk_verify"
    ),
    path("desk/complaints/", complaint_views.complaint_desk, name="complaint_desk"),
    path("desk/complaints/cases.csv", complaint_views.complaint_export, name="complaint_export"),
    path("desk/calls/", complaint_views.by_telephone, name="by_telephone"),
    path("desk/calls/<slug:pack>/<slug:id>/", complaint_views.telephone_form, name="telephone_form"),
    path("desk/publications/", after_views.desk_publications, name="desk_publications"),
    path("desk/follow-ups/", after_views.follow_ups, name="follow_ups"),
    path("desk/follow-ups/<int:key>/done/", after_views.follow_up_done, name="follow_up_done"),
    path("desk/ratings/", after_views.ratings, name="ratings"),
    path("desk/ratings/<int:key>/answer/", after_views.rating_answered, name="rating_answered"),
    path("desk/overview/", overview_views.desk_overview, name="desk_overview"),
    path("desk/hooks/", hook_views.desk_hooks, name="desk_hooks"),
    path("desk/hooks/<int:key>/end/", hook_views.end_hook, name="end_desk_hook"),
    *roll_urls.urlpatterns,
    path("desk/grants/", grant_views.grant_desk, name="grant_desk"),
    path("desk/grants/measure/", grant_views.grant_measure, name="grant_measure"),
    path("desk/grants/draw-up/", grant_views.grant_draw_up, name="grant_draw_up"),
    path("desk/grants/<int:key>/", grant_list_views.grant_list, name="grant_list"),
    path("desk/grants/<int:key>/out/<int:firm>/", grant_list_views.grant_leave_out, name="grant_leave_out"),
    path(
        "desk/grants/<int:key>/in/<int:firm>/", grant_list_views.grant_take_back_in, name="grant_take_back_in"
    ),
    path("desk/grants/<int:key>/prepare/", grant_list_views.grant_prepare, name="grant_prepare"),
    path("desk/grants/<int:key>/drop/", grant_list_views.grant_drop, name="grant_drop"),
    path("desk/grants/<int:key>/confirm/", grant_list_views.grant_confirm, name="grant_confirm"),
    path("desk/grants/<int:key>/go-on/", grant_list_views.grant_go_on, name="grant_go_on"),
    path("desk/grants/<int:key>/return/", grant_list_views.grant_return, name="grant_return"),
    path("desk/grants/<int:key>/steps/<slug:step>/", grant_list_views.grant_step, name="grant_step"),
    path("desk/grants/<int:key>/doubts/", grant_list_views.grant_doubts, name="grant_doubts"),
    path("desk/grants/<int:key>/export/", grant_list_views.grant_export, name="grant_export"),
]

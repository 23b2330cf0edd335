"""Addresses of this area."""

from django.urls import URLPattern, URLResolver, path

from huiqi.web.cases import (
    checking,
    filling,
    following,
    my_cases,
    papers,
    public,
    roll_urls,
    starting,
    steps,
    tracking,
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("my/cases/", my_cases.my_cases, name="my_cases"),
    path("services/", starting.case_types, name="case_types"),
    path("services/<slug:pack>/<slug:name>/", starting.start_case, name="start_case"),
    path("track/", tracking.track_case, name="track_case"),
    path("track/leave/", tracking.leave_cases, name="leave_cases"),
    path("published/", public.published, name="published"),
    path("published/<int:key>/", public.publication, name="publication"),
    path("published/<int:key>/object/", public.object_to, name="object_to"),
    path("handling/", public.handling, name="handling"),
    path("results/", public.results, name="case_results"),
    path("cases/<slug:number>/", following.case, name="case"),
    path("cases/<slug:number>/word/", tracking.case_word, name="case_word"),
    path("cases/<slug:number>/form/", filling.case_form, name="case_form"),
    path("cases/<slug:number>/papers/", papers.case_papers, name="case_papers"),
    path("cases/<slug:number>/papers/<int:key>/", papers.case_paper, name="case_paper"),
    path("cases/<slug:number>/papers/<int:key>/back/", papers.take_paper_back, name="take_paper_back"),
    path("cases/<slug:number>/papers/<str:material>/give/", papers.hand_in_paper, name="hand_in_paper"),
    path("cases/<slug:number>/check/", checking.case_check, name="case_check"),
    path("cases/<slug:number>/receipt/", checking.case_receipt, name="case_receipt"),
    path("cases/<slug:number>/steps/<slug:step>/", steps.case_step, name="case_step"),
    path("cases/<slug:number>/rating/", following.rate, name="rate_case"),
    *roll_urls.urlpatterns,
]

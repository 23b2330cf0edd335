"""Addresses of the check-up. The word in the middle is the secret of one."""

from django.urls import URLPattern, URLResolver, path

from huiqi.web.checkup import exports, results, views

urlpatterns: list[URLPattern | URLResolver] = [
    path("checkup/", views.start, name="checkup"),
    path("checkup/begin/", views.begin, name="checkup_begin"),
    path("checkup/<slug:token>/", views.question, name="checkup_question"),
    path("checkup/<slug:token>/answer/", views.answer, name="checkup_answer"),
    path("checkup/<slug:token>/back/", views.back, name="checkup_back"),
    path("checkup/<slug:token>/result/", results.result, name="checkup_result"),
    path("checkup/<slug:token>/answers/", results.answers, name="checkup_answers"),
    path("checkup/<slug:token>/remove/", results.remove, name="checkup_remove"),
    path("checkup/<slug:token>/delete/", results.delete, name="checkup_delete"),
    path("checkup/<slug:token>/result.json", exports.as_json, name="checkup_json"),
    path("checkup/<slug:token>/report.pdf", exports.as_pdf, name="checkup_pdf"),
]

"""Addresses of the rule desk."""

from django.urls import URLPattern, URLResolver, path

from huiqi.web.rules import deciding, editing, impact, views

DESK = "desk/rules/"
ONE = f"{DESK}revisions/<int:number>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path(DESK, views.rule_desk, name="rule_desk"),
    path(f"{DESK}revisions/", views.revisions, name="rule_revisions"),
    path(f"{DESK}revisions.zip", views.export, name="rule_export"),
    path(f"{DESK}repository/", deciding.compare_with_repository, name="rule_repository"),
    path(ONE, editing.revision, name="rule_revision"),
    path(f"{ONE}check/", editing.check_typed, name="rule_check"),
    path(f"{ONE}save/", editing.save, name="rule_save"),
    path(f"{ONE}base/", editing.newer_base, name="rule_base"),
    path(f"{ONE}withdraw/", editing.take_back, name="rule_withdraw"),
    path(f"{ONE}again/", editing.again, name="rule_again"),
    path(f"{ONE}decide/", deciding.decide, name="rule_decide"),
    path(f"{ONE}impact/", impact.impact, name="rule_impact"),
    path(f"{ONE}impact/run/", impact.run, name="rule_impact_run"),
    path(f"{ONE}impact/figures.json", impact.figures, name="rule_impact_figures"),
    path(f"{ONE}impact/figures.csv", impact.table, name="rule_impact_table"),
    path(f"{DESK}<slug:pack>/<slug:measure>/", views.rule, name="rule"),
    path(f"{DESK}<slug:pack>/<slug:measure>/draft/", editing.start, name="rule_start"),
]

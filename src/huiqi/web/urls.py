"""The pages. Each area lists its own."""

from django.urls import include, path

from huiqi.web.shared import views

urlpatterns = [
    path("", views.home, name="home"),
    path("language/", views.choose_language, name="choose_language"),
    path("day/", views.choose_day, name="choose_day"),
    path("role/", views.choose_role, name="choose_role"),
    path("about/", views.about, name="about"),
    path("", include("huiqi.web.library.urls")),
    path("", include("huiqi.web.checkup.urls")),
    path("", include("huiqi.web.enterprise.urls")),
    path("", include("huiqi.web.department.urls")),
    path("", include("huiqi.web.rules.urls")),
    path("", include("huiqi.web.system.urls")),
    path("", include("huiqi.web.cases.urls")),
    path("", include("huiqi.web.desk.urls")),
    path("", include("huiqi.web.money.urls")),
]

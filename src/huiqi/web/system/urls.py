"""Addresses of this area."""

from django.urls import path

from huiqi.web.system import health, keys, trail, users

urlpatterns = [
    path("health/", health.health, name="health"),
    path("metrics/", health.metrics, name="metrics"),
    path("system/", health.system, name="system"),
    path("system/keys/", keys.api_keys, name="api_keys"),
    path("system/keys/<int:key>/revoke/", keys.revoke_api_key, name="revoke_api_key"),
    path("users/", users.users, name="users"),
    path("users/add/", users.add_user, name="add_user"),
    path("users/<slug:name>/", users.user, name="user"),
    path("users/<slug:name>/change/", users.change_user, name="change_user"),
    path("audit/", trail.audit_trail, name="audit_trail"),
    path("audit/verify/", trail.verify_trail, name="verify_trail"),
    path("audit/export/", trail.export_trail, name="export_trail"),
]

"""The addresses of the proposals' API: `root` is /api/v1/proposals itself. None ends with a slash."""

from typing import Any

from django.urls import path

from places.api.proposals import views

ROOT = "api/v1/proposals"
root: list[Any] = [path(ROOT, views.Proposals.as_view(), name="api-proposals")]
urlpatterns: list[Any] = [
    path("openapi.json", views.OpenApi.as_view(), name="api-proposals-openapi"),
    path("check", views.Check.as_view(), name="api-proposals-check"),
    path("<uuid:pk>", views.One.as_view(), name="api-proposal"),
    path("<uuid:pk>/reply", views.Reply.as_view(), name="api-proposal-reply"),
    path("<uuid:pk>/verify", views.Verify.as_view(), name="api-proposal-verify"),
    path("<uuid:pk>/new-code", views.NewCode.as_view(), name="api-proposal-new-code"),
    path("<uuid:pk>/withdraw", views.Withdraw.as_view(), name="api-proposal-withdraw"),
]
